// Whatever claims to be knowledge (bundle, galaxy, mapping of names), and what follows from the objects.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "knowledge/folded_name.h"
#include "knowledge/importer.h"
#include "knowledge/object_names.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::knowledge;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto knowledge = parse_knowledge(text, "fuzz");
  if (!knowledge) return 0;
  for (const tocsin::stix::Object& object : knowledge->objects) {
    for (const ObjectName& name : object_names(object)) {
      const std::string folded = fold_name(name.text);
      FUZZ_CHECK(fold_name(folded) == folded);
    }
    (void)object_links(object);
  }
  return 0;
}
