// Correlations: the streaming evaluator against one that looks at every window anew, and cases by hand.

#include "detect/correlation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <algorithm>
#include <map>
#include <set>

#include "detect/sigma_rule.h"
#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(1'600'000'000 + seconds)); }

/// The plan of correlation documents over rules a, b and c.
CorrelationPlan plan_of(const std::string& documents) {
  static std::vector<SigmaHead> heads;
  heads.assign(3, {});
  std::vector<const SigmaHead*> rules;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    heads[i].name = heads[i].title = std::string(1, static_cast<char>('a' + i));
    heads[i].path = "rules.yml";
    rules.push_back(&heads[i]);
  }
  RuleFile file = parse_sigma(documents, "rules.yml");
  for (const RuleFile::Rejected& rejected : file.rejected) {
    for (const Diagnostic& problem : rejected.problems) ADD_FAILURE() << problem.message << "\n" << documents;
  }
  return plan_correlations(rules, std::move(file.correlations));
}

std::string document(const std::string& name, const std::string& members) {
  return fmt::format("title: {0}\nname: {0}\ncorrelation: {{{1}}}\n---\n", name, members);
}

/// An event that some of the rules a, b and c match.
struct Event {
  std::int64_t time = 0;
  std::vector<std::uint32_t> rules;
  std::map<std::string, std::string> fields;
};

/// Hands an event to a correlator as the hunter does.
void observe(Correlator& correlator, const Event& event, std::uint64_t number) {
  for (const std::uint32_t rule : event.rules) {
    const RuleFeed& feed = correlator.plan().rules[rule];
    std::vector<std::optional<std::string_view>> values;
    for (const std::string& field : feed.fields) {
      const auto found = event.fields.find(field);
      values.push_back(found == event.fields.end() ? std::nullopt : std::optional<std::string_view>(found->second));
    }
    if (!feed.feeds.empty()) {
      correlator.observe({.rule = rule,
                          .event = number,
                          .time = at(event.time),
                          .digits = 0,
                          .path = "log",
                          .line = number,
                          .offset = 0,
                          .record = {},
                          .host = "h",
                          .values = values});
    }
  }
}

/// Matches as "name@time group measured [lines of the evidence]".
std::vector<std::string> shown(Correlator& correlator) {
  std::vector<std::string> out;
  for (const Correlated& one : correlator.take()) {
    std::string line = correlator.plan().correlations[one.correlation].rule.title;
    line += fmt::format("@{}", std::chrono::duration_cast<std::chrono::seconds>(one.at.time - at(0)).count());
    for (const auto& [field, value] : one.group) line += " " + value;
    line += " " + one.measured + " [";
    for (const Evidence& event : one.events) line += fmt::format("{}{}", line.back() == '[' ? "" : " ", event.line);
    out.push_back(line + "]");
  }
  return out;
}

std::vector<std::string> run(const std::string& documents, const std::vector<Event>& events,
                             const CorrelatorOptions& options = {}) {
  Correlator correlator(plan_of(documents), options);
  for (std::size_t i = 0; i < events.size(); ++i) observe(correlator, events[i], i + 1);
  correlator.finish();
  return shown(correlator);
}

using Lines = std::vector<std::string>;

TEST(Correlation, CountsEventsInASlidingWindow) {
  const std::string rule =
      document("C", "type: event_count, rules: [a], group-by: [U], timespan: 10s, condition: {gte: 3}");
  const auto u = [](std::int64_t time, const std::string& user) { return Event{time, {0}, {{"U", user}}}; };
  EXPECT_EQ(run(rule, {u(0, "x"), u(5, "y"), u(6, "X"), u(10, "x")}), Lines{"C@10 x 3 [1 3 4]"})
      << "both ends belong to the window; case does not make two groups";
  EXPECT_EQ(run(rule, {u(0, "x"), u(6, "x"), u(11, "x")}), Lines{});
  EXPECT_EQ(run(rule, {u(0, "x"), u(1, "x"), u(2, "x"), u(3, "x"), u(12, "x"), u(13, "x"), u(14, "x")}),
            (Lines{"C@2 x 3 [1 2 3]", "C@13 x 3 [4 5 6]"}))
      << "a group rests for one timespan";
  EXPECT_EQ(run(rule, {u(10, "x"), u(0, "x"), u(5, "x")}), Lines{"C@10 x 3 [2 3 1]"}) << "by time, not by arrival";
}

