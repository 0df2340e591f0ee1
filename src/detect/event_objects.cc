#include "detect/event_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.h"
#include "base/diagnostic.h"
#include "base/unicode.h"
#include "base/yaml.h"

namespace tocsin::detect {

namespace pattern = stix::pattern;

namespace {

struct ReadingName {
  std::string_view name;
  FieldReading reading;
};
constexpr ReadingName kReadings[] = {
    {"lower", FieldReading::lower},
    {"integer", FieldReading::integer},
    {"file_name", FieldReading::file_name},
    {"folder", FieldReading::folder},
    {"ipv4", FieldReading::ipv4},
    {"ipv6", FieldReading::ipv6},
    {"digest", FieldReading::digest},
    {"user_name", FieldReading::user_name},
    {"domain", FieldReading::domain},
    {"registry_key", FieldReading::registry_key},
    {"registry_value", FieldReading::registry_value},
    {"registry_object", FieldReading::registry_object},
    {"constant", FieldReading::constant},
};

struct Hive {
  std::string_view shorthand;
  std::string_view name;
};
constexpr Hive kHives[] = {{"HKLM", "HKEY_LOCAL_MACHINE"},    {"HKCU", "HKEY_CURRENT_USER"},
                           {"HKCR", "HKEY_CLASSES_ROOT"},     {"HKU", "HKEY_USERS"},
                           {"HKCC", "HKEY_CURRENT_CONFIG"},   {"\\REGISTRY\\MACHINE", "HKEY_LOCAL_MACHINE"},
                           {"\\REGISTRY\\USER", "HKEY_USERS"}};

/// §6.17: hives are written in full.
std::string with_full_hive(std::string_view key) {
  for (const Hive& hive : kHives) {
    const bool has_it = key.size() >= hive.shorthand.size() &&
                        equals_ascii_case_insensitive(key.substr(0, hive.shorthand.size()), hive.shorthand);
    if (has_it && (key.size() == hive.shorthand.size() || key[hive.shorthand.size()] == '\\'))
      return std::string(hive.name) + std::string(key.substr(hive.shorthand.size()));
  }
  return std::string(key);
}

/// The digest called `name` in "MD5=…,SHA256=…", or the whole text where it is one digest of that length.
std::string find_digest(std::string_view text, std::string_view name) {
  const auto plain = [](std::string_view algorithm) {
    std::string out = ascii_lower(algorithm);
    std::erase(out, '-');
    return out;
  };
  const std::string wanted = plain(name);
  if (text.find('=') == std::string_view::npos) {
    const std::size_t length = wanted == "md5" ? 32 : wanted == "sha1" ? 40 : wanted == "sha256" ? 64 : 128;
    return text.size() == length ? ascii_lower(text) : std::string();
  }
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && plain(trim_ascii(part.substr(0, equals))) == wanted)
      return ascii_lower(trim_ascii(part.substr(equals + 1)));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return {};
}

std::optional<Number> parse_integer(std::string_view text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, is_hex ? 16 : 10);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return Number{static_cast<double>(value), value, true};
}

/// Gives `take` what the reading makes of the text; false when it makes nothing of it.
bool take_reading(const PropertySource& source, std::string_view text,
                  const std::function<bool(const StixValue&)>& take) {
  const auto take_text = [&](std::string_view value) { return !value.empty() && take(StixValue::of_string(value)); };
  const std::size_t slash = text.find_last_of("\\/");
  const std::size_t backslash = text.rfind('\\');
  switch (source.reading) {
    case FieldReading::text:
      return take_text(text);
    case FieldReading::lower:
      return take_text(ascii_lower(text));
    case FieldReading::integer: {
      const auto number = parse_integer(text);
      return number && take(StixValue::of_number(*number));
    }
    case FieldReading::file_name:
      return take_text(slash == std::string_view::npos ? text : text.substr(slash + 1));
    case FieldReading::folder:
      return slash != std::string_view::npos && take_text(text.substr(0, slash));
    case FieldReading::ipv4:
    case FieldReading::ipv6: {
      const bool is_v6 = text.find(':') != std::string_view::npos;
      return is_v6 == (source.reading == FieldReading::ipv6) && parse_address(text) && take_text(text);
    }
    case FieldReading::digest:
      return take_text(find_digest(text, source.argument));
    case FieldReading::user_name:
      return take_text(backslash == std::string_view::npos ? text : text.substr(backslash + 1));
    case FieldReading::domain:
      return backslash != std::string_view::npos && take_text(text.substr(0, backslash));
    case FieldReading::registry_key:
      return take_text(with_full_hive(text.substr(0, backslash)));
    case FieldReading::registry_value:
      return backslash != std::string_view::npos && take_text(text.substr(backslash + 1));
    case FieldReading::registry_object:
      return take_text(with_full_hive(text));
    case FieldReading::constant:
      return take_text(source.argument);
  }
  return false;
}

