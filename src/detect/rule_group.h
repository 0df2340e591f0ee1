#pragma once

// The rules for one log source, compiled: which fields they look at, and what each field's values decide.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "detect/field_matcher.h"
#include "detect/literal_index.h"
#include "detect/rule_formula.h"
#include "event/schema.h"

namespace tocsin::detect {

/// Immutable once made. Predicates have numbers of the group, from 0.
struct RuleGroup {
  /// A rule of the group, with the renames of the log source that it reads through.
  struct Member {
    std::uint32_t rule = 0;
    const LoweredRule* lowered = nullptr;
    const std::vector<event::Rename>* renames = nullptr;
  };
  /// in: members: by rule; what they point at must outlive the group
  RuleGroup(const PredicateTable& table, std::vector<Member> members);

  /// What rules call a field: the values of the first of `sources` that the event has.
  struct Field {
    std::vector<std::uint32_t> sources;
    FieldMatcher matcher;
  };
  struct Rule {
    Member member;
    std::int32_t first_step = kFails;
    std::vector<std::pair<PredicateId, std::uint32_t>> numbers;  ///< by predicate: the group's number
  };

  static constexpr std::uint32_t kNoSource = 0xFFFFFFFF;
  /// The source that a slot's field is for the group, or kNoSource.
  std::uint32_t source_of(event::FieldId field) const {
    const auto index = static_cast<std::size_t>(field);
    return index < source_of_field.size() ? source_of_field[index] : kNoSource;
  }

  std::vector<std::uint32_t> source_of_field;
  std::vector<std::uint32_t> only_field;  ///< by source: the field whose only source it is, or kNoSource
  std::vector<std::uint32_t> renamed;     ///< fields with several sources
  std::vector<Field> fields;
  std::vector<FieldMatcher> keywords;  ///< one, or none
  /// Where none of these is in a plain record (Event::is_plain), no keyword is. Not there: some keyword needs no text.
  std::optional<LiteralIndex> keyword_texts;
  std::vector<Rule> rules;
  std::vector<Step> steps;    ///< of all rules; predicates by the group's numbers
  std::vector<double> prior;  ///< by predicate: a guess at how often it holds, of 1,000 events
};

}  // namespace tocsin::detect
