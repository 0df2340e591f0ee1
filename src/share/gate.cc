#include "share/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

namespace tocsin::share {

namespace {

/// Properties whose target may vanish without taking the object along: the reference itself is cut out.
bool is_list_of_references(std::string_view property) { return property.ends_with("_refs"); }

/// Removes references to `gone` from lists; false when the object cannot stand without one of them.
bool drop_references(stix::Object& object, const std::unordered_set<std::string>& gone) {
  std::vector<std::string> lists;
  for (const stix::Object::Reference& reference : object.references()) {
    if (!gone.contains(std::string(reference.id))) continue;
    // "/object_refs/3" is an element of a list at the top; anything else is a single reference or lies deeper.
    const std::string_view path = std::string_view(reference.pointer).substr(1);
    const std::size_t slash = path.find('/');
    const std::string_view property = path.substr(0, slash);
    const bool is_element = slash != std::string_view::npos && path.find('/', slash + 1) == std::string_view::npos;
    if (!is_element || !is_list_of_references(property)) return false;
    lists.emplace_back(property);
  }
  std::ranges::sort(lists);
  const auto repeated = std::ranges::unique(lists);
  lists.erase(repeated.begin(), repeated.end());
  for (const std::string& property : lists) {
    std::vector<std::string> kept;
    for (const std::string_view id : object.strings(property)) {
      if (!gone.contains(std::string(id))) kept.emplace_back(id);
    }
    // STIX has no empty lists: a report about nothing or a note on nothing says nothing.
    if (kept.empty()) return false;
    object.set_strings(property, kept);
  }
  return true;
}

}  // namespace

stix::Tlp to_stix(record::Tlp tlp) {
  switch (tlp) {
    case record::Tlp::clear:
      return stix::Tlp::clear;
    case record::Tlp::green:
      return stix::Tlp::green;
    case record::Tlp::amber:
      return stix::Tlp::amber;
    case record::Tlp::amber_strict:
      return stix::Tlp::amber_strict;
    case record::Tlp::red:
      return stix::Tlp::red;
  }
  return stix::Tlp::closed;
}

GateResult pass_bundle(const stix::Bundle& bundle, const Audience& audience, stix::MarkingPolicy policy) {
  stix::MarkingTable markings;
  for (const stix::Object& object : bundle.objects) markings.add(object);

  GateResult result;
  result.passed.other = bundle.other;
  std::vector<stix::Object> candidates;
  std::vector<Withheld> withheld;
  std::unordered_set<std::string> gone;
  const auto withhold = [&](const stix::Object& object, std::string reason) {
    gone.emplace(object.id());
    withheld.push_back(Withheld{.id = std::string(object.id()),
                                .type = std::string(object.type()),
                                .level = stix::object_level(object, markings, policy),
                                .reason = std::move(reason)});
  };

  for (const stix::Object& object : bundle.objects) {
    // Definitions and extension definitions say how others are to be read; they travel with what uses them (below).
    if (object.type() == "marking-definition" || object.type() == "extension-definition") {
      candidates.push_back(object);
      continue;
    }
    std::optional<stix::Object> redacted = stix::redact(object, markings, audience.clearance, policy);
    if (redacted) {
      candidates.push_back(*std::move(redacted));
    } else {
      withhold(object, fmt::format("marked {}, {} may receive up to {}",
                                   stix::tlp_name(stix::strictest_level(object, markings, policy)), audience.name,
                                   stix::tlp_name(audience.clearance)));
    }
  }

  for (bool changed = !gone.empty(); changed;) {
    changed = false;
    std::vector<stix::Object> kept;
    for (stix::Object& object : candidates) {
      if (drop_references(object, gone)) {
        kept.push_back(std::move(object));
      } else {
        withhold(object, "refers to something that may not leave");
        changed = true;
      }
    }
    candidates = std::move(kept);
  }

  std::set<std::string, std::less<>> used;
  for (const stix::Object& object : candidates) {
    if (object.type() == "marking-definition") continue;
    for (const stix::Object::Reference& reference : object.references()) used.emplace(reference.id);
  }
  for (stix::Object& object : candidates) {
    if (object.type() == "marking-definition" && !used.contains(object.id())) continue;
    result.passed.objects.push_back(std::move(object));
  }
  result.withheld = std::move(withheld);
  return result;
}

Status check_text(record::Tlp marking, const Audience& audience) {
  const stix::Tlp level = to_stix(marking);
  if (level <= audience.clearance && level != stix::Tlp::closed) return {};
  return fail(ErrorCode::invalid, fmt::format("marked {}, but {} may receive up to {} only", stix::tlp_name(level),
                                              audience.name, stix::tlp_name(audience.clearance)));
}

}  // namespace tocsin::share