/// Reads packs/stix/event_objects.yml.
class TableReader {
 public:
  TableReader(const std::string& path, event::Schema& schema) : path_(path), schema_(schema) {}

  std::unique_ptr<EventObjectLayout> read_row(const yaml::Node& row) {
    auto layout = std::make_unique<EventObjectLayout>();
    only_keys(row, {"when", "objects"});
    const yaml::Node* when = row.find("when");
    const yaml::Node* objects = row.find("objects");
    if (when == nullptr || !when->is_mapping() || objects == nullptr || !objects->is_mapping()) {
      problem(row, "a row has `when` (product, category, service) and `objects`");
      return layout;
    }
    only_keys(*when, {"product", "category", "service"});
    const auto text = [&](std::string_view key) {
      const yaml::Node* node = when->find(key);
      return node == nullptr ? std::string() : node->text;
    };
    layout->when = {text("product"), text("category"), text("service")};
    for (std::string& unknown : schema_.unknown_names(layout->when)) problem(*when, std::move(unknown));

    names_.clear();
    for (const yaml::Pair& object : objects->pairs) names_.push_back(object.key.text);
    for (const yaml::Pair& object : objects->pairs) layout->objects.push_back(read_object(object.value));
    return layout;
  }

  void only_keys(const yaml::Node& node, std::initializer_list<std::string_view> known) {
    for (const yaml::Pair& pair : node.pairs) {
      if (std::ranges::find(known, pair.key.text) == known.end())
        problem(pair.key, fmt::format("unknown key '{}'", pair.key.text));
    }
  }

  void problem(const yaml::Node& node, std::string message) {
    problems.push_back({Severity::error, "event-objects", std::move(message), yaml::where_of(node, path_), {}, {}});
  }

  std::vector<Diagnostic> problems;

 private:
  EventObjectLayout::Object read_object(const yaml::Node& node) {
    EventObjectLayout::Object out;
    for (const yaml::Pair& pair : node.pairs) {
      const std::string& name = pair.key.text;
      if (name == "type") {
        out.type = pair.value.text;
        continue;
      }
      std::vector<const yaml::Node*> values;
      if (pair.value.is_sequence()) {
        for (const yaml::Node& item : pair.value.items) values.push_back(&item);
      } else {
        values.push_back(&pair.value);
      }
      const bool is_reference = name.ends_with("_ref") || name.ends_with("_refs");
      EventObjectLayout::Reference reference{name, name.ends_with("_refs"), {}};
      for (const yaml::Node* value : values) {
        if (is_reference) {
          const auto found = std::ranges::find(names_, value->text);
          if (found == names_.end()) {
            problem(*value, fmt::format("no object '{}' in this row", value->text));
          } else {
            reference.objects.push_back(static_cast<std::uint32_t>(found - names_.begin()));
          }
        } else {
          out.properties.push_back({read_path(name), read_source(*value)});
        }
      }
      if (is_reference) out.references.push_back(std::move(reference));
    }
    if (out.type.empty()) problem(node, "an object has a type");
    return out;
  }

  static std::vector<EventObjectLayout::Step> read_path(std::string_view text) {
    std::vector<EventObjectLayout::Step> out;
    while (!text.empty()) {
      const std::size_t dot = text.find('.');
      std::string_view name = text.substr(0, dot);
      text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
      const bool is_list = name.ends_with("[]");
      if (is_list) name.remove_suffix(2);
      out.push_back({std::string(name), is_list});
    }
    return out;
  }

  /// `Field`, `reading(Field)`, `digest(MD5, Field)` or `constant(text)`.
  PropertySource read_source(const yaml::Node& node) {
    PropertySource out;
    std::string_view text = node.text;
    if (const std::size_t open = text.find('('); open != std::string_view::npos && text.ends_with(')')) {
      const auto reading = std::ranges::find(kReadings, text.substr(0, open), &ReadingName::name);
      if (reading == std::end(kReadings)) {
        problem(node, fmt::format("unknown reading '{}'", text.substr(0, open)));
        return out;
      }
      out.reading = reading->reading;
      text = text.substr(open + 1, text.size() - open - 2);
      const std::size_t comma = text.find(',');
      if ((out.reading == FieldReading::digest) != (comma != std::string_view::npos)) {
        problem(node, "digest(NAME, Field) takes two, the other readings one");
        return out;
      }
      if (out.reading == FieldReading::constant) {
        out.argument = text;
        return out;
      }
      if (out.reading == FieldReading::digest) {
        out.argument = trim_ascii(text.substr(0, comma));
        text = trim_ascii(text.substr(comma + 1));
      }
    }
    if (text.empty()) problem(node, "a property names a field");
    out.field = schema_.intern(text);
    return out;
  }

