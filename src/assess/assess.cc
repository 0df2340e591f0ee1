// From claims to warnings in five steps: claims are gathered by actor (grouping), each group is held against the
// organisation (relevance), those that concern it take in what else their documents say, meet what is open and what was
// seen (join), get their hypotheses (attribution), and say what is not known and what to do (advice).
// Everything is sorted by content before it is used, so the order of the input cannot show.

#include "assess/assess.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "assess/advice.h"
#include "assess/attribution.h"
#include "assess/case.h"
#include "assess/directory.h"
#include "assess/grouping.h"
#include "assess/intake.h"
#include "assess/join.h"
#include "assess/likelihood.h"
#include "assess/relevance.h"
#include "assess/sources.h"
#include "assess/wording.h"
#include "base/hash.h"
#include "base/unicode.h"

namespace tocsin::assess {

namespace {

using record::EntityType;
using record::Predicate;

// Namespace of warning identifiers. Fixed for ever: a warning is recognised again by its id.
constexpr Uuid kWarningNamespace{
    {0x7d, 0x1f, 0x0e, 0x52, 0x93, 0xb8, 0x4c, 0x6e, 0xa2, 0x4d, 0x51, 0x3e, 0x86, 0xc9, 0x0b, 0x17}};

Testimony testimony_of(const Item& item, const Case& chosen, const Scene& scene, bool described) {
  const record::Claim& claim = *item.claim;
  Testimony testimony{item.origin, described ? record::Factuality::generic : claim.factuality, false, false, false};
  testimony.origin.relayed |= chosen.passed_on_in.contains(item.document->path);
  testimony.specific = claim.object && claim.object->type == EntityType::identity && !chosen.terms.empty();
  for (const record::Claimant& denier : claim.denied_by) {
    (speaks_for(denier, chosen.actor, scene.input, scene.directory) ? testimony.denied_by_accused
                                                                    : testimony.denied_by_others) = true;
  }
  return testimony;
}

std::vector<Testimony> testimonies_of(const Case& chosen, const Scene& scene) {
  std::vector<Testimony> testimonies;
  for (const Item* item : chosen.core) testimonies.push_back(testimony_of(*item, chosen, scene, false));
  for (const Item* item : chosen.folded) {
    if (!item->claim->subject.country.empty()) testimonies.push_back(testimony_of(*item, chosen, scene, true));
  }
  // Denied and old claims of the same attack raise nothing, but they are testimony.
  for (const Statement& statement : chosen.group->statements) {
    if (statement.reasons.empty()) continue;
    for (const Item* item : statement.items) {
      if (item->contested && !item->background && std::ranges::find(chosen.core, item) == chosen.core.end())
        testimonies.push_back(testimony_of(*item, chosen, scene, false));
    }
  }
  return testimonies;
}

bool is_technique_seen(const Case& chosen, const Scene& scene) {
  for (const Item* item : chosen.context) {
    const record::Claim& claim = *item->claim;
    if (claim.predicate != Predicate::uses || !claim.object || claim.object->type != EntityType::attack_pattern)
      continue;
    std::string technique = claim.object->name;
    if (const auto* known = scene.directory.find(technique, {EntityType::attack_pattern});
        known != nullptr && !known->external_id.empty()) {
      technique = known->external_id;
    }
    const std::string tag = "attack." + ascii_lower(technique);
    for (const Sighting& sighting : scene.sightings) {
      const auto& tags = sighting.seen.match.rule.tags;
      if (sighting.level >= kMediumLevel && std::ranges::find(tags, tag) != tags.end()) return true;
    }
  }
  return false;
}

Fit fit_of(const Case& chosen, const Scene& scene) {
  Fit fit;
  fit.technique = is_technique_seen(chosen, scene);
  const record::KnownEntity* known = chosen.group->known;
  if (known == nullptr) return fit;
  const record::Organisation& own = scene.input.estate.organisation;
  for (const std::string& sector : known->sectors) {
    for (const std::string& mine : own.sectors) fit.sector |= scene.directory.same_sector(mine, sector);
  }
  fit.country = std::ranges::find(known->target_countries, own.country) != known->target_countries.end();
  for (const Item* item : chosen.context) {
    if (item->claim->predicate != Predicate::motivated_by || !item->claim->object) continue;
    fit.motive |= std::ranges::find(known->motives, item->claim->object->name) != known->motives.end();
  }
  return fit;
}

std::optional<Concern> nearest_concern(const Case& chosen) {
  if (chosen.reasons.empty()) return std::nullopt;
  return std::ranges::min(chosen.reasons, {}, &Reason::concern).concern;
}

AttributionInput attribution_of(const Case& chosen, const std::vector<Case>& cases, const Scene& scene) {
  AttributionInput attribution;
  const bool is_actor = chosen.group->kind == GroupKind::actor || chosen.group->kind == GroupKind::described;
  if (!is_actor) return attribution;
  attribution.actor = chosen.actor.name;
  attribution.testimonies = testimonies_of(chosen, scene);
  for (const Item* item : chosen.group->negated) {
    if (item->contested || item->background || !can_raise(item->claim->predicate)) continue;
    if (!item->claim->object || reasons_of({item->claim}, scene.input, scene.directory).empty()) continue;
    attribution.contradictions.push_back(testimony_of(*item, chosen, scene, false));
  }
  attribution.fit = fit_of(chosen, scene);
  attribution.indicator_seen = chosen.actor_indicator_seen;
  for (const Case& other : cases) {
    if (&other == &chosen || (other.group->kind != GroupKind::actor && other.group->kind != GroupKind::described))
      continue;
    const bool compatible = !other.actor.country.empty() && other.actor.country == chosen.actor.country &&
                            (other.group->kind == GroupKind::described || chosen.group->kind == GroupKind::described);
    const auto nearest = nearest_concern(other);
    if (compatible || !nearest || *nearest > Concern::sector_and_country) continue;
    const bool same_victim = *nearest <= Concern::named_short;
    attribution.rivals.push_back(
        {other.actor.name, same_victim ? testimonies_of(other, scene) : std::vector<Testimony>{}});
  }
  return attribution;
}

void append_evidence(std::vector<record::Evidence>& into, const std::vector<record::Evidence>& from) {
  for (const record::Evidence& evidence : from) {
    if (std::ranges::find(into, evidence) == into.end()) into.push_back(evidence);
  }
}

/// All motives that are reported; the one that the actor is known for gives the name.
std::optional<record::Motive> motive_of(const Case& chosen) {
  std::optional<record::Motive> motive;
  std::set<std::string> words;
  for (const Item* item : chosen.context) {
    const record::Claim& claim = *item->claim;
    if (claim.predicate != Predicate::motivated_by || !claim.object) continue;
    const record::KnownEntity* known = chosen.group->known;
    const bool fits = known != nullptr && std::ranges::find(known->motives, claim.object->name) != known->motives.end();
    if (!motive) motive = record::Motive{claim.object->name, {}, {}};
    if (fits) motive->name = claim.object->name;
    words.insert(motive_in_words(claim.object->name));
    append_evidence(motive->evidence, claim.evidence);
  }
  if (motive) motive->text = list_in_words(std::vector<std::string>(words.begin(), words.end()), 4);
  return motive;
}

/// in: used: the items of the warning's claims, in their order
record::Basis basis_of(const Case& chosen, const std::vector<Testimony>& testimonies,
                       const std::vector<const Item*>& used) {
  const auto vouchers = vouchers_of(testimonies);
  record::Basis basis;
  basis.independent_sources = static_cast<std::uint32_t>(vouchers.size());
  bool first_hand = false;
  bool all_relayed = true;
  for (const Voucher& voucher : vouchers) {
    first_hand |=
        voucher.origin.role == record::ClaimantRole::primary || voucher.origin.role == record::ClaimantRole::government;
    all_relayed &= voucher.origin.relayed;
  }
  const bool contested = std::ranges::any_of(testimonies, &Testimony::denied_by_others);
  std::vector<std::string> why;
  if (vouchers.empty()) {
    why.push_back("no source names this activity");
  } else {
    std::vector<std::string> names;
    for (const Voucher& voucher : vouchers) names.push_back(origin_in_words(voucher.origin));
    why.push_back(fmt::format("{}: {}", count_in_words(vouchers.size(), "independent source", "independent sources"),
                              list_in_words(names, 4)));
  }
  if (first_hand) why.push_back("a victim, responder or government among them");
  if (contested) why.push_back("somebody who is not accused denies it");
  if (chosen.actor_indicator_seen) why.push_back("an indicator of the actor was seen in own logs");
  const bool moderate =
      vouchers.size() >= 2 || (vouchers.size() == 1 && ((first_hand && !all_relayed) || chosen.actor_indicator_seen));
  const bool high = vouchers.size() >= 3 && first_hand && !all_relayed;
  basis.confidence = contested ? (high ? "moderate" : "low") : high ? "high" : moderate ? "moderate" : "low";
  for (std::size_t i = 0; i < used.size(); ++i) {
    const Predicate predicate = used[i]->claim->predicate;
    if (!can_raise(predicate) && predicate != Predicate::has_weakness) continue;
    const bool counts = std::ranges::any_of(
        vouchers, [&](const Voucher& voucher) { return voucher.origin.root == used[i]->origin.root; });
    if (counts) basis.claims.push_back(i);
  }
  for (std::size_t i = 0; i < why.size(); ++i) basis.why += (i == 0 ? "" : "; ") + why[i];
  return basis;
}

std::string title_of(const Case& chosen, const Scene& scene) {
  const record::Organisation& own = scene.input.estate.organisation;
  const std::string actor = chosen.actor.name.empty() ? "Unnamed attackers" : capitalised(chosen.actor.name);
  const std::string reported = fmt::format("{} {} reported to target", actor, is_plural(actor) ? "are" : "is");
  const Reason& first = chosen.reasons.front();
  switch (first.concern) {
    case Concern::named:
    case Concern::named_short:
      return fmt::format("{} {}", reported, one_line(own.name));
    case Concern::indicator_seen:
      return fmt::format("Traces that a report gives for {} were seen at {}",
                         chosen.actor.name.empty() ? "an attack" : chosen.actor.name, one_line(own.name));
    case Concern::supplier:
      return fmt::format("{} a supplier of {}", reported, one_line(own.name));
    case Concern::sector_and_country:
      return fmt::format("{} the sector of {} in {}", reported, one_line(own.name),
                         scene.directory.country_name(own.country));
    case Concern::vulnerability:
    case Concern::software:
    case Concern::weakness:
      return fmt::format("{} technology that {} runs", reported, one_line(own.name));
    case Concern::sector:
    case Concern::country:
      break;
  }
  return fmt::format("{} organisations like {}", reported, one_line(own.name));
}

std::string seen_reason(const Sighting& sighting, const Case* chosen, const Ways& ways, const Scene& scene) {
  std::string why = sighting.seen.why;
  const std::string& asset = sighting.seen.asset;
  if (asset.empty()) {
    why += "; on a host that is not in the estate";
  } else {
    const bool open = std::ranges::any_of(
        ways.through, [&](const record::Through& through) { return through.exposure.asset == asset; });
    const record::Asset* found = asset_of(scene.input.estate.assets, asset);
    if (found != nullptr && found->exposure == record::NetworkExposure::internet)
      why += fmt::format("; {} faces the internet", asset);
    if (open) why += fmt::format("; {} has open exposures of this warning", asset);
  }
  if (chosen == nullptr) return why;
  std::set<std::string_view> documents;
  for (const Item* item : chosen->core) documents.insert(item->document->path);
  switch (tie_of(sighting, *chosen->group, chosen->actor, documents, scene)) {
    case IndicatorTie::of_actor:
      return why + fmt::format("; the indicator is said to be {}'s", chosen->actor.name);
    case IndicatorTie::of_document:
      return why + "; the indicator stands in a report of this warning";
    case IndicatorTie::none:
      return why + "; nothing in it points to an actor";
  }
  return why;
}

std::string make_id(const record::Organisation& own, std::string_view actor, const std::set<std::string>& contents) {
  std::string name;
  const auto append = [&](std::string_view part) { name += fmt::format("{}:{}", part.size(), part); };
  append(name_key(own.name));
  append(actor);
  for (const std::string& content : contents) append(content);
  return "report--" + print_uuid(make_uuid_v5(kWarningNamespace, name));
}

record::Warning make_warning(const Case& chosen, const std::vector<Case>& cases, const Scene& scene) {
  const AssessInput& input = scene.input;
  const record::Organisation& own = input.estate.organisation;
  record::Warning warning;
  warning.organisation = own.name;
  warning.title = title_of(chosen, scene);
  const AttributionInput attribution = attribution_of(chosen, cases, scene);
  warning.hypotheses = weigh(attribution);
  const record::Hypothesis* leading = nullptr;
  double unknown = 0;
  for (const record::Hypothesis& hypothesis : warning.hypotheses) {
    if (hypothesis.name == kUnknownActor)
      unknown = hypothesis.probability;
    else if (!attribution.actor.empty() && leading == nullptr && hypothesis.name == one_line(attribution.actor))
      leading = &hypothesis;
  }
  if (leading != nullptr && leading->probability > unknown) {
    const LikelihoodRange& range = likelihood_range(leading->probability);
    warning.actor = record::WarningActor{chosen.actor.name, chosen.actor.id, range.word, range.low, range.high};
  }
  for (const Reason& reason : chosen.reasons) warning.relevance.push_back(reason.text);

