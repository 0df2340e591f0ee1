#pragma once

// The values of a detection item and its chain of modifiers → tests (Sigma modifiers appendix 2.1.0).

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "detect/sigma_placeholders.h"
#include "detect/sigma_rule.h"

namespace tocsin::detect {

/// What is wrong with one rule, gathered.
class Problems {
 public:
  explicit Problems(std::string path) : path_(std::move(path)) {}
  void error(const yaml::Mark& mark, std::string rule, std::string message, std::string hint = {});
  void warning(const yaml::Mark& mark, std::string rule, std::string message, std::string hint = {});
  const std::vector<Diagnostic>& all() const { return all_; }
  std::vector<Diagnostic> take() { return std::move(all_); }

 private:
  std::string path_;
  std::vector<Diagnostic> all_;
};

/// One `field|modifier|…: value(s)` of a map, or keywords (an empty `key`, also with modifiers: "|all").
/// in: key: as written; values: a scalar or the scalars of a list; placeholders: for `expand`
Item make_item(std::string_view key, const yaml::Mark& mark, const std::vector<const yaml::Node*>& values,
               const Placeholders& placeholders, Problems& problems);

}  // namespace tocsin::detect
