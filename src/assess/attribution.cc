// Odds, not probabilities, are carried: each hypothesis starts with odds against "somebody nobody named" (1), each
// piece of evidence multiplies them, and at the end all odds are divided by their sum. Testimony is multiplied once
// for each independent source (sources.h). What fits many actors is capped together, because attribution by what
// fits alone is right about one time in seven.

#include "assess/attribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "assess/wording.h"

namespace tocsin::assess {

namespace {

constexpr double kPriorOdds = 1.0 / 3;      // of an actor that somebody has a reason to name
constexpr double kActiveRivalOdds = 0.1;    // of an actor that is only said to be active in sector and country
constexpr double kActiveRivalsTotal = 0.3;  // of all such together
constexpr double kFitRatio = 1.05;          // sector, country, motive, technique: each
constexpr double kFitCap = 1.15;            // together they never lift one interview above an even chance
constexpr double kIndicatorRatio = 2.0;
constexpr double kLeastOdds = 1e-6;
constexpr double kMostOdds = 1e9;       // a thousand sources would overflow
constexpr double kOneSourceOdds = 1.2;  // 54.5 %: one source that is not first-hand is never surer than an even chance
constexpr double kUnknownFloor = 0.05;  // nobody is ever more certain than "very likely"

// primary, analyst, government, agency, outlet, unnamed
constexpr std::array<double, 6> kRoleRatios = {6.0, 3.0, 5.0, 1.5, 1.3, 1.2};
static_assert(kRoleRatios.size() == static_cast<std::size_t>(record::ClaimantRole::unnamed) + 1);

double testimony_odds(const std::vector<Testimony>& testimonies) {
  double odds = 1;
  for (const Voucher& voucher : vouchers_of(testimonies)) odds *= voucher.weight;
  return odds;
}

double fit_ratio(const Fit& fit) {
  const int fits = fit.sector + fit.country + fit.motive + fit.technique;
  return std::min(std::pow(kFitRatio, fits), kFitCap);
}

struct Weighed {
  record::Hypothesis hypothesis;
  double odds = 0;
};

Weighed weigh_actor(const AttributionInput& input) {
  const std::string name = one_line(input.actor);
  Weighed actor{{name, 0, {}, {}}, kPriorOdds};
  record::Hypothesis& hypothesis = actor.hypothesis;
  const auto vouchers = vouchers_of(input.testimonies);
  for (const Voucher& voucher : vouchers) {
    actor.odds *= voucher.weight;
    hypothesis.supporting.push_back(fmt::format("{} names {}", origin_in_words(voucher.origin), name));
  }
  const auto against = vouchers_of(input.contradictions);
  for (const Voucher& voucher : against) {
    actor.odds /= voucher.weight;
    hypothesis.against.push_back(fmt::format("{} says that it is not {}", origin_in_words(voucher.origin), name));
  }
  if (!vouchers.empty()) {
    actor.odds *= fit_ratio(input.fit);
    if (input.fit.sector) hypothesis.supporting.push_back(fmt::format("{} is known for attacks on this sector", name));
    if (input.fit.country)
      hypothesis.supporting.push_back(fmt::format("{} is known for attacks on this country", name));
    if (input.fit.motive) hypothesis.supporting.push_back(fmt::format("the aim that is reported fits {}", name));
    if (input.fit.technique) {
      hypothesis.supporting.push_back(
          fmt::format("a technique that {} is said to use was seen here; many use it", name));
    }
  }
  const bool first_hand = std::ranges::any_of(vouchers, [](const Voucher& voucher) {
    return voucher.origin.role == record::ClaimantRole::primary ||
           voucher.origin.role == record::ClaimantRole::government;
  });
  if (vouchers.size() == 1 && !first_hand) actor.odds = std::min(actor.odds, kOneSourceOdds);
  if (input.indicator_seen) {
    actor.odds *= kIndicatorRatio;
    hypothesis.supporting.push_back(fmt::format("an indicator that is said to be {}'s was seen in the logs", name));
  }
  if (vouchers.size() == 1) hypothesis.against.push_back("one source only; no second, independent one confirms it");
  if (vouchers.empty()) hypothesis.against.push_back("no source names it for this activity");
  const auto denied = [&](auto member) { return std::ranges::any_of(input.testimonies, member); };
  if (denied(&Testimony::denied_by_accused))
    hypothesis.against.push_back("the accused side denies it, which tells little");
  if (denied(&Testimony::denied_by_others)) hypothesis.against.push_back("somebody who is not accused denies it");
  if (!input.indicator_seen) hypothesis.against.push_back("nothing in the logs that were read points to it");
  return actor;
}

}  // namespace

double likelihood_ratio(const Testimony& testimony) {
  double ratio = kRoleRatios[static_cast<std::size_t>(testimony.origin.role)];
  if (testimony.origin.relayed) ratio *= 0.85;
  if (testimony.specific) ratio *= 1.2;
  if (testimony.denied_by_accused) ratio *= 0.95;
  if (testimony.denied_by_others) ratio *= 0.6;
  switch (testimony.factuality) {
    case record::Factuality::actual:
    case record::Factuality::attempted:
      break;
    case record::Factuality::planned:
      ratio = 1 + (ratio - 1) * 0.8;
      break;
    case record::Factuality::possible:
      ratio = 1 + (ratio - 1) * 0.5;
      break;
    case record::Factuality::generic:
      ratio = 1 + (ratio - 1) * 0.2;
      break;
  }
  return std::max(ratio, 1.0);
}

std::vector<Voucher> vouchers_of(const std::vector<Testimony>& testimonies) {
  std::vector<Voucher> vouchers;
  vouchers.reserve(testimonies.size());
  for (const Testimony& testimony : testimonies) vouchers.push_back({testimony.origin, likelihood_ratio(testimony)});
  return independent_vouchers(std::move(vouchers));
}

std::string origin_in_words(const Origin& origin) {
  return fmt::format(
      "{} ({}{})", one_line(origin.name),
      origin.role == record::ClaimantRole::unnamed ? "no claimant named" : record::claimant_role_name(origin.role),
      origin.relayed ? ", relayed" : "");
}

std::vector<record::Hypothesis> weigh(const AttributionInput& input) {
  std::vector<Weighed> weighed;
  if (!input.actor.empty()) weighed.push_back(weigh_actor(input));

  std::vector<Rival> rivals = input.rivals;
  std::ranges::sort(rivals, {}, &Rival::name);
  const auto active = std::ranges::count_if(rivals, [](const Rival& rival) { return rival.testimonies.empty(); });
  for (const Rival& rival : rivals) {
    Weighed other{{one_line(rival.name), 0, {}, {}}, 0};
    if (rival.testimonies.empty()) {
      other.odds = std::min(kActiveRivalOdds, kActiveRivalsTotal / static_cast<double>(active));
      other.hypothesis.supporting.push_back("said to be active against this sector in this country");
      other.hypothesis.against.push_back("no source names it for this activity");
    } else {
      other.odds = kPriorOdds * testimony_odds(rival.testimonies);
      for (const Voucher& voucher : vouchers_of(rival.testimonies)) {
        other.hypothesis.supporting.push_back(fmt::format("{} names {} for the same organisation",
                                                          origin_in_words(voucher.origin), one_line(rival.name)));
      }
      other.hypothesis.against.push_back("other sources name another actor");
    }
    weighed.push_back(std::move(other));
  }

  double named = 0;
  for (Weighed& each : weighed) {
    each.odds = std::clamp(each.odds, kLeastOdds, kMostOdds);
    named += each.odds;
  }
  const double unknown = std::max(1 / (1 + named), weighed.empty() ? 1.0 : kUnknownFloor);
  int left = 1000;
  std::vector<record::Hypothesis> hypotheses;
  for (Weighed& each : weighed) {
    const double share = each.odds / named;
    const int thousandths = std::min(left, static_cast<int>(std::floor((1 - unknown) * share * 1000 + 0.5)));
    left -= thousandths;
    each.hypothesis.probability = thousandths / 1000.0;
    hypotheses.push_back(std::move(each.hypothesis));
  }
  record::Hypothesis rest{std::string(kUnknownActor), left / 1000.0, {}, {}};
  rest.supporting.push_back("about one new campaign in six belongs to an actor whom nobody has named");
  if (!input.actor.empty()) rest.supporting.push_back("names of actors rest on the judgement of those who give them");
  if (!input.testimonies.empty()) {
    rest.against.push_back(fmt::format(
        "{} an actor", vouchers_of(input.testimonies).size() == 1 ? "a source names" : "several sources name"));
  }
  hypotheses.push_back(std::move(rest));
  std::ranges::stable_sort(hypotheses, [](const auto& a, const auto& b) { return a.probability > b.probability; });
  return hypotheses;
}

}  // namespace tocsin::assess
