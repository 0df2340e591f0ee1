// The engine against the naive evaluator: the same verdicts on random rules and events, on published ones, and whatever
// other rules there are, in whatever order, with whatever memory. Long runs by hand:
//   TOCSIN_AGREEMENT_PAIRS=1000000   random pairs of a rule and an event (default 24,000)
//   TOCSIN_AGREEMENT_MB=200          of logs/windows-events-dev.ndjson.zst (default 2)

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <random>
#include <set>

#include <rapidcheck/gtest.h>

#include "base/bytes.h"
#include "base/unicode.h"
#include "detect/engine.h"
#include "detect/naive.h"
#include "detect/test_events.h"

namespace tocsin::detect {
namespace {

namespace fs = std::filesystem;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

using Verdicts = std::vector<std::uint32_t>;  ///< indices of the rules that hold

Verdicts naive_verdicts(const std::vector<SigmaRule>& rules, const event::Event& event, bool any_log_source) {
  Verdicts out;
  EventText text(event);
  const event::LogSource& source = test_schema().log_source(event.log_source);
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    if (!any_log_source && !source.is_covered_by(rules[i].log_source)) continue;
    if (match_rule(rules[i], text, source.renames_for(rules[i].log_source))) out.push_back(i);
  }
  return out;
}

Verdicts engine_verdicts(Matcher& matcher, const event::Event& event) {
  const auto matched = matcher.match(event);
  return {matched.begin(), matched.end()};
}

void bind_all(std::vector<SigmaRule>& rules) {
  for (SigmaRule& rule : rules) bind_rule(rule, test_schema());
}

/// Rules and events that have something to do with one another. Everything comes from one seed.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <typename List>
  const auto& pick(const List& list) {
    return list[below(std::size(list))];
  }

