#include "detect/stix_hunter.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/time.h"
#include "base/unicode.h"
#include "detect/event_objects.h"
#include "detect/stix_observation.h"
#include "detect/stix_program.h"
#include "detect/stix_sequence.h"
#include "stix/bundle.h"

namespace tocsin::detect {

namespace {

/// Where a pattern came from, for its matches.
struct Origin {
  std::string path;
  std::string id;     ///< of the indicator, or empty
  std::string title;  ///< its name, or the pattern
  std::string text;
  std::string valid_until;
  std::string belongs_to;
  std::vector<std::string> tags;
};

/// An observation as a match tells of it.
struct Seen {
  record::EventSource source;
  std::string time;
  std::string host;
  std::vector<StixBracket::Reason> reasons;
};

bool asks_for_time(const StixExpression& expression) {
  return expression.within || expression.start || expression.kind == StixExpression::Kind::followed_by ||
         std::ranges::any_of(expression.children, asks_for_time);
}

/// A pattern, and what it remembers of one stream.
struct LoadedPattern {
  Origin origin;
  StixProgram program;
  bool is_single = false;  ///< one bracket without qualifiers: no memory needed
  bool needs_time = false;
};

/// The memory of one pattern over one stream.
struct Memory {
  Memory(const StixProgram& program, std::chrono::nanoseconds lateness) : sequence(program, lateness) {}
  StixSequence sequence;
  std::map<std::uint64_t, Seen> seen;  ///< by token
  std::uint64_t next_token = 0;
  std::size_t clean_at = 4 * StixSequence::kMaxRemembered;

  /// Forgets what the sequence has forgotten, now and then.
  void clean() {
    if (seen.size() < clean_at) return;
    seen.erase(seen.begin(), seen.lower_bound(sequence.oldest_token()));
    clean_at = std::max(clean_at, 2 * seen.size());
  }
};

/// Which bracket of which pattern.
struct BracketRef {
  std::uint32_t pattern = 0;
  std::uint32_t bracket = 0;
  auto operator<=>(const BracketRef&) const = default;
};

/// Of one layout: the brackets that could hold, by a value that must be there for them to.
struct Probes {
  struct Probe {
    PropertySource source;
    std::unordered_map<std::string, std::vector<BracketRef>> by_value;
  };
  std::vector<Probe> probes;
  std::vector<BracketRef> always;

  void add(const PropertySource& source, std::string_view value, BracketRef bracket) {
    auto probe = std::ranges::find_if(probes, [&](const Probe& other) {
      return other.source.field == source.field && other.source.reading == source.reading &&
             other.source.argument == source.argument;
    });
    if (probe == probes.end()) probe = probes.insert(probes.end(), Probe{source, {}});
    std::vector<BracketRef>& brackets = probe->by_value[std::string(value)];
    if (brackets.empty() || brackets.back() != bracket) brackets.push_back(bracket);
  }
};

}  // namespace

struct StixHunter::State {
  State(event::Schema& names, EventObjectTable objects, const StixHuntOptions& hunt_options)
      : schema(names), table(std::move(objects)), options(hunt_options) {}

  void reject(const Origin& origin, std::uint32_t line, std::uint32_t column, const Error& error) {
    rejected.push_back({.path = origin.path,
                        .line = line,
                        .column = column,
                        .rule = origin.id.empty() ? origin.text : origin.id,
                        .error = error.message,
                        .hint = error.hint});
  }

  /// in: begin: where the pattern's text stands in its file; nullopt where places in it are not places in the file
  void add(Origin origin, const Where& where, bool text_is_literal) {
    const auto parsed = stix::pattern::parse(origin.text, {.version_20 = true});
    if (!parsed) {
      const std::uint64_t inside = text_is_literal ? parsed.error().where.offset : 0;
      return reject(origin, where.line, where.column + static_cast<std::uint32_t>(inside), parsed.error());
    }
    auto program = compile_pattern(*parsed);
    if (!program) return reject(origin, where.line, where.column, program.error());
    LoadedPattern& pattern = patterns.emplace_back();
    pattern.origin = std::move(origin);
    pattern.program = *std::move(program);
    const StixExpression& root = pattern.program.root;
    pattern.needs_time = asks_for_time(root);
    pattern.is_single = root.kind == StixExpression::Kind::bracket && root.repeats == 1 && !pattern.needs_time;
    probes.clear();
    layouts_of.clear();
  }

