#pragma once

// Standard output of a command: buffered, checked, and quiet when the reader has gone.

#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::app {

/// Exit codes of the program (DESIGN.md, the command line).
inline constexpr int kExitDone = 0;
inline constexpr int kExitFindings = 1;
inline constexpr int kExitBad = 2;

/// One thread. Everything goes through write(); close() says whether all of it arrived. Control characters of the
/// input never reach the terminal: they become '?', but for line ends and tabs.
class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  void write(std::string_view text);
  /// The same without a look at control characters: for text that was made safe and has colours.
  void write_styled(std::string_view text);
  void write_line(std::string_view line);
  /// The reader closed the pipe: nothing more is wanted. Long commands ask and stop.
  bool is_closed() const { return closed_; }
  /// What was written so far goes out now: for commands that wait for more input.
  void flush();
  /// Flushes.     errors: io (disk full …); a closed pipe is no error
  Status close();

 private:
  std::string buffer_;
  bool closed_ = false;
  int error_ = 0;
};

/// `text` with '?' for every control character but line ends and tabs (C0, DEL, and C1 as UTF-8).
std::string replace_controls(std::string_view text);

/// Prints an error on standard error as "tocsin: …".
void print_failure(const Error& error);

}  // namespace tocsin::app
