#include "detect/engine.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "detect/naive.h"
#include "detect/rule_formula.h"
#include "detect/rule_group.h"
#include "detect/value_memo.h"

namespace tocsin::detect {

using event::LogSourceId;

struct Engine::State {
  State(std::span<const SigmaRule> all, const event::Schema& names, const EngineOptions& engine_options)
      : rules(all), schema(names), options(engine_options) {
    lowered.reserve(rules.size());
    for (const SigmaRule& rule : rules) lowered.push_back(lower_rule(rule, table));
  }

  /// The group for a log source, made when it is asked for first; nullptr: no rule is for it.
  const RuleGroup* group(LogSourceId source) {
    const std::lock_guard lock(mutex);
    const auto index = static_cast<std::size_t>(source);
    if (index >= by_source.size()) by_source.resize(index + 1);
    if (!by_source[index]) by_source[index] = make_group(schema.log_source(source));
    return *by_source[index];
  }

  const RuleGroup* make_group(const event::LogSource& source) {
    std::vector<RuleGroup::Member> members;
    std::string key;  // log sources with the same rules and renames share a group
    for (std::uint32_t i = 0; i < rules.size(); ++i) {
      const event::LogSourceQuery& query = rules[i].log_source;
      if (!options.any_log_source && !source.is_covered_by(query)) continue;
      members.push_back({i, &lowered[i], &source.renames_for(query)});
      const auto put = [&](std::uint32_t number) { key.append(reinterpret_cast<const char*>(&number), sizeof number); };
      put(i);
      put(static_cast<std::uint32_t>(members.back().renames->size()));
      for (const event::Rename& rename : *members.back().renames) {
        put(static_cast<std::uint32_t>(rename.sigma));
        put(static_cast<std::uint32_t>(rename.own));
        put(rename.first ? 1 : 0);
      }
    }
    if (members.empty()) return nullptr;
    auto& group = groups[std::move(key)];
    if (!group) group = std::make_unique<RuleGroup>(table, std::move(members));
    return group.get();
  }

  std::span<const SigmaRule> rules;
  const event::Schema& schema;
  EngineOptions options;
  PredicateTable table;
  std::vector<LoweredRule> lowered;
  std::mutex mutex;  ///< guards what is below
  std::vector<std::optional<const RuleGroup*>> by_source;
  std::map<std::string, std::unique_ptr<RuleGroup>> groups;
};

Engine::Engine(std::span<const SigmaRule> rules, const event::Schema& schema, const EngineOptions& options)
    : state_(std::make_unique<State>(rules, schema, options)) {}
Engine::~Engine() = default;

namespace {

/// What a matcher remembers of one group.
struct GroupMemory {
  GroupMemory(const RuleGroup& rules, std::size_t& taken)
      : group(rules),
        memos(rules.fields.size(), ValueMemo(taken)),
        keyword_memos(rules.keywords.size(), ValueMemo(taken)),
        held(rules.prior.size(), 0) {
    choose_witnesses();
  }

  /// Rules by the predicates of which one must hold for them.
  void choose_witnesses() {
    const double seen = static_cast<double>(events);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    always.clear();
    for (std::uint32_t i = 0; i < group.rules.size(); ++i) {
      const RuleGroup::Rule& rule = group.rules[i];
      const auto number = [&](PredicateId id) {
        return std::ranges::lower_bound(rule.numbers, id, {}, &std::pair<PredicateId, std::uint32_t>::first)->second;
      };
      // The prior counts as much as sixty-four events.
      const auto cost = [&](PredicateId id) {
        const std::uint32_t at = number(id);
        return (static_cast<double>(held[at]) + group.prior[at] * 0.064) / (seen + 64);
      };
      const auto clause = cheapest_clause(rule.member.lowered->formula, cost);
      if (!clause) {
        always.push_back(i);
        continue;
      }
      for (const PredicateId id : clause->predicates) pairs.emplace_back(number(id), i);
    }
    std::ranges::sort(pairs);
    pairs.erase(std::ranges::unique(pairs).begin(), pairs.end());
    witness_begin.assign(group.prior.size() + 1, 0);
    witness_of.clear();
    for (const auto& [predicate, rule] : pairs) {
      ++witness_begin[predicate + 1];
      witness_of.push_back(rule);
    }
    for (std::size_t i = 1; i < witness_begin.size(); ++i) witness_begin[i] += witness_begin[i - 1];
  }

