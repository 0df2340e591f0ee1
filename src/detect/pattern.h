#pragma once

// Sigma strings: text with the wildcards * (anything) and ? (one code point), and their escapes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::detect {

/// A string with its escapes resolved. Plain value. Two texts never stand side by side, nor do two `any`.
struct Pattern {
  enum class PartKind : std::uint8_t { text, any, one };
  struct Part {
    PartKind kind = PartKind::text;
    std::string text;
    bool operator==(const Part&) const = default;
  };
  std::vector<Part> parts;  ///< none: the empty string

  void append_text(std::string_view text);
  void append(PartKind kind);
  bool has_wildcards() const;
  /// Exactly `*`: the field has some value.
  bool is_any() const { return parts.size() == 1 && parts[0].kind == PartKind::any; }
  /// The text of a pattern without wildcards.
  std::string literal() const;
  bool operator==(const Pattern&) const = default;
};

/// Sigma's escape table (rules specification, "Escaping"): a backslash before *, ? or a backslash takes its special
/// meaning away, any other backslash stands for itself; so does a trailing one.
Pattern parse_pattern(std::string_view text);
/// The inverse: parse_pattern(print_pattern(p)) == p.
std::string print_pattern(const Pattern& pattern);

/// `pattern` with every text folded (Unicode simple case folding).
Pattern fold_pattern(const Pattern& pattern);

/// True when `pattern` matches the whole of `text`. Both folded, or neither.
/// cost: O(|pattern| * |text|) at worst, no allocation
bool match_pattern(const Pattern& pattern, std::string_view text);

}  // namespace tocsin::detect
