#pragma once

// One STIX 2.1 object: a JSON object that keeps all it came with, and typed views of what every object has.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace tocsin::stix {

/// What §1.2.1 calls the kinds of objects. `custom` = a type that the specification does not define.
enum class Category : std::uint8_t { sdo, sro, sco, meta, bundle, custom };

/// A STIX object as a plain value. Unknown properties, their order and the digits of numbers and timestamps stay, so
/// print(parse(x)) loses nothing. Holds a JSON object with string members `type` and `id` and promises no more: that
/// the rest follows the specification is for check_bundle() to say. Views die with the object. Thread-compatible.
class Object {
 public:
  /// Takes the tree.     errors: invalid (no JSON object, or `type` or `id` is missing or no string)
  static Result<Object> make(json::Value value);
  /// An object to be filled: `type` and `id`, and for all but SCOs spec_version "2.1" (SCOs may leave it out).
  Object(std::string_view type, std::string_view id);

  std::string_view type() const;
  std::string_view id() const;
  Category category() const;
  const json::Value& json() const { return value_; }
  json::Value take() && { return std::move(value_); }

  // Typed views; absent or of another JSON type = nullopt, nullptr or empty.
  std::optional<std::string_view> string(std::string_view property) const;
  std::optional<bool> boolean(std::string_view property) const;
  std::optional<std::int64_t> integer(std::string_view property) const;
  std::optional<Timestamp> timestamp(std::string_view property) const;
  std::vector<std::string_view> strings(std::string_view property) const;
  const json::Value* find(std::string_view property) const { return value_.find(property); }

  std::string_view name() const { return string("name").value_or(""); }
  /// The latest of `modified` and, where the type is not versioned, `created`; nullopt for SCOs.
  std::optional<Timestamp> version() const;
  bool is_revoked() const { return boolean("revoked").value_or(false); }
  std::vector<std::string_view> marking_refs() const { return strings("object_marking_refs"); }

  /// Sets or replaces a property. An empty list is not a STIX value: the property is removed instead (§2.12).
  Object& set(std::string_view property, json::Value value);
  Object& set_strings(std::string_view property, const std::vector<std::string>& values);
  bool erase(std::string_view property) { return value_.erase(property); }

  /// Every identifier in `*_ref` and `*_refs` properties at any depth, with its JSON pointer; granular markings too.
  struct Reference {
    std::string pointer;
    std::string_view id;
  };
  std::vector<Reference> references() const;

  bool operator==(const Object& other) const = default;

 private:
  explicit Object(json::Value value) : value_(std::move(value)) {}
  json::Value value_;
};

/// Object::references() for a tree that is no Object yet. The views die with the tree.
std::vector<Object::Reference> references_in(const json::Value& object);

/// The part of an identifier before "--"; empty when there is none.
std::string_view type_of_id(std::string_view id);

}  // namespace tocsin::stix
