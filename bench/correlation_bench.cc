// The correlation layer alone: hits of one rule over many groups, in order and out of order.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <vector>

#include "detect/correlation.h"
#include "detect/sigma_rule.h"

namespace tocsin::detect {
namespace {

CorrelationPlan make_plan(const char* correlation) {
  static const SigmaHead rule = [] {
    SigmaHead head;
    head.name = head.title = "a";
    return head;
  }();
  RuleFile file = parse_sigma(std::string("title: C\ncorrelation: ") + correlation, "bench.yml");
  return plan_correlations({&rule}, std::move(file.correlations));
}

/// Each of 10^6 groups is hit by turns, a millisecond apart; arg 0: groups, arg 1: how many milliseconds of disorder.
void hits(benchmark::State& state, const char* correlation) {
  const auto groups = static_cast<std::size_t>(state.range(0));
  const std::int64_t disorder = state.range(1);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < groups; ++i) names.push_back(fmt::format("10.{}.{}.{}", i >> 16, i >> 8 & 255, i & 255));
  const std::vector<std::string> values = {"1", "2", "3", "4", "5", "6", "7"};
  Correlator correlator(make_plan(correlation),
                        {.lateness = std::chrono::milliseconds(disorder), .memory = std::size_t{4} << 30});
  std::uint64_t event = 0;
  std::uint64_t random = 1;
  for (auto _ : state) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const auto jitter = disorder == 0 ? 0 : static_cast<std::int64_t>(random >> 33) % disorder;
    const std::optional<std::string_view> fields[] = {names[(random >> 20) % groups], values[event % values.size()]};
    correlator.observe(
        {.rule = 0,
         .event = event,
         .time = Instant(std::chrono::milliseconds(1'600'000'000'000 + static_cast<std::int64_t>(event) - jitter)),
         .digits = 3,
         .path = "log",
         .line = event,
         .offset = event * 100,
         .record = {},
         .host = "host",
         .values = std::span(fields).first(correlator.plan().rules[0].fields.size())});
    ++event;
    if (event % 1024 == 0) benchmark::DoNotOptimize(correlator.take());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(event));
  state.counters["evicted"] = static_cast<double>(correlator.counts().evicted_groups);
}

void event_count(benchmark::State& state) {
  hits(state, "{type: event_count, rules: [a], group-by: [ip], timespan: 1h, condition: {gte: 10}}");
}
void value_count(benchmark::State& state) {
  hits(state, "{type: value_count, rules: [a], group-by: [ip], timespan: 1h, condition: {gte: 10, field: v}}");
}
BENCHMARK(event_count)->Args({1000, 0})->Args({1'000'000, 0})->Args({1'000'000, 1000})->MinTime(5);
BENCHMARK(value_count)->Args({1'000'000, 0})->MinTime(5);

}  // namespace
}  // namespace tocsin::detect
