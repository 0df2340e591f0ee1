#include "detect/field_matcher.h"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <unordered_map>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/unicode.h"

namespace tocsin::detect {

using event::TokenKind;

namespace {

/// Small letters for ASCII capitals.     out: all bytes together, to see whether one is not ASCII
unsigned fold_ascii(std::string_view text, char* to) {
  std::size_t at = 0;
  unsigned all = 0;
#if defined(__SSE2__)
  // Bytes are compared as signed ones: shifted so that 'A' is the least, the capitals are the least 26.
  const __m128i to_least = _mm_set1_epi8(static_cast<char>(-128 - 'A'));
  const __m128i bound = _mm_set1_epi8(-128 + 26);
  const __m128i bit = _mm_set1_epi8(0x20);
  __m128i seen = _mm_setzero_si128();
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i is_capital = _mm_cmplt_epi8(_mm_add_epi8(bytes, to_least), bound);
    seen = _mm_or_si128(seen, bytes);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at), _mm_or_si128(bytes, _mm_and_si128(is_capital, bit)));
  }
  all = _mm_movemask_epi8(seen) == 0 ? 0 : 0x80;
#endif
  for (; at < text.size(); ++at) {
    all |= static_cast<unsigned char>(text[at]);
    to[at] = ascii_lower(text[at]);
  }
  return all;
}

/// Simple case folding into memory that is used again, with the padding that LiteralIndex reads.
std::string_view fold_into(std::string_view text, std::string& out) {
  if (out.size() < text.size() + LiteralIndex::kPadding) out.resize(text.size() + LiteralIndex::kPadding);
  if (fold_ascii(text, out.data()) < 0x80) return {out.data(), text.size()};
  out = fold_case(text);
  const std::size_t size = out.size();
  out.append(LiteralIndex::kPadding, '\0');
  return std::string_view(out).substr(0, size);
}

constexpr int kMinAtom = 4;  ///< shorter literals of a regular expression are too common to look for

}  // namespace

/// Regular expressions behind the literals that they need. RE2 says which combinations of literals each needs.
struct FieldMatcher::Regexes {
  re2::FilteredRE2 filter{kMinAtom};
  std::vector<std::uint32_t> tests;       ///< by the filter's number of the expression
  std::vector<int> atom_of_literal;       ///< or -1
  std::vector<int> always_found;          ///< atoms that are not looked for
  std::vector<int> without_literals;      ///< expressions that may match where no literal was found
  std::vector<std::uint32_t> unfiltered;  ///< tests that RE2's filter does not take
};

FieldMatcher::FieldMatcher(FieldMatcher&&) noexcept = default;
FieldMatcher& FieldMatcher::operator=(FieldMatcher&&) noexcept = default;
FieldMatcher::~FieldMatcher() = default;

