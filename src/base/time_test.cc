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

constexpr sys_days kFirstDay(year{0} / 1 / 1);
constexpr sys_days kPastDay(year{10'000} / 1 / 1);
constexpr Instant kFirst = kFirstDay;
constexpr Instant kLast = Instant(kPastDay) - nanoseconds(1);

Instant instant_of(std::string_view text) {
  const Result<Timestamp> timestamp = parse_rfc3339(text);
  EXPECT_TRUE(timestamp) << text << (timestamp ? "" : ": " + print_error(timestamp.error()));
  return timestamp ? timestamp->instant : Instant();
}

ErrorCode code_of(const Result<Timestamp>& result) {
  EXPECT_FALSE(result) << result->text;
  return result ? ErrorCode::internal : result.error().code;
}

/// Inside of a property.
Instant any_instant() {
  constexpr auto kFirstSecond = std::chrono::sys_seconds(kFirstDay).time_since_epoch().count();
  constexpr auto kPastSecond = std::chrono::sys_seconds(kPastDay).time_since_epoch().count();
  return Instant(seconds(*rc::gen::inRange(kFirstSecond, kPastSecond))) +
         nanoseconds(*rc::gen::inRange(0, 1'000'000'000));
}

/// `instant` as written in the zone `offset` east of UTC.
std::string print_in_zone(Instant instant, minutes offset, int digits) {
  std::string text = print_rfc3339(instant + offset, digits);
  text.pop_back();
  const auto size = std::abs(offset.count());
  return text + fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', size / 60, size % 60);
}

TEST(TimeTest, Rfc3339) {
  EXPECT_EQ(instant_of("1970-01-01T00:00:00Z"), Instant());
  EXPECT_EQ(instant_of("2021-03-01T11:24:00.5Z"), Instant(nanoseconds(1'614'597'840'500'000'000)));
  EXPECT_EQ(instant_of("2021-03-01t16:54:00+05:30"), instant_of("2021-03-01 11:24:00z"));
  EXPECT_EQ(instant_of("2021-02-28T23:24:00-12:00"), instant_of("2021-03-01T11:24:00-00:00"));
  EXPECT_EQ(instant_of("1969-12-31T23:59:59.999999999Z"), Instant(nanoseconds(-1)));
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
  EXPECT_EQ(instant_of("0000-01-01T00:00:00Z"), kFirst);
  EXPECT_EQ(instant_of("9999-12-31T23:59:59.999999999Z"), kLast);
  EXPECT_EQ(code_of(parse_rfc3339("9999-12-31T23:59:60Z")), ErrorCode::unsupported);
  EXPECT_EQ(code_of(parse_rfc3339("9999-12-31T23:59:00-00:01")), ErrorCode::unsupported);
  EXPECT_EQ(code_of(parse_rfc3339("0000-01-01T00:00:00+00:01")), ErrorCode::unsupported);
}

TEST(TimeTest, NeverAndNotSetAreTimes) {
  const Instant never = instant_of("9999-12-31T23:59:59Z");
  const Instant filetime_zero = instant_of("1601-01-01T00:00:00.000000000Z");
  const Instant dotnet_zero = instant_of("0001-01-01T00:00:00Z");
  EXPECT_LT(dotnet_zero, filetime_zero);
  EXPECT_LT(filetime_zero, instant_of("1677-12-31T23:59:59.999999999Z"));
  EXPECT_LT(instant_of("2262-04-12T00:00:00Z"), never);
  EXPECT_EQ(filetime_zero, Instant(seconds(-11'644'473'600)));
  EXPECT_EQ(print_rfc3339(never), "9999-12-31T23:59:59Z");
  EXPECT_EQ(print_rfc3339(filetime_zero, 3), "1601-01-01T00:00:00.000Z");
  EXPECT_EQ(print_utc(*parse_stix_timestamp("0001-01-01T00:00:00.000Z")), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(parse_date("9999-12-31")->instant, never - seconds(86'399));
}

TEST(TimeTest, DigitsBeyondNanosecondsAreCompared) {
  const auto time = [](const char* text) { return *parse_rfc3339(text); };
  const Timestamp short_one = time("2021-03-01T11:24:00.123456789Z");
  EXPECT_EQ(short_one, time("2021-03-01T11:24:00.123456789000Z"));
  EXPECT_EQ(short_one, time("2021-03-01T16:54:00.1234567890+05:30"));
  EXPECT_LT(short_one, time("2021-03-01T11:24:00.123456789001Z"));
  EXPECT_LT(time("2021-03-01T11:24:00.1234567890009Z"), time("2021-03-01T11:24:00.123456789001+00:00"));
  EXPECT_LT(time("2021-03-01T11:24:00.1234567899Z"), time("2021-03-01T11:24:00.12345679Z"));
}

TEST(TimeTest, KeysAreCanonical) {
  EXPECT_EQ(make_time_key(*parse_rfc3339("2021-03-01T16:54:00.1200+05:30")), "2021-03-01T11:24:00.12");
  EXPECT_EQ(make_time_key(*parse_rfc3339("2021-03-01T11:20:00.000Z")), "2021-03-01T11:20:00");
  EXPECT_EQ(make_time_key(*parse_rfc3339("2021-03-01T11:20:00.00000000000120Z")), "2021-03-01T11:20:00.0000000000012");
  EXPECT_EQ(make_time_key(*parse_date("0000-01-01")), "0000-01-01T00:00:00");
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
  const Instant instant = any_instant();
  const std::string text = print_rfc3339(instant);
  const Result<Timestamp> again = parse_stix_timestamp(text);
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->instant == instant);
  RC_ASSERT(print_utc(*again) == text);
}

RC_GTEST_PROP(TimeProperty, DigitsTruncate, ()) {
  const Instant instant = any_instant();
  const int digits = *rc::gen::inRange(0, 10);
  const Instant cut = instant_of(print_rfc3339(instant, digits));
  nanoseconds unit = seconds(1);
  for (int i = 0; i < digits; ++i) unit /= 10;
  RC_ASSERT(cut <= instant);
  RC_ASSERT(instant - cut < unit);
}

RC_GTEST_PROP(TimeProperty, OrderIsIndependentOfTheZone, ()) {
  // A day from the limits, so that the local years stay printable.
  const auto is_inside = [](Instant instant) {
    return instant >= kFirst + std::chrono::days(1) && instant < kLast - std::chrono::days(1);
  };
  const Instant a = any_instant();
  const Instant b = *rc::gen::arbitrary<bool>() ? a + seconds(*rc::gen::inRange(-100'000, 100'000)) : any_instant();
  RC_PRE(is_inside(a) && is_inside(b));
  const auto zone = rc::gen::inRange(-1439, 1440);
  const Result<Timestamp> first = parse_rfc3339(print_in_zone(a, minutes(*zone), 9));
  const Result<Timestamp> second = parse_rfc3339(print_in_zone(b, minutes(*zone), 9));
  RC_ASSERT(first.has_value());
  RC_ASSERT(second.has_value());
  RC_ASSERT((*first <=> *second) == (a <=> b));
  RC_ASSERT((*first == *second) == (a == b));
  RC_ASSERT(print_utc(*first) == print_rfc3339(a, 9));
}

RC_GTEST_PROP(TimeProperty, KeysCompareAsTimestamps, ()) {
  const auto text = [](Instant instant) {
    std::string out = print_rfc3339(instant, *rc::gen::inRange(0, 10));
    out.pop_back();
    if (out.size() == 29) out += *rc::gen::container<std::string>(rc::gen::inRange<char>('0', '4'));
    return out + "Z";
  };
  const Instant a = any_instant();
  const Timestamp first = *parse_rfc3339(text(a));
  const Timestamp second = *parse_rfc3339(text(*rc::gen::arbitrary<bool>() ? a : any_instant()));
  RC_ASSERT((first <=> second) == (make_time_key(first) <=> make_time_key(second)));
}

RC_GTEST_PROP(TimeProperty, AnyTextIsReadOrRefused, (const std::string& text)) {
  const Result<Timestamp> strict = parse_stix_timestamp(text);
  const Result<Timestamp> wide = parse_rfc3339(text);
  RC_ASSERT(!strict || wide);
}

}  // namespace
}  // namespace tocsin
