#pragma once

// Lines of web servers' access logs → events: Apache's common and combined formats, nginx's default (the same), with or
// without a virtual host in front and further fields behind. Whatever a client sends may stand in them.

#include <string>
#include <vector>

#include "event/event.h"
#include "event/schema.h"
#include "event/shape_tables.h"

namespace tocsin::event {

/// Thread-compatible.
class AccessLogCodec {
 public:
  explicit AccessLogCodec(Schema& schema);

  /// Reads event.record, one line, into time, host, log source and slots.
  /// out: false when the line is none of an access log; nothing is appended then. Slots are appended to `slots` and
  ///      point into the line or the arena
  bool read(Event& event, std::vector<Slot>& slots, Arena& arena) const;

 private:
  const AccessLogTable& table_;
  LogSourceId log_source_;
};

/// The line's fields as they stand, or nullopt when it isn't one. Absent ones are empty with a null data pointer.
struct AccessLine {
  std::string_view virtual_host, client, identity, user, time, request, status, size, referer, agent, rest;
};
std::optional<AccessLine> split_access_line(std::string_view line);

/// `%xx` → byte, once; `+` → space when `plus_is_space`. What is no escape stays as it stands.
std::string percent_decode(std::string_view text, bool plus_is_space);

}  // namespace tocsin::event
