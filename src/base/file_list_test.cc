#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/test_folder.h"

namespace tocsin {
namespace {

using Paths = std::vector<std::string>;

Paths skipped_reasons(const FileList& list, const TestFolder& folder) {
  Paths out;
  for (const auto& skipped : list.skipped)
    out.push_back(skipped.path.substr(folder.path().size()) + ": " + skipped.reason);
  return out;
}

TEST(FileListTest, SortsEachFolderAndKeepsWhatIsGivenInOrder) {
  const TestFolder folder;
  const std::string zebra = folder.write("zebra", "");
  for (const char* name : {"d/b", "d/a/z", "d/a-", "d/.hidden", "d/B", "d/\xff"}) folder.write(name, "");
  const auto list = list_files({zebra, "-", folder.at("d"), zebra});
  ASSERT_TRUE(list);
  EXPECT_EQ(list->files, (Paths{zebra, "-", folder.at("d/.hidden"), folder.at("d/B"), folder.at("d/a-"),
                                folder.at("d/a/z"), folder.at("d/b"), folder.at("d/\xff"), zebra}));
  EXPECT_TRUE(list->skipped.empty());
  EXPECT_EQ(list_files({folder.at("d/a/")})->files, (Paths{folder.at("d/a/z")})) << "no double slash";
  EXPECT_EQ(list_files({})->files, Paths{});
}

TEST(FileListTest, PassesOverLoopsLinksAndDevicesAndSaysSo) {
  const TestFolder folder;
  folder.write("real/file", "x");
  ASSERT_EQ(::symlink("..", folder.at("real/up").c_str()), 0);
  ASSERT_EQ(::symlink("file", folder.at("real/link-to-file").c_str()), 0);
  ASSERT_EQ(::symlink("absent", folder.at("real/dead").c_str()), 0);
  ASSERT_EQ(::symlink("self", folder.at("real/self").c_str()), 0);
  ASSERT_EQ(::mkfifo(folder.at("real/fifo").c_str(), 0600), 0);
  ASSERT_EQ(::symlink("/dev/null", folder.at("real/null").c_str()), 0);
  const auto list = list_files({folder.path()});
  ASSERT_TRUE(list);
  EXPECT_EQ(list->files, (Paths{folder.at("real/file"), folder.at("real/link-to-file")}));
  EXPECT_EQ(
      skipped_reasons(*list, folder),
      (Paths{"/real/dead: link to nothing", "/real/fifo: FIFO", "/real/null: device",
             "/real/self: link that leads nowhere: Too many levels of symbolic links", "/real/up: link to a folder"}));
  // A link that is given by name is followed.
  ASSERT_EQ(::symlink("real", folder.at("given").c_str()), 0);
  EXPECT_EQ(list_files({folder.at("given")})->files.size(), 2u);
}

TEST(FileListTest, WhatIsGivenMustExist) {
  const TestFolder folder;
  const auto list = list_files({folder.path(), folder.at("absent")});
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, ErrorCode::not_found);
  EXPECT_EQ(list.error().where.source, folder.at("absent"));
}

TEST(FileListTest, VeryDeepFoldersAreNoCrash) {
  const TestFolder folder;
  std::filesystem::path at = folder.path();
  for (int i = 0; i < 200; ++i) at /= "d";
  std::filesystem::create_directories(at);
  folder.write(at.lexically_relative(folder.path()).string() + "/file", "x");
  EXPECT_EQ(list_files({folder.path()})->files.size(), 1u);
}

TEST(FileListTest, AnUnreadableFolderIsCountedOrAnErrorIfGiven) {
  const TestFolder folder;
  const WithoutRoot nobody(folder);
  folder.write("closed/file", "x");
  ASSERT_EQ(::chmod(folder.at("closed").c_str(), 0), 0);
  const auto list = list_files({folder.path()});
  const auto given = list_files({folder.at("closed")});
  ::chmod(folder.at("closed").c_str(), 0700);
  ASSERT_TRUE(list);
  ASSERT_EQ(list->skipped.size(), 1u);
  EXPECT_EQ(list->skipped[0].path, folder.at("closed"));
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace tocsin
