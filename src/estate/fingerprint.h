#pragma once

// Fingerprints: what a captured HTTP response says about the programs that made it. packs/estate/fingerprints.yml.
// Linear-time regexes (RE2) over headers, cookies, meta tags, script and link addresses, and body text.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "estate/http_capture.h"
#include "estate/product.h"

namespace tocsin::estate {

/// A product that a response gives away.
struct FingerprintMatch {
  std::string id;  ///< of the fingerprint, "nginx/server-header"
  ProductIndex product = 0;
  std::string version;              ///< or empty
  std::string distribution;         ///< "debian", "ubuntu" … where the banner names one, or empty
  std::string platform;             ///< "unix", "windows" where the banner names one, or empty
  bool version_is_partial = false;  ///< the version's beginning only: "7" of 7.58
  record::Confidence confidence = 0;
  record::Span span;     ///< in the captured document: of what matched, or of the escaped text that it stands in
  bool implied = false;  ///< not seen itself: what was seen does not run without it
};

/// All fingerprints, compiled. Immutable after loading, thread-safe.
class FingerprintSet {
 public:
  static FingerprintSet parse(std::string_view text, const std::string& path, const ProductCatalogue& products,
                              std::vector<Diagnostic>& problems);
  FingerprintSet();
  FingerprintSet(FingerprintSet&&) noexcept;
  FingerprintSet& operator=(FingerprintSet&&) noexcept;
  ~FingerprintSet();

  /// Matches in the order of the file, one a product and version (the surest), implied products last.
  std::vector<FingerprintMatch> match(const HttpResponse& response) const;

  /// An example of the file, for the test that runs them all.
  struct Example {
    std::string fingerprint;
    std::string response;  ///< raw HTTP response
    bool positive = true;
    std::string version;  ///< expected; empty = none
  };
  const std::vector<Example>& examples() const;
  std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace tocsin::estate
