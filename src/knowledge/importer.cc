#include "knowledge/importer.h"

#include <fmt/format.h>

#include <array>

#include "base/unicode.h"
#include "stix/bundle.h"

namespace tocsin::knowledge {

namespace {

using std::string_view;

constexpr std::array<string_view, 4> kFormatNames = {"stix", "misp-galaxy", "microsoft-names", "name-pack"};
constexpr string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_galaxy(const json::Value& root) {
  const json::Value* values = root.find("values");
  return values != nullptr && values->array() != nullptr && root.find_string("type") != nullptr;
}

bool is_microsoft_mapping(const json::Value& root) {
  return root.array() != nullptr && !root.array()->empty() &&
         root.array()->front().find("Threat actor name") != nullptr;
}

Result<ParsedKnowledge> parse_stix(string_view text, const std::string& path) {
  TRY(stix::ParsedBundle parsed, stix::parse_bundle(text, {.source = path}));
  ParsedKnowledge knowledge{.format = KnowledgeFormat::stix};
  knowledge.objects = std::move(parsed.bundle.objects);
  for (Diagnostic& problem : parsed.skipped) {
    knowledge.skipped.push_back({.reason = std::move(problem.rule),
                                 .what = fmt::format("{} {}", problem.pointer, problem.message),
                                 .where = std::move(problem.where)});
  }
  return knowledge;
}

}  // namespace

string_view knowledge_format_name(KnowledgeFormat format) { return kFormatNames[static_cast<std::size_t>(format)]; }

Result<ParsedKnowledge> parse_knowledge(string_view text, const std::string& path) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const string_view trimmed = trim_ascii(text);
  if (trimmed.empty() || (trimmed.front() != '{' && trimmed.front() != '[')) {
    return fail(ErrorCode::unsupported, "this is no JSON: not a STIX bundle, MISP galaxy or list of actor names",
                {.source = path}, "packs of names (*.yml) are imported as a folder");
  }
  // A bundle is large and is parsed once, by its own room; the others are small and looked at as a tree.
  const string_view head = text.substr(0, std::size_t{64} << 10);
  if (head.find("\"objects\"") != string_view::npos || head.find("\"spec_version\"") != string_view::npos) {
    return parse_stix(text, path);
  }
  TRY(const json::Value root, json::parse(text, {.source = path}));
  if (is_galaxy(root)) return parse_galaxy(root, path);
  if (is_microsoft_mapping(root)) return parse_microsoft_names(root, path);
  return parse_stix(text, path);
}

}  // namespace tocsin::knowledge
