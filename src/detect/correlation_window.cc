#include "detect/correlation_window.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tocsin::detect {

namespace {

/// Above the largest number of the bounds all counts are alike.
std::size_t most_that_matter(const SigmaCorrelation& rule) {
  Fixed most = 0;
  for (const Bound& bound : rule.bounds) most = std::max(most, bound.value);
  return static_cast<std::size_t>(most >> kFixedBits) + 1;
}

bool all_hold(const SigmaCorrelation& rule, Fixed number) {
  return std::ranges::all_of(rule.bounds, [&](const Bound& bound) { return bound.holds_for(number); });
}
Fixed fixed(std::size_t count) { return static_cast<Fixed>(count) << kFixedBits; }

}  // namespace

CountWindow::CountWindow(const SigmaCorrelation& rule) : most_(most_that_matter(rule)) {}
void CountWindow::add(const Sample& sample) {
  events_.push(sample.evidence);
  if (events_.size() > most_) events_.pop();
}
void CountWindow::expire(Instant from) {
  while (events_.size() > 0 && events_.front().time < from) events_.pop();
}
bool CountWindow::drop_oldest() {
  if (events_.size() < 2) return false;
  events_.pop();
  return true;
}
bool CountWindow::holds(const SigmaCorrelation& rule) const { return all_hold(rule, fixed(events_.size())); }
std::string CountWindow::measured(const SigmaCorrelation&) const { return fmt::format("{}", events_.size()); }

DistinctWindow::DistinctWindow(const SigmaCorrelation& rule) : most_(most_that_matter(rule)) {}
void DistinctWindow::add(const Sample& sample) {
  const auto known = by_text_.find(sample.value);
  if (known != by_text_.end()) {
    known->second->last = sample.evidence;
    values_.splice(values_.end(), values_, known->second);
    return;
  }
  values_.push_back({std::string(sample.value), sample.evidence});
  by_text_.emplace(values_.back().text, std::prev(values_.end()));
  constexpr std::size_t kNodes = sizeof(Value) + 64;
  bytes_ += kNodes + values_.back().text.size();
  if (values_.size() > most_) drop_oldest();
}
bool DistinctWindow::drop_oldest() {
  if (values_.size() < 2) return false;
  bytes_ -= sizeof(Value) + 64 + values_.front().text.size();
  by_text_.erase(values_.front().text);
  values_.pop_front();
  return true;
}
void DistinctWindow::expire(Instant from) {
  while (!values_.empty() && values_.front().last.time < from) {
    if (drop_oldest()) continue;
    by_text_.clear();
    values_.clear();
    bytes_ = 0;
  }
}
bool DistinctWindow::holds(const SigmaCorrelation& rule) const { return all_hold(rule, fixed(values_.size())); }
std::string DistinctWindow::measured(const SigmaCorrelation&) const { return fmt::format("{}", values_.size()); }
std::vector<Evidence> DistinctWindow::evidence() const {
  std::vector<Evidence> out;
  for (const Value& value : values_) out.push_back(value.last);
  return out;
}

SumWindow::SumWindow(const SigmaCorrelation&) {}
void SumWindow::add(const Sample& sample) {
  numbers_.push({sample.evidence, sample.number});
  sum_ += sample.number;
}
bool SumWindow::drop_oldest() {
  if (numbers_.size() < 2) return false;
  sum_ -= numbers_.front().value;
  numbers_.pop();
  return true;
}
void SumWindow::expire(Instant from) {
  while (numbers_.size() > 0 && numbers_.front().evidence.time < from) {
    sum_ -= numbers_.front().value;
    numbers_.pop();
  }
}
bool SumWindow::holds(const SigmaCorrelation& rule) const {
  if (rule.type == CorrelationType::value_sum) return all_hold(rule, sum_);
  // The mean against a bound is the sum against as many bounds: nothing is rounded.
  const auto count = static_cast<Fixed>(numbers_.size());
  return std::ranges::all_of(
      rule.bounds, [&](const Bound& bound) { return Bound{bound.comparison, bound.value * count}.holds_for(sum_); });
}
std::string SumWindow::measured(const SigmaCorrelation& rule) const {
  if (rule.type == CorrelationType::value_sum || numbers_.size() == 0) return print_fixed(sum_);
  return print_fixed(sum_ / static_cast<Fixed>(numbers_.size()));
}
std::vector<Evidence> SumWindow::evidence() const {
  std::vector<Evidence> out;
  for (const Number& number : numbers_) out.push_back(number.evidence);
  return out;
}

