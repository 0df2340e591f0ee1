#pragma once

// Which version of an object counts (§3.6): (id, modified) is the identity, the latest modified wins whatever the order
// of arrival, and revoked is final.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"

namespace tocsin::stix {

/// True when `a` has precedence over `b`, two versions of one id: a revoked one over one that is not, then the later
/// version, then (the same version with different content) the larger canonical text, so that a winner exists in any
/// order of arrival. Irreflexive and transitive.
bool supersedes(const Object& a, const Object& b);

/// The winning version of each object. Adding the same objects in any order gives the same set.
/// One thread.
class VersionSet {
 public:
  enum class Outcome : std::uint8_t {
    added,      ///< first version of this id
    replaced,   ///< supersedes the one there was
    older,      ///< superseded by the one there is
    duplicate,  ///< same version, same content
    conflict,   ///< same version, other content; the winner is fixed by supersedes()
  };
  Outcome add(Object object);

  const Object* find(std::string_view id) const;
  std::size_t size() const { return objects_.size(); }
  /// In the order of ids.
  const std::map<std::string, Object, std::less<>>& objects() const { return objects_; }

 private:
  std::map<std::string, Object, std::less<>> objects_;
};

}  // namespace tocsin::stix
