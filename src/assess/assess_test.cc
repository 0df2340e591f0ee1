#include "assess/assess.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "assess/assess_fixture.h"
#include "assess/attribution.h"

namespace tocsin::assess {
namespace {
TEST(Dump, All) {
  const auto a = assess(fixture::input());
  for (const auto& w : a.warnings) {
    fmt::print("{}\n{}\n", w.id, w.title);
    if (w.actor)
      fmt::print("actor {} {} {}-{}\n", w.actor->name, record::likelihood_name(w.actor->likelihood),
                 w.actor->probability_low, w.actor->probability_high);
    for (auto& h : w.hypotheses) {
      fmt::print("  H {} {}\n", h.name, h.probability);
      for (auto& s : h.supporting) fmt::print("    + {}\n", s);
      for (auto& s : h.against) fmt::print("    - {}\n", s);
    }
    for (auto& r : w.relevance) fmt::print("  R {}\n", r);
    for (auto& r : w.claims) fmt::print("  C {}\n", r.evidence[0].quote);
    for (auto& r : w.through) fmt::print("  T {} {} {}\n", r.exposure.asset, r.exposure.vulnerability, r.why);
    for (auto& r : w.seen) fmt::print("  S {} {} {}\n", r.asset, r.match.rule.title, r.why);
    fmt::print("  B {} {}\n", w.basis.confidence, w.basis.why);
    for (auto& r : w.not_known) fmt::print("  N {}\n", r);
    for (auto& r : w.do_first) fmt::print("  D {} -- {}\n", r.action, r.because);
  }
  for (const auto& n : a.not_used) fmt::print("not used: {} -- {}\n", n.what, n.reason);
}
}  // namespace
}  // namespace tocsin::assess
