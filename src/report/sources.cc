// Who said it first decides: two documents whose attack claims come from the same first claimant are one source. A text
// that is nearly another's (a quarter of the five-word shingles shared, by the smallest 256 hashes of each) rests on
// it, too. Groups are the connected parts of that relation.

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "base/unicode.h"
#include "report/phrase_table.h"
#include "report/reader.h"

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

/// The first claimant of most attack claims, folded, and the name; empty when nobody is named.
std::pair<std::string, std::string> root_of(const DocumentReading& reading) {
  const bool specific = std::ranges::any_of(reading.claims, [](const Claim& claim) {
    return is_warning(claim) && is_specific(claim) && !claim.claimants.empty();
  });
  std::map<std::string, std::pair<std::size_t, std::string>> count;
  for (const Claim& claim : reading.claims) {
    if (specific && !is_specific(claim)) continue;
    if (!is_warning(claim) || claim.claimants.empty() || claim.claimants[0].role == record::ClaimantRole::unnamed)
      continue;
    auto& [times, name] = count[fold_phrase(claim.claimants[0].name)];
    times += claim.evidence.size();
    if (name.empty()) name = claim.claimants[0].name;
  }
  std::pair<std::string, std::string> best;
  std::size_t most = 0;
  for (const auto& [key, value] : count) {
    if (value.first <= most) continue;
    most = value.first;
    best = {key, value.second};
  }
  return best;
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  hash ^= hash >> 33;
  return hash * 0xFF51AFD7ED558CCDULL;
}

/// The smallest hashes of the text's shingles: of words, or of characters where there are no spaces.
std::vector<std::uint64_t> sketch_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = decode_utf8(text, at);
    if (is_cjk(c)) {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
      std::string one;
      append_utf8(one, c);
      words.push_back(std::move(one));
    } else if (is_letter(c) || (c < 0x80 && is_ascii_digit(static_cast<char>(c)))) {
      append_utf8(word, fold_case(c));
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  std::set<std::uint64_t> smallest;
  for (std::size_t at = 0; at + kShingle <= words.size(); ++at) {
    std::string shingle;
    for (std::size_t index = at; index < at + kShingle; ++index) shingle += words[index] + " ";
    smallest.insert(hash_of(shingle));
    if (smallest.size() > kSketch) smallest.erase(std::prev(smallest.end()));
  }
  return {smallest.begin(), smallest.end()};
}

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

std::vector<record::SourceGroup> group_sources(const std::vector<DocumentReading>& readings,
                                               const std::vector<std::string_view>& texts) {
  Groups groups(readings.size());
  std::vector<std::pair<std::string, std::string>> roots;
  std::map<std::string, std::size_t> first_of_root;
  std::map<std::string, std::size_t> first_of_hash;
  for (std::size_t index = 0; index < readings.size(); ++index) {
    roots.push_back(root_of(readings[index]));
    if (!roots[index].first.empty()) {
      const auto [found, added] = first_of_root.try_emplace(roots[index].first, index);
      if (!added) groups.join(found->second, index, "same first claimant: " + roots[found->second].second);
    }
    const auto [found, added] = first_of_hash.try_emplace(readings[index].document.sha256, index);
    if (!added) groups.join(found->second, index, "same bytes");
  }
  std::vector<std::vector<std::uint64_t>> sketches;
  for (std::size_t index = 0; index < readings.size(); ++index) {
    sketches.push_back(index < texts.size() ? sketch_of(texts[index]) : std::vector<std::uint64_t>{});
    for (std::size_t other = 0; other < index; ++other) {
      if (groups.find(other) == groups.find(index)) continue;
      if (resemblance(sketches[other], sketches[index]) >= kNear) groups.join(other, index, "nearly the same text");
    }
  }
  std::vector<record::SourceGroup> result;
  std::map<std::size_t, std::size_t> place;
  for (std::size_t index = 0; index < readings.size(); ++index) {
    const auto [found, added] = place.try_emplace(groups.find(index), result.size());
    if (added) result.emplace_back();
    record::SourceGroup& group = result[found->second];
    group.documents.push_back(readings[index].document.path);
    if (group.root.empty()) group.root = roots[index].second;
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
