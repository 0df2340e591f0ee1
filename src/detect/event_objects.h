#pragma once

// Log events as STIX patterns see them: which fields make which cyber-observable object, by the table of
// packs/stix/event_objects.yml.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "detect/event_fields.h"
#include "detect/naive.h"
#include "detect/observed_objects.h"
#include "event/schema.h"

namespace tocsin::detect {

/// How a property is made of a field's text.
enum class FieldReading : std::uint8_t {
  text,
  lower,            ///< ASCII letters in lower case
  integer,          ///< decimal or 0x…
  file_name,        ///< what follows the last \ or /
  folder,           ///< what stands before it
  ipv4,             ///< only where it is an IPv4 address
  ipv6,             ///< only where it is an IPv6 address
  digest,           ///< lower case; of a list NAME=digest,… the one named
  user_name,        ///< what follows the last \ of DOMAIN\user
  domain,           ///< what stands before it
  registry_key,     ///< hives in full; the last part, the value's name, cut off
  registry_value,   ///< that last part
  registry_object,  ///< hives in full
  constant          ///< no field: always the same text
};

/// One source of a property's values.
struct PropertySource {
  event::FieldId field{};
  FieldReading reading = FieldReading::text;
  std::string argument;  ///< the digest's name, or the constant
};

/// A row of the table: the objects of one kind of event, and what paths come to there. One thread.
class EventObjectLayout {
 public:
  struct Step {
    std::string name;
    bool is_list = false;  ///< [0] or [*] may follow
  };
  struct Property {
    std::vector<Step> path;
    PropertySource source;
  };
  struct Reference {
    std::string name;
    bool is_list = false;  ///< `_refs`
    std::vector<std::uint32_t> objects;
  };
  struct Object {
    std::string type;
    std::vector<Property> properties;
    std::vector<Reference> references;
  };
  struct Resolved {
    std::uint32_t object = 0;
    PropertySource source;
  };

  std::vector<Object> objects;
  event::LogSourceQuery when;  ///< the log source that it is for, and whose renames its fields are read through

  /// What a path selects, remembered; `path` must stay where it is as long as the layout.
  const std::vector<Resolved>& resolve(const stix::pattern::ObjectPath& path) const;

 private:
  void resolve(std::uint32_t object, const stix::pattern::ObjectPath& path, std::size_t step,
               std::vector<PropertySource>& out) const;

  mutable std::unordered_map<const stix::pattern::ObjectPath*, std::vector<Resolved>> resolved_;
};

class EventObjectTable {
 public:
  /// errors: those of reading the file, invalid (all problems in the message)
  static Result<EventObjectTable> load(const std::string& path, event::Schema& schema);

  /// The layouts, as many as the table has rows; they stay where they are.
  const std::vector<std::unique_ptr<EventObjectLayout>>& layouts() const { return layouts_; }

 private:
  std::vector<std::unique_ptr<EventObjectLayout>> layouts_;
};

/// One event through one layout. Views die with the event.
class EventObjects final : public ObservedObjects {
 public:
  /// in: renames: of the event's log source for layout.when
  EventObjects(const EventObjectLayout& layout, EventText& text, std::span<const event::Rename> renames);

  std::size_t count() const override { return layout_.objects.size(); }
  /// An object is there when one of its own properties has a value.
  bool has_type(std::size_t object, std::string_view type) const override;
  bool any_value(std::size_t object, const stix::pattern::ObjectPath& path,
                 const std::function<bool(const StixValue&)>& take) const override;

  /// Calls `take` for each value of a source until it says true; out: whether it did.
  bool any_value(const PropertySource& source, const std::function<bool(const StixValue&)>& take) const;

 private:
  const EventObjectLayout& layout_;
  EventText& text_;
  std::span<const event::Rename> renames_;
  mutable std::vector<std::optional<bool>> is_there_;
};

}  // namespace tocsin::detect
