#include "base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/unicode.h"

namespace tocsin {
namespace {

constexpr std::size_t kMaxColumns = 160;
constexpr std::size_t kNumberColumns = 8;                         // "12345 | "
constexpr std::size_t kShown = kMaxColumns - kNumberColumns - 2;  // and "…" on either side

/// Would change how a terminal shows what follows: controls, and the bidirectional overrides of "Trojan Source".
bool is_hostile(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x2028 || c == 0x2029;
}

/// Messages quote input: hostile and invalid characters become U+FFFD.
std::string harmless(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t character = decode_utf8(text, at);
    append_utf8(out, is_hostile(character) ? U'\ufffd' : character);
  }
  return out;
}

/// Where in `text` the finding is; nullopt if there is no such line or nothing is known.
std::optional<std::size_t> offset_in(std::string_view text, const Where& where) {
  if (text.empty()) return std::nullopt;
  if (where.line == 0) {
    if (!where.has_offset()) return std::nullopt;
    return std::min<std::uint64_t>(where.offset, text.size());
  }
  std::size_t begin = 0;
  for (std::uint32_t line = 1; line < where.line; ++line) {
    const std::size_t found = text.find('\n', begin);
    if (found == std::string_view::npos) return std::nullopt;
    begin = found + 1;
  }
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  return std::min(begin + (where.column == 0 ? 0 : where.column - 1), end);
}

struct Excerpt {
  std::u32string characters;
  std::size_t caret = 0;  // index into characters, or their size: the end of the line
  bool cut_before = false;
  bool cut_after = false;
};

/// The line around `offset`; of a long line no more is looked at than can be shown.
Excerpt excerpt_at(std::string_view text, std::size_t offset) {
  constexpr std::size_t kMaxBytes = kMaxColumns * 4;
  const auto is_inside_character = [&](std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  std::size_t begin = offset;
  while (begin > 0 && text[begin - 1] != '\n' && offset - begin < kMaxBytes) --begin;
  Excerpt excerpt;
  excerpt.cut_before = begin > 0 && text[begin - 1] != '\n';
  while (excerpt.cut_before && begin < offset && is_inside_character(begin)) ++begin;
  std::size_t end = std::min(text.find('\n', offset), text.size());
  if (end > begin && text[end - 1] == '\r') --end;
  excerpt.cut_after = end > offset + kMaxBytes;
  if (excerpt.cut_after) end = offset + kMaxBytes;

  std::size_t at = begin;
  while (at < end) {
    const char32_t character = decode_utf8(text, at);
    if (at <= offset) ++excerpt.caret;
    excerpt.characters += is_hostile(character) && character != '\t' ? U'\ufffd' : character;
  }

  if (excerpt.characters.size() > kShown) {
    // A third of the room behind the caret, the rest before it, and none of it unused at the ends of the line.
    const std::size_t from =
        std::min(excerpt.caret - std::min(excerpt.caret, kShown - kShown / 3), excerpt.characters.size() - kShown);
    excerpt.cut_before |= from > 0;
    excerpt.cut_after |= from + kShown < excerpt.characters.size();
    excerpt.characters = excerpt.characters.substr(from, kShown);
    excerpt.caret -= from;
  }
  return excerpt;
}

void print_excerpt(std::string& out, const Excerpt& excerpt, std::uint32_t line, bool with_caret) {
  constexpr std::string_view kCut = "…";
  out += fmt::format("{:5} | ", line);
  if (excerpt.cut_before) out += kCut;
  for (const char32_t character : excerpt.characters) append_utf8(out, character);
  if (excerpt.cut_after) out += kCut;
  out += '\n';
  if (!with_caret) return;
  out += "      | ";
  if (excerpt.cut_before) out += ' ';
  for (std::size_t i = 0; i < excerpt.caret; ++i) out += excerpt.characters[i] == '\t' ? '\t' : ' ';
  out += "^\n";
}

/// Optimal string alignment: insert, delete, replace, swap neighbours; ASCII case costs nothing.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto same = [&](std::size_t x, std::size_t y) { return ascii_lower(a[x - 1]) == ascii_lower(b[y - 1]); };
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (same(i, j) ? 0 : 1)});
      if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j)) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[b.size()];
}

}  // namespace

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::error; });
}

std::string print_diagnostic(const Diagnostic& diagnostic, std::string_view text) {
  Where where = diagnostic.where;
  const std::optional<std::size_t> offset = offset_in(text, where);
  const bool has_column = where.line == 0 || where.column != 0;
  if (offset && where.line == 0) where = locate(text, *offset, where.source);

  std::string out;
  if (!where.source.empty()) out += harmless(where.source) + ':';
  if (where.line != 0) {
    out += fmt::format("{}:", where.line);
    if (where.column != 0) out += fmt::format("{}:", where.column);
  } else if (where.has_offset()) {
    out += fmt::format("byte {}:", where.offset);
  }
  if (!out.empty()) out += ' ';
  out += diagnostic.severity == Severity::error ? "error: " : "warning: ";
  out += harmless(diagnostic.message);
  if (!diagnostic.rule.empty()) out += fmt::format(" [{}]", diagnostic.rule);
  out += '\n';
  if (offset) print_excerpt(out, excerpt_at(text, *offset), where.line, has_column);
  if (!diagnostic.pointer.empty()) out += fmt::format("  at: {}\n", harmless(diagnostic.pointer));
  if (!diagnostic.hint.empty()) out += fmt::format("  hint: {}\n", harmless(diagnostic.hint));
  return out;
}

std::string nearest_name(std::string_view name, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t kMaxLength = 100;  // nobody mistypes longer names, and the cost is quadratic
  if (name.empty() || name.size() > kMaxLength) return {};
  // A third of the letters may be wrong; of one or two letters, one.
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string_view nearest;
  for (const std::string_view candidate : candidates) {
    const std::size_t longer = std::max(candidate.size(), name.size());
    if (longer - std::min(candidate.size(), name.size()) >= best) continue;
    const std::size_t distance = edit_distance(name, candidate);
    // Sharing no letter at all is not near, however short the names are.
    if (distance < best && distance < longer) {
      best = distance;
      nearest = candidate;
    }
  }
  return std::string(nearest);
}

}  // namespace tocsin
