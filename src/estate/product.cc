#include "estate/product.h"

#include <fmt/format.h>
#include <array>

#include "base/unicode.h"
#include "estate/strict_yaml.h"

namespace tocsin::estate {
namespace {

constexpr std::array<std::string_view, 14> kWeaknessWords{"web-server",
                                                          "web-application",
                                                          "content-management-system",
                                                          "supply-chain-software",
                                                          "remote-access",
                                                          "email",
                                                          "credentials",
                                                          "unpatched-software",
                                                          "misconfiguration",
                                                          "network-device",
                                                          "cloud",
                                                          "third-party",
                                                          "operational-technology",
                                                          "other"};

/// "a:vendor:product" with the escapes of a CPE → the identity that cpe_identity() gives.
std::string identity_of(std::string_view text) {
  const auto cpe = parse_cpe(fmt::format("cpe:2.3:{}:*:*:*:*:*:*:*:*", text));
  return cpe ? cpe_identity(*cpe) : std::string();
}

}  // namespace

const std::vector<std::string_view>& weakness_words() {
  static const std::vector<std::string_view> words(kWeaknessWords.begin(), kWeaknessWords.end());
  return words;
}

std::string_view identified_by_name(IdentifiedBy by) {
  switch (by) {
    case IdentifiedBy::debian_source:
      return "Debian source package";
    case IdentifiedBy::purl:
      return "package URL";
    case IdentifiedBy::cpe:
      return "CPE";
    case IdentifiedBy::fingerprint:
      return "fingerprint";
    case IdentifiedBy::name:
      return "name";
  }
  return "name";
}

ProductCatalogue ProductCatalogue::parse(std::string_view text, const std::string& path,
                                         std::vector<Diagnostic>& all_problems) {
  ProductCatalogue catalogue;
  Problems problems(path, "products");
  const auto document = yaml::parse(text, {.source = path});
  if (!document) {
    all_problems.push_back({Severity::error,
                            "products/syntax",
                            document.error().message,
                            document.error().where,
                            {},
                            document.error().hint});
    return catalogue;
  }
  MappingReader file(*document, "product file", problems);
  const std::array<std::string_view, 1> formats{"tocsin-estate-products/1"};
  file.keyword("format", formats, Presence::required);
  for (const yaml::Node& node : file.items("products", Presence::required)) {
    MappingReader reader(node, "product", problems);
    Product product;
    const Text id = reader.text("id", Presence::required);
    product.id = id.value;
    product.name = reader.string("name", Presence::required);
    if (const auto word = reader.keyword("weakness", kWeaknessWords, Presence::required))
      product.weakness = kWeaknessWords[*word];
    if (const Text scheme = reader.text("scheme"); scheme.node != nullptr) {
      if (const auto value = parse_scheme(scheme.value))
        product.scheme = *value;
      else
        problems.error(*scheme.node, "scheme", value.error());
    }
    const auto index = static_cast<ProductIndex>(catalogue.products_.size());
    const auto claim = [&](const yaml::Node& at, std::string key) {
      const auto [entry, added] = catalogue.by_key_.emplace(std::move(key), index);
      if (!added && entry->second != index)
        problems.error(
            at, "duplicate",
            fmt::format("'{}' belongs to product '{}' already", entry->first, catalogue.products_[entry->second].id));
    };
    if (id.node != nullptr) {
      if (catalogue.by_key_.contains("id:" + product.id))
        problems.error(*id.node, "duplicate", fmt::format("product '{}' stands twice", product.id));
      else
        catalogue.by_key_.emplace("id:" + product.id, index);
    }
    for (const Text& cpe : reader.texts("cpe")) {
      const std::string identity = identity_of(cpe.value);
      if (identity.empty())
        problems.error(*cpe.node, "cpe", fmt::format("'{}' is not part:vendor:product of a CPE", cpe.value),
                       "for example a:apache:http_server");
      else
        claim(*cpe.node, "cpe:" + identity);
      product.cpes.push_back(identity);
    }
    for (const Text& purl : reader.texts("purl")) {
      const auto parsed = parse_purl("pkg:" + purl.value);
      if (!parsed) {
        problems.error(*purl.node, "purl", parsed.error());
        continue;
      }
      product.purls.push_back(purl_identity(*parsed));
      claim(*purl.node, "purl:" + product.purls.back());
    }
    for (const Text& source : reader.texts("debian")) {
      product.debian.push_back(source.value);
      claim(*source.node, "deb:" + source.value);
    }
    for (const Text& name : reader.texts("names")) {
      product.names.push_back(name.value);
      claim(*name.node, "name:" + ascii_lower(name.value));
    }
    reader.finish();
    // A product answers to its own name; an explicit alias of another product has precedence and is no error.
    catalogue.by_key_.emplace("name:" + ascii_lower(product.name), index);
    catalogue.products_.push_back(std::move(product));
  }
  file.finish();
  for (Diagnostic& problem : problems.take()) all_problems.push_back(std::move(problem));
  return catalogue;
}

std::optional<ProductCatalogue::Hit> ProductCatalogue::find(const std::string& key, IdentifiedBy by) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  return Hit{found->second, by};
}

std::optional<ProductIndex> ProductCatalogue::find_id(std::string_view id) const {
  const auto found = by_key_.find("id:" + std::string(id));
  if (found == by_key_.end()) return std::nullopt;
  return found->second;
}

std::optional<ProductCatalogue::Hit> ProductCatalogue::find_purl(const Purl& purl) const {
  if (purl.type == "deb") {
    // syft and others put the source package into `upstream`, perhaps with its version: "nginx@1.18.0-6.1".
    std::string_view source = purl.qualifier("upstream");
    source = source.substr(0, source.find('@'));
    return find_debian_source(source.empty() ? std::string_view(purl.name) : source);
  }
  return find("purl:" + purl_identity(purl), IdentifiedBy::purl);
}

std::optional<ProductCatalogue::Hit> ProductCatalogue::find_cpe(const Cpe& cpe) const {
  const std::string identity = cpe_identity(cpe);
  if (identity.empty()) return std::nullopt;
  return find("cpe:" + identity, IdentifiedBy::cpe);
}

std::optional<ProductCatalogue::Hit> ProductCatalogue::find_debian_source(std::string_view source) const {
  return find("deb:" + std::string(source), IdentifiedBy::debian_source);
}

std::optional<ProductCatalogue::Hit> ProductCatalogue::find_name(std::string_view name) const {
  return find("name:" + ascii_lower(trim_ascii(name)), IdentifiedBy::name);
}

std::vector<std::string_view> ProductCatalogue::ids() const {
  std::vector<std::string_view> out;
  out.reserve(products_.size());
  for (const Product& product : products_) out.push_back(product.id);
  return out;
}

}  // namespace tocsin::estate
