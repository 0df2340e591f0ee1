#include "stix/form.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace tocsin::stix::form {
namespace {

using Texts = std::initializer_list<std::string_view>;

template <typename Test>
void expect(Test test, Texts good, Texts bad) {
  for (const auto text : good) EXPECT_TRUE(test(text)) << text;
  for (const auto text : bad) EXPECT_FALSE(test(text)) << text;
}

TEST(Form, Addresses) {
  expect(
      is_ipv4_or_cidr, {"198.51.100.3", "10.0.0.0/8", "0.0.0.0/0", "1.2.3.4/32"},
      {"", "1.2.3", "1.2.3.256", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/08", "01.2.3.4", " 1.2.3.4", "1.2.3.4/a", "::1"});
  expect(is_ipv6_or_cidr, {"::1", "2001:db8::/96", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "::ffff:1.2.3.4"},
         {"", "1.2.3.4", "::g", "::1/129", "1::2::3", "fe80::1%eth0"});
  expect(is_mac_address, {"00:00:ab:cd:ef:01"},
         {"", "00-00-ab-cd-ef-01", "0:0:ab:cd:ef:01", "00:00:AB:cd:ef:01", "00:00:ab:cd:ef:01:02"});
}

TEST(Form, Names) {
  for (const std::string_view good :
       {"a", "a.example", "xn--bcher-kva.example", "bücher.example", "a.example.", "3com.example"}) {
    EXPECT_EQ(domain_name(good), Verdict::good) << good;
  }
  EXPECT_EQ(domain_name("_dmarc.a.example"), Verdict::poor);
  const std::string long_label(64, 'a');
  for (const std::string_view bad :
       {"", ".", "a..b", "-a.example", "a-.example", "a b", "a[.]b", "a/b", "http://a", long_label.c_str()}) {
    EXPECT_EQ(domain_name(bad), Verdict::bad) << bad;
  }
  expect(is_email_address,
         {"jane@a.example", "j.o+x@a.example", "\"j o\"@a.example", "jane@[192.0.2.1]", "ü@a.example"},
         {"", "jane", "@a", "jane@", "Jane <jane@a.example>", "j o@a.example", ".j@a.example", "j..o@a.example",
          "a@b@c d"});
  expect(is_country_code, {"US", "us", "In", "ZW"}, {"", "U", "USA", "XX", "D ", "EU", "UK"});
  expect(is_language_tag,
         {"en", "de-CH", "zh-Hant-TW", "sl-rozaj-biske", "de-CH-1996", "x-ours", "en-x-ours", "i-klingon", "es-419",
          "zh-cmn-Hans-CN", "en-u-co-phonebk", "eng", "sr-Latn"},
         {"", "e", "en_US", "en-", "-en", "en--US", "klingonese", "en-US-", "en-x", "en-u", "toolonglanguage",
          "de-419-DE", "a-DE", "1n"});
}

TEST(Form, Urls) {
  expect(is_url,
         {"http://a.example", "https://u:p@a.example:8443/p/q;x=1?a=b&c=%20#f", "ftp://[2001:db8::1]:21/",
          "mailto:a@b.example", "urn:isbn:0451450523", "file:///c:/x"},
         {"", "www.a.example", "//a.example", "http//a", "1http://a", "http://a b/", "http://a.example/\xc3\xbc",
          "http://a.example/%zz", "http://a.example/<x>", "http://[::g]/", "http://a:port/", "http://a.example/\\x",
          ":x"});
}

TEST(Form, Values) {
  expect(is_base64, {"", "AAAA", "AAA=", "AA==", "a+/9"}, {"A", "AA", "AAA", "A===", "AA=A", "AA AA", "AA-_"});
  EXPECT_EQ(hex(""), Verdict::good);
  EXPECT_EQ(hex("00ff"), Verdict::good);
  EXPECT_EQ(hex("00FF"), Verdict::poor);
  EXPECT_EQ(hex("0"), Verdict::bad);
  EXPECT_EQ(hex("0g"), Verdict::bad);
  expect(is_cpe23, {"cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*", "cpe:2.3:o:a\\:b:c:-:*:*:*:*:*:*:*"},
         {"", "cpe:/a:x:y", "cpe:2.3:a:x:y", "cpe:2.3:z:x:y:*:*:*:*:*:*:*:*", "cpe:2.3:a:x y:c:*:*:*:*:*:*:*:*",
          "cpe:2.3:a::c:*:*:*:*:*:*:*:*", "cpe:2.3:a:b:c:*:*:*:*:*:*:*:\\"});
  expect(is_media_type, {"text/html", "application/vnd.ms-excel", "image/svg+xml"},
         {"", "text", "text/", "/html", "picture/jpeg", "text/a b"});
  expect(is_cve_id, {"CVE-2020-1234", "CVE-1999-0001", "CVE-2021-1234567"},
         {"", "CVE-2020-123", "cve-2020-1234", "CVE-20-1234", "CVE-2020-12a4"});
  expect(has_encoded_word, {"=?utf-8?q?a?=", "x =?ISO-8859-1?B?YQ==?= y"},
         {"", "=?", "a =? b ?=", "=?utf-8?x?a?=", "=?utf-8?q?a b?="});
  expect(is_truncated_hive, {"HKLM\\a", "hkcu", "HKU\\x"}, {"HKEY_LOCAL_MACHINE\\a", "", "a\\HKLM", "HKLMX\\a"});
}

TEST(Form, StixNames) {
  expect(is_property_name, {"abc", "x_a1"}, {"", "ab", "Abc", "a-b", "1ab", "_ab", "a b"});
  expect(is_type_name, {"abc", "x-a-1"}, {"", "ab", "a_b", "a--b", "Abc", "-ab"});
  EXPECT_FALSE(is_property_name(std::string(251, 'a')));
  EXPECT_TRUE(is_property_name(std::string(250, 'a')));
  expect(is_dictionary_key, {"a", "A-b_9"}, {"", "a b", "ä", "a.b"});
  expect(is_lower_hyphen, {"a-b", "c2"}, {"A", "a b", "a_b"});
}

TEST(Form, Hashes) {
  EXPECT_EQ(hash_value("MD5", std::string(32, 'A')), Verdict::good);
  EXPECT_EQ(hash_value("SHA3-512", std::string(128, '0')), Verdict::good);
  EXPECT_EQ(hash_value("SHA-1", std::string(32, '0')), Verdict::bad);
  EXPECT_EQ(hash_value("SSDEEP", "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"), Verdict::good);
  EXPECT_EQ(hash_value("SSDEEP", "AX:1:2"), Verdict::bad);
  EXPECT_EQ(hash_value("TLSH", "T1" + std::string(70, '0')), Verdict::good);
  EXPECT_EQ(hash_value("x_foo", "anything"), Verdict::poor);
}

TEST(Form, Charsets) {
  EXPECT_EQ(better_charset_name("CP1252"), "windows-1252");
  EXPECT_EQ(better_charset_name("windows-1252"), "");
  expect(is_charset_name, {"UTF-8", "ISO_8859-9:1989"}, {"", "no such", "ü"});
}

}  // namespace
}  // namespace tocsin::stix::form
