#pragma once

// Equal claims become one with all their evidence; denials reach the claims that they mean.

#include <map>
#include <string>
#include <vector>

#include "record/claim.h"
#include "report/document.h"

namespace tocsin::report {

struct ReadClaims {
  std::vector<record::Claim> claims;  ///< in order of their first evidence
  std::vector<record::NotUnderstood> not_understood;
};

/// One document's claims. One thread.
class ClaimCollector {
 public:
  explicit ClaimCollector(const Document& document) : document_(document) {}

  /// Adds a claim, or its evidence to an equal one (same content, same claimants).
  void add(record::Claim claim);
  /// A denial without a clause of its own ("denies any involvement"): it meets the document's claims about the denier,
  /// or about actors of the denier's country.
  void deny(const record::Claimant& denier, const record::Term& who);
  /// "That is false.": the claims from the `first`th on are not so.
  void refute_since(std::size_t first);
  void missed(std::string what, std::size_t start, std::size_t end);

  /// How many different claims there are.
  std::size_t size() const { return result_.claims.size(); }
  /// How many claims were handed in.
  std::size_t made() const { return made_; }
  /// Ids given, denials applied.
  ReadClaims finish();

 private:
  struct Denial {
    record::Claimant denier;
    record::Term who;
  };
  static std::string content(const record::Claim& claim);

  const Document& document_;
  ReadClaims result_;
  std::map<std::string, std::size_t> by_content_;
  std::vector<Denial> denials_;
  std::size_t made_ = 0;
};

}  // namespace tocsin::report
