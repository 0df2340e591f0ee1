#include "detect/rule_group.h"

#include <algorithm>
#include <functional>
#include <map>

#include "base/unicode.h"

namespace tocsin::detect {

namespace {

/// The record's own fields that a field of the rules is read from, in the order in which they are tried.
std::vector<event::FieldId> chain_of(event::FieldId field, const std::vector<event::Rename>& renames) {
  std::vector<event::FieldId> out;
  for (const event::Rename& rename : renames) {
    if (rename.sigma == field && rename.first) out.push_back(rename.own);
  }
  out.push_back(field);
  for (const event::Rename& rename : renames) {
    if (rename.sigma == field && !rename.first) out.push_back(rename.own);
  }
  return out;
}

/// How often a test may hold, of 1,000 values, before anything has been seen: what is short or unspecific is common.
double prior_of(const Test& test) {
  const auto* string = std::get_if<StringTest>(&test);
  if (string == nullptr) {
    if (std::holds_alternative<NumberTest>(test)) return 60;
    if (std::holds_alternative<RegexTest>(test)) return 40;
    return std::holds_alternative<ExistsTest>(test) ? 1000 : 300;
  }
  std::size_t length = 0;
  for (const Pattern::Part& part : string->pattern.parts) length += part.text.size();
  return string->pattern.is_any() ? 1000 : 100.0 / static_cast<double>(1 + length);
}

/// A text that must stand in a plain record, in whatever case, for the test to pass on it or on a value of it; empty:
/// none is long enough to be worth looking for.
std::string text_in_record(const Test& test) {
  std::string_view longest;
  if (const auto* string = std::get_if<StringTest>(&test)) {
    const auto stands_as_it_is = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '/'; };
    for (const Pattern::Part& part : string->pattern.parts) {
      std::string_view rest = part.text;
      while (!rest.empty()) {
        const auto end = std::ranges::find_if_not(rest, stands_as_it_is);
        const std::string_view piece = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
        if (piece.size() > longest.size()) longest = piece;
        rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
      }
    }
  }
  constexpr std::size_t kShortest = 4;
  return longest.size() < kShortest ? std::string() : ascii_lower(longest);
}

void each_predicate(const Formula& formula, const std::function<void(PredicateId)>& visit) {
  if (formula.kind == Formula::Kind::predicate) visit(formula.predicate);
  for (const Formula& child : formula.children) each_predicate(child, visit);  // bounded by Formula::kMaxDepth
}

}  // namespace

RuleGroup::RuleGroup(const PredicateTable& table, std::vector<Member> members) {
  std::map<std::pair<PredicateId, std::vector<event::FieldId>>, std::uint32_t> numbers;
  std::map<std::vector<event::FieldId>, std::vector<FieldMatcher::Entry>> fields_of_chain;
  std::vector<FieldMatcher::Entry> keyword_entries;
  std::vector<std::uint32_t> uses;

  for (Member& member : members) {
    Rule rule{.member = member, .numbers = {}};
    std::vector<PredicateId> ids;
    each_predicate(member.lowered->formula, [&](PredicateId id) { ids.push_back(id); });
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    for (const PredicateId id : ids) {
      const Predicate& predicate = table.predicate(id);
      std::vector<event::FieldId> chain;
      if (!predicate.is_keyword) chain = chain_of(predicate.field, *member.renames);
      const auto [known, is_new] = numbers.try_emplace({id, chain}, static_cast<std::uint32_t>(prior.size()));
      if (is_new) {
        (predicate.is_keyword ? keyword_entries : fields_of_chain[chain]).push_back({&predicate, known->second});
        double sum = 0;
        for (const TestId test : predicate.tests) sum += prior_of(table.test(test));
        prior.push_back(std::min(sum, 1000.0));
        uses.push_back(0);
      }
      ++uses[known->second];
      rule.numbers.emplace_back(id, known->second);
    }
    rules.push_back(std::move(rule));
  }
  // What many rules ask for is what is common.
  for (std::size_t i = 0; i < prior.size(); ++i) prior[i] *= uses[i];

  for (Rule& rule : rules) {
    const std::size_t before = steps.size();
    rule.first_step = append_steps(rule.member.lowered->formula, steps);
    for (std::size_t i = before; i < steps.size(); ++i) {
      const auto number =
          std::ranges::lower_bound(rule.numbers, steps[i].predicate, {}, &std::pair<PredicateId, std::uint32_t>::first);
      steps[i].predicate = number->second;
    }
  }

  const auto source = [&](event::FieldId field) {
    const auto index = static_cast<std::size_t>(field);
    if (source_of_field.size() <= index) source_of_field.resize(index + 1, kNoSource);
    if (source_of_field[index] == kNoSource) {
      source_of_field[index] = static_cast<std::uint32_t>(only_field.size());
      only_field.push_back(kNoSource);
    }
    return source_of_field[index];
  };
  for (const auto& [chain, entries] : fields_of_chain) {
    Field field{{}, FieldMatcher(table, entries)};
    for (const event::FieldId one : chain) field.sources.push_back(source(one));
    const auto index = static_cast<std::uint32_t>(fields.size());
    if (field.sources.size() == 1) {
      only_field[field.sources.front()] = index;
    } else {
      renamed.push_back(index);
    }
    fields.push_back(std::move(field));
  }
  if (keyword_entries.empty()) return;
  keywords.emplace_back(table, keyword_entries);
  keyword_texts.emplace();
  for (const FieldMatcher::Entry& entry : keyword_entries) {
    for (const TestId test : entry.predicate->tests) {
      const std::string text = text_in_record(table.test(test));
      if (text.empty()) {
        keyword_texts.reset();
        return;
      }
      keyword_texts->add(LiteralIndex::Place::anywhere, text);
    }
  }
  keyword_texts->build();
}

}  // namespace tocsin::detect
