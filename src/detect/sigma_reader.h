#pragma once

// What rules, correlations and filters have in common: the head, the log source, a map of detections.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "detect/sigma_condition.h"
#include "detect/sigma_rule.h"
#include "detect/sigma_values.h"

namespace tocsin::detect {

/// The names that a condition over these detections may use.
ConditionNames names_of(const std::vector<NamedDetection>& detections);
void warn_of_unused(const std::vector<NamedDetection>& detections, const std::vector<bool>& used, Problems& problems);

/// Reads the parts of one document; gathers what is wrong. The document and the placeholders must outlive it.
class SigmaReader {
 public:
  SigmaReader(const yaml::Node& document, const std::string& path, const Placeholders& placeholders);

  const yaml::Node& document() const { return document_; }
  const std::string& path() const { return path_; }
  Problems& problems() { return problems_; }

  /// Title, id, name, status, level, tags and `fields`; warns of keys that nearly are Sigma's.
  SigmaHead read_head();
  event::LogSourceQuery read_log_source();
  /// The detections of a mapping; pairs with one of the `other` keys are no detections.
  std::vector<NamedDetection> read_detections(const yaml::Node& mapping, std::initializer_list<std::string_view> other);

  /// A text, or empty with a problem when it is none.
  std::string text(const yaml::Node& in, std::string_view key);
  /// A list of texts.
  std::vector<std::string> texts(const yaml::Node& in, std::string_view key);
  /// Warns of keys of `in` that nearly are one of `known`.
  void warn_of_slips(const yaml::Node& in, const std::vector<std::string_view>& known, std::string_view of_what);
  /// Where the key stands, or the mapping's begin.
  static yaml::Mark key_mark(const yaml::Node& in, std::string_view key);

 private:
  Detection read_one(const yaml::Node& node);
  Detection read_item(const yaml::Pair& pair);
  Detection make_leaf(std::string_view key, const yaml::Mark& mark, const std::vector<const yaml::Node*>& values);
  void check_word(std::string_view key, const std::string& value, const std::vector<std::string_view>& known);

  const yaml::Node& document_;
  std::string path_;
  const Placeholders& placeholders_;
  Problems problems_;
};

}  // namespace tocsin::detect
