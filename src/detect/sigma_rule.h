#pragma once

// Sigma rules, specification 2.1.0: text → syntax tree, complete and strict. Everything that a rule says is understood
// or named in a problem with its place; nothing is passed over. Knows nothing of events or matching.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "detect/sigma_correlation.h"
#include "detect/sigma_head.h"
#include "detect/sigma_placeholders.h"
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

struct SigmaRule : SigmaHead {
  std::vector<event::FieldId> field_ids;  ///< of `fields`, set when the rule is bound to a schema
  event::LogSourceQuery log_source;
  std::vector<NamedDetection> detections;
  std::vector<Condition> conditions;  ///< the rule fires when any of them holds
  /// How many detections, and steps of each condition, at the end are those of filters.
  std::size_t filter_detections = 0;
  std::size_t filter_steps = 0;
};

/// Sigma filters specification 2.1.0: a condition that the rules it names must meet besides their own.
struct SigmaFilter : SigmaHead {
  event::LogSourceQuery log_source;  ///< the filter is for rules whose log source names all of this
  bool any_rule = false;             ///< `rules: any`
  std::vector<Reference> rules;      ///< else these, by id or name
  std::vector<NamedDetection> detections;
  Condition condition;
};

/// What a file of rules came to. A document with an error is not in `rules`, `filters` or `correlations`.
struct RuleFile {
  std::vector<SigmaRule> rules;
  std::vector<SigmaFilter> filters;
  std::vector<SigmaCorrelation> correlations;
  struct Rejected {
    std::string rule;  ///< id, title or empty
    std::vector<Diagnostic> problems;
  };
  std::vector<Rejected> rejected;
  std::vector<Diagnostic> warnings;  ///< of the documents that were taken

  /// Files the problems of a document; true when it may be taken.
  bool take_problems(const SigmaHead& head, std::vector<Diagnostic> problems);
};

/// Reads one file: one or several YAML documents, collections as in sigma_documents.h.
/// in: path: for the problems' places and SigmaHead::path; placeholders: of the rules with `expand`
RuleFile parse_sigma(std::string_view text, const std::string& path, const Placeholders& placeholders = {});

/// Tests that one value may come to (windash doubles with every dash).
inline constexpr std::size_t kMaxTestsPerValue = 625;
/// Values that the placeholders of one value may stand for.
inline constexpr std::size_t kMaxTestsPerPlaceholder = 100'000;

}  // namespace tocsin::detect
