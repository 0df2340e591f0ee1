#include "assess/case.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "assess/wording.h"

namespace tocsin::assess {

namespace {

using record::EntityType;
using record::Predicate;

std::string victim_key(const record::Term& term, const Scene& scene) {
  if (scene.directory.matches(scene.input.estate.organisation, term.name) != NameMatch::none) return "own";
  if (const record::KnownEntity* known = scene.directory.find_organisation(term.name)) return "known:" + known->name;
  return name_key(term.name);
}

bool holds(const std::set<std::string_view>& set, std::string_view value) { return set.contains(value); }

/// What else the documents of `core` say of the actor, of the victims and by the same source.
void take_context(Case& chosen, const Scene& scene) {
  std::set<std::string_view> documents;
  std::set<std::string> victims;
  std::set<std::string_view> roots;
  for (const Item* item : chosen.core) {
    documents.insert(item->document->path);
    roots.insert(item->origin.root);
    if (item->claim->object) victims.insert(victim_key(*item->claim->object, scene));
  }
  for (const Item* item : chosen.group->context) {
    if (holds(documents, item->document->path)) chosen.context.push_back(item);
  }
  for (const Item* item : scene.grouping.others) {
    if (item->claim->negated || !holds(documents, item->document->path)) continue;
    // Some reports speak of weak systems without saying again whose; then the source decides.
    const bool nobodys =
        item->claim->predicate == Predicate::has_weakness && name_key(item->claim->subject.name).empty();
    const bool of_victim = victims.contains(victim_key(item->claim->subject, scene));
    const bool of_source = holds(roots, item->origin.root) || holds(roots, name_key(item->claim->subject.name));
    const bool wanted = item->claim->predicate == Predicate::informed ? of_source
                        : item->claim->predicate == Predicate::denies ? true
                                                                      : of_victim || (nobodys && of_source);
    if (wanted) chosen.context.push_back(item);
  }
}

void take_terms(Case& chosen, const Scene& scene) {
  std::set<std::pair<EntityType, std::string>> seen;
  std::vector<Reason> reasons;
  const auto take = [&](const Item* item) {
    const record::Claim& claim = *item->claim;
    if (item->contested || item->background || claim.negated || !claim.object || !is_technology(claim.object->type))
      return;
    for (Reason& reason : technology_reasons(*claim.object, factuality_factor(claim.factuality), scene.input)) {
      chosen.reasons.push_back(std::move(reason));
    }
    if (seen.insert({claim.object->type, name_key(claim.object->name)}).second) chosen.terms.push_back(*claim.object);
  };
  for (const auto* items : {&chosen.core, &chosen.folded, &chosen.context}) {
    for (const Item* item : *items) take(item);
  }
  std::ranges::sort(chosen.terms, [](const record::Term& a, const record::Term& b) {
    return std::tie(a.type, a.name) < std::tie(b.type, b.name);
  });
}

/// All that a group's claims say, attacks first, without what is denied or old.
std::vector<const Item*> usable_items(const Group& group, const std::set<const Statement*>& taken) {
  std::vector<const Item*> items;
  const auto take = [&](const Item* item) {
    if (!item->contested && !item->background) items.push_back(item);
  };
  for (const Statement& statement : group.statements) {
    if (!statement.raises || taken.contains(&statement)) continue;
    for (const Item* item : statement.items) take(item);
  }
  for (const Item* item : group.context) take(item);
  return items;
}

/// The items of a statement that say something of us by themselves.
void take_items(std::vector<const Item*>& into, const Statement& statement, const Scene& scene) {
  for (const Item* item : statement.items) {
    if (!reasons_of({item->claim}, scene.input, scene.directory).empty()) into.push_back(item);
  }
}

}  // namespace

IndicatorIndex index_indicators(const std::vector<record::DocumentReading>& readings) {
  IndicatorIndex index;
  for (const record::DocumentReading& reading : readings) {
    for (const record::Indicator& indicator : reading.indicators) {
      if (!indicator.suppressed) index[indicator.value].push_back(reading.document.path);
    }
  }
  return index;
}

IndicatorTie tie_of(const Sighting& sighting, const Group& group, const Naming& actor,
                    const std::set<std::string_view>& documents, const Scene& scene) {
  if (!sighting.seen.match.indicator) return IndicatorTie::none;
  const record::MatchedIndicator& indicator = *sighting.seen.match.indicator;
  if (!indicator.belongs_to.empty() && group.kind != GroupKind::unknown) {
    const record::KnownEntity* owner = scene.directory.find(
        indicator.belongs_to, {EntityType::intrusion_set, EntityType::threat_actor, EntityType::campaign});
    if (owner != nullptr ? owner == group.known : name_key(indicator.belongs_to) == name_key(actor.name)) {
      return IndicatorTie::of_actor;
    }
  }
  const auto given = scene.indicators.find(indicator.value);
  if (given != scene.indicators.end() &&
      std::ranges::any_of(given->second, [&](std::string_view document) { return documents.contains(document); })) {
    return IndicatorTie::of_document;
  }
  return IndicatorTie::none;
}

std::optional<Case> evaluate(const Group& group, const std::set<const Statement*>& taken, const Scene& scene) {
  Case chosen;
  chosen.group = &group;
  for (const Statement& statement : group.statements) {
    if (taken.contains(&statement) || !statement.raises || statement.reasons.empty()) continue;
    take_items(chosen.core, statement, scene);
    chosen.reasons.insert(chosen.reasons.end(), statement.reasons.begin(), statement.reasons.end());
  }
  const bool stated = !chosen.core.empty();
  // A report without a word on us still concerns us when its traces are found here.
  if (!stated) chosen.core = usable_items(group, taken);
  if (chosen.core.empty()) return std::nullopt;
  chosen.actor = naming_of(chosen.core, scene.directory);
  std::set<std::string_view> documents;
  for (const Item* item : chosen.core) documents.insert(item->document->path);
  std::set<std::string_view> given_in;
  for (const Sighting& sighting : scene.sightings) {
    const IndicatorTie tie = tie_of(sighting, group, chosen.actor, documents, scene);
    if (tie == IndicatorTie::none) continue;
    chosen.actor_indicator_seen |= tie == IndicatorTie::of_actor;
    const std::string& value = sighting.seen.match.indicator->value;
    if (const auto given = scene.indicators.find(value); given != scene.indicators.end()) {
      given_in.insert(given->second.begin(), given->second.end());
    }
    chosen.reasons.push_back({Concern::indicator_seen, concern_weight(Concern::indicator_seen),
                              fmt::format("gives indicators, and one of them was seen here ({})", one_line(value))});
  }
  if (!stated) {
    if (chosen.reasons.empty()) return std::nullopt;
    if (!chosen.actor_indicator_seen) {  // only what the reports say whose traces these are
      std::erase_if(chosen.core, [&](const Item* item) { return !given_in.contains(item->document->path); });
      chosen.actor = naming_of(chosen.core, scene.directory);
    }
    const bool attacks = std::ranges::any_of(
        chosen.core, [](const Item* item) { return can_raise(item->claim->predicate) && item->claim->object; });
    if (attacks) {
      std::erase_if(chosen.core,
                    [](const Item* item) { return !can_raise(item->claim->predicate) || !item->claim->object; });
    }
  }
  take_context(chosen, scene);
  std::erase_if(chosen.context,
                [&](const Item* item) { return std::ranges::find(chosen.core, item) != chosen.core.end(); });
  for (const auto* items : {&chosen.core, &chosen.context}) {
    for (const Item* item : *items) {
      const bool press = std::ranges::any_of(item->claim->claimants, [](const record::Claimant& claimant) {
        return claimant.role == record::ClaimantRole::agency || claimant.role == record::ClaimantRole::outlet;
      });
      if (press) chosen.passed_on_in.insert(item->document->path);
    }
  }
  take_terms(chosen, scene);
  chosen.reasons = settle(std::move(chosen.reasons));
  chosen.score = relevance_score(chosen.reasons);
  return chosen;
}

std::set<const Statement*> fold_descriptions(std::vector<Case>& cases, const Scene& scene) {
  std::set<const Statement*> taken;
  for (const Group& group : scene.grouping.groups) {
    if (group.kind != GroupKind::described && group.kind != GroupKind::unknown) continue;
    for (const Statement& statement : group.statements) {
      for (Case& chosen : cases) {
        const bool fits = group.kind == GroupKind::unknown ||
                          (!chosen.actor.country.empty() && group.key == "described:" + chosen.actor.country);
        const bool together = std::ranges::any_of(
            chosen.core, [&](const Item* item) { return item->document == statement.items.front()->document; });
        if (!fits || !together) continue;
        take_items(chosen.folded, statement, scene);
        taken.insert(&statement);
      }
    }
  }
  return taken;
}

}  // namespace tocsin::assess
