// Sigma rules: every problem has a place in the text, every value that was taken came to tests, and a rule that was
// taken can be evaluated and explains itself when it fires.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "detect/correlation.h"
#include "detect/naive.h"
#include "detect/sigma_filter.h"

namespace {

using namespace tocsin;
using namespace tocsin::detect;

event::Schema& schema() {
  static const std::unique_ptr<event::Schema> schema = [] {
    auto loaded = event::Schema::load(TOCSIN_SOURCE_DIR "/packs/event");
    FUZZ_CHECK(loaded.has_value());
    return *std::move(loaded);
  }();
  return *schema;
}

/// Filters go onto every rule and off again; correlations are planned, and each rule hits twice.
void try_correlations(RuleFile& file) {
  for (SigmaRule& rule : file.rules) {
    const std::size_t detections = rule.detections.size();
    for (const SigmaFilter& filter : file.filters) {
      add_filter(rule, filter);
      event::Event event;
      EventText values(event);
      bind_rule(rule, schema());
      (void)match_rule(rule, values, {});
    }
    remove_filters(rule);
    FUZZ_CHECK(rule.detections.size() == detections);
  }
  std::vector<const SigmaHead*> heads;
  for (const SigmaRule& rule : file.rules) heads.push_back(&rule);
  const std::size_t count = file.correlations.size();
  CorrelationPlan plan = plan_correlations(heads, std::move(file.correlations));
  FUZZ_CHECK(plan.correlations.size() + plan.rejected.size() >= count);
  for (const CorrelationPlan::Rejected& rejected : plan.rejected) FUZZ_CHECK(!rejected.problem.message.empty());
  Correlator correlator(std::move(plan), {.lateness = std::chrono::seconds(1), .memory = 4096});
  for (std::uint64_t event = 0; event < 8; ++event) {
    for (std::uint32_t rule = 0; rule < heads.size(); ++rule) {
      const std::vector<std::optional<std::string_view>> values(correlator.plan().rules[rule].fields.size(),
                                                                event % 3 == 0 ? "5" : "a");
      correlator.observe({.rule = rule,
                          .event = event,
                          .time = Instant(std::chrono::seconds(1'600'000'000 + (event ^ 1))),
                          .digits = 0,
                          .path = "p",
                          .line = event,
                          .offset = 0,
                          .record = {},
                          .host = "h",
                          .values = values});
    }
  }
  correlator.finish();
  for (const Correlated& one : correlator.take()) FUZZ_CHECK(!one.events.empty() && !one.measured.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const Placeholders placeholders = [] {
    Placeholders out;
    FUZZ_CHECK(out.add("a: [b, 'c*']\nusers: x\n", "placeholders.yml").has_value());
    return out;
  }();
  RuleFile file = parse_sigma(text, "rule.yml", placeholders);
  for (const RuleFile::Rejected& rejected : file.rejected) {
    FUZZ_CHECK(has_errors(rejected.problems));
    for (const Diagnostic& problem : rejected.problems) {
      FUZZ_CHECK(!problem.message.empty() && problem.where.source == "rule.yml");
      (void)print_diagnostic(problem, text);
    }
  }
  const std::vector<event::Slot> slots = {
      {schema().intern("A"), event::TokenKind::json_string, 0, "a\\\\b *"},
      {schema().intern("A"), event::TokenKind::number, 0, "5"},
      {schema().intern("B"), event::TokenKind::null, 0, "null"},
      {schema().intern("C"), event::TokenKind::boolean, 0, "true"},
  };
  event::Event event;
  event.record = "{\"A\":\"a\\\\b *\",\"A\":5,\"B\":null,\"C\":true}";
  event.slots = slots;
  for (SigmaRule& rule : file.rules) {
    FUZZ_CHECK(!rule.title.empty() && !rule.conditions.empty());
    bind_rule(rule, schema());
    EventText values(event);
    const bool fires = match_rule(rule, values, {});
    const auto explained = explain_rule(rule, values, {});
    FUZZ_CHECK(fires == explained.has_value());
    FUZZ_CHECK(!explained || !explained->why.empty());
  }
  try_correlations(file);
  return 0;
}
