#include "estate/version.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/bytes.h"
#include "base/json.h"
#include "estate/version_range.h"

namespace tocsin::estate {
namespace {

std::string order_of(Scheme scheme, std::string_view a, std::string_view b) {
  const auto order = compare_versions(scheme, a, b);
  if (!order) return "error: " + order.error().message;
  return *order < 0 ? "<" : *order > 0 ? ">" : "=";
}

struct Case {
  std::string_view a, order, b;
};

TEST(DebianVersion, OrdersAsDpkgDoes) {
  for (const auto& [a, order, b] : std::initializer_list<Case>{{"1.0", "=", "1.0-0"},
                                                               {"1.0~rc1", "<", "1.0"},
                                                               {"1.0~~", "<", "1.0~"},
                                                               {"1.0~~a", "<", "1.0~"},
                                                               {"1.0", "<", "1.0a"},
                                                               {"1.0a", "<", "1.0+"},
                                                               {"1:0.1", ">", "99"},
                                                               {"0:1", "=", "1"},
                                                               {"1.18.0-6.1", "<", "1.18.0-6.1+deb11u3"},
                                                               {"1.18.0-6.1+deb11u10", ">", "1.18.0-6.1+deb11u3"},
                                                               {"1.22.1-9", ">", "1.18.0-6.1+deb11u3"},
                                                               {"2.4.56-1~deb11u2", "<", "2.4.56-1"},
                                                               {"1.2.3-1", "<", "1.2.10-1"},
                                                               {"1.002", "=", "1.2"},
                                                               {"7.6p2-4", ">", "7.6-0"},
                                                               {"1.0.3-3", ">", "1.0-1"},
                                                               {"2-1-1", ">", "2-1"}})
    EXPECT_EQ(order_of(Scheme::debian, a, b), order) << a << ' ' << b;
}

TEST(DebianVersion, RefusesWhatDpkgRefuses) {
  for (const std::string_view text : {"", "a:1", ":1", "1:", "1-", "1.0_2", "1 0", "1.0-1_1", "99999999999:1"})
    EXPECT_FALSE(parse_debian_version(text)) << text;
}

TEST(DebianVersion, TellsUpstreamsVersion) {
  const auto upstream = [](std::string_view text) { return upstream_of_debian_version(*parse_debian_version(text)); };
  EXPECT_EQ(upstream("1:9.2p1-2+deb12u3"), "9.2p1");
  EXPECT_EQ(upstream("2.4.56-1~deb11u2"), "2.4.56");
  EXPECT_EQ(upstream("7.4.33-1+deb11u5"), "7.4.33");
  EXPECT_EQ(upstream("3.3.1+dfsg-3"), "3.3.1");
  EXPECT_EQ(upstream("2.0.0+really1.5.1-1"), "1.5.1");
  EXPECT_EQ(upstream("4.96"), "4.96");
}

TEST(SemVer, OrdersBySection11) {
  for (const auto& [a, order, b] : std::initializer_list<Case>{{"1.0.0-alpha", "<", "1.0.0-alpha.1"},
                                                               {"1.0.0-alpha.1", "<", "1.0.0-alpha.beta"},
                                                               {"1.0.0-beta.2", "<", "1.0.0-beta.11"},
                                                               {"1.0.0-rc.1", "<", "1.0.0"},
                                                               {"1.0.0+a", "=", "1.0.0+b"},
                                                               {"v1.2.3", "=", "1.2.3"},
                                                               {"1.10.0", ">", "1.9.0"},
                                                               {"0", "<", "0.0.1"},
                                                               {"1.2", "=", "1.2.0"},
                                                               {"1.2.3.4", ">", "1.2.3"},
                                                               {"99999999999999999999.0.0", ">", "9.0.0"}})
    EXPECT_EQ(order_of(Scheme::semver, a, b), order) << a << ' ' << b;
}

TEST(SemVer, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "1.", "1..2", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", "1.2.3-ä", "a.b.c"})
    EXPECT_FALSE(check_version(Scheme::semver, text)) << text;
}

TEST(DottedVersion, OrdersAsVendorsMeanIt) {
  for (const auto& [a, order, b] :
       std::initializer_list<Case>{{"1.18.0", "<", "1.20.1"},
                                   {"1.2", "=", "1.2.0"},
                                   {"1.2", "=", "1.2.0.0"},
                                   {"1.1.1", "<", "1.1.1a"},
                                   {"1.1.1g", "<", "1.1.1k"},
                                   {"1.0.2z", "<", "1.0.2za"},
                                   {"1.1.1k", "<", "1.1.2"},
                                   {"2.4.9", "<", "2.4.49"},
                                   {"8.2", "<", "8.2p1"},
                                   {"2.4.6", "<", "2.4.6-p1"},
                                   {"2.4.6-p1", "<", "2.4.6-p2"},
                                   {"8.1.0RC1", "<", "8.1.0"},
                                   {"8.1.0alpha2", "<", "8.1.0beta1"},
                                   {"9.0.0.M1", "<", "9.0.0"},
                                   {"9.0.0.M9", "<", "9.0.0.M10"},
                                   {"1.0.2m", ">", "1.0.2l"},
                                   {"5.3.18.RELEASE", "=", "5.3.18"},
                                   {"2.0-beta9", "<", "2.0"},
                                   {"2.0.0-beta9", "=", "2.0-beta9"},
                                   {"007", "=", "7"},
                                   {"v1.18.0", "=", "1.18.0"},
                                   {"123456789012345678901234567890", ">", "12345678901234567890123456789"},
                                   {"9.0.0.0", "<", "9.0.0.1"},
                                   {"15.0.1497.2", ">", "15.0.1395.4"}})
    EXPECT_EQ(order_of(Scheme::dotted, a, b), order) << a << ' ' << b;
}

TEST(Scheme, NamesWhatIsNotSupported) {
  EXPECT_EQ(*parse_scheme("debian"), Scheme::debian);
  const auto rpm = parse_scheme("rpm");
  ASSERT_FALSE(rpm);
  EXPECT_EQ(rpm.error().code, ErrorCode::unsupported);
  EXPECT_NE(rpm.error().message.find("rpm"), std::string::npos);
  const auto typo = parse_scheme("debain");
  ASSERT_FALSE(typo);
  EXPECT_EQ(typo.error().code, ErrorCode::invalid);
  EXPECT_EQ(typo.error().hint, "did you mean 'debian'?");
}

// A total order: every law on random texts of the scheme.
rc::Gen<std::string> version_text(Scheme scheme) {
  const auto number = rc::gen::map(rc::gen::inRange(0, 12), [](int n) { return std::to_string(n); });
  const auto word = rc::gen::element<std::string>("", "a", "b", "rc1", "alpha", "p1", "k", "z", "za", "dev", "RELEASE");
  const auto separator = scheme == Scheme::debian ? rc::gen::element<std::string>(".", "~", "+", "")
                                                  : rc::gen::element<std::string>(".", ".", "-", "");
  if (scheme == Scheme::semver)
    return rc::gen::map(
        rc::gen::tuple(number, number, number,
                       rc::gen::element<std::string>("", "-alpha", "-alpha.1", "-1", "-a.b.3", "-rc.11", "+b")),
        [](const auto& t) { return std::get<0>(t) + "." + std::get<1>(t) + "." + std::get<2>(t) + std::get<3>(t); });
  const auto piece = rc::gen::map(rc::gen::tuple(separator, number, word),
                                  [](const auto& t) { return std::get<0>(t) + std::get<1>(t) + std::get<2>(t); });
  return rc::gen::map(rc::gen::tuple(number, rc::gen::resize(4, rc::gen::container<std::vector<std::string>>(piece))),
                      [](const auto& t) {
                        std::string out = std::get<0>(t);
                        for (const std::string& part : std::get<1>(t)) out += part;
                        return out;
                      });
}

class Laws : public testing::TestWithParam<Scheme> {};

TEST_P(Laws, TotalOrder) {
  const Scheme scheme = GetParam();
  const auto compare = [&](const std::string& a, const std::string& b) -> int {
    const auto order = compare_versions(scheme, a, b);
    RC_ASSERT(order.has_value());
    return *order < 0 ? -1 : *order > 0 ? 1 : 0;
  };
  EXPECT_TRUE(rc::check("compare_versions is a total order", [&] {
    const std::string a = *version_text(scheme);
    const std::string b = *version_text(scheme);
    const std::string c = *version_text(scheme);
    RC_ASSERT(compare(a, a) == 0);
    RC_ASSERT((compare(a, b) < 0) == (compare(b, a) > 0));
    RC_ASSERT((compare(a, b) == 0) == (compare(b, a) == 0));
    if (compare(a, b) <= 0 && compare(b, c) <= 0) RC_ASSERT(compare(a, c) <= 0);
    if (compare(a, b) == 0) RC_ASSERT(compare(a, c) == compare(b, c));
  }));
}
INSTANTIATE_TEST_SUITE_P(Schemes, Laws, testing::Values(Scheme::debian, Scheme::semver, Scheme::dotted));

// The corpus of versions compared by the native tools.
struct Score {
  std::size_t right = 0, of = 0;
};
Score score_file(const std::filesystem::path& path, Scheme scheme, std::vector<std::string>& wrong) {
  Score score;
  std::ifstream in(path);
  std::string line;
  while (std::getline(in, line)) {
    for (const std::string op : {" < ", " > ", " = "}) {
      const std::size_t at = line.find(op);
      if (at == std::string::npos || line.starts_with("#")) continue;
      ++score.of;
      if (order_of(scheme, line.substr(0, at), line.substr(at + 3)) == op.substr(1, 1))
        ++score.right;
      else
        wrong.push_back(line);
      break;
    }
  }
  return score;
}

TEST(VersionCorpus, DebianAndSemVerLinesAreRight) {
  const std::filesystem::path folder = TOCSIN_DATA_DIR "/versions";
  const std::filesystem::path archive = folder / "osv-scalibr-versions.tar.zst";
  if (!std::filesystem::exists(archive)) GTEST_SKIP() << "no third-party data: " << archive;
  const std::filesystem::path out =
      std::filesystem::temp_directory_path() / ("tocsin-versions-" + std::to_string(getpid()));
  std::filesystem::create_directories(out);
  ASSERT_EQ(std::system(("zstd -dcq '" + archive.string() + "' | tar x -C '" + out.string() + "'").c_str()), 0);
  std::vector<std::string> wrong;
  const auto testdata = out / "semantic/testdata";
  const Score debian = score_file(testdata / "debian-versions.txt", Scheme::debian, wrong);
  const Score generated = score_file(testdata / "debian-versions-generated.txt", Scheme::debian, wrong);
  const Score semver = score_file(testdata / "semver-versions.txt", Scheme::semver, wrong);
  std::filesystem::remove_all(out);
  for (const std::string& line : wrong) std::cout << "wrong: " << line << '\n';
  std::cout << "debian " << debian.right + generated.right << " of " << debian.of + generated.of << ", semver "
            << semver.right << " of " << semver.of << '\n';
  EXPECT_GT(generated.of, 10000u);
  EXPECT_EQ(debian.right + generated.right, debian.of + generated.of);
  EXPECT_EQ(semver.right, semver.of);
}

// OpenSSL's letters, by the cases of package-url's vers.
TEST(VersionCorpus, OpenSslCasesAreRight) {
  const std::filesystem::path archive = TOCSIN_DATA_DIR "/versions/vers-spec-tests.tar.zst";
  if (!std::filesystem::exists(archive)) GTEST_SKIP() << "no third-party data: " << archive;
  const std::filesystem::path out =
      std::filesystem::temp_directory_path() / ("tocsin-vers-" + std::to_string(getpid()));
  std::filesystem::create_directories(out);
  ASSERT_EQ(std::system(("zstd -dcq '" + archive.string() + "' | tar x -C '" + out.string() + "'").c_str()), 0);
  const auto bytes = read_file((out / "tests/openssl_version_cmp_test.json").string());
  ASSERT_TRUE(bytes) << print_error(bytes.error());
  const auto document = json::parse(bytes->view());
  std::filesystem::remove_all(out);
  ASSERT_TRUE(document);
  std::size_t right = 0, of = 0;
  for (const json::Value& test : *document->find("tests")->array()) {
    const json::Array& versions = *test.find("input")->find("versions")->array();
    const json::Value& expected = *test.find("expected_output");
    if (versions.size() != 2) continue;
    ++of;
    const std::string order = order_of(Scheme::dotted, *versions[0].string(), *versions[1].string());
    const bool ok = expected.boolean() != nullptr
                        ? (order == "=") == *expected.boolean()
                        : order == "=" || (order == "<") == (*(*expected.array())[0].string() == *versions[0].string());
    if (ok)
      ++right;
    else
      std::cout << "wrong: " << json::print(test) << '\n';
  }
  std::cout << "openssl " << right << " of " << of << '\n';
  EXPECT_GE(of, 40u);
  EXPECT_EQ(right, of);
}

}  // namespace
}  // namespace tocsin::estate
