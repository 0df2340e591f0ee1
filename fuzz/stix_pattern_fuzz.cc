// Patterns: what is read prints and reads back the same, compiles or says why, and runs over one observation.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "detect/stix_observation.h"
#include "detect/stix_program.h"
#include "detect/stix_sequence.h"

namespace {

constexpr std::string_view kObserved =
    R"({"type":"bundle","id":"bundle--1","objects":[{"type":"observed-data","id":"observed-data--1","object_refs":["file--1",)"
    R"("directory--1"]},{"type":"file","id":"file--1","name":"a","size":3,"hashes":{"MD5":"ab"},"parent_directory_ref":)"
    R"("directory--1"},{"type":"directory","id":"directory--1","path":"c","contains_refs":["file--1"]}]})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tocsin;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = stix::pattern::parse(text, {.version_20 = true});
  if (!parsed) return 0;
  const std::string printed = stix::pattern::print(*parsed);
  const auto again = stix::pattern::parse(printed);
  FUZZ_CHECK(again && stix::pattern::print(*again) == printed);
  const auto program = detect::compile_pattern(*parsed);
  if (!program) return 0;

  static const stix::ParsedBundle kBundle = stix::parse_bundle(kObserved).value();
  static const detect::StixObservation::Index kIndex = detect::StixObservation::index(kBundle.bundle);
  const detect::StixObservation observation(kBundle.bundle.objects.front(), kIndex);
  std::vector<std::uint32_t> holding;
  for (std::uint32_t i = 0; i < program->brackets.size(); ++i) {
    if (program->brackets[i].matches(observation)) holding.push_back(i);
  }
  detect::StixSequence sequence(*program);
  for (std::uint64_t token = 0; token < 3; ++token) sequence.add({{}, {}, 1, token}, holding);
  return 0;
}
