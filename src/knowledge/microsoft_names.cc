// Microsoft's public mapping of threat-actor names.

#include <fmt/format.h>

#include "base/unicode.h"
#include "knowledge/importer.h"
#include "knowledge/names_extension.h"
#include "knowledge/object_names.h"
#include "stix/identifier.h"

namespace tocsin::knowledge {

namespace {

using std::string_view;

constexpr string_view kAsserter = "Microsoft";
/// The day Microsoft published this way of naming; the mapping itself carries no date.
constexpr string_view kFirstPublished = "2023-04-18T00:00:00.000Z";

/// Groups in development are Microsoft's DEV-1234 and, since 2023, Storm-1234.
bool is_microsoft_number(string_view name) {
  for (const string_view prefix : {"DEV-", "Storm-"}) {
    if (name.size() <= prefix.size() || !equals_ascii_case_insensitive(name.substr(0, prefix.size()), prefix)) continue;
    bool digits = true;
    for (const char c : name.substr(prefix.size())) digits = digits && is_ascii_digit(c);
    if (digits) return true;
  }
  return false;
}

std::vector<ObjectName> read_names(const std::string& own, string_view others) {
  std::vector<ObjectName> names{{.text = own, .relation = "name", .used_by = {std::string(kAsserter)}}};
  while (!others.empty()) {
    const std::size_t comma = others.find(',');
    const string_view text = trim_ascii(others.substr(0, comma));
    others = comma == string_view::npos ? string_view() : others.substr(comma + 1);
    bool repeated = text.empty();
    for (const ObjectName& name : names) repeated = repeated || name.text == text;
    if (repeated) continue;
    ObjectName name{.text = std::string(text), .relation = "same-as"};
    if (is_microsoft_number(text)) name.used_by.emplace_back(kAsserter);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

Result<ParsedKnowledge> parse_microsoft_names(const json::Value& mapping, const std::string& path) {
  if (mapping.array() == nullptr) {
    return fail(ErrorCode::invalid, "the mapping of actor names must be a list of records", {.source = path});
  }
  ParsedKnowledge knowledge{.format = KnowledgeFormat::microsoft_names};
  for (const json::Value& record : *mapping.array()) {
    const std::string* own = record.find_string("Threat actor name");
    if (own == nullptr || trim_ascii(*own).empty()) {
      knowledge.skipped.push_back(
          {.reason = "no threat actor name", .what = json::print(record).substr(0, 80), .where = {.source = path}});
      continue;
    }
    const std::string name(trim_ascii(*own));
    const std::string* others = record.find_string("Other names");
    const std::vector<ObjectName> names = read_names(name, others == nullptr ? string_view() : *others);
    stix::Object object("intrusion-set", stix::make_own_id("intrusion-set", {"microsoft-names", name}));
    object.set("created", kFirstPublished).set("modified", kFirstPublished).set("name", name);
    std::vector<std::string> aliases;
    for (const ObjectName& other : names) {
      if (other.text != name) aliases.push_back(other.text);
    }
    object.set_strings("aliases", aliases);
    if (const std::string* origin = record.find_string("Origin/Threat"); origin && !trim_ascii(*origin).empty()) {
      set_extra(object, "origin", trim_ascii(*origin));
    }
    set_extra(object, "asserted_by", kAsserter);
    set_extra(object, "names", print_object_names(names));
    knowledge.objects.push_back(std::move(object));
  }
  return knowledge;
}

}  // namespace tocsin::knowledge
