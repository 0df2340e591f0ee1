#include "app/file_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/unicode.h"

namespace tocsin::app {

namespace {

constexpr std::string_view kKnown = "check knows STIX bundles and patterns, Sigma rules and estate files";

std::unexpected<Error> unsupported(std::string message, const std::string& path) {
  return fail(ErrorCode::unsupported, std::move(message), Where{.source = path}, std::string(kKnown));
}

/// "[ipv4-addr:value = …", also behind brackets: an object type and a colon can't begin a JSON list.
bool begins_like_pattern(std::string_view text) {
  while (text.starts_with('#')) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  std::size_t at = text.find_first_not_of(" \t\r\n([");
  if (at == std::string_view::npos || text.substr(0, at).find('[') == std::string_view::npos) return false;
  const std::size_t begin = at;
  while (at < text.size() && (is_ascii_alnum(text[at]) || text[at] == '-')) ++at;
  return at > begin && at + 1 < text.size() && text[at] == ':' && text[begin] != '"';
}

bool is_stix(const json::Value& tree) {
  const json::Array* list = tree.array();
  const json::Value* first = list != nullptr && !list->empty() ? &list->front() : &tree;
  return first->find("type") != nullptr || first->find("objects") != nullptr;
}

/// True when one of `keys` stands at the left edge of a line, as a key of a YAML document does.
template <std::size_t N>
bool has_top_key(std::string_view text, const std::array<std::string_view, N>& keys) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    const std::string_view key = line.substr(0, std::min(line.find(':'), line.size()));
    if (key.size() < line.size() && std::ranges::find(keys, key) != keys.end()) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

constexpr auto kEstateKeys = std::to_array<std::string_view>({"organisation", "assets", "suppliers"});
constexpr auto kSigmaKeys =
    std::to_array<std::string_view>({"logsource", "detection", "correlation", "filter", "title", "action"});

}  // namespace

Result<FileKind> detect_file_kind(std::string_view text, const json::Value* tree, const std::string& path) {
  if (tree != nullptr) {
    if (tree->find("bomFormat") != nullptr || tree->find("spdxVersion") != nullptr) {
      return fail(ErrorCode::unsupported, "checking SBOMs against their schemas is not supported",
                  Where{.source = path}, "tocsin survey reads CycloneDX 1.4 to 1.6");
    }
    if (is_stix(*tree)) return FileKind::stix;
    return unsupported("JSON, but no STIX: no object in it has a type", path);
  }
  if (begins_like_pattern(text)) return FileKind::pattern;
  const std::size_t start = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  // Broken JSON under a name that promises JSON is STIX with a syntax error; the check names its place.
  const bool looks_like_json = start != std::string_view::npos && (text[start] == '{' || text[start] == '[');
  if (looks_like_json && !path.ends_with(".ndjson") && !path.ends_with(".jsonl")) return FileKind::stix;
  if (has_top_key(text, kEstateKeys)) return FileKind::estate;
  if (has_top_key(text, kSigmaKeys) || path.ends_with(".yml") || path.ends_with(".yaml")) return FileKind::sigma;
  if (start == std::string_view::npos) return unsupported("an empty file", path);
  return unsupported("not a kind of file that can be checked", path);
}

}  // namespace tocsin::app
