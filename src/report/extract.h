#pragma once

// Indicators in a document: addresses, names, hashes, keys and ids, in plain and in defanged spelling.

#include <functional>
#include <vector>

#include "record/indicator.h"
#include "report/document.h"

namespace tocsin::report {

struct ExtractOptions {
  /// RFC 5737 and RFC 3849 documentation addresses are suppressed as reserved ranges unless this is set.
  bool keep_documentation_ranges = false;
};

/// Hands every indicator to the sink as soon as its place is read, in order of places: constant memory.
void extract(const Document& document, const ExtractOptions& options,
             const std::function<void(record::Indicator)>& sink);

/// Every indicator in order of its place, suppressed ones too (with the reason); the longest reading of a place wins.
/// Each stands at bytes [span.start, span.end) of the document and `raw` is those bytes.
/// in:     document: borrowed     cost: O(text)
/// source: OUTPUT.md "tocsin extract"
std::vector<record::Indicator> extract(const Document& document, const ExtractOptions& options = {});

}  // namespace tocsin::report
