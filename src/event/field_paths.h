#pragma once

// From a value's place in a record to the fields that it fills: the tables of packs/event applied to a path of keys.
// What the readers of JSON, XML and binary XML share.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "event/event.h"
#include "event/schema.h"
#include "event/shape_tables.h"

namespace tocsin::event {

/// Names of odd things in records that were read all the same, and how often.
using Defects = std::map<std::string, std::uint64_t>;

/// A path that records have used, with what it means under one shape.
struct FieldPath {
  struct Table {
    const PathNode* node = nullptr;
    std::string star_key;  ///< what the last star on the way stood for
  };
  struct Target {
    FieldId field{};
    std::uint8_t rank = 0;
  };
  std::string path;           ///< keys joined by dots
  std::vector<Table> tables;  ///< in order of preference: a key by name before a star
  std::vector<Target> targets;
  int time_preference = -1;  ///< 0 is the best; -1: no time
  int host_preference = -1;
  bool has_named_values = false;

  /// The path of no keys; `shape` null: of records of no known shape.
  static FieldPath root(const RecordShape* shape);
  /// The path one key further; a key with dots in it counts as the path that it spells.
  FieldPath child(std::string_view key, Schema& schema) const;
};

/// Puts the values of one record into slots. Borrows everything.
class SlotWriter {
 public:
  SlotWriter(Event& event, std::vector<Slot>& slots, std::size_t max_fields, Defects& defects)
      : event_(event), slots_(slots), defects_(defects), end_(slots.size() + max_fields) {}

  /// One slot for each field that the path fills, and the event's time or host where it is a better one.
  void value(const FieldPath& path, Token token);
  /// More fields than the limit: told once a record.
  void cut();

 private:
  Event& event_;
  std::vector<Slot>& slots_;
  Defects& defects_;
  std::size_t end_;
  int time_preference_ = -1;
  int host_preference_ = -1;
  bool is_cut_ = false;
};

/// Paths by their keys, made when they are first asked for. One thread.
class FieldTree {
 public:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };
  struct Node : FieldPath {
    std::unordered_map<std::string, std::unique_ptr<Node>, Hash, std::equal_to<>> children;
  };

  /// in: shape: borrowed, or null
  FieldTree(Schema& schema, const RecordShape* shape);

  Node& root() { return *root_; }
  Node& child(Node& parent, std::string_view key);
  /// True when hostile input has made it so large that it is better begun again.
  bool is_full() const { return size_ > kMaxNodes; }
  /// Forgets all nodes but a new root.
  void clear();

 private:
  static constexpr std::size_t kMaxNodes = 50'000;

  Schema& schema_;
  const RecordShape* shape_;
  std::unique_ptr<Node> root_;
  std::size_t size_ = 0;
};

}  // namespace tocsin::event
