#include "estate/packs.h"

#include "base/bytes.h"

namespace tocsin::estate {

Result<EstatePacks> load_packs(const std::string& folder) {
  const auto path = [&](const char* name) { return folder + "/" + name; };
  TRY(const PaddedBytes products, read_file(path("products.yml")));
  TRY(const PaddedBytes fingerprints, read_file(path("fingerprints.yml")));
  TRY(const PaddedBytes vulnerabilities, read_file(path("vulnerabilities.yml")));
  TRY(const PaddedBytes end_of_life, read_file(path("end-of-life.yml")));
  TRY(const PaddedBytes priorities, read_file(path("ssvc-cisa-bod-26-04.yml")));
  EstatePacks packs;
  packs.products = ProductCatalogue::parse(products.view(), path("products.yml"), packs.problems);
  packs.fingerprints =
      FingerprintSet::parse(fingerprints.view(), path("fingerprints.yml"), packs.products, packs.problems);
  packs.vulnerabilities =
      VulnerabilityKnowledge::parse(vulnerabilities.view(), path("vulnerabilities.yml"), end_of_life.view(),
                                    path("end-of-life.yml"), packs.products, packs.problems);
  packs.priorities = PriorityTable::parse(priorities.view(), path("ssvc-cisa-bod-26-04.yml"), packs.problems);
  return packs;
}

}  // namespace tocsin::estate