  const std::string& path_;
  event::Schema& schema_;
  std::vector<std::string> names_;
};

}  // namespace

Result<EventObjectTable> EventObjectTable::load(const std::string& path, event::Schema& schema) {
  TRY(const PaddedBytes bytes, read_file(path));
  TRY(const yaml::Node document, yaml::parse(bytes.view(), {.source = path}));
  TableReader reader(path, schema);
  EventObjectTable out;
  reader.only_keys(document, {"kind", "rows"});
  const yaml::Node* rows = document.find("rows");
  const yaml::Node* kind = document.find("kind");
  if (kind == nullptr || kind->text != "event-objects" || rows == nullptr || !rows->is_sequence()) {
    reader.problem(document, "a table of event objects has `kind: event-objects` and `rows`");
  } else {
    for (const yaml::Node& row : rows->items) out.layouts_.push_back(reader.read_row(row));
  }
  std::string problems;
  for (const Diagnostic& problem : reader.problems)
    problems += (problems.empty() ? "" : "\n") + print_diagnostic(problem, bytes.view());
  if (!problems.empty()) return fail(ErrorCode::invalid, problems);
  return out;
}

void EventObjectLayout::resolve(std::uint32_t object, const pattern::ObjectPath& path, std::size_t begin,
                                std::vector<PropertySource>& out) const {
  const auto has_index = [&](std::size_t step) {
    return step < path.steps.size() && std::holds_alternative<pattern::Index>(path.steps[step]);
  };
  std::uint32_t items_before = 0;
  for (const Property& property : objects[object].properties) {
    std::size_t at = begin;
    bool fits = true;
    std::optional<std::uint32_t> item;
    for (const Step& step : property.path) {
      const auto* name = at < path.steps.size() ? std::get_if<std::string>(&path.steps[at]) : nullptr;
      fits = name != nullptr && *name == step.name && has_index(at + 1) == step.is_list;
      if (!fits) break;
      if (step.is_list) item = std::get<pattern::Index>(path.steps[at + 1]).item;
      at += step.is_list ? 2 : 1;
    }
    if (!fits || at != path.steps.size()) continue;
    // Of a list, each source is an item.
    if (!item || *item == items_before) out.push_back(property.source);
    ++items_before;
  }
  const auto* name = begin < path.steps.size() ? std::get_if<std::string>(&path.steps[begin]) : nullptr;
  for (const Reference& reference : objects[object].references) {
    if (name == nullptr || *name != reference.name || has_index(begin + 1) != reference.is_list) continue;
    for (const std::uint32_t target : reference.objects)
      resolve(target, path, begin + (reference.is_list ? 2 : 1), out);
  }
}

const std::vector<EventObjectLayout::Resolved>& EventObjectLayout::resolve(const pattern::ObjectPath& path) const {
  const auto [known, is_new] = resolved_.try_emplace(&path);
  if (!is_new) return known->second;
  for (std::uint32_t object = 0; object < objects.size(); ++object) {
    if (objects[object].type != path.type) continue;
    std::vector<PropertySource> sources;
    resolve(object, path, 0, sources);
    for (PropertySource& source : sources) known->second.push_back({object, std::move(source)});
  }
  return known->second;
}

EventObjects::EventObjects(const EventObjectLayout& layout, EventText& text, std::span<const event::Rename> renames)
    : layout_(layout), text_(text), renames_(renames), is_there_(layout.objects.size()) {}

bool EventObjects::any_value(const PropertySource& source, const std::function<bool(const StixValue&)>& take) const {
  if (source.reading == FieldReading::constant) return take_reading(source, {}, take);
  return std::ranges::any_of(field_slots(text_.event(), source.field, renames_), [&](std::size_t slot) {
    const event::TokenKind kind = text_.event().slots[slot].kind;
    if (kind == event::TokenKind::null || kind == event::TokenKind::array) return false;
    return take_reading(source, text_.text(slot), take);
  });
}

bool EventObjects::has_type(std::size_t object, std::string_view type) const {
  if (layout_.objects[object].type != type) return false;
  std::optional<bool>& is_there = is_there_[object];
  if (!is_there) {
    is_there =
        std::ranges::any_of(layout_.objects[object].properties, [&](const EventObjectLayout::Property& property) {
          return property.source.reading != FieldReading::constant &&
                 any_value(property.source, [](const StixValue&) { return true; });
        });
  }
  return *is_there;
}

bool EventObjects::any_value(std::size_t object, const pattern::ObjectPath& path,
                             const std::function<bool(const StixValue&)>& take) const {
  return std::ranges::any_of(layout_.resolve(path), [&](const EventObjectLayout::Resolved& resolved) {
    return resolved.object == object && any_value(resolved.source, take);
  });
}

}  // namespace tocsin::detect
