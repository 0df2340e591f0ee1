#pragma once

// Writes small EVTX files, for tests, benchmarks and seeds. As Windows does it: a definition stands in the first record
// of a chunk that uses it, names where they are first used.

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/unicode.h"
#include "event/binary_xml_value.h"
#include "event/crc32.h"
#include "event/evtx_chunk.h"

namespace tocsin::event {

inline std::string utf16le(std::string_view text) {
  std::string out;
  const auto put = [&](unsigned unit) {
    out += static_cast<char>(unit & 0xFF);
    out += static_cast<char>(unit >> 8);
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code_point = decode_utf8(text, at);
    if (code_point < 0x10000) {
      put(code_point);
    } else {
      put(0xD800 + ((code_point - 0x10000) >> 10));
      put(0xDC00 + ((code_point - 0x10000) & 0x3FF));
    }
  }
  return out;
}

template <typename T>
std::string le(T value) {
  std::string out(sizeof(T), '\0');
  std::memcpy(out.data(), &value, sizeof(T));
  return out;
}

/// A value of a template instance.
struct EvtxValue {
  std::uint8_t type = 0;
  std::string bytes;
};
inline EvtxValue evtx_value(BinaryXmlType type, std::string bytes) {
  return {static_cast<std::uint8_t>(type), std::move(bytes)};
}
inline EvtxValue evtx_string(std::string_view text) { return evtx_value(BinaryXmlType::string, utf16le(text)); }
inline EvtxValue evtx_array(BinaryXmlType type, std::string bytes) {
  return {static_cast<std::uint8_t>(static_cast<std::uint8_t>(type) | kBinaryXmlArray), std::move(bytes)};
}

/// A chunk that is being filled. Elements are written token by token; sizes are put in when they are known.
class EvtxTestChunk {
 public:
  EvtxTestChunk() : bytes_(kEvtxChunkHeader, '\0') {}

  std::size_t size() const { return bytes_.size(); }

  // Tokens.
  void raw(std::string_view bytes) { bytes_ += bytes; }
  void token(unsigned value) { bytes_ += static_cast<char>(value); }
  void fragment() { raw(std::string_view("\x0f\x01\x01\x00", 4)); }
  /// in: attributes: how many attribute() calls follow
  void open(std::string_view name, std::size_t attributes = 0, bool has_dependency = true) {
    token(attributes == 0 ? 0x01 : 0x41);
    if (has_dependency) raw("\xff\xff");
    open_.push_back(bytes_.size());
    raw(le<std::uint32_t>(0));
    this->name(name);
    attributes_left_ = attributes;
    list_size_at_ = attributes == 0 ? 0 : bytes_.size();
    if (attributes != 0) raw(le<std::uint32_t>(0));
  }
  void attribute(std::string_view name) {
    token(--attributes_left_ == 0 ? 0x06 : 0x46);
    this->name(name);
  }
  void close_start() {
    end_list();
    token(0x02);
  }
  void close_empty() {
    end_list();
    token(0x03);
    end_element();
  }
  void end() {
    token(0x04);
    end_element();
  }
  void text(std::string_view text) {
    token(0x05);
    token(0x01);
    counted(text);
  }
  void cdata(std::string_view text) {
    token(0x07);
    counted(text);
  }
  void entity(std::string_view name) {
    token(0x09);
    this->name(name);
  }
  void character(std::uint16_t code) {
    token(0x08);
    raw(le(code));
  }
  void value(std::uint16_t index, BinaryXmlType type, bool is_optional = true) {
    token(is_optional ? 0x0E : 0x0D);
    raw(le(index));
    token(static_cast<unsigned>(type));
  }
  void end_of_fragment() { token(0x00); }

  /// An instance of the definition called `key`, which `define` writes where the chunk sees it first.
  template <typename Define>
  void instance(const std::string& key, const Define& define, const std::vector<EvtxValue>& values) {
    token(0x0C);
    token(0x01);
    const std::uint32_t id = static_cast<std::uint32_t>(std::hash<std::string>{}(key));
    raw(le(id));
    const auto known = definitions_.find(key);
    if (known != definitions_.end()) {
      raw(le(static_cast<std::uint32_t>(known->second)));
    } else {
      definitions_[key] = bytes_.size() + 4;
      raw(le(static_cast<std::uint32_t>(bytes_.size() + 4)));
      raw(le<std::uint32_t>(0));
      raw(le(id));
      raw(std::string(12, '\x07'));
      const std::size_t size_at = bytes_.size();
      raw(le<std::uint32_t>(0));
      fragment();
      define(*this);
      end_of_fragment();
      put(size_at, static_cast<std::uint32_t>(bytes_.size() - size_at - 4));
    }
    raw(le(static_cast<std::uint32_t>(values.size())));
    for (const EvtxValue& one : values) {
      raw(le(static_cast<std::uint16_t>(one.bytes.size())));
      token(one.type);
      token(0);
    }
    for (const EvtxValue& one : values) raw(one.bytes);
  }
  /// As instance(), with a last value of type binary XML whose bytes `write` writes in place.
  template <typename Define, typename Write>
  void instance_with_xml(const std::string& key, const Define& define, std::vector<EvtxValue> values,
                         const Write& write) {
    values.push_back(evtx_value(BinaryXmlType::binary_xml, ""));
    instance(key, define, values);
    const std::size_t table_entry = bytes_.size() - payload(values) - 4;
    const std::size_t begin = bytes_.size();
    write(*this);
    const std::string size = le(static_cast<std::uint16_t>(bytes_.size() - begin));
    bytes_.replace(table_entry, size.size(), size);
  }

