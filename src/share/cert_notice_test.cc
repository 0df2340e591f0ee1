#include "share/cert_notice.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/unicode.h"

namespace tocsin::share {
namespace {

CertNoticeInput make_input() {
  CertNoticeInput input;
  input.organisation.name = "Aranya Vaccines";
  input.organisation.cert = {
      .name = "CERT-In", .email = "incident@cert.example", .report_within = std::chrono::hours(6)};
  input.aware_at = parse_rfc3339("2021-03-02T21:30:00Z")->instant;
  record::Warning warning;
  warning.title =
      "APT10 may target Aranya Vaccines through its web shop and through “ColdChain Tracker”, the software of a "
      "supplier";
  warning.marking = record::Tlp::amber;
  warning.hypotheses = {{"unknown actor", 0.6, {}, {}}, {"APT10", 0.4, {}, {}}};
  warning.basis = {1, "low", "one independent source: Example Research (analyst, relayed)"};
  warning.not_known = {"Whether anything was taken"};
  warning.do_first = {{"Isolate erp-01", "a shell was started"}};
  record::Exposure exposure;
  exposure.asset = "shop-01";
  exposure.component = "nginx";
  exposure.version = "1.16.1";
  exposure.vulnerability = "CVE-2019-20372";
  exposure.kev = record::KevFact{.listed = true};
  warning.through = {{exposure, ""}};
  input.warnings = {warning};
  return input;
}

TEST(CertNotice, SaysWhoWhenAndUntilWhen) {
  const auto notice = print_cert_notice(make_input());
  ASSERT_TRUE(notice.has_value());
  EXPECT_TRUE(notice->starts_with("TLP:AMBER\n"));
  EXPECT_NE(notice->find("To:         CERT-In\n"), std::string::npos);
  EXPECT_NE(notice->find("Aware at:   2021-03-02 21:30 UTC\n"), std::string::npos);
  EXPECT_NE(notice->find("Report by:  2021-03-03 03:30 UTC (6 hours after awareness)\n"), std::string::npos);
  EXPECT_NE(notice->find("shop-01: nginx 1.16.1, CVE-2019-20372, affected, known to be exploited"), std::string::npos);
  EXPECT_NE(notice->find("- APT10: 40.0 %"), std::string::npos);
  EXPECT_NE(notice->find("Basis: one independent source: Example Research (analyst, relayed)."), std::string::npos);
}

TEST(CertNotice, TellsNothingTwiceAndNotItself) {
  CertNoticeInput input = make_input();
  record::Warning& first = input.warnings[0];
  record::Seen seen;
  seen.match.time = "2021-02-26T22:03:11.412000Z";
  seen.match.rule.title = "Web server starts a shell";
  first.seen = {seen, seen};
  first.seen[1].match.rule.title = "Likely web shell";
  first.do_first = {{"Isolate erp-01", ""}, {"Report to CERT-In within 6 hours of becoming aware", ""}, {"Patch", ""}};
  input.warnings.push_back(first);
  input.warnings[1].do_first.pop_back();
  const std::string notice = *print_cert_notice(input);
  EXPECT_NE(notice.find("- 2021-02-26 22:03:11 UTC: Web server starts a shell"), std::string::npos) << notice;
  EXPECT_EQ(notice.find("Likely web shell"), notice.rfind("Likely web shell")) << notice;
  EXPECT_NE(notice.find("Seen in our logs:\n  - the same 2 as under 1\n"), std::string::npos) << notice;
  EXPECT_EQ(notice.find("Report to CERT-In"), std::string::npos) << notice;
  // A shorter list is no "the same": it is told.
  EXPECT_NE(notice.find("Isolate erp-01"), notice.rfind("Isolate erp-01")) << notice;
}

TEST(CertNotice, LinesStayWithinTheirColumns) {
  const std::string notice = *print_cert_notice(make_input());
  for (std::size_t start = 0; start < notice.size();) {
    const std::size_t end = notice.find('\n', start);
    std::size_t columns = 0;
    for (std::size_t at = start; at < end; ++columns) decode_utf8(notice, at);
    EXPECT_LE(columns, 78u) << notice.substr(start, end - start);
    start = end + 1;
  }
}

TEST(CertNotice, KnowsNoLaterListing) {
  CertNoticeInput input = make_input();
  const auto says_exploited = [&](std::string added) {
    input.warnings[0].through[0].exposure.kev = record::KevFact{.listed = true, .added = std::move(added)};
    return print_cert_notice(input)->find("known to be exploited") != std::string::npos;
  };
  EXPECT_TRUE(says_exploited(""));
  EXPECT_TRUE(says_exploited("2021-03-02"));
  EXPECT_FALSE(says_exploited("2021-03-03"));
  EXPECT_FALSE(says_exploited("2021-11-03"));
}

/// The percentages that the notice prints, in tenths.
std::vector<int> printed_tenths(const std::vector<double>& probabilities) {
  CertNoticeInput input = make_input();
  input.warnings[0].hypotheses.clear();
  for (const double each : probabilities) input.warnings[0].hypotheses.push_back({"somebody", each, {}, {}});
  const std::string notice = *print_cert_notice(input);
  constexpr std::string_view kBefore = "- somebody: ";
  std::vector<int> tenths;
  for (std::size_t at = notice.find(kBefore); at != std::string::npos; at = notice.find(kBefore, at + 1)) {
    int value = 0;
    for (std::size_t i = at + kBefore.size(); notice[i] != ' '; ++i) {
      if (notice[i] != '.') value = value * 10 + (notice[i] - '0');
    }
    tenths.push_back(value);
  }
  return tenths;
}

TEST(CertNotice, PercentagesSumToAHundred) {
  EXPECT_EQ(printed_tenths({0.545, 0.455}), (std::vector{545, 455}));
  EXPECT_EQ(printed_tenths({1.0 / 3, 1.0 / 3, 1.0 / 3}), (std::vector{334, 333, 333}));
  EXPECT_EQ(printed_tenths({2.0 / 3, 1.0 / 3}), (std::vector{667, 333}));
  EXPECT_EQ(printed_tenths({0.54545, 0.45455}), (std::vector{545, 455}));
  EXPECT_EQ(printed_tenths({1.0}), std::vector{1000});
  for (int parts = 1; parts < 60; ++parts) {
    std::vector<double> probabilities;
    for (int i = 1; i <= parts; ++i) probabilities.push_back(2.0 * i / (parts * (parts + 1)));
    const std::vector<int> tenths = printed_tenths(probabilities);
    ASSERT_EQ(tenths.size(), probabilities.size());
    EXPECT_EQ(std::accumulate(tenths.begin(), tenths.end(), 0), 1000) << parts;
    for (std::size_t i = 0; i < tenths.size(); ++i) EXPECT_NEAR(tenths[i], probabilities[i] * 1000, 1.0);
  }
}

TEST(CertNotice, NeedsAWarningAndACert) {
  CertNoticeInput input = make_input();
  input.organisation.cert.name.clear();
  EXPECT_EQ(print_cert_notice(input).error().code, ErrorCode::invalid);
  input = make_input();
  input.warnings.clear();
  EXPECT_EQ(print_cert_notice(input).error().code, ErrorCode::invalid);
}

TEST(CertMail, IsAMailThatAnyProgramReads) {
  const auto mail = print_cert_mail(make_input());
  ASSERT_TRUE(mail.has_value());
  EXPECT_TRUE(mail->starts_with("To: CERT-In <incident@cert.example>\r\nSubject: =?utf-8?Q?=5BTLP=3AAMBER=5D"));
  EXPECT_NE(mail->find("\r\nDate: Tue, 02 Mar 2021 21:30:00 +0000\r\n"), std::string::npos);
  std::string unfolded = *mail;
  for (std::size_t at = unfolded.find("=\r\n"); at != std::string::npos; at = unfolded.find("=\r\n"))
    unfolded.erase(at, 3);
  EXPECT_NE(unfolded.find("=E2=80=9CColdChain"), std::string::npos);
  std::size_t start = 0;
  for (std::size_t end = mail->find("\r\n"); end != std::string::npos;
       start = end + 2, end = mail->find("\r\n", start)) {
    const std::string line = mail->substr(start, end - start);
    EXPECT_LE(line.size(), 78u) << line;
    for (const char c : line) EXPECT_TRUE(c >= 32 && c < 127) << line;
  }
  EXPECT_EQ(*mail, *print_cert_mail(make_input()));
}

}  // namespace
}  // namespace tocsin::share
