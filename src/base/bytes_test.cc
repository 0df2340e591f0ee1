#include "base/bytes.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <thread>

#include "base/compression.h"
#include "base/test_folder.h"

namespace tocsin {
namespace {

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view bytes, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log != 0) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  }
  std::string out(ZSTD_compressBound(bytes.size()) + 64, '\0');
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  // Two calls, so that the size is not known in advance and the window is what the header says.
  EXPECT_FALSE(ZSTD_isError(ZSTD_compressStream2(context, &to, &in, ZSTD_e_flush)));
  EXPECT_EQ(ZSTD_compressStream2(context, &to, &in, ZSTD_e_end), 0u);
  ZSTD_freeCCtx(context);
  out.resize(to.pos);
  return out;
}

std::string skippable_frame(std::string_view content) {
  std::string out = "\x5A\x2A\x4D\x18";
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(content.size() >> shift & 0xff));
  return out + std::string(content);
}

Result<std::string> all_of(std::string_view bytes, ReadLimits limits = {}) {
  ByteStream stream = ByteStream::over(bytes, "memory");
  TRY(auto all, read_all(stream, limits));
  return std::string(all.view());
}

std::string some_text(std::size_t lines) {
  std::string out;
  for (std::size_t i = 0; i < lines; ++i) out += "line " + std::to_string(i * 2654435761u) + " of a log\n";
  return out;
}

TEST(PaddedBytesTest, AllAreFollowedByZeros) {
  PaddedBytes bytes = PaddedBytes::copy_of("abcdef");
  bytes.truncate(2);
  EXPECT_EQ(bytes.view(), "ab");
  EXPECT_EQ(std::string_view(bytes.view().data() + 2, PaddedBytes::kPadding), std::string(PaddedBytes::kPadding, '\0'));
  const PaddedBytes nothing;
  EXPECT_EQ(std::string_view(nothing.view().data(), PaddedBytes::kPadding), std::string(PaddedBytes::kPadding, '\0'));
}

TEST(PaddedBytesTest, MovingKeepsViewsAndEmptiesTheSource) {
  PaddedBytes from = PaddedBytes::copy_of("abc");
  const std::string_view view = from.view();
  const PaddedBytes to = std::move(from);
  EXPECT_EQ(view, "abc");
  EXPECT_EQ(to.view().data(), view.data());
  EXPECT_EQ(from.size(), 0u);  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(from.view(), "");
}

