#include <fmt/format.h>

#include <algorithm>

#include "base/diagnostic.h"
#include "stix/check_object.h"
#include "stix/form.h"
#include "stix/identifier.h"
#include "stix/marking.h"

// Extensions (§3.2, §3.10, §7.3) and what is custom (§11).

namespace tocsin::stix {
namespace {

constexpr std::string_view kReserved[] = {"severity", "username", "phone_number", "action"};  // §3.8
constexpr std::string_view kDefinitionPrefix = "extension-definition--";

/// The extension_type of an extension's value; empty when there is none.
std::string_view extension_type(const json::Value& extension) {
  const auto* type = extension.find_string("extension_type");
  return type == nullptr ? std::string_view{} : std::string_view(*type);
}

/// True when one of the object's extensions has a type that `test` accepts.
template <typename Test>
bool any_extension(const json::Value& object, Test test) {
  const auto* extensions = object.find("extensions");
  if (extensions == nullptr || extensions->object() == nullptr) return false;
  return std::ranges::any_of(*extensions->object(),
                             [&](const json::Member& member) { return test(extension_type(member.value)); });
}

bool is_listed(const json::Value& list, std::string_view text) {
  return list.array() != nullptr && std::ranges::any_of(*list.array(), [text](const json::Value& item) {
           return item.string() != nullptr && *item.string() == text;
         });
}

}  // namespace

void ObjectChecker::check_extensions(const json::Value& value, const Path& path) {
  const auto* members = value.object();
  if (members == nullptr) {
    problems_.add(Rule::dictionary, path, value.offset(),
                  fmt::format("extensions must be a JSON object, not {}", value.kind_name()));
    return;
  }
  if (members->empty())
    problems_.add(Rule::empty_dictionary, path, value.offset(), "the dictionary of extensions is empty");
  for (const auto& member : *members) {
    const Path at = path.down(member.key);
    if (member.key.starts_with(kDefinitionPrefix)) {
      check_extension_use(member.key, member.value, at);
    } else if (const auto* structure = find_structure(member.key);
               structure != nullptr && member.key.ends_with("-ext")) {
      const auto* type = entry_->type;
      const bool at_home = type != nullptr && std::ranges::find(type->extensions, member.key) != type->extensions.end();
      const auto* home = at_home ? nullptr : entry_->type;
      if (!at_home) {
        problems_.add(
            Rule::extension_place, at, member.key_offset,
            fmt::format("{} is no extension of {}", member.key, home == nullptr ? entry_->type_name : home->name));
      }
      check_structure(structure->name, member.value, at);
    } else {
      check_custom_extension(member.key, member.value, at);
    }
  }
}

void ObjectChecker::check_extension_use(const std::string& key, const json::Value& value, const Path& path) {
  if (!parse_identifier(key)) {
    problems_.add(Rule::identifier, path, value.offset(), fmt::format("'{}' is no identifier", key));
  }
  const auto* members = value.object();
  if (members == nullptr) {
    problems_.add(Rule::structure, path, value.offset(),
                  fmt::format("an extension must be a JSON object, not {}", value.kind_name()));
    return;
  }
  const auto* type_value = value.find("extension_type");
  if (type_value == nullptr) {
    problems_.add(Rule::extension_type_missing, path, value.offset(), "the extension does not say its extension_type",
                  "e.g. \"extension_type\": \"property-extension\"");
  } else {
    check_single({"extension_type", Kind::enumeration, Presence::required, false, "extension-type-enum"}, *type_value,
                 path.down("extension_type"));
  }
  const std::string_view type = extension_type(value);
  if (type.starts_with("new-") && entry_->type != nullptr) {
    problems_.add(Rule::extension_redefines, path, value.offset(),
                  fmt::format("{} is a type of the specification, an extension cannot make it new", entry_->type_name));
  }
  if (const auto* definition = index_.find(key); definition != nullptr && !type.empty()) {
    const auto* types = definition->value->find("extension_types");
    if (types != nullptr && !is_listed(*types, type)) {
      problems_.add(Rule::extension_mismatch, path, value.offset(),
                    fmt::format("the definition of this extension does not have the type '{}'", type));
    }
  }
  for (const auto& member : *members) {
    if (form::is_property_name(member.key)) continue;
    problems_.add(Rule::extension_property_name, path.down(member.key), member.key_offset,
                  fmt::format("'{}' is no name of an extension property", member.key));
  }
}

void ObjectChecker::check_custom_extension(const std::string& key, const json::Value& value, const Path& path) {
  const auto* type = entry_->type;
  if (type != nullptr && type->category != Category::sco) {
    problems_.add(Rule::custom_extension_place, path, value.offset(),
                  fmt::format("the custom extension '{}' stands on a {}", key, type->name),
                  "use an extension definition (§7.3)");
  }
  const bool name_is_good =
      key.size() >= 3 && key.size() <= 250 && key.ends_with("-ext") &&
      std::ranges::all_of(key, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (!name_is_good) {
    problems_.add(Rule::custom_extension_name, path, value.offset(),
                  fmt::format("'{}' is no name of an extension: a-z 0-9 -, at its end -ext", key));
    problems_.add_once(Rule::extension_key, key, path, value.offset(),
                       fmt::format("'{}' is neither the id of an extension definition nor predefined", key));
  }
  if (!key.starts_with("x-")) {
    problems_.add_once(Rule::custom_extension_prefix, key, path, value.offset(),
                       fmt::format("the custom extension '{}' should start with x-", key));
  }
  problems_.add_once(Rule::custom_extension, key, path, value.offset(),
                     fmt::format("the custom extension '{}' should be an extension definition (§7.3)", key));
  const auto* members = value.object();
  if (members == nullptr) {
    problems_.add(Rule::structure, path, value.offset(),
                  fmt::format("an extension must be a JSON object, not {}", value.kind_name()));
  } else if (members->empty()) {
    problems_.add(Rule::empty_dictionary, path, value.offset(), fmt::format("the extension '{}' has no property", key));
  }
}

bool ObjectChecker::has_top_level_extension() const {
  return any_extension(*entry_->value, [](std::string_view type) {
    return type == "toplevel-property-extension" || type.starts_with("new-");
  });
}

void ObjectChecker::check_unknown_member(const json::Member& member, const TypeDefinition* type, const Path& path) {
  const std::string_view type_name = type == nullptr ? entry_->type_name : type->name;
  const auto offset = member.key_offset;
  const bool top_level = type == entry_->type;
  if (top_level && type != nullptr && is_common_property(member.key)) {
    const Rule rule = member.key == "defanged" ? Rule::defanged : Rule::not_applicable;
    problems_.add(rule, path, offset, fmt::format("{} has no property '{}'", type_name, member.key));
    return;
  }
  if (top_level && std::ranges::find(kReserved, member.key) != std::end(kReserved)) {
    problems_.add(Rule::reserved_name, path, offset, fmt::format("the property name '{}' is reserved", member.key));
    return;
  }
  const std::string key = fmt::format("{}.{}", type_name, member.key);
  if (member.value.is_null()) {
    problems_.add_once(Rule::null_value, key, path, offset, fmt::format("'{}' of {} is null", member.key, type_name));
  }
  if (!form::is_property_name(member.key)) {
    problems_.add(Rule::custom_property_name, path, offset,
                  fmt::format("'{}' is no name of a property: only a-z 0-9 _, 3 to 250 long", member.key));
    return;
  }
  if (type == nullptr || has_top_level_extension()) return;
  if (!member.key.starts_with("x_")) {
    std::vector<std::string_view> candidates;
    for (const auto part : {common_properties(*type), type->properties}) {
      for (const auto& property : part) candidates.push_back(property.name);
    }
    const std::string nearest = nearest_name(member.key, candidates);
    problems_.add_once(Rule::custom_property_prefix, key, path, offset,
                       fmt::format("{} has no property '{}'; a custom one should start with x_", type_name, member.key),
                       nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest));
  }
  problems_.add_once(
      Rule::custom_property, key, path, offset,
      fmt::format("the custom property '{}' of {} should be an extension (§7.3)", member.key, type_name));
}

void ObjectChecker::check_custom_object(const json::Value& object, const Path& path) {
  const std::string name(entry_->type_name);
  const auto& type_value = *object.find("type");
  if (!form::is_type_name(name)) {
    problems_.add(Rule::custom_type_name, path.down("type"), type_value.offset(),
                  fmt::format("'{}' is no name of a type: a-z 0-9 -, 3 to 250 long, no two hyphens together", name));
  }
  const bool is_new = any_extension(object, [](std::string_view type) { return type.starts_with("new-"); });
  if (!is_new) {
    std::vector<std::string_view> candidates;
    for (const auto* type : all_types()) candidates.push_back(type->name);
    const std::string nearest = nearest_name(name, candidates);
    const std::string hint = nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest);
    if (!name.starts_with("x-")) {
      problems_.add_once(Rule::custom_type_prefix, name, path.down("type"), type_value.offset(),
                         fmt::format("'{}' is no type of the specification; a custom one should start with x-", name),
                         hint);
    }
    problems_.add_once(Rule::custom_object, name, path.down("type"), type_value.offset(),
                       fmt::format("the custom object '{}' should be defined by an extension (§7.3)", name));
  }
  const bool is_sco = any_extension(object, [](std::string_view type) { return type == "new-sco"; }) ||
                      (!is_new && object.find("created") == nullptr && object.find("modified") == nullptr);
  const TypeDefinition definition{name, Category::custom, "11.2", {}};
  const auto common = common_properties(is_sco ? Category::sco : Category::sdo);
  bool has_own = false;
  for (const auto& member : *object.object()) {
    const Path at = path.down(member.key);
    const auto found = std::ranges::find(common, member.key, &Property::name);
    if (found != common.end()) {
      check_property(*found, member.value, at);
    } else if (is_common_property(member.key)) {
      problems_.add(member.key == "defanged" ? Rule::defanged : Rule::not_applicable, at, member.key_offset,
                    fmt::format("{} has no property '{}'", name, member.key));
    } else {
      has_own = true;
      check_unknown_member(member, nullptr, at);
    }
  }
  check_required(object, common, definition, path);
  if (!has_own && !is_new) {
    problems_.add(Rule::custom_object_empty, path, object.offset(), fmt::format("{} has no property of its own", name));
  }
}

}  // namespace tocsin::stix