FieldMatcher::FieldMatcher(const PredicateTable& table, const std::vector<Entry>& entries) {
  std::unordered_map<TestId, std::uint32_t> local_tests;
  for (const Entry& entry : entries) {
    for (const TestId id : entry.predicate->tests) {
      const auto [known, is_new] = local_tests.try_emplace(id, static_cast<std::uint32_t>(tests_.size()));
      if (is_new) tests_.push_back({&table.test(id), {}});
      tests_[known->second].numbers.push_back(entry.number);
    }
  }
  for (std::uint32_t local = 0; local < tests_.size(); ++local) {
    const Test& test = *tests_[local].test;
    const std::vector<std::uint32_t>& numbers = tests_[local].numbers;
    const auto append_to = [&](std::vector<std::uint32_t>& list) {
      list.insert(list.end(), numbers.begin(), numbers.end());
    };
    if (const auto* string = std::get_if<StringTest>(&test)) {
      if (string->pattern.is_any()) {
        append_to(if_value_);
      } else {
        add_string(*string, local);
      }
    } else if (std::holds_alternative<ExistsTest>(test)) {
      append_to(if_there_);
    } else if (std::holds_alternative<NullTest>(test)) {
      append_to(if_null_);
    } else if (const auto* regex = std::get_if<RegexTest>(&test)) {
      if (!regexes_) regexes_ = std::make_unique<Regexes>();
      RE2::Options options;
      options.set_log_errors(false);
      int number = 0;
      if (regexes_->filter.Add(regex->regex.source(), options, &number) == RE2::NoError) {
        regexes_->tests.push_back(local);
      } else {
        regexes_->unfiltered.push_back(local);
      }
    } else {
      others_.push_back(local);
    }
  }
  std::vector<std::string> atoms;
  if (regexes_ && !regexes_->tests.empty()) regexes_->filter.Compile(&atoms);
  for (std::size_t atom = 0; atom < atoms.size(); ++atom) {
    if (!std::ranges::all_of(atoms[atom], [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
      regexes_->always_found.push_back(static_cast<int>(atom));  // lower case and folding differ in places
      continue;
    }
    const LiteralId id = literals_.add(LiteralIndex::Place::anywhere, atoms[atom]);
    if (regexes_->atom_of_literal.size() <= id) regexes_->atom_of_literal.resize(id + 1u, -1);
    regexes_->atom_of_literal[id] = static_cast<int>(atom);
  }
  if (regexes_ && !regexes_->tests.empty()) {
    regexes_->filter.AllPotentials(regexes_->always_found, &regexes_->without_literals);
  }
  hits_.resize(literals_.size());
  if (regexes_) regexes_->atom_of_literal.resize(literals_.size(), -1);
  literals_.build();
  for (auto* list : {&if_there_, &if_null_, &if_value_}) std::ranges::sort(*list);
}

void FieldMatcher::add_literal(LiteralIndex::Place place, std::string_view text, Hit hit) {
  const LiteralId id = literals_.add(place, text);
  if (hits_.size() <= id) hits_.resize(id + 1u);
  hits_[id].push_back(hit);
}

void FieldMatcher::add_string(const StringTest& test, std::uint32_t local) {
  using Kind = Pattern::PartKind;
  using Place = LiteralIndex::Place;
  const std::vector<Pattern::Part>& parts = test.pattern.parts;
  const auto kind = [&](std::size_t i) { return parts[i].kind; };
  if (!test.cased) {
    const Hit proof{local, true};
    if (!test.pattern.has_wildcards()) return add_literal(Place::whole, test.pattern.literal(), proof);
    if (parts.size() == 2 && kind(0) == Kind::text && kind(1) == Kind::any)
      return add_literal(Place::start, parts[0].text, proof);
    if (parts.size() == 2 && kind(0) == Kind::any && kind(1) == Kind::text)
      return add_literal(Place::end, parts[1].text, proof);
    if (parts.size() == 3 && kind(0) == Kind::any && kind(1) == Kind::text && kind(2) == Kind::any)
      return add_literal(Place::anywhere, parts[1].text, proof);
  }
  // The longest of its texts is looked for; a cased test's in folded form.
  const Pattern::Part* longest = nullptr;
  for (const Pattern::Part& part : parts) {
    if (part.kind == Kind::text && (longest == nullptr || part.text.size() > longest->text.size())) longest = &part;
  }
  if (longest == nullptr) return strings_.push_back(local);
  add_literal(Place::anywhere, test.cased ? fold_case(longest->text) : longest->text, {local, false});
}

void FieldMatcher::match_text(TokenKind kind, std::string_view text, Source source, MatchScratch& scratch,
                              std::vector<std::uint32_t>& out) const {
  const std::string_view folded = fold_into(text, scratch.folded);
  if (scratch.tested.size() < tests_.size()) scratch.tested.resize(tests_.size(), 0);
  const std::uint64_t serial = ++scratch.serial;
  const auto is_new = [&](std::uint32_t local) {
    const bool first = scratch.tested[local] != serial;
    scratch.tested[local] = serial;
    return first;
  };
  const auto holds = [&](std::uint32_t local) {
    out.insert(out.end(), tests_[local].numbers.begin(), tests_[local].numbers.end());
  };
  const auto try_string = [&](std::uint32_t local) {
    const auto& test = std::get<StringTest>(*tests_[local].test);
    if (match_pattern(test.pattern, test.cased ? text : folded)) holds(local);
  };
  const auto try_regex = [&](std::uint32_t local) {
    if (std::get<RegexTest>(*tests_[local].test).regex.matches(text)) holds(local);
  };

  scratch.literals.clear();
  scratch.atoms.clear();
  literals_.find(folded, scratch.literals);
  for (const LiteralId literal : scratch.literals) {
    for (const Hit& hit : hits_[literal]) {
      if (!is_new(hit.test)) continue;
      if (hit.is_proof) {
        holds(hit.test);
      } else {
        try_string(hit.test);
      }
    }
    if (regexes_ && regexes_->atom_of_literal[literal] >= 0)
      scratch.atoms.push_back(regexes_->atom_of_literal[literal]);
  }
  for (const std::uint32_t local : strings_) try_string(local);
  if (regexes_) {
    const std::vector<int>* potential = &regexes_->without_literals;
    if (!scratch.atoms.empty()) {
      scratch.atoms.insert(scratch.atoms.end(), regexes_->always_found.begin(), regexes_->always_found.end());
      std::ranges::sort(scratch.atoms);
      scratch.atoms.erase(std::ranges::unique(scratch.atoms).begin(), scratch.atoms.end());
      scratch.regexes.clear();
      regexes_->filter.AllPotentials(scratch.atoms, &scratch.regexes);
      potential = &scratch.regexes;
    }
    for (const int number : *potential) try_regex(regexes_->tests[static_cast<std::size_t>(number)]);
    for (const std::uint32_t local : regexes_->unfiltered) try_regex(local);
  }
  if (source == Source::value) {
    for (const std::uint32_t local : others_) {
      const Test& test = *tests_[local].test;
      bool passes = false;
      if (const auto* number = std::get_if<NumberTest>(&test)) {
        passes = test_passes(*number, kind, text);
      } else if (const auto* boolean = std::get_if<BooleanTest>(&test)) {
        passes = test_passes(*boolean, kind, text);
      } else if (const auto* network = std::get_if<CidrTest>(&test)) {
        passes = test_passes(*network, text);
      } else if (const auto* time = std::get_if<TimePartTest>(&test)) {
        passes = test_passes(*time, text);
      }
      if (passes) holds(local);
    }
  }
}

void FieldMatcher::match(event::Token token, MatchScratch& scratch, std::vector<std::uint32_t>& out) const {
  out = if_there_;
  if (token.kind == TokenKind::null) {
    out.insert(out.end(), if_null_.begin(), if_null_.end());
  } else if (token.kind != TokenKind::array) {
    out.insert(out.end(), if_value_.begin(), if_value_.end());
    match_text(token.kind, event::decode_token(token, scratch.decoded), Source::value, scratch, out);
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
}

void FieldMatcher::match_record(std::string_view record, MatchScratch& scratch, std::vector<std::uint32_t>& out) const {
  out = if_value_;  // `*` is in every record
  match_text(TokenKind::text, record, Source::record, scratch, out);
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
}

}  // namespace tocsin::detect
