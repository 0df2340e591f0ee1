// Who said it first decides: two documents whose attack claims come from the same first claimant are one source. A text
// that is nearly another's (a quarter of the five-word shingles shared, by the smallest 256 hashes of each) rests on
// it, too. Groups are the connected parts of that relation. A document without claims and indicators vouches for
// nothing and is in no group.

#include "report/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "base/unicode.h"
#include "report/phrase_table.h"

namespace tocsin::report {

namespace {

using record::Claim;
using record::DocumentReading;
using record::Predicate;

constexpr std::size_t kShingle = 5;
constexpr std::size_t kSketch = 256;
constexpr double kNear = 0.25;

bool is_warning(const Claim& claim) {
  return claim.predicate == Predicate::targets || claim.predicate == Predicate::compromises ||
         claim.predicate == Predicate::exploits || claim.predicate == Predicate::has_weakness;
}

/// Claims with a named attacker or a named victim are what a document is about.
bool is_specific(const Claim& claim) {
  return claim.subject.type == record::EntityType::intrusion_set || claim.predicate == Predicate::has_weakness ||
         (claim.object && claim.object->type == record::EntityType::identity);
}

/// Claims or indicators of its own: what a document without them says counts for nothing.
bool has_evidence(const DocumentReading& reading) {
  return !reading.claims.empty() ||
         std::ranges::any_of(reading.indicators, [](const record::Indicator& one) { return !one.suppressed; });
}

/// Who a document's attack claims come from first.
struct Root {
  std::string key;   ///< folded name; empty when nobody is named
  std::string name;  ///< as it stands
  std::string why;   ///< how it was chosen where several speak
};

/// The first claimant of most passages on attacks; of equals, the one that the claims name first.
Root root_of(const DocumentReading& reading) {
  const bool specific = std::ranges::any_of(reading.claims, [](const Claim& claim) {
    return is_warning(claim) && is_specific(claim) && !claim.claimants.empty();
  });
  struct Speaker {
    std::string key;
    std::string name;
    std::size_t passages = 0;
  };
  std::vector<Speaker> speakers;
  std::map<std::string, std::size_t> by_key;
  std::size_t passages = 0;
  for (const Claim& claim : reading.claims) {
    if (specific && !is_specific(claim)) continue;
    if (!is_warning(claim) || claim.claimants.empty() || claim.claimants[0].role == record::ClaimantRole::unnamed)
      continue;
    const std::string& name = claim.claimants[0].name;
    const auto [found, added] = by_key.try_emplace(fold_phrase(name), speakers.size());
    if (added) speakers.push_back({found->first, name});
    speakers[found->second].passages += claim.evidence.size();
    passages += claim.evidence.size();
  }
  if (speakers.empty()) return {};
  std::ranges::stable_sort(speakers, std::ranges::greater{}, &Speaker::passages);
  Root root{speakers[0].key, speakers[0].name, {}};
  if (speakers.size() == 1) return root;
  constexpr std::size_t kListed = 5;
  std::string others;
  for (std::size_t index = 1; index < std::min(speakers.size(), kListed + 1); ++index)
    others += (others.empty() ? "" : ", ") + speakers[index].name;
  if (speakers.size() > kListed + 1) others += fmt::format(" and {} more", speakers.size() - kListed - 1);
  root.why = fmt::format("several speak: {} first in {} of {} passages on attacks, besides {}", root.name,
                         speakers[0].passages, passages, others);
  return root;
}

constexpr std::uint64_t kHashStart = 14695981039346656037ULL;  // FNV-1a, over code points

std::uint64_t mix(std::uint64_t hash) {
  hash ^= hash >> 33;
  return hash * 0xFF51AFD7ED558CCDULL;
}

/// The hashes of the last five words, as one.
class Shingles {
 public:
  void add(std::uint64_t word) {
    words_[count_++ % kShingle] = word;
    if (count_ < kShingle) return;
    std::uint64_t hash = 0;
    for (std::size_t index = 0; index < kShingle; ++index) hash = mix(hash * 31 + words_[(count_ + index) % kShingle]);
    if (smallest_.size() == kSketch && hash >= *smallest_.rbegin()) return;
    smallest_.insert(hash);
    if (smallest_.size() > kSketch) smallest_.erase(std::prev(smallest_.end()));
  }
  std::vector<std::uint64_t> smallest() const { return {smallest_.begin(), smallest_.end()}; }

