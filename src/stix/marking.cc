#include "stix/marking.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/unicode.h"
#include "stix/schema.h"
#include "stix/selector.h"

namespace tocsin::stix {
namespace {

struct FixedMarking {
  std::string_view id;
  Tlp tlp;
};

/// §7.2.1.4 for TLP 1; OASIS cti-stix-common-objects, extension-definition-specifications/tlp-2.0 for TLP 2.0.
constexpr auto kFixedMarkings = std::to_array<FixedMarking>({
    {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::clear},
    {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::green},
    {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::amber},
    {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::red},
    {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::clear},
    {"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::green},
    {"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::amber},
    {"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::amber_strict},
    {"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::red},
});
constexpr std::size_t kTlp2Begin = 4;

struct TlpName {
  std::string_view name;
  Tlp tlp;
};
constexpr auto kTlpNames = std::to_array<TlpName>({
    {"clear", Tlp::clear},
    {"white", Tlp::clear},
    {"green", Tlp::green},
    {"amber", Tlp::amber},
    {"amber+strict", Tlp::amber_strict},
    {"red", Tlp::red},
});

Tlp level_of_definition(const Object& object) {
  if (const auto* extensions = object.find("extensions")) {
    const auto* extension = extensions->find(kTlp2Extension);
    const auto* name = extension == nullptr ? nullptr : extension->find_string("tlp_2_0");
    return name == nullptr ? Tlp::closed : parse_tlp(*name).value_or(Tlp::closed);
  }
  const auto type = object.string("definition_type").value_or("");
  const auto* definition = object.find("definition");
  if (definition == nullptr) return Tlp::closed;
  if (type == "statement") return definition->find_string("statement") != nullptr ? Tlp::clear : Tlp::closed;
  const auto* name = type == "tlp" ? definition->find_string("tlp") : nullptr;
  return name == nullptr ? Tlp::closed : parse_tlp(*name).value_or(Tlp::closed);
}

/// One granular data marking, flattened to one selector.
struct GranularMarking {
  Selector selector;
  bool readable = true;
  Tlp tlp = Tlp::closed;
};

std::vector<GranularMarking> granular_markings(const Object& object, const MarkingTable& table) {
  std::vector<GranularMarking> out;
  const auto* list = object.find("granular_markings");
  if (list == nullptr) return out;
  if (list->array() == nullptr) return {GranularMarking{.selector = {}, .readable = false}};
  for (const auto& item : *list->array()) {
    const auto* lang = item.find_string("lang");
    const auto* ref = item.find_string("marking_ref");
    if (ref == nullptr && lang != nullptr) continue;
    const Tlp tlp = ref == nullptr ? Tlp::closed : table.level(*ref);
    const auto* selectors = item.find("selectors");
    if (selectors == nullptr || selectors->array() == nullptr) {
      out.push_back({.selector = {}, .readable = false, .tlp = tlp});
      continue;
    }
    for (const auto& value : *selectors->array()) {
      const auto* text = value.string();
      auto parsed = text == nullptr ? fail(ErrorCode::syntax, "no string") : parse_selector(*text);
      if (parsed) {
        out.push_back({.selector = *std::move(parsed), .readable = true, .tlp = tlp});
      } else {
        out.push_back({.selector = {}, .readable = false, .tlp = tlp});
      }
    }
  }
  return out;
}

/// Object markings alone; nullopt when there are none. A list that is no list of strings is a marking not understood.
std::optional<Tlp> object_marking_level(const Object& object, const MarkingTable& table) {
  const auto* refs = object.find("object_marking_refs");
  if (refs == nullptr) return std::nullopt;
  if (refs->array() == nullptr) return Tlp::closed;
  std::optional<Tlp> level;
  for (const auto& ref : *refs->array()) {
    const auto* id = ref.string();
    level = std::max(level.value_or(Tlp::clear), id == nullptr ? Tlp::closed : table.level(*id));
  }
  return level;
}

/// Removes what `selector` names; containers that become empty go too, STIX has no empty lists and dictionaries.
/// True when something was removed; `removed` then names it.
bool remove_at(json::Value& root, Selector selector, Selector& removed) {
  while (!selector.empty()) {
    const SelectorStep last = selector.back();
    Selector parent_path(selector.begin(), selector.end() - 1);
    auto* parent = const_cast<json::Value*>(resolve_selector(root, parent_path));
    if (parent == nullptr) return false;
    if (const auto* name = std::get_if<std::string>(&last)) {
      if (!parent->erase(*name)) return false;
    } else {
      auto* list = parent->array();
      const std::size_t index = std::get<std::size_t>(last);
      if (list == nullptr || index >= list->size()) return false;
      list->erase(list->begin() + static_cast<std::ptrdiff_t>(index));
    }
    removed = selector;
    const bool empty = (parent->array() != nullptr && parent->array()->empty()) ||
                       (parent->object() != nullptr && parent->object()->empty());
    if (!empty) return true;
    selector = std::move(parent_path);
  }
  return true;
}

std::string print_selector(const Selector& selector) {
  std::string out;
  for (const auto& step : selector) {
    if (!out.empty()) out += '.';
    if (const auto* name = std::get_if<std::string>(&step)) {
      out += *name;
    } else {
      out += fmt::format("[{}]", std::get<std::size_t>(step));
    }
  }
  return out;
}

/// Where `selector` points after `removed` is gone; nullopt when it pointed there or below.
std::optional<Selector> shift(Selector selector, const Selector& removed) {
  if (covers(removed, selector)) return std::nullopt;
  const std::size_t depth = removed.size();
  const auto* removed_index = std::get_if<std::size_t>(&removed.back());
  if (removed_index != nullptr && selector.size() >= depth &&
      std::equal(removed.begin(), removed.end() - 1, selector.begin())) {
    if (auto* index = std::get_if<std::size_t>(&selector[depth - 1]); index != nullptr && *index > *removed_index)
      --*index;
  }
  return selector;
}

/// Rewrites the selectors of all granular markings after a removal, dropping those that have nothing left to mark.
void clean_granular_markings(json::Value& object, const Selector& removed) {
  auto* list = object.find("granular_markings");
  if (list == nullptr || list->array() == nullptr) return;
  json::Array kept;
  for (auto& item : *list->array()) {
    auto* selectors = item.find("selectors");
    if (selectors == nullptr || selectors->array() == nullptr) continue;
    json::Array remaining;
    for (const auto& value : *selectors->array()) {
      const auto* text = value.string();
      auto parsed = text == nullptr ? fail(ErrorCode::syntax, "no string") : parse_selector(*text);
      if (!parsed) continue;
      if (auto shifted = shift(*std::move(parsed), removed)) remaining.emplace_back(print_selector(*shifted));
    }
    if (remaining.empty()) continue;
    *selectors = json::Value(std::move(remaining));
    kept.push_back(std::move(item));
  }
  if (kept.empty()) {
    object.erase("granular_markings");
  } else {
    *list = json::Value(std::move(kept));
  }
}

bool has_what_it_needs(const json::Value& object, const TypeDefinition& type) {
  const auto is_there = [&](const Property& property) {
    return property.presence == Presence::optional || object.find(property.name) != nullptr;
  };
  if (!std::ranges::all_of(common_properties(type), is_there) || !std::ranges::all_of(type.properties, is_there)) {
    return false;
  }
  return type.needs_one_of.empty() ||
         std::ranges::any_of(type.needs_one_of, [&](std::string_view name) { return object.find(name) != nullptr; });
}

}  // namespace

std::string_view tlp_name(Tlp tlp) {
  constexpr std::array<std::string_view, 6> kNames = {"clear", "green", "amber", "amber+strict", "red", "closed"};
  return kNames[static_cast<std::size_t>(tlp)];
}

std::optional<Tlp> parse_tlp(std::string_view text) {
  std::string lower = ascii_lower(trim_ascii(text));
  std::string_view name = lower;
  if (name.starts_with("tlp:")) name.remove_prefix(4);
  for (const auto& entry : kTlpNames) {
    if (entry.name == name) return entry.tlp;
  }
  return std::nullopt;
}

std::string_view tlp2_id(Tlp tlp) {
  for (std::size_t i = kTlp2Begin; i < kFixedMarkings.size(); ++i) {
    if (kFixedMarkings[i].tlp == tlp) return kFixedMarkings[i].id;
  }
  return {};
}

Object make_tlp2_definition(Tlp tlp) {
  Object object("marking-definition", tlp2_id(tlp));
  std::string name = "TLP:";
  for (const char c : tlp_name(tlp)) name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  json::Value extension{json::Object{}};
  extension.set("extension_type", "property-extension");
  extension.set("tlp_2_0", tlp_name(tlp));
  json::Value extensions{json::Object{}};
  extensions.set(std::string(kTlp2Extension), std::move(extension));
  object.set("created", "2022-10-01T00:00:00.000Z")
      .set("name", std::move(name))
      .set("extensions", std::move(extensions));
  return object;
}

std::optional<Tlp> tlp_of_id(std::string_view marking_id) {
  for (const auto& marking : kFixedMarkings) {
    if (marking.id == marking_id) return marking.tlp;
  }
  return std::nullopt;
}

void MarkingTable::add(const Object& object) {
  if (object.type() != "marking-definition") return;
  const Tlp tlp = level_of_definition(object);
  const auto [at, inserted] = levels_.try_emplace(std::string(object.id()), tlp);
  if (!inserted) at->second = std::max(at->second, tlp);
}

Tlp MarkingTable::level(std::string_view marking_id) const {
  if (const auto fixed = tlp_of_id(marking_id)) return *fixed;
  const auto found = levels_.find(marking_id);
  return found == levels_.end() ? Tlp::closed : found->second;
}

Tlp object_level(const Object& object, const MarkingTable& table, MarkingPolicy policy) {
  return object_marking_level(object, table).value_or(policy.unmarked);
}

Tlp strictest_level(const Object& object, const MarkingTable& table, MarkingPolicy policy) {
  Tlp level = object_level(object, table, policy);
  for (const auto& marking : granular_markings(object, table)) {
    level = std::max(level, marking.readable ? marking.tlp : Tlp::closed);
  }
  return level;
}

Tlp property_level(const Object& object, std::string_view selector, const MarkingTable& table, MarkingPolicy policy) {
  const auto wanted = parse_selector(selector);
  if (!wanted) return Tlp::closed;
  std::optional<Tlp> level = object_marking_level(object, table);
  for (const auto& marking : granular_markings(object, table)) {
    if (!marking.readable) return Tlp::closed;
    if (covers(marking.selector, *wanted) || covers(*wanted, marking.selector)) {
      level = std::max(level.value_or(Tlp::clear), marking.tlp);
    }
  }
  return level.value_or(policy.unmarked);
}

std::optional<Object> redact(const Object& object, const MarkingTable& table, Tlp clearance, MarkingPolicy policy) {
  if (object_level(object, table, policy) > clearance) return std::nullopt;
  auto markings = granular_markings(object, table);
  if (std::ranges::any_of(markings, [](const auto& marking) { return !marking.readable; })) return std::nullopt;
  std::erase_if(markings, [clearance](const auto& marking) { return marking.tlp <= clearance; });
  json::Value value = object.json();
  std::vector<Selector> pending;
  for (auto& marking : markings) pending.push_back(std::move(marking.selector));
  while (!pending.empty()) {
    const Selector selector = std::move(pending.back());
    pending.pop_back();
    Selector removed;
    // A selector of something that is not there marks nothing we could remove: the object is not what it claims.
    if (!remove_at(value, selector, removed)) return std::nullopt;
    clean_granular_markings(value, removed);
    std::vector<Selector> rest;
    for (auto& other : pending) {
      if (auto shifted = shift(std::move(other), removed)) rest.push_back(*std::move(shifted));
    }
    pending = std::move(rest);
  }
  if (const auto* type = find_type(object.type()); type != nullptr && !has_what_it_needs(value, *type)) {
    return std::nullopt;
  }
  auto made = Object::make(std::move(value));
  if (!made) return std::nullopt;
  return *std::move(made);
}

}  // namespace tocsin::stix
