#pragma once

// JSON records → events, by the shapes of packs/event.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/json_walk.h"
#include "event/event.h"
#include "event/field_paths.h"
#include "event/log_source_finder.h"
#include "event/record_layout.h"
#include "event/schema.h"
#include "event/shape_tables.h"
#include "event/xml_record.h"

namespace tocsin::event {

struct JsonRecordLimits {
  std::size_t max_fields = 10'000;
  std::uint32_t max_depth = 64;
};

/// One thread.
class JsonRecordCodec {
 public:
  JsonRecordCodec(Schema& schema, const JsonRecordLimits& limits);
  JsonRecordCodec(JsonRecordCodec&&) noexcept;
  ~JsonRecordCodec();

  /// Reads event.record, a JSON object, into time, host, log source and slots.
  /// in:     event.record: followed by PaddedBytes::kPadding readable bytes
  /// out:    slots are appended to `slots` (event.slots is not set); they point into the record or the arena
  /// errors: syntax (offset in the record); nothing is appended then
  Status read(Event& event, std::vector<Slot>& slots, Arena& arena, Defects& defects);

 private:
  struct Node;  // a path that has been seen, with what it means under one shape
  struct Pass;

  const RecordShape* find_shape(const std::vector<json::WalkItem>& items, std::size_t& index, Arena& arena,
                                std::string_view& xml) const;
  Node& child(Node& parent, std::string_view raw_key);
  RecordLayout make_layout(const RecordShape* shape, const Pass& pass, std::span<const Slot> slots) const;
  /// Reads walker_.items() by their layout.
  void fill(RecordLayout& layout, Event& event, std::vector<Slot>& slots, Defects& defects);
  LogSourceId find_log_source(RecordLayout& layout, std::span<const Slot> slots);
  std::unique_ptr<Node> make_node(const Node& parent, std::string_view raw_key);

  static constexpr std::size_t kMaxNodes = 50'000;

  Schema& schema_;
  JsonRecordLimits limits_;
  json::Walker walker_;
  LogSourceFinder finder_;
  XmlRecordCodec xml_;                        // of records that carry one
  std::vector<std::unique_ptr<Node>> roots_;  // one a shape, the last for records of none
  RecordLayouts layouts_;
  std::size_t nodes_ = 0;
  std::uint64_t object_serial_ = 0;
};

}  // namespace tocsin::event
