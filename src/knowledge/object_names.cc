#include "knowledge/object_names.h"

#include <algorithm>
#include <array>
#include <map>

#include "knowledge/names_extension.h"

namespace tocsin::knowledge {

namespace {

using std::string_view;

std::string text_of(const json::Value& value, string_view key) {
  const std::string* text = value.find_string(key);
  return text == nullptr ? std::string() : *text;
}

std::vector<ObjectName> read_own_names(const json::Array& items) {
  std::vector<ObjectName> names;
  for (const json::Value& item : items) {
    ObjectName name{.text = text_of(item, "name"),
                    .relation = text_of(item, "relation"),
                    .used_by = {},
                    .used_by_ref = text_of(item, "used_by_ref"),
                    .reference = text_of(item, "reference")};
    if (name.text.empty()) continue;
    if (name.relation.empty()) name.relation = "same-as";
    if (const json::Value* used_by = item.find("used_by"); used_by != nullptr && used_by->array() != nullptr) {
      for (const json::Value& user : *used_by->array()) {
        if (user.string() != nullptr) name.used_by.push_back(*user.string());
      }
    }
    names.push_back(std::move(name));
  }
  return names;
}

/// "(Citation: A)(Citation: B)" as "A; B"; other text as it is.
std::string citations(string_view text) {
  constexpr string_view kOpen = "(Citation: ";
  if (!text.starts_with(kOpen)) return std::string(text);
  std::string cited;
  while (true) {
    const std::size_t open = text.find(kOpen);
    if (open == string_view::npos) break;
    text.remove_prefix(open + kOpen.size());
    const std::size_t close = text.find(')');
    if (close == string_view::npos) break;
    if (!cited.empty()) cited += "; ";
    cited += text.substr(0, close);
    text.remove_prefix(close + 1);
  }
  return cited;
}

struct ExternalReferences {
  std::map<std::string, std::string, std::less<>> descriptions;  ///< source_name, description
  std::string first_id;
};

ExternalReferences external_references(const stix::Object& object) {
  ExternalReferences found;
  const json::Value* references = object.find("external_references");
  if (references == nullptr || references->array() == nullptr) return found;
  for (const json::Value& reference : *references->array()) {
    if (found.first_id.empty()) found.first_id = text_of(reference, "external_id");
    found.descriptions.emplace(text_of(reference, "source_name"), text_of(reference, "description"));
  }
  return found;
}

}  // namespace

std::string_view uuid_of_id(string_view id) {
  const std::size_t dashes = id.find("--");
  return dashes == string_view::npos ? id : id.substr(dashes + 2);
}

std::vector<ObjectName> object_names(const stix::Object& object) {
  const json::Value* own = find_extra(object, "names");
  if (own != nullptr && own->array() != nullptr) return read_own_names(*own->array());
  std::vector<ObjectName> names;
  if (object.name().empty()) return names;
  const ExternalReferences references = external_references(object);
  const auto add = [&](string_view text, string_view relation) {
    if (text.empty() || std::ranges::find(names, text, &ObjectName::text) != names.end()) return;
    ObjectName name{.text = std::string(text), .relation = std::string(relation)};
    const auto cited = references.descriptions.find(text);
    if (cited != references.descriptions.end()) name.reference = citations(cited->second);
    names.push_back(std::move(name));
  };
  add(object.name(), "name");
  names.back().used_by_ref = object.string("created_by_ref").value_or("");
  constexpr std::array<string_view, 2> kAliasProperties = {"aliases", "x_mitre_aliases"};
  for (const string_view property : kAliasProperties) {
    for (const string_view alias : object.strings(property)) add(alias, "same-as");
  }
  add(references.first_id, "external-id");
  return names;
}

std::vector<ObjectLink> object_links(const stix::Object& object) {
  std::vector<ObjectLink> links;
  const auto confidence_of = [](std::optional<std::int64_t> value) -> std::optional<int> {
    if (!value || *value < 0 || *value > 100) return std::nullopt;
    return static_cast<int>(*value);
  };
  if (object.type() == "relationship") {
    const auto source = object.string("source_ref");
    const auto target = object.string("target_ref");
    const auto relation = object.string("relationship_type");
    if (source && target && relation) {
      links.push_back({.source = std::string(uuid_of_id(*source)),
                       .relation = std::string(*relation),
                       .target = std::string(uuid_of_id(*target)),
                       .confidence = confidence_of(object.integer("confidence"))});
    }
  }
  const json::Value* own = find_extra(object, "links");
  if (own == nullptr || own->array() == nullptr) return links;
  for (const json::Value& item : *own->array()) {
    ObjectLink link{.source = std::string(uuid_of_id(object.id())),
                    .relation = text_of(item, "relation"),
                    .target = text_of(item, "target")};
    if (const json::Value* confidence = item.find("confidence"))
      link.confidence = confidence_of(confidence->as_int64());
    if (!link.relation.empty() && !link.target.empty()) links.push_back(std::move(link));
  }
  return links;
}

json::Value print_object_names(const std::vector<ObjectName>& names) {
  json::Array items;
  for (const ObjectName& name : names) {
    json::Value item;
    item.set("name", name.text);
    item.set("relation", name.relation);
    if (!name.used_by.empty()) {
      json::Array users(name.used_by.begin(), name.used_by.end());
      item.set("used_by", std::move(users));
    }
    if (!name.used_by_ref.empty()) item.set("used_by_ref", name.used_by_ref);
    if (!name.reference.empty()) item.set("reference", name.reference);
    items.push_back(std::move(item));
  }
  return items;
}

json::Value print_object_links(const std::vector<ObjectLink>& links) {
  json::Array items;
  for (const ObjectLink& link : links) {
    json::Value item;
    item.set("relation", link.relation);
    item.set("target", link.target);
    if (link.confidence) item.set("confidence", json::Value::integer(*link.confidence));
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace tocsin::knowledge
