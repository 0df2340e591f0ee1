#include "detect/stix_sequence.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "stix/pattern.h"

namespace tocsin::detect {
namespace {

using std::chrono::seconds;

StixProgram program_of(std::string_view text) { return compile_pattern(stix::pattern::parse(text).value()).value(); }

Instant at(int second) { return parse_rfc3339("2026-01-01T00:00:00Z")->instant + seconds(second); }

struct Seen {
  int first = 0;
  int last = 0;
  std::uint64_t number = 1;
  std::vector<std::uint32_t> brackets;
};

/// Tokens (1, 2, …) of what the stream's first match uses; empty when it has none.
std::vector<std::uint64_t> first_match(const StixProgram& program, const std::vector<Seen>& stream) {
  StixSequence sequence(program);
  for (std::size_t i = 0; i < stream.size(); ++i) {
    const auto picked =
        sequence.add({at(stream[i].first), at(stream[i].last), stream[i].number, i + 1}, stream[i].brackets);
    if (picked.empty()) continue;
    std::vector<std::uint64_t> out;
    for (const auto& one : picked) out.push_back(one.token);
    return out;
  }
  return {};
}

using Tokens = std::vector<std::uint64_t>;

TEST(StixSequence, AndNeedsTwoObservations) {
  const StixProgram program = program_of("[file:name = 'a'] AND [file:name = 'b']");
  EXPECT_EQ(first_match(program, {{0, 0, 1, {0, 1}}}), Tokens{});
  EXPECT_EQ(first_match(program, {{0, 0, 1, {0, 1}}, {5, 5, 1, {0, 1}}}), (Tokens{1, 2}));
  EXPECT_EQ(first_match(program, {{0, 0, 2, {0, 1}}}), Tokens{1}) << "seen twice";
}

TEST(StixSequence, FollowedByLooksAtTime) {
  const StixProgram program = program_of("[file:name = 'a'] FOLLOWEDBY [file:name = 'b']");
  EXPECT_EQ(first_match(program, {{5, 5, 1, {1}}, {6, 6, 1, {0}}}), Tokens{});
  EXPECT_EQ(first_match(program, {{5, 5, 1, {0}}, {5, 5, 1, {1}}}), (Tokens{1, 2})) << "the same moment will do";
  EXPECT_EQ(first_match(program, {{5, 9, 1, {1}}, {7, 8, 1, {0}}}), (Tokens{1, 2})) << "intervals that allow it";
}

TEST(StixSequence, WithinSpansAllObservations) {
  const StixProgram program = program_of("([file:name = 'a'] AND [file:name = 'b']) WITHIN 10 SECONDS");
  EXPECT_EQ(first_match(program, {{0, 0, 1, {0}}, {11, 11, 1, {1}}}), Tokens{});
  EXPECT_EQ(first_match(program, {{0, 0, 1, {0}}, {10, 10, 1, {1}}}), (Tokens{1, 2}));
  EXPECT_EQ(first_match(program, {{0, 3, 1, {0}}, {13, 13, 1, {1}}}), (Tokens{1, 2}))
      << "the end of the interval counts";
}

TEST(StixSequence, RepeatsCountsDifferentObservations) {
  const StixProgram few = program_of("[file:name = 'a'] REPEATS 3 TIMES WITHIN 10 SECONDS");
  EXPECT_EQ(first_match(few, {{0, 0, 1, {0}}, {8, 8, 1, {0}}, {12, 12, 1, {0}}}), Tokens{});
  EXPECT_EQ(first_match(few, {{0, 0, 1, {0}}, {8, 8, 1, {0}}, {12, 12, 1, {0}}, {13, 13, 1, {0}}}), (Tokens{2, 3, 4}));
  EXPECT_EQ(first_match(few, {{0, 0, 3, {0}}}), Tokens{1});

  const StixProgram many = program_of("[file:name = 'a'] REPEATS 100 TIMES WITHIN 10 SECONDS");
  StixSequence sequence(many);
  const std::vector<std::uint32_t> brackets = {0};
  for (std::uint64_t i = 0; i < 99; ++i) EXPECT_TRUE(sequence.add({at(0), at(0), 1, i}, brackets).empty());
  EXPECT_EQ(sequence.add({at(10), at(10), 1, 99}, brackets).size(), 100U);
  EXPECT_TRUE(sequence.add({at(10), at(10), 1, 100}, brackets).empty()) << "what was used is forgotten";
  EXPECT_EQ(sequence.forgotten(), 0U);
}

TEST(StixSequence, StopIsExclusive) {
  const StixProgram program =
      program_of("[file:name = 'a'] START t'2026-01-01T00:00:05Z' STOP t'2026-01-01T00:00:10Z'");
  EXPECT_EQ(first_match(program, {{4, 4, 1, {0}}}), Tokens{});
  EXPECT_EQ(first_match(program, {{5, 5, 1, {0}}}), Tokens{1});
  EXPECT_EQ(first_match(program, {{10, 10, 1, {0}}}), Tokens{});
  EXPECT_EQ(first_match(program, {{0, 5, 1, {0}}}), Tokens{1});
}

TEST(StixSequence, MemoryIsBoundedAndSaysSo) {
  const StixProgram program = program_of("[file:name = 'a'] AND [file:name = 'b']");
  StixSequence sequence(program);
  const std::vector<std::uint32_t> brackets = {0};
  for (std::uint64_t i = 0; i < StixSequence::kMaxRemembered + 10; ++i)
    EXPECT_TRUE(sequence.add({at(static_cast<int>(i)), at(static_cast<int>(i)), 1, i}, brackets).empty());
  EXPECT_EQ(sequence.forgotten(), 10U);
  EXPECT_EQ(sequence.oldest_token(), 10U);
}

// The definition, by enumeration: all sets of observations that satisfy an expression.
class Enumeration {
 public:
  struct Instance {
    std::size_t observation;
    std::uint64_t copy;
    auto operator<=>(const Instance&) const = default;
  };
  using Binding = std::set<Instance>;

