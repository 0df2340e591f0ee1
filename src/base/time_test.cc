#include "base/time.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tocsin {
namespace {

using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

constexpr Instant kFirst = sys_days(year{1678} / 1 / 1);
constexpr Instant kLast = Instant(sys_days(year{2262} / 1 / 1)) - nanoseconds(1);

Instant instant_of(std::string_view text) {
  const Result<Timestamp> timestamp = parse_rfc3339(text);
  EXPECT_TRUE(timestamp) << text << (timestamp ? "" : ": " + print_error(timestamp.error()));
  return timestamp ? timestamp->instant : Instant();
}

ErrorCode code_of(const Result<Timestamp>& result) {
  EXPECT_FALSE(result) << result->text;
  return result ? ErrorCode::internal : result.error().code;
}

rc::Gen<Instant> instants() {
  return rc::gen::map(rc::gen::inRange(kFirst.time_since_epoch().count(), kLast.time_since_epoch().count()),
                      [](std::int64_t count) { return Instant(nanoseconds(count)); });
}

/// `instant` as written in the zone `offset` east of UTC.
std::string print_in_zone(Instant instant, minutes offset, int digits) {
  std::string text = print_rfc3339(instant + offset, digits);
  text.pop_back();
  const auto size = std::abs(offset.count());
  return text + fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', size / 60, size % 60);
}

TEST(TimeTest, Rfc3339) {
  EXPECT_EQ(instant_of("1970-01-01T00:00:00Z").time_since_epoch().count(), 0);
  EXPECT_EQ(instant_of("2021-03-01T11:24:00.5Z").time_since_epoch(), nanoseconds(1'614'597'840'500'000'000));
  EXPECT_EQ(instant_of("2021-03-01t16:54:00+05:30"), instant_of("2021-03-01 11:24:00z"));
  EXPECT_EQ(instant_of("2021-02-28T23:24:00-12:00"), instant_of("2021-03-01T11:24:00-00:00"));
  EXPECT_EQ(instant_of("1969-12-31T23:59:59.999999999Z").time_since_epoch().count(), -1);
  EXPECT_EQ(parse_rfc3339("2021-03-01T16:54:00.120+05:30")->text, "2021-03-01T16:54:00.120+05:30");
}

TEST(TimeTest, Rfc3339RefusesWithPlace) {
  const auto place = [](std::string_view text) {
    const Result<Timestamp> result = parse_rfc3339(text);
    EXPECT_FALSE(result) << text;
    if (result) return Where::kUnknown;
    EXPECT_EQ(result.error().code, ErrorCode::syntax) << text;
    return result.error().where.offset;
  };
  EXPECT_EQ(place(""), 0U);
  EXPECT_EQ(place("2021-3-01T11:24:00Z"), 6U);
  EXPECT_EQ(place("2021-03-01"), 10U);
  EXPECT_EQ(place("2021-03-01T11:24Z"), 16U);
  EXPECT_EQ(place("2021-03-01T11:24:00.Z"), 20U);
  EXPECT_EQ(place("2021-03-01T11:24:00,5Z"), 19U);
  EXPECT_EQ(place("2021-03-01T11:24:00"), 19U);
  EXPECT_EQ(place("2021-03-01T11:24:00Zx"), 20U);
  EXPECT_EQ(place("2021-03-01T11:24:00+0530"), 22U);
  EXPECT_EQ(place("2021-03-01T11:24:00+24:00"), 20U);
  EXPECT_EQ(place("2021-03-01T11:24:00+00:60"), 20U);
  EXPECT_EQ(place("2021-03-01\xC2\xA0T"), 10U);
  EXPECT_EQ(place(std::string(1000, '9')), 4U);
  EXPECT_LT(parse_rfc3339(std::string(100'000, '9')).error().message.size(), 200U);
}

TEST(TimeTest, DaysThatDoNotExist) {
  for (const char* text : {"2021-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2021-04-31T00:00:00Z",
                           "2021-00-01T00:00:00Z", "2021-13-01T00:00:00Z", "2021-01-00T00:00:00Z",
                           "2021-01-01T24:00:00Z", "2021-01-01T00:60:00Z", "2021-01-01T00:00:61Z"}) {
    EXPECT_EQ(code_of(parse_rfc3339(text)), ErrorCode::invalid) << text;
  }
  EXPECT_EQ(instant_of("2020-02-29T00:00:00Z") + std::chrono::days(1), instant_of("2020-03-01T00:00:00Z"));
  EXPECT_EQ(instant_of("2000-02-29T00:00:00Z") + std::chrono::days(1), instant_of("2000-03-01T00:00:00Z"));
}

TEST(TimeTest, Second60IsTheNextMinute) {
  EXPECT_EQ(instant_of("2016-12-31T23:59:60Z"), instant_of("2017-01-01T00:00:00Z"));
  EXPECT_EQ(instant_of("2016-12-31T23:59:60.25Z"), instant_of("2017-01-01T00:00:00.25Z"));
  EXPECT_EQ(print_utc(*parse_rfc3339("2016-12-31T18:59:60.250-05:00")), "2017-01-01T00:00:00.250Z");
}

TEST(TimeTest, Limits) {
  EXPECT_EQ(instant_of("1678-01-01T00:00:00Z"), kFirst);
  EXPECT_EQ(instant_of("2261-12-31T23:59:59.999999999Z"), kLast);
  EXPECT_EQ(code_of(parse_rfc3339("1677-12-31T23:59:59.999999999Z")), ErrorCode::unsupported);
  EXPECT_EQ(code_of(parse_rfc3339("2262-01-01T00:00:00Z")), ErrorCode::unsupported);
  EXPECT_EQ(code_of(parse_rfc3339("2261-12-31T23:59:60Z")), ErrorCode::unsupported);
  EXPECT_EQ(code_of(parse_rfc3339("2261-12-31T23:59:00-00:01")), ErrorCode::unsupported);
  EXPECT_EQ(code_of(parse_rfc3339("1678-01-01T00:00:00+00:01")), ErrorCode::unsupported);
  EXPECT_EQ(code_of(parse_rfc3339("0000-01-01T00:00:00Z")), ErrorCode::unsupported);
  EXPECT_EQ(code_of(parse_rfc3339("9999-12-31T23:59:59Z")), ErrorCode::unsupported);
  EXPECT_EQ(instant_of("2262-01-01T00:00:00+00:01"), Instant(sys_days(year{2262} / 1 / 1)) - minutes(1));
}

TEST(TimeTest, DigitsAreKept) {
  const Result<Timestamp> many = parse_rfc3339("2021-03-01T11:24:00.12345678901234567890Z");
  ASSERT_TRUE(many);
  EXPECT_EQ(many->instant, instant_of("2021-03-01T11:24:00.123456789Z"));
  EXPECT_EQ(print_utc(*many), "2021-03-01T11:24:00.12345678901234567890Z");
  EXPECT_EQ(print_utc(*parse_rfc3339("2021-03-01T16:54:00.120+05:30")), "2021-03-01T11:24:00.120Z");
  EXPECT_EQ(print_utc(*parse_rfc3339("2021-03-01 16:54:00+05:30")), "2021-03-01T11:24:00Z");
  EXPECT_EQ(print_utc(*parse_date("2021-03-01")), "2021-03-01T00:00:00Z");
  EXPECT_EQ(print_utc(*parse_apache_time("10/Oct/2000:13:55:36 -0700")), "2000-10-10T20:55:36Z");
  EXPECT_EQ(print_utc(Timestamp{.instant = Instant(std::chrono::milliseconds(120)), .text = ""}),
            "1970-01-01T00:00:00.12Z");
}

TEST(TimeTest, StixTimestampIsStrict) {
  EXPECT_EQ(parse_stix_timestamp("2016-04-06T20:03:00.123Z")->instant, instant_of("2016-04-06T20:03:00.123Z"));
  EXPECT_TRUE(parse_stix_timestamp("2016-04-06T20:03:48Z"));
  for (const char* text : {"2016-04-06t20:03:00Z", "2016-04-06T20:03:00z", "2016-04-06T20:03:00+00:00",
                           "2016-04-06 20:03:00Z", "2016-04-06T20:03:00.Z", "2016-04-06T20:03Z"}) {
    EXPECT_EQ(code_of(parse_stix_timestamp(text)), ErrorCode::syntax) << text;
  }
}

TEST(TimeTest, Apache) {
  EXPECT_EQ(parse_apache_time("10/Oct/2000:13:55:36 -0700")->instant, instant_of("2000-10-10T20:55:36Z"));
  EXPECT_EQ(parse_apache_time("29/Feb/2024:00:00:00 +0530")->instant, instant_of("2024-02-28T18:30:00Z"));
  for (const char* text : {"10/oct/2000:13:55:36 -0700", "1/Oct/2000:13:55:36 -0700", "10/Oct/2000:13:55:36",
                           "10/Oct/2000:13:55:36 -07:00", "10/Oct/2000 13:55:36 -0700", "10/Oc"}) {
    EXPECT_EQ(code_of(parse_apache_time(text)), ErrorCode::syntax) << text;
  }
  EXPECT_EQ(code_of(parse_apache_time("29/Feb/2023:00:00:00 +0000")), ErrorCode::invalid);
}

TEST(TimeTest, Syslog) {
  EXPECT_EQ(parse_syslog_time("Oct  1 22:14:15", 2003, minutes(0))->instant, instant_of("2003-10-01T22:14:15Z"));
  EXPECT_EQ(parse_syslog_time("Oct 11 22:14:15", 2003, minutes(-300))->instant, instant_of("2003-10-12T03:14:15Z"));
  EXPECT_EQ(parse_syslog_time("Oct 01 22:14:15", 2003, minutes(0))->instant, instant_of("2003-10-01T22:14:15Z"));
  EXPECT_EQ(code_of(parse_syslog_time("Feb 29 00:00:00", 2023, minutes(0))), ErrorCode::invalid);
  EXPECT_TRUE(parse_syslog_time("Feb 29 00:00:00", 2024, minutes(0)));
  EXPECT_EQ(code_of(parse_syslog_time("Oct 1 22:14:15", 2003, minutes(0))), ErrorCode::syntax);
  EXPECT_EQ(code_of(parse_syslog_time("Okt  1 22:14:15", 2003, minutes(0))), ErrorCode::syntax);
  EXPECT_EQ(code_of(parse_syslog_time("Oct  1 22:14:15", 2003, minutes(1440))), ErrorCode::usage);
  EXPECT_EQ(code_of(parse_syslog_time("Oct  1 22:14:15", 2003 + 65'536, minutes(0))), ErrorCode::usage);
}

TEST(TimeTest, Date) {
  EXPECT_EQ(parse_date("2021-03-01")->instant, instant_of("2021-03-01T00:00:00Z"));
  EXPECT_EQ(parse_date("2021-03-01")->text, "2021-03-01");
  EXPECT_EQ(code_of(parse_date("2021-02-30")), ErrorCode::invalid);
  EXPECT_EQ(code_of(parse_date("2021-03-01T")), ErrorCode::syntax);
}

TEST(TimeTest, PrintTruncates) {
  const Instant instant = instant_of("1969-12-31T23:59:59.987654321Z");
  EXPECT_EQ(print_rfc3339(instant, 0), "1969-12-31T23:59:59Z");
  EXPECT_EQ(print_rfc3339(instant, 3), "1969-12-31T23:59:59.987Z");
  EXPECT_EQ(print_rfc3339(instant, 12), "1969-12-31T23:59:59.987654321Z");
  EXPECT_EQ(print_rfc3339(instant_of("2021-03-01T00:00:00.050Z")), "2021-03-01T00:00:00.05Z");
}

RC_GTEST_PROP(TimeProperty, PrintKeepsTheInstant, ()) {
  const Instant instant = *instants();
  const std::string text = print_rfc3339(instant);
  const Result<Timestamp> again = parse_stix_timestamp(text);
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->instant == instant);
  RC_ASSERT(print_utc(*again) == text);
}

RC_GTEST_PROP(TimeProperty, DigitsTruncate, ()) {
  const Instant instant = *instants();
  const int digits = *rc::gen::inRange(0, 10);
  const Instant cut = instant_of(print_rfc3339(instant, digits));
  std::int64_t unit = 1'000'000'000;
  for (int i = 0; i < digits; ++i) unit /= 10;
  RC_ASSERT(cut <= instant);
  RC_ASSERT((instant - cut).count() < unit);
}

RC_GTEST_PROP(TimeProperty, OrderIsIndependentOfTheZone, ()) {
  // A day from the limits, so that the local years stay printable.
  const std::int64_t low = (kFirst + std::chrono::days(1)).time_since_epoch().count();
  const std::int64_t high = (kLast - std::chrono::days(1)).time_since_epoch().count();
  const Instant a(nanoseconds(*rc::gen::inRange(low, high)));
  const Instant b = *rc::gen::element(a, a + seconds(*rc::gen::inRange(-100'000, 100'000)), *instants());
  RC_PRE(b.time_since_epoch().count() >= low && b.time_since_epoch().count() < high);
  const auto zone = rc::gen::inRange(-1439, 1440);
  const Result<Timestamp> first = parse_rfc3339(print_in_zone(a, minutes(*zone), 9));
  const Result<Timestamp> second = parse_rfc3339(print_in_zone(b, minutes(*zone), 9));
  RC_ASSERT(first.has_value());
  RC_ASSERT(second.has_value());
  RC_ASSERT((*first <=> *second) == (a <=> b));
  RC_ASSERT((*first == *second) == (a == b));
  RC_ASSERT(print_utc(*first) == print_rfc3339(a, 9));
}

RC_GTEST_PROP(TimeProperty, AnyTextIsReadOrRefused, (const std::string& text)) {
  const Result<Timestamp> strict = parse_stix_timestamp(text);
  const Result<Timestamp> wide = parse_rfc3339(text);
  RC_ASSERT(!strict || wide);
}

}  // namespace
}  // namespace tocsin
