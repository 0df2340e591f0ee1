// Inventories of every kind: what they yield, what they refuse, and what they count as damaged.

#include "estate/inventory.h"

#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>

#include "base/bytes.h"
#include "estate/estate_test_packs.h"

namespace tocsin::estate {
namespace {

Result<Inventory> read(std::string_view text, const std::string& path = "inventory") {
  return parse_inventory(text, path, test_packs().products, test_packs().fingerprints);
}

std::string product_of(const Observation& observation) {
  return observation.product ? test_packs().products[*observation.product].id : "-";
}

constexpr std::string_view kStatus =
    "Package: base-files\nStatus: install ok installed\nArchitecture: amd64\nVersion: 11.1+deb11u7\nDescription: x\n "
    "y: continued\n\n"
    "Package: nginx-core\nStatus: install ok installed\nSource: nginx\nArchitecture: amd64\nVersion: "
    "1.18.0-6.1+deb11u3\n\n"
    "Package: libssl1.1\nStatus: hold ok installed\nSource: openssl (1.1.1n-0+deb11u4)\nArchitecture: amd64\nVersion: "
    "1.1.1n-0+deb11u4+b1\n\n"
    "Package: sudo\nStatus: deinstall ok config-files\nVersion: 1.9.5p2-3\n\n"
    "Package: broken\nStatus: install ok installed\nVersion: not_a_version\n\n"
    "no field here\n\n"
    "Status: install ok installed\nVersion: 1\n";

TEST(DpkgStatus, YieldsInstalledPackages) {
  const auto inventory = read(kStatus);
  ASSERT_TRUE(inventory) << print_error(inventory.error());
  EXPECT_EQ(inventory->kind, InventoryKind::dpkg_status);
  EXPECT_EQ(inventory->records, 7u);
  EXPECT_EQ(inventory->not_installed, 1u);
  ASSERT_EQ(inventory->observations.size(), 3u);
  const Observation& nginx = inventory->observations[1];
  EXPECT_EQ(product_of(nginx), "nginx");
  EXPECT_EQ(nginx.identified_by, IdentifiedBy::debian_source);
  EXPECT_EQ(nginx.component.version, "1.18.0-6.1+deb11u3");
  EXPECT_EQ(nginx.component.purl,
            "pkg:deb/debian/nginx-core@1.18.0-6.1%2Bdeb11u3?arch=amd64&distro=bullseye&upstream=nginx");
  EXPECT_EQ(nginx.debian->release, "bullseye");
  const Observation& ssl = inventory->observations[2];
  EXPECT_EQ(ssl.debian->source, "openssl");
  EXPECT_EQ(ssl.debian->source_version, "1.1.1n-0+deb11u4");
  // The evidence is the stanza, to the byte.
  const record::Span span = nginx.component.from.front().span;
  const std::string_view stanza = kStatus.substr(span.start, span.end - span.start);
  EXPECT_TRUE(stanza.starts_with("Package: nginx-core\n")) << stanza;
  EXPECT_TRUE(stanza.ends_with("Version: 1.18.0-6.1+deb11u3")) << stanza;
}

TEST(DpkgStatus, CountsAndListsDamage) {
  const auto inventory = read(kStatus, "status");
  ASSERT_TRUE(inventory);
  ASSERT_EQ(inventory->damaged.size(), 3u);
  EXPECT_EQ(inventory->damaged[0].where.line, 24u);
  EXPECT_NE(inventory->damaged[0].message.find("broken"), std::string::npos);
  EXPECT_EQ(inventory->damaged[1].where.line, 28u);
  EXPECT_EQ(inventory->damaged[2].message, "stanza without 'Package'");
}

TEST(DpkgStatus, KnowsUbuntuAndTheReleaseByItsMarks) {
  const auto ubuntu = read("Package: nginx\nStatus: install ok installed\nVersion: 1.18.0-0ubuntu1.4\n");
  ASSERT_TRUE(ubuntu);
  EXPECT_EQ(ubuntu->observations.front().debian->distribution, "ubuntu");
  const auto marked = read("Package: nginx\nStatus: install ok installed\nVersion: 1.18.0-6.1+deb11u3\n");
  ASSERT_TRUE(marked);
  EXPECT_EQ(marked->observations.front().debian->release, "bullseye");
  const auto unmarked = read("Package: nginx\nStatus: install ok installed\nVersion: 1.18.0-6.1\n");
  ASSERT_TRUE(unmarked);
  EXPECT_EQ(unmarked->observations.front().debian->distribution, "");
}

constexpr std::string_view kBom = R"({"bomFormat":"CycloneDX","specVersion":"1.5","version":1,
 "metadata":{"component":{"type":"application","name":"shop","version":"1"}},
 "components":[
  {"type":"library","group":"org.apache.logging.log4j","name":"log4j-core","version":"2.14.1","purl":"pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
   "supplier":{"name":"Apache"},"hashes":[{"alg":"SHA-1","content":"9141212b8507ab50a45525b545b39d224614528b"}],
   "components":[{"type":"library","name":"inner","components":[{"type":"library","name":"jquery","version":"3.4.1","purl":"pkg:npm/jquery@3.4.1"}]}]},
  {"type":"application","name":"Apache HTTP Server","cpe":"cpe:2.3:a:apache:http_server:2.4.49:*:*:*:*:*:*:*"},
  {"type":"application","name":"nginx","version":"1.18.0"},
  {"type":"library","name":"libnginx-mod-mail","version":"1.18.0-6.1","purl":"pkg:deb/debian/libnginx-mod-mail@1.18.0-6.1?distro=debian-11&upstream=nginx"},
  {"type":"library","version":"1"},
  {"type":"library","name":"bad","purl":"not a purl"},
  17
 ]})";