 private:
  std::array<std::uint64_t, kShingle> words_{};
  std::size_t count_ = 0;
  std::set<std::uint64_t> smallest_;
};

/// Share of the smallest hashes of both that both have.
double resemblance(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  if (a.empty() || b.empty()) return 0;
  std::vector<std::uint64_t> both;
  std::ranges::set_union(a, b, std::back_inserter(both));
  if (both.size() > kSketch) both.resize(kSketch);
  std::size_t shared = 0;
  for (const std::uint64_t hash : both) {
    shared += std::ranges::binary_search(a, hash) && std::ranges::binary_search(b, hash) ? 1 : 0;
  }
  return static_cast<double>(shared) / static_cast<double>(both.size());
}

class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count), why_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }

  std::size_t find(std::size_t index) {
    while (parent_[index] != index) index = parent_[index] = parent_[parent_[index]];
    return index;
  }
  void join(std::size_t a, std::size_t b, const std::string& why) {
    const std::size_t from = find(b);
    const std::size_t to = find(a);
    if (from != to) parent_[std::max(from, to)] = std::min(from, to);
    why_[a].insert(why);
  }
  const std::set<std::string>& why(std::size_t index) const { return why_[index]; }

 private:
  std::vector<std::size_t> parent_;
  std::vector<std::set<std::string>> why_;
};

}  // namespace

/// Shingles of words, or of characters where there are no spaces.
TextSketch sketch_text(std::string_view text) {
  Shingles shingles;
  std::uint64_t word = kHashStart;
  const auto end_word = [&] {
    if (word != kHashStart) shingles.add(mix(word));
    word = kHashStart;
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = decode_utf8(text, at);
    if (is_cjk(c)) {
      end_word();
      shingles.add(mix((kHashStart ^ c) * 1099511628211ULL));
    } else if (is_letter(c) || (c < 0x80 && is_ascii_digit(static_cast<char>(c)))) {
      word = (word ^ fold_case(c)) * 1099511628211ULL;
    } else {
      end_word();
    }
  }
  end_word();
  return {shingles.smallest()};
}

std::vector<record::SourceGroup> group_sources(const std::vector<DocumentReading>& readings,
                                               const std::vector<TextSketch>& sketches) {
  Groups groups(readings.size());
  std::vector<Root> roots(readings.size());
  std::map<std::string, std::size_t> first_of_root;
  std::map<std::string, std::size_t> first_of_hash;
  for (std::size_t index = 0; index < readings.size(); ++index) {
    if (!has_evidence(readings[index])) continue;
    roots[index] = root_of(readings[index]);
    if (!roots[index].key.empty()) {
      const auto [found, added] = first_of_root.try_emplace(roots[index].key, index);
      if (!added) groups.join(found->second, index, "same first claimant: " + roots[found->second].name);
    }
    const auto [found, added] = first_of_hash.try_emplace(readings[index].document.sha256, index);
    if (!added) groups.join(found->second, index, "same bytes");
  }
  for (std::size_t index = 0; index < std::min(readings.size(), sketches.size()); ++index) {
    for (std::size_t other = 0; other < index; ++other) {
      if (!has_evidence(readings[index]) || !has_evidence(readings[other])) continue;
      if (groups.find(other) == groups.find(index)) continue;
      if (resemblance(sketches[other].smallest, sketches[index].smallest) >= kNear)
        groups.join(other, index, "nearly the same text");
    }
  }
  std::vector<record::SourceGroup> result;
  std::map<std::size_t, std::size_t> place;
  for (std::size_t index = 0; index < readings.size(); ++index) {
    if (!has_evidence(readings[index])) continue;
    const auto [found, added] = place.try_emplace(groups.find(index), result.size());
    if (added) result.emplace_back();
    record::SourceGroup& group = result[found->second];
    group.documents.push_back(readings[index].document.path);
    if (group.root.empty() && !roots[index].name.empty()) {
      group.root = roots[index].name;
      if (!roots[index].why.empty()) group.why.push_back(roots[index].why);
    }
    for (const std::string& why : groups.why(index)) {
      if (std::ranges::find(group.why, why) == group.why.end()) group.why.push_back(why);
    }
  }
  for (record::SourceGroup& group : result) {
    if (group.root.empty()) group.root = group.documents.front();
  }
  return result;
}

}  // namespace tocsin::report
