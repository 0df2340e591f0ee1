#include "detect/stix_sequence.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <tuple>

namespace tocsin::detect {

namespace {

/// Up to so many repetitions every combination is tried; beyond, runs of neighbours in time, which are the tightest.
constexpr std::uint32_t kFewRepeats = 6;

}  // namespace

/// Backtracking over the memories. Each part of the expression is solved by choosing its observations and then calling
/// what remains to be solved; when that fails the choice is taken back.
class StixSequence::Search {
 public:
  explicit Search(const StixSequence& sequence) : memory_(sequence.memory_) {}

  bool run(const StixExpression& root) {
    return solve(root, nullptr, [] { return true; });
  }
  bool is_given_up() const { return steps_ > kMaxSteps; }

  struct Pick {
    const Entry* entry;
    std::uint32_t bracket;
  };
  const std::vector<Pick>& picks() const { return picks_; }

 private:
  using Rest = std::function<bool()>;

  /// A part of the expression that is being solved, and the bounds on what it picks.
  struct Scope {
    Scope* outer = nullptr;
    const StixExpression* expression = nullptr;
    std::optional<Instant> not_before;
    bool has_picks = false;
    Instant max_first{};
    Instant min_last{};
  };

  /// The bounds of a scope before a pick, to go back to.
  struct Saved {
    Scope* scope;
    bool has_picks;
    Instant max_first;
    Instant min_last;
  };

  bool is_used(const Entry& entry) const {
    return std::ranges::any_of(
        picks_, [&](const Pick& pick) { return pick.entry->token == entry.token && pick.entry->copy == entry.copy; });
  }

  static bool is_allowed(const Scope& scope, const Entry& entry) {
    if (scope.not_before && entry.last < *scope.not_before) return false;
    if (scope.expression == nullptr) return true;
    const StixExpression& expression = *scope.expression;
    if (expression.start && (entry.last < *expression.start || entry.first >= *expression.stop)) return false;
    if (!expression.within || !scope.has_picks) return true;
    return std::max(scope.max_first, entry.first) <= std::min(scope.min_last, entry.last) + *expression.within;
  }

  /// Picks `entry` for `bracket` if every scope allows it.
  bool pick(const Entry& entry, std::uint32_t bracket, Scope* scope) {
    for (const Scope* at = scope; at != nullptr; at = at->outer) {
      if (!is_allowed(*at, entry)) return false;
    }
    for (Scope* at = scope; at != nullptr; at = at->outer) {
      saved_.push_back({at, at->has_picks, at->max_first, at->min_last});
      at->max_first = at->has_picks ? std::max(at->max_first, entry.first) : entry.first;
      at->min_last = at->has_picks ? std::min(at->min_last, entry.last) : entry.last;
      at->has_picks = true;
    }
    picks_.push_back({&entry, bracket});
    return true;
  }

  void take_back(std::size_t picks, std::size_t saved) {
    picks_.resize(picks);
    while (saved_.size() > saved) {
      const Saved& last = saved_.back();
      last.scope->has_picks = last.has_picks;
      last.scope->max_first = last.max_first;
      last.scope->min_last = last.min_last;
      saved_.pop_back();
    }
  }

  bool solve(const StixExpression& expression, Scope* outer, const Rest& rest) {
    Scope scope{.outer = outer, .expression = &expression, .not_before = {}, .max_first = {}, .min_last = {}};
    if (expression.kind == StixExpression::Kind::bracket && expression.repeats > kFewRepeats)
      return solve_run(expression, scope, rest);
    return repeat(expression, scope, expression.repeats, std::nullopt, rest);
  }

  /// `times` more solutions of the expression's body. Sets have no order: each begins with an older observation than
  /// the one before.
  bool repeat(const StixExpression& expression, Scope& scope, std::uint32_t times, std::optional<std::size_t> before,
              const Rest& rest) {
    if (times == 0) return rest();
    const std::size_t begin = picks_.size();
    return solve_body(expression, scope, [&, begin] {
      if (before) {
        const Entry& here = *picks_[begin].entry;
        const Entry& there = *picks_[*before].entry;
        if (std::tie(here.token, here.copy) > std::tie(there.token, there.copy)) return false;
      }
      return repeat(expression, scope, times - 1, begin, rest);
    });
  }

  bool solve_body(const StixExpression& expression, Scope& scope, const Rest& rest) {
    switch (expression.kind) {
      case StixExpression::Kind::bracket:
        return choose(expression.bracket, scope, rest);
      case StixExpression::Kind::all:
        return solve_all(in_order_of_choice(expression), 0, scope, rest);
      case StixExpression::Kind::any:
        return std::ranges::any_of(expression.children,
                                   [&](const StixExpression& child) { return solve(child, &scope, rest); });
      case StixExpression::Kind::followed_by:
        break;
    }
    return solve_followed(expression, 0, scope, picks_.size(), rest);
  }

  /// Fewest candidates first, and runs last as they step aside for what is used.
  std::vector<const StixExpression*> in_order_of_choice(const StixExpression& expression) const {
    std::vector<const StixExpression*> out;
    for (const StixExpression& child : expression.children) out.push_back(&child);
    std::ranges::sort(out, {}, [&](const StixExpression* child) {
      const bool is_bracket = child->kind == StixExpression::Kind::bracket;
      const bool is_run = is_bracket && child->repeats > kFewRepeats;
      return std::tuple(is_run, is_bracket ? memory_[child->bracket].size() : 0, child);
    });
    return out;
  }

