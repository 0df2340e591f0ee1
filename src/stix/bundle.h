#pragma once

// Bundles in and out. STIX 2.0 and 2.1 objects may be mixed; what comes out is 2.1.

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "stix/object.h"

namespace tocsin::stix {

/// A bundle (§8) with its objects in the order of the source.
struct Bundle {
  std::string id;  ///< "bundle--…"; print_bundle() makes one when it is empty
  std::vector<Object> objects;
  json::Object other;  ///< unknown members of the bundle, kept
};

struct ParsedBundle {
  Bundle bundle;
  std::size_t lifted = 0;           ///< objects that were STIX 2.0
  std::vector<Diagnostic> skipped;  ///< members of `objects` that are no object, and what could not be lifted
};

struct BundleOptions {
  std::string source;  ///< path for Where::source
};

/// Reads a bundle, a list of objects or one object; objects of STIX 2.0 are lifted (lift.h).
/// errors: syntax (place of the fault), invalid (no STIX at all), limit_exceeded (depth)
/// cost: O(n)
Result<ParsedBundle> parse_bundle(std::string_view text, const BundleOptions& options = {});

/// Compact JSON. Same objects, same bytes: an empty `id` becomes UUIDv5 over the objects' ids and versions.
std::string print_bundle(const Bundle& bundle);
/// Indented, for files that people read.
std::string print_bundle_pretty(const Bundle& bundle);
json::Value bundle_to_json(const Bundle& bundle);

}  // namespace tocsin::stix
