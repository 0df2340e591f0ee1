// Independence is a matching. Draw every root (who said it first) and every group of documents as a point, and every
// claim as an edge between its root and its group. A set of roots is independent when each can be given a group of its
// own: two people of one firm in one interview share the group; one firm in ten papers is one root; a round-up that
// quotes two firms whose own reports we also have can be given to neither without harm. The sets of roots that can be
// matched form a transversal matroid, so taking roots by falling weight, each if an augmenting path exists, gives the
// heaviest set; and adding an edge never makes it lighter.

#include "assess/sources.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "assess/directory.h"

namespace tocsin::assess {

namespace {

// A quote shorter than this ("APT10 targets banks") may be written twice independently.
constexpr std::size_t kTellingQuote = 40;

class UnionFind {
 public:
  explicit UnionFind(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<std::size_t> parent_;
};

bool saw_it_themselves(record::ClaimantRole role) {
  return role == record::ClaimantRole::primary || role == record::ClaimantRole::analyst ||
         role == record::ClaimantRole::government;
}

}  // namespace

SourceIndex::SourceIndex(const std::vector<record::DocumentReading>& readings,
                         const std::vector<record::SourceGroup>& groups) {
  UnionFind sets(readings.size());
  std::map<std::string_view, std::size_t> by_path;
  std::map<std::string, std::size_t> by_content;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const auto join = [&](auto& map, auto key) {
      const auto [at, fresh] = map.try_emplace(std::move(key), i);
      if (!fresh) sets.join(i, at->second);
    };
    join(by_path, std::string_view(readings[i].document.path));
    if (!readings[i].document.sha256.empty()) join(by_content, "sha256:" + readings[i].document.sha256);
    for (const record::Claim& claim : readings[i].claims) {
      for (const record::Evidence& evidence : claim.evidence) {
        if (evidence.quote.size() >= kTellingQuote) join(by_content, "quote:" + evidence.quote);
      }
    }
  }
  for (const record::SourceGroup& group : groups) {
    std::optional<std::size_t> first;
    for (const std::string& path : group.documents) {
      const auto found = by_path.find(path);
      if (found == by_path.end()) continue;
      if (first) sets.join(*first, found->second);
      first = found->second;
    }
  }

  // A group is called by its smallest content, so that neither the order nor the paths of copies matter.
  std::map<std::size_t, Group> of_set;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const record::DocumentInfo& document = readings[i].document;
    std::string id = document.sha256.empty() ? document.path : document.sha256;
    Group& group = of_set[sets.find(i)];
    if (group.id.empty() || id < group.id) group.id = std::move(id);
  }
  for (const record::SourceGroup& source : groups) {
    for (const std::string& path : source.documents) {
      const auto found = by_path.find(path);
      if (found == by_path.end() || by_path.contains(source.root)) continue;  // a root that is a path names nobody
      Group& group = of_set[sets.find(found->second)];
      if (group.root.empty() || source.root < group.root) group.root = source.root;
      group.speak.insert(name_key(source.root));
    }
  }
  for (std::size_t i = 0; i < readings.size(); ++i) {
    group_of_document_.try_emplace(readings[i].document.path, of_set[sets.find(i)]);
  }
}

Origin SourceIndex::origin(const record::Claim& claim, std::string_view document) const {
  Origin origin;
  const auto found = group_of_document_.find(document);
  const Group group = found != group_of_document_.end() ? found->second : Group{std::string(document), {}, {}};
  origin.group = group.id;

  const auto named = std::ranges::find_if(claim.claimants, [](const record::Claimant& claimant) {
    return saw_it_themselves(claimant.role) && !claimant.name.empty();
  });
  if (named != claim.claimants.end()) {
    origin.name = named->name;
    origin.role = named->role;
    const bool rests_on_another = !group.speak.empty() && !group.speak.contains(name_key(named->name));
    origin.relayed = std::next(named) != claim.claimants.end() || rests_on_another;
  } else if (!group.root.empty()) {
    origin.name = group.root;
    origin.role = claim.claimants.empty() ? record::ClaimantRole::unnamed : claim.claimants.front().role;
    origin.relayed = true;
  } else if (!claim.claimants.empty() && !claim.claimants.front().name.empty()) {
    origin.name = claim.claimants.front().name;
    origin.role = claim.claimants.front().role;
    origin.relayed = claim.claimants.size() > 1;
  } else {
    origin.name = document;
    origin.root = "group:" + group.id;
    return origin;
  }
  origin.root = name_key(origin.name);
  return origin;
}

std::vector<Voucher> independent_vouchers(std::vector<Voucher> vouchers) {
  std::ranges::sort(vouchers, [](const Voucher& a, const Voucher& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.origin < b.origin;
  });
  std::vector<std::size_t> heaviest;  // of each root, by falling weight
  std::map<std::string_view, std::size_t> root_index;
  std::map<std::string_view, std::size_t> group_index;
  std::vector<std::vector<std::size_t>> groups_of_root;
  for (std::size_t i = 0; i < vouchers.size(); ++i) {
    const auto [root, is_new] = root_index.try_emplace(vouchers[i].origin.root, heaviest.size());
    if (is_new) {
      heaviest.push_back(i);
      groups_of_root.emplace_back();
    }
    const std::size_t group = group_index.try_emplace(vouchers[i].origin.group, group_index.size()).first->second;
    groups_of_root[root->second].push_back(group);
  }

  constexpr std::size_t kFree = ~std::size_t{0};
  std::vector<std::size_t> root_of_group(group_index.size(), kFree);
  std::vector<Voucher> independent;
  for (std::size_t start = 0; start < heaviest.size(); ++start) {
    // Breadth first from `start` to a free group along alternating edges.
    std::vector<std::size_t> reached_from(root_of_group.size(), kFree);  // root that led to a group
    std::vector<std::size_t> queue{start};
    std::size_t free_group = kFree;
    for (std::size_t at = 0; at < queue.size() && free_group == kFree; ++at) {
      for (const std::size_t group : groups_of_root[queue[at]]) {
        if (reached_from[group] != kFree) continue;
        reached_from[group] = queue[at];
        if (root_of_group[group] == kFree) {
          free_group = group;
          break;
        }
        queue.push_back(root_of_group[group]);
      }
    }
    if (free_group == kFree) continue;
    for (std::size_t group = free_group;;) {
      const std::size_t root = reached_from[group];
      const auto previous = std::ranges::find(root_of_group, root);
      root_of_group[group] = root;
      if (root == start) break;
      group = static_cast<std::size_t>(previous - root_of_group.begin());
    }
    independent.push_back(vouchers[heaviest[start]]);
  }
  return independent;
}

}  // namespace tocsin::assess
