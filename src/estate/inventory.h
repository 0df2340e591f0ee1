#pragma once

// Inventories: what is installed, from a file whose format is detected from its content.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "estate/fingerprint.h"
#include "estate/product.h"
#include "record/exposure.h"

namespace tocsin::estate {

/// What a package manager of the Debian family knows beyond a component.
struct DebianPackage {
  std::string source;  ///< source package
  std::string source_version;
  std::string architecture;
  std::string distribution;  ///< "debian", "ubuntu", or empty = unknown
  std::string release;       ///< "bullseye", or empty = unknown
};

/// One component as one inventory shows it.
struct Observation {
  record::Component component;          ///< asset is filled in by the survey
  std::optional<ProductIndex> product;  ///< in the catalogue
  IdentifiedBy identified_by = IdentifiedBy::name;
  std::optional<DebianPackage> debian;
  std::string
      banner_distribution;  ///< a distribution other than by dpkg: named by a banner or a purl of type rpm, apk, alpm
  std::string banner_platform;      ///< "unix", "windows" where a banner names one, or empty
  bool version_is_partial = false;  ///< the version is only the beginning of the real one
  bool implied = false;             ///< not seen itself: another product does not run without it
};

enum class InventoryKind : std::uint8_t { cyclonedx, dpkg_status, http_raw, http_har };
std::string_view inventory_kind_name(InventoryKind kind);

struct Inventory {
  std::string path;
  InventoryKind kind = InventoryKind::cyclonedx;
  std::vector<Observation> observations;  ///< in the order of the document
  std::uint64_t records = 0;              ///< components, packages or responses looked at
  std::uint64_t not_installed = 0;        ///< packages that dpkg knows but that are not installed
  std::vector<Diagnostic> damaged;        ///< records that could not be used, one each, with place
};

/// Reads one inventory from its bytes.
/// errors: unsupported (a format or version known by name: CycloneDX XML or 1.3, SPDX), syntax, invalid (not an
/// inventory)
Result<Inventory> parse_inventory(std::string_view bytes, const std::string& path, const ProductCatalogue& products,
                                  const FingerprintSet& fingerprints);
/// errors: those of read_file too
Result<Inventory> load_inventory(const std::string& path, const ProductCatalogue& products,
                                 const FingerprintSet& fingerprints);

/// Evidence of which the quote is the document's bytes at its span. A span of more than 1000 bytes ends earlier; bytes
/// that are no UTF-8 stand as U+FFFD in the quote.
record::Evidence cut_evidence(std::string_view document, const std::string& path, record::Span span, std::string rule);

/// CycloneDX 1.4 to 1.6, JSON.
Result<Inventory> parse_cyclonedx(const json::Value& document, std::string_view text, const std::string& path,
                                  const ProductCatalogue& products);
/// /var/lib/dpkg/status.
Result<Inventory> parse_dpkg_status(std::string_view text, const std::string& path, const ProductCatalogue& products);

}  // namespace tocsin::estate