TEST(CycloneDx, YieldsComponentsAtEveryDepth) {
  const auto inventory = read(kBom, "bom.json");
  ASSERT_TRUE(inventory) << print_error(inventory.error());
  EXPECT_EQ(inventory->kind, InventoryKind::cyclonedx);
  std::vector<std::string> seen;
  for (const Observation& observation : inventory->observations)
    seen.push_back(observation.component.name + " " + observation.component.version + " " + product_of(observation));
  EXPECT_EQ(seen, (std::vector<std::string>{"shop 1 -", "org.apache.logging.log4j/log4j-core 2.14.1 log4j", "inner  -",
                                            "jquery 3.4.1 jquery", "Apache HTTP Server 2.4.49 apache-httpd",
                                            "nginx 1.18.0 nginx", "libnginx-mod-mail 1.18.0-6.1 nginx", "bad  -"}));
  EXPECT_EQ(inventory->records, 10u);
  const record::Evidence& evidence = inventory->observations[3].component.from.front();
  EXPECT_EQ(kBom.substr(evidence.span.start, evidence.span.end - evidence.span.start),
            R"({"type":"library","name":"jquery","version":"3.4.1","purl":"pkg:npm/jquery@3.4.1"})");
  EXPECT_EQ(evidence.quote, kBom.substr(evidence.span.start, evidence.span.end - evidence.span.start));
  EXPECT_EQ(inventory->observations[5].identified_by, IdentifiedBy::name);
  EXPECT_EQ(inventory->observations[6].debian->release, "bullseye");
}

/// OUTPUT.md: cutting the bytes [start, end) of the document gives the quote.
void expect_exact_quotes(std::string_view document, const Inventory& inventory) {
  EXPECT_FALSE(inventory.observations.empty()) << inventory.path;
  for (const Observation& observation : inventory.observations)
    for (const record::Evidence& evidence : observation.component.from) {
      EXPECT_FALSE(evidence.quote.empty()) << evidence.rule;
      EXPECT_EQ(evidence.quote, document.substr(evidence.span.start, evidence.span.end - evidence.span.start))
          << inventory.path << " " << evidence.rule;
    }
}

TEST(InventoryEvidence, QuotesWhatStandsAtItsOffsetsInEveryExample) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TOCSIN_SOURCE_DIR "/examples/inventory")) {
    const auto bytes = read_file(entry.path().string());
    ASSERT_TRUE(bytes);
    const auto inventory = read(bytes->view(), entry.path().string());
    ASSERT_TRUE(inventory) << print_error(inventory.error());
    expect_exact_quotes(bytes->view(), *inventory);
    ++files;
  }
  EXPECT_GT(files, 3U);
}

