#include "assess/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "assess/directory.h"
#include "assess/wording.h"
#include "base/unicode.h"

namespace tocsin::assess {

namespace {

using record::Predicate;

bool has_concern(const Findings& findings, Concern concern) {
  return std::ranges::any_of(findings.reasons, [&](const Reason& reason) { return reason.concern == concern; });
}

bool is_trace(record::IndicatorType type) {
  // What logs can be searched for; CVE numbers, techniques and the like are not traces.
  using record::IndicatorType;
  switch (type) {
    case IndicatorType::cve:
    case IndicatorType::ghsa:
    case IndicatorType::cwe:
    case IndicatorType::capec:
    case IndicatorType::cpe:
    case IndicatorType::attack:
    case IndicatorType::phone:
    case IndicatorType::iban:
      return false;
    default:
      return true;
  }
}

std::size_t count_indicators(const Findings& findings) {
  std::set<std::string_view> documents;
  for (const Item* item : findings.used) documents.insert(item->document->path);
  std::set<std::string_view> values;
  for (const record::DocumentReading& reading : findings.input.readings) {
    if (!documents.contains(reading.document.path)) continue;
    for (const record::Indicator& indicator : reading.indicators) {
      if (!indicator.suppressed && is_trace(indicator.type)) values.insert(indicator.value);
    }
  }
  return values.size();
}

bool is_logged(const AssessInput& input, const record::Asset& asset) {
  const std::vector<record::Asset> only{asset};
  const auto belongs = [&](const std::string& host, const std::string& path) {
    record::Match probe;
    probe.host = host;
    probe.source.path = path;
    return find_asset(only, probe) == 0;
  };
  return std::ranges::any_of(input.logs,
                             [&](const LogRead& log) {
                               return belongs({}, log.path) ||
                                      std::ranges::any_of(log.hosts,
                                                          [&](const std::string& host) { return belongs(host, {}); });
                             }) ||
         std::ranges::any_of(input.matches, [&](const record::Match& match) { return find_asset(only, match) == 0; });
}

std::vector<std::string> assets_without_logs(const Findings& findings) {
  std::set<std::string_view> concerned;
  for (const record::Through& through : findings.ways.through) concerned.insert(through.exposure.asset);
  std::vector<std::string> silent;
  for (const record::Asset& asset : findings.input.estate.assets) {
    const bool matters = asset.exposure == record::NetworkExposure::internet || concerned.contains(asset.id);
    if (matters && !is_logged(findings.input, asset)) silent.push_back(asset.id);
  }
  std::ranges::sort(silent);
  return silent;
}

std::string component_in_words(const record::Exposure& exposure) {
  return exposure.version.empty() ? one_line(exposure.component)
                                  : fmt::format("{} {}", one_line(exposure.component), one_line(exposure.version));
}

/// Exposures of one component on one asset, in order of urgency.
std::vector<std::vector<const record::Through*>> by_component(const Findings& findings) {
  std::vector<std::vector<const record::Through*>> groups;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::size_t> index;
  for (const record::Through& through : findings.ways.through) {
    const record::Exposure& exposure = through.exposure;
    const auto [at, fresh] = index.try_emplace({exposure.asset, exposure.component, exposure.version}, groups.size());
    if (fresh) groups.emplace_back();
    groups[at->second].push_back(&through);
  }
  return groups;
}

/// The numbers of "2.5.17"; nothing for a version of any other form, for its order is the survey's business.
std::optional<std::vector<std::uint64_t>> dotted_numbers(std::string_view version) {
  std::vector<std::uint64_t> numbers;
  for (std::size_t at = 0; at <= version.size();) {
    const std::size_t end = std::min(version.find('.', at), version.size());
    const std::string_view part = version.substr(at, end - at);
    if (part.empty() || part.size() > 9 || !std::ranges::all_of(part, is_ascii_digit)) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : part) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    numbers.push_back(value);
    at = end + 1;
  }
  return numbers;
}

/// The highest of versions that are all dotted numbers: it is as good as each of them.
std::optional<std::string> highest_of(const std::map<std::string, std::vector<std::string>>& fixed) {
  const std::string* highest = nullptr;
  std::vector<std::uint64_t> numbers;
  for (const auto& entry : fixed) {
    auto own = dotted_numbers(entry.first);
    if (!own) return std::nullopt;
    if (highest != nullptr && *own <= numbers) continue;
    highest = &entry.first;
    numbers = *std::move(own);
  }
  return highest == nullptr ? std::nullopt : std::optional(*highest);
}

std::string closing_step(const std::vector<const record::Through*>& group) {
  const record::Exposure& first = group.front()->exposure;
  const std::string component = one_line(first.component);
  std::set<std::string> unknown;
  std::map<std::string, std::vector<std::string>> fixed;  // version → vulnerabilities
  bool ended = false;
  for (const record::Through* through : group) {
    const record::Exposure& exposure = through->exposure;
    ended |= exposure.verdict == record::Verdict::end_of_life;
    if (exposure.verdict == record::Verdict::version_unknown) unknown.insert(exposure.vulnerability);
    if (!exposure.fixed_version.empty())
      fixed[one_line(exposure.fixed_version)].push_back(one_line(exposure.vulnerability));
  }
  if (unknown.size() == group.size())
    return fmt::format("Find out which version of {} runs on {}", component, first.asset);
  if (ended) {
    return fmt::format("Replace {} on {}: it is no longer supported", component_in_words(first), first.asset);
  }
  if (fixed.empty()) {
    return fmt::format("Shield or switch off {} on {} until a fixed version exists", component_in_words(first),
                       first.asset);
  }
  if (const auto highest = fixed.size() == 1 ? std::optional(fixed.begin()->first) : highest_of(fixed))
    return fmt::format("Update {} on {} to {} or later", component, first.asset, *highest);
  std::vector<std::string> versions;
  for (const auto& [version, vulnerabilities] : fixed) {
    versions.push_back(fmt::format("{} ({})", version, list_in_words(vulnerabilities, 2)));
  }
  return fmt::format("Update {} on {} to a version that is no older than each of {}", component, first.asset,
                     list_in_words(versions, 4));
}

std::string closing_reason(const std::vector<const record::Through*>& group) {
  const record::Exposure& first = group.front()->exposure;
  std::vector<std::string> names;
  for (const record::Through* through : group) {
    if (!through->exposure.vulnerability.empty()) names.push_back(one_line(through->exposure.vulnerability));
  }
  std::string what = names.empty()
                         ? "it is past its end of life"
                         : fmt::format("{} {} open", list_in_words(names, 3), names.size() == 1 ? "is" : "are");
  if (first.priority && !first.priority->decision.empty()) {
    what += fmt::format(" (deadline: {})", priority_in_words(*first.priority));
  }
  return fmt::format("{}; {}", what, group.front()->why);
}

std::string hours_in_words(std::chrono::hours hours) {
  return fmt::format("{} {}", hours.count(), hours.count() == 1 ? "hour" : "hours");
}

std::string contact_in_words(const record::CertContact& cert) {
  return cert.email.empty() ? one_line(cert.name) : fmt::format("{} ({})", one_line(cert.name), one_line(cert.email));
}

/// One step an asset, for everything severe that was seen there.
std::vector<record::Action> looking_steps(const Findings& findings) {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> places;
  for (std::size_t i = 0; i < findings.sightings.size(); ++i) {
    const Sighting& sighting = findings.sightings[i];
    const record::Match& match = sighting.seen.match;
    if (!is_severe(sighting)) continue;
    std::string where = !sighting.seen.asset.empty() ? sighting.seen.asset
                        : !match.host.empty()        ? one_line(match.host)
                                                     : one_line(match.source.path);
    const auto found = std::ranges::find(places, where, &std::pair<std::string, std::vector<std::size_t>>::first);
    if (found != places.end()) {
      found->second.push_back(i);
    } else {
      places.emplace_back(std::move(where), std::vector{i});
    }
  }
  std::vector<record::Action> steps;
  for (const auto& [where, indices] : places) {
    std::string first;
    std::vector<std::string> rules;
    for (const std::size_t index : indices) {
      const Sighting& sighting = findings.sightings[index];
      const record::Match& match = sighting.seen.match;
      if (!match.time.empty() && (first.empty() || match.time < first)) first = match.time;
      rules.push_back(fmt::format("“{}” {}", one_line(match.rule.title.empty() ? match.rule.id : match.rule.title),
                                  sighting.seen.why));
    }
    record::Action step{first.empty() ? fmt::format("Look at {}", where)
                                      : fmt::format("Look at {}, from {} on", where, time_in_words(first)),
                        fmt::format("{} {}", rules.size() == 1 ? "the rule" : "the rules", list_in_words(rules, 4))};
    step.seen = indices;
    steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<record::Action> closing_steps(const Findings& findings) {
  std::vector<record::Action> steps;
  for (const auto& group : by_component(findings)) {
    record::Action step{closing_step(group), closing_reason(group)};
    for (const record::Through* through : group) {
      step.through.push_back(static_cast<std::size_t>(through - findings.ways.through.data()));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

bool is_supply_chain(const record::Term& term) {
  return term.type == record::EntityType::weakness &&
         (term.name == "supply-chain-software" || term.name == "third-party");
}

std::vector<record::Action> supplier_steps(const Findings& findings) {
  const bool supply_chain = std::ranges::any_of(findings.terms, is_supply_chain);
  if (!supply_chain && !has_concern(findings, Concern::supplier)) return {};
  std::vector<record::Action> steps;
  for (const record::Supplier& supplier : findings.input.estate.suppliers) {
    std::vector<std::string> access;
    for (const std::string& each : supplier.access) access.push_back(one_line(each));
    record::Action step{
        access.empty() ? fmt::format("Ask {} whether it is affected", one_line(supplier.name))
                       : fmt::format("Review the access of {}: {}", one_line(supplier.name), list_in_words(access, 4)),
        supply_chain ? "the sources name supply chain software or suppliers as a way in" : "a source names a supplier"};
    for (std::size_t i = 0; i < findings.used.size(); ++i) {
      const auto& object = findings.used[i]->claim->object;
      if (object && (is_supply_chain(*object) || object->type == record::EntityType::identity))
        step.claims.push_back(i);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace

std::vector<std::string> list_not_known(const Findings& findings) {
  const record::Organisation& own = findings.input.estate.organisation;
  const std::string name = one_line(own.name);
  const std::string actor = one_line(findings.actor);
  const bool reported = !findings.used.empty();
  std::vector<std::string> unknown;

  const bool compromise = std::ranges::any_of(findings.used, [](const Item* item) {
    return item->claim->predicate == Predicate::compromises && !item->claim->negated &&
           item->claim->factuality == record::Factuality::actual;
  });
  if (reported && !compromise) {
    const bool severe =
        std::ranges::any_of(findings.sightings, [](const Sighting& sighting) { return is_severe(sighting); });
    unknown.push_back(
        fmt::format("Whether anybody got in: the sources speak of targeting, none of a successful break-in at {}{}.",
                    name, severe ? "; what the logs show may be one" : ""));
  }
  if (!findings.actor.empty() && findings.independent_sources <= 1) {
    unknown.push_back(fmt::format("Whether {} {} behind it: no second, independent source confirms it.", actor,
                                  is_plural(actor) ? "are" : "is"));
  }
  if (reported && count_indicators(findings) == 0) {
    unknown.push_back("How to recognise the activity: the sources give no addresses, file hashes or other indicators.");
  }
  if (reported && findings.terms.empty()) {
    unknown.push_back("The way in: the sources name no weakness, vulnerability or product.");
  } else if (std::ranges::any_of(findings.terms,
                                 [](const record::Term& term) { return term.type == record::EntityType::weakness; })) {
    unknown.push_back("Which systems the sources mean: they name kinds of systems, not hosts or versions.");
  }
  if (!findings.ways.unanswered.empty()) {
    std::vector<std::string> words;
    for (const record::Term& term : findings.ways.unanswered) words.push_back(term_in_words(term));
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    unknown.push_back(fmt::format("Whether {} {} open here: the inventory shows no open weakness of that kind.",
                                  list_in_words(words), words.size() == 1 ? "is" : "are"));
  }
  if (!findings.sightings.empty() && !findings.actor.empty() && !findings.actor_indicator_seen) {
    unknown.push_back(
        fmt::format("Whether what was seen in the logs has to do with {}: nothing in it points to an actor.", actor));
  }
  if (!findings.sightings.empty() && findings.actor.empty()) {
    unknown.push_back("Who is behind what was seen in the logs, and whether it succeeded.");
  }
  std::set<std::string> versions;
  for (const record::Through& through : findings.ways.through) {
    if (through.exposure.verdict != record::Verdict::version_unknown) continue;
    versions.insert(fmt::format("{} on {}", one_line(through.exposure.component), one_line(through.exposure.asset)));
  }
  if (!versions.empty()) {
    const std::vector<std::string> list(versions.begin(), versions.end());
    unknown.push_back(fmt::format("Which version runs: {}.", list_in_words(list, 5)));
  }
  if (findings.input.logs.empty() && findings.input.matches.empty()) {
    unknown.push_back("Whether anything was seen: no logs were searched.");
  } else if (const auto silent = assets_without_logs(findings); !silent.empty()) {
    unknown.push_back(fmt::format("Whether anything was seen on {}: no logs of {} were searched.",
                                  list_in_words(silent, 6), silent.size() == 1 ? "it" : "them"));
  }
  std::set<std::string> quiet;
  std::set<std::string> deniers;
  bool dated = !reported;
  for (const Item* item : findings.used) {
    if (item->claim->predicate == Predicate::declined_to_comment) quiet.insert(one_line(item->claim->subject.name));
    for (const record::Claimant& denier : item->claim->denied_by) deniers.insert(one_line(denier.name));
    if (item->claim->predicate == Predicate::denies) deniers.insert(one_line(item->claim->subject.name));
    dated |= item->document->published.has_value() ||
             (item->claim->time && (item->claim->time->from || item->claim->time->to));
  }
  if (!deniers.empty()) {
    const std::vector<std::string> list(deniers.begin(), deniers.end());
    unknown.push_back(fmt::format("Whether the denial by {} holds.", list_in_words(list, 4)));
  }
  if (!quiet.empty()) {
    const std::vector<std::string> list(quiet.begin(), quiet.end());
    unknown.push_back(fmt::format("What {} {} about it: no comment so far.", list_in_words(list, 4),
                                  list.size() == 1 ? "knows" : "know"));
  }
  if (!dated) unknown.push_back("When it happened: neither the claims nor the documents carry a date.");
  return unknown;
}

std::vector<record::Action> list_actions(const Findings& findings) {
  const record::CertContact& cert = findings.input.estate.organisation.cert;
  std::vector<record::Action> actions = looking_steps(findings);
  const bool incident = !actions.empty();
  const auto append = [&](std::vector<record::Action> steps) {
    for (record::Action& step : steps) actions.push_back(std::move(step));
  };
  if (incident && !cert.name.empty()) {
    record::Action report{fmt::format("Report to {} within {} of becoming aware", contact_in_words(cert),
                                      hours_in_words(cert.report_within)),
                          "what was seen in the logs may be an incident that has to be reported"};
    for (const record::Action& step : actions)
      report.seen.insert(report.seen.end(), step.seen.begin(), step.seen.end());
    actions.push_back(std::move(report));
  }
  append(closing_steps(findings));
  append(supplier_steps(findings));
  if (!incident && !cert.name.empty()) {
    actions.push_back({fmt::format("Tell {} about this warning and ask what it knows", contact_in_words(cert)),
                       fmt::format("it may hold indicators; should an incident be found, its clock is {}",
                                   hours_in_words(cert.report_within))});
  }
  if (const auto silent = assets_without_logs(findings); !silent.empty()) {
    actions.push_back({fmt::format("Collect and search the logs of {}", list_in_words(silent, 6)),
                       "without them, that nothing was seen there says nothing"});
  }
  return actions;
}

}  // namespace tocsin::assess
