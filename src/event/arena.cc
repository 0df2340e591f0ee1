#include "event/arena.h"

#include <cstring>

namespace tocsin::event {

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > kBlock / 4) {  // a block of its own; the current one stays in use
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(text.size()));
    std::memcpy(blocks_.back().get(), text.data(), text.size());
    return {blocks_.back().get(), text.size()};
  }
  if (kBlock - used_ < text.size()) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
    current_ = blocks_.size() - 1;
    used_ = 0;
  }
  char* place = blocks_[current_].get() + used_;
  std::memcpy(place, text.data(), text.size());
  used_ += text.size();
  return {place, text.size()};
}

}  // namespace tocsin::event
