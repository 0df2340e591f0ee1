#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/bytes.h"
#include "base/test_folder.h"

namespace tocsin {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST(AtomicFileTest, CreatesAndReplaces) {
  const TestFolder folder;
  const mode_t mask = ::umask(0027);
  ASSERT_TRUE(write_file_atomically(folder.at("new"), "one"));
  ::umask(mask);
  EXPECT_EQ(folder.read("new"), "one");
  EXPECT_EQ(mode_of(folder.at("new")), 0640u) << "a new file obeys the umask";
  ASSERT_EQ(::chmod(folder.at("new").c_str(), 0604), 0);
  ASSERT_TRUE(write_file_atomically(folder.at("new"), ""));
  EXPECT_EQ(folder.read("new"), "");
  EXPECT_EQ(mode_of(folder.at("new")), 0604u) << "an old one keeps its permissions";
  EXPECT_EQ(folder.count(), 1u);
}

TEST(AtomicFileTest, WorksWithABareName) {
  const TestFolder folder;
  const std::string before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const auto status = write_file_atomically("bare", "x");
  std::filesystem::current_path(before);
  ASSERT_TRUE(status);
  EXPECT_EQ(folder.read("bare"), "x");
}

TEST(AtomicFileTest, AFullDiskLeavesTheOldFileAndNothingElse) {
  const TestFolder folder;
  const std::string path = folder.write("old", "old content");
  // The kernel refuses to let a file grow past the limit: for write() the same as a full disk, with EFBIG.
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 1 << 16;
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto status = write_file_atomically(path, std::string(1 << 20, 'x'));
  const auto fresh = write_file_atomically(folder.at("fresh"), std::string(1 << 20, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::io);
  EXPECT_EQ(status.error().where.source, path);
  ASSERT_FALSE(fresh);
  EXPECT_EQ(folder.read("old"), "old content");
  EXPECT_EQ(folder.count(), 1u) << "no temporary file may stay";
}

TEST(AtomicFileTest, ALinkStaysAndItsTargetIsReplaced) {
  const TestFolder folder;
  folder.write("data/target", "old");
  ASSERT_EQ(::symlink("data/target", folder.at("second").c_str()), 0);
  ASSERT_EQ(::symlink("second", folder.at("first").c_str()), 0);
  ASSERT_TRUE(write_file_atomically(folder.at("first"), "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder.at("first")));
  EXPECT_TRUE(std::filesystem::is_symlink(folder.at("second")));
  EXPECT_EQ(folder.read("data/target"), "new");
  // A link to nothing yet.
  ASSERT_EQ(::symlink("data/fresh", folder.at("dangling").c_str()), 0);
  ASSERT_TRUE(write_file_atomically(folder.at("dangling"), "born"));
  EXPECT_EQ(folder.read("data/fresh"), "born");
  ASSERT_EQ(::symlink("self", folder.at("self").c_str()), 0);
  EXPECT_EQ(write_file_atomically(folder.at("self"), "x").error().code, ErrorCode::io);
}

TEST(AtomicFileTest, RefusesFoldersAndMissingOnes) {
  const TestFolder folder;
  EXPECT_EQ(write_file_atomically(folder.path(), "x").error().code, ErrorCode::usage);
  EXPECT_EQ(write_file_atomically(folder.at("absent/file"), "x").error().code, ErrorCode::not_found);
  EXPECT_EQ(write_file_atomically(folder.write("file", "") + "/below", "x").error().code, ErrorCode::not_found);
  EXPECT_EQ(write_file_atomically("", "x").error().code, ErrorCode::not_found);
  EXPECT_EQ(folder.count(), 1u);
}

TEST(AtomicFileTest, WritesDevicesAsTheyAre) {
  ASSERT_TRUE(write_file_atomically("/dev/null", "x"));
  struct stat status{};
  ASSERT_EQ(::stat("/dev/null", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full on this system";
  EXPECT_EQ(write_file_atomically("/dev/full", "x").error().code, ErrorCode::io);
}

TEST(AtomicFileTest, RespectsReadOnlyFilesAndFolders) {
  const TestFolder folder;
  const WithoutRoot nobody(folder);
  const std::string path = folder.write("fixed", "old");
  ASSERT_EQ(::chmod(path.c_str(), 0444), 0);
  EXPECT_EQ(write_file_atomically(path, "new").error().code, ErrorCode::io);
  EXPECT_EQ(folder.read("fixed"), "old");
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
  const auto status = write_file_atomically(path, "new");
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  ASSERT_FALSE(status) << "a folder in which nothing can be created";
  EXPECT_EQ(status.error().code, ErrorCode::io);
  EXPECT_EQ(folder.read("fixed"), "old");
}

TEST(AtomicFileTest, AReaderSeesOneOrTheOther) {
  const TestFolder folder;
  const std::string path = folder.write("file", std::string(200'000, 'a'));
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    while (!done) {
      const auto bytes = read_file(path);
      ASSERT_TRUE(bytes);
      ASSERT_EQ(bytes->size(), 200'000u);
      ASSERT_EQ(bytes->view().find_first_not_of(bytes->view()[0]), std::string_view::npos);
    }
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(write_file_atomically(path, std::string(200'000, static_cast<char>('a' + i % 26))));
  }
  done = true;
}

}  // namespace
}  // namespace tocsin
