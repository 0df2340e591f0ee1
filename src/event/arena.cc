#include "event/arena.h"

#include <algorithm>
#include <cstring>

namespace tocsin::event {

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > kBlock / 4 && text.size() > left_) {  // a block of its own; the current one stays in use
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(text.size()));
    std::memcpy(blocks_.back().get(), text.data(), text.size());
    return {blocks_.back().get(), text.size()};
  }
  std::memcpy(reserve(text.size()), text.data(), text.size());
  return commit(text.size());
}

char* Arena::reserve(std::size_t size) {
  if (left_ < size || at_ == nullptr) {
    left_ = std::max(size, kBlock);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    at_ = blocks_.back().get();
  }
  return at_;
}

std::string_view Arena::commit(std::size_t used) {
  const std::string_view out(at_, used);
  at_ += used;
  left_ -= used;
  return out;
}

}  // namespace tocsin::event