TEST(Correlation, EventsWithoutTheGroupAreCountedApart) {
  Correlator correlator(plan_of(
      document("C", "type: value_sum, rules: [a], group-by: [U], timespan: 10s, condition: {gte: 3, field: N}")));
  observe(correlator, {0, {0}, {}}, 1);
  observe(correlator, {0, {0}, {{"N", "5"}}}, 2);
  observe(correlator, {0, {0}, {{"U", "x"}, {"N", "many"}}}, 3);
  correlator.finish();
  EXPECT_EQ(shown(correlator), Lines{});
  EXPECT_EQ(correlator.counts().hits, 3u);
  EXPECT_EQ(correlator.counts().without_group, 1u);
  EXPECT_EQ(correlator.counts().without_value, 2u);
}

TEST(Correlation, CountsValues) {
  const auto v = [](std::int64_t time, const std::string& a, const std::string& b) {
    return Event{time, {0}, {{"A", a}, {"B", b}}};
  };
  const std::vector<Event> events = {v(0, "1", "x"), v(1, "1", "y"), v(2, "2", "x"), v(3, "1", "X")};
  EXPECT_EQ(run(document("C", "type: value_count, rules: [a], timespan: 1m, condition: {gte: 3, field: A}"), events),
            Lines{});
  EXPECT_EQ(
      run(document("C", "type: value_count, rules: [a], timespan: 1m, condition: {gte: 3, field: [A, B]}"), events),
      Lines{"C@2 3 [1 2 3]"});
  EXPECT_EQ(run(document("C", "type: value_count, rules: [a], timespan: 1m, condition: {gt: 1, field: A}"), events),
            Lines{"C@2 2 [2 3]"})
      << "each value with the event that last had it";
}

TEST(Correlation, MeasuresNumbers) {
  const auto n = [](std::int64_t time, const std::string& number) { return Event{time, {0}, {{"N", number}}}; };
  const std::vector<Event> events = {n(0, "1"), n(1, "0.1"), n(2, "0.2"), n(3, "10")};
  const auto measure = [&](const std::string& type, const std::string& condition) {
    return run(document("C", "type: " + type + ", rules: [a], timespan: 1m, condition: {field: N, " + condition + "}"),
               events);
  };
  EXPECT_EQ(measure("value_sum", "gt: 11"), Lines{"C@3 11.3 [1 2 3 4]"});
  EXPECT_EQ(measure("value_avg", "gte: 2.825"), Lines{"C@3 2.825 [1 2 3 4]"});
  EXPECT_EQ(measure("value_median", "lt: 0.3"), Lines{"C@2 0.2 [1 2 3]"});
  EXPECT_EQ(measure("value_percentile", "gt: 5, percentile: 90"), Lines{"C@3 7.3 [1 2 3 4]"});
  EXPECT_EQ(measure("value_sum", "gt: 1, lt: 1.2"), Lines{"C@1 1.1 [1 2]"});
}

