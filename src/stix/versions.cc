#include "stix/versions.h"

#include <compare>

namespace tocsin::stix {
namespace {

std::string canonical_text(const Object& object) {
  auto canonical = json::print_canonical(object.json());
  return canonical ? *std::move(canonical) : json::print(object.json());
}

/// (revoked, version), the first of which alone decides: §3.6, "revocation is permanent".
std::strong_ordering compare_precedence(const Object& a, const Object& b) {
  if (const auto order = a.is_revoked() <=> b.is_revoked(); order != 0) return order;
  const auto version_a = a.version();
  const auto version_b = b.version();
  if (version_a.has_value() != version_b.has_value()) return version_a.has_value() <=> version_b.has_value();
  if (!version_a) return std::strong_ordering::equal;
  return *version_a <=> *version_b;
}

}  // namespace

bool supersedes(const Object& a, const Object& b) {
  const auto order = compare_precedence(a, b);
  return order == 0 ? canonical_text(a) > canonical_text(b) : order > 0;
}

VersionSet::Outcome VersionSet::add(Object object) {
  const auto [at, inserted] = objects_.try_emplace(std::string(object.id()), object);
  if (inserted) return Outcome::added;
  Object& present = at->second;
  const auto order = compare_precedence(object, present);
  if (order < 0) return Outcome::older;
  if (order > 0) {
    present = std::move(object);
    return Outcome::replaced;
  }
  const auto text = canonical_text(object);
  const auto present_text = canonical_text(present);
  if (text == present_text) return Outcome::duplicate;
  if (text > present_text) present = std::move(object);
  return Outcome::conflict;
}

const Object* VersionSet::find(std::string_view id) const {
  const auto found = objects_.find(id);
  return found == objects_.end() ? nullptr : &found->second;
}

}  // namespace tocsin::stix
