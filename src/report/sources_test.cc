#include "report/sources.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tocsin::report {
namespace {

using record::Claim;
using record::DocumentReading;

Claim claim_by(const std::string& speaker, const std::string& victim, std::size_t passages = 1) {
  Claim claim;
  claim.subject = {record::EntityType::intrusion_set, "APT28", {}, {}};
  claim.predicate = record::Predicate::targets;
  claim.object = record::Term{record::EntityType::identity, victim, {}, {}};
  if (!speaker.empty()) claim.claimants.push_back({speaker, record::ClaimantRole::analyst});
  claim.evidence.resize(passages);
  return claim;
}

DocumentReading reading(const std::string& path, std::vector<Claim> claims) {
  DocumentReading made;
  made.document.path = path;
  made.document.sha256 = "hash of " + path;
  made.claims = std::move(claims);
  return made;
}

TEST(Sources, RewritesAreOneSource) {
  const std::string text =
      "The institute was attacked in spring by people who wanted its recipes, and nobody noticed for a long time.";
  const std::vector<DocumentReading> readings = {reading("1.txt", {claim_by("", "institute")}),
                                                 reading("2.txt", {claim_by("", "institute")}),
                                                 reading("3.txt", {claim_by("", "somebody")})};
  const std::string other = "Something else happened elsewhere, on another day, to other people entirely.";
  const auto groups =
      group_sources(readings, {sketch_text(text), sketch_text("UPDATE: " + text + " More soon."), sketch_text(other)});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].documents, (std::vector<std::string>{"1.txt", "2.txt"}));
  EXPECT_EQ(groups[0].why, (std::vector<std::string>{"nearly the same text"}));
  EXPECT_EQ(groups[1].root, "3.txt");
}

TEST(Sources, SketchesAreBoundedAndIgnoreCaseAndPunctuation) {
  std::string text;
  for (int at = 0; at < 5000; ++at) text += "word" + std::to_string(at) + ", ";
  EXPECT_EQ(sketch_text(text).smallest.size(), 256U);
  EXPECT_EQ(sketch_text("Four words are none").smallest.size(), 0U);
  EXPECT_EQ(sketch_text("Five words: now are one.").smallest, sketch_text("five WORDS now (are) one").smallest);
  EXPECT_NE(sketch_text("five words now are one").smallest, sketch_text("five words now one are").smallest);
  EXPECT_EQ(sketch_text("黑客攻击了").smallest.size(), 1U);
}

TEST(Sources, WhatYieldedNothingVouchesForNothing) {
  std::vector<DocumentReading> readings = {reading("empty.txt", {}), reading("list.txt", {}),
                                           reading("own-site.txt", {}),
                                           reading("told.txt", {claim_by("ESET", "Contoso")})};
  record::Indicator indicator;
  indicator.type = record::IndicatorType::domain;
  readings[1].indicators.push_back(indicator);
  indicator.suppressed = record::Suppression{"source-infrastructure", "the page's own site"};
  readings[2].indicators.push_back(indicator);
  // Nor does it join others: all are copies of one text.
  const TextSketch same = sketch_text("The same words stand in each of these documents.");
  const auto groups = group_sources(readings, {same, {}, same, same});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].documents, std::vector<std::string>{"list.txt"});
  EXPECT_EQ(groups[0].root, "list.txt");
  EXPECT_EQ(groups[1].documents, std::vector<std::string>{"told.txt"});
  EXPECT_EQ(groups[1].root, "ESET");
  EXPECT_TRUE(groups[1].why.empty());
  EXPECT_TRUE(group_sources({reading("empty.txt", {})}, {}).empty());
}

TEST(Sources, TheRootOfSeveralSpeakersIsSaid) {
  const auto groups = group_sources({reading("1.txt", {claim_by("Zeta", "A"), claim_by("Alpha", "B"),
                                                       claim_by("ZETA", "C", 2), claim_by("Mu", "D")})},
                                    {});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].root, "Zeta");
  EXPECT_EQ(groups[0].why,
            (std::vector<std::string>{"several speak: Zeta first in 3 of 5 passages on attacks, besides Alpha, Mu"}));
  // Of equals it is the one named first, not the first of the alphabet.
  const auto tie = group_sources({reading("1.txt", {claim_by("Zeta", "A"), claim_by("Alpha", "B")})}, {});
  EXPECT_EQ(tie.at(0).root, "Zeta");
  EXPECT_EQ(tie.at(0).why.size(), 1U);
}

}  // namespace
}  // namespace tocsin::report
