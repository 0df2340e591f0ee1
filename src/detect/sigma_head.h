#pragma once

// What the documents of Sigma share: their head, references to one another, conditions.

#include <cstdint>
#include <string>
#include <vector>

#include "base/yaml.h"

namespace tocsin::detect {

/// What every document of Sigma begins with.
struct SigmaHead {
  std::string path;
  yaml::Mark mark;
  std::string id;
  std::string name;
  std::string title;
  std::string status;
  std::string level;  ///< informational low medium high critical, or empty
  std::vector<std::string> tags;
  std::vector<std::string> fields;  ///< that the author wants to see
};

/// A word of a document that means something elsewhere: the id or name of a rule, a field.
struct Reference {
  std::string text;
  yaml::Mark mark;
};

/// One step of a condition in postfix form, so that evaluating needs a stack and no recursion.
struct ConditionStep {
  enum class Kind : std::uint8_t { detection, any_of, all_of, not_, and_, or_ };
  Kind kind = Kind::detection;
  std::vector<std::uint32_t> detections;  ///< indices of what the names stand for; one for `detection`
};
using Condition = std::vector<ConditionStep>;

/// Depth and size that a condition may have.
inline constexpr std::size_t kMaxConditionTokens = 100'000;

}  // namespace tocsin::detect
