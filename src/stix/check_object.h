#pragma once

// Inside the room: the checks of one object; those that need several are in check_graph.h.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "stix/problem_list.h"
#include "stix/schema.h"

namespace tocsin::stix {

/// One object of the file, after lifting. Pointers into the trees that the caller keeps.
struct Entry {
  const json::Value* value = nullptr;
  std::string pointer;                   ///< JSON pointer into the file
  const TypeDefinition* type = nullptr;  ///< nullptr for custom types
  std::string_view type_name;
  std::string_view id;
  bool lifted = false;
};

/// The objects of a file by id.
struct ObjectIndex {
  std::vector<Entry> entries;
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_id;

  const Entry* find(std::string_view id) const {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : &entries[found->second.back()];
  }
};

/// Checks single objects against the table and the rules of their types. One thread.
class ObjectChecker {
 public:
  ObjectChecker(ProblemList& problems, const ObjectIndex& index) : problems_(problems), index_(index) {}

  void check(const Entry& entry);
  /// The members `type` and `id` of a bundle; its objects are checked one by one.
  void check_bundle_frame(const json::Value& bundle, const Path& path);

 private:
  // check_values.cc: by the table
  void check_members(const json::Value& object, const TypeDefinition& type, const Path& path);
  void check_required(const json::Value& object, std::span<const Property> properties, const TypeDefinition& type,
                      const Path& path);
  void check_property(const Property& property, const json::Value& value, const Path& path);
  void check_single(const Property& property, const json::Value& value, const Path& path);
  void check_string(const Property& property, const json::Value& value, const Path& path);
  void check_form(const Property& property, const std::string& text, const json::Value& value, const Path& path);
  void check_number_form(const Property& property, const json::Value& value, const Path& path);
  void check_integer(const Property& property, const json::Value& value, const Path& path);
  void check_timestamp(const Property& property, const json::Value& value, const Path& path);
  void check_identifier(const Property& property, const json::Value& value, const Path& path);
  void check_reference_type(const Property& property, const std::string& id, std::string_view type,
                            const json::Value& value, const Path& path);
  void check_vocabulary(const Property& property, const std::string& text, const json::Value& value, const Path& path);
  void check_dictionary(const Property& property, const json::Value& value, const Path& path);
  void check_hashes(const json::Value& value, const Path& path);
  void check_structure(std::string_view name, const json::Value& value, const Path& path);
  bool expect_string(const json::Value& value, const Path& path);

  // check_extensions.cc: what the specification does not define
  void check_extensions(const json::Value& value, const Path& path);
  void check_extension_use(const std::string& key, const json::Value& value, const Path& path);
  void check_custom_extension(const std::string& key, const json::Value& value, const Path& path);
  void check_unknown_member(const json::Member& member, const TypeDefinition* type, const Path& path);
  void check_custom_object(const json::Value& object, const Path& path);
  bool has_top_level_extension() const;

  // check_types.cc: rules of single types
  void check_id(const json::Value& object, const Path& path);
  void check_common(const json::Value& object, const Path& path);
  void check_type_rules(const json::Value& object, const Path& path);
  void check_order(const json::Value& object, std::string_view earlier, std::string_view later, bool may_be_equal,
                   Rule rule, const Path& path);
  void check_external_references(const json::Value& object, const Path& path);
  void check_labels(const json::Value& object, const Path& path);
  void check_granular_markings(const json::Value& object, const Path& path);
  void check_indicator(const json::Value& object, const Path& path);
  void check_location(const json::Value& object, const Path& path);
  void check_malware(const json::Value& object, const Path& path);
  void check_observed_data(const json::Value& object, const Path& path);
  void check_container(const json::Value& container, const Path& path);
  void check_relationship(const json::Value& object, const Path& path);
  void check_artifact(const json::Value& object, const Path& path);
  void check_email_message(const json::Value& object, const Path& path);
  void check_network_traffic(const json::Value& object, const Path& path);
  void check_language_content(const json::Value& object, const Path& path);
  void check_marking_definition(const json::Value& object, const Path& path);
  void check_extension_definition(const json::Value& object, const Path& path);

  ProblemList& problems_;
  const ObjectIndex& index_;
  const Entry* entry_ = nullptr;
  bool defanged_ = false;
  const json::Value* container_ = nullptr;  ///< of the observed-data whose container is being checked
};

}  // namespace tocsin::stix
