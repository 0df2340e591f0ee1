#pragma once

// The marking that a document gives itself: a Traffic Light Protocol line above or below its text.

#include <cstdint>
#include <optional>
#include <string>

#include "record/organisation.h"

namespace tocsin::report {

struct Document;

/// Whether the markings that a document bears can be followed to the letter.
enum class MarkingState : std::uint8_t {
  clear_cut,      ///< one level, however often it is printed
  unknown,        ///< a level that TLP 1 and 2.0 do not have
  contradictory,  ///< several levels
};

struct DocumentMarking {
  record::Tlp tlp = record::Tlp::red;  ///< the strictest that was found; red where one is unknown
  MarkingState state = MarkingState::clear_cut;
  std::string text;  ///< as written, of the line that decided
};

/// The document's own marking, or nullopt where it bears none: "TLP:AMBER+STRICT" in its first or last lines (of each
/// page of a PDF), in its header or footer, or in its title. TLP 1's white is clear. A level that running text speaks
/// of, comments and links to other pages count for nothing.
/// cost: O(text)
/// source: TLP 2.0, "How to use TLP in documents": in header and footer of each page
std::optional<DocumentMarking> find_marking(const Document& document);

}  // namespace tocsin::report
