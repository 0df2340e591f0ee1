#include "stix/identifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/unicode.h"
#include "stix/schema.h"

namespace tocsin::stix {
namespace {

constexpr std::size_t kUuidLength = 36;

bool is_type_name(std::string_view text) {
  if (text.empty() || text.front() < 'a' || text.front() > 'z' || text.back() == '-') return false;
  return std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || is_ascii_digit(c) || c == '-'; });
}

Uuid name_space_of(std::string_view text) {
  auto parsed = parse_uuid(text);
  return parsed ? *parsed : Uuid{};
}

/// §6: "include only one hash", by the order of preference given there. Where none of these is there the specification
/// leaves the choice open; JSON objects have no order, so the first by name makes it the same for everybody.
json::Value choose_one_hash(const json::Value& hashes) {
  constexpr std::array<std::string_view, 4> kPreference = {"MD5", "SHA-1", "SHA-256", "SHA-512"};
  const auto* members = hashes.object();
  if (members == nullptr || members->empty()) return hashes;
  const auto only = [](const std::string& name, const json::Value& value) {
    json::Value one{json::Object{}};
    one.set(name, value);
    return one;
  };
  for (const auto name : kPreference) {
    if (const auto* value = hashes.find(name)) return only(std::string(name), *value);
  }
  const auto first = std::ranges::min_element(*members, {}, &json::Member::key);
  return only(first->key, first->value);
}

const TypeDefinition* find_observable(std::string_view type) {
  const auto* definition = find_type(type);
  return definition != nullptr && definition->category == Category::sco ? definition : nullptr;
}

}  // namespace

Result<Identifier> parse_identifier(std::string_view text) {
  const auto dashes = text.find("--");
  if (dashes == std::string_view::npos) {
    return fail(ErrorCode::syntax, "an identifier has the form type--UUID", {}, "");
  }
  const std::string_view type = text.substr(0, dashes);
  const std::string_view uuid = text.substr(dashes + 2);
  if (!is_type_name(type)) {
    return fail(ErrorCode::syntax, fmt::format("'{}' is no type name, as an identifier starts with", type));
  }
  if (uuid.size() != kUuidLength) return fail(ErrorCode::syntax, fmt::format("'{}' is no UUID", uuid));
  TRY(Uuid parsed, parse_uuid(uuid));
  return Identifier{type, parsed};
}

bool has_deterministic_id(std::string_view type, const json::Value& properties) {
  const auto* definition = find_observable(type);
  if (definition == nullptr) return false;
  return std::ranges::any_of(definition->id_contributing,
                             [&](std::string_view name) { return properties.find(name) != nullptr; });
}

Result<std::string> make_deterministic_id(std::string_view type, const json::Value& properties) {
  const auto* definition = find_observable(type);
  if (definition == nullptr) {
    return fail(ErrorCode::invalid, fmt::format("'{}' is no cyber-observable type of STIX 2.1", type));
  }
  json::Value contributing{json::Object{}};
  for (const auto name : definition->id_contributing) {
    const auto* value = properties.find(name);
    if (value == nullptr) continue;
    contributing.set(std::string(name), name == "hashes" ? choose_one_hash(*value) : *value);
  }
  if (contributing.object()->empty()) return fmt::format("{}--{}", type, print_uuid(make_uuid_v4()));
  TRY(const std::string canonical, json::print_canonical(contributing));
  return fmt::format("{}--{}", type, print_uuid(make_uuid_v5(name_space_of(kScoNamespace), canonical)));
}

std::string make_own_id(std::string_view type, const std::vector<std::string_view>& key) {
  json::Array parts{json::Value(type)};
  for (const auto part : key) parts.emplace_back(part);
  const std::string name = json::print(json::Value(std::move(parts)));
  return fmt::format("{}--{}", type, print_uuid(make_uuid_v5(name_space_of(kOwnNamespace), name)));
}

}  // namespace tocsin::stix
