#pragma once

// JSON on the hot path: one pass over a record into a flat list of tokens that are views of the text as it stands.
// No tree, no copy, no unescaping. For everything else there is base/json.h.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin::json {

enum class WalkKind : std::uint8_t {
  object_begin,
  object_end,
  array_begin,
  array_end,
  string,   ///< raw: between the quotes, escapes in place and not checked
  number,   ///< raw: its digits, checked
  boolean,  ///< raw: true or false
  null,
  too_deep  ///< raw: the whole object or array below the depth limit, its inside not checked
};

struct WalkItem {
  WalkKind kind = WalkKind::null;
  std::string_view key;  ///< as it stands between its quotes, escapes in place; empty in arrays
  std::string_view raw;
};

struct WalkLimits {
  std::uint32_t max_depth = 64;
  std::size_t max_items = 40'000;
};

/// Reuses its memory from one text to the next. One thread.
class Walker {
 public:
  Walker();
  Walker(Walker&&) noexcept;
  Walker& operator=(Walker&&) noexcept;
  ~Walker();

  /// The tokens of one JSON object or array in document order, or of a single value.
  /// in:     text: UTF-8, followed by at least PaddedBytes::kPadding readable bytes of any content
  /// out:    items() until the next call; they point into `text`
  /// errors: syntax (offset in `text`; invalid UTF-8 and anything after the value too). limit_exceeded: more items
  ///         than allowed; items() holds those before
  Status walk(std::string_view text, const WalkLimits& limits = {});
  const std::vector<WalkItem>& items() const { return items_; }
  /// True when the text was seen to hold no \\u and no letter outside ASCII that folds to one inside: what ASCII
  /// letters and signs a string has stand in the text as they are, but for those behind a backslash.
  bool is_plain() const { return is_plain_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::vector<WalkItem> items_;
  bool is_plain_ = false;
};

}  // namespace tocsin::json
