#include "detect/sigma_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/unicode.h"

namespace tocsin::detect {

void Problems::error(const yaml::Mark& mark, std::string rule, std::string message, std::string hint) {
  all_.push_back({Severity::error,
                  std::move(rule),
                  std::move(message),
                  {path_, mark.offset, mark.line, mark.column},
                  {},
                  std::move(hint)});
}
void Problems::warning(const yaml::Mark& mark, std::string rule, std::string message, std::string hint) {
  error(mark, std::move(rule), std::move(message), std::move(hint));
  all_.back().severity = Severity::warning;
}

namespace {

/// What a modifier does to a value; modifiers of one role exclude each other.
enum class Role : std::uint8_t {
  shape,
  all,
  negate,
  cased,
  exists,
  regex,
  flag_i,
  flag_m,
  flag_s,
  network,
  dash,
  encode16,
  encode64,
  compare,
  time,
  reference,
  placeholder
};

enum class Modifier : std::uint8_t {
  contains,
  startswith,
  endswith,
  all,
  neq,
  cased,
  exists,
  re,
  i,
  m,
  s,
  cidr,
  windash,
  wide,
  utf16,
  utf16le,
  utf16be,
  base64,
  base64offset,
  lt,
  lte,
  gt,
  gte,
  minute,
  hour,
  day,
  week,
  month,
  year,
  fieldref,
  expand
};

struct ModifierRow {
  std::string_view name;
  Modifier modifier;
  Role role;
};
constexpr ModifierRow kModifiers[] = {
    {"contains", Modifier::contains, Role::shape},
    {"startswith", Modifier::startswith, Role::shape},
    {"endswith", Modifier::endswith, Role::shape},
    {"all", Modifier::all, Role::all},
    {"neq", Modifier::neq, Role::negate},
    {"cased", Modifier::cased, Role::cased},
    {"exists", Modifier::exists, Role::exists},
    {"re", Modifier::re, Role::regex},
    {"i", Modifier::i, Role::flag_i},
    {"m", Modifier::m, Role::flag_m},
    {"s", Modifier::s, Role::flag_s},
    {"cidr", Modifier::cidr, Role::network},
    {"windash", Modifier::windash, Role::dash},
    {"wide", Modifier::wide, Role::encode16},
    {"utf16", Modifier::utf16, Role::encode16},
    {"utf16le", Modifier::utf16le, Role::encode16},
    {"utf16be", Modifier::utf16be, Role::encode16},
    {"base64", Modifier::base64, Role::encode64},
    {"base64offset", Modifier::base64offset, Role::encode64},
    {"lt", Modifier::lt, Role::compare},
    {"lte", Modifier::lte, Role::compare},
    {"gt", Modifier::gt, Role::compare},
    {"gte", Modifier::gte, Role::compare},
    {"minute", Modifier::minute, Role::time},
    {"hour", Modifier::hour, Role::time},
    {"day", Modifier::day, Role::time},
    {"week", Modifier::week, Role::time},
    {"month", Modifier::month, Role::time},
    {"year", Modifier::year, Role::time},
    {"fieldref", Modifier::fieldref, Role::reference},
    {"expand", Modifier::expand, Role::placeholder},
};

/// Roles that may stand in one chain; `all` and `neq` go with everything but `exists`.
bool go_together(Role a, Role b) {
  if (a > b) std::swap(a, b);
  const auto is_string = [](Role role) {
    return role == Role::shape || role == Role::cased || role == Role::dash || role == Role::encode16 ||
           role == Role::encode64 || role == Role::placeholder;
  };
  const auto is_regex = [](Role role) { return role >= Role::regex && role <= Role::flag_s; };
  if (a == Role::exists || b == Role::exists) return false;
  if (a == Role::all || b == Role::all || a == Role::negate || b == Role::negate) return true;
  if (is_string(a) && is_string(b)) return true;
  if (is_regex(a) && (is_regex(b) || b == Role::placeholder)) return true;
  if (a == Role::compare && b == Role::time) return true;
  return b == Role::reference && (a == Role::shape || a == Role::cased);
}

/// Order in which the string modifiers transform; 0: anywhere.
int stage(Role role) {
  switch (role) {
    case Role::dash:
      return 1;
    case Role::encode16:
      return 2;
    case Role::encode64:
      return 3;
    case Role::shape:
      return 4;
    default:
      return 0;
  }
}

constexpr std::size_t kMaxFormBytes = std::size_t{1} << 20;
constexpr char32_t kDashes[] = {U'-', U'/', U'\u2013', U'\u2014', U'\u2015'};

bool is_word(char32_t c) { return c < 0x80 ? is_ascii_alnum(static_cast<char>(c)) || c == U'_' : is_letter(c); }

/// Every form of the pattern with its flag dashes replaced; nullopt: more than kMaxTestsPerValue, or too long in all.
std::optional<std::vector<Pattern>> expand_dashes(const Pattern& pattern) {
  std::vector<Pattern> out(1);
  for (const Pattern::Part& part : pattern.parts) {
    if (part.kind != Pattern::PartKind::text) {
      for (Pattern& form : out) form.append(part.kind);
      continue;
    }
    char32_t before = 0;
    for (std::size_t at = 0; at < part.text.size();) {
      const std::size_t start = at;
      const char32_t c = decode_utf8(part.text, at);
      std::size_t look = at;
      const char32_t after = at < part.text.size() ? decode_utf8(part.text, look) : 0;
      const bool is_flag = std::ranges::find(kDashes, c) != std::end(kDashes) && !is_word(before) && is_word(after);
      before = c;
      if (!is_flag) {
        for (Pattern& form : out) form.append_text(std::string_view(part.text).substr(start, at - start));
        continue;
      }
      const std::size_t forms = out.size() * std::size(kDashes);
      if (forms > kMaxTestsPerValue || forms * part.text.size() > kMaxFormBytes) return std::nullopt;
      std::vector<Pattern> more;
      for (const Pattern& form : out) {
        for (const char32_t dash : kDashes) {
          std::string text;
          append_utf8(text, dash);
          more.push_back(form);
          more.back().append_text(text);
        }
      }
      out = std::move(more);
    }
  }
  return out;
}

std::string encode_utf16(std::string_view text, bool big_endian) {
  std::string out;
  const auto put = [&](char32_t unit) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = decode_utf8(text, at);
    if (c < 0x10000) {
      put(c);
    } else {
      put(0xD800 + ((c - 0x10000) >> 10));
      put(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string encode_base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (at + i < bytes.size() ? static_cast<std::uint8_t>(bytes[at + i]) : 0u);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += at + i > bytes.size() ? '=' : kAlphabet[(group >> (18 - 6 * i)) & 0x3F];
    }
  }
  return out;
}

/// The part of the encoded text that is the same wherever `bytes` stands in a longer input, for each of three shifts.
std::vector<std::string> encode_base64_offsets(const std::string& bytes) {
  constexpr std::size_t kStart[] = {0, 2, 3};
  constexpr std::size_t kEnd[] = {0, 3, 2};
  std::vector<std::string> out;
  for (std::size_t shift = 0; shift < 3; ++shift) {
    const std::string encoded = encode_base64(std::string(shift, ' ') + bytes);
    const std::size_t end = encoded.size() - kEnd[(bytes.size() + shift) % 3];
    if (end > kStart[shift]) out.push_back(encoded.substr(kStart[shift], end - kStart[shift]));
  }
  return out;
}

/// Reads the modifiers of one item, then turns value after value into tests.
class ItemMaker {
 public:
  ItemMaker(const yaml::Mark& mark, const Placeholders& placeholders, Problems& problems)
      : mark_(mark), placeholders_(placeholders), problems_(problems) {}