TEST(Correlation, SeesRulesTogetherAndInOrder) {
  const auto e = [](std::int64_t time, std::vector<std::uint32_t> rules) { return Event{time, std::move(rules), {}}; };
  const std::string together = document("C", "type: temporal, rules: [a, b, c], timespan: 10s");
  const std::string ordered = document("C", "type: temporal_ordered, rules: [a, b, c], timespan: 10s");
  const std::vector<Event> backwards = {e(0, {2}), e(1, {1}), e(2, {0})};
  EXPECT_EQ(run(together, backwards), Lines{"C@2 a, b, c [1 2 3]"});
  EXPECT_EQ(run(ordered, backwards), Lines{});
  EXPECT_EQ(run(ordered, {e(0, {0}), e(3, {0}), e(4, {1}), e(10, {2})}), Lines{"C@10 a, then b, then c [2 3 4]"});
  EXPECT_EQ(run(ordered, {e(0, {0}), e(4, {1}), e(11, {2})}), Lines{}) << "too far apart";
  EXPECT_EQ(run(ordered, {e(0, {0, 1, 2})}), Lines{}) << "each step needs an event of its own";
  EXPECT_EQ(run(together, {e(0, {0, 1, 2})}), Lines{"C@0 a, b, c [1 1 1]"});
  EXPECT_EQ(run(ordered, {e(0, {0}), e(0, {0, 1}), e(0, {2})}), Lines{"C@0 a, then b, then c [1 2 3]"})
      << "one time: the order of the input";
  EXPECT_EQ(run(document("C", "type: temporal, rules: [a, b, c], timespan: 10s, condition: {gte: 2}"),
                {e(0, {1}), e(9, {2})}),
            Lines{"C@9 b, c [1 2]"});
  EXPECT_EQ(run(document("C", "type: temporal_ordered, rules: [a, b, c], timespan: 10s, condition: {gte: 2}"),
                {e(0, {2}), e(1, {0}), e(9, {2})}),
            Lines{"C@9 a, then c [2 3]"});
  const std::string unless = document("C", "type: temporal, timespan: 10s, condition: a and b and not c");
  EXPECT_EQ(run(unless, {e(0, {0}), e(1, {2}), e(2, {1})}), Lines{});
  EXPECT_EQ(run(unless, {e(0, {2}), e(5, {0}), e(11, {1})}), Lines{"C@11 a, b [2 3]"});
  const std::string either = document("C", "type: temporal_ordered, timespan: 10s, condition: a and (b or c)");
  EXPECT_EQ(run(either, {e(0, {1}), e(1, {0}), e(2, {2})}), Lines{"C@2 a, then c [2 3]"});
}

TEST(Correlation, FeedsCorrelations) {
  const std::string many =
      document("many", "type: event_count, rules: [a], group-by: [H], timespan: 1m, condition: {gte: 2}");
  const std::string then = document(
      "then",
      "type: temporal_ordered, rules: [many, b], group-by: [who], timespan: 1h, aliases: {who: {many: U, b: V}}");
  const auto fail = [](std::int64_t time, const std::string& user) {
    return Event{time, {0}, {{"H", "host"}, {"U", user}}};
  };
  const auto good = [](std::int64_t time, const std::string& user) { return Event{time, {1}, {{"V", user}}}; };
  const std::vector<Event> events = {fail(0, "x"), fail(1, "y"), good(2, "x"), good(3, "y")};
  EXPECT_EQ(run(many + then, events), Lines{"then@3 y many, then b [1 2 4]"})
      << "a chain shows the evidence of what it rests on, and its group is of the completing event";
  EXPECT_EQ(run(then + many, events), Lines{"then@3 y many, then b [1 2 4]"}) << "in any order of documents";
  std::string loud = then;
  loud.replace(loud.find("timespan"), 0, "generate: true, ");
  EXPECT_EQ(run(many + loud, events), (Lines{"many@1 host 2 [1 2]", "then@3 y many, then b [1 2 4]"}));
}

