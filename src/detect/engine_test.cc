// The parts of the engine; that the whole is right is agreement_test.cc's business.

#include "detect/engine.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "detect/literal_index.h"
#include "detect/naive.h"
#include "detect/rule_formula.h"
#include "detect/test_events.h"
#include "detect/value_memo.h"

namespace tocsin::detect {
namespace {

using Place = LiteralIndex::Place;

bool stands(Place place, std::string_view literal, std::string_view text) {
  switch (place) {
    case Place::whole:
      return text == literal;
    case Place::start:
      return text.starts_with(literal);
    case Place::end:
      return text.ends_with(literal);
    case Place::anywhere:
      return text.find(literal) != std::string_view::npos;
  }
  return false;
}

/// Texts of few letters, so that literals stand in them.
std::string short_text(std::size_t bound) {
  return *rc::gen::resize(static_cast<int>(bound), rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c')));
}

RC_GTEST_PROP(LiteralIndex, FindsWhatStandsThere, ()) {
  struct Added {
    Place place;
    std::string text;
  };
  LiteralIndex index;
  std::vector<Added> added;
  const auto count = *rc::gen::inRange<std::size_t>(0, 60);
  for (std::size_t i = 0; i < count; ++i) {
    const Added one{*rc::gen::element(Place::whole, Place::start, Place::end, Place::anywhere), short_text(12)};
    if (index.add(one.place, one.text) == added.size()) added.push_back(one);
  }
  RC_ASSERT(index.size() == added.size());
  index.build();
  const std::string padded = short_text(200) + std::string(LiteralIndex::kPadding, 'a');
  const std::string_view text(padded.data(), padded.size() - LiteralIndex::kPadding);
  std::vector<LiteralId> found;
  index.find(text, found);
  const std::set<LiteralId> unique(found.begin(), found.end());
  for (LiteralId id = 0; id < added.size(); ++id) {
    RC_ASSERT(unique.contains(id) == stands(added[id].place, added[id].text, text));
  }
  const bool any = std::ranges::any_of(
      added, [&](const Added& one) { return one.place == Place::anywhere && stands(one.place, one.text, text); });
  RC_ASSERT(index.is_any_in(text) == any);
  std::string capitals = padded;
  std::ranges::transform(capitals, capitals.begin(), [](char c) { return static_cast<char>(c - 32); });
  RC_ASSERT(index.is_any_in(std::string_view(capitals).substr(0, text.size())) == any);
}

event::Token text_token(std::string_view text) { return {event::TokenKind::text, text}; }

TEST(ValueMemo, ComparesValuesInFullAndByKind) {
  std::size_t taken = 0;
  ValueMemo memo(taken);
  const std::vector<std::uint32_t> numbers = {1, 7};
  EXPECT_FALSE(memo.find(text_token("5")));
  memo.keep(text_token("5"), numbers);
  EXPECT_TRUE(std::ranges::equal(*memo.find(text_token("5")), numbers));
  EXPECT_FALSE(memo.find({event::TokenKind::number, "5"}));
  EXPECT_FALSE(memo.find(text_token("50")));
  EXPECT_FALSE(memo.find(text_token("")));
  memo.keep(text_token(""), {});
  EXPECT_TRUE(memo.find(text_token(""))->empty());
}

TEST(ValueMemo, ForgetsWhatIsNotAskedForAgain) {
  std::size_t taken = 0;
  ValueMemo memo(taken);
  const std::vector<std::uint32_t> numbers = {3};
  for (const std::string_view value : {"stays", "goes"}) {
    EXPECT_FALSE(memo.find(text_token(value)));
    memo.keep(text_token(value), numbers);
  }
  const std::size_t before = taken;
  EXPECT_GT(before, 0u);
  memo.turn();
  EXPECT_TRUE(std::ranges::equal(*memo.find(text_token("stays")), numbers));
  EXPECT_GT(taken, before);  // what moves to the younger generation counts again
  memo.turn();
  EXPECT_TRUE(memo.find(text_token("stays")));
  EXPECT_FALSE(memo.find(text_token("goes")));
}

RC_GTEST_PROP(ValueMemo, KnowsWhatItWasTold, (const std::vector<std::string>& values)) {
  std::size_t taken = 0;
  ValueMemo memo(taken);
  std::vector<std::string> kept;
  for (const std::string& value : values) {
    const bool known = std::ranges::find(kept, value) != kept.end();
    const auto found = memo.find(text_token(value));
    RC_ASSERT(found.has_value() == known);
    const std::vector<std::uint32_t> numbers(value.size() % 5, static_cast<std::uint32_t>(value.size()));
    if (known) {
      RC_ASSERT(std::ranges::equal(*found, numbers));
      continue;
    }
    memo.keep(text_token(value), numbers);
    kept.push_back(value);
  }
}

LoweredRule lowered(std::string_view detection, PredicateTable& table) {
  RuleFile file = parse_sigma("title: t\nlogsource: {product: windows}\ndetection: " + std::string(detection), "t.yml");
  EXPECT_EQ(file.rules.size(), 1u);
  bind_rule(file.rules.at(0), test_schema());
  return lower_rule(file.rules.at(0), table);
}

double one(PredicateId) { return 1; }

TEST(RuleFormula, SharesPredicatesBetweenRules) {
  PredicateTable table;
  lowered("{a: {Image|endswith: ['\\x.exe', '\\y.exe']}, condition: a}", table);
  lowered("{b: {Image|endswith: ['\\y.exe', '\\x.exe'], User: u}, condition: b}", table);
  EXPECT_EQ(table.size(), 2u);
}

TEST(RuleFormula, WitnessesAreNeededByTheRule) {
  PredicateTable table;
  const auto clause = [&](std::string_view detection) {
    return cheapest_clause(lowered(detection, table).formula, one);
  };
  EXPECT_EQ(clause("{a: {Image: x, User: u}, condition: a}")->predicates.size(), 1u);
  EXPECT_EQ(clause("{a: {Image: x}, b: {User: u}, condition: a or b}")->predicates.size(), 2u);
  EXPECT_EQ(clause("{a: {Image: x}, b: {User: u}, condition: a and not b}")->predicates.size(), 1u);
  EXPECT_EQ(clause("{a: {Image: x}, b: {User: u}, condition: not (a and not b)}"), std::nullopt);
  EXPECT_EQ(clause("{a: {Image: x}, b: {User: u}, condition: a or not b}"), std::nullopt);
  EXPECT_EQ(clause("{a: {Image: null}, condition: a}"), std::nullopt);
  EXPECT_EQ(clause("{a: {Image: null}, condition: not a}")->predicates.size(), 1u);
  EXPECT_EQ(clause("{a: {Image|neq: x}, condition: not a}")->predicates.size(), 1u);
}

TEST(RuleFormula, WhatIsTooLargeIsLeftToTheNaiveEvaluator) {
  PredicateTable table;
  std::string nested = "a";
  for (int i = 0; i < 2000; ++i) nested = i % 2 == 0 ? "not (" + nested + " and b)" : "not (" + nested + " or b)";
  EXPECT_FALSE(lowered("{a: {Image: x}, b: {User: u}, condition: " + nested + "}", table).is_exact);
  std::string flat = "a";
  for (int i = 0; i < 2000; ++i) flat += " or b";
  EXPECT_TRUE(lowered("{a: {Image: x}, b: {User: u}, condition: " + flat + "}", table).is_exact);
  EXPECT_FALSE(lowered("{a: {Image|fieldref: User}, condition: a}", table).is_exact);
}

TEST(Engine, WitnessesAreChosenAnewWithoutChangingVerdicts) {
  RuleFile file = parse_sigma(
      "title: both\nlogsource: {product: windows}\n"
      "detection: {a: {User: common-name-of-all}, b: {Image: i}, condition: a and b}\n---\n"
      "title: none\nlogsource: {product: windows}\ndetection: {a: {Image: i}, condition: not a}\n",
      "t.yml");
  for (SigmaRule& rule : file.rules) bind_rule(rule, test_schema());
  Engine engine(file.rules, test_schema());
  Matcher matcher(engine);
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += std::string(R"({"EventID":1,"Channel":"Security","User":"common-name-of-all","Image":")") +
            (i % 100 == 0 ? "I" : "j") + "\"}\n";
  }
  std::size_t at = 0;
  for (const event::EventBatch& batch : read_events(text)) {
    for (const event::Event& event : batch.events) {
      const auto matched = matcher.match(event);
      ASSERT_EQ(matched.size(), 1u);
      EXPECT_EQ(matched[0], at++ % 100 == 0 ? 0u : 1u);
    }
  }
  EXPECT_EQ(at, 3000u);
}

}  // namespace
}  // namespace tocsin::detect