  void begin_record(std::uint64_t id, std::uint64_t filetime) {
    record_at_ = bytes_.size();
    raw(std::string_view("**\0\0", 4));
    raw(le<std::uint32_t>(0));
    raw(le(id));
    raw(le(filetime));
    if (first_id_ == 0) first_id_ = id;
    last_id_ = id;
  }
  void end_record() {
    while ((bytes_.size() + 4 - record_at_) % 8 != 0) token(0);
    const auto size = static_cast<std::uint32_t>(bytes_.size() + 4 - record_at_);
    raw(le(size));
    put(record_at_ + 4, size);
  }
  /// Takes back everything since `size` bytes (a record that made the chunk too long).
  void cut(std::size_t size) { bytes_.resize(size); }

  /// The chunk's 64 KiB with its checksums.
  std::string finish() const {
    std::string out = bytes_;
    const auto used = static_cast<std::uint32_t>(out.size());
    out.resize(kEvtxChunkSize);
    out.replace(0, kEvtxChunkMagic.size(), kEvtxChunkMagic);
    const auto set = [&](std::size_t at, const std::string& bytes) { out.replace(at, bytes.size(), bytes); };
    for (const std::size_t at : {8UL, 24UL}) set(at, le(first_id_));
    for (const std::size_t at : {16UL, 32UL}) set(at, le(last_id_));
    set(40, le<std::uint32_t>(128));
    set(44, le(static_cast<std::uint32_t>(record_at_)));
    set(48, le(used));
    set(52, le(crc32(std::string_view(out).substr(kEvtxChunkHeader, used - kEvtxChunkHeader))));
    set(124, le(crc32(std::string_view(out).substr(128, kEvtxChunkHeader - 128),
                      crc32(std::string_view(out).substr(0, 120)))));
    return out;
  }

 private:
  static std::size_t payload(const std::vector<EvtxValue>& values) {
    std::size_t size = 0;
    for (const EvtxValue& value : values) size += value.bytes.size();
    return size;
  }
  void put(std::size_t at, std::uint32_t number) { bytes_.replace(at, 4, le(number)); }
  void counted(std::string_view text) {
    const std::string units = utf16le(text);
    raw(le(static_cast<std::uint16_t>(units.size() / 2)));
    raw(units);
  }
  void name(std::string_view text) {
    const auto known = names_.find(std::string(text));
    if (known != names_.end()) {
      raw(le(static_cast<std::uint32_t>(known->second)));
      return;
    }
    raw(le(static_cast<std::uint32_t>(bytes_.size() + 4)));
    names_[std::string(text)] = bytes_.size();
    raw(le<std::uint32_t>(0));
    std::uint32_t hash = 0;
    for (const char c : text) hash = hash * 65599 + static_cast<unsigned char>(c);
    raw(le(static_cast<std::uint16_t>(hash)));
    counted(text);
    raw(std::string(2, '\0'));
  }
  void end_list() {
    if (list_size_at_ != 0) put(list_size_at_, static_cast<std::uint32_t>(bytes_.size() - list_size_at_ - 4));
    list_size_at_ = 0;
  }
  void end_element() {
    put(open_.back(), static_cast<std::uint32_t>(bytes_.size() - open_.back() - 4));
    open_.pop_back();
  }

  std::string bytes_;
  std::map<std::string, std::size_t> names_;
  std::map<std::string, std::size_t> definitions_;
  std::vector<std::size_t> open_;
  std::size_t attributes_left_ = 0;
  std::size_t list_size_at_ = 0;
  std::size_t record_at_ = 0;
  std::uint64_t first_id_ = 0;
  std::uint64_t last_id_ = 0;
};

/// A file header for `chunks` chunks.
inline std::string evtx_file_header(std::uint16_t chunks, std::uint64_t next_record, std::uint32_t flags = 0) {
  std::string out(EvtxFileHeader::kSize, '\0');
  const auto set = [&](std::size_t at, const std::string& bytes) { out.replace(at, bytes.size(), bytes); };
  set(0, std::string(kEvtxFileMagic));
  set(16, le<std::uint64_t>(chunks == 0 ? 0 : chunks - 1));
  set(24, le(next_record));
  set(32, le<std::uint32_t>(128));
  set(36, le<std::uint16_t>(1));
  set(38, le<std::uint16_t>(3));
  set(40, le<std::uint16_t>(4096));
  set(42, le(chunks));
  set(120, le(flags));
  set(124, le(crc32(std::string_view(out).substr(0, 120))));
  return out;
}

}  // namespace tocsin::event
