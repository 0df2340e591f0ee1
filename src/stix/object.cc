#include "stix/object.h"

#include <fmt/format.h>

#include <algorithm>

#include "stix/schema.h"

namespace tocsin::stix {
namespace {

bool ends_with_ref(std::string_view name) { return name.ends_with("_ref"); }
bool ends_with_refs(std::string_view name) { return name.ends_with("_refs"); }

struct Pending {
  const json::Value* value;
  std::string pointer;
};

}  // namespace

Result<Object> Object::make(json::Value value) {
  if (value.object() == nullptr) {
    return fail(ErrorCode::invalid, fmt::format("a STIX object must be a JSON object, not {}", value.kind_name()));
  }
  for (std::string_view name : {"type", "id"}) {
    if (value.find_string(name) == nullptr) {
      return fail(ErrorCode::invalid, fmt::format("a STIX object needs the string property '{}'", name));
    }
  }
  return Object(std::move(value));
}

Object::Object(std::string_view type, std::string_view id) {
  value_ = json::Value(json::Object{});
  value_.set("type", type);
  if (const auto* definition = find_type(type); definition == nullptr || definition->category != Category::sco) {
    value_.set("spec_version", "2.1");
  }
  value_.set("id", id);
}

std::string_view Object::type() const { return *value_.find_string("type"); }
std::string_view Object::id() const { return *value_.find_string("id"); }

Category Object::category() const {
  const auto* definition = find_type(type());
  return definition == nullptr ? Category::custom : definition->category;
}

std::optional<std::string_view> Object::string(std::string_view property) const {
  const auto* text = value_.find_string(property);
  if (text == nullptr) return std::nullopt;
  return *text;
}

std::optional<bool> Object::boolean(std::string_view property) const {
  const auto* value = value_.find(property);
  if (value == nullptr || value->boolean() == nullptr) return std::nullopt;
  return *value->boolean();
}

std::optional<std::int64_t> Object::integer(std::string_view property) const {
  const auto* value = value_.find(property);
  return value == nullptr ? std::nullopt : value->as_int64();
}

std::optional<Timestamp> Object::timestamp(std::string_view property) const {
  const auto* text = value_.find_string(property);
  if (text == nullptr) return std::nullopt;
  auto parsed = parse_rfc3339(*text);
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

std::vector<std::string_view> Object::strings(std::string_view property) const {
  std::vector<std::string_view> out;
  const auto* value = value_.find(property);
  if (value == nullptr || value->array() == nullptr) return out;
  for (const auto& item : *value->array()) {
    if (const auto* text = item.string()) out.emplace_back(*text);
  }
  return out;
}

std::optional<Timestamp> Object::version() const {
  if (auto modified = timestamp("modified")) return modified;
  return timestamp("created");
}

Object& Object::set(std::string_view property, json::Value value) {
  if (const auto* list = value.array(); list != nullptr && list->empty()) {
    value_.erase(property);
  } else {
    value_.set(std::string(property), std::move(value));
  }
  return *this;
}

Object& Object::set_strings(std::string_view property, const std::vector<std::string>& values) {
  json::Array list;
  list.reserve(values.size());
  for (const auto& value : values) list.emplace_back(value);
  return set(property, json::Value(std::move(list)));
}

std::vector<Object::Reference> Object::references() const { return references_in(value_); }

std::vector<Object::Reference> references_in(const json::Value& object) {
  std::vector<Object::Reference> out;
  std::vector<Pending> stack{{&object, ""}};
  while (!stack.empty()) {
    const Pending at = std::move(stack.back());
    stack.pop_back();
    if (const auto* list = at.value->array()) {
      for (std::size_t i = list->size(); i-- > 0;) stack.push_back({&(*list)[i], json::pointer_append(at.pointer, i)});
      continue;
    }
    const auto* members = at.value->object();
    if (members == nullptr) continue;
    std::vector<Pending> below;
    for (const auto& [key, value, key_offset] : *members) {
      std::string pointer = json::pointer_append(at.pointer, key);
      if (const auto* text = value.string(); text != nullptr && (ends_with_ref(key) || key == "marking_ref")) {
        out.push_back({std::move(pointer), *text});
      } else if (const auto* list = value.array(); list != nullptr && ends_with_refs(key)) {
        for (std::size_t i = 0; i < list->size(); ++i) {
          if (const auto* item = (*list)[i].string()) out.push_back({json::pointer_append(pointer, i), *item});
        }
      } else if (value.array() != nullptr || value.object() != nullptr) {
        below.push_back({&value, std::move(pointer)});
      }
    }
    std::move(below.rbegin(), below.rend(), std::back_inserter(stack));
  }
  return out;
}

std::string_view type_of_id(std::string_view id) {
  const auto dashes = id.find("--");
  return dashes == std::string_view::npos ? std::string_view{} : id.substr(0, dashes);
}

}  // namespace tocsin::stix
