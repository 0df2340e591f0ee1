#pragma once

// What a correlation remembers of one group: just enough to tell, at each event, whether its condition holds for the
// window that ends there. Every operation is O(1) amortised in the number of events, but for percentiles (O(log n)) and
// what the number of rules of the correlation costs (temporal ones).

#include <cstdint>
#include <list>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/time.h"
#include "detect/sigma_correlation.h"

namespace tocsin::detect {

/// An event that counted.
struct Evidence {
  Instant time{};
  std::uint64_t event = 0;  ///< rises with the input
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::uint64_t record = kNoRecord;
  std::uint32_t path = 0;    ///< of Correlator::path()
  std::uint32_t rule = 0;    ///< whose event it is
  std::uint32_t nested = 0;  ///< evidence of a correlation that it completed, or 0
  std::uint8_t digits = 0;   ///< of its time's fraction

  static constexpr std::uint64_t kNoRecord = ~std::uint64_t{0};
};

/// One event for one group.
struct Sample {
  Evidence evidence;
  std::uint32_t input = 0;
  std::string_view value;  ///< of value_count, folded
  Fixed number = 0;        ///< of the other value types
};

/// A queue in one piece of memory.
template <class T>
class Ring {
 public:
  void push(T item) { items_.push_back(std::move(item)); }
  void pop() {
    if (++head_ == items_.size()) {
      items_.clear();
      head_ = 0;
    } else if (head_ >= 16 && head_ * 2 >= items_.size()) {
      items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
  }
  const T& front() const { return items_[head_]; }
  std::size_t size() const { return items_.size() - head_; }
  std::size_t bytes() const { return items_.capacity() * sizeof(T); }
  auto begin() const { return items_.begin() + static_cast<std::ptrdiff_t>(head_); }
  auto end() const { return items_.end(); }

 private:
  std::vector<T> items_;
  std::size_t head_ = 0;
};

/// event_count: the last events, no more than the bounds can tell apart.
class CountWindow {
 public:
  explicit CountWindow(const SigmaCorrelation& rule);
  void add(const Sample& sample);
  void expire(Instant from);
  bool drop_oldest();
  bool holds(const SigmaCorrelation& rule) const;
  std::string measured(const SigmaCorrelation& rule) const;
  std::vector<Evidence> evidence() const { return {events_.begin(), events_.end()}; }
  std::size_t bytes() const { return events_.bytes(); }

 private:
  Ring<Evidence> events_;
  std::size_t most_;
};

/// value_count: values in the order in which they were last seen, no more than the bounds can tell apart.
class DistinctWindow {
 public:
  explicit DistinctWindow(const SigmaCorrelation& rule);
  void add(const Sample& sample);
  void expire(Instant from);
  bool drop_oldest();
  bool holds(const SigmaCorrelation& rule) const;
  std::string measured(const SigmaCorrelation& rule) const;
  std::vector<Evidence> evidence() const;
  std::size_t bytes() const { return bytes_; }

 private:
  struct Value {
    std::string text;
    Evidence last;
  };
  std::list<Value> values_;
  std::unordered_map<std::string_view, std::list<Value>::iterator> by_text_;
  std::size_t bytes_ = 0;
  std::size_t most_;
};

/// value_sum and value_avg.
class SumWindow {
 public:
  explicit SumWindow(const SigmaCorrelation& rule);
  void add(const Sample& sample);
  void expire(Instant from);
  bool drop_oldest();
  bool holds(const SigmaCorrelation& rule) const;
  std::string measured(const SigmaCorrelation& rule) const;
  std::vector<Evidence> evidence() const;
  std::size_t bytes() const { return numbers_.bytes(); }

 private:
  struct Number {
    Evidence evidence;
    Fixed value = 0;
  };
  Ring<Number> numbers_;
  Fixed sum_ = 0;
};

/// value_percentile and value_median: between the two nearest ranks the percentile lies in proportion.
class RankWindow {
 public:
  explicit RankWindow(const SigmaCorrelation& rule);
  void add(const Sample& sample);
  void expire(Instant from);
  bool drop_oldest();
  bool holds(const SigmaCorrelation& rule) const;
  std::string measured(const SigmaCorrelation& rule) const;
  std::vector<Evidence> evidence() const;
  std::size_t bytes() const { return numbers_.bytes() + (low_.size() + high_.size()) * 64; }

 private:
  using Rank = std::pair<Fixed, std::uint64_t>;
  struct Number {
    Evidence evidence;
    Rank rank;
  };
  void forget_front();
  void balance();
  Fixed percentile() const;

  Ring<Number> numbers_;
  std::set<Rank> low_;   ///< up to the rank of the percentile
  std::set<Rank> high_;  ///< above it
  std::uint64_t serial_ = 0;
  std::uint32_t thousandths_;
};

/// temporal: when each rule was last met.
class PresenceWindow {
 public:
  explicit PresenceWindow(const SigmaCorrelation& rule);
  void add(const Sample& sample);
  void expire(Instant from) { from_ = from; }
  bool drop_oldest() { return false; }
  bool holds(const SigmaCorrelation& rule) const;
  std::string measured(const SigmaCorrelation& rule) const;
  std::vector<Evidence> evidence() const;
  std::size_t bytes() const { return last_.capacity() * sizeof(Last); }

  bool is_met(std::size_t input) const { return last_[input].is_set && last_[input].evidence.time >= from_; }

 private:
  struct Last {
    Evidence evidence;
    bool is_set = false;
  };
  std::vector<Last> last_;
  Instant from_{};  ///< where the window begins; set before anything is added
};

/// temporal_ordered: of each sequence and each of its beginnings the one that began last. A sequence that began later
/// outlives every other that has come as far, so one is enough.
class SequenceWindow {
 public:
  explicit SequenceWindow(const SigmaCorrelation& rule);
  void add(const Sample& sample);
  void expire(Instant from);
  bool drop_oldest() { return false; }
  bool holds(const SigmaCorrelation& rule) const;
  std::string measured(const SigmaCorrelation& rule) const;
  std::vector<Evidence> evidence() const;
  std::size_t bytes() const { return bytes_ + met_.bytes(); }

 private:
  /// The events of a beginning; the version before belongs to earlier events than the last one, for an event does not
  /// follow itself.
  struct Beginning {
    std::vector<Evidence> events;
    std::vector<Evidence> before;
  };
  struct Way {
    SigmaCorrelation::Sequence sequence;
    std::vector<std::uint32_t> inputs;
    std::vector<Beginning> beginnings;  ///< by length less one
  };
  const Way* complete() const;

  std::vector<Way> ways_;
  PresenceWindow met_;
  Instant from_{};  ///< where the window begins; set before anything is added
  std::size_t bytes_ = 0;
};

using Window = std::variant<CountWindow, DistinctWindow, SumWindow, RankWindow, PresenceWindow, SequenceWindow>;
Window make_window(const SigmaCorrelation& rule);

}  // namespace tocsin::detect