  /// Sorts the brackets into the layouts where they can hold.
  void prepare() {
    if (!probes.empty()) return;
    probes.resize(table.layouts().size());
    for (std::size_t i = 0; i < probes.size(); ++i) {
      const EventObjectLayout& layout = *table.layouts()[i];
      for (std::uint32_t p = 0; p < patterns.size(); ++p) {
        for (std::uint32_t b = 0; b < patterns[p].program.brackets.size(); ++b)
          prepare(layout, patterns[p].program.brackets[b], {p, b}, probes[i]);
      }
    }
  }

  static void prepare(const EventObjectLayout& layout, const StixBracket& bracket, BracketRef ref, Probes& out) {
    const std::vector<StixBracket::Required> required = bracket.required();
    for (const StixBracket::Required& one : required) {
      for (const EventObjectLayout::Resolved& resolved : layout.resolve(*one.path))
        out.add(resolved.source, one.value, ref);
    }
    if (!required.empty()) return;
    const std::vector<std::string_view> types = bracket.types();
    const bool can_hold = std::ranges::any_of(layout.objects, [&](const EventObjectLayout::Object& object) {
      return std::ranges::find(types, object.type) != types.end();
    });
    if (can_hold) out.always.push_back(ref);
  }

  /// The layouts for events of a log source, by their number.
  const std::vector<std::size_t>& layouts_for(event::LogSourceId id) {
    const auto index = static_cast<std::size_t>(id);
    if (index >= layouts_of.size()) layouts_of.resize(index + 1);
    if (!layouts_of[index]) {
      layouts_of[index].emplace();
      const event::LogSource& source = schema.log_source(id);
      for (std::size_t i = 0; i < table.layouts().size(); ++i) {
        const bool is_useful = !probes[i].probes.empty() || !probes[i].always.empty();
        if (is_useful && source.is_covered_by(table.layouts()[i]->when)) layouts_of[index]->push_back(i);
      }
    }
    return *layouts_of[index];
  }

  struct Held {
    BracketRef bracket;
    std::vector<StixBracket::Reason> reasons;
  };

  std::vector<Held> brackets_that_hold(const event::Event& event) {
    std::vector<Held> out;
    const std::vector<std::size_t>& layouts = layouts_for(event.log_source);
    if (layouts.empty()) return out;
    EventText text(event);
    const event::LogSource& source = schema.log_source(event.log_source);
    for (const std::size_t i : layouts) {
      const EventObjectLayout& layout = *table.layouts()[i];
      const EventObjects objects(layout, text, source.renames_for(layout.when));
      std::vector<BracketRef> candidates = probes[i].always;
      for (const Probes::Probe& probe : probes[i].probes) {
        objects.any_value(probe.source, [&](const StixValue& value) {
          if (const auto found = probe.by_value.find(std::string(value.text)); found != probe.by_value.end())
            candidates.insert(candidates.end(), found->second.begin(), found->second.end());
          return false;
        });
      }
      std::ranges::sort(candidates);
      candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
      for (const BracketRef ref : candidates) {
        const StixBracket& bracket = patterns[ref.pattern].program.brackets[ref.bracket];
        const bool is_known = std::ranges::find(out, ref, &Held::bracket) != out.end();
        if (!is_known && bracket.matches(objects)) out.push_back({ref, bracket.explain(objects)});
      }
    }
    std::ranges::sort(out, {}, &Held::bracket);
    return out;
  }

  /// What one observation completes.
  /// in: held: sorted; time: first to last observed, nullopt when unknown; memories: by pattern
  void take(std::vector<Held> held, const Seen& seen, const std::optional<std::pair<Instant, Instant>>& time,
            std::uint64_t number, std::unordered_map<std::uint32_t, Memory>& memories,
            std::vector<record::Match>& out) {
    for (std::size_t begin = 0; begin < held.size();) {
      const std::uint32_t index = held[begin].bracket.pattern;
      std::size_t end = begin;
      while (end < held.size() && held[end].bracket.pattern == index) ++end;
      const LoadedPattern& pattern = patterns[index];
      Seen here = seen;
      std::vector<std::uint32_t> brackets;
      for (; begin < end; ++begin) {
        brackets.push_back(held[begin].bracket.bracket);
        for (StixBracket::Reason& reason : held[begin].reasons) here.reasons.push_back(std::move(reason));
      }
      if (pattern.is_single) {
        out.push_back(match_of(pattern, {&here}));
        continue;
      }
      if (!time && pattern.needs_time) {
        ++untimed;
        continue;
      }
      Memory& memory = memories.try_emplace(index, pattern.program, options.lateness).first->second;
      const std::uint64_t token = memory.next_token++;
      memory.seen.emplace(token, std::move(here));
      const auto [first, last] = time.value_or(std::pair<Instant, Instant>());
      const auto picked = memory.sequence.add({first, last, number, token}, brackets);
      if (!picked.empty()) {
        std::vector<const Seen*> used;
        for (const StixSequence::Picked& one : picked) used.push_back(&memory.seen.at(one.token));
        out.push_back(match_of(pattern, used));
      }
      memory.clean();
    }
  }

