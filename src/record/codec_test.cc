#include "record/codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <set>

#include "base/bytes.h"
#include "base/unicode.h"

namespace tocsin::record {
namespace {

Evidence evidence(std::string_view quote) {
  return {.document = "report.html",
          .span = {.start = 990, .end = 990 + quote.size(), .page = {}},
          .quote = std::string(quote)};
}

Term apt10() {
  return {
      .type = EntityType::intrusion_set, .name = "APT10", .id = "intrusion-set--9a2640c2-9f43-46fe-b13f-bde881e55555"};
}

DocumentInfo full_document() {
  return {.path = "report.html",
          .sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
          .bytes = 41233,
          .media_type = "text/html",
          .language = "en",
          .title = "A \"title\"",
          .author = "A. Writer",
          .published = "2021-03-01T11:24:00.10Z",
          .marking = Tlp::amber_strict};
}

Indicator full_indicator() {
  return {.type = IndicatorType::domain,
          .value = "evil.example",
          .raw = "evil[.]example",
          .document = "report.pdf",
          .span = {.start = 311, .end = 325, .page = 2},
          .defanged = true,
          .zone = Zone::table,
          .confidence = 85,
          .suppressed = Suppression{.reason = "warninglist", .by = "top-sites"},
          .readings = {{.type = IndicatorType::file_name, .value = "evil.example", .confidence = 10}},
          .labels = {{"ascii", "xn--evl-1ta.example"},
                     {"asn", "0"},
                     {"build", "0042"},
                     {"port", "8443"},
                     {"serial", "12345678901234567890"}},
          .rule = "domain/bracketed-dot"};
}

Entity full_entity() {
  return {.type = EntityType::intrusion_set,
          .name = "APT10",
          .text = "Stone Panda",
          .id = apt10().id,
          .asserted_by = {"CrowdStrike"},
          .ambiguous = {"Panda"},
          .document = "report.html",
          .span = {.start = 1042, .end = 1053, .page = {}},
          .zone = Zone::body,
          .confidence = 95,
          .rule = "names/gazetteer"};
}

Claim full_claim() {
  Evidence named = evidence("APT10 targets the maker");
  named.rule = "chain/said";
  return {
      .id = "claim--4f6c9b1e-6d5c-5f7e-9d0a-3b1f0c2d4e5f",
      .subject = apt10(),
      .predicate = Predicate::targets,
      .object = Term{.type = EntityType::identity, .name = "A Vaccine Maker", .id = "", .country = "IN"},
      .factuality = Factuality::attempted,
      .negated = true,
      .claimants = {{.name = "A Vendor", .role = ClaimantRole::analyst}, {.name = "", .role = ClaimantRole::unnamed}},
      .denied_by = {{.name = "A Ministry", .role = ClaimantRole::government}},
      .time = ClaimTime{.from = "2021-02-01", .to = "2021-03-01T00:00:00Z", .text = "in recent weeks"},
      .confidence = 70,
      .evidence = {named, evidence("the maker")},
      .rule = "verbs/targets-active"};
}

Component full_component() {
  return {.asset = "web-01",
          .name = "nginx",
          .version = "1.18.0",
          .purl = "pkg:deb/debian/nginx@1.18.0",
          .cpe = "cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*",
          .weakness = "web-server",
          .from = {{.document = "web-01.http",
                    .span = {.start = 17, .end = 37, .page = {}},
                    .quote = "Server: nginx/1.18.0",
                    .rule = "http-server-header"}},
          .confidence = 90};
}

Exposure full_exposure() {
  return {
      .asset = "web-01",
      .component = "nginx",
      .version = "1.18.0",
      .vulnerability = "CVE-2021-23017",
      .summary = "A crafted DNS answer overwrites one byte in the resolver.",
      .weakness = "web-server",
      .verdict = Verdict::version_unknown,
      .range = "[0.6.18,1.20.1)",
      .fixed_version = "1.20.1",
      .source = "nvd",
      .trace = {"1.18.0 lies in [0.6.18,1.20.1)"},
      .kev = KevFact{.listed = true, .added = "2021-11-03", .ransomware = false},
      .epss = EpssFact{.score = 0.42, .percentile = 0.97, .date = "2026-08-01"},
      .ssvc = SsvcFact{.exploitation = "poc", .automatable = "yes", .technical_impact = "partial", .exposed = "yes"},
      .priority = Priority{.table = "cisa-bod-26-04", .decision = "14 days", .rank = 3},
      .actors = {{.name = "APT10", .why = "uses this vulnerability", .evidence = {evidence("uses it")}}},
      .superseded_by = "CVE-2021-99999",
      .evidence = {evidence("Server: nginx/1.18.0")}};
}

EventSource full_source() {
  return {.path = "logs.tar", .member = "Security.evtx", .line = 17, .offset = 40960, .record = 0};
}

Match full_match() {
  return {.engine = Engine::correlation,
          .rule = {.id = "5f1abf38-6f5f-4d8e-9c5e-0d9c6f2c0001",
                   .title = "Whoami",
                   .level = "high",
                   .tags = {"attack.t1033"}},
          .time = "2021-03-01T11:24:00.123456700Z",
          .source = full_source(),
          .host = "web-01",
          .fields = {{"Image", "C:\\Windows\\whoami.exe"}, {"Hash", "a"}, {"User", ""}, {"Hash", "b"}},
          .why = {{.field = "Image", .test = "endswith", .value = "\\whoami.exe"},
                  {.field = "", .test = "contains", .value = "whoami"}},
          .indicator = MatchedIndicator{.value = "192.0.2.1",
                                        .type = "ipv4",
                                        .list = "own.txt",
                                        .valid_until = "2021-04-01T00:00:00Z",
                                        .belongs_to = "APT10"},
          .events = {{.source = full_source(), .time = "2021-03-01T11:24:00Z"},
                     {.source = {.path = "-", .member = "", .line = 1, .offset = 0, .record = {}}, .time = ""}},
          .group = {{"User", "root"}}};
}

RejectedRule full_rejected() {
  return {.path = "rules/a.yml",
          .line = 12,
          .column = 5,
          .rule = "A rule",
          .error = "unsupported modifier 'foo'",
          .hint = "did you mean 're'?"};
}

Warning full_warning() {
  return {
      .id = "report--0d5b424b-93b8-5cd8-ac36-306e1789d63c",
      .organisation = "A Vaccine Maker",
      .title = "APT10 aims at vaccine makers",
      .actor = WarningActor{.name = "APT10",
                            .id = apt10().id,
                            .likelihood = Likelihood::roughly_even_chance,
                            .probability_low = 45,
                            .probability_high = 55},
      .hypotheses =
          {{.name = "APT10", .probability = 0.5, .supporting = {"named by a vendor"}, .against = {"one source"}},
           {.name = "unknown actor", .probability = 0.5, .supporting = {}, .against = {}}},
      .relevance = {"same sector and country"},
      .claims = {full_claim()},
      .through = {{.exposure = full_exposure(), .why = "the shop is public"}},
      .seen = {{.match = full_match(),
                .asset = "web-01",
                .why = "on the same server",
                .count = 2,
                .last_time = "2021-03-01T12:00:00Z"}},
      .motive =
          Motive{.name = "intellectual-property-theft", .text = "to gain an edge", .evidence = {evidence("an edge")}},
      .basis = {.independent_sources = 1, .confidence = "low", .why = "one interview"},
      .not_known = {"whether anything was taken"},
      .do_first = {{.action = "Update nginx on web-01", .because = "it can be attacked from the internet"}},
      .marking = Tlp::amber_strict,
      .evidence = {evidence("APT10 targets the maker")}};
}

Diagnostic full_problem() {
  return {.severity = Severity::warning,
          .rule = "stix-2.1/3.2/modified-before-created",
          .message = "modified lies before created",
          .where = {.source = "bundle.json", .offset = 812, .line = 3, .column = 9},
          .pointer = "/objects/4/modified",
          .hint = "swap them"};
}

Summary full_summary() {
  return {.command = "extract",
          .values = {{"documents", json::Value::unsigned_integer(3)}, {"load_seconds", json::Value::real(0.25)}},
          .skipped = {{"not-text", 2}, {"too-large", 1}, {"not-text", 1}},
          .seconds = 1.23456};
}

struct Kind {
  const char* name;
  std::string (*print)();
};

template <typename Record, typename Fill>
std::string both_lines(const Record& full, Fill fill) {
  Record minimal;
  fill(minimal);
  return print_record(full) + "\n" + print_record(minimal) + "\n";
}

std::string print_documents() {
  return both_lines(full_document(), [](DocumentInfo& it) {
    it.path = "-";
    it.sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    it.media_type = "text/plain";
  });
}

std::string print_indicators() {
  return both_lines(full_indicator(), [](Indicator& it) {
    it.value = it.raw = "evil.example";
    it.document = "-";
    it.span = {.start = 0, .end = 12, .page = {}};
    it.confidence = 50;
    it.rule = "domain/plain";
  });
}

std::string print_entities() {
  return both_lines(full_entity(), [](Entity& it) {
    it.type = EntityType::person;
    it.name = it.text = "A. Person";
    it.document = "-";
    it.span = {.start = 0, .end = 9, .page = {}};
    it.rule = "names/title";
  });
}

std::string print_claims() {
  return both_lines(full_claim(), [](Claim& it) {
    it.id = "claim--11111111-2222-5333-8444-555555555555";
    it.subject.name = "A Vaccine Maker";
    it.predicate = Predicate::declined_to_comment;
    it.evidence = {evidence("declined to comment")};
    it.rule = "verbs/declined";
  });
}

std::string print_source_groups() {
  SourceGroup full;
  full.documents = {"a.html", "b.html"};
  full.root = "A Vendor";
  full.why = {"both name A Vendor"};
  return both_lines(full, [](SourceGroup& it) { it.documents = {"a.html"}; });
}

std::string print_not_understood() {
  NotUnderstood full;
  full.what = "unmapped verb";
  full.text = "ogled";
  full.document = "a.pdf";
  full.span = {.start = 1, .end = 6, .page = 1};
  return both_lines(full, [&](NotUnderstood& it) {
    it = full;
    it.span.page.reset();
  });
}

std::string print_components() {
  return both_lines(full_component(), [](Component& it) {
    it.asset = "web-01";
    it.name = "nginx";
  });
}

std::string print_exposures() {
  return both_lines(full_exposure(), [](Exposure& it) {
    it.asset = "web-01";
    it.component = "nginx";
    it.verdict = Verdict::end_of_life;
  });
}

std::string print_matches() {
  return both_lines(full_match(), [](Match& it) {
    it.engine = Engine::indicator;
    it.source.path = "access.log";
  });
}

std::string print_rejected() {
  return both_lines(full_rejected(), [](RejectedRule& it) {
    it.path = "rules/a.yml";
    it.error = "there is no YAML document";
  });
}

std::string print_unparsed() {
  UnparsedRecord full;
  full.source = full_source();
  full.error = "no JSON object";
  return both_lines(full, [](UnparsedRecord& it) {
    it.source.path = "-";
    it.error = "no JSON object";
  });
}

std::string print_warnings() {
  return both_lines(full_warning(), [](Warning& it) {
    it.id = "report--11111111-2222-5333-8444-555555555555";
    it.organisation = "A Vaccine Maker";
    it.title = "Somebody aims at vaccine makers";
  });
}

std::string print_problems() {
  return both_lines(full_problem(), [](Diagnostic& it) {
    it.rule = "json/syntax";
    it.message = "the file is empty";
  });
}

std::string print_summaries() {
  return both_lines(full_summary(), [](Summary& it) { it.command = "hunt"; });
}

/// Two lines a kind: everything known, and nothing but what must be.
constexpr Kind kKinds[] = {
    {"document", print_documents},   {"indicator", print_indicators},       {"entity", print_entities},
    {"claim", print_claims},         {"source-group", print_source_groups}, {"not-understood", print_not_understood},
    {"component", print_components}, {"exposure", print_exposures},         {"match", print_matches},
    {"rejected", print_rejected},    {"unparsed", print_unparsed},          {"warning", print_warnings},
    {"problem", print_problems},     {"summary", print_summaries},
};

class CodecGolden : public testing::TestWithParam<Kind> {};

TEST_P(CodecGolden, PrintsAsAgreed) {
  const std::filesystem::path path =
      std::filesystem::path(TOCSIN_SOURCE_DIR) / "tests/golden/record" / (std::string(GetParam().name) + ".out");
  const std::string printed = GetParam().print();
  if (std::getenv("TOCSIN_UPDATE_GOLDENS") != nullptr) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "goldens are not updated where they are judged";
    std::filesystem::create_directories(path.parent_path());
    ASSERT_TRUE(write_file_atomically(path.string(), printed));
  }
  const Result<PaddedBytes> golden = read_file(path.string());
  ASSERT_TRUE(golden) << print_error(golden.error()) << "; run once with TOCSIN_UPDATE_GOLDENS=1";
  EXPECT_EQ(printed, golden->view());
}

/// No object below may repeat a key; no text may be empty but a field's value in the event.
void expect_well_formed(const json::Value& value) {
  if (const json::Array* items = value.array()) {
    for (const json::Value& item : *items) expect_well_formed(item);
  }
  if (const json::Object* members = value.object()) {
    std::set<std::string> keys;
    for (const json::Member& member : *members) {
      EXPECT_TRUE(keys.insert(member.key).second) << member.key;
      const std::string* const text = member.value.string();
      EXPECT_TRUE(text == nullptr || !text->empty() || member.key == "User") << member.key;
      expect_well_formed(member.value);
    }
  }
}

TEST_P(CodecGolden, IsOneJsonObjectALine) {
  const std::string printed = GetParam().print();
  std::string_view rest = printed;
  int count = 0;
  for (; !rest.empty(); ++count) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    const Result<json::Value> value = json::parse(line);
    ASSERT_TRUE(value) << line;
    ASSERT_NE(value->object(), nullptr);
    EXPECT_EQ(value->object()->front().key, "kind");
    EXPECT_EQ(*value->find_string("kind"), GetParam().name);
    EXPECT_EQ(json::print(*value), line) << "not printed canonically";
    expect_well_formed(*value);
  }
  EXPECT_EQ(count, 2);
}

