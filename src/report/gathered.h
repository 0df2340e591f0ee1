#pragma once

// Records of a long document, gathered one by one.

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace tocsin::report {

/// A vector that foresees its size: one that doubles holds three times its content at the moment of growing. Memory
/// that is foreseen and not needed is never touched. One thread.
template <typename T>
class Gathered {
 public:
  /// `total`: the length of what is read
  explicit Gathered(std::size_t total) : total_(total) {}

  /// Adds a value that was found at `place` of the total.
  void add(T value, std::size_t place) {
    if (values_.size() == values_.capacity() && values_.size() >= kMany) {
      const double share = static_cast<double>(std::clamp<std::size_t>(place, 1, total_)) / static_cast<double>(total_);
      const auto foreseen = static_cast<std::size_t>(static_cast<double>(values_.size()) / share * kSpare);
      const std::size_t most = std::max(2 * values_.size(), total_ / kShortest);
      values_.reserve(std::clamp(foreseen, values_.size() + values_.size() / 4, most));
    }
    values_.push_back(std::move(value));
  }

  /// All values in the order in which they were added.
  std::vector<T> take() { return std::move(values_); }

 private:
  static constexpr std::size_t kMany = 4096;  // few documents have as many
  static constexpr std::size_t kShortest = 8;
  static constexpr double kSpare = 1.05;
  std::size_t total_;
  std::vector<T> values_;
};

}  // namespace tocsin::report
