#pragma once

// Timestamps: read with any number of digits, compared as instants, printed as they came.

#include <chrono>
#include <compare>
#include <cstdint>
#include <ratio>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin {

__extension__ using InstantCount = __int128;

/// An instant: nanoseconds since 1970-01-01T00:00:00Z. 64 bits of them end with the years 1678 and 2261, and real data
/// has 9999-12-31 for "never" and FILETIME 0 = 1601-01-01 for "not set". What is parsed lies in the years 0 to 9999.
using Instant = std::chrono::sys_time<std::chrono::duration<InstantCount, std::nano>>;

/// A timestamp that remembers how it was written. Ordered and equal by what it means, not by text: by instant, then by
/// the digits beyond the ninth.
struct Timestamp {
  Instant instant{};
  std::string text;  ///< as in the source, e.g. "2021-03-01T11:24:00.120Z"

  std::strong_ordering operator<=>(const Timestamp& other) const;
  bool operator==(const Timestamp& other) const { return *this <=> other == std::strong_ordering::equal; }
};

/// RFC 3339 with any number of fraction digits (beyond nine they are kept in text and cut from the instant), 'T' or a
/// space, 'Z' or an offset. Second 60 is read as the next minute's 0.
/// errors (of all parse functions here): syntax (where.offset = place in `text`), invalid (no such day or time of day),
///         unsupported (outside of the years 0 to 9999 in UTC)
Result<Timestamp> parse_rfc3339(std::string_view text);
/// STIX 2.1 §2.16: as RFC 3339, upper-case T and Z, UTC only.
Result<Timestamp> parse_stix_timestamp(std::string_view text);
/// "10/Oct/2000:13:55:36 -0700"
Result<Timestamp> parse_apache_time(std::string_view text);
/// RFC 3164 "Oct  1 22:14:15"; the year and the offset from UTC are not in the text and must be given.
/// errors: usage (utc_offset of a day or more, year not in 0 to 9999)
Result<Timestamp> parse_syslog_time(std::string_view text, int year, std::chrono::minutes utc_offset);
/// "2021-03-01" as its first instant in UTC.
Result<Timestamp> parse_date(std::string_view text);

/// RFC 3339 in UTC with `digits` fraction digits (0 to 9), truncated.
std::string print_rfc3339(Instant instant, int digits);
/// As few fraction digits as the instant needs.
std::string print_rfc3339(Instant instant);
/// The text of `timestamp` in RFC 3339 UTC with the digits of its source.
std::string print_utc(const Timestamp& timestamp);
/// The time in UTC without 'Z' and trailing zeros, "2021-03-01T11:24:00.12": a key for maps and databases. Keys compare
/// byte by byte as their timestamps do, all digits included.
std::string make_time_key(const Timestamp& timestamp);

}  // namespace tocsin