TEST(Correlation, UnusableOnesAreRejectedAlone) {
  const auto tail = std::string(", timespan: 1m, condition: {gte: 2}");
  const CorrelationPlan plan = plan_of(document("good", "type: event_count, rules: [a]" + tail) +
                                       document("lost", "type: event_count, rules: [aa]" + tail) +
                                       document("on_lost", "type: event_count, rules: [lost]" + tail) +
                                       document("x", "type: event_count, rules: [y]" + tail) +
                                       document("y", "type: event_count, rules: [x, a]" + tail) +
                                       document("to_x", "type: event_count, rules: [x]" + tail) +
                                       document("self", "type: event_count, rules: [self]" + tail));
  ASSERT_EQ(plan.correlations.size(), 1u);
  EXPECT_EQ(plan.correlations[0].rule.title, "good");
  std::map<std::string, std::string> why;
  for (const CorrelationPlan::Rejected& rejected : plan.rejected) {
    EXPECT_GT(rejected.problem.where.line, 0u);
    why[rejected.rule.title] = rejected.problem.message;
  }
  EXPECT_EQ(why, (std::map<std::string, std::string>{
                     {"lost", "no rule has the id or name 'aa'"},
                     {"on_lost", "the correlation 'lost', to which this one refers, is rejected"},
                     {"x", "the correlation refers to itself: 'x' → 'y' → 'x'"},
                     {"y", "the correlation refers to itself: 'y' → 'x' → 'y'"},
                     {"to_x", "the correlation refers to one that refers to itself"},
                     {"self", "the correlation refers to itself: 'self' → 'self'"}}));
  EXPECT_FALSE(plan.rules[0].is_shown) << "good refers to it";
  const CorrelationPlan twice = plan_of(
      "title: T\nid: 929a690e-bef0-4204-a928-ef5e620d6fcc\nname: t\ncorrelation: {type: "
      "event_count, rules: [a]" +
      tail + "}\n---\n" +
      document("both", "type: event_count, rules: [t, 929A690E-bef0-4204-a928-ef5e620d6fcc]" + tail));
  ASSERT_EQ(twice.rejected.size(), 1u);
  EXPECT_EQ(twice.rejected[0].problem.message, "'t' and '929A690E-bef0-4204-a928-ef5e620d6fcc' are the same rule");
  EXPECT_TRUE(plan.rules[1].is_shown);
}

TEST(Correlation, LatecomersAreCounted) {
  const std::string rule = document("C", "type: event_count, rules: [a], timespan: 10s, condition: {gte: 2}");
  Correlator correlator(plan_of(rule), {.lateness = std::chrono::seconds(5)});
  observe(correlator, {100, {0}, {}}, 1);
  observe(correlator, {95, {0}, {}}, 2);
  EXPECT_EQ(shown(correlator), Lines{}) << "one of 95 might still come";
  observe(correlator, {94, {0}, {}}, 3);
  EXPECT_EQ(correlator.counts().late, 1u);
  observe(correlator, {105, {0}, {}}, 4);
  EXPECT_EQ(shown(correlator), Lines{"C@100 2 [2 1]"});
  correlator.finish();
  EXPECT_EQ(shown(correlator), Lines{}) << "the group rests";
}

