#include "base/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace tocsin {

PaddedBytes PaddedBytes::of_size(std::size_t size) {
  PaddedBytes bytes;
  bytes.data_.reset(static_cast<char*>(std::calloc(size + kPadding, 1)));
  if (!bytes.data_) throw std::bad_alloc();
  bytes.size_ = size;
  return bytes;
}

PaddedBytes PaddedBytes::copy_of(std::string_view bytes) {
  PaddedBytes copy;
  copy.resize_for_overwrite(bytes.size());
  std::copy_n(bytes.data(), bytes.size(), copy.data());
  return copy;
}

void PaddedBytes::truncate(std::size_t size) {
  if (size >= size_) return;
  size_ = size;
  std::memset(data_.get() + size_, 0, kPadding);
}

void PaddedBytes::resize_for_overwrite(std::size_t size) {
  char* moved = static_cast<char*>(std::realloc(data_.get(), size + kPadding));
  if (moved == nullptr) throw std::bad_alloc();
  static_cast<void>(data_.release());
  data_.reset(moved);
  size_ = size;
  std::memset(moved + size_, 0, kPadding);
}

Result<PaddedBytes> read_all(ByteStream& stream, ReadLimits limits) {
  constexpr std::size_t kFirst = std::size_t{64} << 10;
  const auto too_large = [&] {
    return fail(ErrorCode::limit_exceeded, fmt::format("larger than {} bytes", limits.max_bytes),
                {.source = stream.source()});
  };
  // The size that the file system tells is a hint: what counts is what comes.
  const std::uint64_t hint = std::min<std::uint64_t>(stream.size_hint(), limits.max_bytes);
  PaddedBytes bytes;
  std::size_t used = 0;
  bytes.resize_for_overwrite(std::max<std::size_t>(kFirst, hint + 1));  // + 1: the end is seen without growing
  while (true) {
    if (used == bytes.size()) bytes.resize_for_overwrite(bytes.size() * 2);
    TRY(const std::size_t size, stream.read(bytes.data() + used, bytes.size() - used));
    if (size == 0) break;
    used += size;
    if (used > limits.max_bytes || stream.size_hint() > limits.max_bytes) return too_large();
  }
  bytes.resize_for_overwrite(used);
  return bytes;
}

Result<PaddedBytes> read_file(const std::string& path, ReadLimits limits) {
  TRY(auto stream, ByteStream::open(path));
  return read_all(stream, limits);
}

}  // namespace tocsin