  Findings findings{input, chosen.actor.name, {}, chosen.terms, {}, {}, chosen.reasons, 0, chosen.actor_indicator_seen};
  for (const auto* items : {&chosen.core, &chosen.folded, &chosen.context}) {
    for (const Item* item : *items) findings.used.push_back(item);
  }
  const auto place = [](const Item* item) {
    const record::Span span = item->claim->evidence.empty() ? record::Span{} : item->claim->evidence.front().span;
    return std::tuple(std::string_view(item->document->path), span, content_key(*item->claim));
  };
  std::ranges::stable_sort(findings.used, [&](const Item* a, const Item* b) { return place(a) < place(b); });
  std::set<std::string> contents;
  warning.marking = std::min(input.options.marking, own.clearance);
  for (const Item* item : findings.used) {
    warning.claims.push_back(*item->claim);
    contents.insert(content_key(*item->claim));
    append_evidence(warning.evidence, item->claim->evidence);
    const auto marking = input.document_markings.find(item->document->path);
    if (marking != input.document_markings.end()) warning.marking = std::max(warning.marking, marking->second);
  }
  warning.id = make_id(own, chosen.group->key, contents);

  findings.ways =
      join_exposures(input, chosen.terms, chosen.group->kind == GroupKind::actor ? chosen.actor.name : std::string());
  warning.through = findings.ways.through;
  for (const record::Through& through : warning.through) append_evidence(warning.evidence, through.exposure.evidence);
  std::set<std::string_view> documents;
  for (const Item* item : chosen.core) documents.insert(item->document->path);
  for (const Sighting& sighting : scene.sightings) {
    if (sighting.level < kMediumLevel &&
        tie_of(sighting, *chosen.group, chosen.actor, documents, scene) == IndicatorTie::none)
      continue;
    findings.sightings.push_back(sighting);
    warning.seen.push_back(sighting.seen);
    warning.seen.back().why = seen_reason(sighting, &chosen, findings.ways, scene);
  }
  warning.motive = motive_of(chosen);
  std::vector<Testimony> testimonies = attribution.testimonies;
  if (testimonies.empty()) {
    for (const Item* item : chosen.core) testimonies.push_back(testimony_of(*item, chosen, scene, false));
  }
  warning.basis = basis_of(chosen, testimonies, findings.used);
  findings.independent_sources = warning.basis.independent_sources;
  warning.not_known = list_not_known(findings);
  warning.do_first = list_actions(findings);
  return warning;
}

/// What was seen warrants a warning by itself when no report has anything to do with it.
std::optional<record::Warning> warn_of_sightings(const Scene& scene) {
  Findings findings{scene.input, {}, {}, {}, {}, {}, {}, 0, false};
  std::set<std::string> contents;
  for (const Sighting& sighting : scene.sightings) {
    const record::Match& match = sighting.seen.match;
    if (sighting.level < kHighLevel && !(match.indicator && !match.indicator->belongs_to.empty())) continue;
    findings.sightings.push_back(sighting);
    contents.insert(fmt::format("{}|{}|{}|{}", match.rule.id.empty() ? match.rule.title : match.rule.id,
                                sighting.seen.asset, match.time,
                                match.indicator ? match.indicator->value : std::string()));
  }
  if (findings.sightings.empty()) return std::nullopt;
  const record::Organisation& own = scene.input.estate.organisation;
  std::set<std::string> assets;
  for (const Sighting& sighting : findings.sightings)
    assets.insert(!sighting.seen.asset.empty() ? sighting.seen.asset : one_line(sighting.seen.match.host));
  assets.erase(std::string());
  findings.ways.through =
      urgent_exposures(scene.input, [&](const record::Asset& asset) { return assets.contains(asset.id); });
  record::Warning warning;
  warning.organisation = own.name;
  const std::vector<std::string> list(assets.begin(), assets.end());
  warning.title = assets.empty() ? fmt::format("Suspicious activity in the logs of {}", one_line(own.name))
                                 : fmt::format("Suspicious activity on {}", list_in_words(list, 4));
  warning.id = make_id(own, "sightings", contents);
  warning.hypotheses = weigh({});
  warning.relevance.push_back(fmt::format("was seen in the logs of {}", one_line(own.name)));
  warning.through = findings.ways.through;
  for (const record::Through& through : warning.through) append_evidence(warning.evidence, through.exposure.evidence);
  for (const Sighting& sighting : findings.sightings) {
    warning.seen.push_back(sighting.seen);
    warning.seen.back().why = seen_reason(sighting, nullptr, findings.ways, scene);
  }
  warning.basis = {0, "moderate", "own logs show the events themselves; no report explains them"};
  warning.marking = std::min(scene.input.options.marking, own.clearance);
  warning.not_known = list_not_known(findings);
  warning.do_first = list_actions(findings);
  return warning;
}

std::string reason_not_used(const Item& item, const std::map<const record::Claim*, std::string>& below,
                            const AssessInput& input) {
  if (item.claim->negated) return "it says that this is not so";
  if (const auto found = below.find(item.claim); found != below.end()) return found->second;
  if (item.contested) return "it is denied, and no undisputed claim says the same";
  if (item.background) return fmt::format("background: older than {} days", input.options.fresh_days);
  if (can_raise(item.claim->predicate))
    return fmt::format("nothing in it concerns {}", one_line(input.estate.organisation.name));
  return "nothing that concerns the organisation rests on it";
}

}  // namespace

Assessment assess(const AssessInput& input) {
  const SourceIndex sources(input.readings, input.source_groups);
  Intake intake = take_in(input, sources);
  const Directory directory(input.known, input.readings);
  const Grouping grouping = group_claims(intake, input, directory);
  const std::vector<Sighting> sightings = gather_sightings(input);
  const IndicatorIndex indicators = index_indicators(input.readings);
  const Scene scene{input, directory, grouping, sightings, indicators};

  std::vector<Case> cases;
  std::map<const record::Claim*, std::string> below;
  const auto consider = [&](const Group& group, const std::set<const Statement*>& taken) {
    auto chosen = evaluate(group, taken, scene);
    if (!chosen) return;
    if (chosen->score >= input.options.warn_at) {
      cases.push_back(std::move(*chosen));
      return;
    }
    for (const Item* item : chosen->core) {
      std::vector<std::string> texts;
      for (const Reason& reason : chosen->reasons) texts.push_back(reason.text);
      below[item->claim] = fmt::format("relevance {:.2f} is below {:.2f}: it {}", chosen->score, input.options.warn_at,
                                       list_in_words(texts));
    }
  };
  for (const Group& group : grouping.groups) {
    if (group.kind == GroupKind::actor || group.kind == GroupKind::software) consider(group, {});
  }
  const auto taken = fold_descriptions(cases, scene);
  for (const Group& group : grouping.groups) {
    if (group.kind == GroupKind::described || group.kind == GroupKind::unknown) consider(group, taken);
  }

  Assessment assessment;
  assessment.not_used = std::move(intake.not_used);
  std::set<const record::Claim*> used;
  std::vector<std::pair<double, record::Warning>> scored;
  for (const Case& chosen : cases) {
    scored.emplace_back(chosen.score, make_warning(chosen, cases, scene));
    for (const auto* items : {&chosen.core, &chosen.folded, &chosen.context}) {
      for (const Item* item : *items) used.insert(item->claim);
    }
  }
  if (scored.empty()) {
    if (auto warning = warn_of_sightings(scene)) scored.emplace_back(1.0, std::move(*warning));
  }
  std::ranges::sort(scored, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second.id < b.second.id;
  });
  for (auto& [score, warning] : scored) assessment.warnings.push_back(std::move(warning));

