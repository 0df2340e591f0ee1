#pragma once

// Builds the bundles that we write: deterministic ids, one author, one time stamp, a TLP 2.0 marking on everything, and
// each thing once however often it is mentioned.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "record/evidence.h"
#include "record/names.h"
#include "record/warning.h"
#include "stix/bundle.h"
#include "stix/marking.h"

namespace tocsin::share {

/// "r.html, bytes 990-1180".
std::string print_place(const record::Evidence& evidence);

/// One thread. Every add_ function returns the id; a thing that is added again keeps its place and properties and gets
/// the stricter of its markings.
class BundleAssembler {
 public:
  /// in: created: stamped on every object     known: aliases of actors; borrowed, must outlive the assembler
  BundleAssembler(Instant created, const record::KnownEntities& known);

  /// An SDO or SRO with id, created_by_ref, created and modified set. `key` is what makes it this thing.
  stix::Object make_domain_object(std::string_view type, const std::vector<std::string_view>& key) const;
  std::string add(stix::Object object, stix::Tlp level);

  std::string add_identity(std::string_view name, std::string_view identity_class,
                           const std::vector<std::string>& sectors, stix::Tlp level);
  /// in: id: as known, or empty for one made of the name
  std::string add_intrusion_set(const std::string& name, const std::string& id, stix::Tlp level);
  std::string add_relationship(std::string_view type, const std::string& source, const std::string& target,
                               const std::string& description, stix::Tlp level);
  /// `about` must not be empty.
  std::string add_note(const std::string& abstract, const std::string& content, const std::vector<std::string>& about,
                       stix::Tlp level);
  /// Attack pattern (the rule), observed data (what it looked at) and the sighting, which speak of all matches that
  /// were put together: how many, first and last.
  /// in:     where: identity that saw it, or empty
  /// out:    all ids, the sighting's last
  std::vector<std::string> add_seen(const record::Seen& seen, const std::string& where, stix::Tlp level);

  const std::string& created() const { return created_; }

  /// Marking definitions in use, then the objects in the order of first mention.
  stix::Bundle take() &&;

 private:
  struct Entry {
    stix::Object object;
    stix::Tlp level;
  };

  std::vector<std::string> add_observables(const record::Match& match, stix::Tlp level);

  const record::KnownEntities& known_;
  std::string created_;
  std::string author_id_;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> index_;
};

}  // namespace tocsin::share