  Item make(std::string_view key, const std::vector<const yaml::Node*>& values) {
    Item item;
    item.mark = mark_;
    std::size_t bar = key.find('|');
    item.field = std::string(key.substr(0, bar));
    is_keyword_ = item.field.empty();
    yaml::Mark place = mark_;
    while (bar != std::string_view::npos) {
      place.offset += bar + 1;
      place.column += static_cast<std::uint32_t>(bar + 1);
      key = key.substr(bar + 1);
      bar = key.find('|');
      read_modifier(key.substr(0, bar), place);
    }
    item.all = has(Role::all);
    item.negated = has(Role::negate);
    for (const ModifierRow* row : chain_) {
      if (row->role == Role::all) continue;
      item.test += (item.test.empty() ? "" : "|") + std::string(row->name);
    }
    if (item.test.empty()) item.test = is_keyword_ ? "contains" : "equals";
    if (!check_chain()) return item;
    if (item.all && values.size() < 2) {
      problems_.warning(mark_, "sigma/all-with-one-value", "'all' has only one value to ask for");
    }
    for (const yaml::Node* value : values) {
      std::vector<Test> tests = has(Role::placeholder) ? make_expanded_tests(*value) : make_tests(*value);
      if (!tests.empty()) item.values.push_back({value->text, std::move(tests), value->begin});
    }
    return item;
  }

