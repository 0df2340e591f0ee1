#pragma once

// Places of many damaged records in one text.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace tocsin::estate {

/// Line and column of mostly ascending offsets, without reading the text from its start each time. Borrows the text.
/// One thread.
class Locator {
 public:
  Locator(std::string_view text, std::string source) : text_(text), source_(std::move(source)) {}
  Where at(std::uint64_t offset) {
    if (offset < offset_) {
      offset_ = 0;
      line_ = 1;
      line_start_ = 0;
    }
    for (; offset_ < offset && offset_ < text_.size(); ++offset_)
      if (text_[offset_] == '\n') {
        ++line_;
        line_start_ = offset_ + 1;
      }
    return {source_, offset, line_, static_cast<std::uint32_t>(offset - line_start_ + 1)};
  }

 private:
  std::string_view text_;
  std::string source_;
  std::uint64_t offset_ = 0;
  std::uint64_t line_start_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace tocsin::estate
