#include "base/unicode.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tocsin {
namespace {

/// Code points that matter: ASCII, the ends of each length, case pairs, combining marks, Hangul, compatibility forms.
rc::Gen<char32_t> code_points() {
  const auto any = rc::gen::map(rc::gen::suchThat(rc::gen::inRange<std::uint32_t>(1, 0x110000),
                                                  [](std::uint32_t c) { return c < 0xD800 || c > 0xDFFF; }),
                                [](std::uint32_t c) { return static_cast<char32_t>(c); });
  const auto telling =
      rc::gen::element<char32_t>(U'a', U'Z', 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF, 0xD7FF, 0xE000,
                                 0xFFFD, 0xC9, 0x301, 0x327, 0x130, 0x131, 0xDF, 0x1E9E, 0x3C2, 0x3A3, 0x212A, 0x1100,
                                 0x1161, 0x11A8, 0xAC00, 0xFB01, 0xFF21, 0x1E921, 0x344, 0x958, 0x2126, 0x1F88);
  const auto low =
      rc::gen::map(rc::gen::inRange<std::uint32_t>(0, 0x600), [](std::uint32_t c) { return static_cast<char32_t>(c); });
  return rc::gen::oneOf(any, telling, low);
}

rc::Gen<std::string> valid_texts() {
  return rc::gen::map(rc::gen::container<std::vector<char32_t>>(code_points()), [](const std::vector<char32_t>& all) {
    std::string text;
    for (const char32_t c : all) append_utf8(text, c);
    return text;
  });
}

/// Bytes that are nearly UTF-8.
rc::Gen<std::string> broken_texts() {
  const auto byte = rc::gen::map(
      rc::gen::oneOf(rc::gen::inRange(0x7C, 0x100),
                     rc::gen::element(0xC0, 0xC2, 0xE0, 0xA0, 0x9F, 0xED, 0xEF, 0xF0, 0xF4, 0x8F, 0x90, 0xF5, 0x41)),
      [](int c) { return static_cast<char>(c); });
  return rc::gen::container<std::string>(byte);
}

std::vector<char32_t> decoded(std::string_view text) {
  std::vector<char32_t> all;
  for (std::size_t at = 0; at < text.size();) all.push_back(decode_utf8(text, at));
  return all;
}

TEST(UnicodeTest, InvalidUtf8HasAPlace) {
  EXPECT_EQ(find_invalid_utf8(""), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("aé€😀\xF4\x8F\xBF\xBF"), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("ab\xFF"), 2U);
  EXPECT_EQ(find_invalid_utf8("é\x80"), 2U);
  EXPECT_EQ(find_invalid_utf8("a\xC0\xAF"), 1U);          // overlong
  EXPECT_EQ(find_invalid_utf8("a\xE0\x80\xAF"), 1U);      // overlong
  EXPECT_EQ(find_invalid_utf8("a\xF0\x8F\xBF\xBF"), 1U);  // overlong
  EXPECT_EQ(find_invalid_utf8("a\xED\xA0\x80"), 1U);      // surrogate
  EXPECT_EQ(find_invalid_utf8("a\xF4\x90\x80\x80"), 1U);  // above U+10FFFF
  EXPECT_EQ(find_invalid_utf8("abc\xE2\x82"), 3U);        // cut off
  EXPECT_EQ(find_invalid_utf8(std::string(1000, 'x') + "\xC3"), 1000U);
}

TEST(UnicodeTest, ReplacesMaximalSubparts) {
  // Unicode 15.0 §3.9, tables 3-8 to 3-11.
  EXPECT_EQ(replace_invalid_utf8("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), "��������A");
  EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), "��������A");
  EXPECT_EQ(replace_invalid_utf8("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"), "�����A��B");
  EXPECT_EQ(replace_invalid_utf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), "����A");
  EXPECT_EQ(replace_invalid_utf8("fine é"), "fine é");
}

TEST(UnicodeTest, DecodeMovesOn) {
  const std::string_view text = "aé€😀\xE2\x82\x41";
  std::size_t at = 0;
  const auto step = [&] { return decode_utf8(text, at); };
  EXPECT_EQ(step(), U'a');
  EXPECT_EQ(step(), U'é');
  EXPECT_EQ(at, 3U);
  EXPECT_EQ(step(), U'€');
  EXPECT_EQ(step(), U'😀');
  EXPECT_EQ(at, 10U);
  EXPECT_EQ(step(), U'\uFFFD');
  EXPECT_EQ(at, 12U);
  EXPECT_EQ(step(), U'A');
  EXPECT_EQ(at, text.size());
}

TEST(UnicodeTest, AppendRefusesWhatIsNoScalarValue) {
  std::string out;
  append_utf8(out, 0xD800);
  append_utf8(out, 0xDFFF);
  append_utf8(out, 0x110000);
  append_utf8(out, 0xFFFFFFFF);
  EXPECT_EQ(out, "����");
}

TEST(UnicodeTest, NormalForms) {
  EXPECT_EQ(normalize_nfc("plain"), "plain");
  EXPECT_EQ(normalize_nfc("e\u0301"), "\u00E9");
  EXPECT_EQ(normalize_nfc("\u1112\u1161\u11AB"), "\uD55C");
  EXPECT_EQ(normalize_nfc("a\u0327\u0301"), normalize_nfc("a\u0301\u0327"));
  EXPECT_EQ(normalize_nfc("\uFB01"), "\uFB01");
  EXPECT_EQ(normalize_nfkc("\uFB01 \uFF21\u2460"), "fi A1");
  EXPECT_EQ(normalize_nfc("e\u0301\xFF"
                          "e\u0301"),
            "\u00E9\uFFFD\u00E9");
}