TEST(ReadFileTest, GivesPlainBytesWhole) {
  const TestFolder folder;
  for (const std::string& content : {std::string(), std::string("x"), std::string("\0\1\xff", 3), some_text(40'000)}) {
    const auto bytes = read_file(folder.write("plain", content));
    ASSERT_TRUE(bytes) << print_error(bytes.error());
    EXPECT_EQ(bytes->view(), content);
    EXPECT_EQ(bytes->view().data()[content.size()], '\0');
  }
}

TEST(ReadFileTest, DecompressesByContentNotByName) {
  const TestFolder folder;
  const std::string text = some_text(30'000);
  EXPECT_EQ(read_file(folder.write("a.txt", gzip(text)))->view(), text);
  EXPECT_EQ(read_file(folder.write("b.gz", zstd(text)))->view(), text);
  EXPECT_EQ(read_file(folder.write("c.zst", text))->view(), text);
}

TEST(ReadFileTest, SaysWhatIsWrong) {
  const TestFolder folder;
  EXPECT_EQ(read_file(folder.at("absent")).error().code, ErrorCode::not_found);
  EXPECT_EQ(read_file(folder.write("file", "x") + "/below").error().code, ErrorCode::not_found);
  const auto of_folder = read_file(folder.path());
  EXPECT_EQ(of_folder.error().code, ErrorCode::usage);
  EXPECT_EQ(print_error(of_folder.error()), folder.path() + ": is a folder, not a file");
  ASSERT_EQ(::symlink("self", folder.at("self").c_str()), 0);
  EXPECT_EQ(read_file(folder.at("self")).error().code, ErrorCode::io);
  const WithoutRoot nobody(folder);
  const std::string closed = folder.write("closed", "x");
  ASSERT_EQ(::chmod(closed.c_str(), 0), 0);
  EXPECT_EQ(read_file(closed).error().code, ErrorCode::io);
}

TEST(ReadFileTest, BoundsPlainFilesAndBombs) {
  const TestFolder folder;
  const std::string zeros(5'000'000, '\0');
  for (const std::string& path :
       {folder.write("plain", zeros), folder.write("gz", gzip(zeros)), folder.write("zst", zstd(zeros))}) {
    const auto bytes = read_file(path, {.max_bytes = 4'999'999});
    ASSERT_FALSE(bytes) << path;
    EXPECT_EQ(bytes.error().code, ErrorCode::limit_exceeded);
    EXPECT_EQ(bytes.error().where.source, path);
    EXPECT_EQ(read_file(path, {.max_bytes = 5'000'000})->size(), 5'000'000u);
  }
}

TEST(ReadFileTest, ReadsFifosPieceByPiece) {
  const TestFolder folder;
  const std::string path = folder.at("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const std::string compressed = gzip(some_text(5'000));
  std::jthread writer([&] {
    const int fifo = ::open(path.c_str(), O_WRONLY);
    std::string_view left = compressed;
    while (!left.empty()) {
      const std::size_t piece = std::min<std::size_t>(left.size(), left.size() > compressed.size() - 20 ? 1 : 777);
      if (::write(fifo, left.data(), piece) != static_cast<ssize_t>(piece)) break;
      left.remove_prefix(piece);
    }
    ::close(fifo);
  });
  const auto bytes = read_file(path);
  ASSERT_TRUE(bytes) << print_error(bytes.error());
  EXPECT_EQ(bytes->view(), some_text(5'000));
}

TEST(ReadFileTest, RefusesDevicesAndSockets) {
  for (const char* path : {"/dev/null", "/dev/zero"}) {
    const auto bytes = read_file(path, {.max_bytes = 1'000});
    ASSERT_FALSE(bytes) << path;
    EXPECT_EQ(bytes.error().code, ErrorCode::usage);
    EXPECT_EQ(bytes.error().message, "is a device, not a file");
  }
  const TestFolder folder;
  const std::string path = folder.at("socket");
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  path.copy(address.sun_path, path.size());
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(read_file(path).error().message, "is a socket, not a file");
  ::close(socket);
}

TEST(ReadFileTest, DashIsStandardInput) {
  const TestFolder folder;
  const std::string path = folder.write("input", zstd("from standard input"));
  const int saved = ::dup(STDIN_FILENO);
  const int file = ::open(path.c_str(), O_RDONLY);
  ASSERT_GE(::dup2(file, STDIN_FILENO), 0);
  const auto bytes = read_file("-");
  ::dup2(saved, STDIN_FILENO);
  ::close(file);
  ::close(saved);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->view(), "from standard input");
}

TEST(CompressionTest, JoinsMembersAndFrames) {
  EXPECT_EQ(all_of(gzip("one ") + gzip("") + gzip("two")).value(), "one two");
  EXPECT_EQ(all_of(zstd("one ") + zstd("") + zstd("two")).value(), "one two");
  EXPECT_EQ(all_of(skippable_frame("index") + zstd("one ") + skippable_frame("") + zstd("two")).value(), "one two");
  EXPECT_EQ(all_of(skippable_frame("nothing else")).value(), "");
}

TEST(CompressionTest, AcceptsZeroPaddingAndRefusesOtherRubbishAfterGzip) {
  EXPECT_EQ(all_of(gzip("x") + std::string(10'240, '\0')).value(), "x");
  const std::string member = gzip("x");
  for (const std::string& tail : {std::string("rubbish"), std::string(9, '\0') + "r", std::string("\x1f\x8b")}) {
    const auto bytes = all_of(member + tail);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().code, ErrorCode::syntax);
    EXPECT_GE(bytes.error().where.offset, member.size());
  }
  EXPECT_EQ(all_of(zstd("x") + "rubbish").error().code, ErrorCode::syntax);
}

TEST(CompressionTest, ACutFileIsASyntaxErrorAtItsEnd) {
  const std::string text = some_text(200);
  for (const std::string& whole : {gzip(text), zstd(text), skippable_frame(text)}) {
    for (std::size_t size = 6; size < whole.size(); size += 1 + whole.size() / 97) {
      const auto bytes = all_of(std::string_view(whole).substr(0, size));
      ASSERT_FALSE(bytes) << size;
      EXPECT_EQ(bytes.error().code, ErrorCode::syntax);
      EXPECT_EQ(bytes.error().where.source, "memory");
      EXPECT_LE(bytes.error().where.offset, size);
    }
    EXPECT_TRUE(all_of(whole));
  }
}

TEST(CompressionTest, ADamagedByteNeverGivesOtherBytes) {
  const std::string text = some_text(50);
  for (const std::string& whole : {gzip(text), zstd(text)}) {
    for (std::size_t at = 4; at < whole.size(); ++at) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
      const auto bytes = all_of(damaged);
      // Header fields of gzip that do not touch the content (time, system) may change.
      if (bytes) {
        EXPECT_EQ(*bytes, text) << at;
      } else {
        EXPECT_TRUE(bytes.error().where.has_offset());
      }
    }
  }
}

TEST(CompressionTest, RefusesHugeWindowsAndOtherFormatsByName) {
  // Frame header of RFC 8878 §3.1.1.1: no content size, window descriptor 0x90 = 2^28 bytes.
  const auto huge = all_of("\x28\xb5\x2f\xfd\x04\x90\x01\x00\x00");
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().code, ErrorCode::limit_exceeded);
  EXPECT_NE(huge.error().message.find("128 MiB"), std::string::npos);

  const auto xz = all_of(std::string_view("\xfd\x37zXZ\0\0\4", 8));
  EXPECT_EQ(xz.error().code, ErrorCode::unsupported);
  EXPECT_NE(xz.error().message.find("xz"), std::string::npos);
  EXPECT_EQ(all_of("BZh61AY&SY....").error().code, ErrorCode::unsupported);
}

TEST(CompressionTest, APrefixOfAMagicNumberIsPlainText) {
  for (const std::string text :
       {"B", "BZh", "BZh9", "BZh91AY&", "BZh01AY&SYxx", "P*M", "\x1f", "(", "\x28\xb5\x2f", "Q*M."}) {
    const auto bytes = all_of(text);
    ASSERT_TRUE(bytes) << text;
    EXPECT_EQ(*bytes, text);
  }
}

TEST(CompressionTest, StreamsAreBoundedToo) {
  const std::string bomb = gzip(std::string(1'000'000, 'a'));
  ByteStream stream = ByteStream::over(bomb, "bomb", {.max_bytes = 100'000});
  std::string piece(4096, '\0');
  std::uint64_t given = 0;
  while (true) {
    const auto size = stream.read(piece.data(), piece.size());
    if (!size) {
      EXPECT_EQ(size.error().code, ErrorCode::limit_exceeded);
      break;
    }
    ASSERT_NE(*size, 0u);
    given += *size;
  }
  EXPECT_LE(given, 100'000u);
  EXPECT_EQ(stream.read(piece.data(), piece.size()).error().code, ErrorCode::limit_exceeded);
}

RC_GTEST_PROP(CompressionTest, AnyBytesInAnyCapacityComeBack, (const std::string& bytes, bool use_zstd)) {
  const auto capacity = *rc::gen::inRange<std::size_t>(1, 40);
  const std::string compressed = use_zstd ? zstd(bytes) + zstd(bytes) : gzip(bytes) + gzip(bytes);
  ByteStream stream = ByteStream::over(compressed, "memory");
  std::string out;
  std::string piece(capacity, '\0');
  while (true) {
    const auto size = stream.read(piece.data(), capacity);
    RC_ASSERT(size.has_value());
    if (*size == 0) break;
    out.append(piece, 0, *size);
  }
  RC_ASSERT(out == bytes + bytes);
  RC_ASSERT(stream.bytes_consumed() == compressed.size());
}

}  // namespace
}  // namespace tocsin
