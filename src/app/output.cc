#include "app/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace tocsin::app {

namespace {
constexpr std::size_t kFlushAt = std::size_t{1} << 16;
}

Output::~Output() { flush(); }

void Output::write(std::string_view text) {
  if (closed_ || error_ != 0) return;
  buffer_ += text;
  if (buffer_.size() >= kFlushAt) flush();
}

void Output::write_line(std::string_view line) {
  write(line);
  write("\n");
}

void Output::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && !closed_ && error_ == 0) {
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      closed_ = true;
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
}

Status Output::close() {
  flush();
  if (error_ != 0)
    return fail(ErrorCode::io, fmt::format("cannot write to standard output: {}", std::strerror(error_)));
  return {};
}

void print_failure(const Error& error) { fmt::print(stderr, "tocsin: {}\n", print_error(error)); }

}  // namespace tocsin::app