TEST(UnicodeTest, SimpleCaseFolding) {
  EXPECT_EQ(fold_case("Stone PANDA"), "stone panda");
  EXPECT_EQ(fold_case("ÉÇ ΣΑΣ ς Ж"), "éç σασ σ ж");
  EXPECT_EQ(fold_case("\u1E9E"), "ß");       // status S; F would give ss
  EXPECT_EQ(fold_case("straße"), "straße");  // status F only
  EXPECT_EQ(fold_case("\u0130"), "\u0130");  // statuses F and T only
  EXPECT_EQ(fold_case("I"), "i");            // not the Turkic fold
  EXPECT_EQ(fold_case("\u212A"), "k");       // Kelvin sign
  EXPECT_EQ(fold_case("𞤀"), "𞤢");            // Adlam, outside of the BMP
  EXPECT_EQ(fold_case("A\xFFZ"), "a\uFFFDz");
}

TEST(UnicodeTest, Classes) {
  for (const char32_t c : std::u32string_view(U"aZéЖ東ア한ー々")) EXPECT_TRUE(is_letter(c)) << static_cast<unsigned>(c);
  for (const char32_t c : std::u32string_view(U"1 _-。\u0301")) EXPECT_FALSE(is_letter(c)) << static_cast<unsigned>(c);
  for (const char32_t c : std::u32string_view(U"AÉЖ")) EXPECT_TRUE(is_upper(c)) << static_cast<unsigned>(c);
  for (const char32_t c : std::u32string_view(U"aé1東")) EXPECT_FALSE(is_upper(c)) << static_cast<unsigned>(c);
  for (const char32_t c : std::u32string_view(U"東あアー々〇한ㄅ𠀀"))
    EXPECT_TRUE(is_cjk(c)) << static_cast<unsigned>(c);
  for (const char32_t c : std::u32string_view(U"aЖ1。、「ก ")) EXPECT_FALSE(is_cjk(c)) << static_cast<unsigned>(c);
  EXPECT_FALSE(is_letter(0x110000));
  EXPECT_FALSE(is_upper(0xFFFFFFFF));
  EXPECT_FALSE(is_cjk(0xFFFFFFFF));
}

TEST(UnicodeTest, Ascii) {
  EXPECT_EQ(ascii_lower(std::string_view("AzÉ@[")), "azÉ@[");
  EXPECT_TRUE(equals_ascii_case_insensitive("Content-Type", "content-tYPE"));
  EXPECT_FALSE(equals_ascii_case_insensitive("a", "ab"));
  EXPECT_FALSE(equals_ascii_case_insensitive("é", "É"));
  EXPECT_EQ(trim_ascii(" \t\r\n\v\fa b \n"), "a b");
  EXPECT_EQ(trim_ascii(" \n"), "");
  EXPECT_EQ(trim_ascii("\u00A0a"), "\u00A0a");
}

RC_GTEST_PROP(UnicodeProperty, AppendThenDecode, ()) {
  const auto all = *rc::gen::container<std::vector<char32_t>>(code_points());
  std::string text;
  for (const char32_t c : all) append_utf8(text, c);
  RC_ASSERT(decoded(text) == all);
  RC_ASSERT(!find_invalid_utf8(text));
}

RC_GTEST_PROP(UnicodeProperty, DecodeAndValidationAgree, ()) {
  const std::string text = *broken_texts();
  const std::optional<std::uint64_t> bad = find_invalid_utf8(text);
  std::string again;
  for (const char32_t c : decoded(text)) append_utf8(again, c);
  RC_ASSERT((again == text) == !bad.has_value());
  if (bad) {
    RC_ASSERT(!find_invalid_utf8(std::string_view(text).substr(0, *bad)));
    RC_ASSERT(again.substr(0, *bad) == text.substr(0, *bad));
  }
  RC_ASSERT(again == replace_invalid_utf8(text));
}

RC_GTEST_PROP(UnicodeProperty, ReplacementIsValidAndIdempotent, ()) {
  const std::string text = *rc::gen::oneOf(broken_texts(), valid_texts());
  const std::string once = replace_invalid_utf8(text);
  RC_ASSERT(!find_invalid_utf8(once));
  RC_ASSERT(replace_invalid_utf8(once) == once);
  RC_ASSERT((once == text) == !find_invalid_utf8(text).has_value());
}

RC_GTEST_PROP(UnicodeProperty, FoldIsIdempotent, ()) {
  const std::string text = *rc::gen::oneOf(broken_texts(), valid_texts());
  const std::string once = fold_case(text);
  RC_ASSERT(fold_case(once) == once);
  RC_ASSERT(decoded(once).size() == decoded(replace_invalid_utf8(text)).size());
}

RC_GTEST_PROP(UnicodeProperty, NormalFormsAreIdempotent, ()) {
  const std::string text = *rc::gen::oneOf(broken_texts(), valid_texts());
  const std::string nfc = normalize_nfc(text);
  const std::string nfkc = normalize_nfkc(text);
  RC_ASSERT(!find_invalid_utf8(nfc));
  RC_ASSERT(normalize_nfc(nfc) == nfc);
  RC_ASSERT(normalize_nfkc(nfkc) == nfkc);
  RC_ASSERT(normalize_nfc(nfkc) == nfkc);
  RC_ASSERT(normalize_nfkc(nfc) == nfkc);
}

}  // namespace
}  // namespace tocsin
