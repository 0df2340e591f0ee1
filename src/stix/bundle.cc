#include "stix/bundle.h"

#include <fmt/format.h>

#include "stix/identifier.h"
#include "stix/lift.h"

namespace tocsin::stix {
namespace {

/// Puts the objects of one document into `out`.
class BundleReader {
 public:
  BundleReader(ParsedBundle& out, std::string_view text, const BundleOptions& options)
      : out_(out), text_(text), options_(options) {}

  void take(json::Value value, const std::string& pointer) {
    if (is_stix_20(value)) {
      ++out_.lifted;
      Lifted lifted = lift_object(std::move(value));
      for (auto& note : lifted.notes) {
        skip(std::move(note.rule), std::move(note.message), note.where.offset, pointer + note.pointer);
      }
      for (auto& part : lifted.parts) keep(std::move(part.value), pointer + part.pointer);
    } else {
      keep(std::move(value), pointer);
    }
  }

 private:
  void keep(json::Value value, const std::string& pointer) {
    const auto offset = value.offset();
    auto object = Object::make(std::move(value));
    if (object) {
      out_.bundle.objects.push_back(*std::move(object));
    } else {
      skip("stix-2.1/8/not-an-object", object.error().message, offset, pointer);
    }
  }

  void skip(std::string rule, std::string message, std::uint64_t offset, std::string pointer) {
    out_.skipped.push_back({Severity::warning, std::move(rule), std::move(message),
                            locate(text_, offset, options_.source), std::move(pointer)});
  }

  ParsedBundle& out_;
  std::string_view text_;
  const BundleOptions& options_;
};

std::string make_bundle_id(const Bundle& bundle) {
  std::vector<std::string_view> key;
  key.reserve(bundle.objects.size() * 2);
  for (const auto& object : bundle.objects) {
    key.push_back(object.id());
    key.push_back(object.string("modified").value_or(object.string("created").value_or("")));
  }
  return make_own_id("bundle", key);
}

}  // namespace

Result<ParsedBundle> parse_bundle(std::string_view text, const BundleOptions& options) {
  json::ParseOptions parse_options;
  parse_options.source = options.source;
  TRY(json::Value root, json::parse(text, parse_options));
  ParsedBundle out;
  BundleReader reader(out, text, options);
  if (auto* list = root.array()) {
    for (std::size_t i = 0; i < list->size(); ++i) reader.take(std::move((*list)[i]), json::pointer_append("", i));
    return out;
  }
  const auto* type = root.find_string("type");
  if (type == nullptr) {
    return fail(ErrorCode::invalid, "this is no STIX: neither a bundle nor an object with a type",
                locate(text, root.offset(), options.source), "a bundle starts with {\"type\": \"bundle\"");
  }
  if (*type != "bundle") {
    reader.take(std::move(root), "");
    return out;
  }
  for (auto& member : *root.object()) {
    if (member.key == "id" && member.value.string() != nullptr) {
      out.bundle.id = *member.value.string();
    } else if (member.key == "objects" && member.value.array() != nullptr) {
      auto& objects = *member.value.array();
      out.bundle.objects.reserve(objects.size());
      for (std::size_t i = 0; i < objects.size(); ++i) {
        reader.take(std::move(objects[i]), json::pointer_append("/objects", i));
      }
    } else if (member.key != "type" && member.key != "spec_version") {
      out.bundle.other.push_back(std::move(member));
    }
  }
  return out;
}

json::Value bundle_to_json(const Bundle& bundle) {
  json::Value value{json::Object{}};
  value.set("type", "bundle");
  value.set("id", bundle.id.empty() ? make_bundle_id(bundle) : bundle.id);
  for (const auto& member : bundle.other) value.set(member.key, member.value);
  if (bundle.objects.empty()) return value;
  json::Array objects;
  objects.reserve(bundle.objects.size());
  for (const auto& object : bundle.objects) objects.push_back(object.json());
  value.set("objects", json::Value(std::move(objects)));
  return value;
}

std::string print_bundle(const Bundle& bundle) { return json::print(bundle_to_json(bundle)); }
std::string print_bundle_pretty(const Bundle& bundle) { return json::print_pretty(bundle_to_json(bundle)); }

}  // namespace tocsin::stix
