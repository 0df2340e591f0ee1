#pragma once

// STIX observed-data as patterns see it.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "detect/observed_objects.h"
#include "stix/bundle.h"

namespace tocsin::detect {

/// The objects of one observed-data object: those that `object_refs` names, or `objects` (deprecated, §4.14.1) holds.
/// References lead to any object of the bundle, or within `objects`. Points into the bundle. Thread-compatible.
class StixObservation final : public ObservedObjects {
 public:
  /// Objects of a bundle by id; where ids repeat, the last.
  using Index = std::unordered_map<std::string_view, const json::Value*>;
  static Index index(const stix::Bundle& bundle);

  /// `by_id` must outlive the observation.
  StixObservation(const stix::Object& observed_data, const Index& by_id);

  std::size_t count() const override { return objects_.size(); }
  bool has_type(std::size_t object, std::string_view type) const override;
  bool any_value(std::size_t object, const stix::pattern::ObjectPath& path,
                 const std::function<bool(const StixValue&)>& take) const override;

  /// References of `object_refs` that lead nowhere.
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  const json::Value* find(std::string_view id) const;

  std::vector<const json::Value*> objects_;
  Index own_;  ///< of the deprecated `objects`, by key
  const Index& by_id_;
  std::vector<std::string> missing_;
};

}  // namespace tocsin::detect
