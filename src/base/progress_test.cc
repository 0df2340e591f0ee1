#include "base/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

#include "base/test_folder.h"

namespace tocsin {
namespace {

/// What `action` writes to standard error while that is `descriptor`.
void with_standard_error(int descriptor, const std::function<void()>& action) {
  const int saved = ::dup(STDERR_FILENO);
  ASSERT_GE(::dup2(descriptor, STDERR_FILENO), 0);
  action();
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
}

std::string on_terminal(unsigned short columns, const std::function<void()>& action) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || ::grantpt(terminal) != 0 || ::unlockpt(terminal) != 0) return "no pseudo terminal";
  const int other = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY);
  winsize size{};
  size.ws_col = columns;
  ::ioctl(other, TIOCSWINSZ, &size);
  ::setenv("TERM", "xterm", 1);
  with_standard_error(other, action);
  ::close(other);
  // The other side is closed: reading gives what is still under way, then an error.
  std::string out;
  char piece[256];
  for (ssize_t got = 0; (got = ::read(terminal, piece, sizeof piece)) > 0;)
    out.append(piece, static_cast<std::size_t>(got));
  ::close(terminal);
  return out;
}

TEST(ProgressTest, DrawsAndErasesOneLine) {
  EXPECT_EQ(on_terminal(80,
                        [] {
                          Progress progress("reading logs", 3'000);
                          progress.advance(1'000);
                          progress.advance(1'000);  // sooner than a tenth of a second: not drawn
                        }),
            "\rreading logs 33 %\x1b[K\r\x1b[K");
  EXPECT_EQ(on_terminal(80,
                        [] {
                          Progress progress("reading", 0);
                          progress.advance(1'234'567);
                        }),
            "\rreading 1,234,567\x1b[K\r\x1b[K");
  EXPECT_EQ(on_terminal(80,
                        [] {
                          Progress progress("more than there was", 10);
                          progress.advance(25);
                        }),
            "\rmore than there was 100 %\x1b[K\r\x1b[K");
}

TEST(ProgressTest, NeverWrapsAndNeverPassesControlCharacters) {
  EXPECT_EQ(on_terminal(12,
                        [] {
                          Progress progress("größe\n\x1b[31mfile", 2);
                          progress.advance(1);
                        }),
            "\rgröße? 50 %\x1b[K\r\x1b[K");
  EXPECT_EQ(on_terminal(80, [] { const Progress progress("nothing done", 2); }), "");
}

TEST(ProgressTest, IsSilentWhereThereIsNoTerminal) {
  const TestFolder folder;
  const int file = ::open(folder.at("stderr").c_str(), O_WRONLY | O_CREAT, 0600);
  with_standard_error(file, [] {
    Progress progress("reading", 10);
    progress.advance(5);
  });
  ::close(file);
  EXPECT_EQ(folder.read("stderr"), "");
}

}  // namespace
}  // namespace tocsin
