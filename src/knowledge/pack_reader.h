#pragma once

// The strict reading of one pack: a mapping whose keys are all known, and the places that later checks point at.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"

namespace tocsin::knowledge {

/// A text of a pack and where it stands.
struct Placed {
  std::string text;
  Where where;
};

/// The problems of one pack. One thread; borrows the list.
class PackReader {
 public:
  PackReader(std::string source, std::vector<Diagnostic>& problems) : source_(std::move(source)), problems_(problems) {}

  /// False, and a problem, when `node` is no mapping; a problem for each key that is not in `keys`.
  bool check_keys(const yaml::Node& node, std::string_view what, std::initializer_list<std::string_view> keys);
  /// The text of a member; a missing one is a problem when `required`; one that is no text always.
  std::string text(const yaml::Node& mapping, std::string_view key, bool required = false);
  /// The texts of a member that is a list, or nothing.
  std::vector<Placed> texts(const yaml::Node& mapping, std::string_view key);
  /// The items of a member that is a list of mappings.
  const std::vector<yaml::Node>& items(const yaml::Node& mapping, std::string_view key);
  /// A member that is a whole number within bounds.
  std::optional<std::int64_t> integer(const yaml::Node& mapping, std::string_view key, std::int64_t least,
                                      std::int64_t most);
  /// "YYYY-MM-DD", or empty and a problem.
  std::string date(const yaml::Node& mapping, std::string_view key);

  void problem(const yaml::Node& node, std::string_view rule, std::string message, std::string hint = {});
  Where where(const yaml::Node& node) const { return yaml::where_of(node, source_); }

 private:
  std::string source_;
  std::vector<Diagnostic>& problems_;
};

/// "did you mean 'x'?", or empty when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace tocsin::knowledge
