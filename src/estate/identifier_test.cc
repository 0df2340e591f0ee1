// Package URLs and CPEs.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/bytes.h"
#include "base/json.h"
#include "estate/cpe.h"
#include "estate/purl.h"

namespace tocsin::estate {
namespace {

std::string canonical(std::string_view text) {
  const auto purl = parse_purl(text);
  return purl ? print_purl(*purl) : "error: " + purl.error().message;
}

TEST(Purl, ReadsItsParts) {
  const auto purl = parse_purl("pkg:deb/debian/nginx@1.18.0-6.1%2Bdeb11u3?distro=debian-11&arch=amd64#etc/./nginx");
  ASSERT_TRUE(purl) << purl.error().message;
  EXPECT_EQ(purl->type, "deb");
  EXPECT_EQ(purl->name_space, "debian");
  EXPECT_EQ(purl->name, "nginx");
  EXPECT_EQ(purl->version, "1.18.0-6.1+deb11u3");
  EXPECT_EQ(purl->qualifier("distro"), "debian-11");
  EXPECT_EQ(purl->qualifier("none"), "");
  EXPECT_EQ(purl->subpath, "etc/nginx");
  EXPECT_EQ(purl_identity(*purl), "deb/debian/nginx");
}

TEST(Purl, WritesTheCanonicalForm) {
  EXPECT_EQ(canonical("pkg:PYPI/Django_package@1.11.1.dev1"), "pkg:pypi/django-package@1.11.1.dev1");
  EXPECT_EQ(canonical("pkg://npm//@angular/animation@12.3.1"), "pkg:npm/%40angular/animation@12.3.1");
  EXPECT_EQ(canonical("pkg:rpm/fedora/curl@7.50?Distro=fedora-25&Arch=i386&empty="),
            "pkg:rpm/fedora/curl@7.50?arch=i386&distro=fedora-25");
}

TEST(Purl, SaysWhatIsWrong) {
  for (const std::string_view text : {"", "nginx@1", "pkg:", "pkg:nginx", "pkg:3nginx/a", "pkg:n&g/a", "pkg:maven/@1.3",
                                      "pkg:npm/a?in%20b=c", "pkg:npm/a?b", "pkg:npm/a%2", "pkg:npm/a%zz", "pkg:npm/%ff",
                                      "pkg:npm/a?b=1&B=2", "pkg:deb/nginx@1", "pkg:swid/a@1"})
    EXPECT_FALSE(parse_purl(text)) << text;
}

TEST(Purl, PrintsWhatItParses) {
  const bool holds = rc::check("parse(print(purl)) == purl", [] {
    const auto text = rc::gen::nonEmpty(rc::gen::container<std::string>(
        rc::gen::element('a', 'Z', '0', '.', '-', '_', '~', '@', '%', '+', ' ', ':', '&', '=', '?', '#', '"')));
    Purl parts{"generic", *rc::gen::container<std::string>(rc::gen::element('a', 'b', '@', '%', '?')),
               *text,     *rc::gen::container<std::string>(rc::gen::element('1', '.', '+', '/', '@', '#')),
               {},        {}};
    if (*rc::gen::arbitrary<bool>()) parts.qualifiers.emplace_back("arch", *text);
    const auto made = make_purl(parts);
    RC_ASSERT(made.has_value());
    const auto again = parse_purl(print_purl(*made));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *made);
  });
  EXPECT_TRUE(holds);
}

TEST(PurlCorpus, ConformsToTheSpecificationsTests) {
  const std::filesystem::path archive = TOCSIN_DATA_DIR "/versions/purl-spec-tests.tar.zst";
  if (!std::filesystem::exists(archive)) GTEST_SKIP() << "no third-party data: " << archive;
  const std::filesystem::path out =
      std::filesystem::temp_directory_path() / ("tocsin-purl-" + std::to_string(getpid()));
  std::filesystem::create_directories(out);
  ASSERT_EQ(std::system(("zstd -dcq '" + archive.string() + "' | tar x -C '" + out.string() + "'").c_str()), 0);
  std::size_t right = 0;
  std::size_t of = 0;
  const auto text_or_empty = [](const json::Value& value, std::string_view key) {
    const std::string* text = value.find_string(key);
    return text == nullptr ? std::string() : *text;
  };
  const auto purl_of = [&](const json::Value& value) {
    Purl purl{text_or_empty(value, "type"),
              text_or_empty(value, "namespace"),
              text_or_empty(value, "name"),
              text_or_empty(value, "version"),
              {},
              text_or_empty(value, "subpath")};
    if (const json::Value* qualifiers = value.find("qualifiers");
        qualifiers != nullptr && qualifiers->object() != nullptr)
      for (const json::Member& member : *qualifiers->object())
        purl.qualifiers.emplace_back(member.key, *member.value.string());
    std::sort(purl.qualifiers.begin(), purl.qualifiers.end());
    return purl;
  };
  for (const auto& entry : std::filesystem::recursive_directory_iterator(out)) {
    if (entry.path().extension() != ".json") continue;
    const auto bytes = read_file(entry.path().string());
    ASSERT_TRUE(bytes);
    const auto document = json::parse(bytes->view());
    ASSERT_TRUE(document);
    for (const json::Value& test : *document->find("tests")->array()) {
      ++of;
      const std::string type = text_or_empty(test, "test_type");
      const json::Value& input = *test.find("input");
      const bool must_fail = test.find("expected_failure") != nullptr && *test.find("expected_failure")->boolean();
      const Result<Purl> purl = type == "build" ? make_purl(purl_of(input)) : parse_purl(*input.string());
      bool ok = must_fail == !purl.has_value();
      if (ok && purl && !must_fail) {
        const json::Value* expected = test.find("expected_output");
        if (type == "parse")
          ok = *purl == purl_of(*expected);
        else if (expected != nullptr && expected->string() != nullptr)
          ok = print_purl(*purl) == *expected->string();
      }
      if (ok)
        ++right;
      else
        std::cout << "wrong: " << entry.path().filename().string() << ' ' << json::print(input) << " gives "
                  << (purl ? print_purl(*purl) : purl.error().message) << '\n';
    }
  }
  std::filesystem::remove_all(out);
  std::cout << "purl " << right << " of " << of << '\n';
  EXPECT_GE(of, 500u);
  EXPECT_GE(right * 1000, of * 990);
}

TEST(Cpe, ReadsEscapes) {
  const auto cpe = parse_cpe(R"(cpe:2.3:a:Joomla:joomla\!:4.2.7:-:*:*:*:c\:d:*:*)");
  ASSERT_TRUE(cpe) << cpe.error().message;
  EXPECT_EQ(cpe->vendor.text, "joomla");
  EXPECT_EQ(cpe->product.text, "joomla!");
  EXPECT_EQ(cpe->version.text, "4.2.7");
  EXPECT_EQ(cpe->update.kind, CpeAttribute::Kind::not_applicable);
  EXPECT_EQ(cpe->edition.kind, CpeAttribute::Kind::any);
  EXPECT_EQ(cpe->target_sw.text, "c:d");
  EXPECT_EQ(cpe_identity(*cpe), "a:joomla:joomla!");
  EXPECT_EQ(print_cpe(*cpe), R"(cpe:2.3:a:joomla:joomla\!:4.2.7:-:*:*:*:c\:d:*:*)");
}

TEST(Cpe, TellsWildcardsFromLiterals) {
  const auto wild = parse_cpe("cpe:2.3:a:v:p*:1.?:*:*:*:*:*:*:*");
  const auto literal = parse_cpe(R"(cpe:2.3:a:v:p\*:1.\?:*:*:*:*:*:*:*)");
  ASSERT_TRUE(wild && literal);
  EXPECT_TRUE(wild->product.has_wildcard());
  EXPECT_FALSE(literal->product.has_wildcard());
  EXPECT_NE(*wild, *literal);
  EXPECT_EQ(cpe_identity(*wild), "");
  EXPECT_EQ(print_cpe(*wild), "cpe:2.3:a:v:p*:1.?:*:*:*:*:*:*:*");
  EXPECT_EQ(print_cpe(*literal), R"(cpe:2.3:a:v:p\*:1.\?:*:*:*:*:*:*:*)");
}

TEST(Cpe, RefusesWhatIsNone) {
  EXPECT_EQ(parse_cpe("cpe:/a:apache:http_server:2.4").error().code, ErrorCode::unsupported);
  for (const std::string_view text :
       {"", "cpe:2.3:a:b", "cpe:2.3:x:b:c:*:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:*:*:*:*:*:*:*:*:*",
        "cpe:2.3:a:b::*:*:*:*:*:*:*:*", "cpe:2.3:a:b:c d:*:*:*:*:*:*:*:*", "cpe:2.3:a:b:c!:*:*:*:*:*:*:*:*",
        "cpe:2.3:a:b:a*c:*:*:*:*:*:*:*:*", R"(cpe:2.3:a:b:c:*:*:*:*:*:*:*:x\)"})
    EXPECT_FALSE(parse_cpe(text)) << text;
}

}  // namespace
}  // namespace tocsin::estate