  static record::Match match_of(const LoadedPattern& pattern, const std::vector<const Seen*>& used) {
    record::Match out;
    out.engine = record::Engine::stix;
    out.rule = {pattern.origin.id, pattern.origin.title, {}, pattern.origin.tags};
    const Seen& last = *used.back();
    out.time = last.time;
    out.source = last.source;
    out.host = last.host;
    for (const Seen* seen : used) {
      if (used.size() > 1) out.events.push_back({seen->source, seen->time});
      for (const StixBracket::Reason& reason : seen->reasons) {
        if (std::ranges::find(out.why, reason.why) == out.why.end()) out.why.push_back(reason.why);
        const std::pair<std::string, std::string> field{reason.why.field, replace_invalid_utf8(reason.value)};
        if (!reason.value.empty() && std::ranges::find(out.fields, field) == out.fields.end())
          out.fields.push_back(field);
      }
    }
    if (!pattern.origin.id.empty()) {
      out.indicator = record::MatchedIndicator{.value = pattern.origin.text,
                                               .type = "stix-pattern",
                                               .list = pattern.origin.path,
                                               .valid_until = pattern.origin.valid_until,
                                               .belongs_to = pattern.origin.belongs_to};
    }
    return out;
  }

  event::Schema& schema;
  EventObjectTable table;
  StixHuntOptions options;
  std::deque<LoadedPattern> patterns;  // a deque: layouts remember paths by their place
  std::vector<Probes> probes;          // by layout; empty until prepared
  std::vector<std::optional<std::vector<std::size_t>>> layouts_of;
  std::unordered_map<std::uint32_t, Memory> event_memories;
  std::vector<record::RejectedRule> rejected;
  std::uint64_t observations = 0;
  std::uint64_t untimed = 0;
  std::uint64_t forgotten = 0;  // by memories that are gone
  std::uint64_t given_up = 0;
};

StixHunter::StixHunter(std::unique_ptr<State> state) : state_(std::move(state)) {}
StixHunter::StixHunter(StixHunter&&) noexcept = default;
StixHunter& StixHunter::operator=(StixHunter&&) noexcept = default;
StixHunter::~StixHunter() = default;

Result<StixHunter> StixHunter::make(event::Schema& schema, const std::string& table, const StixHuntOptions& options) {
  TRY(EventObjectTable objects, EventObjectTable::load(table, schema));
  return StixHunter(std::make_unique<State>(schema, std::move(objects), options));
}

Status StixHunter::add_bundle(std::string_view text, const std::string& path) {
  TRY(const stix::ParsedBundle parsed, stix::parse_bundle(text, {.source = path}));
  const StixObservation::Index by_id = StixObservation::index(parsed.bundle);
  std::unordered_map<std::string_view, std::string> belongs_to;  // by the indicator's id
  for (const stix::Object& object : parsed.bundle.objects) {
    if (object.type() != "relationship" || object.string("relationship_type") != "indicates") continue;
    const auto target = by_id.find(object.string("target_ref").value_or(""));
    const std::string* name = target == by_id.end() ? nullptr : target->second->find_string("name");
    if (name == nullptr) continue;
    std::string& names = belongs_to[object.string("source_ref").value_or("")];
    names += (names.empty() ? "" : ", ") + *name;
  }
  for (const stix::Object& object : parsed.bundle.objects) {
    if (object.type() != "indicator") continue;
    const auto string_of = [&](std::string_view property) { return std::string(object.string(property).value_or("")); };
    Origin origin{.path = path,
                  .id = std::string(object.id()),
                  .title = std::string(object.name()),
                  .text = string_of("pattern"),
                  .valid_until = string_of("valid_until"),
                  .belongs_to = belongs_to[object.id()],
                  .tags = {}};
    for (const std::string_view label : object.strings("indicator_types")) origin.tags.emplace_back(label);
    if (origin.title.empty()) origin.title = origin.text;
    const Where where = locate(text, object.json().offset(), path);
    const auto reject = [&](std::string message, std::string hint) {
      state_->reject(origin, where.line, where.column,
                     Error{ErrorCode::unsupported, std::move(message), {}, std::move(hint)});
    };
    const std::string language = string_of("pattern_type");
    if (object.is_revoked()) {
      reject("the indicator is revoked", "");
    } else if (language != "stix") {
      reject(fmt::format("pattern language '{}' is not supported here", language),
             language == "sigma" ? "save the rule as a file and name it with --rules" : "only 'stix' patterns are");
    } else {
      state_->add(std::move(origin), where, false);
    }
  }
  return {};
}

void StixHunter::add_patterns(std::string_view text, const std::string& path) {
  std::uint32_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const std::string_view trimmed = trim_ascii(line);
    if (trimmed.empty() || trimmed.starts_with('#')) continue;
    const auto column = static_cast<std::uint32_t>(trimmed.data() - line.data()) + 1;
    state_->add({.path = path,
                 .id = {},
                 .title = std::string(trimmed),
                 .text = std::string(trimmed),
                 .valid_until = {},
                 .belongs_to = {},
                 .tags = {}},
                {.source = path, .offset = 0, .line = line_number, .column = column}, true);
  }
}