  void count_event() {
    if (++events < next_choice) return;
    choose_witnesses();
    next_choice *= 8;
  }

  const RuleGroup& group;
  std::vector<ValueMemo> memos;  ///< by field
  std::vector<ValueMemo> keyword_memos;
  std::vector<std::uint64_t> held;           ///< by predicate: events in which it held
  std::vector<std::uint32_t> witness_begin;  ///< by predicate: where its rules begin
  std::vector<std::uint32_t> witness_of;     ///< indices into group.rules
  std::vector<std::uint32_t> always;         ///< rules without a witness
  std::uint64_t events = 0;
  std::uint64_t next_choice = 1024;
};

}  // namespace

struct Matcher::State {
  explicit State(Engine::State& compiled) : engine(compiled) {}

  GroupMemory* memory_for(LogSourceId source) {
    const auto index = static_cast<std::size_t>(source);
    if (index < by_source.size() && by_source[index]) return *by_source[index];
    if (index >= by_source.size()) by_source.resize(index + 1);
    GroupMemory* out = nullptr;
    if (const RuleGroup* group = engine.group(source)) {
      auto& memory = memories[group];
      if (!memory) memory = std::make_unique<GroupMemory>(*group, remembered);
      out = memory.get();
      held_at.resize(std::max(held_at.size(), group->prior.size()), 0);
      candidate_at.resize(std::max(candidate_at.size(), group->rules.size()), 0);
      source_at.resize(std::max(source_at.size(), group->only_field.size()));
    }
    by_source[index] = out;
    return out;
  }

  void holds(GroupMemory& memory, std::uint32_t predicate) {
    if (held_at[predicate] == serial) return;
    held_at[predicate] = serial;
    ++memory.held[predicate];
    for (std::uint32_t i = memory.witness_begin[predicate]; i < memory.witness_begin[predicate + 1]; ++i) {
      const std::uint32_t rule = memory.witness_of[i];
      if (candidate_at[rule] == serial) continue;
      candidate_at[rule] = serial;
      candidates.push_back(rule);
    }
  }

  void look(GroupMemory& memory, ValueMemo& memo, const FieldMatcher& matcher, event::Token token) {
    ValueMemo::Numbers numbers;
    if (const auto known = memo.find(token)) {
      numbers = *known;
    } else {
      matcher.match(token, scratch, found);
      memo.keep(token, found);
      numbers = found;
    }
    for (const std::uint32_t predicate : numbers) holds(memory, predicate);
  }

  void look_at_slots(GroupMemory& memory, std::uint32_t field, std::uint32_t source,
                     std::span<const event::Slot> slots) {
    for (std::uint32_t slot = source_at[source].first;; slot = next_slot[slot]) {
      look(memory, memory.memos[field], memory.group.fields[field].matcher, slots[slot].token());
      if (slot == source_at[source].last) return;
    }
  }

  bool settle(const RuleGroup& group, const RuleGroup::Rule& rule, const event::Event& event) {
    std::int32_t step = rule.first_step;
    while (step >= 0) {
      const Step& at = group.steps[static_cast<std::size_t>(step)];
      step = held_at[at.predicate] == serial ? at.if_true : at.if_false;
    }
    if (step == kFails) return false;
    if (rule.member.lowered->is_exact) return true;
    if (!text) text.emplace(event);
    return match_rule(engine.rules[rule.member.rule], *text, *rule.member.renames);
  }

