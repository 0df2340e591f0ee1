#include "stix/check_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "stix/marking.h"
#include "stix/relationship_types.h"

namespace tocsin::stix {
namespace {

Path root_of(const Entry& entry) { return {nullptr, entry.pointer, Path::kName}; }

bool is_revoked(const Entry& entry) {
  const auto* value = entry.value->find("revoked");
  return value != nullptr && value->boolean() != nullptr && *value->boolean();
}

std::optional<Timestamp> modified_of(const Entry& entry) {
  const auto* text = entry.value->find_string("modified");
  if (text == nullptr) return std::nullopt;
  auto parsed = parse_rfc3339(*text);
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

std::string canonical(const Entry& entry) {
  auto text = json::print_canonical(*entry.value);
  return text ? *std::move(text) : json::print(*entry.value);
}

class GraphChecker {
 public:
  GraphChecker(const ObjectIndex& index, ProblemList& problems) : index_(index), problems_(problems) {}

  void run() {
    std::vector<std::string_view> ids;
    for (const auto& [id, entries] : index_.by_id) {
      if (entries.size() > 1) ids.push_back(id);
    }
    std::ranges::sort(ids);
    for (const auto id : ids) check_versions(index_.by_id.at(id));
    check_uuids();
    for (const auto& entry : index_.entries) {
      check_references(entry);
      if (entry.type_name == "relationship") check_relationship(entry);
      if (entry.type_name == "marking-definition") check_marking_cycle(entry);
    }
  }

 private:
  void check_versions(const std::vector<std::size_t>& versions) {
    const Entry& first = index_.entries[versions.front()];
    const bool versioned = first.type == nullptr || find_property(*first.type, "modified") != nullptr;
    std::optional<Timestamp> revoked_at;
    for (const auto i : versions) {
      const auto modified = is_revoked(index_.entries[i]) ? modified_of(index_.entries[i]) : std::nullopt;
      if (modified && (!revoked_at || *modified < *revoked_at)) revoked_at = modified;
    }
    std::unordered_map<std::string, std::size_t> by_time;
    for (const auto i : versions) {
      const Entry& entry = index_.entries[i];
      const auto modified = modified_of(entry);
      compare_identity(first, entry);
      if (revoked_at && modified && *modified > *revoked_at) {
        report(Rule::version_after_revoked, entry,
               fmt::format("{} was revoked at {}, this version is later", entry.id, revoked_at->text));
      }
      const auto key = versioned && modified ? make_time_key(*modified) : std::string();
      const auto [known, inserted] = by_time.try_emplace(key, i);
      if (inserted) continue;
      if (canonical(entry) == canonical(index_.entries[known->second])) {
        report(Rule::duplicate_object, entry, fmt::format("{} stands in this file more than once", entry.id));
      } else if (entry.type != nullptr && entry.type->category == Category::sco) {
        report(Rule::duplicate_object, entry,
               fmt::format("{} stands in this file more than once, with other properties", entry.id));
      } else {
        report(
            Rule::same_version_differs, entry,
            fmt::format("another object of this file has the id {} and the same version, but other content", entry.id));
      }
    }
  }

  void compare_identity(const Entry& first, const Entry& entry) {
    struct Row {
      std::string_view property;
      Rule rule;
    };
    constexpr Row kRows[] = {{"created", Rule::created_changed}, {"created_by_ref", Rule::creator_changed}};
    for (const auto& row : kRows) {
      const auto* ours = entry.value->find_string(row.property);
      const auto* theirs = first.value->find_string(row.property);
      if (ours == nullptr || theirs == nullptr || *ours == *theirs) continue;
      report(row.rule, entry,
             fmt::format("'{}' is {}, in another version of {} it is {}", row.property, *ours, entry.id, *theirs));
    }
  }

  void check_uuids() {
    constexpr std::size_t kUuidLength = 36;
    std::unordered_map<std::string_view, const Entry*> seen;
    for (const auto& entry : index_.entries) {
      if (entry.id.size() < kUuidLength || (entry.type != nullptr && entry.type->category == Category::sco)) continue;
      const auto [known, inserted] = seen.try_emplace(entry.id.substr(entry.id.size() - kUuidLength), &entry);
      if (inserted || known->second->type_name == entry.type_name) continue;
      const auto* ours = entry.value->find_string("created_by_ref");
      const auto* theirs = known->second->value->find_string("created_by_ref");
      if (ours == nullptr || theirs == nullptr || *ours != *theirs) continue;
      report(Rule::uuid_reused, entry,
             fmt::format("{} has the UUID of {}, both by {}", entry.id, known->second->id, *ours));
    }
  }

  void check_references(const Entry& entry) {
    for (const auto& reference : references_in(*entry.value)) {
      if (reference.id.find("--") == std::string_view::npos || is_known(reference.id)) continue;
      const auto* place = json::resolve_pointer(*entry.value, reference.pointer);
      problems_.add_once(Rule::dangling_reference, std::string(reference.id),
                         Path{nullptr, entry.pointer + reference.pointer, Path::kName},
                         place == nullptr ? entry.value->offset() : place->offset(),
                         fmt::format("{} is not in this file", reference.id));
    }
    const auto* extensions = entry.value->find("extensions");
    if (extensions == nullptr || extensions->object() == nullptr) return;
    for (const auto& member : *extensions->object()) {
      if (!member.key.starts_with("extension-definition--") || member.key == kTlp2Extension || is_known(member.key))
        continue;
      problems_.add_once(Rule::dangling_reference, member.key, root_of(entry).down("extensions"), member.key_offset,
                         fmt::format("{} is not in this file", member.key));
    }
  }

  bool is_known(std::string_view id) const { return index_.by_id.contains(id) || tlp_of_id(id).has_value(); }

  void check_relationship(const Entry& entry) {
    const auto* name = entry.value->find_string("relationship_type");
    const auto* source = entry.value->find_string("source_ref");
    const auto* target = entry.value->find_string("target_ref");
    if (name == nullptr || source == nullptr || target == nullptr) return;
    const auto source_type = type_of_id(*source);
    const auto target_type = type_of_id(*target);
    if (!is_listed_relationship(source_type, *name, target_type)) {
      const std::string what = fmt::format("{} {} {}", source_type, *name, target_type);
      problems_.add_once(Rule::relationship_unknown, what, root_of(entry).down("relationship_type"),
                         entry.value->find("relationship_type")->offset(),
                         fmt::format("'{}' is no relationship that the specification lists", what));
    }
    if (*name != "variant-of") return;
    const auto is_family = [this](const std::string& id) -> std::optional<bool> {
      const auto* object = index_.find(id);
      const auto* value = object == nullptr ? nullptr : object->value->find("is_family");
      if (value == nullptr || value->boolean() == nullptr) return std::nullopt;
      return *value->boolean();
    };
    if (is_family(*source) == true && is_family(*target) == false) {
      report(Rule::variant_of, entry, "a malware family cannot be a variant of an instance");
    }
  }

  /// §3.2: markings of marking definitions are not circular. Self-references are found in the object itself.
  void check_marking_cycle(const Entry& start) {
    std::unordered_set<std::string_view> visited{start.id};
    std::vector<const Entry*> stack{&start};
    while (!stack.empty()) {
      const Entry* at = stack.back();
      stack.pop_back();
      for (const auto& reference : references_in(*at->value)) {
        if (type_of_id(reference.id) != "marking-definition") continue;
        if (reference.id == start.id && at != &start) {
          report(Rule::circular_marking, start, fmt::format("{} marks itself by way of {}", start.id, at->id));
          return;
        }
        const auto* next = index_.find(reference.id);
        if (next != nullptr && visited.insert(reference.id).second) stack.push_back(next);
      }
    }
  }

  void report(Rule rule, const Entry& entry, std::string message) {
    problems_.add(rule, root_of(entry), entry.value->offset(), std::move(message));
  }

  const ObjectIndex& index_;
  ProblemList& problems_;
};

}  // namespace

void check_graph(const ObjectIndex& index, ProblemList& problems) { GraphChecker(index, problems).run(); }

}  // namespace tocsin::stix
