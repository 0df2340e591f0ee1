#include "stix/lift.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

#include "stix/identifier.h"
#include "stix/schema.h"

namespace tocsin::stix {
namespace {

using Keys = std::map<std::string, std::size_t, std::less<>>;

constexpr std::string_view kNewTypes[] = {"grouping", "incident",         "infrastructure",
                                          "location", "malware-analysis", "note",
                                          "opinion",  "language-content", "extension-definition"};
constexpr std::string_view kNewProperties[] = {"confidence",    "lang",
                                               "extensions",    "is_family",
                                               "pattern_type",  "pattern_version",
                                               "object_refs",   "indicator_types",
                                               "malware_types", "threat_actor_types",
                                               "tool_types",    "report_types",
                                               "roles"};

/// Types whose 2.0 `labels` carried an open vocabulary, and where 2.1 keeps it.
struct LabelHome {
  std::string_view type;
  std::string_view property;
  std::string_view vocabulary;
};
constexpr LabelHome kLabelHomes[] = {
    {"indicator", "indicator_types", "indicator-type-ov"},
    {"malware", "malware_types", "malware-type-ov"},
    {"report", "report_types", "report-type-ov"},
    {"threat-actor", "threat_actor_types", "threat-actor-type-ov"},
    {"tool", "tool_types", "tool-type-ov"},
};

/// Properties of cyber observables that 2.1 renamed. `within` = the SCO's type or the extension's name.
struct Renaming {
  std::string_view within;
  std::string_view from;
  std::string_view to;
};
constexpr Renaming kRenamings[] = {
    {"file", "created", "ctime"},
    {"file", "modified", "mtime"},
    {"file", "accessed", "atime"},
    {"directory", "created", "ctime"},
    {"directory", "modified", "mtime"},
    {"directory", "accessed", "atime"},
    {"process", "created", "created_time"},
    {"process", "binary_ref", "image_ref"},
    {"user-account", "password_last_changed", "credential_last_changed"},
    {"windows-registry-key", "modified", "modified_time"},
};

/// Properties of 2.0 that 2.1 does not have. They are kept as they are, as custom properties, and reported.
constexpr Renaming kGone[] = {
    {"file", "is_encrypted", ""},          {"file", "encryption_algorithm", ""},
    {"file", "decryption_key", ""},        {"process", "name", ""},
    {"process", "arguments", ""},          {"archive-ext", "version", ""},
    {"socket-ext", "protocol_family", ""},
};

void rename(json::Value& object, std::string_view within) {
  for (auto& member : *object.object()) {
    for (const auto& renaming : kRenamings) {
      if (renaming.within == within && renaming.from == member.key) member.key = renaming.to;
    }
  }
}

/// 2.1 wants a list of strings where 2.0 took one string as well (e-mail and HTTP headers).
void make_lists(json::Value* dictionary) {
  if (dictionary == nullptr || dictionary->object() == nullptr) return;
  for (auto& member : *dictionary->object()) {
    if (member.value.string() == nullptr) continue;
    const auto offset = member.value.offset();
    json::Array list;
    list.push_back(std::move(member.value));
    member.value = json::Value(std::move(list));
    member.value.set_offset(offset);
  }
}

void insert_after(json::Value& object, std::string_view after, std::string key, json::Value value) {
  auto& members = *object.object();
  value.set_offset(object.offset());
  const auto found = std::ranges::find(members, after, &json::Member::key);
  const auto at = found == members.end() ? members.begin() : found + 1;
  members.insert(at, json::Member{std::move(key), std::move(value), object.offset()});
}

void lift_labels(json::Value& object, const LabelHome& home) {
  auto* labels = object.find("labels");
  if (labels == nullptr || labels->array() == nullptr) return;
  const auto* vocabulary = find_vocabulary(home.vocabulary);
  json::Array types;
  json::Array rest;
  for (auto& label : *labels->array()) {
    const bool is_type = label.string() != nullptr && vocabulary->contains(*label.string());
    (is_type ? types : rest).push_back(std::move(label));
  }
  const auto offset = labels->offset();
  if (rest.empty() && !types.empty()) {
    object.erase("labels");
  } else {
    *labels = json::Value(std::move(rest));
    labels->set_offset(offset);
  }
  if (types.empty()) return;
  json::Value list(std::move(types));
  list.set_offset(offset);
  object.set(std::string(home.property), std::move(list));
}

void set_if_missing(json::Value& object, std::string_view key, json::Value value) {
  if (object.find(key) != nullptr) return;
  value.set_offset(object.offset());
  object.set(std::string(key), std::move(value));
}

/// Lifts the container of one observed-data object.
class ContainerLift {
 public:
  ContainerLift(std::string_view owner_id, Lifted& lifted) : owner_id_(owner_id), lifted_(lifted) {}

