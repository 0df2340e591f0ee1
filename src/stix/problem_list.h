#pragma once

// Inside the room: where the checker stands in the document, and the problems that it has found.

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stix/check_rule.h"

namespace tocsin::stix {

/// A place in the document as a chain towards the root; the JSON pointer is made only when a problem is reported.
/// Lives on the stack of the walk. `name` of the first link is a finished JSON pointer.
struct Path {
  static constexpr std::size_t kName = std::numeric_limits<std::size_t>::max();

  const Path* up = nullptr;
  std::string_view name;
  std::size_t index = kName;

  Path down(std::string_view key) const { return {this, key, kName}; }
  Path down(std::size_t item) const { return {this, {}, item}; }
  std::string print() const;
};

/// One thread.
class ProblemList {
 public:
  explicit ProblemList(std::size_t max_problems) : max_problems_(max_problems) {}

  void add(Rule rule, const Path& path, std::uint64_t offset, std::string message, std::string hint = {});
  /// Reports the first of all problems with this `key`; the others are counted into its message.
  void add_once(Rule rule, const std::string& key, const Path& path, std::uint64_t offset, std::string message,
                std::string hint = {});
  void add_note(Diagnostic note);

  /// Lines, columns and order. `text` is what the offsets point into.
  CheckReport finish(std::string_view text, const std::string& source) &&;

 private:
  bool keep(Severity severity);

  struct Repeated {
    std::size_t index = kNotKept;
    std::size_t count = 0;
  };
  static constexpr std::size_t kNotKept = std::numeric_limits<std::size_t>::max();

  std::size_t max_problems_;
  CheckReport report_;
  std::map<std::pair<Rule, std::string>, Repeated> repeated_;
};

}  // namespace tocsin::stix
