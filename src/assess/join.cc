#include "assess/join.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "assess/directory.h"
#include "assess/intake.h"
#include "assess/relevance.h"
#include "assess/wording.h"
#include "base/unicode.h"

namespace tocsin::assess {

namespace {

constexpr auto kLevels = std::to_array<std::string_view>({"informational", "low", "medium", "high", "critical"});

int level_of(std::string_view level) {
  const auto found = std::ranges::find(kLevels, level);
  return found != kLevels.end() ? static_cast<int>(found - kLevels.begin()) : kMediumLevel;
}

int certainty(record::Verdict verdict) {
  switch (verdict) {
    case record::Verdict::affected:
      return 0;
    case record::Verdict::likely:
      return 1;
    case record::Verdict::end_of_life:
      return 2;
    case record::Verdict::conditional:
      return 3;
    default:
      return 4;
  }
}

auto urgency(const record::Exposure& exposure, const AssessInput& input) {
  const std::vector<record::Asset>& assets = input.estate.assets;
  const record::Asset* asset = asset_of(assets, exposure.asset);
  const int inside = asset == nullptr ? 3 : 2 - static_cast<int>(asset->exposure);
  const std::uint32_t rank =
      exposure.priority && exposure.priority->rank > 0 ? exposure.priority->rank : ~std::uint32_t{0};
  const int unlisted = is_known_exploited(exposure, input.as_of) ? 0 : 1;
  const int unimportant = asset == nullptr ? 4 : 3 - static_cast<int>(asset->importance);
  return std::tuple(inside, rank, unlisted, certainty(exposure.verdict), unimportant, std::string_view(exposure.asset),
                    std::string_view(exposure.component), std::string_view(exposure.version),
                    std::string_view(exposure.vulnerability), std::string_view(exposure.source));
}

bool same_host(std::string_view a, std::string_view b) {
  if (equals_ascii_case_insensitive(a, b)) return true;
  // "web-01" and "web-01.example": a short name stands for its full one.
  const std::string_view shorter = a.size() < b.size() ? a : b;
  const std::string_view longer = a.size() < b.size() ? b : a;
  return !shorter.empty() && shorter.find('.') == std::string_view::npos && longer.size() > shorter.size() &&
         longer[shorter.size()] == '.' && equals_ascii_case_insensitive(longer.substr(0, shorter.size()), shorter);
}

bool is_host_of(const record::Asset& asset, std::string_view host) {
  return same_host(asset.id, host) ||
         std::ranges::any_of(asset.hostnames, [&](const std::string& name) { return same_host(name, host); }) ||
         std::ranges::find(asset.addresses, host) != asset.addresses.end();
}

/// The file itself, or a file in that folder.
bool lies_under(std::string_view path, std::string_view log) {
  if (log.empty() || !path.starts_with(log)) return false;
  return path.size() == log.size() || log.back() == '/' || path[log.size()] == '/';
}

/// Does a folder or file of the path carry `name`: alone, or with an ending as in "web-01.access.log"?
bool path_carries(std::string_view path, std::string_view name) {
  if (name.empty()) return false;
  const std::string lower = ascii_lower(path);
  const std::string wanted = ascii_lower(name);
  for (std::size_t at = lower.find(wanted); at != std::string::npos; at = lower.find(wanted, at + 1)) {
    const bool starts = at == 0 || lower[at - 1] == '/' || lower[at - 1] == '\\';
    const std::size_t end = at + wanted.size();
    const bool ends = end == lower.size() || std::string_view("/\\._-").find(lower[end]) != std::string_view::npos;
    if (starts && ends) return true;
  }
  return false;
}

}  // namespace

bool is_known_exploited(const record::Exposure& exposure, Instant as_of) {
  if (!exposure.kev || !exposure.kev->listed) return false;
  const auto added = parse_any_date(exposure.kev->added);
  return !added || *added <= as_of;
}

const record::Asset* asset_of(const std::vector<record::Asset>& assets, std::string_view id) {
  const auto found = std::ranges::find(assets, id, &record::Asset::id);
  return found != assets.end() ? &*found : nullptr;
}

bool before(const record::Exposure& a, const record::Exposure& b, const AssessInput& input) {
  return urgency(a, input) < urgency(b, input);
}

std::size_t find_asset(const std::vector<record::Asset>& assets, const record::Match& match) {
  // Exact names first, so that "web" never takes what belongs to "web.example"; then the path.
  std::size_t best = assets.size();
  for (std::size_t i = 0; i < assets.size() && !match.host.empty(); ++i) {
    if (is_host_of(assets[i], match.host) && (best == assets.size() || assets[i].id < assets[best].id)) best = i;
  }
  if (best != assets.size()) return best;
  for (std::size_t i = 0; i < assets.size(); ++i) {
    const bool listed =
        std::ranges::any_of(assets[i].logs, [&](const std::string& log) { return lies_under(match.source.path, log); });
    if (listed && (best == assets.size() || assets[i].id < assets[best].id)) best = i;
  }
  if (best != assets.size()) return best;
  std::size_t best_length = 0;
  for (std::size_t i = 0; i < assets.size(); ++i) {
    std::vector<std::string_view> names{assets[i].id};
    names.insert(names.end(), assets[i].hostnames.begin(), assets[i].hostnames.end());
    for (const std::string_view name : names) {
      if (name.size() > best_length && path_carries(match.source.path, name)) {
        best = i;
        best_length = name.size();
      }
    }
  }
  return best;
}

namespace {

std::vector<const record::Exposure*> open_exposures(const AssessInput& input) {
  std::vector<const record::Exposure*> open;
  for (const record::Exposure& exposure : input.exposures) {
    if (record::is_open(exposure.verdict) && exposure.superseded_by.empty()) open.push_back(&exposure);
  }
  std::ranges::stable_sort(open, [&](const auto* a, const auto* b) { return before(*a, *b, input); });
  return open;
}

}  // namespace

std::vector<record::Through> urgent_exposures(const AssessInput& input,
                                              const std::function<bool(const record::Asset&)>& counts) {
  constexpr std::size_t kMost = 3;
  std::vector<record::Through> through;
  for (const record::Exposure* exposure : open_exposures(input)) {
    if (through.size() == kMost) break;
    const record::Asset* asset = asset_of(input.estate.assets, exposure->asset);
    if (asset == nullptr || !counts(*asset)) continue;
    const bool known = is_known_exploited(*exposure, input.as_of);
    if (!known && !(exposure->priority && exposure->priority->rank == 1)) continue;
    through.push_back(
        {*exposure,
         fmt::format("no source names a way in; this is among the most urgent of what is open on {}{}", asset->id,
                     asset->exposure == record::NetworkExposure::internet ? ", which faces the internet" : "")});
  }
  return through;
}

Ways join_exposures(const AssessInput& input, const std::vector<record::Term>& terms, const std::string& actor) {
  const std::vector<record::Asset>& assets = input.estate.assets;
  Ways ways;
  const std::vector<const record::Exposure*> open = open_exposures(input);
  std::set<std::string> answered;
  const std::string actor_key = name_key(actor);
  for (const record::Exposure* exposure : open) {
    std::vector<std::string> why;
    for (const record::Term& term : terms) {
      if (!answers_to(*exposure, term)) continue;
      answered.insert(term.name);
      why.push_back(fmt::format("the sources name {}", term_in_words(term)));
    }
    for (const record::ExposureActor& known : exposure->actors) {
      if (!actor_key.empty() && name_key(known.name) == actor_key) {
        why.push_back(fmt::format("{}: {}", one_line(known.name), one_line(known.why)));
      }
    }
    if (why.empty()) continue;
    const record::Asset* asset = asset_of(assets, exposure->asset);
    if (asset != nullptr && asset->exposure == record::NetworkExposure::internet) {
      why.push_back(fmt::format("{} faces the internet", asset->id));
    }
    if (is_known_exploited(*exposure, input.as_of)) why.push_back("it is known to be exploited (KEV)");
    ways.through.push_back({*exposure, list_in_words(why)});
  }
  for (const record::Term& term : terms) {
    if (!answered.contains(term.name)) ways.unanswered.push_back(term);
  }
  if (ways.through.empty()) {
    ways.through = urgent_exposures(
        input, [](const record::Asset& asset) { return asset.exposure == record::NetworkExposure::internet; });
  }
  if (ways.through.size() > input.options.max_through) {
    ways.left_out = ways.through.size() - input.options.max_through;
    ways.through.resize(input.options.max_through);
  }
  return ways;
}

bool is_severe(const record::Match& match) {
  return level_of(match.rule.level) >= kHighLevel || match.indicator.has_value();
}

bool is_severe(const Sighting& sighting) { return is_severe(sighting.seen.match); }

std::vector<Sighting> gather_sightings(const AssessInput& input) {
  using Key = std::tuple<std::string, std::string, std::string>;  // rule, indicator, asset or host
  std::map<Key, Sighting> together;
  const auto order = [](const record::Match& match) {
    return std::tie(match.time, match.source.path, match.source.member, match.source.line, match.source.offset);
  };
  for (const record::Match& match : input.matches) {
    const std::size_t at = find_asset(input.estate.assets, match);
    const std::string asset = at < input.estate.assets.size() ? input.estate.assets[at].id : std::string();
    const std::string& rule = match.rule.id.empty() ? match.rule.title : match.rule.id;
    const std::string indicator = match.indicator ? match.indicator->value : std::string();
    const auto [at_key, is_new] = together.try_emplace({rule, indicator, asset.empty() ? "host:" + match.host : asset});
    Sighting& sighting = at_key->second;
    record::Seen& seen = sighting.seen;
    if (is_new || order(match) < order(seen.match)) seen.match = match;
    seen.asset = asset;
    seen.count = is_new ? 1 : seen.count + 1;
    seen.last_time = std::max(seen.last_time, match.time);
    sighting.level = level_of(match.rule.level);
  }
  std::vector<Sighting> all;
  for (auto& [key, sighting] : together) {
    record::Seen& seen = sighting.seen;
    seen.why = seen.count == 1
                   ? std::string("fired once")
                   : fmt::format("fired {} times, last {}", seen.count,
                                 seen.last_time.empty() ? "at an unknown time" : "on " + time_in_words(seen.last_time));
    all.push_back(std::move(sighting));
  }
  std::ranges::stable_sort(all, [&](const Sighting& a, const Sighting& b) {
    return a.level != b.level ? a.level > b.level : order(a.seen.match) < order(b.seen.match);
  });
  return all;
}

}  // namespace tocsin::assess
