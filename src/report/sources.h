#pragma once

// Which documents rest on one source.

#include <cstdint>
#include <string_view>
#include <vector>

#include "record/claim.h"

namespace tocsin::report {

/// What is kept of a text to compare it with others: some two kilobytes, however long it is.
struct TextSketch {
  std::vector<std::uint64_t> smallest;  ///< of the hashes of its runs of five words, ascending
};
/// cost: O(text), constant memory     source: Broder, On the resemblance and containment of documents, 1997
TextSketch sketch_text(std::string_view text);

/// Groups documents that rest on one source: the same first claimant for their claims of attacks, or nearly the same
/// text. Every group counts as one independent source; a document that yielded neither claims nor indicators vouches
/// for nothing and stands in none. Order of groups and of documents follows the input's paths. Where several speak
/// first, `root` is the one with most passages and `why` says so. in:  readings and, in the same order, the documents'
/// sketches (none = only the claims are compared)
std::vector<record::SourceGroup> group_sources(const std::vector<record::DocumentReading>& readings,
                                               const std::vector<TextSketch>& sketches);

}  // namespace tocsin::report