  bool solve_all(const std::vector<const StixExpression*>& children, std::size_t next, Scope& scope, const Rest& rest) {
    if (next == children.size()) return rest();
    return solve(*children[next], &scope, [&, next] { return solve_all(children, next + 1, scope, rest); });
  }

  bool solve_followed(const StixExpression& expression, std::size_t next, Scope& scope, std::size_t begin,
                      const Rest& rest) {
    if (next == expression.children.size()) return rest();
    Scope ordered{.outer = &scope, .expression = nullptr, .not_before = {}, .max_first = {}, .min_last = {}};
    for (std::size_t i = begin; i < picks_.size(); ++i) {
      const Instant first = picks_[i].entry->first;
      ordered.not_before = ordered.not_before ? std::max(*ordered.not_before, first) : first;
    }
    return solve(expression.children[next], &ordered,
                 [&, next] { return solve_followed(expression, next + 1, scope, begin, rest); });
  }

  bool choose(std::uint32_t bracket, Scope& scope, const Rest& rest) {
    const std::deque<Entry>& entries = memory_[bracket];
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (++steps_ > kMaxSteps) return false;
      if (is_used(*entry)) continue;
      const std::size_t picks = picks_.size();
      const std::size_t saved = saved_.size();
      if (!pick(*entry, bracket, &scope)) continue;
      if (rest()) return true;
      take_back(picks, saved);
    }
    return false;
  }

  /// Many repetitions of one bracket: neighbours in time, from the newest backwards.
  bool solve_run(const StixExpression& expression, Scope& scope, const Rest& rest) {
    const std::deque<Entry>& entries = memory_[expression.bracket];
    for (std::size_t end = entries.size(); end >= expression.repeats; --end) {
      const std::size_t picks = picks_.size();
      const std::size_t saved = saved_.size();
      const std::vector<Pick> used = picks_;
      for (std::size_t i = end; i > 0 && picks_.size() - picks < expression.repeats; --i) {
        if (++steps_ > kMaxSteps) return false;
        const Entry& entry = entries[i - 1];
        const bool is_taken = std::ranges::any_of(
            used, [&](const Pick& pick) { return pick.entry->token == entry.token && pick.entry->copy == entry.copy; });
        if (is_taken) continue;
        if (!pick(entry, expression.bracket, &scope)) break;
      }
      if (picks_.size() - picks == expression.repeats && rest()) return true;
      take_back(picks, saved);
    }
    return false;
  }

  const std::vector<std::deque<Entry>>& memory_;
  std::vector<Pick> picks_;
  std::vector<Saved> saved_;
  std::uint64_t steps_ = 0;
};

StixSequence::StixSequence(const StixProgram& program, std::chrono::nanoseconds lateness)
    : program_(program), lateness_(lateness), memory_(program.brackets.size()) {
  capacity_ = std::max<std::size_t>(kMaxRemembered, 2 * program.root.size());
}

void StixSequence::remember(std::uint32_t bracket, const Entry& entry) {
  std::deque<Entry>& entries = memory_[bracket];
  const auto after = std::ranges::upper_bound(entries, entry.first, {}, &Entry::first);
  entries.insert(after, entry);
  if (entries.size() > capacity_) {
    entries.pop_front();
    ++forgotten_;
  }
}

std::vector<StixSequence::Picked> StixSequence::add(const Observation& observation,
                                                    std::span<const std::uint32_t> brackets) {
  std::vector<Picked> out;
  if (brackets.empty()) return out;
  newest_ = newest_ ? std::max(*newest_, observation.first) : observation.first;
  const std::uint64_t copies = std::clamp<std::uint64_t>(observation.number, 1, program_.root.size());
  for (const std::uint32_t bracket : brackets) {
    for (std::uint32_t copy = 0; copy < copies; ++copy)
      remember(bracket, {observation.first, observation.last, observation.token, copy});
  }
  if (const auto within = program_.root.within) {
    for (std::deque<Entry>& entries : memory_) {
      while (!entries.empty() && entries.front().last + *within + lateness_ < *newest_) entries.pop_front();
    }
  }

  Search search(*this);
  if (!search.run(program_.root)) {
    if (search.is_given_up()) ++given_up_;
    return out;
  }
  std::vector<Search::Pick> picks = search.picks();
  std::ranges::sort(picks, {}, [](const Search::Pick& pick) {
    return std::tuple(pick.entry->first, pick.entry->token, pick.bracket);
  });
  for (const Search::Pick& pick : picks) {
    const auto is_same = [&](const Picked& other) { return other.token == pick.entry->token; };
    if (std::ranges::none_of(out, is_same)) out.push_back({pick.entry->token, pick.bracket});
  }
  for (std::deque<Entry>& entries : memory_) {
    std::erase_if(entries, [&](const Entry& entry) {
      return std::ranges::any_of(out, [&](const Picked& picked) { return picked.token == entry.token; });
    });
  }
  return out;
}

std::uint64_t StixSequence::oldest_token() const {
  std::uint64_t out = std::numeric_limits<std::uint64_t>::max();
  for (const std::deque<Entry>& entries : memory_) {
    for (const Entry& entry : entries) out = std::min(out, entry.token);
  }
  return out;
}

}  // namespace tocsin::detect