 private:
  const ModifierRow* row(Role role) const {
    for (const ModifierRow* row : chain_) {
      if (row->role == role) return row;
    }
    return nullptr;
  }
  bool has(Role role) const { return row(role) != nullptr; }
  bool has(Modifier modifier) const {
    return std::ranges::any_of(chain_, [&](const ModifierRow* row) { return row->modifier == modifier; });
  }

  void read_modifier(std::string_view name, const yaml::Mark& place) {
    const auto* found = std::ranges::find(kModifiers, name, &ModifierRow::name);
    if (found != std::end(kModifiers)) {
      chain_.push_back(found);
      places_.push_back(place);
      return;
    }
    std::vector<std::string_view> names;
    for (const ModifierRow& known : kModifiers) names.push_back(known.name);
    const std::string near = nearest_name(name, names);
    problems_.error(place, "sigma/unknown-modifier", fmt::format("unknown modifier '{}'", name),
                    near.empty() ? "" : fmt::format("did you mean '{}'?", near));
    broken_ = true;
  }

  bool check_chain() {
    if (broken_) return false;
    const auto impossible = [&](std::size_t earlier, std::size_t later, std::string why) {
      const ModifierRow* a = chain_[earlier];
      const ModifierRow* b = chain_[later];
      problems_.error(places_[later], "sigma/impossible-chain",
                      fmt::format("modifier '{}' cannot follow '{}'", b->name, a->name), std::move(why));
      return false;
    };
    for (std::size_t later = 0; later < chain_.size(); ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        const ModifierRow* a = chain_[earlier];
        const ModifierRow* b = chain_[later];
        if (a->role == b->role) return impossible(earlier, later, "one of them is enough, or they exclude each other");
        if (!go_together(a->role, b->role)) return impossible(earlier, later, "the two do not go together");
        const bool dash_after_shape =
            b->role == Role::dash && a->role == Role::shape && !has(Role::encode16) && !has(Role::encode64);
        if (stage(a->role) > stage(b->role) && stage(b->role) != 0 && !dash_after_shape) {
          return impossible(earlier, later, fmt::format("write '{}' before '{}'", b->name, a->name));
        }
      }
      const Role role = chain_[later]->role;
      if (role >= Role::flag_i && role <= Role::flag_s &&
          (later == 0 || !has(Role::regex) || chain_.front()->role == role)) {
        problems_.error(places_[later], "sigma/impossible-chain",
                        fmt::format("modifier '{}' needs 're' before it", chain_[later]->name));
        return false;
      }
      if (is_keyword_ && (role == Role::exists || role == Role::network || role >= Role::compare) &&
          role != Role::placeholder) {
        problems_.error(places_[later], "sigma/modifier-needs-field",
                        fmt::format("modifier '{}' needs a field", chain_[later]->name));
        return false;
      }
    }
    return true;
  }

  std::vector<Test> wrong_type(const yaml::Node& value, std::string_view wanted, std::string hint = {}) {
    std::string chain;
    for (const ModifierRow* row : chain_) chain += "|" + std::string(row->name);
    problems_.error(value.begin, "sigma/wrong-type",
                    fmt::format("'{}' needs {}, not '{}'", chain.substr(1), wanted, value.text), std::move(hint));
    return {};
  }
  std::vector<Test> bad_value(const yaml::Node& value, std::string message, std::string hint = {}) {
    problems_.error(value.begin, "sigma/bad-value", std::move(message), std::move(hint));
    return {};
  }