  std::string text() {
    static constexpr std::string_view kPieces[] = {
        "powershell", "\\cmd.exe", "C:\\Windows\\", "-enc", " /c ", "é", "ÜBER", "a",  "ab", "abc", "abcd", "aBcDe",
        "\\",         "\\\\",      ".exe",          "ſ",    "10",   "$", "\n",   "\t", "\"", "'",   "%",    "x"};
    std::string out;
    for (std::size_t n = below(4); n > 0; --n) out += pick(kPieces);
    if (one_in(3)) std::ranges::transform(out, out.begin(), [&](char c) { return one_in(2) ? ascii_lower(c) : c; });
    return out;
  }

  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      if (c == '\n') {
        out += "\\n";
      } else if (c == '\t') {
        out += "\\t";
      } else {
        out += c;
      }
    }
    return out + "\"";
  }

  std::string scalar_value(bool with_wildcards) {
    switch (below(10)) {
      case 0:
        return std::string(pick(kNumbers));
      case 1:
        return one_in(2) ? "true" : "false";
      case 2:
        return "null";
      case 3:
        return "''";
      default: {
        std::string value = text();
        for (std::size_t n = with_wildcards ? below(3) : 0; n > 0; --n) {
          // Only between characters.
          std::size_t at = below(value.size() + 1);
          while (at < value.size() && (static_cast<unsigned char>(value[at]) & 0xC0) == 0x80) ++at;
          value.insert(at, one_in(3) ? "?" : "*");
        }
        return quoted(value);
      }
    }
  }

  std::string item() {
    struct Form {
      std::string_view modifiers;
      int values;  // 0 scalars, 1 strings, 2 regexes, 3 numbers, 4 networks, 5 booleans, 6 fields, 7 hours
    };
    static constexpr Form kForms[] = {{"", 0},
                                      {"", 0},
                                      {"|contains", 1},
                                      {"|contains", 1},
                                      {"|startswith", 1},
                                      {"|endswith", 1},
                                      {"|endswith", 1},
                                      {"|contains|all", 1},
                                      {"|cased", 1},
                                      {"|contains|cased", 1},
                                      {"|re", 2},
                                      {"|re|i", 2},
                                      {"|gte", 3},
                                      {"|lt", 3},
                                      {"|cidr", 4},
                                      {"|exists", 5},
                                      {"|fieldref", 6},
                                      {"|hour", 7},
                                      {"|fieldref|endswith", 6},
                                      {"|neq", 0},
                                      {"|windash", 1},
                                      {"|contains|windash", 1},
                                      {"|base64offset|contains", 1},
                                      {"|wide|base64offset|contains", 1},
                                      {"|contains|neq", 1}};
    const Form& form = pick(kForms);
    std::string out = std::string(pick(kFields)) + std::string(form.modifiers) + ": [";
    for (std::size_t n = 1 + (form.values == 5 ? 0 : below(3)), i = 0; i < n; ++i) {
      static constexpr std::string_view kRegexes[] = {"abc.*exe", "^powershell", "[a-c]+\\\\d", "(abc|x)\\n?$",
                                                      ".",        "\\\\\\\\cmd", "(?i)WINDOWS", "é|Ü"};
      static constexpr std::string_view kNetworks[] = {"10.0.0.0/8", "192.168.1.0/24", "2001:db8::/32", "10.1.2.3"};
      if (i > 0) out += ", ";
      switch (form.values) {
        case 0:
          out += scalar_value(true);
          break;
        case 1:
          out += quoted(text() + (one_in(6) ? "*" : "") + "z").replace(0, 1, "\"");
          break;
        case 2:
          out += "\"" + std::string(pick(kRegexes)) + "\"";
          break;
        case 3:
          out += pick(kNumbers);
          break;
        case 4:
          out += "\"" + std::string(pick(kNetworks)) + "\"";
          break;
        case 5:
          out += one_in(2) ? "true" : "false";
          break;
        case 6:
          out += pick(kFields);
          break;
        default:
          out += std::to_string(below(24));
      }
    }
    return out + "]";
  }

  std::string detection() {
    if (one_in(8)) {  // keywords
      std::string out = "[";
      for (std::size_t n = 1 + below(3), i = 0; i < n; ++i) out += (i > 0 ? ", " : "") + quoted(text() + "b");
      return out + "]";
    }
    const auto map = [&] {
      std::string out = "{";
      std::set<std::string> keys;
      for (std::size_t n = 1 + below(3), i = 0; i < n; ++i) {
        const std::string one = item();
        if (keys.insert(one.substr(0, one.find(':'))).second) out += (i > 0 ? ", " : "") + one;
      }
      return out + "}";
    };
    if (!one_in(5)) return map();
    return "[" + map() + ", " + map() + "]";
  }

  std::string condition(int depth) {
    static constexpr std::string_view kLeaves[] = {"a1",        "a2",        "b1",         "1 of a*",
                                                   "all of a*", "1 of them", "all of them"};
    if (depth == 0 || one_in(3)) return std::string(pick(kLeaves));
    switch (below(3)) {
      case 0:
        return "not " + condition(depth - 1);
      case 1:
        return "(" + condition(depth - 1) + " and " + condition(depth - 1) + ")";
      default:
        return "(" + condition(depth - 1) + " or " + condition(depth - 1) + ")";
    }
  }

  std::string rule(std::size_t number) {
    static constexpr std::string_view kSources[] = {
        "{product: windows}",
        "{product: windows, category: process_creation}",
        "{product: windows, service: security}",
        "{product: windows, service: powershell}",
        "{product: windows, category: ps_module}",
    };
    return "title: r" + std::to_string(number) + "\nlogsource: " + std::string(pick(kSources)) +
           "\ndetection:\n  a1: " + detection() + "\n  a2: " + detection() + "\n  b1: " + detection() +
           "\n  condition: " + condition(3) + "\n";
  }

  std::string json_string(std::string_view text) {
    std::string out = quoted(text);
    if (!one_in(4)) return out;
    for (std::size_t at = 1; at + 1 < out.size(); ++at) {  // some letters as \u0041
      if (out[at] == '\\') {
        ++at;
      } else if (is_ascii_alpha(out[at]) && one_in(3)) {
        constexpr char kHex[] = "0123456789abcdef";
        const auto c = static_cast<unsigned char>(out[at]);
        out.replace(at, 1, std::string("\\u00") + kHex[c >> 4] + kHex[c & 15]);
        at += 5;
      }
    }
    return out;
  }

  std::string json_scalar() {
    static constexpr std::string_view kOdd[] = {
        "\"10.1.2.3\"", "\"192.168.1.77\"", "\"2001:db8::5\"", "\"TRUE\"", "\"2021-03-01T07:30:00Z\"",
        "\"5.0\"",      "\"-3\"",           "\"0x10\"",        "\"\""};
    switch (below(12)) {
      case 0:
        return std::string(pick(kNumbers));
      case 1:
        return one_in(2) ? "true" : "false";
      case 2:
        return "null";
      case 3:
      case 4:
        return std::string(pick(kOdd));
      default:
        return json_string(text() + (one_in(2) ? "z" : "") + (one_in(3) ? text() : ""));
    }
  }

  std::string event() {
    struct Kind {
      std::string_view id, channel;
    };
    static constexpr Kind kKinds[] = {{"1", "Microsoft-Windows-Sysmon/Operational"},
                                      {"4688", "Security"},
                                      {"4624", "Security"},
                                      {"4103", "Microsoft-Windows-PowerShell/Operational"}};
    const Kind& kind = pick(kKinds);
    std::string out = "{\"EventID\":" + std::string(kind.id) + ",\"Channel\":\"" + std::string(kind.channel) + "\"";
    for (std::size_t n = below(10); n > 0; --n) {
      out += ",\"" + std::string(pick(kFields)) + "\":";
      if (one_in(8)) {
        out += "[";
        for (std::size_t m = below(4), i = 0; i < m; ++i) out += (i > 0 ? "," : "") + json_scalar();
        out += "]";
      } else {
        out += json_scalar();
      }
    }
    return out + "}\n";
  }

 private:
  static constexpr std::string_view kFields[] = {"Image",           "CommandLine", "NewProcessName", "User",
                                                 "SubjectUserName", "Data",        "Message",        "Payload",
                                                 "Computer",        "Hostname"};
  static constexpr std::string_view kNumbers[] = {"5", "10", "5.0", "-3", "0", "4688", "1e1"};
  std::mt19937_64 random_;
};

