#include "assess/relevance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "assess/wording.h"
#include "base/unicode.h"

namespace tocsin::assess {

namespace {

using record::EntityType;
using record::Factuality;
using record::KnownEntity;
using record::Predicate;

constexpr std::array<double, 10> kWeights = {1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.35, 0.3, 0.2, 0.15};
static_assert(kWeights.size() == static_cast<std::size_t>(Concern::country) + 1);

/// Whom a statement is about, gathered over its claims.
struct Victims {
  std::set<std::string> sectors;  ///< as words for people
  std::set<std::string> countries;
  std::set<std::string> peers;  ///< known organisations that carry sector or country
  bool own_sector = false;
  bool own_country = false;
};

void gather_sector(Victims& victims, const record::Organisation& own, std::string_view sector,
                   const Directory& directory) {
  for (const std::string& mine : own.sectors) {
    if (!directory.same_sector(mine, sector)) continue;
    victims.own_sector = true;
    victims.sectors.insert(directory.sector(sector));
  }
}

void gather_country(Victims& victims, const record::Organisation& own, std::string_view country) {
  if (country.empty() || !equals_ascii_case_insensitive(country, own.country)) return;
  victims.own_country = true;
  victims.countries.insert(own.country);
}

/// Words of the organisation's products inside a victim that is only described ("COVID-19 vaccine makers").
bool makes_the_same(const record::Organisation& own, std::string_view described) {
  const std::string key = " " + name_key(described) + " ";
  return std::ranges::any_of(own.products, [&](const std::string& product) {
    const std::string words = name_key(product);
    return words.size() >= 4 && key.find(" " + words + " ") != std::string::npos;
  });
}

/// Organisations that nobody told us about: what their own name says, then the passage that they stand in.
void gather_stranger(Victims& victims, const record::Organisation& own, const record::Claim& claim,
                     const Directory& directory) {
  Victims found;
  for (const Setting& setting : {directory.setting_in_name(claim.object->name), directory.setting_around(claim)}) {
    for (const std::string& sector : setting.sectors) gather_sector(found, own, sector, directory);
    for (const std::string& country : setting.countries) gather_country(found, own, country);
  }
  if (found.own_sector || found.own_country) victims.peers.insert(one_line(claim.object->name));
  victims.own_sector |= found.own_sector;
  victims.own_country |= found.own_country;
}

void gather_peer(Victims& victims, const record::Organisation& own, const record::Claim& claim,
                 const Directory& directory) {
  const record::Term& object = *claim.object;
  const KnownEntity* peer = directory.find_organisation(object.name);
  if (peer != nullptr) {
    Victims of_peer;
    for (const std::string& sector : peer->sectors) gather_sector(of_peer, own, sector, directory);
    gather_country(of_peer, own, peer->country);
    if (!of_peer.own_sector) return;  // an organisation of our country in another trade says little about us
    victims.peers.insert(one_line(object.name));
    victims.own_sector = true;
    victims.own_country |= of_peer.own_country;
    victims.sectors.merge(of_peer.sectors);
    victims.countries.merge(of_peer.countries);
    return;
  }
  gather_stranger(victims, own, claim, directory);
  gather_country(victims, own, object.country);
  if (makes_the_same(own, object.name)) {
    victims.own_sector = true;
    victims.peers.insert(one_line(object.name));
  }
}

std::string words_of(const std::set<std::string>& items) {
  const std::vector<std::string> list(items.begin(), items.end());
  return list_in_words(list, 3);
}

}  // namespace

double concern_weight(Concern concern) { return kWeights[static_cast<std::size_t>(concern)]; }

double factuality_factor(Factuality factuality) {
  switch (factuality) {
    case Factuality::actual:
    case Factuality::attempted:
      return 1.0;
    case Factuality::planned:
      return 0.9;
    case Factuality::possible:
      return 0.7;
    case Factuality::generic:
      return 0.4;
  }
  return 0;
}

bool can_raise(Predicate predicate) {
  return predicate == Predicate::targets || predicate == Predicate::compromises || predicate == Predicate::exploits ||
         predicate == Predicate::impersonates;
}

bool is_technology(EntityType type) {
  return type == EntityType::weakness || type == EntityType::vulnerability || type == EntityType::software;
}

bool answers_to(const record::Exposure& exposure, const record::Term& term) {
  switch (term.type) {
    case EntityType::weakness:
      if (exposure.weakness == term.name) return true;
      return term.name == "unpatched-software" && !exposure.fixed_version.empty();
    case EntityType::vulnerability:
      return !exposure.vulnerability.empty() && equals_ascii_case_insensitive(exposure.vulnerability, term.name);
    case EntityType::software:
      return !exposure.component.empty() && name_key(exposure.component) == name_key(term.name);
    default:
      return false;
  }
}

std::vector<Reason> technology_reasons(const record::Term& term, double factor, const AssessInput& input) {
  std::set<std::string> assets;
  for (const record::Exposure& exposure : input.exposures) {
    if (record::is_open(exposure.verdict) && exposure.superseded_by.empty() && answers_to(exposure, term))
      assets.insert(exposure.asset);
  }
  const auto make = [&](Concern concern, std::string text) {
    return std::vector<Reason>{{concern, concern_weight(concern) * factor, std::move(text)}};
  };
  switch (term.type) {
    case EntityType::vulnerability:
      if (assets.empty()) return {};
      return make(Concern::vulnerability,
                  fmt::format("speaks of {}, which is open on {}", one_line(term.name), words_of(assets)));
    case EntityType::weakness:
      if (assets.empty()) return {};
      return make(Concern::weakness, fmt::format("speaks of weak {}, and there are open weaknesses of that kind on {}",
                                                 weakness_in_words(term.name), words_of(assets)));
    case EntityType::software: {
      const std::string key = name_key(term.name);
      for (const record::Component& component : input.components) {
        if (name_key(component.name) == key) assets.insert(component.asset);
      }
      if (assets.empty()) return {};
      return make(Concern::software,
                  fmt::format("speaks of {}, which runs on {}", one_line(term.name), words_of(assets)));
    }
    default:
      return {};
  }
}

std::vector<Reason> reasons_of(const std::vector<const record::Claim*>& statement, const AssessInput& input,
                               const Directory& directory) {
  const record::Organisation& own = input.estate.organisation;
  std::vector<Reason> reasons;
  Victims victims;
  double factor = 0;
  for (const record::Claim* claim : statement) {
    const record::Term& object = *claim->object;
    const double own_factor = factuality_factor(claim->factuality);
    factor = std::max(factor, own_factor);
    const auto add = [&](Concern concern, std::string text) {
      reasons.push_back({concern, concern_weight(concern) * own_factor, std::move(text)});
    };
    if (is_technology(object.type)) {
      for (Reason& reason : technology_reasons(object, own_factor, input)) reasons.push_back(std::move(reason));
    } else if (object.type == EntityType::sector) {
      gather_sector(victims, own, object.name, directory);
      gather_country(victims, own, object.country);
    } else if (object.type == EntityType::location) {
      gather_country(victims, own, directory.country_of(object));
    } else if (object.type == EntityType::identity || object.type == EntityType::infrastructure) {
      const NameMatch match = directory.matches(own, object.name);
      if (match == NameMatch::full) {
        add(Concern::named, fmt::format("names {}", one_line(own.name)));
        continue;
      }
      if (match == NameMatch::short_form) {
        add(Concern::named_short,
            fmt::format("names “{}”, a short form of {}", one_line(object.name), one_line(own.name)));
        continue;
      }
      for (const record::Supplier& supplier : input.estate.suppliers) {
        if (directory.matches(supplier, object.name)) {
          add(Concern::supplier,
              fmt::format("names {}, a supplier of {}", one_line(supplier.name), one_line(own.name)));
        }
      }
      gather_peer(victims, own, *claim, directory);
    }
  }

  const auto add = [&](Concern concern, std::string text) {
    reasons.push_back({concern, concern_weight(concern) * factor, std::move(text)});
  };
  std::string who = !victims.peers.empty()     ? words_of(victims.peers)
                    : !victims.sectors.empty() ? fmt::format("the {} sector", words_of(victims.sectors))
                                               : std::string();
  const std::string country = directory.country_name(own.country);
  if (victims.own_sector && victims.own_country) {
    add(Concern::sector_and_country,
        fmt::format("speaks of {}: the same sector and the same country ({})", who, country));
  } else if (victims.own_sector) {
    add(Concern::sector, fmt::format("speaks of {}: the same sector, not said to be in {}", who, country));
  } else if (victims.own_country) {
    add(Concern::country, fmt::format("speaks of {}: the same country, no common sector named", country));
  }
  return reasons;
}

std::vector<Reason> settle(std::vector<Reason> reasons) {
  std::ranges::sort(reasons, [](const Reason& a, const Reason& b) {
    return a.concern != b.concern ? a.concern < b.concern
           : a.weight != b.weight ? a.weight > b.weight
                                  : a.text < b.text;
  });
  std::vector<Reason> settled;
  bool both = false;
  bool named = false;
  for (Reason& reason : reasons) {
    both |= reason.concern == Concern::sector_and_country;
    named |= reason.concern == Concern::named;
    if (both && (reason.concern == Concern::sector || reason.concern == Concern::country)) continue;
    if (named && reason.concern == Concern::named_short) continue;
    if (!settled.empty() && settled.back().concern == reason.concern) {
      // Several kinds of weak systems add up in words, not in weight.
      const bool known = std::ranges::any_of(settled, [&](const Reason& other) { return other.text == reason.text; });
      if (reason.concern == Concern::weakness && !known) {
        reason.weight = 0;
        settled.push_back(std::move(reason));
      }
      continue;
    }
    settled.push_back(std::move(reason));
  }
  std::ranges::stable_sort(settled, [](const Reason& a, const Reason& b) { return a.weight > b.weight; });
  return settled;
}

double relevance_score(const std::vector<Reason>& settled) {
  double rest = 1;
  for (const Reason& reason : settled) rest *= 1 - reason.weight;
  return 1 - rest;
}

}  // namespace tocsin::assess
