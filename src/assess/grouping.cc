#include "assess/grouping.h"

#include <algorithm>
#include <map>

#include "assess/wording.h"

namespace tocsin::assess {

namespace {

using record::EntityType;
using record::Predicate;

struct Subject {
  Group group;
  Naming naming;
};

/// Which group a subject belongs to; nullopt when it is no actor.
std::optional<Subject> subject_of(const record::Claim& claim, const Directory& directory) {
  const record::Term& subject = claim.subject;
  Subject found;
  Group& group = found.group;
  Naming& naming = found.naming;
  naming = {one_line(subject.name), subject.id, subject.country};
  switch (subject.type) {
    case EntityType::intrusion_set:
    case EntityType::threat_actor:
    case EntityType::campaign:
      if (const record::KnownEntity* known = directory.find_actor(subject)) {
        group.kind = GroupKind::actor;
        group.known = known;
        naming.name = known->name;
        if (!known->id.empty()) naming.id = known->id;
        if (!known->country.empty()) naming.country = known->country;
        group.key = "actor:" + name_key(known->name);
        return found;
      }
      if (is_plural(subject.name) || name_key(subject.name).empty()) break;
      group.kind = GroupKind::actor;
      group.key = "actor:" + name_key(subject.name);
      return found;
    case EntityType::malware:
    case EntityType::tool:
      group.kind = GroupKind::software;
      group.key = "software:" + name_key(subject.name);
      return found;
    case EntityType::location:
      naming.country = directory.country_of(subject);
      break;
    case EntityType::identity:
    case EntityType::person:
      if (!can_raise(claim.predicate)) return std::nullopt;
      if (is_plural(subject.name)) break;
      group.kind = GroupKind::actor;
      group.key = "actor:" + name_key(subject.name);
      return found;
    default:
      if (!can_raise(claim.predicate)) return std::nullopt;
      break;
  }
  if (!naming.country.empty()) {
    group.kind = GroupKind::described;
    group.key = "described:" + naming.country;
    return found;
  }
  found = Subject{};
  group.key = "unknown";
  return found;
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
    auto subject = subject_of(*item.claim, directory);
    if (!subject) {
      grouping.others.push_back(&item);
      continue;
    }
    const auto [at, fresh] = by_key.try_emplace(subject->group.key);
    Parts& parts = at->second;
    if (fresh) parts.group = std::move(subject->group);
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

Naming naming_of(const std::vector<const Item*>& items, const Directory& directory) {
  Naming naming;
  const auto take = [](std::string& smallest, const std::string& text) {
    if (!text.empty() && (smallest.empty() || text < smallest)) smallest = text;
  };
  for (const Item* item : items) {
    const auto subject = subject_of(*item->claim, directory);
    if (!subject) continue;
    take(naming.name, subject->naming.name);
    take(naming.id, subject->naming.id);
    take(naming.country, subject->naming.country);
  }
  return naming;
}

bool speaks_for(const record::Claimant& denier, const Naming& actor, const AssessInput& input,
                const Directory& directory) {
  if (!actor.name.empty() && name_key(denier.name) == name_key(actor.name)) return true;
  if (actor.country.empty()) return false;
  if (const record::KnownEntity* known = directory.find_organisation(denier.name))
    return known->country == actor.country;
  const std::string key = name_key(denier.name);
  for (const record::KnownEntity& entity : input.known) {
    if (entity.type != EntityType::location || entity.country != actor.country) continue;
    for (const record::Name& name : entity.names) {
      const std::string country = name_key(name.text);
      if (country.size() >= 4 && key.starts_with(country)) return true;
    }
  }
  return false;
}

}  // namespace tocsin::assess
