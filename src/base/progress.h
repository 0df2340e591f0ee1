#pragma once

// Progress on long work: one line on standard error, only on a terminal, at most ten times a second.

#include <chrono>
#include <cstdint>
#include <string>

namespace tocsin {

/// One thread. Erases its line when destroyed.
class Progress {
 public:
  /// `total` in the unit of advance(), 0 = unknown.
  Progress(std::string what, std::uint64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  void advance(std::uint64_t amount);

 private:
  void draw();

  std::string what_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  bool visible_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace tocsin
