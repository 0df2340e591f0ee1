#include "report/extract.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "base/bytes.h"
#include "base/json.h"
#include "report/indicator_checks.h"

namespace tocsin::report {
namespace {

using record::Indicator;
using record::IndicatorType;

std::vector<Indicator> extract_from(const std::string& text, const ExtractOptions& options = {}) {
  DocumentOptions as_text;
  as_text.media_type = "text/plain";
  const auto document = read_document(text, "t.txt", as_text);
  EXPECT_TRUE(document.has_value());
  return document ? extract(*document, options) : std::vector<Indicator>{};
}

std::string list(const std::vector<Indicator>& indicators) {
  std::string out;
  for (const Indicator& one : indicators) {
    if (one.suppressed) out += "-" + one.suppressed->reason + " ";
    out += std::string(record::indicator_type_name(one.type)) + " " + one.value + "\n";
  }
  return out;
}

TEST(ExtractCorpus, FormsOfTheDevelopmentSet) {
  const std::string path = std::string(TOCSIN_DATA_DIR) + "/text/indicator-forms-dev.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no test data at " << path;
  const auto bytes = read_file(path);
  ASSERT_TRUE(bytes.has_value());
  const auto root = json::parse(bytes->view());
  ASSERT_TRUE(root.has_value());
  std::size_t found = 0;
  const json::Array& positive = *root->find("pos")->array();
  for (const json::Value& one : positive) {
    const json::Array& fields = *one.array();
    const std::string& text = *fields[1].string();
    const auto indicators = extract_from(text);
    bool has = false;
    for (const Indicator& indicator : indicators) {
      has = has || (record::indicator_type_name(indicator.type) == *fields[2].string() &&
                    indicator.value == *fields[3].string() && !indicator.suppressed);
      EXPECT_EQ(text.substr(indicator.span.start, indicator.span.end - indicator.span.start), indicator.raw);
    }
    EXPECT_TRUE(has) << *fields[0].string() << ": " << text << "\n" << list(indicators);
    found += has ? 1 : 0;
  }
  for (const json::Value& one : *root->find("neg")->array()) {
    const json::Array& fields = *one.array();
    const auto indicators = extract_from(*fields[1].string());
    for (const Indicator& indicator : indicators) {
      const bool is_false = record::indicator_type_name(indicator.type) == *fields[2].string() && !indicator.suppressed;
      EXPECT_FALSE(is_false) << *fields[0].string() << "\n" << list(indicators);
    }
  }
  EXPECT_EQ(found, positive.size());
}

TEST(Extract, ValuesPlacesAndLabels) {
  const auto indicators =
      extract_from("C2 is evil[.]example:8443 and 203.0.114.7:80, see hxxps://a[.]evil[.]top/x?y=1, 10.0.0.1.");
  ASSERT_EQ(indicators.size(), 4U) << list(indicators);
  EXPECT_EQ(indicators[0].value, "evil.example");
  EXPECT_EQ(indicators[0].raw, "evil[.]example");
  EXPECT_EQ(indicators[0].labels.at("port"), "8443");
  EXPECT_TRUE(indicators[0].defanged);
  EXPECT_EQ(indicators[1].type, IndicatorType::ipv4);
  EXPECT_EQ(indicators[2].value, "https://a.evil.top/x?y=1");
  EXPECT_EQ(indicators[3].suppressed->reason, "reserved-range");
}

TEST(Extract, DocumentationRangesAreReservedUnlessAsked) {
  EXPECT_EQ(list(extract_from("from 192.0.2.7")), "-reserved-range ipv4 192.0.2.7\n");
  ExtractOptions options;
  options.keep_documentation_ranges = true;
  EXPECT_EQ(list(extract_from("from 192.0.2.7", options)), "ipv4 192.0.2.7\n");
  EXPECT_EQ(list(extract_from("from 10.2.3.4", options)), "-reserved-range ipv4 10.2.3.4\n");
}

struct Case {
  const char* text;
  const char* expected;
};

TEST(Extract, ManySpellings) {
  const Case cases[] = {
      {"drops C:\\Program Files\\Common Files\\svc host.exe and runs",
       "path C:\\Program Files\\Common Files\\svc host.exe\n"},
      {"sets HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Run for it",
       "registry-key HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Run\n"},
      {"in %APPDATA%\\x.dll.", "path %APPDATA%\\x.dll\n"},
      {"built at D:\\work\\rat.pdb", "pdb-path D:\\work\\rat.pdb\n"},
      {"pipe \\\\.\\pipe\\msagent_1 opened", "pipe \\\\.\\pipe\\msagent_1\n"},
      {"the mutex \"Global\\abc1\" is made", "mutex Global\\abc1\n"},
      {"see pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd[.]onion:80 now",
       "onion pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion\n"
       "domain pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion\n"},
      {"see pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscrye.onion now",
       "-invalid onion pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscrye.onion\n"
       "-invalid domain pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscrye.onion\n"},
      {"uses AS12345 and AS400", "asn AS12345\n"},
      {"T1059.001, TA0001 and S0013", "attack T1059.001\nattack TA0001\nattack S0013\n"},
      {"CVE-2021-1, CVE-2021-12345 and cwe-79", "cve CVE-2021-12345\ncwe CWE-79\n"},
      {"mail x.y[at]bad[dot]example now", "email x.y@bad.example\n"},
      {"http://www.evil.example.org/a_(b) and so", "url http://www.evil.example.org/a_(b)\n"},
      {"see (evil.example.org).", "domain evil.example.org\n"},
      {"hxxp://203.0.114.9:8080/a", "url http://203.0.114.9:8080/a\n"},
      {"invoice.pdf.exe", "file-name invoice.pdf.exe\n"},
      {"pay 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", ""},
      {"pay bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "btc bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq\n"},
      {"0x52908400098527886e0F7030069857D2E4169EE7", ""},
      {"version 10.1.2.3 and v1.2.3.4", ""},
      {"3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", "ssdeep 3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C\n"},
      {"192.0.0.1/33", "-reserved-range url 192.0.0.1/33\n"},
      {"GHSA-jfh8-c2jp-5v3q", "ghsa GHSA-jfh8-c2jp-5v3q\n"},
      {"jarm 2ad2ad0002ad2ad00042d42d000000ad9bf51cc3f5a1e29eecb81d0c7b06eb",
       "jarm 2ad2ad0002ad2ad00042d42d000000ad9bf51cc3f5a1e29eecb81d0c7b06eb\n"},
      {"x@y and a.b@c", ""},
      {"12:30:45 on 2021-03-01", ""},
  };
  for (const Case& one : cases) EXPECT_EQ(list(extract_from(one.text)), one.expected) << one.text;
}

TEST(Extract, PageFurnitureIsSuppressed) {
  const auto document = read_document(
      "<html><head><link rel=canonical "
      "href='https://vendor.example.org/post'></head><body><nav>partner.example.net</nav>"
      "<p>Our site blog.vendor.example.org tells of evil.example.com and of bad[.]vendor[.]example[.]org in this text, "
      "which is "
      "long enough to be the main text of the page.</p></body></html>",
      "p.html");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(list(extract(*document)),
            "-source-infrastructure domain partner.example.net\n-source-infrastructure domain blog.vendor.example.org\n"
            "domain evil.example.com\ndomain bad.vendor.example.org\n");
}

TEST(Extract, CuttingTheBytesGivesTheRawText) {
  const bool held = rc::check("raw text", [] {
    const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "evil[.]example[.]com", "hxxp://", "a.example.org", "/x", " ", ".", "[.]", "(dot)", "\n", "黑客",
        "C:\\a b\\c.exe", "45.77.12.9", "2001:db8::1", "[:]", "@", "CVE-2021-12345", "\xE2\x80\x8B", "\xFF", "&amp;",
        "<b>", "</b>", ",", "\"", "HKLM\\a", "mutex \"", "d41d8cd98f00b204e9800998ecf8427f", "\\", "(", ")", ":",
        "T1059"));
    std::string text;
    for (const std::string& part : parts) text += part;
    for (const std::string path : {"a.txt", "a.html"}) {
      const auto document = read_document(text, path);
      if (!document) continue;
      for (const Indicator& one : extract(*document)) {
        RC_ASSERT(one.span.start < one.span.end);
        RC_ASSERT(one.span.end <= document->source.size());
        RC_ASSERT(document->quote(one.span) == one.raw);
        RC_ASSERT(!one.value.empty());
      }
    }
  });
  EXPECT_TRUE(held);
}

TEST(Extract, LargeTextInLinearTime) {
  std::string text;
  while (text.size() < 3'000'000) {
    text +=
        "The host evil[.]example[.]com talked to 45.77.12.9 over hxxp://a.example.org/x.php and wrote "
        "C:\\Users\\x\\a.exe, ";
    text += "((((((((((((((((((((((((((((((((aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ";
  }
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_GT(extract_from(text).size(), 30'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

}  // namespace
}  // namespace tocsin::report
