#pragma once

// Sigma rules, specification 2.1.0: text → syntax tree, complete and strict. Everything that a rule says is understood
// or named in a problem with its place; nothing is passed over. Knows nothing of events or matching.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "detect/tests.h"
#include "event/schema.h"

namespace tocsin::detect {

/// One value as written, and what it came to: windash and base64offset make several tests of one value.
struct RuleValue {
  std::string written;
  std::vector<Test> tests;  ///< any of them
  yaml::Mark mark;
};

/// `field|modifiers: values`, or keywords when `field` is empty.
struct Item {
  std::string field;
  std::string test;  ///< modifiers as people read them: "equals", "contains", "re", "gte"…
  std::vector<RuleValue> values;
  bool all = false;      ///< every value, else any
  bool negated = false;  ///< neq
  yaml::Mark mark;
  event::FieldId field_id = event::kUnnamedField;  ///< set when the rule is bound to a schema
};

/// A detection: maps are all_of, lists any_of. Depth is bounded by the YAML parser.
struct Detection {
  enum class Kind : std::uint8_t { item, all_of, any_of };
  Kind kind = Kind::item;
  Item item;                        ///< of an item
  std::vector<Detection> children;  ///< of the others, in the rule's order
};

struct NamedDetection {
  std::string name;
  Detection detection;
  yaml::Mark mark;
};

/// One step of a condition in postfix form, so that evaluating needs a stack and no recursion.
struct ConditionStep {
  enum class Kind : std::uint8_t { detection, any_of, all_of, not_, and_, or_ };
  Kind kind = Kind::detection;
  std::vector<std::uint32_t> detections;  ///< indices into SigmaRule::detections; one for `detection`
};
using Condition = std::vector<ConditionStep>;

struct SigmaRule {
  std::string path;
  yaml::Mark mark;
  std::string id;
  std::string name;
  std::string title;
  std::string status;
  std::string level;  ///< informational low medium high critical, or empty
  std::vector<std::string> tags;
  std::vector<std::string> fields;        ///< that the rule's author wants to see
  std::vector<event::FieldId> field_ids;  ///< of `fields`, set when the rule is bound to a schema
  event::LogSourceQuery log_source;
  std::vector<NamedDetection> detections;
  std::vector<Condition> conditions;  ///< the rule fires when any of them holds
};

/// What a file of rules came to. A rule with an error is not in `rules`.
struct RuleFile {
  std::vector<SigmaRule> rules;
  struct Rejected {
    std::string rule;  ///< id, title or empty
    std::vector<Diagnostic> problems;
  };
  std::vector<Rejected> rejected;
  std::vector<Diagnostic> warnings;  ///< of the rules that were taken
};

/// Reads one file: one or several YAML documents, with `action: global | reset | repeat`.
/// in: path: for the problems' places and SigmaRule::path
RuleFile parse_sigma(std::string_view text, const std::string& path);

/// Depth and size that a condition may have.
inline constexpr std::size_t kMaxConditionTokens = 100'000;
/// Tests that one value may come to (windash doubles with every dash).
inline constexpr std::size_t kMaxTestsPerValue = 625;

}  // namespace tocsin::detect
