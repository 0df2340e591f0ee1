// Any bytes as an inventory (HTTP response, HAR, CycloneDX, dpkg status): observations whose evidence lies in the
// bytes, or an error; and the tag scanner on its own.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "check.h"
#include "estate/inventory.h"
#include "estate/page_tags.h"

namespace {

using namespace tocsin;
using namespace tocsin::estate;

constexpr std::string_view kProducts =
    "format: tocsin-estate-products/1\nproducts:\n"
    "  - {id: nginx, name: nginx, weakness: web-server, cpe: [\"a:f5:nginx\"], purl: [generic/nginx, npm/jquery], "
    "debian: [nginx]}\n"
    "  - {id: php, name: PHP, weakness: web-application, cpe: [\"a:php:php\"]}\n";
constexpr std::string_view kFingerprints =
    "format: tocsin-estate-fingerprints/1\nfingerprints:\n"
    "  - {id: a, product: nginx, confidence: 90, tests: [{header: Server, match: '^nginx(?:/(?P<version>[0-9.]+))?'}, "
    "{body: ~, match: 'nginx/(?P<version>[0-9.]+)'}], implies: [php], is: [{text: x}], not: []}\n"
    "  - {id: b, product: php, confidence: 80, tests: [{meta: generator, match: 'PHP (?P<version>[0-9]+)'}, {link: ~, "
    "match: 'v=(?P<version>[0-9.]+)'}, {cookie: ~, match: '^PHPSESSID='}, {url: ~, match: 'php'}], is: [{text: x}], "
    "not: []}\n";

struct Packs {
  std::vector<Diagnostic> problems;
  ProductCatalogue products = ProductCatalogue::parse(kProducts, "products", problems);
  FingerprintSet fingerprints = FingerprintSet::parse(kFingerprints, "fingerprints", products, problems);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Packs packs;
  FUZZ_CHECK(packs.problems.empty());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto inventory = parse_inventory(text, "input", packs.products, packs.fingerprints)) {
    FUZZ_CHECK(inventory->observations.size() <= inventory->records * 4);
    for (const Observation& observation : inventory->observations)
      for (const record::Evidence& evidence : observation.component.from)
        FUZZ_CHECK(evidence.span.start <= evidence.span.end && evidence.span.end <= text.size());
    for (const Diagnostic& problem : inventory->damaged) FUZZ_CHECK(problem.where.offset <= text.size());
  }
  for (const HttpText& link : scan_page(text, text.size()).links)
    FUZZ_CHECK(link.span.start <= link.span.end && link.span.end <= text.size());
  return 0;
}
