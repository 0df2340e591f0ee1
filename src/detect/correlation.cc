#include "detect/correlation.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "base/unicode.h"

namespace tocsin::detect {

namespace {

void append_part(std::string& key, std::string_view part) {
  const auto size = static_cast<std::uint32_t>(part.size());
  for (int shift = 0; shift < 32; shift += 8) key += static_cast<char>(size >> shift & 0xFF);
  key += part;
}

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

struct Group {
  const std::string* key = nullptr;
  Group* older = nullptr;  ///< by the time of the last event
  Group* newer = nullptr;
  Instant last{};
  std::optional<Instant> rests_until;
  std::vector<std::string> shown;
  Window window;
  std::size_t bytes = 0;
};

/// The groups of one correlation.
struct Table {
  std::unordered_map<std::string, Group, Hash, std::equal_to<>> groups;
  Group* oldest = nullptr;
  Group* newest = nullptr;
  std::size_t bytes = 0;

  void unlink(Group& group) {
    (group.older == nullptr ? oldest : group.older->newer) = group.newer;
    (group.newer == nullptr ? newest : group.newer->older) = group.older;
    group.older = group.newer = nullptr;
  }
  void append(Group& group) {
    group.older = newest;
    (newest == nullptr ? oldest : newest->newer) = &group;
    newest = &group;
  }
};

/// A hit that waits for its turn; values lie in `text`, lengths before them.
struct Waiting {
  Evidence evidence;
  std::string text;
};

/// What a hit is while it is looked at.
struct Current {
  Evidence evidence;
  std::string_view host;
  std::span<const std::optional<std::string_view>> values;
};

}  // namespace

struct Correlator::State {
  State(CorrelationPlan correlation_plan, const CorrelatorOptions& correlator_options)
      : plan(std::move(correlation_plan)), options(correlator_options), tables(plan.correlations.size()) {
    for (const CorrelationNode& node : plan.correlations) longest = std::max(longest, node.rule.timespan);
  }

  std::uint32_t path_index(std::string_view path) {
    if (!paths.empty() && paths[last_path] == path) return last_path;
    const auto [known, is_new] = path_indices.emplace(path, static_cast<std::uint32_t>(paths.size()));
    if (is_new) paths.emplace_back(path);
    return last_path = known->second;
  }

  void observe(const Hit& hit) {
    ++counts.hits;
    const bool is_late =
        (released && hit.time < *released) || (options.lateness && newest && hit.time < *newest - *options.lateness);
    if (is_late) {
      ++counts.late;
      return;
    }
    newest = newest ? std::max(*newest, hit.time) : hit.time;
    const Evidence evidence{.time = hit.time,
                            .event = hit.event,
                            .line = hit.line,
                            .offset = hit.offset,
                            .record = hit.record.value_or(Evidence::kNoRecord),
                            .path = path_index(hit.path),
                            .rule = hit.rule,
                            .nested = 0,
                            .digits = hit.digits};
    if (options.lateness && options.lateness->count() == 0) {
      process({evidence, hit.host, hit.values});
      return;
    }
    wait(evidence, hit);
    if (options.lateness) release_until(*newest - *options.lateness);
    while (waiting_bytes > options.memory / 2 && !order.empty()) {
      ++counts.released_early;
      release_first();
    }
  }

  void wait(const Evidence& evidence, const Hit& hit) {
    std::uint32_t slot = 0;
    if (free_slots.empty()) {
      slot = static_cast<std::uint32_t>(waiting.size());
      waiting.emplace_back();
    } else {
      slot = free_slots.back();
      free_slots.pop_back();
    }
    Waiting& one = waiting[slot];
    one.evidence = evidence;
    one.text.clear();
    append_part(one.text, hit.host);
    for (const auto& value : hit.values) {
      one.text += value ? '+' : '-';
      append_part(one.text, value.value_or(std::string_view()));
    }
    waiting_bytes += sizeof(Waiting) + sizeof(Place) + one.text.capacity();
    order.push_back({evidence.time, serial++, slot});
    std::ranges::push_heap(order, is_after);
  }

  void release_until(Instant time) {
    while (!order.empty() && order.front().time <= time) release_first();
  }

