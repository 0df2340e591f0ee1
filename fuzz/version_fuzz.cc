// Any two texts: where both are versions of a scheme, the order is antisymmetric and reflexive, and agrees with ranges.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "check.h"
#include "estate/version_range.h"

namespace {
using namespace tocsin::estate;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view a = text.substr(0, text.find('\n'));
  const std::string_view b = a.size() == text.size() ? a : text.substr(a.size() + 1);
  for (const Scheme scheme : {Scheme::debian, Scheme::semver, Scheme::dotted}) {
    const bool valid = check_version(scheme, a).has_value() && check_version(scheme, b).has_value();
    const auto order = compare_versions(scheme, a, b);
    FUZZ_CHECK(order.has_value() == valid);
    if (!valid) continue;
    const auto reverse = compare_versions(scheme, b, a);
    FUZZ_CHECK((*order < 0) == (*reverse > 0) && (*order == 0) == (*reverse == 0));
    FUZZ_CHECK(*compare_versions(scheme, a, a) == 0);
    const VersionInterval interval{std::string(a), std::nullopt, true, false};
    FUZZ_CHECK(*is_within(scheme, interval, b) == (*order <= 0));
  }
  if (const auto interval = parse_interval(Scheme::dotted, text))
    FUZZ_CHECK(parse_interval(Scheme::dotted, print_interval(*interval)) == *interval);
  if (const auto range = parse_vers(text)) static_cast<void>(is_within(*range, "1.2.3"));
  if (const auto version = parse_debian_version(a)) FUZZ_CHECK(upstream_of_debian_version(*version).size() <= a.size());
  return 0;
}
