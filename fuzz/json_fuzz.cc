// JSON in and out: what was read is printed, read again and the same, in all three forms.

#include <cstddef>
#include <cstdint>

#include "base/json.h"
#include "base/json_fault.h"
#include "check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = json::parse(text);
  // The locating scanner and the parser agree on what is JSON.
  const auto fault = json::find_fault(text, json::ParseOptions().max_depth);
  FUZZ_CHECK(fault.has_value() == !value.has_value());
  if (!value) {
    FUZZ_CHECK(!fault->message.empty());
    FUZZ_CHECK(value.error().code == fault->code);
    FUZZ_CHECK(value.error().where.offset == fault->offset && fault->offset <= size);
    return 0;
  }
  const std::string printed = json::print(*value);
  const auto again = json::parse(printed);
  FUZZ_CHECK(again && *again == *value);
  FUZZ_CHECK(json::print(*again) == printed);
  const auto from_pretty = json::parse(json::print_pretty(*value));
  FUZZ_CHECK(from_pretty && *from_pretty == *value);
  if (const auto canonical = json::print_canonical(*value)) {
    const auto from_canonical = json::parse(*canonical);
    FUZZ_CHECK(from_canonical);
    const auto twice = json::print_canonical(*from_canonical);
    FUZZ_CHECK(twice && *twice == *canonical);
  }
  return 0;
}