  /// Takes `objects` apart; gives the list for object_refs.
  json::Array run(json::Object members) {
    for (auto& member : members) {
      if (member.value.find_string("type") == nullptr) {
        note("stix-2.0/lift/not-an-observable", "a member of the container is no cyber observable and was left out",
             member.value, member.key);
        continue;
      }
      keys_.insert_or_assign(member.key, parts_.size());
      parts_.push_back({std::move(member.key), std::move(member.value), "", {}, 0});
    }
    for (auto& part : parts_) lift_names(part);
    for (std::size_t i = 0; i < parts_.size(); ++i) count_needs(i);
    assign_ids();
    json::Array refs;
    std::unordered_map<std::string_view, bool> seen;
    for (auto& part : parts_) replace_references(part);
    for (auto& part : parts_) {
      if (!seen.emplace(part.id, true).second) continue;
      refs.emplace_back(part.id);
    }
    std::unordered_map<std::string, bool> given;
    for (auto& part : parts_) {
      if (!given.emplace(part.id, true).second) continue;
      lifted_.parts.push_back({std::move(part.value), json::pointer_append("/objects", part.key)});
    }
    return refs;
  }

 private:
  struct Part {
    std::string key;
    json::Value value;
    std::string id;
    std::vector<std::size_t> needed_by;  ///< parts whose id depends on this one's
    std::size_t needs = 0;
  };

  void note(std::string rule, std::string message, const json::Value& at, std::string_view key) {
    lifted_.notes.push_back({Severity::warning, std::move(rule), std::move(message),
                             Where{.source = "", .offset = at.offset()}, json::pointer_append("/objects", key)});
  }

  void report_gone(const json::Value& object, std::string_view within, std::string_view key) {
    for (const auto& gone : kGone) {
      const auto* value = gone.within == within ? object.find(gone.from) : nullptr;
      if (value == nullptr) continue;
      note("stix-2.0/lift/no-such-property",
           fmt::format("STIX 2.1 has no property '{}' in {}; it is kept as a custom property", gone.from, within),
           *value, key);
    }
  }

  void lift_names(Part& part) {
    const std::string type = *part.value.find_string("type");
    rename(part.value, type);
    report_gone(part.value, type, part.key);
    if (type == "email-message") make_lists(part.value.find("additional_header_fields"));
    auto* extensions = part.value.find("extensions");
    if (extensions == nullptr || extensions->object() == nullptr) return;
    for (auto& member : *extensions->object()) {
      if (member.key == "http-request-ext") make_lists(member.value.find("request_header"));
      report_gone(member.value, member.key, part.key);
    }
  }

  /// Calls `act` with every string that stands in a *_ref or *_refs property below `root`.
  template <typename Act>
  static void for_each_reference(json::Value& root, Act act) {
    std::vector<json::Value*> stack{&root};
    while (!stack.empty()) {
      auto* at = stack.back();
      stack.pop_back();
      if (auto* list = at->array()) {
        for (auto& item : *list) stack.push_back(&item);
      } else if (auto* members = at->object()) {
        for (auto& member : *members) {
          if (auto* text = member.value.string(); text != nullptr && member.key.ends_with("_ref")) {
            act(*text, member.value);
          } else if (auto* refs = member.value.array(); refs != nullptr && member.key.ends_with("_refs")) {
            for (auto& item : *refs) {
              if (auto* ref = item.string()) act(*ref, item);
            }
          } else {
            stack.push_back(&member.value);
          }
        }
      }
    }
  }

  void count_needs(std::size_t index) {
    auto& part = parts_[index];
    const auto* type = find_type(*part.value.find_string("type"));
    if (type == nullptr) return;
    for (const auto name : type->id_contributing) {
      auto* value = part.value.find(name);
      if (value == nullptr) continue;
      json::Value wrapper{json::Object{}};
      // A contributing property may be a reference itself or hold references deeper down (extensions).
      wrapper.set(std::string(name), *value);
      for_each_reference(wrapper, [&](const std::string& key, const json::Value&) {
        const auto found = keys_.find(key);
        if (found == keys_.end()) return;
        parts_[found->second].needed_by.push_back(index);
        ++part.needs;
      });
    }
  }

  /// Ids in the order of need (Kahn); what stands in a cycle gets an id that does not depend on the others.
  void assign_ids() {
    std::vector<std::size_t> ready;
    for (std::size_t i = parts_.size(); i-- > 0;) {
      if (parts_[i].needs == 0) ready.push_back(i);
    }
    std::size_t next_in_cycle = 0;
    std::size_t done = 0;
    while (done < parts_.size()) {
      if (ready.empty()) {
        while (!parts_[next_in_cycle].id.empty()) ++next_in_cycle;
        ready.push_back(next_in_cycle);
      }
      const std::size_t index = ready.back();
      ready.pop_back();
      auto& part = parts_[index];
      if (!part.id.empty()) continue;
      part.id = make_id(part);
      ++done;
      for (const auto dependent : part.needed_by) {
        if (parts_[dependent].needs > 0 && --parts_[dependent].needs == 0) ready.push_back(dependent);
      }
    }
  }

