// The small parsers of base: timestamps, UUIDs, UTF-8, diagnostics.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/diagnostic.h"
#include "base/hash.h"
#include "base/time.h"
#include "base/unicode.h"
#include "check.h"

namespace {

using namespace tocsin;

void check_times(std::string_view text) {
  for (const auto& parsed : {parse_rfc3339(text), parse_stix_timestamp(text), parse_apache_time(text), parse_date(text),
                             parse_syslog_time(text, 2024, std::chrono::minutes(330))}) {
    if (!parsed) continue;
    const auto again = parse_rfc3339(print_rfc3339(parsed->instant));
    FUZZ_CHECK(again && again->instant == parsed->instant);
    const auto utc = parse_stix_timestamp(print_utc(*parsed));
    FUZZ_CHECK(utc && utc->instant == parsed->instant);
  }
}

void check_utf8(std::string_view text) {
  const std::string valid = replace_invalid_utf8(text);
  FUZZ_CHECK(!find_invalid_utf8(valid));
  if (!find_invalid_utf8(text)) FUZZ_CHECK(valid == text);
  std::string decoded;
  for (std::size_t at = 0; at < valid.size();) append_utf8(decoded, decode_utf8(valid, at));
  FUZZ_CHECK(decoded == valid);
  const std::string nfc = normalize_nfc(text);
  FUZZ_CHECK(!find_invalid_utf8(nfc) && normalize_nfc(nfc) == nfc);
  const std::string folded = fold_case(text);
  FUZZ_CHECK(!find_invalid_utf8(folded) && fold_case(folded) == folded);
  const std::string nfkc = normalize_nfkc(text);
  FUZZ_CHECK(normalize_nfkc(nfkc) == nfkc);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_times(text);
  check_utf8(text);
  if (const auto uuid = parse_uuid(text)) FUZZ_CHECK(print_uuid(*uuid) == ascii_lower(text));

  const Diagnostic diagnostic{.rule = "", .message = std::string(text), .where = {.source = "x", .offset = size / 2}};
  FUZZ_CHECK(!find_invalid_utf8(print_diagnostic(diagnostic, text)));
  FUZZ_CHECK(print_diagnostic(diagnostic, text).find('\x1b') == std::string::npos);
  return 0;
}
