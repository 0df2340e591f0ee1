#pragma once

// The estate's starter knowledge, loaded whole from a folder (packs/estate).

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "estate/fingerprint.h"
#include "estate/priority.h"
#include "estate/product.h"
#include "estate/vulnerability.h"

namespace tocsin::estate {

/// Immutable after loading, thread-safe.
struct EstatePacks {
  ProductCatalogue products;
  FingerprintSet fingerprints;
  VulnerabilityKnowledge vulnerabilities;
  PriorityTable priorities;
  std::vector<Diagnostic> problems;  ///< of all files; with errors the packs hold what could be read
};

/// Reads products.yml, fingerprints.yml, vulnerabilities.yml, end-of-life.yml and ssvc-cisa-bod-26-04.yml.
/// errors: those of read_file
Result<EstatePacks> load_packs(const std::string& folder);

}  // namespace tocsin::estate
