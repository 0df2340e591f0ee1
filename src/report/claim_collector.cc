#include "report/claim_collector.h"

#include <algorithm>

#include "base/hash.h"

namespace tocsin::report {

namespace {

using record::Claim;
using record::Predicate;

constexpr std::size_t kMaxEvidence = 20;
/// Namespace of claim ids: a version 4 UUID of our own.
constexpr std::string_view kClaimNamespace = "7d1a3f0e-6c58-4c0b-9a55-2f0c8e1d4b73";

bool is_attack(Predicate predicate) {
  return predicate == Predicate::targets || predicate == Predicate::compromises ||
         predicate == Predicate::attributed_to || predicate == Predicate::exploits;
}

}  // namespace

std::string ClaimCollector::content(const Claim& claim) {
  constexpr char kMark = '\x1F';
  std::string text;
  const auto term = [&](const record::Term& one) {
    text += std::string(record::entity_type_name(one.type)) + kMark + one.name + kMark + one.country + kMark;
  };
  term(claim.subject);
  text += std::string(record::predicate_name(claim.predicate)) + kMark;
  if (claim.object) term(*claim.object);
  text += std::string(record::factuality_name(claim.factuality)) + kMark + (claim.negated ? "not" : "") + kMark;
  for (const record::Claimant& claimant : claim.claimants) text += claimant.name + kMark;
  return text;
}

void ClaimCollector::add(Claim claim) {
  ++made_;
  const auto [found, added] = by_content_.try_emplace(content(claim), result_.claims.size());
  if (added) {
    result_.claims.push_back(std::move(claim));
    return;
  }
  Claim& known = result_.claims[found->second];
  known.confidence = std::max(known.confidence, claim.confidence);
  if (!known.time) known.time = claim.time;
  for (const record::Claimant& denier : claim.denied_by) {
    if (std::ranges::find(known.denied_by, denier) == known.denied_by.end()) known.denied_by.push_back(denier);
  }
  for (record::Evidence& evidence : claim.evidence) {
    if (known.evidence.size() < kMaxEvidence && std::ranges::find(known.evidence, evidence) == known.evidence.end()) {
      known.evidence.push_back(std::move(evidence));
    }
  }
}

void ClaimCollector::deny(const record::Claimant& denier, const record::Term& who) {
  denials_.push_back({denier, who});
}

void ClaimCollector::refute_since(std::size_t first) {
  for (std::size_t at = first; at < result_.claims.size(); ++at) {
    if (is_attack(result_.claims[at].predicate)) result_.claims[at].negated = true;
  }
}

void ClaimCollector::missed(std::string what, std::size_t start, std::size_t end) {
  record::NotUnderstood item;
  item.what = std::move(what);
  item.document = document_.info.path;
  item.span = document_.span(start, end);
  item.text = document_.quote(item.span);
  result_.not_understood.push_back(std::move(item));
}

ReadClaims ClaimCollector::finish() {
  for (const Denial& denial : denials_) {
    for (Claim& claim : result_.claims) {
      if (!is_attack(claim.predicate)) continue;
      const bool about_victim = claim.object && claim.object->name == denial.who.name;
      const bool about_country = !denial.who.country.empty() && claim.subject.country == denial.who.country;
      const bool about_actor = claim.subject.name == denial.who.name;
      if (!about_victim && !about_country && !about_actor) continue;
      if (std::ranges::find(claim.denied_by, denial.denier) == claim.denied_by.end())
        claim.denied_by.push_back(denial.denier);
    }
  }
  const auto name_space = parse_uuid(kClaimNamespace);
  for (Claim& claim : result_.claims) {
    claim.id =
        "claim--" + print_uuid(make_uuid_v5(name_space ? *name_space : Uuid{}, content(claim) + document_.info.sha256));
  }
  return std::move(result_);
}

}  // namespace tocsin::report
