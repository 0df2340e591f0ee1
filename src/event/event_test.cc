#include "event/event.h"

#include <gtest/gtest.h>

#include "event/crc32.h"

namespace tocsin::event {
namespace {

std::string decoded(TokenKind kind, std::string_view raw) {
  std::string scratch;
  return std::string(decode_token({kind, raw}, scratch));
}

TEST(DecodeToken, LeavesPlainTextWhereItStands) {
  std::string scratch;
  const std::string_view raw = "plain";
  EXPECT_EQ(decode_token({TokenKind::json_string, raw}, scratch).data(), raw.data());
  EXPECT_EQ(decoded(TokenKind::text, R"(C:\new)"), R"(C:\new)");
}

TEST(DecodeToken, ReadsJsonEscapes) {
  EXPECT_EQ(decoded(TokenKind::json_string, R"(C:\\Windows\\x\"y\/\b\f\n\r\t)"), "C:\\Windows\\x\"y/\b\f\n\r\t");
  EXPECT_EQ(decoded(TokenKind::json_string, R"(\u0041\u00e9\ud83d\ude00)"), "A\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(decoded(TokenKind::json_string, R"(\ud83d x \ude00)"), "\xEF\xBF\xBD x \xEF\xBF\xBD");
  EXPECT_EQ(decoded(TokenKind::json_string, R"(\q \u12 \)"), R"(\q \u12 \)");
}

TEST(DecodeToken, ReadsLogEscapes) {
  EXPECT_EQ(decoded(TokenKind::log_string, R"(a\"b\\c\x41\x0a\n\xZZ\)"), "a\"b\\cA\n\n\\xZZ\\");
}

TEST(EventTime, ReadsEachStyle) {
  Event event;
  EXPECT_FALSE(event_time(event));
  event.time = {TokenKind::text, "17/May/2015:10:05:03 +0200"};
  event.time_style = TimeStyle::apache;
  ASSERT_TRUE(event_time(event));
  EXPECT_EQ(print_utc(*event_time(event)), "2015-05-17T08:05:03Z");
  event.time = {TokenKind::json_string, "2020-06-10 02:50:54.631"};
  event.time_style = TimeStyle::rfc3339;
  ASSERT_TRUE(event_time(event));
  EXPECT_EQ(print_utc(*event_time(event)), "2020-06-10T02:50:54.631Z");
  event.time = {TokenKind::text, "yesterday"};
  EXPECT_FALSE(event_time(event));
}

TEST(Crc32, IsThatOfRfc1952) {
  EXPECT_EQ(crc32(""), 0u);
  EXPECT_EQ(crc32("123456789"), 0xCBF43926u);  // the check value of every catalogue
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * 7 + i / 3);
  for (std::size_t size = 0; size < text.size(); size += 13) {  // bit by bit, as the definition has it
    std::uint32_t expected = 0xFFFFFFFF;
    for (const char c : text.substr(0, size)) {
      expected ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit) expected = (expected >> 1) ^ ((expected & 1) != 0 ? 0xEDB88320u : 0u);
    }
    ASSERT_EQ(crc32(std::string_view(text).substr(0, size)), ~expected) << size;
    ASSERT_EQ(crc32(std::string_view(text).substr(size), ~expected), crc32(text)) << size;
  }
}

TEST(Arena, KeepsWhatItWasGiven) {
  Arena arena;
  std::vector<std::pair<std::string, std::string_view>> all;
  for (std::size_t size : {1u, 10u, 20'000u, 16'383u, 100'000u, 0u, 65'536u, 3u}) {
    const std::string text(size, static_cast<char>('a' + all.size()));
    all.emplace_back(text, arena.copy(text));
  }
  const Arena moved = std::move(arena);
  for (const auto& [text, view] : all) EXPECT_EQ(text, view);
}

}  // namespace
}  // namespace tocsin::event
