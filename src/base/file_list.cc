#include <dirent.h>
#include <errno.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>

#include "base/bytes.h"

namespace tocsin {
namespace {

struct Identity {
  dev_t device;
  ino_t inode;
  bool operator==(const Identity&) const = default;
};

/// A folder still to be read, and the folders above it: one of them again is a loop (a bind mount).
struct Folder {
  std::string path;
  std::vector<Identity> chain;
};

std::string errno_text(int code) { return std::generic_category().message(code); }

std::string child_path(const std::string& folder, const char* name) {
  return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

/// Sorts the entries of one folder into files, folders and what is passed over.
void take_entry(const Folder& folder, const char* name, FileList& list, std::vector<Folder>& folders) {
  std::string path = child_path(folder.path, name);
  const auto skip = [&](std::string reason) { list.skipped.push_back({std::move(path), std::move(reason)}); };
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return skip(errno_text(errno));
  const bool link = S_ISLNK(status.st_mode);
  if (link && ::stat(path.c_str(), &status) != 0) {
    return skip(errno == ENOENT ? "link to nothing" : fmt::format("link that leads nowhere: {}", errno_text(errno)));
  }
  if (S_ISREG(status.st_mode)) {
    list.files.push_back(std::move(path));
  } else if (S_ISDIR(status.st_mode)) {
    if (link) return skip("link to a folder");
    const Identity identity{status.st_dev, status.st_ino};
    if (std::find(folder.chain.begin(), folder.chain.end(), identity) != folder.chain.end()) {
      return skip("loop: a folder inside itself");
    }
    Folder below{std::move(path), folder.chain};
    below.chain.push_back(identity);
    folders.push_back(std::move(below));
  } else {
    skip(S_ISFIFO(status.st_mode) ? "FIFO" : S_ISSOCK(status.st_mode) ? "socket" : "device");
  }
}

/// 0, or errno.
int read_folder(const Folder& folder, FileList& list, std::vector<Folder>& folders) {
  DIR* directory = ::opendir(folder.path.c_str());
  if (directory == nullptr) return errno;
  int code = 0;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory);
    if (entry == nullptr) {
      code = errno;
      break;
    }
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") take_entry(folder, entry->d_name, list, folders);
  }
  ::closedir(directory);
  return code;
}

Status list_folder(const std::string& path, Identity identity, FileList& list) {
  const auto first_file = static_cast<std::ptrdiff_t>(list.files.size());
  const auto first_skipped = static_cast<std::ptrdiff_t>(list.skipped.size());
  std::vector<Folder> folders{{path, {identity}}};
  while (!folders.empty()) {
    const Folder folder = std::move(folders.back());
    folders.pop_back();
    const int code = read_folder(folder, list, folders);
    if (code == 0) continue;
    if (folder.path == path) {
      return fail(ErrorCode::io, fmt::format("cannot read the folder: {}", errno_text(code)), {.source = path});
    }
    list.skipped.push_back({folder.path, fmt::format("cannot read the folder: {}", errno_text(code))});
  }
  std::sort(list.files.begin() + first_file, list.files.end());
  std::sort(list.skipped.begin() + first_skipped, list.skipped.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return {};
}

}  // namespace

Result<FileList> list_files(const std::vector<std::string>& paths) {
  FileList list;
  for (const std::string& path : paths) {
    struct stat status{};
    if (path != "-" && ::stat(path.c_str(), &status) != 0) {
      const bool missing = errno == ENOENT || errno == ENOTDIR;
      return fail(missing ? ErrorCode::not_found : ErrorCode::io,
                  missing ? "no such file or folder" : fmt::format("cannot look at it: {}", errno_text(errno)),
                  {.source = path});
    }
    if (path != "-" && S_ISDIR(status.st_mode)) {
      TRY_VOID(list_folder(path, {status.st_dev, status.st_ino}, list));
    } else {
      list.files.push_back(path);
    }
  }
  return list;
}

}  // namespace tocsin
