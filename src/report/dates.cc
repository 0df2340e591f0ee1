#include "report/dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

using std::chrono::day;
using std::chrono::last;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr auto kMonths =
    std::to_array<std::string_view>({"january", "february", "march", "april", "may", "june", "july", "august",
                                     "september", "october", "november", "december"});
constexpr auto kDays =
    std::to_array<std::string_view>({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"});
constexpr auto kUnits =
    std::to_array<std::string_view>({"day", "days", "week", "weeks", "month", "months", "year", "years", "quarter"});
constexpr auto kChineseRelative = std::to_array<std::string_view>(
    {"近几周", "最近几周", "近几个月", "最近几个月", "去年", "今年", "上周", "上月", "上个月", "昨天", "昨日",
     "周一",   "周二",     "周三",     "周四",       "周五", "周六", "周日", "近日", "近期",   "日前"});

std::string print(year_month_day date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<unsigned> month_of(std::string_view low) {
  for (std::size_t index = 0; index < kMonths.size(); ++index) {
    if (low == kMonths[index] ||
        (low.size() >= 3 && low != "may" && low.size() <= 4 && kMonths[index].starts_with(low))) {
      return static_cast<unsigned>(index + 1);
    }
  }
  return std::nullopt;
}

class DateReader {
 public:
  DateReader(const Sentence& sentence, const std::optional<std::string>& published) : sentence_(sentence) {
    if (published && published->size() >= 10) {
      const auto y = number(published->substr(0, 4));
      const auto m = number(published->substr(5, 2));
      const auto d = number(published->substr(8, 2));
      if (y && m && d) {
        const year_month_day date{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
        if (date.ok()) published_ = date;
      }
    }
  }

  std::vector<DateMention> read() {
    for (at_ = 0; at_ < sentence_.tokens.size();) {
      if (iso() || month_first() || day_first() || chinese() || year_alone() || relative()) {
        at_ = std::max(found_.back().end, at_ + 1);
      } else {
        ++at_;
      }
    }
    return std::move(found_);
  }

 private:
  std::string_view low(std::size_t index) const {
    return index < sentence_.tokens.size() ? std::string_view(sentence_.tokens[index].low) : std::string_view();
  }
  std::optional<int> year_at(std::size_t index) const {
    const auto value = low(index).size() == 4 ? number(low(index)) : std::nullopt;
    if (!value || *value < 1970 || *value > 2099) return std::nullopt;
    return value;
  }
  std::optional<unsigned> day_at(std::size_t index) const {
    std::string_view text = low(index);
    for (const std::string_view tail : {"st", "nd", "rd", "th"}) {
      if (text.size() > 2 && text.ends_with(tail)) {
        text.remove_suffix(2);
        break;
      }
    }
    const auto value = text.size() <= 2 ? number(text) : std::nullopt;
    if (!value || *value < 1 || *value > 31) return std::nullopt;
    return static_cast<unsigned>(*value);
  }

  bool add(std::size_t end, std::optional<year_month_day> from, std::optional<year_month_day> to) {
    DateMention mention;
    mention.begin = at_;
    mention.end = end;
    if (from && from->ok()) mention.from = print(*from);
    if (to && to->ok()) mention.to = print(*to);
    found_.push_back(std::move(mention));
    return true;
  }
  bool add_month(std::size_t end, int y, unsigned m) {
    const auto first = year(y) / month(m) / day(1);
    return add(end, first, year_month_day(year(y) / month(m) / last));
  }
  bool add_day(std::size_t end, int y, unsigned m, unsigned d) {
    const year_month_day date{year(y), month(m), day(d)};
    return add(end, date, date);
  }

  bool iso() {
    const auto y = year_at(at_);
    if (!y || low(at_ + 1) != "-" || low(at_ + 3) != "-") return false;
    const auto m = number(low(at_ + 2));
    const auto d = day_at(at_ + 4);
    return m && d && *m >= 1 && *m <= 12 && add_day(at_ + 5, *y, static_cast<unsigned>(*m), *d);
  }

  /// "March 2021", "March 1, 2021", "March 1", "in November"
  bool month_first() {
    if (at_ >= sentence_.tokens.size() || !sentence_.tokens[at_].capital) return false;
    const auto m = month_of(low(at_));
    if (!m) return false;
    if (const auto y = year_at(at_ + 1)) return add_month(at_ + 2, *y, *m);
    if (const auto d = day_at(at_ + 1)) {
      const std::size_t after = low(at_ + 2) == "," ? at_ + 3 : at_ + 2;
      if (const auto y = year_at(after)) return add_day(after + 1, *y, *m, *d);
      if (!published_) return add(at_ + 2, {}, {});
      const int y = latest_year(*m);
      return add_day(at_ + 2, y, *m, *d);
    }
    const std::string_view before = at_ > 0 ? low(at_ - 1) : std::string_view();
    const bool announced = before == "in" || before == "since" || before == "last" || before == "of" ||
                           before == "until" || before == "early" || before == "late" || before == "mid" ||
                           before == "during";
    if (!announced) return false;
    if (!published_) return add(at_ + 1, {}, {});
    return add_month(at_ + 1, latest_year(*m), *m);
  }

  /// The year of the latest such month that does not lie after publication.
  int latest_year(unsigned m) const {
    const int y = static_cast<int>(published_->year());
    return m > static_cast<unsigned>(published_->month()) ? y - 1 : y;
  }

  bool day_first() {
    const auto d = day_at(at_);
    const auto m = d ? month_of(low(at_ + 1)) : std::nullopt;
    if (!m || !sentence_.tokens[at_ + 1].capital) return false;
    if (const auto y = year_at(at_ + 2)) return add_day(at_ + 3, *y, *m, *d);
    if (!published_) return add(at_ + 2, {}, {});
    return add_day(at_ + 2, latest_year(*m), *m, *d);
  }

  /// "2018年", "2018年12月", "2018年12月20日", "11月"
  bool chinese() {
    const auto y = year_at(at_);
    if (y && low(at_ + 1) == "年") {
      const auto m = number(low(at_ + 2));
      if (m && low(at_ + 3) == "月" && *m >= 1 && *m <= 12) {
        const auto d = day_at(at_ + 4);
        if (d && low(at_ + 5) == "日") return add_day(at_ + 6, *y, static_cast<unsigned>(*m), *d);
        return add_month(at_ + 4, *y, static_cast<unsigned>(*m));
      }
      return add(at_ + 2, year(*y) / 1 / 1, year(*y) / 12 / 31);
    }
    const auto m = low(at_).size() <= 2 ? number(low(at_)) : std::nullopt;
    if (m && *m >= 1 && *m <= 12 && low(at_ + 1) == "月") {
      if (!published_) return add(at_ + 2, {}, {});
      return add_month(at_ + 2, latest_year(static_cast<unsigned>(*m)), static_cast<unsigned>(*m));
    }
    if (at_ >= sentence_.tokens.size() || !sentence_.tokens[at_].is_cjk) return false;
    for (const std::string_view phrase : kChineseRelative) {
      std::string joined;
      for (std::size_t index = at_; index < at_ + 5 && index < sentence_.tokens.size(); ++index) {
        joined += sentence_.tokens[index].low;
        if (joined == phrase) return add(index + 1, {}, {});
        if (joined.size() >= phrase.size()) break;
      }
    }
    return false;
  }

  bool year_alone() {
    const auto y = year_at(at_);
    if (!y) return false;
    const std::string_view before = at_ > 0 ? low(at_ - 1) : std::string_view();
    const bool announced = before == "in" || before == "since" || before == "of" || before == "early" ||
                           before == "late" || before == "until" || before == "during" || before == "from" ||
                           before == "mid" || before == "by" || before == "around";
    return announced && add(at_ + 1, year(*y) / 1 / 1, year(*y) / 12 / 31);
  }

  /// "last month", "in recent weeks", "on Monday", "yesterday", "two weeks ago"
  bool relative() {
    const std::string_view word = low(at_);
    if (word == "yesterday" || word == "today") {
      if (!published_) return add(at_ + 1, {}, {});
      const auto date = year_month_day(sys_days(*published_) - std::chrono::days(word == "today" ? 0 : 1));
      return add(at_ + 1, date, date);
    }
    const bool in = word == "in" || word == "over" || word == "during";
    const std::size_t start = in ? (low(at_ + 1) == "the" ? at_ + 2 : at_ + 1) : at_;
    const std::string_view which = low(start);
    const bool is_relative = which == "last" || which == "recent" || which == "past" || which == "previous" ||
                             which == "this" || which == "coming";
    if (is_relative) {
      std::size_t unit = start + 1;
      if (low(unit) == "few" || low(unit) == "several" || low(unit) == "two" || low(unit) == "three") ++unit;
      if (std::ranges::find(kUnits, low(unit)) != kUnits.end() && which != "this")
        return add_relative(unit + 1, which, low(unit));
    }
    if (word == "on" || word == "last") {
      if (std::ranges::find(kDays, low(at_ + 1)) != kDays.end()) return add(at_ + 2, {}, {});
    }
    return false;
  }

  bool add_relative(std::size_t end, std::string_view which, std::string_view unit) {
    if (!published_ || which == "coming") return add(end, {}, {});
    const int y = static_cast<int>(published_->year());
    if (which == "last" && unit == "year") return add(end, year(y - 1) / 1 / 1, year(y - 1) / 12 / 31);
    if (which == "last" && unit == "month") {
      const auto before = published_->year() / published_->month() - std::chrono::months(1);
      return add_month(end, static_cast<int>(before.year()), static_cast<unsigned>(before.month()));
    }
    return add(end, {}, published_);
  }

  const Sentence& sentence_;
  std::optional<year_month_day> published_;
  std::size_t at_ = 0;
  std::vector<DateMention> found_;
};

}  // namespace

std::vector<DateMention> read_dates(const Sentence& sentence, const std::optional<std::string>& published) {
  return DateReader(sentence, published).read();
}

}  // namespace tocsin::report
