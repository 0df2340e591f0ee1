#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace tocsin {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr sys_days kFirst{year{0} / 1 / 1};
constexpr sys_days kPast{year{10'000} / 1 / 1};
/// "2021-03-01T11:24:00": where a fraction or the zone begins.
constexpr std::size_t kSecondsLength = 19;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The digits of an RFC 3339 text that an Instant has no room for, without trailing zeros. Other forms have none.
std::string_view digits_beyond_instant(std::string_view text) {
  constexpr std::size_t kFirstBeyond = kSecondsLength + 1 + 9;
  if (text.size() <= kFirstBeyond || text[kSecondsLength] != '.') return {};
  text = text.substr(0, std::min(text.find_first_not_of("0123456789", kSecondsLength + 1), text.size()));
  text.remove_prefix(std::min(kFirstBeyond, text.size()));
  return text.substr(0, text.find_last_not_of('0') + 1);
}

Where at(std::size_t offset) {
  Where where;
  where.offset = offset;
  return where;
}

/// What a timestamp says, before it is known to exist.
struct Reading {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int nanosecond = 0;
  minutes utc_offset{0};
};

/// Reads one text from left to right. The first thing that is not as expected makes every later step fail, and its
/// place is kept.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool accept(char c) {
    if (!ok_ || at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) reject();
  }

  int number(int digits) {
    int value = 0;
    for (int i = 0; i < digits && ok_; ++i) {
      if (!is_digit(peek())) {
        reject();
        return 0;
      }
      value = value * 10 + (text_[at_++] - '0');
    }
    return value;
  }

  /// One or more digits after the point; those after the ninth are passed over.
  int fraction() {
    int value = 0;
    int taken = 0;
    if (!is_digit(peek())) reject();
    while (ok_ && is_digit(peek())) {
      if (taken < 9) {
        value = value * 10 + (text_[at_] - '0');
        ++taken;
      }
      ++at_;
    }
    for (; taken < 9; ++taken) value *= 10;
    return value;
  }

  int month_name() {
    const auto found = ok_ ? std::ranges::find(kMonths, text_.substr(at_, 3)) : kMonths.end();
    if (found == kMonths.end()) {
      reject();
      return 0;
    }
    at_ += 3;
    return static_cast<int>(found - kMonths.begin()) + 1;
  }

  void date(Reading& reading) {
    reading.year = number(4);
    expect('-');
    reading.month = number(2);
    expect('-');
    reading.day = number(2);
  }

  void time(Reading& reading) {
    reading.hour = number(2);
    expect(':');
    reading.minute = number(2);
    expect(':');
    reading.second = number(2);
  }

  /// A sign, two digits, `separator` unless it is NUL, two digits.
  minutes numeric_offset(char separator) {
    const bool west = peek() == '-';
    if (!accept('+')) expect('-');
    const std::size_t begin = at_;
    const int hour = number(2);
    if (separator != '\0') expect(separator);
    const int minute = number(2);
    if (ok_ && (hour > 23 || minute > 59)) {
      at_ = begin;
      reject();
    }
    const minutes offset = hours(hour) + minutes(minute);
    return west ? -offset : offset;
  }

  void reject() {
    if (ok_) bad_ = at_;
    ok_ = false;
  }

  /// The instant, if everything was as expected, nothing follows, and there is such a time.
  Result<Timestamp> finish(const Reading& reading, std::string_view format) {
    if (!at_end()) reject();
    if (!ok_) {
      return fail(ErrorCode::syntax, fmt::format("'{}' is not of the form {}", shown(), format), at(bad_));
    }
    const std::chrono::year_month_day date{year{reading.year}, std::chrono::month{static_cast<unsigned>(reading.month)},
                                           std::chrono::day{static_cast<unsigned>(reading.day)}};
    if (!date.ok()) return fail(ErrorCode::invalid, fmt::format("'{}': there is no such day", shown()), at(0));
    if (reading.hour > 23 || reading.minute > 59 || reading.second > 60) {
      return fail(ErrorCode::invalid, fmt::format("'{}': there is no such time of day", shown()), at(0));
    }
    const auto whole = std::chrono::sys_seconds(sys_days(date)) + hours(reading.hour) + minutes(reading.minute) +
                       seconds(reading.second) - reading.utc_offset;
    if (whole < kFirst || whole >= kPast) {
      return fail(ErrorCode::unsupported, fmt::format("'{}' lies outside of the years 0 to 9999", shown()), at(0));
    }
    return Timestamp{.instant = Instant(whole) + nanoseconds(reading.nanosecond), .text = std::string(text_)};
  }

 private:
  std::string shown() const {
    constexpr std::size_t kLongest = 40;
    return text_.size() <= kLongest ? std::string(text_) : std::string(text_.substr(0, kLongest)) + "…";
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t bad_ = 0;
  bool ok_ = true;
};

}  // namespace