  for (const Item& item : intake.items) {
    if (used.contains(item.claim)) continue;
    assessment.not_used.push_back({claim_note(*item.claim), reason_not_used(item, below, input), item.claim->evidence});
  }
  for (const Sighting& sighting : sightings) {
    const bool listed = std::ranges::any_of(assessment.warnings, [&](const record::Warning& warning) {
      return std::ranges::find(warning.seen, sighting.seen.match, &record::Seen::match) != warning.seen.end();
    });
    if (listed) continue;
    const record::Match& match = sighting.seen.match;
    const std::string where = !sighting.seen.asset.empty() ? sighting.seen.asset : one_line(match.host);
    assessment.not_used.push_back(
        {fmt::format("Rule “{}”{}{}", one_line(match.rule.title), where.empty() ? "" : " on ", where),
         fmt::format("{}; its level ({}) is too low to warn of by itself", sighting.seen.why,
                     match.rule.level.empty() ? "none" : one_line(match.rule.level)),
         {}});
  }
  const auto order = [](const NotUsed& entry) { return std::tie(entry.what, entry.reason); };
  const auto place = [](const NotUsed& entry) {
    return entry.evidence.empty()
               ? std::tuple(std::string_view(), std::uint64_t{0})
               : std::tuple(std::string_view(entry.evidence.front().document), entry.evidence.front().span.start);
  };
  std::ranges::sort(assessment.not_used, [&](const NotUsed& a, const NotUsed& b) {
    return order(a) != order(b) ? order(a) < order(b) : place(a) < place(b);
  });
  const auto same = std::ranges::unique(assessment.not_used,
                                        [&](const NotUsed& a, const NotUsed& b) { return order(a) == order(b); });
  assessment.not_used.erase(same.begin(), same.end());
  return assessment;
}

}  // namespace tocsin::assess