  std::string make_id(const Part& part) {
    const std::string& type = *part.value.find_string("type");
    if (part.needs == 0 && has_deterministic_id(type, part.value)) {
      json::Value resolved = part.value;
      for_each_reference(resolved, [this](std::string& key, const json::Value&) {
        if (const auto found = keys_.find(key); found != keys_.end()) key = parts_[found->second].id;
      });
      if (auto id = make_deterministic_id(type, resolved)) return *std::move(id);
    }
    auto uuid = parse_uuid(hash_hex(HashAlgorithm::md5, fmt::format("{}\n{}\n{}", owner_id_, type, part.key))
                               .insert(20, "-")
                               .insert(16, "-")
                               .insert(12, "-")
                               .insert(8, "-"));
    Uuid shaped = uuid ? *uuid : Uuid{};
    shaped.bytes[6] = static_cast<std::uint8_t>((shaped.bytes[6] & 0x0f) | 0x40);
    shaped.bytes[8] = static_cast<std::uint8_t>((shaped.bytes[8] & 0x3f) | 0x80);
    return fmt::format("{}--{}", type, print_uuid(shaped));
  }

  void replace_references(Part& part) {
    for_each_reference(part.value, [&](std::string& key, const json::Value& at) {
      const auto found = keys_.find(key);
      if (found != keys_.end()) {
        key = parts_[found->second].id;
      } else {
        note("stix-2.0/lift/dangling-local-reference",
             fmt::format("the container has no object '{}', so the reference cannot be lifted", key), at, part.key);
      }
    });
    part.value.erase("id");
    insert_after(part.value, "type", "id", json::Value(part.id));
    set_if_missing(part.value, "spec_version", "2.1");
  }

  std::string_view owner_id_;
  Lifted& lifted_;
  std::vector<Part> parts_;
  Keys keys_;
};

void lift_observed_data(json::Value& object, Lifted& lifted) {
  auto* container = object.find("objects");
  if (container == nullptr) return;
  if (container->object() == nullptr) {
    lifted.notes.push_back(
        {Severity::warning, "stix-2.0/lift/not-a-container",
         fmt::format("'objects' is no container but {}; it is kept as it is", container->kind_name()),
         Where{.source = "", .offset = container->offset()}, "/objects"});
    return;
  }
  const auto offset = container->offset();
  const auto* id = object.find_string("id");
  const std::string owner = id == nullptr ? "" : *id;
  json::Object members = std::move(*container->object());
  object.erase("objects");
  json::Value refs(ContainerLift(owner, lifted).run(std::move(members)));
  refs.set_offset(offset);
  object.set("object_refs", std::move(refs));
}

}  // namespace

bool is_stix_20(const json::Value& object) {
  const auto* type = object.find_string("type");
  if (type == nullptr || object.find("spec_version") != nullptr) return false;
  const auto* definition = find_type(*type);
  if (definition == nullptr) {
    // A custom object: without created it can only be a custom SCO of 2.1, and 2.0 had no extensions there.
    return object.find("created") != nullptr && object.find("extensions") == nullptr;
  }
  if (definition->category == Category::sco || definition->category == Category::bundle) return false;
  return std::ranges::find(kNewTypes, *type) == std::end(kNewTypes);
}

bool has_stix_21_properties(const json::Value& object) {
  const auto* type = object.find_string("type");
  if (type == nullptr) return false;
  return std::ranges::any_of(*object.object(), [&](const json::Member& member) {
    if (member.key == "object_refs" && *type == "report") return false;
    if (member.key == "roles" && *type == "threat-actor") return false;
    return std::ranges::find(kNewProperties, member.key) != std::end(kNewProperties);
  });
}

Lifted lift_object(json::Value object) {
  Lifted lifted;
  lifted.parts.emplace_back();
  const std::string type = object.find_string("type") == nullptr ? "" : *object.find_string("type");
  insert_after(object, "type", "spec_version", "2.1");
  for (const auto& home : kLabelHomes) {
    if (home.type == type) lift_labels(object, home);
  }
  if (type == "identity") {
    for (auto& member : *object.object()) {
      if (member.key == "labels") member.key = "roles";
    }
  } else if (type == "malware") {
    set_if_missing(object, "is_family", true);
  } else if (type == "indicator") {
    set_if_missing(object, "pattern_type", "stix");
    set_if_missing(object, "pattern_version", "2.0");
  } else if (type == "observed-data") {
    lift_observed_data(object, lifted);
  }
  lifted.parts.front().value = std::move(object);
  return lifted;
}

}  // namespace tocsin::stix
