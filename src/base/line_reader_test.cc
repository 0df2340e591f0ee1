#include <gtest/gtest.h>
#include <zlib.h>

#include <rapidcheck/gtest.h>

#include "base/bytes.h"
#include "base/test_folder.h"

namespace tocsin {
namespace {

struct OwnedLine {
  std::string text;
  std::uint64_t number;
  std::uint64_t offset;
  bool truncated;
  bool operator==(const OwnedLine&) const = default;
};

void PrintTo(const OwnedLine& line, std::ostream* out) {
  *out << line.number << '@' << line.offset << (line.truncated ? " cut " : " ") << '"' << line.text.substr(0, 80)
       << '"';
}

Result<std::vector<OwnedLine>> lines_of(ByteStream stream, std::size_t max_line = 1 << 20) {
  LineReader reader(std::move(stream), max_line);
  std::vector<OwnedLine> lines;
  while (true) {
    TRY(const auto line, reader.next());
    if (!line) return lines;
    // What follows must be readable: the sanitizer build checks it.
    volatile char last = line->text.data()[line->text.size() + PaddedBytes::kPadding - 1];
    static_cast<void>(last);
    lines.push_back({std::string(line->text), line->number, line->offset, line->truncated});
  }
}

std::vector<OwnedLine> lines_of(std::string_view text, std::size_t max_line = 1 << 20) {
  return lines_of(ByteStream::over(text, "memory"), max_line).value();
}

TEST(LineReaderTest, KnowsLineEnds) {
  using Lines = std::vector<OwnedLine>;
  EXPECT_EQ(lines_of(""), Lines{});
  EXPECT_EQ(lines_of("\n"), (Lines{{"", 1, 0, false}}));
  EXPECT_EQ(lines_of("a"), (Lines{{"a", 1, 0, false}}));
  EXPECT_EQ(lines_of("a\nb\r\n\nc"),
            (Lines{{"a", 1, 0, false}, {"b", 2, 2, false}, {"", 3, 5, false}, {"c", 4, 6, false}}));
  // A CR without LF is content, so is NUL.
  EXPECT_EQ(lines_of(std::string_view("a\rb\0c\r\r\nd\r", 10)),
            (Lines{{std::string("a\rb\0c\r", 6), 1, 0, false}, {"d\r", 2, 8, false}}));
}

TEST(LineReaderTest, CutsLongLinesAndGoesOn) {
  using Lines = std::vector<OwnedLine>;
  EXPECT_EQ(lines_of("abc\nabcd\r\nabcde\nx", 4),
            (Lines{{"abc", 1, 0, false}, {"abcd", 2, 4, false}, {"abcd", 3, 10, true}, {"x", 4, 16, false}}));
  EXPECT_EQ(lines_of("abcdefgh", 4), (Lines{{"abcd", 1, 0, true}}));
  EXPECT_EQ(lines_of("abcdefgh\n", 4), (Lines{{"abcd", 1, 0, true}}));
}

TEST(LineReaderTest, AHundredMegabytesInOneLineTakeBoundedMemory) {
  const TestFolder folder;
  const std::string path = folder.at("long");
  {
    const std::string piece(1 << 20, 'x');
    gzFile out = gzopen(path.c_str(), "wb1");
    for (int i = 0; i < 100; ++i) gzwrite(out, piece.data(), static_cast<unsigned>(piece.size()));
    gzputs(out, "\nnext\n");
    gzclose(out);
  }
  const auto lines = lines_of(ByteStream::open(path).value(), 1000);
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_EQ(lines->front(), (OwnedLine{std::string(1000, 'x'), 1, 0, true}));
  EXPECT_EQ(lines->back(), (OwnedLine{"next", 2, (100u << 20) + 1, false}));
}

TEST(LineReaderTest, GivesTheWholeLinesBeforeAnError) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919) + "\n";
  const TestFolder folder;
  const std::string path = folder.at("cut.gz");
  gzFile out = gzopen(path.c_str(), "wb");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  LineReader reader(ByteStream::open(path).value());
  std::uint64_t given = 0;
  while (true) {
    const auto line = reader.next();
    if (!line) {
      EXPECT_EQ(line.error().code, ErrorCode::syntax);
      EXPECT_EQ(line.error().where.offset, std::filesystem::file_size(path));
      break;
    }
    ASSERT_TRUE(line->has_value());
    EXPECT_EQ((*line)->text, std::to_string(static_cast<int>(given) * 7919));
    ++given;
  }
  EXPECT_GT(given, 30'000u);
  EXPECT_FALSE(reader.next()) << "the error stays";
}

/// What a line is, said the slow way.
std::vector<OwnedLine> naive_lines(const std::string& text, std::size_t max_line) {
  std::vector<OwnedLine> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t found = text.find('\n', begin);
    const bool ended = found != std::string::npos;
    std::string line = text.substr(begin, ended ? found - begin : std::string::npos);
    if (ended && line.ends_with('\r')) line.pop_back();
    lines.push_back({line.substr(0, max_line), lines.size() + 1, begin, line.size() > max_line});
    begin = ended ? found + 1 : text.size();
  }
  return lines;
}

RC_GTEST_PROP(LineReaderTest, AgreesWithTheSlowWay, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "\n", "\r\n", "\r", "a", "bcd", std::string(1, '\0'), std::string(300'000, 'x'), std::string(262'143, 'y')));
  std::string text;
  for (const std::string& part : parts) text += part;
  const auto max_line = *rc::gen::element<std::size_t>(1, 2, 3, 262'143, 262'144, 300'000, 1'000'000);
  RC_ASSERT(lines_of(text, max_line) == naive_lines(text, max_line));
}

}  // namespace
}  // namespace tocsin