TEST(InventoryEvidence, QuotesWhatStandsAtItsOffsetsWhateverTheForm) {
  const std::string escaped =
      "HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\n\r\n<script src=\"/js/jquery-1.12.4.min.js?a=1&amp;b=2\"></script>";
  const std::string page =
      "HTTP/1.1 200 OK\r\n\r\n<script "
      "src=\"https://shop.example/static/assets/js/vendor/jquery-3.4.1.min.js\"></script>";
  const std::string har =
      R"({"log":{"version":"1.2","entries":[{"request":{"url":"https://a.example/\u0041"},"response":{"status":200,)"
      R"("headers":[{"name":"Server","value":"nginx\/1.18.0"}],"content":{"text":"<meta name=\"generator\" content=\"WordPress 5.7.1\">"}}}]}})";
  const std::string long_stanza =
      "Package: nginx\nStatus: install ok installed\nMaintainer: " + std::string(900, 'x') + "\nVersion: 1.18.0-6.1\n";
  const std::string long_component =
      R"({"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"name":"nginx","description":")" +
      std::string(900, 'd') + R"(","version":"1.18.0"}]})";
  for (const std::string& text : {escaped, page, har, long_stanza, long_component, std::string(kBom)}) {
    const auto inventory = read(text, "inventory");
    ASSERT_TRUE(inventory) << print_error(inventory.error());
    expect_exact_quotes(text, *inventory);
  }
  const auto seen = read(page, "page");
  ASSERT_EQ(seen->observations.size(), 1U);
  EXPECT_EQ(seen->observations.front().component.from.front().quote, "/jquery-3.4.1.min.js");
}

TEST(CycloneDx, ListsDamagedRecordsWithTheirPlace) {
  const auto inventory = read(kBom, "bom.json");
  ASSERT_TRUE(inventory);
  ASSERT_EQ(inventory->damaged.size(), 3u);
  EXPECT_EQ(inventory->damaged[0].message, "component has no name");
  EXPECT_EQ(inventory->damaged[0].where.line, 10u);
  EXPECT_EQ(inventory->damaged[0].pointer, "/components/4");
  EXPECT_EQ(inventory->damaged[1].pointer, "/components/5/purl");
  EXPECT_EQ(inventory->damaged[2].message, "component is number, not an object");
}

TEST(Inventory, SaysWhatItDoesNotRead) {
  const auto refuse = [](std::string_view text) {
    const auto inventory = read(text);
    return inventory ? std::string("read")
                     : std::string(error_code_name(inventory.error().code)) + ": " + inventory.error().message;
  };
  EXPECT_EQ(refuse(R"({"bomFormat":"CycloneDX","specVersion":"1.3"})"), "unsupported: CycloneDX 1.3 is not supported");
  EXPECT_EQ(refuse(R"({"bomFormat":"CycloneDX","specVersion":"1.7"})"), "unsupported: CycloneDX 1.7 is not supported");
  EXPECT_EQ(refuse(R"(<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.4">)"),
            "unsupported: CycloneDX as XML is not supported");
  EXPECT_EQ(refuse(R"({"spdxVersion":"SPDX-2.3"})"), "unsupported: SPDX documents are not supported");
  EXPECT_EQ(refuse("SPDXVersion: SPDX-2.3\n"), "unsupported: SPDX documents are not supported");
  EXPECT_EQ(refuse("{}"), "invalid: JSON document is neither a CycloneDX inventory nor a HAR capture");
  EXPECT_EQ(refuse(""), "invalid: inventory is empty");
  EXPECT_EQ(refuse("hello"), "invalid: not an inventory that we know");
  EXPECT_EQ(refuse("{\"log\":").substr(0, 6), "syntax");
  EXPECT_EQ(refuse("HTTP/banana\n"), "syntax: no HTTP status line, 'HTTP/1.1 200 OK' expected");
}

TEST(HttpCapture, ReadsRawResponses) {
  const std::string text =
      "HTTP/1.1 301 Moved\r\nServer: nginx/1.18.0\r\nContent-Length: 5\r\n\r\nhello\r\nHTTP/1.1 200 OK\nX-Powered-By: "
      "PHP/7.2.10\nSet-Cookie: PHPSESSID=1; path=/\n\n<meta name=\"generator\" content=\"WordPress 5.7.1\">";
  const auto inventory = read(text, "shop.http");
  ASSERT_TRUE(inventory) << print_error(inventory.error());
  EXPECT_EQ(inventory->records, 2u);
  std::map<std::string, const Observation*> seen;
  for (const Observation& observation : inventory->observations) seen[product_of(observation)] = &observation;
  ASSERT_EQ(seen.size(), 3u);
  const auto cut = [&](const Observation& observation) {
    const record::Evidence& evidence = observation.component.from.front();
    EXPECT_EQ(evidence.document, "shop.http");
    return text.substr(evidence.span.start, evidence.span.end - evidence.span.start);
  };
  EXPECT_EQ(cut(*seen.at("nginx")), "nginx/1.18.0");
  EXPECT_EQ(cut(*seen.at("php")), "PHP/7.2.10");
  EXPECT_EQ(cut(*seen.at("wordpress")), "WordPress 5.7.1");
  EXPECT_EQ(seen.at("wordpress")->component.cpe, "cpe:2.3:a:wordpress:wordpress:5.7.1:*:*:*:*:*:*:*");
  EXPECT_EQ(seen.at("wordpress")->component.weakness, "content-management-system");
  EXPECT_EQ(seen.at("nginx")->component.purl, "pkg:generic/nginx@1.18.0");
}

