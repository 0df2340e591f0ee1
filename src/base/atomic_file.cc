#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <system_error>

#include "base/bytes.h"

namespace tocsin {
namespace {

/// Closes on the way out; close() itself reports, for some file systems say "full" only then.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

std::unexpected<Error> io_error(const char* what, int code, const std::string& path) {
  const ErrorCode kind = code == ENOENT || code == ENOTDIR ? ErrorCode::not_found : ErrorCode::io;
  return fail(kind, fmt::format("{}: {}", what, std::generic_category().message(code)), {.source = path});
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// Follows links at `path` to the name that is to be replaced, which need not exist.
Result<std::string> resolve_links(std::string path) {
  constexpr int kMaxLinks = 40;  // the kernel's own bound
  const std::string given = path;
  for (int links = 0; links < kMaxLinks; ++links) {
    char target[PATH_MAX];
    const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
    if (size < 0) {
      if (errno == EINVAL || errno == ENOENT) return path;
      return io_error("cannot write", errno, given);
    }
    const std::string_view to(target, static_cast<std::size_t>(size));
    path = to.starts_with('/') ? std::string(to) : folder_of(path) + '/' + std::string(to);
  }
  return io_error("cannot write", ELOOP, given);
}

/// 0, or errno.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return 0;
}

std::string temporary_name(const std::string& folder) {
  std::uint64_t random = 0;
  while (::getrandom(&random, sizeof random, 0) != sizeof random) {
  }
  return fmt::format("{}/.tocsin-{:016x}.tmp", folder, random);
}

Status write_directly(const std::string& path, std::string_view bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) return io_error("cannot open for writing", errno, path);
  if (const int code = write_all(file.number(), bytes); code != 0) return io_error("cannot write", code, path);
  if (!file.close()) return io_error("cannot write", errno, path);
  return {};
}

/// Fills and syncs the temporary file.     out: 0, or errno
int fill_temporary(Descriptor& file, std::string_view bytes, const struct stat* existing) {
  if (existing != nullptr) {
    // Another owner's file keeps its owner where the system lets us; its permissions are kept in any case.
    if (existing->st_uid != ::geteuid() || existing->st_gid != ::getegid()) {
      static_cast<void>(::fchown(file.number(), existing->st_uid, existing->st_gid) != 0);
    }
    if (::fchmod(file.number(), existing->st_mode & 0777) != 0) return errno;
  }
  if (const int code = write_all(file.number(), bytes); code != 0) return code;
  if (::fsync(file.number()) != 0) return errno;
  return file.close() ? 0 : errno;
}

}  // namespace

Status write_file_atomically(const std::string& path, std::string_view bytes) {
  struct stat status{};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    return fail(ErrorCode::usage, "is a folder, not a file", {.source = path});
  }
  if (exists && !S_ISREG(status.st_mode)) return write_directly(path, bytes);
  // Renaming needs no permission on the old file; but who made it read-only wants it to stand.
  if (exists && ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) {
    return io_error("cannot write", errno, path);
  }

  TRY(const std::string target, resolve_links(path));
  const std::string folder = folder_of(target);
  const std::string temporary = temporary_name(folder);
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.is_open()) {
    return io_error(errno == ENOENT ? "cannot write: its folder" : "cannot create a file in its folder", errno, path);
  }
  int code = fill_temporary(file, bytes, exists ? &status : nullptr);
  if (code == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) code = errno;
  if (code != 0) {
    ::unlink(temporary.c_str());
    return io_error("cannot write", code, path);
  }
  // The name itself must survive a power cut. A folder that may be written but not read cannot be synced.
  Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open() && ::fsync(directory.number()) != 0 && errno != EINVAL && errno != EROFS) {
    return io_error("written, but its folder cannot be synced", errno, path);
  }
  return {};
}

}  // namespace tocsin