  /// The tests of every value that the placeholders of this one stand for: any of them passes.
  std::vector<Test> make_expanded_tests(const yaml::Node& value) {
    const Expansion expansion = expand_placeholders(value.text, placeholders_, kMaxTestsPerPlaceholder);
    if (!expansion.unknown.empty()) {
      const std::string near = nearest_name(expansion.unknown, placeholders_.names());
      problems_.error(
          value.begin, "sigma/no-placeholder",
          fmt::format("'expand' has no values for the placeholder '%{}%'", expansion.unknown),
          near.empty() ? "give them in a file with --placeholders" : fmt::format("did you mean '%{}%'?", near));
      return {};
    }
    if (expansion.too_many) {
      return bad_value(value, fmt::format("the placeholders stand for more than {} values", kMaxTestsPerPlaceholder));
    }
    std::vector<Test> out;
    yaml::Node one = value;
    one.quoted = true;  // what a placeholder stands for is text, as is the value around it
    for (const std::string& text : expansion.values) {
      one.text = text;
      std::vector<Test> tests = make_tests(one);
      if (tests.empty()) return {};
      std::ranges::move(tests, std::back_inserter(out));
    }
    return out;
  }

  std::vector<Test> make_tests(const yaml::Node& value) {
    const std::optional<bool> boolean = value.quoted ? std::nullopt : value.as_bool();
    // A plain scalar with leading zeros (00000409) or in hexadecimal is a code, not a quantity: it stays a string.
    const bool is_code = value.text.size() > 1 && value.text[0] == '0' && value.text[1] != '.';
    const std::optional<Number> number = value.quoted || is_code ? std::nullopt : parse_number(value.text);
    const bool is_null = !value.quoted && value.is_null();
    if (has(Role::exists)) {
      if (!boolean) return wrong_type(value, "true or false");
      return {ExistsTest{*boolean}};
    }
    if (has(Role::compare) || has(Role::time)) {
      if (!number) return wrong_type(value, "a number", value.quoted ? "write it without quotes" : "");
      return number_tests(value, *number);
    }
    if (is_keyword_) {
      if (is_null) return bad_value(value, "a keyword cannot be null");
      return string_tests(value);
    }
    const bool plain = std::ranges::all_of(
        chain_, [](const ModifierRow* row) { return row->role == Role::all || row->role == Role::negate; });
    if (plain) {
      if (is_null) return {NullTest{}};
      if (boolean) return {BooleanTest{*boolean}};
      if (number) return {NumberTest{Comparison::equal, *number}};
      return string_tests(value);
    }
    if (is_null || boolean || number) return wrong_type(value, "a string", is_null ? "" : "write it in quotes");
    return string_tests(value);
  }

  std::vector<Test> number_tests(const yaml::Node& value, const Number& number) {
    Comparison comparison = Comparison::equal;
    if (has(Modifier::lt)) comparison = Comparison::less;
    if (has(Modifier::lte)) comparison = Comparison::less_equal;
    if (has(Modifier::gt)) comparison = Comparison::greater;
    if (has(Modifier::gte)) comparison = Comparison::greater_equal;
    const ModifierRow* time = row(Role::time);
    if (time == nullptr) return {NumberTest{comparison, number}};
    if (!number.is_integer) return wrong_type(value, "a whole number");
    const auto part = static_cast<TimePart>(static_cast<int>(time->modifier) - static_cast<int>(Modifier::minute));
    struct Range {
      std::int64_t least, most;
    };
    constexpr Range kRanges[] = {{0, 59}, {0, 23}, {1, 31}, {1, 53}, {1, 12}, {0, 9999}};
    const Range range = kRanges[static_cast<std::size_t>(part)];
    if (number.integer < range.least || number.integer > range.most) {
      return bad_value(value, fmt::format("'{}' is from {} to {}", time->name, range.least, range.most));
    }
    return {TimePartTest{part, comparison, number.integer}};
  }

