#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"
#include "base/unicode.h"
#include "stix/check_object.h"
#include "stix/form.h"
#include "stix/identifier.h"
#include "stix/marking.h"
#include "stix/pattern.h"
#include "stix/selector.h"

// Rules of single objects that a table of properties cannot say.

namespace tocsin::stix {
namespace {

std::optional<Timestamp> time_of(const json::Value& object, std::string_view property) {
  const auto* text = object.find_string(property);
  if (text == nullptr) return std::nullopt;
  auto parsed = parse_rfc3339(*text);
  if (!parsed) return std::nullopt;
  return *std::move(parsed);
}

bool is_true(const json::Value& object, std::string_view property) {
  const auto* value = object.find(property);
  return value != nullptr && value->boolean() != nullptr && *value->boolean();
}

bool is_false(const json::Value& object, std::string_view property) {
  const auto* value = object.find(property);
  return value != nullptr && value->boolean() != nullptr && !*value->boolean();
}

/// Each string of a list property with its place.
template <typename Act>
void for_each_string(const json::Value& object, std::string_view property, const Path& path, Act act) {
  const auto* value = object.find(property);
  if (value == nullptr || value->array() == nullptr) return;
  const Path list = path.down(property);
  for (std::size_t i = 0; i < value->array()->size(); ++i) {
    const auto& item = (*value->array())[i];
    if (const auto* text = item.string()) act(*text, item, list.down(i));
  }
}

/// True when the id is the one that the algorithm gives for any single one of the hashes: the order of preference among
/// them is a SHOULD.
bool is_made_from_its_properties(const std::string& id, std::string_view type, const json::Value& object) {
  const auto made = make_deterministic_id(type, object);
  if (!made || *made == id) return true;
  const auto* hashes = object.find("hashes");
  if (hashes == nullptr || hashes->object() == nullptr || hashes->object()->size() < 2) return false;
  json::Value variant = object;
  for (const auto& member : *hashes->object()) {
    json::Value one{json::Object{}};
    one.set(member.key, member.value);
    variant.set("hashes", std::move(one));
    if (const auto other = make_deterministic_id(type, variant); other && *other == id) return true;
  }
  return false;
}

/// §7.1: translations mirror what they translate. Empty = they do.
std::string mirror_problem(const json::Value& translation, const json::Value& original) {
  std::vector<std::pair<const json::Value*, const json::Value*>> stack{{&translation, &original}};
  while (!stack.empty()) {
    const auto [ours, theirs] = stack.back();
    stack.pop_back();
    if (theirs->string() != nullptr && ours->string() == nullptr) return "must be a string as in the object";
    if (const auto* list = theirs->array()) {
      if (ours->array() == nullptr) return "must be a list as in the object";
      if (ours->array()->size() != list->size()) {
        return fmt::format("has {} items where the object has {}", ours->array()->size(), list->size());
      }
      for (std::size_t i = 0; i < list->size(); ++i) {
        const auto* text = (*ours->array())[i].string();
        if (text == nullptr || !text->empty()) stack.emplace_back(&(*ours->array())[i], &(*list)[i]);
      }
    } else if (theirs->object() != nullptr) {
      if (ours->object() == nullptr) return "must be a JSON object as in the object";
      for (const auto& member : *ours->object()) {
        if (const auto* below = theirs->find(member.key)) stack.emplace_back(&member.value, below);
      }
    }
  }
  return {};
}

void collect_windows(const pattern::Observation& root, std::vector<pattern::StartStop>& out) {
  std::vector<const pattern::Observation*> stack{&root};
  while (!stack.empty()) {
    const auto* at = stack.back();
    stack.pop_back();
    for (const auto& qualifier : at->qualifiers) {
      if (const auto* window = std::get_if<pattern::StartStop>(&qualifier)) out.push_back(*window);
    }
    if (const auto* list = std::get_if<std::vector<pattern::Observation>>(&at->content)) {
      for (const auto& item : *list) stack.push_back(&item);
    }
  }
}

struct TlpFixed {
  std::string_view name;
  std::string_view id;
};
constexpr TlpFixed kTlp1[] = {{"white", "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"},
                              {"green", "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"},
                              {"amber", "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"},
                              {"red", "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"}};

}  // namespace

void ObjectChecker::check(const Entry& entry) {
  entry_ = &entry;
  defanged_ = is_true(*entry.value, "defanged");
  const Path path{nullptr, entry.pointer, Path::kName};
  const json::Value& object = *entry.value;
  if (entry.type == nullptr) {
    check_custom_object(object, path);
  } else {
    check_members(object, *entry.type, path);
  }
  check_id(object, path);
  check_common(object, path);
  if (entry.type != nullptr) check_type_rules(object, path);
  entry_ = nullptr;
}

void ObjectChecker::check_bundle_frame(const json::Value& bundle, const Path& path) {
  const auto* type = find_type("bundle");
  const Entry entry{&bundle, std::string(path.name), type, "bundle", "", false};
  entry_ = &entry;
  for (const auto& member : *bundle.object()) {
    if (const auto* property = find_property(*type, member.key))
      check_property(*property, member.value, path.down(member.key));
  }
  check_required(bundle, common_properties(*type), *type, path);
  check_id(bundle, path);
  entry_ = nullptr;
}

void ObjectChecker::check_id(const json::Value& object, const Path& path) {
  const auto* text = object.find_string("id");
  const auto id = text == nullptr ? fail(ErrorCode::syntax, "") : parse_identifier(*text);
  if (!id) return;
  const auto& value = *object.find("id");
  const Path at = path.down("id");
  const std::string_view type = entry_->type_name;
  if (id->type != type) {
    problems_.add(Rule::id_type, at, value.offset(),
                  fmt::format("the id starts with '{}', the object is a {}", id->type, type));
  }
  const int version = uuid_version(id->uuid);
  if (entry_->type == nullptr) return;
  if (entry_->type->category != Category::sco) {
    if (version != 4 && version >= 1 && version <= 5) {
      problems_.add_once(Rule::sdo_uuid_version, "", at, value.offset(),
                         fmt::format("the id has a UUID of version {}", version),
                         "version 4 is the usual one; others need care that nobody else makes the same");
    }
    return;
  }
  if (!has_deterministic_id(type, object)) {
    if (version != 4) {
      problems_.add(Rule::sco_needs_v4, at, value.offset(),
                    fmt::format("this {} has no ID contributing property, so its UUID must be of version 4", type));
    }
  } else if (version != 5) {
    problems_.add_once(
        Rule::sco_uuid_version, std::string(type), at, value.offset(),
        fmt::format("the id of this {} has a UUID of version {}, it should be of version 5", type, version));
  } else if (!is_made_from_its_properties(*text, type, object)) {
    const auto made = make_deterministic_id(type, object);
    problems_.add_once(Rule::sco_id, std::string(type), at, value.offset(),
                       fmt::format("the id of this {} is not the one of its ID contributing properties", type),
                       made ? fmt::format("that would be {}", *made) : "");
  }
}

void ObjectChecker::check_order(const json::Value& object, std::string_view earlier, std::string_view later,
                                bool may_be_equal, Rule rule, const Path& path) {
  const auto first = time_of(object, earlier);
  const auto second = time_of(object, later);
  if (!first || !second || *second > *first || (may_be_equal && *second == *first)) return;
  problems_.add(rule, path.down(later), object.find(later)->offset(),
                fmt::format("'{}' ({}) is {} '{}' ({})", later, second->text,
                            *second < *first ? "earlier than" : "not later than", earlier, first->text));
}

void ObjectChecker::check_common(const json::Value& object, const Path& path) {
  if (const auto* version = object.find("spec_version");
      version != nullptr && version->string() != nullptr && *version->string() != "2.1") {
    problems_.add(Rule::spec_version, path.down("spec_version"), version->offset(),
                  fmt::format("spec_version is '{}', it must be '2.1'", *version->string()));
  }
  check_order(object, "created", "modified", true, Rule::modified_before_created, path);
  for (const auto& member : *object.object()) {
    if (!member.key.ends_with("_enc") ||
        object.find(std::string_view(member.key).substr(0, member.key.size() - 4)) != nullptr)
      continue;
    problems_.add(Rule::encoding_alone, path.down(member.key), member.key_offset,
                  fmt::format("'{}' stands without the property that it describes", member.key));
  }
  if (entry_->type != nullptr && !entry_->lifted && object.find("lang") == nullptr &&
      find_property(*entry_->type, "lang") != nullptr &&
      (object.find("name") != nullptr || object.find("description") != nullptr)) {
    problems_.add_once(Rule::lang_missing, "", path, object.offset(), "there is text but no lang");
  }
  check_external_references(object, path);
  if (!entry_->lifted) check_labels(object, path);
  check_granular_markings(object, path);
  if (entry_->type_name != "marking-definition") return;
  for_each_string(object, "object_marking_refs", path,
                  [&](const std::string& ref, const json::Value& value, const Path& at) {
                    if (ref == entry_->id)
                      problems_.add(Rule::circular_marking, at, value.offset(), "this marking definition marks itself");
                  });
}

void ObjectChecker::check_external_references(const json::Value& object, const Path& path) {
  const auto* list = object.find("external_references");
  if (list == nullptr || list->array() == nullptr) return;
  const bool wants_capec = entry_->type_name == "attack-pattern";
  const bool wants_cve = entry_->type_name == "vulnerability";
  for (std::size_t i = 0; i < list->array()->size(); ++i) {
    const auto& reference = (*list->array())[i];
    if (reference.find_string("url") != nullptr && reference.find("hashes") == nullptr) {
      problems_.add_once(Rule::url_without_hashes, "", path.down("external_references").down(i), reference.offset(),
                         "an external reference has a url without hashes");
    }
    const auto* source = reference.find_string("source_name");
    const auto* id = reference.find_string("external_id");
    if (source == nullptr || !(wants_capec || wants_cve)) continue;
    const std::string_view wanted = wants_capec ? "capec" : "cve";
    const bool is_id = id != nullptr && (wants_capec ? form::is_numbered(*id, "CAPEC-") : form::is_cve_id(*id));
    if (*source == wanted ? (is_id || id == nullptr) : !is_id && !equals_ascii_case_insensitive(*source, wanted))
      continue;
    const Path list_path = path.down("external_references");
    problems_.add(
        wants_capec ? Rule::capec_id : Rule::cve_id, list_path.down(i), reference.offset(),
        fmt::format("the reference has source_name '{}' and external_id '{}'", *source, id == nullptr ? "" : *id),
        wants_capec ? "\"source_name\": \"capec\", \"external_id\": \"CAPEC-…\""
                    : "\"source_name\": \"cve\", \"external_id\": \"CVE-…\"");
  }
}

void ObjectChecker::check_labels(const json::Value& object, const Path& path) {
  if (entry_->type == nullptr) return;
  for (const auto& property : entry_->type->properties) {
    if (property.kind != Kind::open || !property.list || !property.name.ends_with("_types")) continue;
    const auto* vocabulary = find_vocabulary(property.of);
    for_each_string(object, "labels", path, [&](const std::string& label, const json::Value& value, const Path& at) {
      if (!vocabulary->contains(label)) return;
      problems_.add_once(Rule::types_as_labels, fmt::format("{}\n{}", entry_->type_name, label), at, value.offset(),
                         fmt::format("the label '{}' is a value for '{}'", label, property.name));
    });
  }
}

void ObjectChecker::check_granular_markings(const json::Value& object, const Path& path) {
  const auto* list = object.find("granular_markings");
  if (list == nullptr || list->array() == nullptr) return;
  const Path list_path = path.down("granular_markings");
  for (std::size_t i = 0; i < list->array()->size(); ++i) {
    const auto& marking = (*list->array())[i];
    if (marking.object() == nullptr) continue;
    const Path at = list_path.down(i);
    if ((marking.find("lang") != nullptr) == (marking.find("marking_ref") != nullptr)) {
      problems_.add(Rule::granular_one_of, at, marking.offset(), "a granular marking needs either lang or marking_ref");
    }
    if (const auto* ref = marking.find_string("marking_ref"); ref != nullptr && *ref == entry_->id) {
      problems_.add(Rule::circular_marking, at, marking.offset(), "this marking definition marks itself");
    }
    for_each_string(marking, "selectors", at,
                    [&](const std::string& text, const json::Value& value, const Path& place) {
                      const auto selector = parse_selector(text);
                      if (!selector) {
                        problems_.add(Rule::selector_syntax, place, value.offset(),
                                      fmt::format("'{}': {}", text, selector.error().message), selector.error().hint);
                      } else if (resolve_selector(object, *selector) == nullptr) {
                        problems_.add(Rule::selector_target, place, value.offset(),
                                      fmt::format("'{}' names nothing in this object", text));
                      }
                    });
  }
}

void ObjectChecker::check_type_rules(const json::Value& object, const Path& path) {
  using Check = void (ObjectChecker::*)(const json::Value&, const Path&);
  struct Row {
    std::string_view type;
    Check check;
  };
  constexpr Row kRows[] = {
      {"indicator", &ObjectChecker::check_indicator},
      {"location", &ObjectChecker::check_location},
      {"malware", &ObjectChecker::check_malware},
      {"observed-data", &ObjectChecker::check_observed_data},
      {"relationship", &ObjectChecker::check_relationship},
      {"artifact", &ObjectChecker::check_artifact},
      {"email-message", &ObjectChecker::check_email_message},
      {"network-traffic", &ObjectChecker::check_network_traffic},
      {"language-content", &ObjectChecker::check_language_content},
      {"marking-definition", &ObjectChecker::check_marking_definition},
      {"extension-definition", &ObjectChecker::check_extension_definition},
  };
  check_order(object, "first_seen", "last_seen", true, Rule::seen_order, path);
  for (const auto& row : kRows) {
    if (row.type == entry_->type_name) (this->*row.check)(object, path);
  }
}

void ObjectChecker::check_indicator(const json::Value& object, const Path& path) {
  check_order(object, "valid_from", "valid_until", false, Rule::valid_order, path);
  for (std::string_view name : {"name", "description"}) {
    if (object.find(name) == nullptr) {
      problems_.add_once(Rule::indicator_text, std::string(name), path, object.offset(),
                         fmt::format("an indicator has no {}", name));
    }
  }
  const auto* text = object.find_string("pattern");
  const auto* type = object.find_string("pattern_type");
  if (text == nullptr || type == nullptr || *type != "stix") return;
  const auto* version = object.find_string("pattern_version");
  const auto parsed = pattern::parse(*text, {.version_20 = version != nullptr && *version == "2.0"});
  const Path at = path.down("pattern");
  const auto& value = *object.find("pattern");
  if (!parsed) {
    problems_.add(
        Rule::pattern, at, value.offset(),
        fmt::format("at byte {} of the pattern: {}",
                    parsed.error().where.has_offset() ? parsed.error().where.offset : 0, parsed.error().message),
        parsed.error().hint);
    return;
  }
  const auto from = time_of(object, "valid_from");
  const auto until = time_of(object, "valid_until");
  std::vector<pattern::StartStop> windows;
  collect_windows(parsed->root, windows);
  for (const auto& window : windows) {
    if ((from && window.start < *from) || (until && window.stop > *until)) {
      problems_.add(Rule::pattern_window, at, value.offset(),
                    fmt::format("START {} STOP {} reaches out of the validity of the indicator", window.start.text,
                                window.stop.text));
    }
  }
}

void ObjectChecker::check_location(const json::Value& object, const Path& path) {
  const auto has = [&](std::string_view name) { return object.find(name) != nullptr; };
  if (has("latitude") != has("longitude")) {
    problems_.add(Rule::coordinates, path, object.offset(), "latitude and longitude must stand together");
  }
  if (has("precision") && !(has("latitude") && has("longitude"))) {
    problems_.add(Rule::coordinates, path.down("precision"), object.find("precision")->offset(),
                  "precision needs latitude and longitude");
  }
  if (!has("region") && !has("country") && !(has("latitude") && has("longitude"))) {
    problems_.add(Rule::location_needs, path, object.offset(),
                  "a location needs a region, a country, or latitude and longitude");
  }
}

void ObjectChecker::check_malware(const json::Value& object, const Path& path) {
  if (is_true(object, "is_family") && object.find("name") == nullptr) {
    problems_.add(Rule::family_name, path, object.offset(), "a malware family needs a name");
  }
  if (!is_false(object, "is_family")) return;
  std::unordered_map<std::string_view, std::string> seen;
  for_each_string(object, "sample_refs", path, [&](const std::string& ref, const json::Value& value, const Path& at) {
    const auto* sample = index_.find(ref);
    const auto* hashes = sample == nullptr ? nullptr : sample->value->find("hashes");
    if (hashes == nullptr || hashes->object() == nullptr) return;
    for (const auto& member : *hashes->object()) {
      if (member.value.string() == nullptr) continue;
      const std::string hash = ascii_lower(*member.value.string());
      const auto [known, inserted] = seen.try_emplace(member.key, hash);
      if (inserted || known->second == hash) continue;
      problems_.add(Rule::sample_refs, at, value.offset(),
                    fmt::format("the samples of this instance differ in their {} hashes", member.key));
    }
  });
}

void ObjectChecker::check_observed_data(const json::Value& object, const Path& path) {
  check_order(object, "first_observed", "last_observed", true, Rule::observed_order, path);
  const auto* container = object.find("objects");
  const auto* refs = object.find("object_refs");
  if (container != nullptr && refs != nullptr) {
    problems_.add(Rule::observed_both, path.down("objects"), container->offset(),
                  "objects and object_refs must not stand together");
  }
  if (refs != nullptr && refs->array() != nullptr && !refs->array()->empty()) {
    const bool has_sco = std::ranges::any_of(*refs->array(), [](const json::Value& ref) {
      const auto* type = ref.string() == nullptr ? nullptr : find_type(type_of_id(*ref.string()));
      return type == nullptr || type->category == Category::sco;
    });
    if (!has_sco) {
      problems_.add(Rule::observed_no_sco, path.down("object_refs"), refs->offset(),
                    "object_refs needs at least one SCO");
    }
  }
  if (container == nullptr) return;
  problems_.add_once(Rule::container_deprecated, "", path.down("objects"), container->offset(),
                     "object containers are deprecated", "use object_refs");
  check_container(*container, path.down("objects"));
}

void ObjectChecker::check_container(const json::Value& container, const Path& path) {
  if (container.object() == nullptr || container.object()->empty()) {
    problems_.add(Rule::container, path, container.offset(), "a container needs at least one object");
    return;
  }
  const Entry* outer = entry_;
  container_ = &container;
  for (const auto& member : *container.object()) {
    const Path at = path.down(member.key);
    const auto* type_name = member.value.find_string("type");
    if (type_name == nullptr) {
      problems_.add(Rule::container, at, member.value.offset(),
                    "a member of a container must be an object with a type");
      continue;
    }
    const auto* type = find_type(*type_name);
    if (type == nullptr) continue;  // a custom observable
    if (type->category != Category::sco) {
      problems_.add(Rule::container, at, member.value.offset(), fmt::format("a {} is no cyber observable", *type_name));
      continue;
    }
    const Entry inner{&member.value, at.print(), type, *type_name, "", outer->lifted};
    entry_ = &inner;
    check_members(member.value, *type, Path{nullptr, inner.pointer, Path::kName});
    check_type_rules(member.value, Path{nullptr, inner.pointer, Path::kName});
  }
  container_ = nullptr;
  entry_ = outer;
}

void ObjectChecker::check_relationship(const json::Value& object, const Path& path) {
  check_order(object, "start_time", "stop_time", false, Rule::relationship_order, path);
  const auto* name = object.find_string("relationship_type");
  const bool good = name == nullptr || (!name->empty() && std::ranges::all_of(*name, [](char c) {
                      return (c >= 'a' && c <= 'z') || is_ascii_digit(c) || c == '-';
                    }));
  if (!good) {
    problems_.add(Rule::relationship_name, path.down("relationship_type"), object.find("relationship_type")->offset(),
                  fmt::format("'{}' must be of a-z 0-9 - only", *name));
  }
}

void ObjectChecker::check_artifact(const json::Value& object, const Path& path) {
  const auto has = [&](std::string_view name) { return object.find(name) != nullptr; };
  if (has("payload_bin") && has("url")) {
    problems_.add(Rule::artifact_source, path, object.offset(), "payload_bin and url must not stand together");
  }
  if (has("url") && !has("hashes")) {
    problems_.add(Rule::artifact_hashes, path, object.offset(), "an artifact with a url needs hashes");
  }
  if (has("decryption_key") && !has("encryption_algorithm")) {
    problems_.add(Rule::artifact_key, path.down("decryption_key"), object.find("decryption_key")->offset(),
                  "a decryption_key needs an encryption_algorithm");
  }
}

void ObjectChecker::check_email_message(const json::Value& object, const Path& path) {
  const std::string_view wrong = is_true(object, "is_multipart")    ? "body"
                                 : is_false(object, "is_multipart") ? "body_multipart"
                                                                    : "";
  if (wrong.empty() || object.find(wrong) == nullptr) return;
  problems_.add(Rule::email_body, path.down(wrong), object.find(wrong)->offset(),
                fmt::format("'{}' must not be there when is_multipart is {}", wrong, wrong == "body"));
}

void ObjectChecker::check_network_traffic(const json::Value& object, const Path& path) {
  check_order(object, "start", "end", true, Rule::traffic_order, path);
  if (object.find("end") != nullptr && is_true(object, "is_active")) {
    problems_.add(Rule::traffic_active, path.down("is_active"), object.find("is_active")->offset(),
                  "traffic with an end is not active");
  }
  for (std::string_view port : {"src_port", "dst_port"}) {
    if (object.find(port) == nullptr) {
      problems_.add_once(Rule::traffic_ports, std::string(port), path, object.offset(),
                         fmt::format("network traffic without {}", port));
    }
  }
  struct Row {
    std::string_view extension;
    std::string_view protocol;
  };
  constexpr Row kRows[] = {{"http-request-ext", "http"}, {"icmp-ext", "icmp"}, {"tcp-ext", "tcp"}};
  const auto* extensions = object.find("extensions");
  for (const auto& row : kRows) {
    if (extensions == nullptr || extensions->find(row.extension) == nullptr) continue;
    bool listed = false;
    for_each_string(object, "protocols", path, [&](const std::string& name, const json::Value&, const Path&) {
      listed = listed || name == row.protocol || (row.protocol == "http" && name == "https");
    });
    if (!listed) {
      problems_.add(Rule::extension_protocol, path.down("extensions"), extensions->offset(),
                    fmt::format("{} is there, but protocols does not list {}", row.extension, row.protocol));
    }
  }
}

void ObjectChecker::check_language_content(const json::Value& object, const Path& path) {
  const auto* contents = object.find("contents");
  if (contents == nullptr || contents->object() == nullptr) return;
  const auto* ref = object.find_string("object_ref");
  const auto* target = ref == nullptr ? nullptr : index_.find(*ref);
  const Path contents_path = path.down("contents");
  for (const auto& member : *contents->object()) {
    const Path at = contents_path.down(member.key);
    const auto report = [&](const Path& place, const json::Value& value, std::string message) {
      problems_.add(Rule::language_contents, place, value.offset(), std::move(message));
    };
    if (!form::is_language_tag(member.key))
      report(at, member.value, fmt::format("'{}' is no language tag by RFC 5646", member.key));
    if (member.value.object() == nullptr || member.value.object()->empty()) {
      report(at, member.value, "the translation must be a dictionary with properties");
      continue;
    }
    for (const auto& translated : *member.value.object()) {
      const auto* original = target == nullptr ? nullptr : target->value->find(translated.key);
      if (original == nullptr) continue;  // "MUST be ignored"
      if (const auto problem = mirror_problem(translated.value, *original); !problem.empty()) {
        report(at.down(translated.key), translated.value, fmt::format("'{}' {}", translated.key, problem));
      }
    }
  }
  const auto modified = time_of(object, "object_modified");
  if (target == nullptr || !modified) return;
  const auto& versions = index_.by_id.at(target->id);
  const bool known = std::ranges::any_of(
      versions, [&](std::size_t i) { return time_of(*index_.entries[i].value, "modified") == modified; });
  if (!known) {
    problems_.add(Rule::language_object_modified, path.down("object_modified"),
                  object.find("object_modified")->offset(),
                  fmt::format("no version of {} in this file was modified at {}", *ref, modified->text));
  }
}

void ObjectChecker::check_marking_definition(const json::Value& object, const Path& path) {
  const auto* type = object.find_string("definition_type");
  const auto* definition = object.find("definition");
  if (object.find("extensions") == nullptr && (type == nullptr || definition == nullptr)) {
    problems_.add(Rule::marking_definition, path, object.offset(),
                  "a marking definition needs definition_type and definition, or extensions");
  }
  if (type == nullptr || definition == nullptr) return;
  const Path at = path.down("definition");
  if (*type == "statement" || *type == "tlp") {
    check_structure(*type, *definition, at);
  } else if (definition->object() == nullptr) {
    problems_.add(Rule::structure, at, definition->offset(), "a definition must be a JSON object");
  }
  const auto fixed = std::ranges::find(kTlp1, entry_->id, &TlpFixed::id);
  const bool is_fixed = fixed != std::end(kTlp1);
  if (*type != "tlp" && !is_fixed) return;
  const auto* level = definition->find_string("tlp");
  const bool same = is_fixed && *type == "tlp" && level != nullptr && *level == fixed->name &&
                    time_of(object, "created") == time_of(*json::parse(R"({"t":"2017-01-20T00:00:00.000Z"})"), "t");
  if (!same) {
    problems_.add(Rule::marking_tlp, at, definition->offset(),
                  "this is not one of the four TLP markings of the specification",
                  "TLP 2.0 has marking definitions of its own, published by OASIS");
  }
}

void ObjectChecker::check_extension_definition(const json::Value& object, const Path& path) {
  bool top_level = false;
  for_each_string(object, "extension_types", path, [&](const std::string& type, const json::Value&, const Path&) {
    top_level = top_level || type == "toplevel-property-extension";
  });
  const auto* properties = object.find("extension_properties");
  if (properties != nullptr && !top_level) {
    problems_.add(Rule::extension_properties, path.down("extension_properties"), properties->offset(),
                  "extension_properties is only for toplevel-property-extension");
  }
  if (properties == nullptr && top_level) {
    problems_.add(Rule::extension_no_properties, path, object.offset(),
                  "a top-level extension should list its extension_properties");
  }
  for_each_string(object, "extension_properties", path,
                  [&](const std::string& name, const json::Value& value, const Path& at) {
                    if (!form::is_property_name(name)) {
                      problems_.add(Rule::extension_property_name, at, value.offset(),
                                    fmt::format("'{}' is no name of a property", name));
                    }
                  });
  if (object.find("description") == nullptr) {
    problems_.add(Rule::extension_description, path, object.offset(),
                  "an extension definition should have a description");
  }
}

}  // namespace tocsin::stix