  void release_first() {
    std::ranges::pop_heap(order, is_after);
    const std::uint32_t slot = order.back().slot;
    order.pop_back();
    const Waiting one = std::move(waiting[slot]);
    waiting[slot] = {};
    free_slots.push_back(slot);
    waiting_bytes -= sizeof(Waiting) + sizeof(Place) + one.text.capacity();
    std::string_view rest = one.text;
    const auto part = [&] {
      std::uint32_t size = 0;
      for (std::size_t i = 0; i < 4; ++i) size |= std::uint32_t{static_cast<std::uint8_t>(rest[i])} << (8 * i);
      const std::string_view out = rest.substr(4, size);
      rest.remove_prefix(4 + size);
      return out;
    };
    const std::string_view host = part();
    values.clear();
    while (!rest.empty()) {
      const bool is_there = rest.front() == '+';
      rest.remove_prefix(1);
      const std::string_view value = part();
      values.push_back(is_there ? std::optional(value) : std::nullopt);
    }
    process({one.evidence, host, values});
  }

  void process(const Current& hit) {
    released = hit.evidence.time;
    while (!nested.empty() && nested.front().time < *released - longest) forget_nested();
    for (const Feed& feed : plan.rules[hit.evidence.rule].feeds) take_in(feed, hit);
  }

  /// What rested on it then shows the event that completed it alone.
  void forget_nested() {
    nested_bytes -= nested.front().events.size() * sizeof(Evidence);
    nested.pop_front();
    ++first_nested;
  }

  /// One hit for one correlation; what that completes goes on to those that it feeds. Depth: kMaxCorrelationDepth.
  void take_in(const Feed& feed, const Current& hit) {
    const FieldUse& use = feed.uses.at(hit.evidence.rule);
    const SigmaCorrelation& rule = plan.correlations[feed.correlation].rule;
    Sample sample{hit.evidence, feed.input, {}, 0};
    std::string value;
    if (!read_value(rule, use, hit, sample, value)) {
      ++counts.without_value;
      return;
    }
    sample.value = value;
    std::string key;
    for (const std::uint32_t field : use.group) {
      if (!hit.values[field]) {
        ++counts.without_group;
        return;
      }
      append_part(key, fold_case(*hit.values[field]));
    }
    Table& table = tables[feed.correlation];
    const Instant from = hit.evidence.time - rule.timespan;
    forget_quiet(table, from);
    Group& group = group_of(table, rule, std::move(key), use, hit);
    group.last = hit.evidence.time;
    table.append(group);
    std::visit(
        [&](auto& window) {
          window.expire(from);
          window.add(sample);
        },
        group.window);
    account(table, group);
    const bool rests = group.rests_until && hit.evidence.time <= *group.rests_until;
    if (!rests && std::visit([&](auto& window) { return window.holds(rule); }, group.window)) {
      group.rests_until = hit.evidence.time + rule.timespan;
      tell(feed.correlation, group, hit);
    }
    while (state_bytes > options.memory / 2 && make_room()) {
    }
  }

  static bool read_value(const SigmaCorrelation& rule, const FieldUse& use, const Current& hit, Sample& sample,
                         std::string& text) {
    for (const std::uint32_t field : use.value) {
      const std::optional<std::string_view>& value = hit.values[field];
      if (!value) return false;
      if (rule.type != CorrelationType::value_count) {
        const auto number = parse_fixed(*value);
        if (!number) return false;
        sample.number = *number;
      } else if (use.value.size() == 1) {
        text = fold_case(*value);
      } else {
        append_part(text, fold_case(*value));
      }
    }
    return true;
  }

  /// Out of the table's order until it is appended.
  Group& group_of(Table& table, const SigmaCorrelation& rule, std::string key, const FieldUse& use,
                  const Current& hit) {
    const auto known = table.groups.find(std::string_view(key));
    if (known != table.groups.end()) {
      table.unlink(known->second);
      return known->second;
    }
    const auto [made, is_new] = table.groups.try_emplace(std::move(key), Group{.window = make_window(rule)});
    Group& group = made->second;
    group.key = &made->first;
    for (const std::uint32_t field : use.group) group.shown.emplace_back(*hit.values[field]);
    return group;
  }

  void account(Table& table, Group& group) {
    std::size_t bytes = sizeof(Group) + sizeof(std::string) + 32 + group.key->capacity();
    for (const std::string& shown : group.shown) bytes += sizeof(std::string) + shown.capacity();
    bytes += std::visit([](const auto& window) { return window.bytes(); }, group.window);
    table.bytes += bytes - group.bytes;
    state_bytes += bytes - group.bytes;
    group.bytes = bytes;
  }

  void forget(Table& table, Group& group) {
    table.bytes -= group.bytes;
    state_bytes -= group.bytes;
    table.unlink(group);
    table.groups.erase(table.groups.find(std::string_view(*group.key)));
  }

  /// Groups whose windows are empty by now; then they also rest no more.
  void forget_quiet(Table& table, Instant from) {
    while (table.oldest != nullptr && table.oldest->last < from) forget(table, *table.oldest);
  }

