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

std::string replace_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (c == 0xC2 && next >= 0x80 && next <= 0x9F) {
      out += '?';
      ++i;
    } else {
      out += (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F ? '?' : text[i];
    }
  }
  return out;
}

void Output::write(std::string_view text) { write_styled(replace_controls(text)); }

void Output::write_styled(std::string_view text) {
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

void print_failure(const Error& error) { fmt::print(stderr, "tocsin: {}\n", replace_controls(print_error(error))); }

}  // namespace tocsin::app