  std::vector<Test> string_tests(const yaml::Node& value) {
    if (has(Role::regex)) {
      auto regex = Regex::make(
          value.text, {.ignore_case = has(Modifier::i), .multi_line = has(Modifier::m), .dot_all = has(Modifier::s)});
      if (!regex) return bad_value(value, regex.error().message, regex.error().hint);
      return {RegexTest{*std::move(regex)}};
    }
    if (has(Role::network)) {
      auto network = parse_network(value.text);
      if (!network) return bad_value(value, network.error().message, network.error().hint);
      return {CidrTest{*network}};
    }
    if (has(Role::reference)) return reference_tests(value);

    std::vector<Pattern> patterns = {parse_pattern(value.text)};
    if (patterns.front().parts.empty() && !chain_.empty() && !is_keyword_) {
      problems_.warning(value.begin, "sigma/empty-value",
                        "an empty value with these modifiers fits everything or nothing");
    }
    if (has(Role::dash)) {
      auto forms = expand_dashes(patterns.front());
      if (!forms)
        return bad_value(value, "'windash' has too many dashes to replace in this value",
                         "at most four, and few in a long value; split it");
      patterns = *std::move(forms);
    }
    if (has(Role::encode16) && !encode_wide(value, patterns)) return {};
    if (has(Role::encode64) && !encode_64(value, patterns)) return {};
    std::vector<Test> tests;
    for (Pattern& pattern : patterns) {
      if (is_keyword_ && !has(Role::shape)) {
        pattern = around(pattern, true, true);
      } else if (has(Role::shape)) {
        pattern = around(pattern, !has(Modifier::startswith), !has(Modifier::endswith));
      }
      const bool cased = has(Role::cased);
      tests.emplace_back(StringTest{cased ? std::move(pattern) : fold_pattern(pattern), cased});
    }
    return tests;
  }

  static Pattern around(const Pattern& pattern, bool before, bool after) {
    Pattern out;
    if (before) out.append(Pattern::PartKind::any);
    for (const Pattern::Part& part : pattern.parts) {
      if (part.kind == Pattern::PartKind::text) {
        out.append_text(part.text);
      } else {
        out.append(part.kind);
      }
    }
    if (after) out.append(Pattern::PartKind::any);
    return out;
  }

  std::vector<Test> reference_tests(const yaml::Node& value) {
    const Pattern name = parse_pattern(value.text);
    if (name.has_wildcards() || name.parts.empty())
      return bad_value(value, "'fieldref' needs the name of a field, without wildcards");
    FieldRefTest test;
    test.field = name.literal();
    test.cased = has(Role::cased);
    if (has(Modifier::contains)) test.mode = FieldRefTest::Mode::contains;
    if (has(Modifier::startswith)) test.mode = FieldRefTest::Mode::startswith;
    if (has(Modifier::endswith)) test.mode = FieldRefTest::Mode::endswith;
    return {std::move(test)};
  }

  bool encode_wide(const yaml::Node& value, std::vector<Pattern>& patterns) {
    const bool big_endian = has(Modifier::utf16be);
    for (Pattern& pattern : patterns) {
      for (Pattern::Part& part : pattern.parts) part.text = encode_utf16(part.text, big_endian);
      if (has(Modifier::utf16)) {  // the byte order mark
        Pattern marked;
        marked.append_text("\xFF\xFE");
        for (const Pattern::Part& part : pattern.parts) {
          if (part.kind == Pattern::PartKind::text) {
            marked.append_text(part.text);
          } else {
            marked.append(part.kind);
          }
        }
        pattern = std::move(marked);
      }
      if (has(Role::encode64)) continue;
      for (const Pattern::Part& part : pattern.parts) {
        if (!find_invalid_utf8(part.text)) continue;
        bad_value(value,
                  fmt::format("'{}' makes bytes of this value that no text field can hold", row(Role::encode16)->name),
                  "follow it by base64 or base64offset");
        return false;
      }
    }
    return true;
  }

  bool encode_64(const yaml::Node& value, std::vector<Pattern>& patterns) {
    std::vector<Pattern> out;
    for (const Pattern& pattern : patterns) {
      if (pattern.has_wildcards() || pattern.parts.empty()) {
        bad_value(value, fmt::format("'{}' needs a value without wildcards", row(Role::encode64)->name),
                  "write \\* for the character itself");
        return false;
      }
      const std::vector<std::string> texts = has(Modifier::base64) ? std::vector{encode_base64(pattern.literal())}
                                                                   : encode_base64_offsets(pattern.literal());
      for (const std::string& text : texts) out.emplace_back().append_text(text);
    }
    patterns = std::move(out);
    return true;
  }

  yaml::Mark mark_;
  const Placeholders& placeholders_;
  Problems& problems_;
  std::vector<const ModifierRow*> chain_;
  std::vector<yaml::Mark> places_;  ///< of the modifiers in the file
  bool is_keyword_ = false;
  bool broken_ = false;
};

}  // namespace

Item make_item(std::string_view key, const yaml::Mark& mark, const std::vector<const yaml::Node*>& values,
               const Placeholders& placeholders, Problems& problems) {
  return ItemMaker(mark, placeholders, problems).make(key, values);
}

}  // namespace tocsin::detect
