// CycloneDX 1.4 to 1.6 in JSON: the component of the metadata, components and their components, whatever their depth.

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "estate/debian_release.h"
#include "estate/inventory.h"
#include "estate/locator.h"

namespace tocsin::estate {
namespace {

constexpr std::array<std::string_view, 3> kVersions{"1.4", "1.5", "1.6"};
constexpr std::size_t kMaxComponents = 2'000'000;

struct Pending {
  const json::Value* value;
  std::string pointer;
};

/// End of the JSON object that opens at `begin`, by counting brackets outside strings.
std::uint64_t end_of_object(std::string_view text, std::uint64_t begin) {
  int depth = 0;
  bool in_string = false;
  for (std::uint64_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"')
      in_string = true;
    else if (c == '{' || c == '[')
      ++depth;
    else if ((c == '}' || c == ']') && --depth == 0)
      return i + 1;
  }
  return text.size();
}

/// What a purl of type deb says beyond its identity.
std::optional<DebianPackage> debian_of_purl(const Purl& purl) {
  if (purl.type != "deb") return std::nullopt;
  DebianPackage debian;
  debian.distribution = purl.name_space;
  debian.architecture = std::string(purl.qualifier("arch"));
  std::string_view upstream = purl.qualifier("upstream");
  debian.source = std::string(upstream.substr(0, upstream.find('@')));
  debian.source_version = upstream.find('@') == std::string_view::npos
                              ? purl.version
                              : std::string(upstream.substr(upstream.find('@') + 1));
  if (debian.source.empty()) debian.source = purl.name;
  debian.release = debian_release_of(purl.qualifier("distro"));
  return debian;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& path, const ProductCatalogue& products)
      : text_(text), products_(products), locator_(text, path) {
    inventory_.path = path;
    inventory_.kind = InventoryKind::cyclonedx;
  }

  Status read(const json::Value& document) {
    // A stack, last in first out: filled from the end, so that components come in the order of the document.
    push_array(document.find("components"), "/components");
    if (const json::Value* metadata = document.find("metadata"))
      if (const json::Value* component = metadata->find("component"))
        pending_.push_back({component, "/metadata/component"});
    while (!pending_.empty()) {
      const Pending item = std::move(pending_.back());
      pending_.pop_back();
      if (++inventory_.records > kMaxComponents)
        return fail(ErrorCode::limit_exceeded, "more than 2000000 components in one inventory", {inventory_.path});
      read_component(item);
      push_array(item.value->find("components"), item.pointer + "/components");
    }
    return {};
  }

  Inventory take() { return std::move(inventory_); }

 private:
  void damaged(const json::Value& value, const std::string& pointer, std::string message) {
    inventory_.damaged.push_back(
        {Severity::warning, "cyclonedx/damaged-record", std::move(message), locator_.at(value.offset()), pointer, {}});
  }

  void push_array(const json::Value* array, const std::string& pointer) {
    if (array == nullptr || array->is_null()) return;
    if (array->array() == nullptr) {
      damaged(*array, pointer, "'components' is not an array");
      return;
    }
    for (std::size_t i = array->array()->size(); i-- > 0;)
      pending_.push_back({&(*array->array())[i], json::pointer_append(pointer, i)});
  }

  /// A member that must be a string: nullptr when absent, reported when it is something else.
  const std::string* member(const Pending& item, std::string_view key) {
    const json::Value* value = item.value->find(key);
    if (value == nullptr || value->is_null()) return nullptr;
    if (value->string() == nullptr)
      damaged(*value, json::pointer_append(item.pointer, key),
              fmt::format("'{}' is {}, not a string", key, value->kind_name()));
    return value->string();
  }

