// Packs of names, alone and with all checks of references.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "knowledge/importer.h"
#include "knowledge/packs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::knowledge;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const NamePacks packs = parse_name_packs({{"fuzz.yml", text}});
  for (const tocsin::record::KnownEntity& entity : packs.entities) FUZZ_CHECK(!entity.names.empty());
  (void)knowledge_of_packs(packs);
  return 0;
}