std::strong_ordering Timestamp::operator<=>(const Timestamp& other) const {
  if (const auto order = instant <=> other.instant; order != 0) return order;
  return digits_beyond_instant(text) <=> digits_beyond_instant(other.text);
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  Scanner in(text);
  Reading reading;
  in.date(reading);
  if (!in.accept('T') && !in.accept('t')) in.expect(' ');
  in.time(reading);
  if (in.accept('.')) reading.nanosecond = in.fraction();
  if (!in.accept('Z') && !in.accept('z')) reading.utc_offset = in.numeric_offset(':');
  return in.finish(reading, "2021-03-01T11:24:00Z (RFC 3339)");
}

Result<Timestamp> parse_stix_timestamp(std::string_view text) {
  Scanner in(text);
  Reading reading;
  in.date(reading);
  in.expect('T');
  in.time(reading);
  if (in.accept('.')) reading.nanosecond = in.fraction();
  in.expect('Z');
  return in.finish(reading, "2021-03-01T11:24:00Z (STIX timestamp)");
}

Result<Timestamp> parse_apache_time(std::string_view text) {
  Scanner in(text);
  Reading reading;
  reading.day = in.number(2);
  in.expect('/');
  reading.month = in.month_name();
  in.expect('/');
  reading.year = in.number(4);
  in.expect(':');
  in.time(reading);
  in.expect(' ');
  reading.utc_offset = in.numeric_offset('\0');
  return in.finish(reading, "10/Oct/2000:13:55:36 -0700");
}

Result<Timestamp> parse_syslog_time(std::string_view text, int year, std::chrono::minutes utc_offset) {
  if (std::abs(utc_offset.count()) >= minutes(days(1)).count()) {
    return fail(ErrorCode::usage, "the offset from UTC must be less than a day");
  }
  if (year < 0 || year > 9999) return fail(ErrorCode::usage, "the year must have four digits");
  Scanner in(text);
  Reading reading;
  reading.year = year;
  reading.utc_offset = utc_offset;
  reading.month = in.month_name();
  in.expect(' ');
  reading.day = in.accept(' ') ? in.number(1) : in.number(2);
  in.expect(' ');
  in.time(reading);
  return in.finish(reading, "Oct  1 22:14:15");
}

Result<Timestamp> parse_date(std::string_view text) {
  Scanner in(text);
  Reading reading;
  in.date(reading);
  return in.finish(reading, "2021-03-01");
}

std::string print_rfc3339(Instant instant, int digits) {
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<nanoseconds> time(instant - day);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                time.hours().count(), time.minutes().count(), time.seconds().count());
  if (digits > 0) {
    const std::string fraction = fmt::format("{:09}", time.subseconds().count());
    out += '.';
    out.append(fraction, 0, static_cast<std::size_t>(std::min(digits, 9)));
  }
  out += 'Z';
  return out;
}

std::string print_rfc3339(Instant instant) {
  auto fraction = (instant - std::chrono::floor<seconds>(instant)).count();
  int digits = fraction == 0 ? 0 : 9;
  for (; fraction != 0 && fraction % 10 == 0; fraction /= 10) --digits;
  return print_rfc3339(instant, digits);
}

std::string print_utc(const Timestamp& timestamp) {
  const Result<Timestamp> source = parse_rfc3339(timestamp.text);
  // The other forms have no fraction, so the instant has all of their digits.
  if (!source || source->instant != timestamp.instant) return print_rfc3339(timestamp.instant);
  std::string out = print_rfc3339(timestamp.instant, 0);
  const std::string_view text = timestamp.text;
  if (text[kSecondsLength] == '.') {
    const std::size_t end = text.find_first_not_of("0123456789", kSecondsLength + 1);
    out.insert(kSecondsLength, text.substr(kSecondsLength, end - kSecondsLength));
  }
  return out;
}

std::string make_time_key(const Timestamp& timestamp) {
  std::string out = print_rfc3339(timestamp.instant, 9);
  out.pop_back();
  out += digits_beyond_instant(timestamp.text);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

}  // namespace tocsin
