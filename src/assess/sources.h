#pragma once

// Who vouches for a claim, and how many of them are independent of one another.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "record/claim.h"

namespace tocsin::assess {

/// Where a claim comes from, for counting: who said it first, and the group of documents that carry it.
struct Origin {
  std::string root;   ///< key of the first claimant, or of the group where nobody is named
  std::string name;   ///< the same for people, e.g. "Cyfirma" or the document's path
  std::string group;  ///< the same for documents that rest on one source
  record::ClaimantRole role = record::ClaimantRole::unnamed;
  bool relayed =
      false;  ///< it reached us through somebody else: a longer chain, or a document that rests on another source
  auto operator<=>(const Origin&) const = default;
};

/// Documents in groups: those that a source-group record names together, those with the same bytes, and those that
/// share a claim word for word. Borrows nothing.
class SourceIndex {
 public:
  SourceIndex(const std::vector<record::DocumentReading>& readings, const std::vector<record::SourceGroup>& groups);
  /// The origin of a claim of this document.
  Origin origin(const record::Claim& claim, std::string_view document) const;

 private:
  struct Group {
    std::string id;
    std::string root;             ///< of the source-group record, or empty
    std::set<std::string> speak;  ///< keys of all roots that the records give the group's documents
  };
  std::map<std::string, Group, std::less<>> group_of_document_;
};

struct Voucher {
  Origin origin;
  double weight = 0;  ///< the likelihood ratio that it brings; see attribution
  auto operator<=>(const Voucher&) const = default;
};

/// The heaviest set of vouchers that are independent: no two with one root, no two in one group of documents. A
/// round-up that quotes two firms takes nothing away from either, and counts for at most one itself.
/// out:    heaviest first, then by root; for each root its heaviest voucher
/// cost:   O(roots × vouchers); a maximum-weight matching of roots with groups, found greedily with augmenting paths
std::vector<Voucher> independent_vouchers(std::vector<Voucher> vouchers);

}  // namespace tocsin::assess
