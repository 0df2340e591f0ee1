#include "base/result.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::invalid, "odd", Where{.source = "x", .line = 3, .column = 9}, "double it");
  return value / 2;
}

Result<int> quarter(int value) {
  TRY(const int once, half(value));
  TRY(const int twice, half(once));
  return twice;
}

Status check_quarter(int value) {
  TRY_VOID(quarter(value));
  return {};
}

TEST(Result, TryPassesValuesAndErrors) {
  EXPECT_EQ(*quarter(8), 2);
  ASSERT_FALSE(quarter(6).has_value());
  EXPECT_EQ(print_error(quarter(6).error()), "x:3:9: odd (double it)");
  EXPECT_TRUE(check_quarter(4).has_value());
  EXPECT_FALSE(check_quarter(5).has_value());
}

TEST(Result, LocateCountsLinesAndBytes) {
  const std::string_view text = "ab\ncd\n\nx";
  EXPECT_EQ(locate(text, 0, "").line, 1u);
  EXPECT_EQ(locate(text, 4, "").line, 2u);
  EXPECT_EQ(locate(text, 4, "").column, 2u);
  EXPECT_EQ(locate(text, 7, "").line, 4u);
  EXPECT_EQ(locate(text, 99, "").offset, 8u);
  EXPECT_EQ(print_error(Error{ErrorCode::io, "gone", {.source = "f", .offset = 12}, ""}), "f:byte 12: gone");
}

}  // namespace
}  // namespace tocsin