TEST(Correlation, MemoryIsBounded) {
  const std::string rule =
      document("C", "type: event_count, rules: [a], group-by: [U], timespan: 1y, condition: {gte: 2}") +
      document("S", "type: value_sum, rules: [b], timespan: 1y, condition: {gte: 1000000, field: N}");
  for (const bool waits : {false, true}) {
    CorrelatorOptions options{.lateness = {}, .memory = 200'000};
    if (!waits) options.lateness = std::chrono::seconds(0);
    Correlator correlator(plan_of(rule), options);
    for (std::int64_t i = 0; i < 5000; ++i) observe(correlator, {i, {0}, {{"U", fmt::format("user {}", i)}}}, 1);
    for (std::int64_t i = 5000; i < 15'000; ++i) observe(correlator, {i, {1}, {{"N", "1"}}}, 1);
    correlator.finish();
    EXPECT_GT(correlator.counts().evicted_groups, 4000u);
    EXPECT_GT(correlator.counts().evicted_events, 1000u);
    EXPECT_EQ(correlator.counts().released_early > 0, waits);
    EXPECT_EQ(correlator.counts().late, 0u);
  }
}

TEST(Correlation, RunsOverLogs) {
  const std::string rules =
      "title: Refused\nname: refused\nlogsource: {category: webserver}\n"
      "detection: {s: {sc-status: 403}, condition: s}\n---\n"
      "title: Let in\nname: let_in\nlogsource: {category: webserver}\n"
      "detection: {s: {sc-status: 200}, condition: s}\n---\n"
      "title: Guessed\nid: 929a690e-bef0-4204-a928-ef5e620d6fcc\nlevel: high\ntags: [attack.t1110]\n"
      "correlation: {type: temporal_ordered, rules: [refused, let_in], group-by: [c-ip], timespan: 1m}\n";
  const auto line = [](const char* client, int second, int status) {
    return fmt::format("{} - - [10/Oct/2020:13:55:{:02} +0000] \"GET /a HTTP/1.1\" {} 2\n", client, second, status);
  };
  const std::string log = line("192.0.2.1", 1, 403) + line("192.0.2.2", 2, 200) + line("192.0.2.1", 3, 200);
  Hunter hunter(test_schema());
  hunter.add_rules(rules, "r.yml");
  for (const record::RejectedRule& rejected : hunter.rejected()) ADD_FAILURE() << rejected.error;
  EXPECT_EQ(hunter.counts().rules_loaded, 3u);
  EXPECT_TRUE(hunt_text(hunter, log).empty()) << "the rules that it names show no matches of their own";
  const std::vector<record::Match> matches = hunter.finish();
  ASSERT_EQ(matches.size(), 1u);
  const record::Match& match = matches[0];
  EXPECT_EQ(match.engine, record::Engine::correlation);
  EXPECT_EQ(match.rule.title, "Guessed");
  EXPECT_EQ(match.rule.level, "high");
  EXPECT_EQ(match.rule.tags, std::vector<std::string>{"attack.t1110"});
  EXPECT_EQ(match.time, "2020-10-10T13:55:03Z");
  EXPECT_EQ(match.source.line, 3u);
  EXPECT_EQ(match.group, (std::vector<std::pair<std::string, std::string>>{{"c-ip", "192.0.2.1"}}));
  ASSERT_EQ(match.events.size(), 2u);
  EXPECT_EQ(match.events[0].source.line, 1u);
  EXPECT_EQ(match.events[0].time, "2020-10-10T13:55:01Z");
  ASSERT_EQ(match.why.size(), 3u);
  EXPECT_EQ(match.why[0].test, "temporal_ordered");
  EXPECT_EQ(match.why[0].value, "all 2 rules within 1m: refused, then let_in");
  EXPECT_EQ(match.why[1], (record::Why{"", "rule", "Refused"}));
}

// The oracle: every window from scratch.

struct OracleHit {
  Event event;
  std::uint64_t number = 0;
  std::uint32_t rule = 0;
};

enum class Truth : std::uint8_t { no, unknown, yes };

Truth evaluate(const Condition& condition, const std::vector<Truth>& of) {
  std::vector<Truth> stack;
  for (const ConditionStep& step : condition) {
    if (step.kind == ConditionStep::Kind::detection) {
      stack.push_back(of[step.detections.front()]);
    } else if (step.kind == ConditionStep::Kind::not_) {
      stack.back() = static_cast<Truth>(2 - static_cast<int>(stack.back()));
    } else {
      const Truth right = stack.back();
      stack.pop_back();
      stack.back() =
          step.kind == ConditionStep::Kind::and_ ? std::min(stack.back(), right) : std::max(stack.back(), right);
    }
  }
  return stack.back();
}

Fixed fixed(std::int64_t number) { return static_cast<Fixed>(number) << kFixedBits; }

bool window_holds(const SigmaCorrelation& rule, const std::vector<OracleHit>& window) {
  const auto bounds_hold = [&](Fixed number) {
    return std::ranges::all_of(rule.bounds, [&](const Bound& bound) { return bound.holds_for(number); });
  };
  std::vector<Fixed> numbers;
  std::set<std::string> values;
  std::set<std::uint32_t> rules;
  for (const OracleHit& hit : window) {
    rules.insert(hit.rule);
    const auto value = hit.event.fields.find("V");
    if (value == hit.event.fields.end()) continue;
    values.insert(value->second);
    if (const auto number = parse_fixed(value->second)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  Fixed sum = 0;
  for (const Fixed number : numbers) sum += number;
  switch (rule.type) {
    case CorrelationType::event_count:
      return bounds_hold(fixed(static_cast<std::int64_t>(window.size())));
    case CorrelationType::value_count:
      return bounds_hold(fixed(static_cast<std::int64_t>(values.size())));
    case CorrelationType::value_sum:
      return bounds_hold(sum);
    case CorrelationType::value_avg:
      return bounds_hold(sum / static_cast<Fixed>(numbers.size()));
    case CorrelationType::value_median:
    case CorrelationType::value_percentile: {
      const std::uint64_t of = rule.type == CorrelationType::value_median ? 50'000 : rule.percentile;
      const std::size_t rank = of * (numbers.size() - 1) / 100'000;
      const auto rest = static_cast<Fixed>(of * (numbers.size() - 1) % 100'000);
      return bounds_hold(rest == 0 ? numbers[rank]
                                   : numbers[rank] + (numbers[rank + 1] - numbers[rank]) * rest / 100'000);
    }
    case CorrelationType::temporal: {
      if (!rule.expression) return bounds_hold(fixed(static_cast<std::int64_t>(rules.size())));
      std::vector<Truth> of;
      for (std::uint32_t i = 0; i < rule.rules.size(); ++i) of.push_back(rules.contains(i) ? Truth::yes : Truth::no);
      return evaluate(*rule.expression, of) == Truth::yes;
    }
    case CorrelationType::temporal_ordered:
      break;
  }
  // Every set of rules that occurs in order: what is in it is true, what does not occur at all is not.
  for (std::uint32_t set = 1; set < 1u << rule.rules.size(); ++set) {
    std::size_t next = 0;
    std::uint64_t last_event = 0;
    std::int64_t size = 0;
    bool is_there = true;
    std::vector<Truth> of;
    for (std::uint32_t i = 0; i < rule.rules.size(); ++i) {
      of.push_back(rules.contains(i) ? Truth::unknown : Truth::no);
      if ((set >> i & 1) == 0) continue;
      while (next < window.size() && (window[next].rule != i || window[next].number == last_event)) ++next;
      if (next == window.size()) {
        is_there = false;
        break;
      }
      last_event = window[next].number;
      of.back() = Truth::yes;
      ++size;
    }
    if (is_there && (rule.expression ? evaluate(*rule.expression, of) == Truth::yes : bounds_hold(fixed(size))))
      return true;
  }
  return false;
}

/// "time event group" of every match.
Lines oracle(const SigmaCorrelation& rule, const std::vector<Event>& events, std::optional<std::int64_t> lateness) {
  std::vector<OracleHit> hits;
  std::int64_t newest = -1'000'000;
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (const std::uint32_t which : events[i].rules) {
      if (which >= rule.rules.size()) continue;
      if (lateness && events[i].time < newest - *lateness) continue;
      newest = std::max(newest, events[i].time);
      hits.push_back({events[i], i + 1, which});
    }
  }
  std::ranges::stable_sort(hits, {}, [](const OracleHit& hit) { return hit.event.time; });
  const bool needs_value = !rule.value_fields.empty();
  std::erase_if(hits, [&](const OracleHit& hit) {
    if (!hit.event.fields.contains("G")) return true;
    if (!needs_value) return false;
    const auto value = hit.event.fields.find("V");
    return value == hit.event.fields.end() ||
           (rule.type != CorrelationType::value_count && !parse_fixed(value->second));
  });
  Lines out;
  std::map<std::string, std::int64_t> rests_until;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const std::string& group = hits[i].event.fields.at("G");
    const std::int64_t time = hits[i].event.time;
    std::vector<OracleHit> window;
    for (std::size_t j = 0; j <= i; ++j) {
      if (hits[j].event.fields.at("G") == group && hits[j].event.time >= time - rule.timespan.count())
        window.push_back(hits[j]);
    }
    const auto rests = rests_until.find(group);
    if (rests != rests_until.end() && time <= rests->second) continue;
    if (!window_holds(rule, window)) continue;
    rests_until[group] = time + rule.timespan.count();
    out.push_back(fmt::format("{} {} {}", time, hits[i].number, group));
  }
  return out;
}

std::string random_rule() {
  const std::string bounds = *rc::gen::element<std::string>("gte: 2", "gte: 3", "gt: 3", "eq: 2", "gt: 1, lt: 4",
                                                            "lte: 1", "neq: 1", "gte: 2.5", "gte: 5", "lt: 3");
  const std::string timespan = fmt::format("timespan: {}s, group-by: [G]", *rc::gen::inRange(1, 12));
  const std::string head = "title: R\ncorrelation: {" + timespan;
  const std::string value =
      *rc::gen::element<std::string>("value_count", "value_sum", "value_avg", "value_median",
                                     "value_percentile, percentile: 75", "value_percentile, percentile: 33.3");
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return head + ", type: event_count, rules: [a, b], condition: {" + bounds + "}}\n";
    case 1: {
      const std::size_t comma = value.find(',');
      return head + ", type: " + value.substr(0, comma) + ", rules: [a], condition: {field: V, " + bounds +
             (comma == std::string::npos ? "" : value.substr(comma)) + "}}\n";
    }
    case 2:
      return head + ", type: temporal, rules: [a, b, c], condition: {" + bounds + "}}\n";
    case 3:
      return head + ", type: temporal_ordered, rules: [a, b, c], condition: {" +
             *rc::gen::element<std::string>("gte: 1", "gte: 2", "gte: 3", "gt: 1", "eq: 3") + "}}\n";
    case 4:
      return head + ", type: temporal, rules: [a, b, c], condition: " +
             *rc::gen::element<std::string>("a and b and not c", "c or (a and not b)", "not (a or b) and c",
                                            "a and (b or c)") +
             "}\n";
    default:
      return head + ", type: temporal_ordered, rules: [a, b, c], condition: " +
             *rc::gen::element<std::string>("a and b and not c", "c or (a and b)", "not (a or b) and c",
                                            "a and (b or c)", "(a or b) and c") +
             "}\n";
  }
}

RC_GTEST_PROP(Correlation, AgreesWithLookingAtEveryWindow, ()) {
  const std::string text = random_rule();
  const RuleFile file = parse_sigma(text, "r.yml");
  RC_ASSERT(file.correlations.size() == 1u);
  std::vector<Event> events;
  const int count = *rc::gen::inRange(0, 60);
  const bool sorted = *rc::gen::inRange(0, 2) == 0;
  for (int i = 0; i < count; ++i) {
    Event event{*rc::gen::inRange<std::int64_t>(0, 40), {}, {}};
    for (std::uint32_t rule = 0; rule < 3; ++rule) {
      if (*rc::gen::inRange(0, 2) == 0) event.rules.push_back(rule);
    }
    if (*rc::gen::inRange(0, 10) != 0) event.fields["G"] = *rc::gen::element<std::string>("g", "h");
    if (*rc::gen::inRange(0, 10) != 0)
      event.fields["V"] = *rc::gen::element<std::string>("0", "1", "2", "2.5", "-3", "v", "w");
    events.push_back(std::move(event));
  }
  if (sorted) std::ranges::stable_sort(events, {}, &Event::time);
  const auto lateness = *rc::gen::element<std::optional<std::int64_t>>(std::nullopt, 0, 3, 10);
  CorrelatorOptions options;
  if (lateness) options.lateness = std::chrono::seconds(*lateness);
  Correlator correlator(plan_of(text), options);
  Lines found;
  for (std::size_t i = 0; i <= events.size(); ++i) {
    if (i < events.size()) {
      observe(correlator, events[i], i + 1);
    } else {
      correlator.finish();
    }
    for (const Correlated& one : correlator.take()) {
      const auto time =
          static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(one.at.time - at(0)).count());
      for (const Evidence& evidence : one.events) {
        RC_ASSERT(evidence.time >= at(time) - file.correlations[0].timespan);
        RC_ASSERT(evidence.time <= at(time));
      }
      found.push_back(fmt::format("{} {} {}", time, one.at.line, one.group[0].second));
    }
  }
  Lines expected = oracle(file.correlations[0], events, lateness);
  RC_ASSERT(found == expected);
}

}  // namespace
}  // namespace tocsin::detect
