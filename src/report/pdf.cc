#include "report/pdf.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace tocsin::report {

namespace {

/// Closes a file descriptor. Move is not needed here.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

constexpr int kCannotRun = 127;

/// In the child, after fork: only async-signal-safe calls.
[[noreturn]] void run_child(int input, int output, const char* const* arguments, const PdfLimits& limits) {
  const auto limit = [](auto resource, rlim_t value) {
    const rlimit both{value, value};
    ::setrlimit(resource, &both);
  };
  limit(RLIMIT_CPU, limits.seconds);
  limit(RLIMIT_AS, limits.memory_bytes);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, 64);
  const int nothing = ::open("/dev/null", O_WRONLY);
  if (::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || (nothing >= 0 && ::dup2(nothing, 2) < 0)) ::_exit(kCannotRun);
  ::execvp(arguments[0], const_cast<char* const*>(arguments));
  ::_exit(kCannotRun);
}

std::string errno_text() { return std::strerror(errno); }

}  // namespace

Result<std::string> pdf_text(std::string_view pdf, const std::string& source, const PdfLimits& limits) {
  const Where where{.source = source};
  const Descriptor input(::memfd_create("tocsin-pdf", MFD_CLOEXEC));
  if (input.get() < 0 || !write_all(input.get(), pdf) || ::lseek(input.get(), 0, SEEK_SET) != 0) {
    return fail(ErrorCode::io, "cannot hand the PDF to " + limits.program + ": " + errno_text(), where);
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ErrorCode::io, "no pipe: " + errno_text(), where);
  const Descriptor from_child(ends[0]);
  Descriptor to_parent(ends[1]);
  // The input's name and then the output's; "-" is standard input and output.
  const std::array<const char*, 9> command{
      limits.program.c_str(), "-q", "-enc", "UTF-8", "-eol", "unix", "-", "-", nullptr};
  const pid_t child = ::fork();
  if (child < 0) return fail(ErrorCode::io, "cannot start " + limits.program + ": " + errno_text(), where);
  if (child == 0) run_child(input.get(), to_parent.get(), command.data(), limits);
  to_parent.reset();

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(limits.seconds);
  std::string text;
  bool too_long = false;
  bool too_late = false;
  std::array<char, 65536> buffer{};
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    too_late = left.count() <= 0;
    if (too_late) break;
    pollfd poll_from{from_child.get(), POLLIN, 0};
    const int ready = ::poll(&poll_from, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) continue;
    const ssize_t got = ::read(from_child.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    too_long = text.size() > limits.text_bytes;
    if (too_long) break;
  }
  if (too_long || too_late) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (too_long) {
    return fail(ErrorCode::limit_exceeded, fmt::format("the PDF's text is over {} bytes", limits.text_bytes), where);
  }
  if (too_late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)) {
    return fail(ErrorCode::limit_exceeded, fmt::format("{} took over {} seconds", limits.program, limits.seconds),
                where);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kCannotRun) {
    return fail(ErrorCode::io, "cannot run " + limits.program, where, "install the Debian package poppler-utils");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return fail(ErrorCode::syntax, "damaged, encrypted or no PDF: " + limits.program + " could not read it", where);
  }
  return text;
}

}  // namespace tocsin::report
