#pragma once

// Parts of records that several codecs print. Private to this room.

#include <string>
#include <vector>

#include "record/claim.h"
#include "record/evidence.h"
#include "record/exposure.h"
#include "record/json_line.h"
#include "record/match.h"

namespace tocsin::record {

/// `start`, `end`, and `page` where there is one.
void write_span(ObjectWriter& object, const Span& span);
void write_evidence(ObjectWriter& object, std::string_view key, const std::vector<Evidence>& evidence);
/// The object `source` of an event.
void write_event_source(ObjectWriter& object, const EventSource& source);

// Whole records, which others contain.
void append_claim(std::string& out, const Claim& claim);
void append_exposure(std::string& out, const Exposure& exposure);
void append_match(std::string& out, const Match& match);

}  // namespace tocsin::record