std::vector<record::Match> StixHunter::match(const event::EventBatch& batch) {
  State& state = *state_;
  std::vector<record::Match> out;
  if (state.patterns.empty()) return out;
  state.prepare();
  for (const event::Event& event : batch.events) {
    std::vector<State::Held> held = state.brackets_that_hold(event);
    if (held.empty()) continue;
    Seen seen;
    seen.source = {
        .path = batch.path, .member = {}, .line = event.line, .offset = event.offset, .record = event.record_number};
    std::optional<std::pair<Instant, Instant>> interval;
    if (const auto time = event::event_time(event)) {
      seen.time = print_utc(*time);
      interval.emplace(time->instant, time->instant);
    }
    std::string scratch;
    seen.host = replace_invalid_utf8(event::decode_token(event.host, scratch));
    state.take(std::move(held), seen, interval, 1, state.event_memories, out);
  }
  return out;
}

Result<std::vector<record::Match>> StixHunter::match_bundle(std::string_view text, const std::string& path) {
  State& state = *state_;
  TRY(const stix::ParsedBundle parsed, stix::parse_bundle(text, {.source = path}));
  const StixObservation::Index by_id = StixObservation::index(parsed.bundle);
  std::vector<const stix::Object*> observed;
  for (const stix::Object& object : parsed.bundle.objects) {
    if (object.type() == "observed-data") observed.push_back(&object);
  }
  // By time, those without one last; of one time in the bundle's order, which is that of their addresses.
  std::ranges::sort(observed, {}, [](const stix::Object* object) {
    const auto time = object->timestamp("first_observed");
    return std::tuple(!time, time ? time->instant : Instant{}, object);
  });

  std::vector<record::Match> out;
  std::unordered_map<std::uint32_t, Memory> memories;
  for (const stix::Object* object : observed) {
    ++state.observations;
    const StixObservation observation(*object, by_id);
    std::vector<State::Held> held;
    for (std::uint32_t p = 0; p < state.patterns.size(); ++p) {
      const std::vector<StixBracket>& brackets = state.patterns[p].program.brackets;
      for (std::uint32_t b = 0; b < brackets.size(); ++b) {
        if (brackets[b].matches(observation)) held.push_back({{p, b}, brackets[b].explain(observation)});
      }
    }
    if (held.empty()) continue;
    const Where where = locate(text, object->json().offset(), path);
    Seen seen;
    seen.source = {.path = path, .member = {}, .line = where.line, .offset = where.offset, .record = {}};
    std::optional<std::pair<Instant, Instant>> interval;
    const auto first = object->timestamp("first_observed");
    const auto last = object->timestamp("last_observed");
    if (first) {
      seen.time = print_utc(last && *last > *first ? *last : *first);
      interval.emplace(first->instant, last ? std::max(first->instant, last->instant) : first->instant);
    }
    const auto number =
        static_cast<std::uint64_t>(std::max<std::int64_t>(object->integer("number_observed").value_or(1), 1));
    state.take(std::move(held), seen, interval, number, memories, out);
  }
  for (const auto& [pattern, memory] : memories) {
    state.forgotten += memory.sequence.forgotten();
    state.given_up += memory.sequence.given_up();
  }
  return out;
}

bool StixHunter::has_patterns() const { return !state_->patterns.empty(); }

const std::vector<record::RejectedRule>& StixHunter::rejected() const { return state_->rejected; }

StixHuntCounts StixHunter::counts() const {
  StixHuntCounts out{.patterns = state_->patterns.size(),
                     .rejected = state_->rejected.size(),
                     .observations = state_->observations,
                     .untimed = state_->untimed,
                     .forgotten = state_->forgotten,
                     .given_up = state_->given_up};
  for (const auto& [pattern, memory] : state_->event_memories) {
    out.forgotten += memory.sequence.forgotten();
    out.given_up += memory.sequence.given_up();
  }
  return out;
}

}  // namespace tocsin::detect