  /// Forgets the group of the largest table that has been quiet longest; of a single group its oldest events.
  bool make_room() {
    const auto largest = std::ranges::max_element(tables, {}, &Table::bytes);
    if (largest->oldest == nullptr) return false;
    if (largest->oldest != largest->newest) {
      forget(*largest, *largest->oldest);
      ++counts.evicted_groups;
      return true;
    }
    Group& group = *largest->oldest;
    const std::size_t before_bytes = group.bytes;
    std::uint64_t dropped = 0;
    while (group.bytes > before_bytes / 2 &&
           std::visit([](auto& window) { return window.drop_oldest(); }, group.window)) {
      ++dropped;
      account(*largest, group);
    }
    counts.evicted_events += dropped;
    return group.bytes < before_bytes;
  }

  void tell(std::uint32_t correlation, const Group& group, const Current& hit) {
    const CorrelationNode& node = plan.correlations[correlation];
    std::vector<Evidence> events;
    for (const Evidence& one : std::visit([](const auto& window) { return window.evidence(); }, group.window)) {
      if (one.nested > first_nested) {
        const std::vector<Evidence>& inside = nested[one.nested - 1 - first_nested].events;
        events.insert(events.end(), inside.begin(), inside.end());
      } else {
        events.push_back(one);
      }
    }
    const auto place = [](const Evidence& one) { return std::tie(one.time, one.event, one.rule); };
    std::ranges::sort(events, {}, place);
    events.erase(std::ranges::unique(events, {}, place).begin(), events.end());
    const std::uint64_t count = events.size();
    if (events.size() > kMaxEvidence) events.erase(events.begin(), events.end() - kMaxEvidence);
    if (node.is_shown) {
      Correlated out{correlation, hit.evidence, std::string(hit.host), {}, {}, events, count};
      out.measured = std::visit([&](const auto& window) { return window.measured(node.rule); }, group.window);
      for (std::size_t i = 0; i < group.shown.size(); ++i)
        out.group.emplace_back(node.rule.group_by[i], group.shown[i]);
      ready.push_back(std::move(out));
    }
    if (node.feeds.empty()) return;
    nested_bytes += events.size() * sizeof(Evidence);
    nested.push_back({hit.evidence.time, std::move(events)});
    while (nested_bytes > options.memory / 4) forget_nested();
    Current next = hit;
    next.evidence.nested = static_cast<std::uint32_t>(first_nested + nested.size());
    for (const Feed& feed : node.feeds) take_in(feed, next);
  }

  CorrelationPlan plan;
  CorrelatorOptions options;
  std::vector<Table> tables;  ///< by correlation
  std::chrono::seconds longest{};
  std::vector<std::string> paths;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> path_indices;
  std::uint32_t last_path = 0;

  struct Place {
    Instant time;
    std::uint64_t serial = 0;
    std::uint32_t slot = 0;
  };
  static bool is_after(const Place& a, const Place& b) {
    return std::tie(a.time, a.serial) > std::tie(b.time, b.serial);
  }
  std::vector<Waiting> waiting;
  std::vector<std::uint32_t> free_slots;
  std::vector<Place> order;  ///< a heap, the first on top
  std::uint64_t serial = 0;
  std::size_t waiting_bytes = 0;
  std::optional<Instant> newest;
  std::optional<Instant> released;
  std::vector<std::optional<std::string_view>> values;

  /// Evidence of matches that are hits of other correlations, as long as a window may ask for it.
  struct Nested {
    Instant time;
    std::vector<Evidence> events;
  };
  std::deque<Nested> nested;
  std::uint64_t first_nested = 0;
  std::size_t nested_bytes = 0;

  std::size_t state_bytes = 0;
  std::vector<Correlated> ready;
  CorrelationCounts counts;
};

Correlator::Correlator(CorrelationPlan plan, const CorrelatorOptions& options)
    : state_(std::make_unique<State>(std::move(plan), options)) {}
Correlator::Correlator(Correlator&&) noexcept = default;
Correlator& Correlator::operator=(Correlator&&) noexcept = default;
Correlator::~Correlator() = default;

const CorrelationPlan& Correlator::plan() const { return state_->plan; }
void Correlator::observe(const Hit& hit) { state_->observe(hit); }
void Correlator::finish() {
  while (!state_->order.empty()) state_->release_first();
}
std::vector<Correlated> Correlator::take() { return std::exchange(state_->ready, {}); }
const std::string& Correlator::path(std::uint32_t index) const { return state_->paths[index]; }
const CorrelationCounts& Correlator::counts() const { return state_->counts; }

}  // namespace tocsin::detect