RankWindow::RankWindow(const SigmaCorrelation& rule)
    : thousandths_(rule.type == CorrelationType::value_median ? 50'000 : rule.percentile) {}
void RankWindow::add(const Sample& sample) {
  const Rank rank{sample.number, serial_++};
  numbers_.push({sample.evidence, rank});
  (low_.empty() || rank < *low_.rbegin() ? low_ : high_).insert(rank);
  balance();
}
void RankWindow::forget_front() {
  const Rank rank = numbers_.front().rank;
  if (low_.erase(rank) == 0) high_.erase(rank);
  numbers_.pop();
}
bool RankWindow::drop_oldest() {
  if (numbers_.size() < 2) return false;
  forget_front();
  balance();
  return true;
}
void RankWindow::expire(Instant from) {
  while (numbers_.size() > 0 && numbers_.front().evidence.time < from) forget_front();
  balance();
}
void RankWindow::balance() {
  const std::size_t count = numbers_.size();
  if (count == 0) return;
  const std::size_t wanted = static_cast<std::size_t>(std::uint64_t{thousandths_} * (count - 1) / 100'000) + 1;
  while (low_.size() > wanted) high_.insert(high_.begin(), low_.extract(std::prev(low_.end())).value());
  while (low_.size() < wanted) low_.insert(low_.end(), high_.extract(high_.begin()).value());
}
Fixed RankWindow::percentile() const {
  const std::uint64_t rest = std::uint64_t{thousandths_} * (numbers_.size() - 1) % 100'000;
  const Fixed below = low_.rbegin()->first;
  return rest == 0 ? below : below + (high_.begin()->first - below) * static_cast<Fixed>(rest) / 100'000;
}
bool RankWindow::holds(const SigmaCorrelation& rule) const {
  return numbers_.size() > 0 && all_hold(rule, percentile());
}
std::string RankWindow::measured(const SigmaCorrelation&) const { return print_fixed(percentile()); }
std::vector<Evidence> RankWindow::evidence() const {
  std::vector<Evidence> out;
  for (const Number& number : numbers_) out.push_back(number.evidence);
  return out;
}

PresenceWindow::PresenceWindow(const SigmaCorrelation& rule) : last_(rule.rules.size()) {}
void PresenceWindow::add(const Sample& sample) { last_[sample.input] = {sample.evidence, true}; }
bool PresenceWindow::holds(const SigmaCorrelation& rule) const {
  if (!rule.expression) {
    std::size_t met = 0;
    for (std::size_t i = 0; i < last_.size(); ++i) met += is_met(i) ? 1 : 0;
    return all_hold(rule, fixed(met));
  }
  std::vector<bool> stack;
  const auto met = [&](std::uint32_t input) { return is_met(input); };
  for (const ConditionStep& step : *rule.expression) {
    switch (step.kind) {
      case ConditionStep::Kind::not_:
        stack.back() = !stack.back();
        break;
      case ConditionStep::Kind::and_:
      case ConditionStep::Kind::or_: {
        const bool right = stack.back();
        stack.pop_back();
        stack.back() = step.kind == ConditionStep::Kind::and_ ? stack.back() && right : stack.back() || right;
        break;
      }
      case ConditionStep::Kind::any_of:
        stack.push_back(std::ranges::any_of(step.detections, met));
        break;
      case ConditionStep::Kind::detection:
      case ConditionStep::Kind::all_of:
        stack.push_back(std::ranges::all_of(step.detections, met));
        break;
    }
  }
  return stack.back();
}
std::string PresenceWindow::measured(const SigmaCorrelation& rule) const {
  std::string out;
  for (std::size_t i = 0; i < last_.size(); ++i) {
    if (is_met(i)) out += (out.empty() ? "" : ", ") + rule.rules[i].text;
  }
  return out;
}
std::vector<Evidence> PresenceWindow::evidence() const {
  std::vector<Evidence> out;
  for (std::size_t i = 0; i < last_.size(); ++i) {
    if (is_met(i)) out.push_back(last_[i].evidence);
  }
  return out;
}

SequenceWindow::SequenceWindow(const SigmaCorrelation& rule) : met_(rule) {
  for (const SigmaCorrelation::Sequence& sequence : rule.sequences) {
    Way way{sequence, {}, {}};
    for (std::uint32_t i = 0; i < rule.rules.size(); ++i) {
      if ((sequence.present >> i & 1) != 0) way.inputs.push_back(i);
    }
    way.beginnings.resize(way.inputs.size());
    bytes_ += sizeof(Way) + way.inputs.size() * (sizeof(Beginning) + sizeof(std::uint32_t));
    ways_.push_back(std::move(way));
  }
}
void SequenceWindow::add(const Sample& sample) {
  met_.add(sample);
  for (Way& way : ways_) {
    const auto found = std::ranges::find(way.inputs, sample.input);
    if (found == way.inputs.end()) continue;
    const auto at = static_cast<std::size_t>(found - way.inputs.begin());
    std::vector<Evidence> longer;
    if (at > 0) {
      const Beginning& shorter = way.beginnings[at - 1];
      const bool is_same_event = !shorter.events.empty() && shorter.events.back().event == sample.evidence.event;
      longer = is_same_event ? shorter.before : shorter.events;
      if (longer.empty() || longer.front().time < from_) continue;
    }
    longer.push_back(sample.evidence);
    Beginning& here = way.beginnings[at];
    const std::size_t before = here.events.capacity() + here.before.capacity();
    if (here.events.empty() || here.events.back().event != sample.evidence.event) {
      here.before = std::exchange(here.events, std::move(longer));
    }
    bytes_ += (here.events.capacity() + here.before.capacity() - before) * sizeof(Evidence);
  }
}
void SequenceWindow::expire(Instant from) {
  from_ = from;
  met_.expire(from);
}
const SequenceWindow::Way* SequenceWindow::complete() const {
  for (const Way& way : ways_) {
    const std::vector<Evidence>& events = way.beginnings.back().events;
    if (events.empty() || events.front().time < from_) continue;
    bool is_spoilt = false;
    for (std::size_t i = 0; i < kMaxCorrelatedRules; ++i) {
      if ((way.sequence.absent >> i & 1) != 0 && met_.is_met(i)) is_spoilt = true;
    }
    if (!is_spoilt) return &way;
  }
  return nullptr;
}
bool SequenceWindow::holds(const SigmaCorrelation&) const { return complete() != nullptr; }
std::string SequenceWindow::measured(const SigmaCorrelation& rule) const {
  std::string out;
  for (const std::uint32_t input : complete()->inputs) out += (out.empty() ? "" : ", then ") + rule.rules[input].text;
  return out;
}
std::vector<Evidence> SequenceWindow::evidence() const { return complete()->beginnings.back().events; }

Window make_window(const SigmaCorrelation& rule) {
  switch (rule.type) {
    case CorrelationType::event_count:
      return CountWindow(rule);
    case CorrelationType::value_count:
      return DistinctWindow(rule);
    case CorrelationType::value_sum:
    case CorrelationType::value_avg:
      return SumWindow(rule);
    case CorrelationType::value_percentile:
    case CorrelationType::value_median:
      return RankWindow(rule);
    case CorrelationType::temporal:
      return PresenceWindow(rule);
    case CorrelationType::temporal_ordered:
      break;
  }
  return SequenceWindow(rule);
}

}  // namespace tocsin::detect