INSTANTIATE_TEST_SUITE_P(Record, CodecGolden, testing::ValuesIn(kKinds), [](const auto& test) {
  std::string name = test.param.name;
  std::erase(name, '-');
  return name;
});

TEST(CodecTest, EveryKindHasItsGoldenAndNoOther) {
  std::set<std::string> expected;
  for (const Kind& kind : kKinds) expected.insert(std::string(kind.name) + ".out");
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(TOCSIN_SOURCE_DIR "/tests/golden/record")) {
    found.insert(entry.path().filename().string());
  }
  EXPECT_EQ(found, expected);
}

TEST(CodecTest, NumbersThatJsonLacksAreNull) {
  Exposure exposure = full_exposure();
  exposure.epss->score = std::numeric_limits<double>::quiet_NaN();
  const Result<json::Value> value = json::parse(print_record(exposure));
  ASSERT_TRUE(value);
  EXPECT_TRUE(value->find("epss")->find("score")->is_null());
  Summary summary = full_summary();
  summary.seconds = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(json::parse(print_record(summary))->find("seconds")->is_null());
}

RC_GTEST_PROP(CodecProperty, AnyBytesGiveJson, (const std::string& text, const std::string& key)) {
  Match match = full_match();
  match.fields = {{key, text}};
  match.host = text;
  match.why[0].value = text;
  const Result<json::Value> value = json::parse(print_record(match));
  RC_ASSERT(value.has_value());
  const json::Object& fields = *value->find("fields")->object();
  RC_ASSERT(fields.size() == 1U);
  RC_ASSERT(fields[0].key == replace_invalid_utf8(key));
  RC_ASSERT(*fields[0].value.string() == replace_invalid_utf8(text));
  RC_ASSERT(value->find("host")->is_null() == text.empty());
}

}  // namespace
}  // namespace tocsin::record
