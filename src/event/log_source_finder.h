#pragma once

// From a record's values to its log source, by the rows of packs/event/logsources.yml.

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/event.h"
#include "event/schema.h"
#include "event/shape_tables.h"

namespace tocsin::event {

/// Remembers what it found by the values that decide (a few dozen differ in practice; the memory is bounded).
/// One thread.
class LogSourceFinder {
 public:
  explicit LogSourceFinder(Schema& schema) : schema_(schema) {}

  /// in: shape: gives the product, and a category or service of its own; slots: of the record
  LogSourceId find(const RecordShape& shape, std::span<const Slot> slots);

  /// The index of the slot that find() looks at for a field, ~0 where there is none.
  static std::uint32_t slot_of(FieldId field, std::span<const Slot> slots);

 private:
  static constexpr std::size_t kMaxRemembered = 4096;

  LogSource derive(const RecordShape& shape, const std::vector<std::string>& values) const;

  Schema& schema_;
  std::unordered_map<std::string, LogSourceId> remembered_;
  static constexpr std::uint16_t kNoKey = 0xFFFF;
  std::vector<std::uint16_t> index_;  // of key fields, by field id
  std::vector<const Slot*> best_;     // of the record, by key field
  std::vector<std::string> values_;
  std::string scratch_;
  std::string key_;
};

}  // namespace tocsin::event