  void identify(Observation& observation, const Pending& item) {
    record::Component& component = observation.component;
    std::optional<ProductCatalogue::Hit> hit;
    if (const std::string* text = member(item, "purl")) {
      if (auto purl = parse_purl(*text)) {
        component.purl = print_purl(*purl);
        if (component.version.empty()) component.version = purl->version;
        observation.debian = debian_of_purl(*purl);
        if (observation.debian && observation.debian->source_version.empty())
          observation.debian->source_version = component.version;
        hit = products_.find_purl(*purl);
        // Packages of other distributions: their fixes are carried back, and their trackers are not among our sources.
        if (purl->type == "rpm" || purl->type == "apk" || purl->type == "alpm")
          observation.banner_distribution = purl->name_space;
      } else {
        damaged(*item.value, json::pointer_append(item.pointer, "purl"),
                fmt::format("component '{}': {}", component.name, purl.error().message));
      }
    }
    if (const std::string* text = member(item, "cpe")) {
      if (auto cpe = parse_cpe(*text)) {
        component.cpe = print_cpe(*cpe);
        if (component.version.empty() && cpe->version.kind == CpeAttribute::Kind::value && !cpe->version.has_wildcard())
          component.version = cpe->version.text;
        if (!hit) hit = products_.find_cpe(*cpe);
      } else {
        damaged(*item.value, json::pointer_append(item.pointer, "cpe"),
                fmt::format("component '{}': {}", component.name, cpe.error().message));
      }
    }
    // A plain name is a guess, and only where nothing better speaks against it.
    if (!hit && component.purl.empty() && component.cpe.empty()) hit = products_.find_name(component.name);
    if (!hit) return;
    observation.product = hit->product;
    observation.identified_by = hit->by;
    component.weakness = products_[hit->product].weakness;
    if (hit->by == IdentifiedBy::name) component.confidence = 60;
  }

  void read_component(const Pending& item) {
    if (item.value->object() == nullptr) {
      damaged(*item.value, item.pointer, fmt::format("component is {}, not an object", item.value->kind_name()));
      return;
    }
    const std::string* name = member(item, "name");
    if (name == nullptr || name->empty()) {
      damaged(*item.value, item.pointer, "component has no name");
      return;
    }
    Observation observation;
    record::Component& component = observation.component;
    const std::string* group = member(item, "group");
    component.name = group != nullptr && !group->empty() ? *group + "/" + *name : *name;
    if (const std::string* version = member(item, "version")) component.version = *version;
    component.confidence = 95;
    identify(observation, item);
    component.from.push_back(cut_evidence(text_, inventory_.path, telling_span(*item.value), "cyclonedx-component"));
    inventory_.observations.push_back(std::move(observation));
  }

  /// The whole object where it is short; else what identifies it, from the first such member to the last near it.
  record::Span telling_span(const json::Value& component) const {
    constexpr std::uint64_t kShort = 600;
    const std::uint64_t begin = component.offset();
    const std::uint64_t end = end_of_object(text_, begin);
    if (end - begin <= kShort) return {begin, end, {}};
    const auto name = span_of_member("name", *component.find("name"));
    record::Span span = name;
    for (const std::string_view key : {"version", "purl", "cpe", "group"}) {
      const json::Value* value = component.find(key);
      if (value == nullptr || value->string() == nullptr) continue;
      const record::Span member = span_of_member(key, *value);
      const record::Span both{std::min(span.start, member.start), std::max(span.end, member.end), {}};
      if (both.end - both.start <= kShort) span = both;
    }
    return span;
  }

  /// `"key": "value"` of a string member.
  record::Span span_of_member(std::string_view key, const json::Value& value) const {
    const std::uint64_t at = value.offset();
    std::uint64_t end = at + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    const std::size_t quoted = text_.substr(0, at).rfind(fmt::format("\"{}\"", key));
    return {quoted == std::string_view::npos ? at : quoted, std::min<std::uint64_t>(end + 1, text_.size()), {}};
  }

  std::string_view text_;
  const ProductCatalogue& products_;
  Locator locator_;
  Inventory inventory_;
  std::vector<Pending> pending_;
};

}  // namespace

Result<Inventory> parse_cyclonedx(const json::Value& document, std::string_view text, const std::string& path,
                                  const ProductCatalogue& products) {
  const std::string* version = document.find_string("specVersion");
  if (version == nullptr) return fail(ErrorCode::invalid, "CycloneDX document without 'specVersion'", {path});
  if (std::ranges::find(kVersions, *version) == kVersions.end())
    return fail(ErrorCode::unsupported, fmt::format("CycloneDX {} is not supported", *version), {path},
                "supported: 1.4, 1.5 and 1.6 as JSON; cyclonedx-cli converts between versions");
  Reader reader(text, path, products);
  TRY_VOID(reader.read(document));
  return reader.take();
}

}  // namespace tocsin::estate
