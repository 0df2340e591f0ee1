#pragma once

// The objects of one observation as STIX patterns see them, whether they come from observed-data or from a log event.

#include <cstddef>
#include <functional>
#include <string_view>

#include "detect/stix_test.h"
#include "stix/pattern.h"

namespace tocsin::detect {

/// Cyber-observable objects that were seen together. Objects are known by their place.
class ObservedObjects {
 public:
  virtual ~ObservedObjects() = default;
  virtual std::size_t count() const = 0;
  virtual bool has_type(std::size_t object, std::string_view type) const = 0;
  /// Calls `take` for each value that the path selects from the object, until it says true; references are followed
  /// (§9.7). out: whether it said so. A path that leads nowhere selects nothing. Values die with the call.
  virtual bool any_value(std::size_t object, const stix::pattern::ObjectPath& path,
                         const std::function<bool(const StixValue&)>& take) const = 0;
};

}  // namespace tocsin::detect
