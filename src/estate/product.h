#pragma once

// Products: the one place where the many names of a program meet, so that a banner, a purl, a CPE and a Debian package
// lead to the same vulnerabilities. packs/estate/products.yml.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "estate/cpe.h"
#include "estate/purl.h"
#include "estate/version.h"

namespace tocsin::estate {

using ProductIndex = std::uint32_t;

struct Product {
  std::string id;                   ///< "apache-httpd"
  std::string name;                 ///< "Apache HTTP Server"
  std::string weakness;             ///< OUTPUT.md's weakness vocabulary
  Scheme scheme = Scheme::dotted;   ///< of its upstream versions
  std::vector<std::string> cpes;    ///< "a:apache:http_server"; the first is the one we write
  std::vector<std::string> purls;   ///< purl identities, "npm/jquery"; the first is the one we write
  std::vector<std::string> debian;  ///< Debian source packages
  std::vector<std::string> names;   ///< further plain names for inventories without identifiers
};

/// What a component was recognised by, from the surest to the weakest.
enum class IdentifiedBy : std::uint8_t { debian_source, purl, cpe, fingerprint, name };
std::string_view identified_by_name(IdentifiedBy by);

/// All products, looked up by any identifier. Immutable after loading, thread-safe.
class ProductCatalogue {
 public:
  struct Hit {
    ProductIndex product = 0;
    IdentifiedBy by = IdentifiedBy::name;
  };

  /// The catalogue of the text of a products file; problems are appended.
  static ProductCatalogue parse(std::string_view text, const std::string& path, std::vector<Diagnostic>& problems);

  std::optional<ProductIndex> find_id(std::string_view id) const;
  /// deb purls are looked up as Debian source packages.
  std::optional<Hit> find_purl(const Purl& purl) const;
  std::optional<Hit> find_cpe(const Cpe& cpe) const;
  std::optional<Hit> find_debian_source(std::string_view source) const;
  /// Whole name, case-insensitive.
  std::optional<Hit> find_name(std::string_view name) const;

  const Product& operator[](ProductIndex index) const { return products_[index]; }
  std::size_t size() const { return products_.size(); }
  std::vector<std::string_view> ids() const;

 private:
  std::optional<Hit> find(const std::string& key, IdentifiedBy by) const;
  std::vector<Product> products_;
  std::unordered_map<std::string, ProductIndex> by_key_;  ///< "id:…", "cpe:…", "purl:…", "deb:…", "name:…"
};

/// The words of OUTPUT.md's weakness vocabulary.
const std::vector<std::string_view>& weakness_words();

}  // namespace tocsin::estate
