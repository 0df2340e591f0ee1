#pragma once

// What was seen in logs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::record {

enum class Engine : std::uint8_t { sigma, correlation, stix, indicator };
std::string_view engine_name(Engine engine);

struct RuleRef {
  std::string id;
  std::string title;
  std::string level;  ///< informational low medium high critical, or empty
  std::vector<std::string> tags;
  bool operator==(const RuleRef&) const = default;
};

/// Where an event stands.
struct EventSource {
  std::string path;
  std::string member;                   ///< of an archive, or empty
  std::uint64_t line = 0;               ///< from 1; 0 = the format has no lines
  std::uint64_t offset = 0;             ///< byte offset of the record
  std::optional<std::uint64_t> record;  ///< EVTX record number
  bool operator==(const EventSource&) const = default;
};

struct Why {
  std::string field;  ///< empty for keywords
  std::string test;   ///< "equals", "endswith", "re" …
  std::string value;  ///< of the rule
  bool operator==(const Why&) const = default;
};

struct MatchedIndicator {
  std::string value;
  std::string type;
  std::string list;
  std::string valid_until;  ///< or empty
  std::string belongs_to;   ///< or empty
  bool operator==(const MatchedIndicator&) const = default;
};

struct CorrelatedEvent {
  EventSource source;
  std::string time;
  bool operator==(const CorrelatedEvent&) const = default;
};

/// The `match` record.
struct Match {
  Engine engine = Engine::sigma;
  RuleRef rule;
  std::string time;  ///< RFC 3339 UTC, or empty when the event has none
  EventSource source;
  std::string host;                                         ///< or empty
  std::vector<std::pair<std::string, std::string>> fields;  ///< those the rule looked at, in its order, and sc-status
  std::vector<Why> why;
  std::optional<MatchedIndicator> indicator;
  std::vector<CorrelatedEvent> events;
  std::vector<std::pair<std::string, std::string>> group;
  bool operator==(const Match&) const = default;
};

/// The `rejected` record: a rule that cannot be used.
struct RejectedRule {
  std::string path;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string rule;  ///< id or title, or empty
  std::string error;
  std::string hint;
  bool operator==(const RejectedRule&) const = default;
};

/// The `unparsed` record: a log record that is no event of its format.
struct UnparsedRecord {
  EventSource source;
  std::string error;
  bool operator==(const UnparsedRecord&) const = default;
};

}  // namespace tocsin::record
