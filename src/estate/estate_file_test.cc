#include "estate/estate_file.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace tocsin::estate {
namespace {

constexpr std::string_view kWhole = R"(organisation:
  name: Suraksha Vaccines
  names: [Suraksha, Suraksha Biologicals]
  country: IN
  sectors: [pharmaceuticals, healthcare]
  products: [vaccines]
  clearance: tlp:amber
  cert: {name: CERT-In, email: incident@cert.example, report_within_hours: 6}
assets:
  - id: web-01
    role: public web shop
    hostnames: [shop.suraksha.example]
    addresses: [192.0.2.10, "2001:db8::10"]
    exposure: internet
    importance: high
    owner: e-commerce
    inventory: [web-01/status]
  - id: erp-01
    exposure: internal
suppliers:
  - name: Lagerwerk Software
    names: [Lagerwerk]
    provides: [warehouse software]
    access: remote maintenance of erp-01
)";

std::string problems_of(const EstateFile& file) {
  std::string out;
  for (const Diagnostic& problem : file.problems) out += print_diagnostic(problem, "") + "\n";
  return out;
}

TEST(Estate, ReadsAWholeFile) {
  const EstateFile file = parse_estate(kWhole, "/etc/tocsin/estate.yml", {.more_sectors = {}, .check_files = false});
  ASSERT_TRUE(file.estate) << problems_of(file);
  EXPECT_TRUE(file.problems.empty()) << problems_of(file);
  const record::Estate& estate = *file.estate;
  EXPECT_EQ(estate.organisation.name, "Suraksha Vaccines");
  EXPECT_EQ(estate.organisation.country, "IN");
  EXPECT_EQ(estate.organisation.sectors, (std::vector<std::string>{"pharmaceuticals", "healthcare"}));
  EXPECT_EQ(estate.organisation.clearance, record::Tlp::amber);
  EXPECT_EQ(estate.organisation.cert.report_within, std::chrono::hours(6));
  ASSERT_EQ(estate.assets.size(), 2u);
  EXPECT_EQ(estate.assets[0].exposure, record::NetworkExposure::internet);
  EXPECT_EQ(estate.assets[0].importance, record::Importance::high);
  EXPECT_EQ(estate.assets[0].inventory, std::vector<std::string>{"/etc/tocsin/web-01/status"});
  EXPECT_EQ(estate.assets[1].importance, record::Importance::medium);
  EXPECT_EQ(estate.suppliers[0].access, std::vector<std::string>{"remote maintenance of erp-01"});
}

TEST(Estate, ReportsEveryProblemAtOnce) {
  const EstateFile file = parse_estate(R"(organisation:
  nmae: X
  country: in
  sectors: [pharmaceutical]
  clearance: tlp:ambr
  cert: {name: C, email: nobody, report_within_hours: 0}
assets:
  - id: a
    exposure: intrenet
    hostnames: [https://a.example/]
    addresses: [192.0.2.300, 192.0.2.0/33, "2001:db8::/32"]
    inventory: [nowhere.json]
  - id: a
    exposure: internal
    colour: red
suppliers:
  - {name: S, provides: [x]}
  - {name: s}
)",
                                       "e.yml");
  EXPECT_FALSE(file.estate);
  const std::string text = problems_of(file);
  for (const std::string_view expected : {"e.yml:2:3: error: organisation needs 'name'",
                                          "e.yml:2:3: error: unknown key 'nmae' in organisation",
                                          "did you mean 'name'?",
                                          "e.yml:3:12: error: 'in' is not a country's code",
                                          "did you mean 'IN'?",
                                          "e.yml:4:13: error: 'pharmaceutical' is not a known sector",
                                          "did you mean 'pharmaceuticals'?",
                                          "did you mean 'tlp:amber'?",
                                          "'nobody' is not an e-mail address",
                                          "whole number from 1 to 8760",
                                          "e.yml:9:15: error: 'intrenet' is not a known exposure",
                                          "did you mean 'internet'?",
                                          "'https://a.example/' is not a host name",
                                          "'192.0.2.300' is not an IP address",
                                          "'192.0.2.0/33' is not an IP address",
                                          "inventory file 'nowhere.json' does not exist",
                                          "e.yml:13:9: error: asset 'a' stands twice",
                                          "unknown key 'colour' in asset",
                                          "supplier 's' stands twice",
                                          "supplier needs 'provides'"})
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
  EXPECT_EQ(file.problems.size(), 16u) << text;
}

TEST(Estate, TakesSubSectorsThatItIsTold) {
  const std::string text = "organisation: {name: X, country: DE, sectors: [vaccines]}\nassets: []\n";
  EXPECT_FALSE(parse_estate(text, "e.yml").estate);
  EXPECT_TRUE(parse_estate(text, "e.yml", {.more_sectors = {"vaccines"}}).estate);
}

TEST(Estate, RefusesOtherFiles) {
  for (const std::string_view text :
       {"", "[]", "a", "organisation: [", "organisation: {name: [x]}\nassets: 3\n", "\xff\xfe"})
    EXPECT_FALSE(parse_estate(text, "e.yml").estate) << text;
  EXPECT_EQ(load_estate("/nonexistent/estate.yml").error().code, ErrorCode::not_found);
}

TEST(Estate, SharedNamesAreAWarning) {
  const EstateFile file = parse_estate(
      "organisation: {name: X, country: DE, sectors: [retail]}\nassets:\n  - {id: a, exposure: internet, hostnames: "
      "[w.example]}\n  - {id: b, exposure: internet, hostnames: [W.example]}\n",
      "e.yml");
  EXPECT_TRUE(file.estate);
  EXPECT_NE(problems_of(file).find("warning: host name 'W.example' belongs to asset 'a' too"), std::string::npos)
      << problems_of(file);
}

TEST(Estate, FindsInventoriesBesideItself) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("tocsin-estate-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "inv");
  std::ofstream(folder / "inv" / "b.json") << "{}";
  std::ofstream(folder / "inv" / "a.json") << "{}";
  std::ofstream(folder / "estate.yml") << "organisation: {name: X, country: DE, sectors: [retail]}\nassets:\n  - {id: "
                                          "a, exposure: internet, inventory: [inv, inv/a.json]}\n";
  const auto file = load_estate((folder / "estate.yml").string());
  ASSERT_TRUE(file && file->estate) << (file ? problems_of(*file) : print_error(file.error()));
  EXPECT_EQ(file->estate->assets[0].inventory,
            (std::vector<std::string>{(folder / "inv" / "a.json").string(), (folder / "inv" / "b.json").string()}));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tocsin::estate