  std::span<const std::uint32_t> match(const event::Event& event) {
    matched.clear();
    GroupMemory* memory = memory_for(event.log_source);
    if (memory == nullptr) return matched;
    const RuleGroup& group = memory->group;
    ++serial;
    text.reset();
    touched.clear();
    candidates.assign(memory->always.begin(), memory->always.end());

    // The slots of each source, of its lowest rank only, as a chain.
    const std::span<const event::Slot> slots = event.slots;
    if (next_slot.size() < slots.size()) next_slot.resize(slots.size());
    for (std::uint32_t i = 0; i < slots.size(); ++i) {
      const std::uint32_t source = group.source_of(slots[i].field);
      if (source == RuleGroup::kNoSource) continue;
      SourceSlots& at = source_at[source];
      if (at.serial != serial) {
        touched.push_back(source);
        at = {serial, i, i, slots[i].rank};
      } else if (slots[i].rank < at.rank) {
        at = {serial, i, i, slots[i].rank};
      } else if (slots[i].rank == at.rank) {
        next_slot[at.last] = i;
        at.last = i;
      }
    }
    for (const std::uint32_t source : touched) {
      const std::uint32_t field = group.only_field[source];
      if (field != RuleGroup::kNoSource) look_at_slots(*memory, field, source, slots);
    }
    for (const std::uint32_t field : group.renamed) {
      for (const std::uint32_t source : group.fields[field].sources) {
        if (source_at[source].serial != serial) continue;
        look_at_slots(*memory, field, source, slots);
        break;
      }
    }
    if (!group.keywords.empty()) look_at_keywords(*memory, event);
    memory->count_event();
    if (remembered > engine.options.memo_bytes / 2) forget();

    for (const std::uint32_t candidate : candidates) {
      const RuleGroup::Rule& rule = group.rules[candidate];
      if (settle(group, rule, event)) matched.push_back(rule.member.rule);
    }
    std::ranges::sort(matched);
    return matched;
  }

  void look_at_keywords(GroupMemory& memory, const event::Event& event) {
    const auto& texts = memory.group.keyword_texts;
    if (event.is_plain && texts && !texts->is_any_in(event.record)) return;
    const FieldMatcher& matcher = memory.group.keywords.front();
    for (const event::Slot& slot : event.slots) {
      if (slot.kind == event::TokenKind::null || slot.kind == event::TokenKind::array) continue;
      look(memory, memory.keyword_memos.front(), matcher, slot.token());
    }
    matcher.match_record(event.record, scratch, found);
    for (const std::uint32_t predicate : found) holds(memory, predicate);
  }

  void forget() {
    for (const auto& [group, memory] : memories) {
      for (ValueMemo& memo : memory->memos) memo.turn();
      for (ValueMemo& memo : memory->keyword_memos) memo.turn();
    }
    remembered = 0;
  }

  struct SourceSlots {
    std::uint64_t serial = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::uint8_t rank = 0;
  };

  Engine::State& engine;
  std::vector<std::optional<GroupMemory*>> by_source;
  std::map<const RuleGroup*, std::unique_ptr<GroupMemory>> memories;
  std::size_t remembered = 0;  ///< bytes kept in the younger generations

  // Of the event at hand; an entry counts when it carries the event's serial.
  std::uint64_t serial = 0;
  std::vector<std::uint64_t> held_at;       ///< by predicate
  std::vector<std::uint64_t> candidate_at;  ///< by rule of the group
  std::vector<SourceSlots> source_at;
  std::vector<std::uint32_t> next_slot;  ///< by slot: the next one of its source
  std::vector<std::uint32_t> touched;
  std::vector<std::uint32_t> candidates;
  std::vector<std::uint32_t> matched;
  std::vector<std::uint32_t> found;
  MatchScratch scratch;
  std::optional<EventText> text;
};

Matcher::Matcher(Engine& engine) : state_(std::make_unique<State>(*engine.state_)) {}
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

std::span<const std::uint32_t> Matcher::match(const event::Event& event) { return state_->match(event); }

}  // namespace tocsin::detect
