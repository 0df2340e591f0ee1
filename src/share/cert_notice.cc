#include "share/cert_notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/unicode.h"

namespace tocsin::share {

namespace {

constexpr std::size_t kColumns = 78;

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// `text` broken at spaces into lines of kColumns, the first after `first`, the others after as many spaces.
std::string wrap(std::string_view first, std::string_view text) {
  std::string out(first);
  const std::size_t indent = count_code_points(first);
  std::size_t column = indent;
  bool at_start = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const std::size_t width = count_code_points(word);
    if (!at_start && column + 1 + width > kColumns) {
      out += '\n';
      out.append(indent, ' ');
      column = indent;
      at_start = true;
    }
    if (!at_start) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width;
    at_start = false;
  }
  return out + '\n';
}

std::string print_minutes(Instant instant) {
  const std::string text = print_rfc3339(instant, 0);
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

/// A summary may end with a stop or not: sentences of ours end with exactly one.
std::string with_stop(std::string text) {
  if (!text.empty() && !text.ends_with('.') && !text.ends_with('?') && !text.ends_with('!')) text += '.';
  return text;
}

/// Listed as exploited on that day; a listing without a date counts. Dates sort as text ("2021-11-03").
bool is_known_exploited(const record::Exposure& exposure, Instant when) {
  return exposure.kev && exposure.kev->listed &&
         exposure.kev->added.substr(0, 10) <= print_rfc3339(when, 0).substr(0, 10);
}

/// Probabilities in tenths of a per cent, each rounded up or down so that together they make what they make unrounded:
/// those that lose most by rounding down are rounded up.
std::vector<std::int64_t> in_tenths(const std::vector<record::Hypothesis>& hypotheses) {
  std::vector<std::int64_t> tenths;
  std::vector<std::size_t> by_loss;
  double sum = 0;
  std::int64_t given = 0;
  for (const record::Hypothesis& hypothesis : hypotheses) {
    const double exact = std::clamp(hypothesis.probability, 0.0, 1.0) * 1000;
    by_loss.push_back(tenths.size());
    tenths.push_back(static_cast<std::int64_t>(exact));
    given += tenths.back();
    sum += exact;
  }
  std::ranges::stable_sort(by_loss, std::greater(), [&](std::size_t i) {
    return hypotheses[i].probability * 1000 - static_cast<double>(tenths[i]);
  });
  const std::int64_t left = std::llround(sum) - given;
  for (std::size_t i = 0; i < by_loss.size() && static_cast<std::int64_t>(i) < left; ++i) ++tenths[by_loss[i]];
  return tenths;
}

/// Lists of a notice: a list that stands word for word under an earlier warning is not told again.
class Told {
 public:
  std::string list(std::vector<std::string> lines, std::size_t number) {
    const auto same = std::ranges::find(lists_, lines, &std::pair<std::vector<std::string>, std::size_t>::first);
    if (same != lists_.end() && lines.size() > 1)
      return wrap("  - ", fmt::format("the same {} as under {}", lines.size(), same->second));
    std::string out;
    for (const std::string& line : lines) out += wrap("  - ", line);
    lists_.emplace_back(std::move(lines), number);
    return out;
  }

 private:
  std::vector<std::pair<std::vector<std::string>, std::size_t>> lists_;  ///< with the warning they stand under
};

/// "2021-02-26 22:03:11 UTC"; what is no time as it is.
std::string print_second(const std::string& time) {
  const auto parsed = parse_rfc3339(time);
  if (!parsed) return time;
  const std::string text = print_rfc3339(parsed->instant, 0);
  return text.substr(0, 10) + " " + text.substr(11, 8) + " UTC";
}

std::string print_warning(const record::Warning& warning, std::size_t number, const CertNoticeInput& input,
                          Told& told) {
  const std::size_t of = input.warnings.size();
  const Instant aware_at = input.aware_at;
  std::string out = wrap(of > 1 ? fmt::format("{}. ", number) : "", warning.title);
  out += '\n';
  if (!warning.seen.empty()) {
    out += "Seen in our logs:\n";
    std::vector<std::string> lines;
    for (const record::Seen& seen : warning.seen) {
      const auto status =
          std::ranges::find(seen.match.fields, "sc-status", &std::pair<std::string, std::string>::first);
      const std::string times = seen.count > 1 ? fmt::format(", {} times", seen.count) : std::string();
      const std::string answer =
          status != seen.match.fields.end()
              ? fmt::format(", {}answered {}", seen.count > 1 ? "the first " : "", status->second)
              : std::string();
      lines.push_back(fmt::format("{}: {}{}{}{} ({}:{})",
                                  seen.match.time.empty() ? "time unknown" : print_second(seen.match.time),
                                  seen.asset.empty() ? "" : seen.asset + ": ", seen.match.rule.title, times, answer,
                                  seen.match.source.path, seen.match.source.line));
    }
    out += told.list(lines, number) + '\n';
  }
  if (!warning.through.empty()) {
    out += "Systems concerned:\n";
    std::vector<std::string> lines;
    for (const record::Through& through : warning.through) {
      const record::Exposure& exposure = through.exposure;
      lines.push_back(fmt::format("{}: {} {}{}, {}{}", exposure.asset, exposure.component,
                                  exposure.version.empty() ? "(version unknown)" : exposure.version,
                                  exposure.vulnerability.empty() ? "" : ", " + exposure.vulnerability,
                                  record::verdict_name(exposure.verdict),
                                  is_known_exploited(exposure, aware_at) ? ", known to be exploited" : ""));
    }
    out += told.list(lines, number) + '\n';
  }
  out += "Who is thought to be behind it:\n";
  const std::vector<std::int64_t> tenths = in_tenths(warning.hypotheses);
  for (std::size_t i = 0; i < tenths.size(); ++i) {
    out += wrap("  - ", fmt::format("{}: {}.{} %", warning.hypotheses[i].name, tenths[i] / 10, tenths[i] % 10));
  }
  out += wrap("  ", with_stop("Basis: " + warning.basis.why));
  out += '\n';
  if (!warning.not_known.empty()) {
    out += "Not known:\n";
    for (const std::string& item : warning.not_known) out += wrap("  - ", item);
    out += '\n';
  }
  std::vector<std::string> steps;
  for (const record::Action& action : warning.do_first) {
    // What is to be done by telling the CERT is done by the notice.
    const std::string& cert = input.organisation.cert.name;
    if (!action.action.starts_with("Report to " + cert) && !action.action.starts_with("Tell " + cert))
      steps.push_back(with_stop(action.action));
  }
  if (!steps.empty()) out += "What we do first:\n" + told.list(steps, number) + '\n';
  return out;
}

record::Tlp strictest_marking(const CertNoticeInput& input) {
  record::Tlp marking = record::Tlp::clear;
  for (const record::Warning& warning : input.warnings) marking = std::max(marking, warning.marking);
  return marking;
}

/// "TLP:AMBER+STRICT": upper case is how a person must see it (TLP 2.0 §3).
std::string print_marking(record::Tlp marking) {
  std::string out(record::tlp_name(marking));
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::string subject_of(const CertNoticeInput& input) {
  return fmt::format("[{}] {}: {}", print_marking(strictest_marking(input)), input.organisation.name,
                     input.warnings.front().title);
}

/// RFC 2045 §6.7, lines of at most 76 characters.
std::string encode_quoted_printable(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
    const bool is_plain = (c >= 33 && c <= 126 && c != '=') || (c == ' ' && !ends_line);
    const std::size_t width = is_plain ? 1 : 3;
    if (column + width > 75) {
      out += "=\r\n";
      column = 0;
    }
    if (is_plain) {
      out += static_cast<char>(c);
    } else {
      out += '=';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
    column += width;
  }
  return out;
}

/// RFC 2047 "Q" words for a header with anything but printable ASCII, 75 characters each at most.
std::string encode_header(std::string_view text) {
  const bool is_plain = std::ranges::all_of(text, [](char c) { return c >= 32 && c < 127; });
  if (is_plain) return std::string(text);
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  std::string word;
  const auto close_word = [&] {
    if (!word.empty()) out += (out.empty() ? "=?utf-8?Q?" : "\r\n =?utf-8?Q?") + word + "?=";
    word.clear();
  };
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t begin = offset;
    decode_utf8(text, offset);
    std::string encoded;
    for (const char raw : text.substr(begin, offset - begin)) {
      const auto c = static_cast<unsigned char>(raw);
      if (is_ascii_alnum(raw)) {
        encoded += raw;
      } else {
        encoded += '=';
        encoded += kHex[c >> 4];
        encoded += kHex[c & 15];
      }
    }
    if (word.size() + encoded.size() > 50) close_word();
    word += encoded;
  }
  close_word();
  return out;
}

std::string print_mail_date(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::year_month_day date(day);
  return fmt::format("{}, {:02} {} {} {} +0000", kDays[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), print_rfc3339(instant, 0).substr(11, 8));
}

}  // namespace

Result<std::string> print_cert_notice(const CertNoticeInput& input) {
  const record::CertContact& cert = input.organisation.cert;
  if (input.warnings.empty()) return fail(ErrorCode::invalid, "a notice needs at least one warning");
  if (cert.name.empty()) {
    return fail(ErrorCode::invalid, "the organisation names no CERT", {}, "add `cert:` to the estate file");
  }
  std::string out = print_marking(strictest_marking(input)) + "\n\n";
  out += wrap("To:         ", cert.name);
  out += wrap("From:       ", input.organisation.name);
  out += wrap("Aware at:   ", print_minutes(input.aware_at));
  out +=
      wrap("Report by:  ", fmt::format("{} ({} hours after awareness)",
                                       print_minutes(input.aware_at + cert.report_within), cert.report_within.count()));
  out += '\n';
  Told told;
  for (std::size_t i = 0; i < input.warnings.size(); ++i) out += print_warning(input.warnings[i], i + 1, input, told);
  out += wrap("",
              "This notice was computed from reports, inventories and logs that the organisation holds. Every "
              "statement has its evidence in the STIX bundle that goes with it.");
  return out;
}

Result<std::string> print_cert_mail(const CertNoticeInput& input) {
  TRY(const std::string notice, print_cert_notice(input));
  const record::CertContact& cert = input.organisation.cert;
  std::string out;
  if (!cert.email.empty()) out += fmt::format("To: {} <{}>\r\n", encode_header(cert.name), cert.email);
  out += fmt::format("Subject: {}\r\n", encode_header(subject_of(input)));
  out += fmt::format("Date: {}\r\n", print_mail_date(input.aware_at));
  out += fmt::format("Message-ID: <{}@tocsin.invalid>\r\n", hash_hex(HashAlgorithm::sha256, notice).substr(0, 32));
  out +=
      "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
      "quoted-printable\r\n\r\n";
  return out + encode_quoted_printable(notice);
}

}  // namespace tocsin::share
