#include "share/gate.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "stix/identifier.h"

namespace tocsin::share {
namespace {

using stix::Object;
using stix::Tlp;

Object make_identity(std::string_view name, std::optional<Tlp> level) {
  Object object("identity", stix::make_own_id("identity", {name}));
  object.set("created", "2021-03-01T00:00:00.000Z").set("modified", "2021-03-01T00:00:00.000Z").set("name", name);
  if (level) object.set_strings("object_marking_refs", {std::string(stix::tlp2_id(*level))});
  return object;
}

Object make_relationship(const Object& source, const Object& target, Tlp level) {
  Object object("relationship", stix::make_own_id("relationship", {source.id(), target.id()}));
  object.set("created", "2021-03-01T00:00:00.000Z").set("modified", "2021-03-01T00:00:00.000Z");
  object.set("relationship_type", "related-to").set("source_ref", source.id()).set("target_ref", target.id());
  object.set_strings("object_marking_refs", {std::string(stix::tlp2_id(level))});
  return object;
}

Object make_report(const std::vector<std::string>& refs, Tlp level) {
  Object object("report", stix::make_own_id("report", {"r"}));
  object.set("created", "2021-03-01T00:00:00.000Z").set("modified", "2021-03-01T00:00:00.000Z");
  object.set("name", "r").set("published", "2021-03-01T00:00:00Z").set_strings("object_refs", refs);
  object.set_strings("object_marking_refs", {std::string(stix::tlp2_id(level))});
  return object;
}

bool has(const stix::Bundle& bundle, std::string_view id) {
  return std::ranges::any_of(bundle.objects, [&](const Object& object) { return object.id() == id; });
}

TEST(Gate, LevelsAreCompared) {
  const Object open = make_identity("open", Tlp::green);
  const Object secret = make_identity("secret", Tlp::red);
  const GateResult result = pass_bundle({.objects = {open, secret}}, {"partner", Tlp::amber});
  EXPECT_TRUE(has(result.passed, open.id()));
  EXPECT_FALSE(has(result.passed, secret.id()));
  ASSERT_EQ(result.withheld.size(), 1u);
  EXPECT_EQ(result.withheld[0].id, secret.id());
  EXPECT_EQ(result.withheld[0].level, Tlp::red);
  EXPECT_EQ(result.withheld[0].reason, "marked red, partner may receive up to amber");
}

TEST(Gate, UnmarkedAndUnknownMarkingsStay) {
  Object odd = make_identity("odd", std::nullopt);
  odd.set_strings("object_marking_refs", {"marking-definition--00000000-0000-4000-8000-000000000000"});
  const GateResult result =
      pass_bundle({.objects = {make_identity("unmarked", std::nullopt), odd}}, {"anyone", Tlp::red});
  EXPECT_TRUE(result.passed.objects.empty());
  EXPECT_EQ(result.withheld.size(), 2u);
}

TEST(Gate, WhatLeadsToAWithheldThingStaysToo) {
  const Object open = make_identity("open", Tlp::clear);
  const Object secret = make_identity("secret", Tlp::red);
  const Object link = make_relationship(open, secret, Tlp::clear);
  const Object report =
      make_report({std::string(open.id()), std::string(secret.id()), std::string(link.id())}, Tlp::clear);
  const GateResult result = pass_bundle({.objects = {open, secret, link, report}}, {"public", Tlp::clear});
  EXPECT_FALSE(has(result.passed, link.id()));
  ASSERT_TRUE(has(result.passed, report.id()));
  const auto left = std::ranges::find(result.passed.objects, report.id(), &Object::id);
  EXPECT_EQ(left->strings("object_refs"), std::vector<std::string_view>{open.id()});
}

TEST(Gate, AReportAboutNothingStays) {
  const Object secret = make_identity("secret", Tlp::red);
  const Object report = make_report({std::string(secret.id())}, Tlp::clear);
  EXPECT_TRUE(pass_bundle({.objects = {report, secret}}, {"public", Tlp::clear}).passed.objects.empty());
}

TEST(Gate, GranularMarkingsAreCutOut) {
  Object object = make_identity("mixed", Tlp::clear);
  object.set("description", "not for everybody");
  json::Value granular;
  granular.set("marking_ref", stix::tlp2_id(Tlp::red));
  granular.set("selectors", json::Array{json::Value("description")});
  object.set("granular_markings", json::Array{granular});
  const GateResult result = pass_bundle({.objects = {object}}, {"public", Tlp::clear});
  ASSERT_EQ(result.passed.objects.size(), 1u);
  EXPECT_EQ(result.passed.objects[0].find("description"), nullptr);
  EXPECT_EQ(result.passed.objects[0].name(), "mixed");
}

TEST(Gate, DefinitionsTravelOnlyWithWhatUsesThem) {
  const GateResult result =
      pass_bundle({.objects = {stix::make_tlp2_definition(Tlp::green), stix::make_tlp2_definition(Tlp::red),
                               make_identity("open", Tlp::green)}},
                  {"community", Tlp::green});
  EXPECT_EQ(result.passed.objects.size(), 2u);
  EXPECT_EQ(result.passed.objects[0].id(), stix::tlp2_id(Tlp::green));
}

TEST(Gate, NothingAboveTheClearancePassesAndNothingDangles) {
  EXPECT_TRUE(rc::check([] {
    const auto level_of = [](int i) { return static_cast<Tlp>(i); };
    stix::Bundle bundle;
    std::vector<Object> people;
    const auto levels = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5));
    for (std::size_t i = 0; i < levels.size(); ++i)
      people.push_back(make_identity(std::to_string(i), level_of(levels[i])));
    bundle.objects = people;
    if (people.size() >= 2) {
      for (int i = 0; i < 6; ++i) {
        const auto a = *rc::gen::inRange<std::size_t>(0, people.size());
        const auto b = *rc::gen::inRange<std::size_t>(0, people.size());
        if (a != b)
          bundle.objects.push_back(make_relationship(people[a], people[b], level_of(*rc::gen::inRange(0, 5))));
      }
    }
    const Tlp clearance = level_of(*rc::gen::inRange(0, 5));
    const GateResult result = pass_bundle(bundle, {"someone", clearance});
    for (const Object& object : result.passed.objects) {
      RC_ASSERT(object_level(object, stix::MarkingTable()) <= clearance);
      for (const Object::Reference& reference : object.references()) {
        if (!reference.id.starts_with("marking-definition--")) RC_ASSERT(has(result.passed, reference.id));
      }
    }
    RC_ASSERT(result.passed.objects.size() + result.withheld.size() == bundle.objects.size());
  }));
}

TEST(Gate, TextsAreHeldByTheirMarking) {
  EXPECT_TRUE(check_text(record::Tlp::amber, {"us", Tlp::amber}).has_value());
  const Status refused = check_text(record::Tlp::amber_strict, {"partner", Tlp::amber});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "marked amber+strict, but partner may receive up to amber only");
}

}  // namespace
}  // namespace tocsin::share
