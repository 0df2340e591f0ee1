// Any text as estate.yml and as each kind of pack: a value, or problems with places in the text; never both nothing.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "estate/estate_file.h"
#include "estate/fingerprint.h"
#include "estate/priority.h"
#include "estate/vulnerability.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  using namespace tocsin::estate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const EstateFile file = parse_estate(text, "estate.yml", {.more_sectors = {}, .check_files = false});
  FUZZ_CHECK(file.estate.has_value() != has_errors(file.problems));
  for (const Diagnostic& problem : file.problems)
    FUZZ_CHECK(!problem.where.has_offset() || problem.where.offset <= text.size());
  std::vector<Diagnostic> problems;
  const ProductCatalogue products = ProductCatalogue::parse(text, "products.yml", problems);
  FingerprintSet::parse(text, "fingerprints.yml", products, problems);
  VulnerabilityKnowledge::parse(text, "vulnerabilities.yml", text, "end-of-life.yml", products, problems);
  PriorityTable::parse(text, "priorities.yml", problems);
  FUZZ_CHECK(!problems.empty());  // no text is all five
  return 0;
}
