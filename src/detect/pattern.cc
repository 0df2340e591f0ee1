#include "detect/pattern.h"

#include <algorithm>

#include "base/unicode.h"

namespace tocsin::detect {

void Pattern::append_text(std::string_view text) {
  if (text.empty()) return;
  if (parts.empty() || parts.back().kind != PartKind::text) parts.push_back({PartKind::text, {}});
  parts.back().text += text;
}

void Pattern::append(PartKind kind) {
  if (kind == PartKind::any && !parts.empty() && parts.back().kind == PartKind::any) return;
  parts.push_back({kind, {}});
}

bool Pattern::has_wildcards() const {
  return std::ranges::any_of(parts, [](const Part& part) { return part.kind != PartKind::text; });
}

std::string Pattern::literal() const { return parts.empty() ? std::string() : parts.front().text; }

Pattern parse_pattern(std::string_view text) {
  Pattern out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (c == '\\' && (next == '\\' || next == '*' || next == '?')) {
      out.append_text(text.substr(++at, 1));
    } else if (c == '*') {
      out.append(Pattern::PartKind::any);
    } else if (c == '?') {
      out.append(Pattern::PartKind::one);
    } else {
      out.append_text(text.substr(at, 1));
    }
  }
  return out;
}

std::string print_pattern(const Pattern& pattern) {
  std::string out;
  for (const Pattern::Part& part : pattern.parts) {
    if (part.kind == Pattern::PartKind::any) out += '*';
    if (part.kind == Pattern::PartKind::one) out += '?';
    for (const char c : part.text) {
      if (c == '\\' || c == '*' || c == '?') out += '\\';
      out += c;
    }
  }
  return out;
}

Pattern fold_pattern(const Pattern& pattern) {
  Pattern out = pattern;
  for (Pattern::Part& part : out.parts) part.text = fold_case(part.text);
  return out;
}

bool match_pattern(const Pattern& pattern, std::string_view text) {
  using Kind = Pattern::PartKind;
  const auto& parts = pattern.parts;
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t part = 0;
  std::size_t at = 0;
  // Only the last `any` needs to be tried again: an earlier one that takes more leaves less for what has matched.
  std::size_t any_part = kNone;
  std::size_t any_end = 0;  // where the text behind it begins
  for (;;) {
    bool fits = false;
    if (part == parts.size()) {
      if (at == text.size()) return true;
    } else if (parts[part].kind == Kind::any) {
      any_part = part++;
      any_end = at;
      fits = true;
      if (part == parts.size()) return true;
    } else if (parts[part].kind == Kind::one) {
      if (at < text.size()) {
        decode_utf8(text, at);
        ++part;
        fits = true;
      }
    } else if (text.substr(at).starts_with(parts[part].text)) {
      at += parts[part].text.size();
      ++part;
      fits = true;
    }
    if (fits) continue;
    if (any_part == kNone || any_end == text.size()) return false;
    decode_utf8(text, any_end);
    part = any_part + 1;
    if (part < parts.size() && parts[part].kind == Kind::text) {  // straight to where the text behind it comes next
      any_end = text.find(parts[part].text, any_end);
      if (any_end == kNone) return false;
    }
    at = any_end;
  }
}

}  // namespace tocsin::detect
