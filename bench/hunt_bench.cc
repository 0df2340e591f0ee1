// Hunting against what bounds it, in one run: all rules over a log with the matches printed, against simdjson's
// On-Demand over every field of the same log. Processor time of one thread, both in turn, medians.
//   hunt_bench LOG RULES…     LOG: JSON lines, not compressed
// Lanes: the log as it is; the same with every value distinct; a rule that every event matches; more and more rules,
// clones with other texts and numbers.

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>

#include "base/bytes.h"
#include "detect/engine.h"
#include "detect/hunt.h"
#include "detect/naive.h"
#include "event/reader.h"
#include "record/codec.h"
#include "walk.h"

namespace tocsin::bench {
namespace {

constexpr int kRuns = 5;

double seconds_of(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  work();
  return now() - start;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

struct Hunted {
  std::uint64_t events = 0;
  std::uint64_t matches = 0;
};

Hunted hunt(detect::Hunter& hunter, event::Schema& schema, const std::string& log) {
  Hunted out;
  std::ofstream nowhere("/dev/null");
  auto reader = event::EventReader::open(log, schema).value();
  while (const auto batch = reader.next().value()) {
    out.events += batch->events.size();
    for (const record::Match& match : hunter.match(*batch)) {
      nowhere << record::print_record(match) << '\n';
      ++out.matches;
    }
  }
  return out;
}

void print_row(const std::string& lane, std::uint64_t events, double bytes, double time, double limit,
               const std::string& more) {
  fmt::print("{:<34} {:>7.3f} M events/s {:>6.2f} GB/s  {:>5.1f} % of the walk  {}\n", lane,
             static_cast<double>(events) / time / 1e6, bytes / time / 1e9, 100 * limit / time, more);
  std::fflush(stdout);
}

/// Walk and hunt in turn.
void run_lane(const std::string& lane, const std::string& log, event::Schema& schema, detect::Hunter& hunter) {
  const PaddedBytes bytes = read_file(log).value();
  std::vector<double> walks;
  std::vector<double> hunts;
  Hunted hunted;
  std::uint64_t bad = 0;
  for (int run = 0; run < kRuns; ++run) {
    walks.push_back(seconds_of([&] { bad = walk_lines(bytes.view()).bad; }));
    hunts.push_back(seconds_of([&] { hunted = hunt(hunter, schema, log); }));
  }
  const auto size = static_cast<double>(bytes.size());
  print_row("  simdjson On-Demand, every field", hunted.events, size, median(walks), median(walks),
            bad == 0 ? "" : fmt::format("{} records not JSON", bad));
  print_row(lane, hunted.events, size, median(hunts), median(walks),
            fmt::format("{} matches, first run {:.2f} of the median", hunted.matches, hunts.front() / median(hunts)));
}

/// The log with a number of its own in every text but those that say what a record is.
void write_distinct(const std::string& log, const std::string& out) {
  const PaddedBytes bytes = read_file(log).value();
  std::ofstream file(out, std::ios::binary);
  const std::string_view text = bytes.view();
  std::string key;
  std::string line;
  std::uint64_t serial = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    line += text[at];
    if (text[at] == '\n') {
      file << line;
      line.clear();
    }
    if (text[at] != '"') continue;
    const std::size_t begin = at + 1;
    for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at) at += text[at] == '\\' ? 1 : 0;
    line.append(text, begin, at - begin);
    const bool is_key = at + 1 < text.size() && text[at + 1] == ':';
    if (is_key) key = text.substr(begin, at - begin);
    const bool says_kind = key == "Channel" || key == "SourceName" || key == "EventType" || key == "ProviderGuid";
    if (!is_key && !says_kind) line += fmt::format("{:x}", ++serial);
    line += '"';
  }
  file << line;
}

/// The rule with every text and number changed, so that it is as dear as a real one and holds where only regular
/// expressions, absent fields or negations make it hold.
detect::SigmaRule clone_of(const detect::SigmaRule& rule, std::size_t number) {
  detect::SigmaRule out = rule;
  const std::string mark = fmt::format("q{:x}z", number);
  const std::function<void(detect::Detection&)> change = [&](detect::Detection& detection) {
    for (detect::Detection& child : detection.children) change(child);
    for (detect::RuleValue& value : detection.item.values) {
      for (detect::Test& test : value.tests) {
        if (auto* code = std::get_if<detect::NumberTest>(&test)) {
          code->number.integer += 1'000'000 + static_cast<std::int64_t>(number);
          code->number.real += 1e6 + static_cast<double>(number);
        }
        auto* string = std::get_if<detect::StringTest>(&test);
        if (string == nullptr) continue;
        for (detect::Pattern::Part& part : string->pattern.parts) {
          if (part.kind == detect::Pattern::PartKind::text) part.text.insert(part.text.size() / 2, mark);
        }
      }
    }
  };
  for (detect::NamedDetection& named : out.detections) change(named.detection);
  return out;
}

void run_rule_counts(const std::string& log, event::Schema& schema, const std::vector<detect::SigmaRule>& rules) {
  std::vector<event::EventBatch> batches;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  auto reader = event::EventReader::open(log, schema).value();
  while (bytes < 60'000'000) {
    auto batch = reader.next().value();
    if (!batch) break;
    events += batch->events.size();
    bytes += batch->bytes.front().size();
    batches.push_back(*std::move(batch));
  }
  fmt::print("\nmatching alone, {} events already read; clones with other texts and numbers\n", events);
  for (const std::size_t count : {std::size_t{100}, std::size_t{500}, std::size_t{1000}, rules.size(),
                                  std::size_t{10'000}, std::size_t{38'000}}) {
    std::vector<detect::SigmaRule> some;
    for (std::size_t i = 0; i < count; ++i) {
      // Few rules: from all of the list, not only its beginning.
      const detect::SigmaRule& rule = rules[count < rules.size() ? i * rules.size() / count : i % rules.size()];
      some.push_back(i < rules.size() ? rule : clone_of(rule, i));
      detect::bind_rule(some.back(), schema);
    }
    detect::Engine engine(some, schema);
    detect::Matcher matcher(engine);
    std::uint64_t held = 0;
    std::vector<double> times;
    for (int run = 0; run < kRuns; ++run) {
      times.push_back(seconds_of([&] {
        held = 0;
        for (const event::EventBatch& batch : batches) {
          for (const event::Event& event : batch.events) held += matcher.match(event).size();
        }
      }));
    }
    fmt::print("{:>7} rules  {:>7.3f} M events/s  first run {:.2f} of the median  {} matches  peak {:.0f} MB\n", count,
               static_cast<double>(events) / median(times) / 1e6, times.front() / median(times), held,
               peak_megabytes());
    std::fflush(stdout);
  }
}

int run(const std::vector<std::string>& arguments) {
  const std::string log = arguments.at(0);
  const std::vector<std::string> folders(arguments.begin() + 1, arguments.end());
  const auto schema = event::Schema::load(TOCSIN_SOURCE_DIR "/packs/event").value();
  {
    detect::Hunter hunter(*schema);
    const double load = seconds_of([&] { static_cast<void>(hunter.add_rule_files(folders)); });
    fmt::print("{} rules read in {:.3f} s\n", hunter.counts().rules_loaded, load);
    run_lane("hunt, output included", log, *schema, hunter);
    fmt::print("peak {:.0f} MB with the log in memory for the walk\n", peak_megabytes());
  }
  const std::string distinct = log + ".distinct";
  write_distinct(log, distinct);
  {
    detect::Hunter hunter(*schema);
    static_cast<void>(hunter.add_rule_files(folders));
    run_lane("hunt, every value distinct", distinct, *schema, hunter);
  }
  std::remove(distinct.c_str());
  {
    detect::Hunter hunter(*schema);
    static_cast<void>(hunter.add_rule_files(folders));
    hunter.add_rules(
        "title: all\nid: 00000000-0000-0000-0000-000000000001\nlogsource: {product: windows}\n"
        "detection: {a: {EventID|exists: true}, condition: a}\n",
        "all.yml");
    run_lane("hunt, every event matches", log, *schema, hunter);
  }
  std::vector<detect::SigmaRule> rules;
  const FileList list = list_files(folders).value();
  for (const std::string& path : list.files) {
    if (!path.ends_with(".yml")) continue;
    detect::RuleFile file = detect::parse_sigma(read_file(path).value().view(), path);
    std::ranges::move(file.rules, std::back_inserter(rules));
  }
  run_rule_counts(log, *schema, rules);
  return 0;
}

}  // namespace
}  // namespace tocsin::bench

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2) {
    fmt::print(stderr, "usage: hunt_bench LOG RULES…\n");
    return 2;
  }
  return tocsin::bench::run(arguments);
}