  explicit Enumeration(const std::vector<Seen>& stream) : stream_(stream) {}

  std::set<Binding> bindings(const StixExpression& expression) const {
    std::set<Binding> one = body(expression);
    std::set<Binding> out = one;
    for (std::uint32_t i = 1; i < expression.repeats; ++i) out = joined(out, one, false);
    std::erase_if(out, [&](const Binding& binding) { return !qualifies(expression, binding); });
    return out;
  }

 private:
  std::set<Binding> body(const StixExpression& expression) const {
    std::set<Binding> out;
    if (expression.kind == StixExpression::Kind::bracket) {
      for (std::size_t i = 0; i < stream_.size(); ++i) {
        if (std::ranges::find(stream_[i].brackets, expression.bracket) == stream_[i].brackets.end()) continue;
        for (std::uint64_t copy = 0; copy < stream_[i].number; ++copy) out.insert(Binding{Instance{i, copy}});
      }
      return out;
    }
    for (std::size_t i = 0; i < expression.children.size(); ++i) {
      std::set<Binding> child = bindings(expression.children[i]);
      if (expression.kind == StixExpression::Kind::any) {
        out.merge(child);
      } else {
        out = i == 0 ? child : joined(out, child, expression.kind == StixExpression::Kind::followed_by);
      }
    }
    return out;
  }

  int max_first(const Binding& binding) const {
    return std::ranges::max(binding |
                            std::views::transform([&](const auto& i) { return stream_[i.observation].first; }));
  }
  int min_last(const Binding& binding) const {
    return std::ranges::min(binding |
                            std::views::transform([&](const auto& i) { return stream_[i.observation].last; }));
  }

  std::set<Binding> joined(const std::set<Binding>& left, const std::set<Binding>& right, bool in_order) const {
    std::set<Binding> out;
    for (const Binding& a : left) {
      for (const Binding& b : right) {
        const bool overlap = std::ranges::any_of(a, [&](const Instance& one) { return b.contains(one); });
        if (overlap || (in_order && max_first(a) > min_last(b))) continue;
        Binding both = a;
        both.insert(b.begin(), b.end());
        out.insert(both);
      }
    }
    return out;
  }

  bool qualifies(const StixExpression& expression, const Binding& binding) const {
    if (expression.within && at(max_first(binding)) > at(min_last(binding)) + *expression.within) return false;
    if (!expression.start) return true;
    return std::ranges::all_of(binding, [&](const Instance& one) {
      return at(stream_[one.observation].first) < *expression.stop &&
             at(stream_[one.observation].last) >= *expression.start;
    });
  }

  const std::vector<Seen>& stream_;
};

StixExpression any_expression(int depth, std::uint32_t brackets) {
  StixExpression out;
  const int kind = depth == 0 ? 0 : *rc::gen::inRange(0, 4);
  if (kind == 0) {
    out.bracket = *rc::gen::inRange<std::uint32_t>(0, brackets);
  } else {
    out.kind = static_cast<StixExpression::Kind>(kind);
    out.children = {any_expression(depth - 1, brackets), any_expression(depth - 1, brackets)};
  }
  if (*rc::gen::inRange(0, 4) == 0) out.repeats = *rc::gen::inRange<std::uint32_t>(1, 3);
  if (*rc::gen::inRange(0, 3) == 0) out.within = seconds(*rc::gen::inRange(1, 6));
  if (*rc::gen::inRange(0, 6) == 0) {
    out.start = at(*rc::gen::inRange(0, 5));
    out.stop = at(*rc::gen::inRange(5, 10));
  }
  return out;
}

TEST(StixSequenceProperty, TheFirstMatchIsWhereThePatternFirstBecomesTrue) {
  const bool ok = rc::check([] {
    constexpr std::uint32_t kBrackets = 3;
    StixProgram program;
    for (std::uint32_t i = 0; i < kBrackets; ++i)
      program.brackets.push_back(program_of("[file:name = 'a']").brackets[0]);
    program.root = any_expression(2, kBrackets);

    std::vector<Seen> stream;
    int clock = 0;
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
      clock += *rc::gen::inRange(0, 4);
      Seen seen{clock, clock + *rc::gen::element(0, 0, 0, 2), *rc::gen::element<std::uint64_t>(1, 1, 1, 2), {}};
      for (std::uint32_t b = 0; b < kBrackets; ++b) {
        if (*rc::gen::inRange(0, 2) == 0) seen.brackets.push_back(b);
      }
      stream.push_back(seen);
    }

    std::size_t expected = 0;  // observations until the pattern is true, 0 = never
    for (std::size_t n = 1; n <= stream.size() && expected == 0; ++n) {
      const std::vector<Seen> begin(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(n));
      if (!Enumeration(begin).bindings(program.root).empty()) expected = n;
    }

    StixSequence sequence(program);
    std::size_t found = 0;
    for (std::size_t i = 0; i < stream.size() && found == 0; ++i) {
      const Seen& seen = stream[i];
      if (!sequence.add({at(seen.first), at(seen.last), seen.number, i}, seen.brackets).empty()) found = i + 1;
    }
    RC_ASSERT(sequence.given_up() == 0U);
    RC_ASSERT(found == expected);
  });
  EXPECT_TRUE(ok);
}

}  // namespace
}  // namespace tocsin::detect
