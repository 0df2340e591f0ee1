#include "report/path_reader.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/unicode.h"
#include "report/indicator_words.h"

namespace tocsin::report {

namespace {

using record::IndicatorType;

constexpr std::size_t kLongest = 1024;
constexpr std::size_t kLookAhead = 48;

constexpr auto kHives = std::to_array<std::string_view>(
    {"HKEY_LOCAL_MACHINE\\", "HKEY_CURRENT_USER\\", "HKEY_CLASSES_ROOT\\", "HKEY_USERS\\", "HKEY_CURRENT_CONFIG\\",
     "HKLM\\", "HKCU\\", "HKCR\\", "HKU\\", "HKCC\\", "HKLM:\\", "HKCU:\\"});

bool ends_component(char c) {
  return c == '\n' || c == '\r' || c == '\t' || c == '"' || c == '<' || c == '>' || c == '|' || c == '?' || c == '*' ||
         c == '`' || c == ';' || c == ',';
}

/// Length of the root ("C:\", "%APPDATA%\", "HKLM\"), or 0.
std::size_t root_length(std::string_view text, IndicatorType& type) {
  type = IndicatorType::path;
  for (const std::string_view hive : kHives) {
    if (!equals_ascii_case_insensitive(text.substr(0, hive.size()), hive)) continue;
    type = IndicatorType::registry_key;
    return hive.size();
  }
  if (text.size() > 3 && is_ascii_alpha(text[0]) && text[1] == ':' && text[2] == '\\') return 3;
  constexpr std::string_view kPipe = "\\\\.\\pipe\\";
  if (equals_ascii_case_insensitive(text.substr(0, kPipe.size()), kPipe)) {
    type = IndicatorType::pipe;
    return kPipe.size();
  }
  if (text.starts_with("\\\\") && text.size() > 3 && is_ascii_alnum(text[2])) {
    const std::size_t share = text.substr(0, 128).find('\\', 3);
    const std::size_t space = text.substr(0, 128).find(' ');
    if (share != std::string_view::npos && share < space) return share + 1;
  }
  if (text.starts_with('%')) {
    const std::size_t close = text.substr(0, 64).find("%\\", 1);
    if (close != std::string_view::npos && std::ranges::all_of(text.substr(1, close - 1), [](char c) {
          return is_ascii_alnum(c) || c == '_' || c == '(' || c == ')';
        })) {
      return close + 2;
    }
  }
  return 0;
}

bool ends_with_extension(std::string_view word) {
  const std::size_t dot = word.rfind('.');
  return dot != std::string_view::npos && is_file_extension(ascii_lower(word.substr(dot + 1)));
}

/// Whether the space at `at` lies inside a name: a backslash, or within three words a file ending, follows.
bool space_belongs(std::string_view text, std::size_t at, std::string_view component) {
  if (ends_with_extension(component)) return false;
  int words = 0;
  std::size_t word = at + 1;
  for (std::size_t next = at + 1; next < text.size() && next - at < kLookAhead; ++next) {
    const char c = text[next];
    if (c == '\\') return next > word || words > 0;
    if (ends_component(c) || c == ':' || c == '(' || c == ')') break;
    if (c == ' ') {
      const std::string_view one = text.substr(word, next - word);
      if (ends_with_extension(one)) return true;
      if (one.ends_with('.') || ++words == 3) return false;
      word = next + 1;
    }
  }
  std::size_t end = word;
  while (end < text.size() && end - at < kLookAhead && text[end] != ' ' && !ends_component(text[end])) ++end;
  std::string_view last = text.substr(word, end - word);
  while (last.ends_with('.') || last.ends_with(')')) last.remove_suffix(1);
  return ends_with_extension(last);
}

}  // namespace

std::optional<FoundPath> read_windows_path(std::string_view text, std::size_t start) {
  FoundPath found;
  const std::size_t root = root_length(text.substr(start, kLongest), found.type);
  if (root == 0) return std::nullopt;
  std::size_t at = start + root;
  std::size_t component = at;
  while (at < text.size() && at - start < kLongest) {
    const char c = text[at];
    if (ends_component(c)) break;
    // A second drive or a closing bracket that was not opened ends it.
    if (c == ':' && !(at + 1 < text.size() && is_ascii_alpha(text[at + 1]))) break;
    if (c == ')' && text.substr(component, at - component).find('(') == std::string_view::npos) break;
    if (c == '\\') {
      component = at + 1;
    } else if (c == ' ' && !space_belongs(text, at, text.substr(component, at - component))) {
      break;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      std::size_t next = at;
      const char32_t code_point = decode_utf8(text, next);
      if (!is_letter(code_point)) break;
      at = next;
      continue;
    }
    ++at;
  }
  while (at > start + root && (text[at - 1] == '.' || text[at - 1] == ' ' || text[at - 1] == '\'')) --at;
  if (at <= start + root) return std::nullopt;
  found.end = at;
  if (found.type == IndicatorType::path && ascii_lower(text.substr(start, at - start)).ends_with(".pdb")) {
    found.type = IndicatorType::pdb_path;
  }
  return found;
}

std::optional<FoundPath> read_unix_path(std::string_view text, std::size_t start) {
  if (start >= text.size() || text[start] != '/') return std::nullopt;
  std::size_t at = start + 1;
  while (at < text.size() && at - start < kLongest) {
    const char c = text[at];
    const bool part = is_ascii_alnum(c) || c == '/' || c == '.' || c == '_' || c == '-' || c == '+' || c == '~' ||
                      c == '@' || c == '%' || c == '$' || c == '{' || c == '}' || c == '*';
    if (!part) break;
    ++at;
  }
  while (at > start && (text[at - 1] == '.' || text[at - 1] == '/')) --at;
  const std::string_view path = text.substr(start + 1, at > start + 1 ? at - start - 1 : 0);
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos || slash + 1 >= path.size() || !is_unix_root(path.substr(0, slash)))
    return std::nullopt;
  return FoundPath{IndicatorType::path, at};
}

}  // namespace tocsin::report
