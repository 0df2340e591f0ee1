#pragma once

// Windows events in XML (wevtutil qe /f:xml, Event Viewer's export, Splunk's _raw) → events with the fields that the
// same event has in EVTX.
//
// The XML is that of one record. Entities are the five of XML and character references; a document type is refused, so
// there are no others to unfold. Names keep their part behind a colon, as evtx_dump gives them.
//
// source: XML 1.0, what of it well-formed events use; Microsoft's event schema
// (schemas.microsoft.com/win/2004/08/events)

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "event/field_paths.h"
#include "event/log_source_finder.h"
#include "event/schema.h"

namespace tocsin::event {

struct XmlRecordLimits {
  std::size_t max_fields = 10'000;
  std::uint32_t max_depth = 64;
};

/// Whether text, after white space, begins like an event in XML or like a document that holds some.
bool looks_like_xml(std::string_view text);

/// One thread.
class XmlRecordCodec {
 public:
  XmlRecordCodec(Schema& schema, const XmlRecordLimits& limits);

  /// Reads `text`, one <Event> element, into the event's time, host, log source and slots.
  /// out: null, or why it cannot be read (nothing is appended then). Slots point into the text or the arena.
  const char* read(std::string_view text, Event& event, std::vector<Slot>& slots, Arena& arena, Defects& defects);

 private:
  using Node = FieldTree::Node;
  class Run;

  XmlRecordLimits limits_;
  const RecordShape* shape_ = nullptr;
  FieldTree tree_;
  LogSourceFinder finder_;
};

}  // namespace tocsin::event
