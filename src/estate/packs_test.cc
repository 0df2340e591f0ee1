// The packs of the source tree, and what their readers refuse.

#include "estate/packs.h"

#include <map>
#include <set>

#include "estate/estate_test_packs.h"

namespace tocsin::estate {
namespace {

std::string problems_of(const std::vector<Diagnostic>& problems) {
  std::string out;
  for (const Diagnostic& problem : problems) out += print_diagnostic(problem, "") + "\n";
  return out;
}

TEST(Packs, LoadWithoutAProblem) {
  EXPECT_EQ(problems_of(test_packs().problems), "");
  EXPECT_GE(test_packs().products.size(), 100u);
  EXPECT_GE(test_packs().fingerprints.size(), 40u);
  EXPECT_GE(test_packs().vulnerabilities.all().size(), 150u);
}

TEST(Packs, EveryVulnerabilityIsWhole) {
  for (const Vulnerability& vulnerability : test_packs().vulnerabilities.all()) {
    EXPECT_FALSE(vulnerability.affects.empty()) << vulnerability.id;
    EXPECT_FALSE(vulnerability.cwe.empty()) << vulnerability.id;
    EXPECT_TRUE(vulnerability.kev.has_value()) << vulnerability.id;
    EXPECT_TRUE(vulnerability.ssvc.has_value()) << vulnerability.id;
    EXPECT_TRUE(!vulnerability.kev->listed || vulnerability.ssvc->exploitation == "active") << vulnerability.id;
    for (const Affected& affected : vulnerability.affects)
      EXPECT_TRUE(!affected.intervals.empty() || !vulnerability.debian.empty()) << vulnerability.id;
  }
}

// Facts that anyone in the trade knows by heart.
TEST(Packs, TheBestKnownRangesAreRight) {
  struct Case {
    std::string_view id, product, version;
    bool affected;
  };
  for (const auto& [id, product, version, affected] :
       std::initializer_list<Case>{{"CVE-2014-0160", "openssl", "1.0.1f", true},
                                   {"CVE-2014-0160", "openssl", "1.0.1g", false},
                                   {"CVE-2014-0160", "openssl", "1.0.0t", false},
                                   {"CVE-2021-44228", "log4j", "2.14.1", true},
                                   {"CVE-2021-44228", "log4j", "2.15.0", false},
                                   {"CVE-2021-44228", "log4j", "2.12.2", false},
                                   {"CVE-2021-44228", "log4j", "2.0-beta8", false},
                                   {"CVE-2021-44228", "log4j", "1.2.17", false},
                                   {"CVE-2021-41773", "apache-httpd", "2.4.49", true},
                                   {"CVE-2021-41773", "apache-httpd", "2.4.48", false},
                                   {"CVE-2021-42013", "apache-httpd", "2.4.50", true},
                                   {"CVE-2021-42013", "apache-httpd", "2.4.51", false},
                                   {"CVE-2018-7600", "drupal", "7.57", true},
                                   {"CVE-2018-7600", "drupal", "7.58", false},
                                   {"CVE-2018-7600", "drupal", "8.5.1", false},
                                   {"CVE-2017-5638", "struts", "2.3.31", true},
                                   {"CVE-2017-5638", "struts", "2.5.10.1", false},
                                   {"CVE-2021-23017", "nginx", "1.20.0", true},
                                   {"CVE-2021-23017", "nginx", "1.20.1", false},
                                   {"CVE-2022-22965", "spring-framework", "5.3.17", true},
                                   {"CVE-2022-22965", "spring-framework", "5.3.18", false},
                                   {"CVE-2024-6387", "openssh", "9.7p1", true},
                                   {"CVE-2024-6387", "openssh", "9.8p1", false},
                                   {"CVE-2024-6387", "openssh", "8.4p1", false},
                                   {"CVE-2021-26855", "exchange-server", "15.1.2106.2", true},
                                   {"CVE-2021-26855", "exchange-server", "15.1.2106.13", false},
                                   {"CVE-2021-26855", "exchange-server", "15.1.2242.4", false},
                                   {"CVE-2023-34362", "moveit-transfer", "2023.0.0", true},
                                   {"CVE-2023-34362", "moveit-transfer", "2023.0.1", false},
                                   {"CVE-2022-24086", "magento", "2.4.3-p1", true},
                                   {"CVE-2022-24086", "magento", "2.4.3-p2", false},
                                   {"CVE-2019-19781", "citrix-adc", "13.0-47.22", true},
                                   {"CVE-2019-19781", "citrix-adc", "13.0-47.24", false},
                                   {"CVE-2022-41352", "zimbra", "8.8.15p33", true},
                                   {"CVE-2022-41352", "zimbra", "8.8.15p34", false},
                                   {"CVE-2021-21972", "vcenter", "7.0 U1a", true},
                                   {"CVE-2021-21972", "vcenter", "7.0 U1c", false},
                                   {"CVE-2020-10148", "solarwinds-orion", "2020.2 HF1", true},
                                   {"CVE-2020-10148", "solarwinds-orion", "2020.2.1 HF2", false},
                                   {"CVE-2021-3156", "sudo", "1.9.5p1", true},
                                   {"CVE-2021-3156", "sudo", "1.9.5p2", false},
                                   {"CVE-2024-3400", "pan-os", "10.2.9", true},
                                   {"CVE-2024-3400", "pan-os", "10.2.9-h1", false},
                                   {"CVE-2020-11023", "jquery", "3.4.1", true}}) {
    const Vulnerability* vulnerability = test_packs().vulnerabilities.find(id);
    ASSERT_NE(vulnerability, nullptr) << id;
    const auto index = test_packs().products.find_id(product);
    ASSERT_TRUE(index) << product;
    bool found = false;
    for (const Affected& entry : vulnerability->affects)
      for (const VersionInterval& interval : entry.intervals)
        if (entry.product == *index)
          found = found || *is_within(test_packs().products[*index].scheme, interval, version);
    EXPECT_EQ(found, affected) << id << ' ' << product << ' ' << version;
  }
}

TEST(Packs, KevFactsAreCarriedOver) {
  const Vulnerability* log4shell = test_packs().vulnerabilities.find("cve-2021-44228");
  ASSERT_NE(log4shell, nullptr);
  EXPECT_EQ(log4shell->kev->added, "2021-12-10");
  EXPECT_TRUE(log4shell->kev->ransomware);
  EXPECT_FALSE(test_packs().vulnerabilities.find("CVE-2021-23017")->kev->listed);
}

TEST(Products, MeetUnderEveryName) {
  const ProductCatalogue& products = test_packs().products;
  const auto id_of = [&](const std::optional<ProductCatalogue::Hit>& hit) {
    return hit ? products[hit->product].id : std::string("none");
  };
  EXPECT_EQ(id_of(products.find_cpe(*parse_cpe("cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*"))), "nginx");
  EXPECT_EQ(id_of(products.find_cpe(*parse_cpe(R"(cpe:2.3:a:joomla:joomla\!:3.0:*:*:*:*:*:*:*)"))), "joomla");
  EXPECT_EQ(id_of(products.find_purl(*parse_purl("pkg:deb/debian/libnginx-mod-mail@1.18?upstream=nginx%401.18"))),
            "nginx");
  EXPECT_EQ(id_of(products.find_purl(*parse_purl("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"))), "log4j");
  EXPECT_EQ(id_of(products.find_purl(*parse_purl("pkg:maven/org.apache.logging.log4j/log4j-api@2.14.1"))), "none");
  EXPECT_EQ(id_of(products.find_debian_source("apache2")), "apache-httpd");
  EXPECT_EQ(id_of(products.find_name(" NGINX ")), "nginx");
  EXPECT_EQ(id_of(products.find_name("nginx-exporter")), "none");
}

TEST(PackReaders, ReportAllProblemsWithPlaceAndHint) {
  std::vector<Diagnostic> problems;
  const ProductCatalogue products = ProductCatalogue::parse(
      "format: tocsin-estate-products/1\n"
      "products:\n"
      "  - {id: a, name: A, weakness: web-sever, cpe: [\"a:x\"], debain: [a]}\n"
      "  - {id: a, name: B, weakness: other, scheme: rpm, purl: [npm/x]}\n"
      "  - {id: c, name: C, weakness: other, purl: [npm/x]}\n",
      "p.yml", problems);
  const std::string text = problems_of(problems);
  EXPECT_NE(text.find("did you mean 'web-server'?"), std::string::npos) << text;
  EXPECT_NE(text.find("did you mean 'debian'?"), std::string::npos) << text;
  EXPECT_NE(text.find("p.yml:4:10: error: product 'a' stands twice"), std::string::npos) << text;
  EXPECT_NE(text.find("version scheme 'rpm' is not supported"), std::string::npos) << text;
  EXPECT_NE(text.find("belongs to product"), std::string::npos) << text;
  EXPECT_EQ(problems.size(), 6u) << text;

  problems.clear();
  VulnerabilityKnowledge::parse(
      "format: tocsin-estate-vulnerabilities/1\ndate: \"2026-02-31\"\nsources: {nvd: {name: N, date: "
      "\"2026-01-01\"}}\nvulnerabilities:\n"
      "  - {id: CVE-2020-1, summary: S, affects: [{product: cc, versions: [\"[2,1)\"]}], debian: [{package: x, "
      "release: bulseye, fixed: \"1\"}], sources: [nvdd]}\n",
      "v.yml",
      "format: tocsin-estate-end-of-life/1\nsource: S\ndate: \"2026-01-01\"\nproducts: [{product: zzz, cycles: {}}]\n",
      "e.yml", products, problems);
  const std::string second = problems_of(problems);
  for (const std::string_view expected :
       {"is not a date", "'cc' is not a known product", "holds no version", "not a release of Debian",
        "'nvdd' is not a known source", "'zzz' is not a known product"})
    EXPECT_NE(second.find(expected), std::string::npos) << expected << "\n" << second;
}

TEST(Fingerprints, RunTheirOwnExamples) {
  const EstatePacks& packs = test_packs();
  std::set<std::string> with_positive;
  for (const FingerprintSet::Example& example : packs.fingerprints.examples()) {
    const auto capture = parse_raw_http(example.response, "example");
    ASSERT_TRUE(capture) << example.fingerprint << ": " << print_error(capture.error());
    const auto matches = packs.fingerprints.match(capture->responses.front());
    const FingerprintMatch* found = nullptr;
    for (const FingerprintMatch& match : matches)
      if (match.id == example.fingerprint) found = found == nullptr ? &match : found;
    EXPECT_EQ(found != nullptr, example.positive) << example.fingerprint << "\n" << example.response;
    if (found == nullptr || !example.positive) continue;
    EXPECT_EQ(found->version, example.version) << example.fingerprint << "\n" << example.response;
    // The quote is what stands at the offsets, wherever the bytes are those of the document.
    EXPECT_NE(std::string_view(example.response)
                  .substr(found->span.start, found->span.end - found->span.start)
                  .find(found->version),
              std::string_view::npos);
    with_positive.insert(example.fingerprint);
  }
  EXPECT_EQ(with_positive.size(), packs.fingerprints.size());
}

TEST(Fingerprints, ImplyWhatTheyRunOn) {
  const auto capture = parse_raw_http(
      "HTTP/1.1 200 OK\nServer: Apache/2.4.41 (Ubuntu)\n\n<meta name=generator content='WordPress 5.7.1'><script "
      "src=/wp-content/plugins/elementor/a.js?ver=3.6.1></script>",
      "x");
  ASSERT_TRUE(capture);
  std::map<std::string, std::string> seen;
  for (const FingerprintMatch& match : test_packs().fingerprints.match(capture->responses.front()))
    seen[test_packs().products[match.product].id] = match.version + "/" + match.distribution;
  EXPECT_EQ(seen,
            (std::map<std::string, std::string>{
                {"apache-httpd", "2.4.41/ubuntu"}, {"wordpress", "5.7.1/"}, {"elementor", "3.6.1/"}, {"php", "/"}}));
}

TEST(Fingerprints, RefuseBadTests) {
  std::vector<Diagnostic> problems;
  FingerprintSet::parse(
      "format: tocsin-estate-fingerprints/1\nfingerprints:\n  - {id: a, product: nginx, confidence: 101, tests: "
      "[{header: ~, match: x}, {body: ~, url: ~, match: x}, {body: ~, match: '(?P<foo>x'}, {cookie: ~, match: "
      "'(?P<vers>x)'}], is: [], not: []}\n",
      "f.yml", test_packs().products, problems);
  EXPECT_EQ(problems.size(), 5u) << problems_of(problems);
}

TEST(Priorities, TableAnswersEveryQuestion) {
  const PriorityTable& table = test_packs().priorities;
  EXPECT_EQ(table.outcomes(), 5u);
  const auto decide = [&](const char* kev, const char* exposed, const char* automatable, const char* impact) {
    PriorityFacts facts;
    if (*kev != '?') facts.in_kev = kev;
    if (*exposed != '?') facts.publicly_exposed = exposed;
    if (*automatable != '?') facts.automatable = automatable;
    if (*impact != '?') facts.technical_impact = impact;
    return table.decide(facts);
  };
  EXPECT_EQ(decide("no", "no", "no", "partial").priority,
            (record::Priority{"cisa-bod-26-04", "fix on system upgrade", 5}));
  EXPECT_EQ(decide("yes", "yes", "yes", "partial").priority, (record::Priority{"cisa-bod-26-04", "3 days", 2}));
  EXPECT_EQ(decide("yes", "yes", "no", "total").priority,
            (record::Priority{"cisa-bod-26-04", "3 days & forensic investigation", 1}));
  EXPECT_EQ(decide("no", "yes", "no", "total").priority, (record::Priority{"cisa-bod-26-04", "14 days", 3}));
  EXPECT_EQ(decide("no", "yes", "no", "partial").priority, (record::Priority{"cisa-bod-26-04", "60 days", 4}));
  // What is not known is assumed at its worst, and said.
  const PriorityDecision unknown = decide("no", "yes", "?", "?");
  EXPECT_EQ(unknown.priority.decision, "3 days");
  EXPECT_NE(unknown.reasoning.find("automatable not known, assumed yes"), std::string::npos) << unknown.reasoning;
}

}  // namespace
}  // namespace tocsin::estate