TEST(Agreement, OnRandomRulesAndEvents) {
  constexpr std::size_t kRules = 40;
  constexpr std::size_t kEvents = 30;
  const std::uint64_t pairs = setting("TOCSIN_AGREEMENT_PAIRS", 24'000);
  std::uint64_t compared = 0;
  std::uint64_t held = 0;
  std::uint64_t made = 0;
  const auto run = [&](std::uint64_t seed) {
    Maker maker(seed);
    std::string text;
    for (std::size_t i = 0; i < kRules; ++i) text += (i > 0 ? "---\n" : "") + maker.rule(i);
    RuleFile file = parse_sigma(text, "random.yml");
    made += kRules;
    bind_all(file.rules);
    std::string events;
    for (std::size_t i = 0; i < kEvents; ++i) events += maker.event();
    if (maker.one_in(2)) events += "a line of text with abcdb and powershellb\n";

    Engine engine(file.rules, test_schema());
    Matcher matcher(engine);
    Engine forgetful_engine(file.rules, test_schema(), {.any_log_source = true, .memo_bytes = 1});
    Matcher forgetful(forgetful_engine);
    for (const event::EventBatch& batch : read_events(events)) {
      for (const event::Event& event : batch.events) {
        const Verdicts want = naive_verdicts(file.rules, event, false);
        RC_ASSERT(engine_verdicts(matcher, event) == want);
        RC_ASSERT(engine_verdicts(matcher, event) == want);  // now from memory
        RC_ASSERT(engine_verdicts(forgetful, event) == naive_verdicts(file.rules, event, true));
        compared += file.rules.size();
        held += want.size();
      }
    }
  };
  while (compared < pairs && !HasFailure()) {
    EXPECT_TRUE(rc::check([&] {
      const auto seed = *rc::gen::arbitrary<std::uint64_t>();
      run(seed);
    }));
    if (compared == 0) break;
  }
  std::cout << compared << " pairs compared, " << held << " held; " << made << " rules made\n";
  EXPECT_GE(compared, pairs);
  EXPECT_GT(held, compared / 100);
  EXPECT_LT(held, compared / 2);
}

/// What other rules there are, and in which order, changes no verdict.
RC_GTEST_PROP(Agreement, OtherRulesAndTheirOrderChangeNothing, (std::uint64_t seed)) {
  Maker maker(seed);
  std::string text;
  for (std::size_t i = 0; i < 30; ++i) text += (i > 0 ? "---\n" : "") + maker.rule(i);
  std::vector<SigmaRule> rules = parse_sigma(text, "random.yml").rules;
  bind_all(rules);
  std::vector<std::size_t> order(rules.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::shuffle(order, std::mt19937_64(seed));
  order.resize(order.size() / 2);
  std::vector<SigmaRule> some;
  for (const std::size_t i : order) some.push_back(rules[i]);

  std::string events;
  for (std::size_t i = 0; i < 10; ++i) events += maker.event();
  Engine all_engine(rules, test_schema());
  Engine some_engine(some, test_schema());
  Matcher all(all_engine);
  Matcher few(some_engine);
  for (const event::EventBatch& batch : read_events(events)) {
    for (const event::Event& event : batch.events) {
      const Verdicts with_others = engine_verdicts(all, event);
      const Verdicts alone = engine_verdicts(few, event);
      for (std::size_t i = 0; i < some.size(); ++i) {
        RC_ASSERT(std::ranges::binary_search(alone, i) == std::ranges::binary_search(with_others, order[i]));
      }
    }
  }
}

// ------------------------------------------------------------------------------------------ published rules and events

/// Unpacks an archive of the data folder; empty when it is absent.
class Archive {
 public:
  explicit Archive(const std::string& name) {
    const fs::path source = fs::path(TOCSIN_DATA_DIR) / name;
    if (!fs::exists(source)) return;
    folder_ = fs::path(testing::TempDir()) /
              ("tocsin-agreement-" + std::to_string(::getpid()) + "-" + fs::path(name).stem().string());
    fs::create_directories(folder_);
    const std::string command = "zstd -dc '" + source.string() + "' | tar x -C '" + folder_.string() + "'";
    if (std::system(command.c_str()) != 0) folder_.clear();  // NOLINT(cert-env33-c)
  }
  ~Archive() {
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

std::vector<SigmaRule> published_rules(const Archive& archive) {
  std::vector<SigmaRule> out;
  for (const auto& entry : fs::recursive_directory_iterator(archive.folder())) {
    if (entry.path().extension() != ".yml" || entry.path().string().find("/tests/") != std::string::npos) continue;
    RuleFile file = parse_sigma(read_file(entry.path())->view(), entry.path());
    std::ranges::move(file.rules, std::back_inserter(out));
  }
  bind_all(out);
  return out;
}

TEST(Agreement, OnEveryPublishedRuleAndRegressionEvent) {
  const Archive rules_archive("sigma/rules.tar.zst");
  const Archive cases("sigma/regression-dev.tar.zst");
  if (rules_archive.folder().empty() || cases.folder().empty()) GTEST_SKIP() << "no sigma in " << TOCSIN_DATA_DIR;
  const std::vector<SigmaRule> rules = published_rules(rules_archive);
  Engine engine(rules, test_schema());
  Matcher matcher(engine);
  Engine any_engine(rules, test_schema(), {.any_log_source = true});
  Matcher any(any_engine);
  std::size_t events = 0;
  std::size_t held = 0;
  for (const auto& entry : fs::recursive_directory_iterator(cases.folder())) {
    if (entry.path().extension() != ".json") continue;
    auto reader = event::EventReader::open(entry.path(), test_schema()).value();
    while (const auto batch = reader.next().value()) {
      for (const event::Event& event : batch->events) {
        const Verdicts want = naive_verdicts(rules, event, false);
        EXPECT_EQ(engine_verdicts(matcher, event), want) << entry.path();
        EXPECT_EQ(engine_verdicts(any, event), naive_verdicts(rules, event, true)) << entry.path();
        ++events;
        held += want.size();
      }
    }
  }
  std::cout << events << " events, " << rules.size() << " rules, " << held << " pairs held\n";
  EXPECT_GE(held, 111u);
}

TEST(Agreement, OnPublishedWindowsEvents) {
  const Archive rules_archive("sigma/rules.tar.zst");
  const std::string log = TOCSIN_DATA_DIR "/logs/windows-events-dev.ndjson.zst";
  if (rules_archive.folder().empty() || !fs::exists(log)) GTEST_SKIP() << "no logs in " << TOCSIN_DATA_DIR;
  const std::vector<SigmaRule> rules = published_rules(rules_archive);
  Engine engine(rules, test_schema());
  Matcher matcher(engine);
  auto reader = event::EventReader::open(log, test_schema()).value();
  std::size_t events = 0;
  std::size_t held = 0;
  while (reader.counts().bytes < setting("TOCSIN_AGREEMENT_MB", 2) * 1'000'000) {
    const auto batch = reader.next().value();
    if (!batch) break;
    for (const event::Event& event : batch->events) {
      const Verdicts want = naive_verdicts(rules, event, false);
      ASSERT_EQ(engine_verdicts(matcher, event), want) << event.record;
      ++events;
      held += want.size();
    }
  }
  std::cout << events << " events, " << rules.size() << " rules, " << held << " pairs held\n";
  EXPECT_GT(held, 0u);
}

}  // namespace
}  // namespace tocsin::detect
