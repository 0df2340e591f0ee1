// Our server fingerprints against the banner examples of recog: what ought to be recognised is, and nothing else.

#include <gtest/gtest.h>

#include <unistd.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>

#include "base/bytes.h"
#include "estate/estate_test_packs.h"

namespace tocsin::estate {
namespace {

struct Banner {
  std::string text, product, version;
};

std::string unescape(std::string text) {
  for (const auto& [from, to] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}})
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  return text;
}

std::string attribute(std::string_view tag, std::string_view name) {
  const std::string key = std::string(name) + "=\"";
  const std::size_t at = tag.find(key);
  if (at == std::string_view::npos) return {};
  return std::string(tag.substr(at + key.size(), tag.find('"', at + key.size()) - at - key.size()));
}

/// The single-line plain examples of the file, each with the product of its fingerprint.
std::vector<Banner> banners_of(std::string_view xml) {
  std::vector<Banner> banners;
  std::size_t first_of_fingerprint = 0;
  while (!xml.empty()) {
    const std::string_view line = xml.substr(0, xml.find('\n'));
    xml.remove_prefix(std::min(line.size() + 1, xml.size()));
    if (line.find("<fingerprint ") != std::string_view::npos) first_of_fingerprint = banners.size();
    const std::size_t example = line.find("<example");
    const std::size_t close = line.find("</example>");
    if (example != std::string_view::npos && close != std::string_view::npos) {
      const std::size_t open = line.find('>', example);
      const std::string_view tag = line.substr(example, open - example);
      if (attribute(tag, "_encoding").empty())
        banners.push_back(
            {unescape(std::string(line.substr(open + 1, close - open - 1))), {}, attribute(tag, "service.version")});
    }
    if (attribute(line, "name") == "service.product")
      for (std::size_t i = first_of_fingerprint; i < banners.size(); ++i) banners[i].product = attribute(line, "value");
  }
  return banners;
}

struct Mapping {
  std::string_view recog, ours;
};
constexpr std::array kMapping{
    Mapping{"HTTPD", "apache-httpd"}, Mapping{"nginx", "nginx"},        Mapping{"IIS", "iis"},
    Mapping{"lighttpd", "lighttpd"},  Mapping{"Jetty", "jetty"},        Mapping{"Tomcat", "tomcat"},
    Mapping{"Caddy", "caddy"},        Mapping{"OpenResty", "openresty"}};

TEST(RecogCorpus, ServersAreRecognisedAndNothingElse) {
  const std::filesystem::path archive = TOCSIN_DATA_DIR "/fingerprints/recog.tar.zst";
  if (!std::filesystem::exists(archive)) GTEST_SKIP() << "no third-party data: " << archive;
  const std::filesystem::path out =
      std::filesystem::temp_directory_path() / ("tocsin-recog-" + std::to_string(getpid()));
  std::filesystem::create_directories(out);
  ASSERT_EQ(std::system(("zstd -dcq '" + archive.string() + "' | tar x -C '" + out.string() + "'").c_str()), 0);
  const auto bytes = read_file((out / "xml/http_servers.xml").string());
  ASSERT_TRUE(bytes);
  const std::vector<Banner> banners = banners_of(bytes->view());
  std::filesystem::remove_all(out);

  std::size_t right = 0, of = 0, version_right = 0, version_of = 0, false_matches = 0, others = 0;
  for (const Banner& banner : banners) {
    const auto mapped = std::ranges::find(kMapping, banner.product, &Mapping::recog);
    const auto capture = parse_raw_http("HTTP/1.1 200 OK\r\nServer: " + banner.text + "\r\n\r\n", "recog");
    if (!capture) continue;
    const FingerprintMatch* server = nullptr;
    const auto matches = test_packs().fingerprints.match(capture->responses.front());
    for (const FingerprintMatch& match : matches)
      if (std::ranges::find(kMapping, test_packs().products[match.product].id, &Mapping::ours) != kMapping.end() &&
          !match.implied)
        server = &match;
    const std::string id = server == nullptr ? "-" : test_packs().products[server->product].id;
    if (mapped == kMapping.end()) {
      ++others;
      if (server != nullptr) {
        ++false_matches;
        std::cout << "false: " << banner.text << " is " << banner.product << ", taken for " << id << '\n';
      }
      continue;
    }
    ++of;
    if (id == mapped->ours)
      ++right;
    else
      std::cout << "missed: " << banner.text << " is " << banner.product << ", taken for " << id << '\n';
    if (banner.version.empty() || id != mapped->ours) continue;
    ++version_of;
    if (server->version == banner.version)
      ++version_right;
    else
      std::cout << "version: " << banner.text << " is " << banner.version << ", read as " << server->version << '\n';
  }
  std::cout << "recog servers " << right << " of " << of << ", versions " << version_right << " of " << version_of
            << ", false " << false_matches << " of " << others << " others\n";
  EXPECT_GE(of, 70u);
  EXPECT_GE(right * 100, of * 75);
  EXPECT_GE(version_right * 100, version_of * 90);
  EXPECT_LE(false_matches * 100, others * 2);
}

}  // namespace
}  // namespace tocsin::estate
