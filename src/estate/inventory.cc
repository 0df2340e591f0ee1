#include "estate/inventory.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/unicode.h"

namespace tocsin::estate {
namespace {

Inventory inventory_of_capture(HttpCapture capture, InventoryKind kind, std::string_view bytes, const std::string& path,
                               const ProductCatalogue& products, const FingerprintSet& fingerprints) {
  Inventory inventory;
  inventory.path = path;
  inventory.kind = kind;
  inventory.records = capture.responses.size() + capture.damaged.size();
  inventory.damaged = std::move(capture.damaged);
  for (const HttpResponse& response : capture.responses)
    for (FingerprintMatch& match : fingerprints.match(response)) {
      const Product& product = products[match.product];
      Observation observation;
      observation.product = match.product;
      observation.identified_by = IdentifiedBy::fingerprint;
      observation.banner_distribution = std::move(match.distribution);
      observation.banner_platform = std::move(match.platform);
      observation.version_is_partial = match.version_is_partial;
      observation.implied = match.implied;
      record::Component& component = observation.component;
      component.name = product.name;
      component.version = std::move(match.version);
      component.weakness = product.weakness;
      component.confidence = match.confidence;
      if (!product.cpes.empty()) component.cpe = print_cpe(cpe_of_identity(product.cpes.front(), component.version));
      if (!product.purls.empty())
        if (auto purl = parse_purl("pkg:" + product.purls.front())) {
          purl->version = component.version;
          component.purl = print_purl(*purl);
        }
      component.from.push_back(cut_evidence(bytes, path, match.span, std::move(match.id)));
      inventory.observations.push_back(std::move(observation));
    }
  return inventory;
}

/// What a JSON document is, by its members.
Result<Inventory> parse_json_inventory(std::string_view bytes, const std::string& path,
                                       const ProductCatalogue& products, const FingerprintSet& fingerprints) {
  TRY(const json::Value document, json::parse(bytes, {.source = path}));
  if (const std::string* format = document.find_string("bomFormat"); format != nullptr && *format == "CycloneDX")
    return parse_cyclonedx(document, bytes, path, products);
  if (document.find("log") != nullptr) {
    TRY(HttpCapture capture, parse_har(document, bytes, path));
    return inventory_of_capture(std::move(capture), InventoryKind::http_har, bytes, path, products, fingerprints);
  }
  if (document.find("spdxVersion") != nullptr || document.find("@context") != nullptr)
    return fail(ErrorCode::unsupported, "SPDX documents are not supported", {path},
                "supported: CycloneDX 1.4 to 1.6 as JSON");
  return fail(ErrorCode::invalid, "JSON document is neither a CycloneDX inventory nor a HAR capture", {path},
              "CycloneDX has \"bomFormat\": \"CycloneDX\", HAR has \"log\"");
}

bool looks_like_dpkg_status(std::string_view text) {
  for (int lines = 0; lines < 200 && !text.empty(); ++lines) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with("Package:")) return true;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return false;
}

}  // namespace

record::Evidence cut_evidence(std::string_view document, const std::string& path, record::Span span, std::string rule) {
  constexpr std::uint64_t kMaxQuote = 1000;
  span.end = std::min<std::uint64_t>(span.end, document.size());
  span.start = std::min(span.start, span.end);
  if (span.end - span.start > kMaxQuote) {
    span.end = span.start + kMaxQuote;
    while (span.end > span.start && (static_cast<unsigned char>(document[span.end]) & 0xC0U) == 0x80U) --span.end;
  }
  return {path, span, replace_invalid_utf8(document.substr(span.start, span.end - span.start)), std::move(rule)};
}

std::string_view inventory_kind_name(InventoryKind kind) {
  switch (kind) {
    case InventoryKind::cyclonedx:
      return "CycloneDX";
    case InventoryKind::dpkg_status:
      return "dpkg status";
    case InventoryKind::http_raw:
      return "HTTP response";
    case InventoryKind::http_har:
      return "HAR";
  }
  return "CycloneDX";
}

Result<Inventory> parse_inventory(std::string_view bytes, const std::string& path, const ProductCatalogue& products,
                                  const FingerprintSet& fingerprints) {
  std::string_view text = bytes;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::string_view trimmed = trim_ascii(text.substr(0, 4096));
  if (trimmed.empty()) return fail(ErrorCode::invalid, "inventory is empty", {path});
  if (trimmed.front() == '{' || trimmed.front() == '[')
    return parse_json_inventory(bytes, path, products, fingerprints);
  if (trimmed.starts_with("HTTP/")) {
    TRY(HttpCapture capture, parse_raw_http(bytes, path));
    return inventory_of_capture(std::move(capture), InventoryKind::http_raw, bytes, path, products, fingerprints);
  }
  if (trimmed.front() == '<') {
    const bool cyclonedx = text.substr(0, 4096).find("cyclonedx.org/schema/bom") != std::string_view::npos;
    return fail(ErrorCode::unsupported,
                cyclonedx ? "CycloneDX as XML is not supported" : "XML inventories are not supported", {path},
                "supported: CycloneDX 1.4 to 1.6 as JSON; cyclonedx-cli converts");
  }
  if (trimmed.starts_with("SPDXVersion:"))
    return fail(ErrorCode::unsupported, "SPDX documents are not supported", {path},
                "supported: CycloneDX 1.4 to 1.6 as JSON");
  if (looks_like_dpkg_status(text)) return parse_dpkg_status(bytes, path, products);
  return fail(ErrorCode::invalid, "not an inventory that we know", {path},
              "known: CycloneDX 1.4 to 1.6 as JSON, dpkg status, HTTP responses (raw or HAR)");
}

Result<Inventory> load_inventory(const std::string& path, const ProductCatalogue& products,
                                 const FingerprintSet& fingerprints) {
  TRY(const PaddedBytes bytes, read_file(path));
  return parse_inventory(bytes.view(), path, products, fingerprints);
}

}  // namespace tocsin::estate
