#include "assess/grouping.h"

#include <algorithm>
#include <map>

#include "assess/wording.h"

namespace tocsin::assess {

namespace {

using record::EntityType;
using record::Predicate;

/// Which group a subject belongs to; nullopt when it is no actor.
std::optional<Group> group_of(const record::Claim& claim, const Directory& directory) {
  const record::Term& subject = claim.subject;
  Group group;
  group.name = one_line(subject.name);
  group.id = subject.id;
  group.country = subject.country;
  switch (subject.type) {
    case EntityType::intrusion_set:
    case EntityType::threat_actor:
    case EntityType::campaign:
      if (const record::KnownEntity* known = directory.find_actor(subject)) {
        group.kind = GroupKind::actor;
        group.known = known;
        group.name = known->name;
        if (!known->id.empty()) group.id = known->id;
        if (!known->country.empty()) group.country = known->country;
        group.key = "actor:" + name_key(known->name);
        return group;
      }
      if (is_plural(subject.name) || name_key(subject.name).empty()) break;
      group.kind = GroupKind::actor;
      group.key = "actor:" + name_key(subject.name);
      return group;
    case EntityType::malware:
    case EntityType::tool:
      group.kind = GroupKind::software;
      group.key = "software:" + name_key(subject.name);
      return group;
    case EntityType::location:
      group.country = directory.country_of(subject);
      break;
    case EntityType::identity:
    case EntityType::person:
      if (!can_raise(claim.predicate)) return std::nullopt;
      if (is_plural(subject.name)) break;
      group.kind = GroupKind::actor;
      group.key = "actor:" + name_key(subject.name);
      return group;
    default:
      if (!can_raise(claim.predicate)) return std::nullopt;
      break;
  }
  if (!group.country.empty()) {
    group.kind = GroupKind::described;
    group.key = "described:" + group.country;
    return group;
  }
  group = Group{};
  group.key = "unknown";
  return group;
}

bool overlap(const record::Claim& a, const record::Claim& b) {
  for (const record::Evidence& left : a.evidence) {
    for (const record::Evidence& right : b.evidence) {
      if (left.document == right.document && left.span.page == right.span.page && left.span.start < right.span.end &&
          right.span.start < left.span.end) {
        return true;
      }
    }
  }
  return false;
}

/// Items are sorted by document and place; an item joins the statement whose last item it overlaps.
std::vector<Statement> make_statements(std::vector<const Item*> items) {
  std::ranges::stable_sort(items, [](const Item* a, const Item* b) {
    const auto start = [](const Item* item) {
      return item->claim->evidence.empty() ? record::Span{} : item->claim->evidence.front().span;
    };
    return a->document->path != b->document->path ? a->document->path < b->document->path : start(a) < start(b);
  });
  std::vector<Statement> statements;
  for (const Item* item : items) {
    const bool joins = !statements.empty() && statements.back().items.back()->document == item->document &&
                       overlap(*statements.back().items.back()->claim, *item->claim);
    if (!joins) statements.emplace_back();
    statements.back().items.push_back(item);
  }
  return statements;
}

}  // namespace

Grouping group_claims(const Intake& intake, const AssessInput& input, const Directory& directory) {
  struct Parts {
    Group group;
    std::vector<const Item*> raising;
  };
  std::map<std::string, Parts> by_key;
  Grouping grouping;
  for (const Item& item : intake.items) {
    auto group = group_of(*item.claim, directory);
    if (!group) {
      grouping.others.push_back(&item);
      continue;
    }
    const auto [at, fresh] = by_key.try_emplace(group->key);
    Parts& parts = at->second;
    if (fresh) parts.group = *group;
    // Of several spellings and ids the smallest, so that order does not matter.
    if (!fresh && parts.group.known == nullptr && group->name < parts.group.name) parts.group.name = group->name;
    if (parts.group.id.empty() || (!group->id.empty() && group->id < parts.group.id)) parts.group.id = group->id;
    if (parts.group.country.empty() || (!group->country.empty() && group->country < parts.group.country)) {
      parts.group.country = group->country;
    }
    if (item.claim->negated) {
      parts.group.negated.push_back(&item);
    } else if (can_raise(item.claim->predicate) && item.claim->object) {
      parts.raising.push_back(&item);
    } else {
      parts.group.context.push_back(&item);
    }
  }
  for (auto& [key, parts] : by_key) {
    parts.group.statements = make_statements(std::move(parts.raising));
    for (Statement& statement : parts.group.statements) {
      std::vector<const record::Claim*> claims;
      for (const Item* item : statement.items) {
        if (!item->contested && !item->background) claims.push_back(item->claim);
      }
      statement.raises = !claims.empty();
      if (statement.raises) {
        statement.reasons = settle(reasons_of(claims, input, directory));
      } else {
        // What cannot raise may still support: its reasons say whether it speaks of us at all.
        for (const Item* item : statement.items) claims.push_back(item->claim);
        statement.reasons = settle(reasons_of(claims, input, directory));
      }
    }
    grouping.groups.push_back(std::move(parts.group));
  }
  return grouping;
}

bool speaks_for(const record::Claimant& denier, const Group& group, const AssessInput& input,
                const Directory& directory) {
  if (!group.name.empty() && name_key(denier.name) == name_key(group.name)) return true;
  if (group.country.empty()) return false;
  if (const record::KnownEntity* known = directory.find_organisation(denier.name))
    return known->country == group.country;
  const std::string key = name_key(denier.name);
  for (const record::KnownEntity& entity : input.known) {
    if (entity.type != EntityType::location || entity.country != group.country) continue;
    for (const record::Name& name : entity.names) {
      const std::string country = name_key(name.text);
      if (country.size() >= 4 && key.starts_with(country)) return true;
    }
  }
  return false;
}

}  // namespace tocsin::assess