TEST(HttpCapture, ReadsHar) {
  const std::string text = R"x({"log":{"version":"1.2","entries":[
 {"request":{"url":"https://shop.example/"},"response":{"status":200,"headers":[{"name":"Server","value":"Apache/2.4.49 (Unix)"}],
  "content":{"text":"PG1ldGEgbmFtZT0iZ2VuZXJhdG9yIiBjb250ZW50PSJKb29tbGEhIC0gT3BlbiI+","encoding":"base64"}}},
 {"response":{}},
 {"response":{"headers":[],"content":{"text":"*","encoding":"base64"}}}]}})x";
  const auto inventory = read(text, "shop.har");
  ASSERT_TRUE(inventory) << print_error(inventory.error());
  EXPECT_EQ(inventory->kind, InventoryKind::http_har);
  EXPECT_EQ(inventory->records, 3u);
  EXPECT_EQ(inventory->damaged.size(), 2u);
  std::map<std::string, const Observation*> seen;
  for (const Observation& observation : inventory->observations) seen[product_of(observation)] = &observation;
  ASSERT_TRUE(seen.contains("apache-httpd") && seen.contains("joomla"));
  const record::Span span = seen.at("apache-httpd")->component.from.front().span;
  EXPECT_EQ(text.substr(span.start, span.end - span.start), "\"Apache/2.4.49 (Unix)\"");
}

TEST(HttpCapture, SurvivesOddPages) {
  for (const std::string_view body :
       {"<", "<meta", "<meta name", "<meta name=", "<meta name='x", "<script", "<script src=/a.js", "<!--",
        "<meta name=generator content>", "<link href==x>", "<script></scrip", "\xff\xfe<meta \xff=\xff>"}) {
    const auto inventory = read("HTTP/1.1 200 OK\n\n" + std::string(body));
    EXPECT_TRUE(inventory) << body;
  }
}

TEST(CycloneDxCorpus, RealDocumentsParse) {
  const std::filesystem::path archive = TOCSIN_DATA_DIR "/sbom/cyclonedx-examples-dev.tar.zst";
  if (!std::filesystem::exists(archive)) GTEST_SKIP() << "no third-party data: " << archive;
  const std::filesystem::path out =
      std::filesystem::temp_directory_path() / ("tocsin-sbom-" + std::to_string(getpid()));
  std::filesystem::create_directories(out);
  ASSERT_EQ(std::system(("zstd -dcq '" + archive.string() + "' | tar x -C '" + out.string() + "'").c_str()), 0);
  std::size_t parsed = 0, components = 0, known = 0, damaged = 0;
  std::map<std::string, std::size_t> refused;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(out)) {
    if (entry.path().extension() != ".json") continue;
    const auto inventory = load_inventory(entry.path().string(), test_packs().products, test_packs().fingerprints);
    if (!inventory) {
      // Every refusal must be of a version or a kind that we name; a document of ours that fails is a defect.
      EXPECT_TRUE(inventory.error().code == ErrorCode::unsupported || inventory.error().code == ErrorCode::invalid)
          << entry.path() << print_error(inventory.error());
      ++refused[inventory.error().message];
      continue;
    }
    ++parsed;
    components += inventory->observations.size();
    damaged += inventory->damaged.size();
    for (const Observation& observation : inventory->observations) known += observation.product ? 1 : 0;
  }
  std::filesystem::remove_all(out);
  std::cout << "CycloneDX examples: " << parsed << " parsed, " << components << " components, " << known
            << " of known products, " << damaged << " damaged records\n";
  for (const auto& [message, count] : refused) std::cout << "  refused " << count << ": " << message << '\n';
  EXPECT_GT(parsed, 20u);
  EXPECT_GT(components, 1000u);
}

}  // namespace
}  // namespace tocsin::estate
