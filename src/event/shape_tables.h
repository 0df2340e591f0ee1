#pragma once

// The tables of packs/event as the readers of this room use them.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "event/schema.h"

namespace tocsin::event {

inline constexpr std::uint8_t kRankEvent = 0;
inline constexpr std::uint8_t kRankHeader = 1;
inline constexpr std::uint8_t kRankStandIn = 2;
inline constexpr std::uint8_t kRankPath = 3;  ///< an unmapped value by its dotted path

/// A tree of the paths that a shape names.
struct PathNode {
  struct Target {
    std::string name;  ///< "*": the key that the last star on the way stood for
    std::uint8_t rank = kRankEvent;
  };
  std::map<std::string, std::unique_ptr<PathNode>, std::less<>> children;
  std::unique_ptr<PathNode> star;
  std::vector<Target> targets;
  int time_preference = -1;  ///< 0 is the best; -1: no time
  int host_preference = -1;
  bool has_named_values = false;

  PathNode& at(std::string_view path);  ///< made when it isn't there
};

struct RecordShape {
  std::string name;
  std::string product;
  std::string category;
  std::string service;
  std::vector<std::string> when;
  std::vector<std::string> when_any;
  bool is_xml = false;   ///< records of Windows' XML and binary XML are of this shape
  std::string xml_text;  ///< the path of a text that is an event in XML, without which a record isn't of this shape
  std::vector<std::string> pair_names;  ///< of named values: where the name stands, relative dotted paths
  std::vector<std::string> pair_values;
  PathNode root;
};

/// The parts of an access log line.
enum class AccessPart : std::uint8_t {
  client,
  identity,
  user,
  virtual_host,
  request,
  method,
  target,
  path,
  query,
  target_host,
  version,
  status,
  size,
  referer,
  agent,
  rest
};
inline constexpr std::array<std::string_view, 16> kAccessPartNames = {
    "client", "identity",    "user",    "virtual_host", "request", "method",  "target", "path",
    "query",  "target_host", "version", "status",       "size",    "referer", "agent",  "rest"};

struct AccessLogTable {
  struct Name {
    FieldId field{};
    bool decoded = false;
  };
  std::array<std::vector<Name>, kAccessPartNames.size()> names;
  LogSource log_source;
};

struct LogSourceRow {
  std::string product;
  std::string category;
  std::string service;
  std::string when_service;  ///< or empty
  struct Condition {
    FieldId field{};
    std::vector<std::string> values;  ///< any of them, case ignored
  };
  std::vector<Condition> when;
  std::vector<Rename> renames;
};

struct ShapeTables {
  std::vector<RecordShape> shapes;
  AccessLogTable access_log;
  std::vector<LogSourceRow> rows;
  std::vector<FieldId> key_fields;                                       ///< that the rows' conditions look at
  std::map<std::string, std::vector<FieldId>, std::less<>> field_types;  ///< "address" → fields that hold one
  std::vector<std::string> products;
  std::vector<std::string> categories;
  std::vector<std::string> services;

  /// The shape that XML records are read by, or null.
  const RecordShape* xml_shape() const;
};

/// Adds one table file to `tables`.
/// out: all problems of the file; empty when it was read
std::vector<Diagnostic> read_table(const yaml::Node& document, const std::string& path, Schema& schema,
                                   ShapeTables& tables);

}  // namespace tocsin::event
