#include "assess/attribution.h"

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <algorithm>

#include "assess/likelihood.h"
#include "assess/sources.h"

namespace tocsin::assess {
namespace {

using record::ClaimantRole;

Voucher voucher(std::string root, std::string group, double weight = 3) {
  return {{root, root, std::move(group), ClaimantRole::analyst, false}, weight};
}

Testimony testimony(std::string root, std::string group, ClaimantRole role = ClaimantRole::analyst,
                    bool relayed = false) {
  return {{root, root, std::move(group), role, relayed}, record::Factuality::actual, true, false, false};
}

double actor_probability(const AttributionInput& input) {
  for (const record::Hypothesis& hypothesis : weigh(input)) {
    if (hypothesis.name == input.actor) return hypothesis.probability;
  }
  return 0;
}

TEST(Sources, TwoPeopleOfOneInterviewAreOne) {
  EXPECT_EQ(independent_vouchers({voucher("firm", "interview"), voucher("its researcher", "interview")}).size(), 1U);
}

TEST(Sources, OneFirmInManyPapersIsOne) {
  EXPECT_EQ(independent_vouchers({voucher("firm", "a"), voucher("firm", "b"), voucher("firm", "c")}).size(), 1U);
}

TEST(Sources, ARoundUpTakesNothingAway) {
  EXPECT_EQ(independent_vouchers({voucher("one", "its blog"), voucher("two", "its paper"), voucher("one", "round-up"),
                                  voucher("two", "round-up")})
                .size(),
            2U);
}

TEST(Sources, AnAugmentingPathIsFound) {
  // "one" would take the round-up first and must give it up for "two".
  EXPECT_EQ(
      independent_vouchers({voucher("one", "round-up", 5), voucher("one", "blog", 4), voucher("two", "round-up", 3)})
          .size(),
      2U);
}

/// Heaviest independent set by trying every subset and every assignment.
double heaviest_by_trying(const std::vector<Voucher>& vouchers) {
  double best = 0;
  for (std::uint32_t chosen = 0; chosen < (1U << vouchers.size()); ++chosen) {
    double weight = 0;
    std::vector<std::string> roots;
    std::vector<std::string> groups;
    bool independent = true;
    for (std::size_t i = 0; i < vouchers.size(); ++i) {
      if ((chosen >> i & 1U) == 0) continue;
      const Origin& origin = vouchers[i].origin;
      independent &= std::ranges::find(roots, origin.root) == roots.end() &&
                     std::ranges::find(groups, origin.group) == groups.end();
      roots.push_back(origin.root);
      groups.push_back(origin.group);
      // A root weighs as much as its heaviest voucher, whichever group it is given.
      double heaviest = 0;
      for (const Voucher& each : vouchers) {
        if (each.origin.root == origin.root) heaviest = std::max(heaviest, each.weight);
      }
      weight += heaviest;
    }
    if (independent) best = std::max(best, weight);
  }
  return best;
}

TEST(SourcesProperty, TheMatchingIsTheHeaviest) {
  EXPECT_TRUE(rc::check([] {
    std::vector<Voucher> vouchers;
    const int count = *rc::gen::inRange(0, 11);
    for (int i = 0; i < count; ++i) {
      vouchers.push_back(voucher("r" + std::to_string(*rc::gen::inRange(0, 5)),
                                 "g" + std::to_string(*rc::gen::inRange(0, 5)), *rc::gen::inRange(1, 7)));
    }
    double weight = 0;
    for (const Voucher& each : independent_vouchers(vouchers)) weight += each.weight;
    RC_ASSERT(weight == heaviest_by_trying(vouchers));
  }));
}

TEST(Attribution, OneRelayedInterviewIsAnEvenChance) {
  AttributionInput input{"APT10", {testimony("firm", "interview", ClaimantRole::analyst, true)}, {}, {}, false, {}};
  EXPECT_EQ(likelihood_range(actor_probability(input)).word, record::Likelihood::roughly_even_chance);
  input.fit = {true, true, true, true};  // what fits many actors never lifts it further
  EXPECT_EQ(likelihood_range(actor_probability(input)).word, record::Likelihood::roughly_even_chance);
}

TEST(Attribution, FitAloneCarriesNothing) {
  AttributionInput none{"APT10", {}, {}, {}, false, {}};
  AttributionInput fits{"APT10", {}, {}, {true, true, true, true}, false, {}};
  EXPECT_EQ(actor_probability(none), actor_probability(fits));
}

TEST(Attribution, FirstHandAndGovernmentReachVeryLikelyAndNobodyMore) {
  AttributionInput input{
      "APT10", {testimony("victim", "a", ClaimantRole::primary), testimony("agency", "b", ClaimantRole::government)},
      {},      {},
      false,   {}};
  EXPECT_EQ(likelihood_range(actor_probability(input)).word, record::Likelihood::very_likely);
  for (int i = 0; i < 2000; ++i)
    input.testimonies.push_back(testimony("r" + std::to_string(i), "g" + std::to_string(i)));
  EXPECT_EQ(actor_probability(input), 0.95);
}

TEST(Attribution, DenialByTheAccusedTellsLessThanThatByOthers) {
  AttributionInput input{"APT10", {testimony("firm", "a")}, {}, {}, false, {}};
  const double undisputed = actor_probability(input);
  input.testimonies[0].denied_by_accused = true;
  const double by_accused = actor_probability(input);
  input.testimonies[0] = testimony("firm", "a");
  input.testimonies[0].denied_by_others = true;
  const double by_others = actor_probability(input);
  EXPECT_GT(undisputed, by_accused);
  EXPECT_GT(by_accused, by_others);
}

TEST(Attribution, ContradictionLowersAndRivalsShare) {
  AttributionInput input{"APT10", {testimony("firm", "a")}, {}, {}, false, {}};
  const double alone = actor_probability(input);
  input.contradictions = {testimony("other firm", "b")};
  EXPECT_LT(actor_probability(input), alone);
  input.contradictions.clear();
  input.rivals = {{"Dark Lotus", {testimony("other firm", "b")}}};
  EXPECT_LT(actor_probability(input), alone);
}

TEST(AttributionProperty, AFurtherSourceNeverLowersTheActor) {
  EXPECT_TRUE(rc::check([] {
    AttributionInput input{"APT10", {}, {}, {}, *rc::gen::arbitrary<bool>(), {}};
    const auto any = [] {
      Testimony made =
          testimony("r" + std::to_string(*rc::gen::inRange(0, 6)), "g" + std::to_string(*rc::gen::inRange(0, 6)),
                    static_cast<ClaimantRole>(*rc::gen::inRange(0, 6)), *rc::gen::arbitrary<bool>());
      made.factuality = static_cast<record::Factuality>(*rc::gen::inRange(0, 5));
      made.denied_by_others = *rc::gen::arbitrary<bool>();
      return made;
    };
    const int count = *rc::gen::inRange(0, 8);
    for (int i = 0; i < count; ++i) input.testimonies.push_back(any());
    if (*rc::gen::arbitrary<bool>()) input.rivals = {{"Dark Lotus", {any()}}, {"Red Fern", {}}};
    if (*rc::gen::arbitrary<bool>()) input.contradictions = {any()};
    const double before = actor_probability(input);
    input.testimonies.push_back(any());
    RC_ASSERT(actor_probability(input) >= before);
  }));
}

TEST(Likelihood, WordsAreThoseOfIcd203AtEveryBound) {
  const std::vector<std::pair<double, std::string_view>> expected = {{0.0, "almost no chance"},
                                                                     {0.049, "almost no chance"},
                                                                     {0.05, "very unlikely"},
                                                                     {0.199, "very unlikely"},
                                                                     {0.2, "unlikely"},
                                                                     {0.449, "unlikely"},
                                                                     {0.45, "roughly even chance"},
                                                                     {0.549, "roughly even chance"},
                                                                     {0.55, "likely"},
                                                                     {0.799, "likely"},
                                                                     {0.8, "very likely"},
                                                                     {0.949, "very likely"},
                                                                     {0.95, "almost certain"},
                                                                     {1.0, "almost certain"}};
  for (const auto& [probability, word] : expected)
    EXPECT_EQ(record::likelihood_name(likelihood_range(probability).word), word) << probability;
}

TEST(Likelihood, PhrasesReadAsSentences) {
  EXPECT_EQ(likelihood_phrase(likelihood_range(0.5)), "There is a roughly even chance (45–55 %) that ");
  EXPECT_EQ(likelihood_phrase(likelihood_range(0.01)), "There is almost no chance (1–5 %) that ");
  EXPECT_EQ(likelihood_phrase(likelihood_range(0.6)), "It is likely (55–80 %) that ");
}

TEST(Likelihood, WordsAreRecognised) {
  EXPECT_TRUE(has_likelihood_word("It is Very Unlikely that"));
  EXPECT_FALSE(has_likelihood_word("the likelihood of it"));
  EXPECT_TRUE(has_confidence_word("Confidence is low."));
}

}  // namespace
}  // namespace tocsin::assess
