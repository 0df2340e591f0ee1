#include "base/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace tocsin {
namespace {

constexpr std::chrono::milliseconds kBetweenDrawings{100};

bool is_terminal() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && (term == nullptr || std::string_view(term) != "dumb");
}

std::size_t terminal_width() {
  winsize size{};
  constexpr std::size_t kUsual = 80;
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : kUsual;
}

/// "1,234,567"
std::string grouped(std::uint64_t number) {
  std::string out = fmt::format("{}", number);
  for (std::ptrdiff_t place = static_cast<std::ptrdiff_t>(out.size()) - 3; place > 0; place -= 3) {
    out.insert(static_cast<std::size_t>(place), ",");
  }
  return out;
}

/// As much of valid UTF-8 as has `columns` code points.
std::string_view first_columns(std::string_view text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_character = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (begins_character && seen++ == columns) return text.substr(0, i);
  }
  return text;
}

/// One write, so that lines of others never stand in the middle; a lost line of progress is no error.
void put(std::string_view text) { static_cast<void>(::write(STDERR_FILENO, text.data(), text.size()) != 0); }

}  // namespace

Progress::Progress(std::string what, std::uint64_t total)
    : what_(std::move(what)), total_(total), visible_(is_terminal()) {
  // File names may stand in it: no control character may reach the terminal.
  std::replace_if(what_.begin(), what_.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, '?');
}

Progress::~Progress() {
  if (drawn_) put("\r\x1b[K");
}

void Progress::advance(std::uint64_t amount) {
  done_ += amount;
  if (visible_) draw();
}

void Progress::draw() {
  const auto now = std::chrono::steady_clock::now();
  if (drawn_ && now - last_ < kBetweenDrawings) return;
  last_ = now;
  drawn_ = true;
  std::string number = grouped(done_);
  if (total_ != 0) {
    const double share = static_cast<double>(done_) / static_cast<double>(total_);
    number = fmt::format("{} %", static_cast<int>(std::min(share, 1.0) * 100));
  }
  // A line that wraps could not be erased again.
  const std::size_t width = terminal_width();
  const std::size_t room = width > number.size() + 2 ? width - number.size() - 2 : 0;
  put(fmt::format("\r{} {}\x1b[K", first_columns(what_, room), number));
}

}  // namespace tocsin
