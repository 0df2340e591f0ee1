#include "knowledge/folded_name.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tocsin::knowledge {
namespace {

TEST(FoldName, SpellingsOfOneNameMeet) {
  EXPECT_EQ(fold_name("Stone Panda"), "stonepanda");
  EXPECT_EQ(fold_name("STONE-PANDA"), fold_name("StonePanda"));
  EXPECT_EQ(fold_name("APT 10"), fold_name("apt-10"));
  EXPECT_EQ(fold_name("ＡＰＴ１０"), "apt10") << "full-width forms";
  EXPECT_EQ(fold_name("海莲花"), "海莲花");
  EXPECT_EQ(fold_name("NÚKIB"), fold_name("núkib"));
}

TEST(FoldName, DifferentNamesStayApart) {
  EXPECT_NE(fold_name("APT1"), fold_name("APT10"));
  EXPECT_NE(fold_name("Fancy Bear"), fold_name("Francy Bear"));
  EXPECT_NE(fold_name("Núkib"), fold_name("Nukib"));
}

TEST(FoldName, ANameOfSignsOnlyIsKept) {
  EXPECT_EQ(fold_name("$$$"), "$$$");
  EXPECT_EQ(fold_name("LAPSUS$"), "lapsus");
  EXPECT_EQ(fold_name(""), "");
}

RC_GTEST_PROP(FoldName, IsIdempotentOnAnyBytes, (const std::string& text)) {
  const std::string once = fold_name(text);
  RC_ASSERT(fold_name(once) == once);
}

RC_GTEST_PROP(FoldName, IsIdempotentOnUnicode, (const std::vector<std::uint16_t>& units)) {
  std::string utf8;
  for (const std::uint16_t unit : units) {
    const auto c = static_cast<char32_t>(unit);
    if (c >= 0xd800 && c <= 0xdfff) continue;
    if (c < 0x80) {
      utf8 += static_cast<char>(c);
    } else if (c < 0x800) {
      utf8 += static_cast<char>(0xc0 | (c >> 6));
      utf8 += static_cast<char>(0x80 | (c & 0x3f));
    } else {
      utf8 += static_cast<char>(0xe0 | (c >> 12));
      utf8 += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
      utf8 += static_cast<char>(0x80 | (c & 0x3f));
    }
  }
  const std::string once = fold_name(utf8);
  RC_ASSERT(fold_name(once) == once);
}

}  // namespace
}  // namespace tocsin::knowledge
