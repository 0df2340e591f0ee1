#pragma once

// From readings to the claims that count: copies put together, claims that may not be used set aside with the reason.

#include <string>
#include <string_view>
#include <vector>

#include "assess/assess.h"
#include "assess/sources.h"

namespace tocsin::assess {

/// One claim that counts. Borrows from the input.
struct Item {
  const record::Claim* claim = nullptr;
  const record::DocumentInfo* document = nullptr;
  Origin origin;
  bool contested = false;   ///< somebody denies it
  bool background = false;  ///< too old to raise a warning
};

struct Intake {
  std::vector<Item> items;  ///< sorted by content, then place; negated claims among them
  std::vector<NotUsed> not_used;
};

Intake take_in(const AssessInput& input, const SourceIndex& sources);

/// What a claim says, without where it stands: subject, predicate, object, factuality, negation, who says it and who
/// denies it. Equal for copies.
std::string content_key(const record::Claim& claim);

/// The instant of "2018", "2018-12", "2018-12-20" or an RFC 3339 time; nullopt for anything else.
std::optional<Instant> parse_any_date(std::string_view text);

/// The document that a claim stands in, by its first evidence.
std::string_view document_of(const record::Claim& claim);

}  // namespace tocsin::assess
