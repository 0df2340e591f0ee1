#include "estate/survey.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/time.h"
#include "estate/match.h"

namespace tocsin::estate {
namespace {

using record::Verdict;

std::string print_date(std::chrono::sys_days day) { return print_rfc3339(Instant(day), 0).substr(0, 10); }

bool is_debian_family(std::string_view distribution) {
  return distribution == "debian" || distribution == "ubuntu" || distribution == "raspbian";
}

auto evidence_key(const record::Evidence& evidence) {
  return std::tie(evidence.document, evidence.span.start, evidence.span.end, evidence.rule, evidence.quote);
}

void sort_evidence(std::vector<record::Evidence>& evidence) {
  std::ranges::sort(
      evidence, [](const record::Evidence& a, const record::Evidence& b) { return evidence_key(a) < evidence_key(b); });
  const auto repeated = std::ranges::unique(evidence);
  evidence.erase(repeated.begin(), repeated.end());
}

void append_evidence(std::vector<record::Evidence>& to, const std::vector<record::Evidence>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// All that the inventories show of one asset, merged.
class AssetSurvey {
 public:
  AssetSurvey(const record::Asset& asset, const EstatePacks& packs, std::chrono::sys_days as_of)
      : asset_(asset), packs_(packs), as_of_(as_of) {}

  void add(const Inventory& inventory) {
    for (const Observation& observation : inventory.observations) {
      const record::Component& component = observation.component;
      const auto key = std::tie(component.name, component.version, component.purl, component.cpe);
      auto [entry, added] = observations_.try_emplace(key, observation);
      if (added) {
        entry->second.component.asset = asset_.id;
        continue;
      }
      Observation& known = entry->second;
      append_evidence(known.component.from, component.from);
      known.component.confidence = std::max(known.component.confidence, component.confidence);
      if (observation.product && (!known.product || observation.identified_by < known.identified_by)) {
        known.product = observation.product;
        known.identified_by = observation.identified_by;
      }
      // A version seen whole once is whole; a distribution named once is named.
      known.version_is_partial = known.version_is_partial && observation.version_is_partial;
      known.implied = known.implied && observation.implied;
      if (known.banner_platform.empty() ||
          (!observation.banner_platform.empty() && observation.banner_platform < known.banner_platform))
        known.banner_platform = observation.banner_platform;
      if (known.banner_distribution.empty() || observation.banner_distribution < known.banner_distribution)
        known.banner_distribution =
            observation.banner_distribution.empty() ? known.banner_distribution : observation.banner_distribution;
    }
  }

  void finish(Survey& survey) {
    for (auto& [key, observation] : observations_) {
      sort_evidence(observation.component.from);
      beside_.is_unix = beside_.is_unix || observation.banner_platform == "unix";
      beside_.is_windows = beside_.is_windows || observation.banner_platform == "windows";
      beside_.is_debian_family =
          beside_.is_debian_family || observation.debian || is_debian_family(observation.banner_distribution);
      ++survey.counts.components;
      if (observation.product) {
        ++survey.counts.components_of_known_products;
        beside_.products.insert(*observation.product);
        add_subject(observation);
      }
      survey.components.push_back(observation.component);
    }
    for (Subject& subject : subjects_) sort_evidence(subject.evidence);
    // Packages before banners: what a package manager says about a product decides what its banner is worth.
    std::ranges::stable_sort(subjects_, {}, [](const Subject& subject) { return !subject.debian.has_value(); });
    for (const Subject& subject : subjects_) by_product_[subject.product].push_back(&subject);
    for (const Subject& subject : subjects_) expose(subject);
    survey.counts.later_vulnerabilities += later_vulnerabilities_;
    for (record::Exposure& exposure : exposures_) {
      ++survey.counts.verdicts[std::string(record::verdict_name(exposure.verdict))];
      survey.exposures.push_back(std::move(exposure));
    }
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string>;  // name, version, purl, CPE

  void add_subject(const Observation& observation) {
    const record::Component& component = observation.component;
    if (observation.debian) {
      const DebianPackage& debian = *observation.debian;
      const auto [entry, added] = by_source_.try_emplace(
          {debian.source, debian.source_version, debian.distribution, debian.release}, subjects_.size());
      if (!added) {
        Subject& known = subjects_[entry->second];
        known.packages.insert(component.name);
        append_evidence(known.evidence, component.from);
        return;
      }
    }
    Subject subject{&asset_,
                    observation.debian ? observation.debian->source : component.name,
                    observation.debian ? observation.debian->source_version : component.version,
                    *observation.product,
                    observation.identified_by,
                    observation.debian,
                    observation.banner_distribution,
                    observation.version_is_partial,
                    observation.implied,
                    component.confidence,
                    component.from,
                    {}};
    if (observation.debian) subject.packages.insert(component.name);
    subjects_.push_back(std::move(subject));
  }

  /// The Debian package that a banner, a CPE or a name most likely shows: same product, same upstream version or none
  /// given.
  const Subject* package_behind(const Subject& subject) const {
    if (subject.debian || subject.identified_by == IdentifiedBy::purl) return nullptr;
    for (const Subject* other : by_product_.at(subject.product)) {
      if (!other->debian) break;  // packages stand first
      if (subject.version.empty()) return other;
      const auto parsed = parse_debian_version(other->version);
      if (!parsed) continue;
      const std::string upstream = upstream_of_debian_version(*parsed);
      const auto order = compare_versions(Scheme::dotted, upstream, subject.version);
      if (order && *order == 0) return other;
      if (subject.version_is_partial && upstream.starts_with(subject.version + ".")) return other;
    }
    return nullptr;
  }

  /// Another observation of the same product that knows the version where this one does not.
  bool is_shadowed(const Subject& subject) const {
    return subject.version.empty() && std::ranges::any_of(by_product_.at(subject.product), [&](const Subject* other) {
             return other != &subject && !other->version.empty() && !other->debian;
           });
  }

  void expose(const Subject& subject) {
    const Subject* package = package_behind(subject);
    if (package == nullptr && (is_shadowed(subject) || (subject.implied && subject.version.empty()))) return;
    for (const VulnerabilityKnowledge::Reference reference : packs_.vulnerabilities.of_product(subject.product)) {
      const Vulnerability& vulnerability = packs_.vulnerabilities.all()[reference.vulnerability];
      if (is_published_after(vulnerability, as_of_)) {
        ++later_vulnerabilities_;
        continue;
      }
      Judgement judgement =
          judge(subject, vulnerability, vulnerability.affects[reference.affected], beside_, packs_.products);
      if (package != nullptr && !yield_to_package(*package, vulnerability, subject, judgement)) continue;
      exposures_.push_back(make_exposure(subject, vulnerability, std::move(judgement), package));
    }
    if (package == nullptr) expose_end_of_life(subject);
  }

  /// The package manager's word stands against the banner's. Returns false when the package's own record says it all.
  bool yield_to_package(const Subject& package, const Vulnerability& vulnerability, const Subject& banner,
                        Judgement& judgement) {
    const auto own = std::ranges::find_if(exposures_, [&](const record::Exposure& exposure) {
      return exposure.vulnerability == vulnerability.id && exposure.component == package.name &&
             exposure.version == package.version;
    });
    if (own == exposures_.end()) return true;
    const std::string installed = fmt::format("{} {}", package.name, package.version);
    if (is_open(own->verdict) || !is_open(judgement.verdict)) {
      if (is_open(own->verdict)) {
        own->trace.insert(own->trace.end() - 1,
                          fmt::format("also seen as {} by {}",
                                      banner.version.empty() ? banner.name : banner.name + " " + banner.version,
                                      identified_by_name(banner.identified_by)));
        append_evidence(own->evidence, banner.evidence);
        sort_evidence(own->evidence);
      }
      return false;
    }
    judgement.trace.back() = fmt::format("taken alone that would be {}", record::verdict_name(judgement.verdict));
    judgement.trace.push_back(
        fmt::format("the package manager of {} shows {} of the same product, which is the program behind it", asset_.id,
                    installed));
    for (std::size_t i = 1; i + 1 < own->trace.size(); ++i) judgement.trace.push_back(own->trace[i]);
    judgement.verdict = own->verdict;
    judgement.source = own->source;
    judgement.fixed_version = own->fixed_version;
    judgement.trace.push_back(fmt::format("verdict: {}", record::verdict_name(judgement.verdict)));
    return true;
  }

  record::Exposure make_exposure(const Subject& subject, const Vulnerability& vulnerability, Judgement judgement,
                                 const Subject* package) const {
    record::Exposure exposure;
    exposure.asset = asset_.id;
    exposure.component = subject.name;
    exposure.version = subject.version;
    exposure.vulnerability = vulnerability.id;
    exposure.summary = vulnerability.summary;
    exposure.weakness =
        vulnerability.weakness.empty() ? packs_.products[subject.product].weakness : vulnerability.weakness;
    exposure.verdict = judgement.verdict;
    exposure.range = std::move(judgement.range);
    exposure.fixed_version = std::move(judgement.fixed_version);
    exposure.source = std::move(judgement.source);
    exposure.trace = std::move(judgement.trace);
    exposure.evidence = subject.evidence;
    if (package != nullptr) exposure.superseded_by = fmt::format("{} {}", package->name, package->version);
    exposure.kev = vulnerability.kev;
    const bool exposed = asset_.exposure == record::NetworkExposure::internet;
    exposure.ssvc = vulnerability.ssvc.value_or(record::SsvcFact{});
    exposure.ssvc->exposed = exposed ? "yes" : "no";
    if (is_open(exposure.verdict)) add_priority(exposure, vulnerability);
    return exposure;
  }

  void add_priority(record::Exposure& exposure, const Vulnerability& vulnerability) const {
    const auto known = [](const std::string& word) {
      return word.empty() ? std::nullopt : std::optional<std::string>(word);
    };
    PriorityFacts facts;
    // A listing of a later day has no part in what is decided on the day of the survey.
    const bool later = exposure.kev && exposure.kev->listed && exposure.kev->added > print_date(as_of_);
    if (exposure.kev) facts.in_kev = exposure.kev->listed && !later ? "yes" : "no";
    facts.publicly_exposed = known(exposure.ssvc->exposed);
    facts.automatable = known(exposure.ssvc->automatable);
    facts.technical_impact = known(exposure.ssvc->technical_impact);
    PriorityDecision decision = packs_.priorities.decide(facts);
    exposure.priority = std::move(decision.priority);
    if (!vulnerability.ssvc_by.empty())
      decision.reasoning += fmt::format(" (automatable and technical impact as assessed by {})", vulnerability.ssvc_by);
    if (later) decision.reasoning += fmt::format("; listed in KEV on {}, after this survey's day", exposure.kev->added);
    exposure.trace.push_back(std::move(decision.reasoning));
  }

  void expose_end_of_life(const Subject& subject) {
    const Product& product = packs_.products[subject.product];
    const bool is_distribution = product.id == "debian";
    // What a distribution ships, it maintains: upstream's end does not count, the distribution's own does.
    if (subject.version.empty() || (!is_distribution && (subject.debian || !subject.banner_distribution.empty())))
      return;
    if (is_distribution && subject.debian && subject.debian->distribution != "debian") return;
    std::string version = subject.version;
    if (subject.debian)
      if (const auto parsed = parse_debian_version(version)) version = upstream_of_debian_version(*parsed);
    const ReleaseCycle* cycle = packs_.vulnerabilities.cycle_of(subject.product, version);
    if (cycle == nullptr) return;
    const std::string today = print_date(as_of_);
    if (!cycle->ended && (cycle->end_of_life.empty() || cycle->end_of_life >= today)) return;
    record::Exposure exposure;
    exposure.asset = asset_.id;
    exposure.component = is_distribution ? product.name : subject.name;
    exposure.version = subject.version;
    exposure.weakness = "unpatched-software";
    exposure.verdict = Verdict::end_of_life;
    exposure.range = cycle->cycle;
    exposure.source = std::string(packs_.vulnerabilities.end_of_life_source());
    const std::string when = cycle->end_of_life.empty() ? "on a day that is not known" : "on " + cycle->end_of_life;
    exposure.summary =
        fmt::format("{} {} gets no security fixes since its support ended {}", product.name, cycle->cycle, when);
    exposure.trace = {fmt::format("{}: recognised as {} by {} in {}", describe(subject), product.name,
                                  identified_by_name(subject.identified_by),
                                  subject.evidence.empty() ? "" : subject.evidence.front().document),
                      fmt::format("version {} belongs to the release line {}", version, cycle->cycle),
                      fmt::format("its support ended {}; the survey is of {} ({})", when, today, exposure.source),
                      fmt::format("verdict: {}", record::verdict_name(Verdict::end_of_life))};
    exposure.evidence = subject.evidence;
    exposures_.push_back(std::move(exposure));
  }

  const record::Asset& asset_;
  const EstatePacks& packs_;
  std::chrono::sys_days as_of_;
  std::uint64_t later_vulnerabilities_ = 0;
  std::map<Key, Observation> observations_;
  Neighbourhood beside_;
  std::vector<Subject> subjects_;
  std::map<Key, std::size_t> by_source_;                            ///< Debian source, version, distribution, release
  std::map<ProductIndex, std::vector<const Subject*>> by_product_;  ///< into subjects_, once that is complete
  std::vector<record::Exposure> exposures_;
};

// From the surest to the least sure; ends of life stand behind what is known to be broken.
int verdict_order(Verdict verdict) {
  switch (verdict) {
    case Verdict::affected:
      return 0;
    case Verdict::likely:
      return 1;
    case Verdict::conditional:
      return 2;
    case Verdict::version_unknown:
      return 3;
    case Verdict::end_of_life:
      return 4;
    case Verdict::fixed_by_backport:
      return 5;
    case Verdict::not_affected:
      return 6;
  }
  return 7;
}

}  // namespace

bool is_published_after(const Vulnerability& vulnerability, std::chrono::sys_days day) {
  if (!vulnerability.published.empty()) return vulnerability.published > print_date(day);
  constexpr std::string_view kPrefix = "CVE-";
  std::string_view number = vulnerability.id;
  if (!number.starts_with(kPrefix)) return false;
  number.remove_prefix(kPrefix.size());
  int year = 0;
  std::from_chars(number.data(), number.data() + number.size(), year);
  return year > static_cast<int>(std::chrono::year_month_day(day).year());
}

Survey make_survey(const record::Estate& estate, const std::vector<AssetInventory>& inventories,
                   const EstatePacks& packs, std::chrono::sys_days as_of) {
  Survey survey;
  survey.as_of = as_of;
  survey.counts.assets = estate.assets.size();
  survey.counts.inventories = inventories.size();
  std::map<std::string_view, std::vector<const Inventory*>> by_asset;
  for (const AssetInventory& item : inventories) {
    by_asset[item.asset].push_back(&item.inventory);
    survey.counts.damaged_records += item.inventory.damaged.size();
  }
  std::map<std::string_view, int> importance;
  std::vector<const record::Asset*> assets;
  for (const record::Asset& asset : estate.assets) assets.push_back(&asset);
  std::ranges::sort(assets, {}, &record::Asset::id);
  for (const record::Asset* asset_pointer : assets) {
    const record::Asset& asset = *asset_pointer;
    importance[asset.id] = static_cast<int>(asset.importance);
    // By path: the order in which inventories were given must not matter.
    std::vector<const Inventory*>& own = by_asset[asset.id];
    std::ranges::sort(own, {}, [](const Inventory* inventory) { return std::tie(inventory->path, inventory->kind); });
    AssetSurvey asset_survey(asset, packs, as_of);
    for (const Inventory* inventory : own) {
      asset_survey.add(*inventory);
      survey.problems.insert(survey.problems.end(), inventory->damaged.begin(), inventory->damaged.end());
    }
    asset_survey.finish(survey);
  }
  const auto urgency = [&](const record::Exposure& exposure) {
    const std::uint32_t rank = exposure.priority && exposure.priority->rank != 0 ? exposure.priority->rank : 1000;
    const bool ransomware = exposure.kev && exposure.kev->ransomware;
    return std::tuple(!is_open(exposure.verdict), rank, verdict_order(exposure.verdict), !ransomware,
                      -importance[exposure.asset], std::string_view(exposure.asset),
                      std::string_view(exposure.component), std::string_view(exposure.version),
                      std::string_view(exposure.vulnerability));
  };
  std::ranges::stable_sort(survey.exposures, {}, urgency);
  return survey;
}

Survey survey_estate(const record::Estate& estate, const EstatePacks& packs, std::chrono::sys_days as_of) {
  std::vector<AssetInventory> inventories;
  std::vector<Diagnostic> unreadable;
  for (const record::Asset& asset : estate.assets)
    for (const std::string& path : asset.inventory) {
      auto inventory = load_inventory(path, packs.products, packs.fingerprints);
      if (inventory) {
        inventories.push_back({asset.id, *std::move(inventory)});
        continue;
      }
      Where where = inventory.error().where;
      if (where.source.empty()) where.source = path;
      unreadable.push_back({Severity::error,
                            fmt::format("inventory/{}", error_code_name(inventory.error().code)),
                            inventory.error().message,
                            std::move(where),
                            {},
                            inventory.error().hint});
    }
  Survey survey = make_survey(estate, inventories, packs, as_of);
  survey.counts.unreadable_inventories = unreadable.size();
  survey.problems.insert(survey.problems.begin(), unreadable.begin(), unreadable.end());
  return survey;
}

}  // namespace tocsin::estate
