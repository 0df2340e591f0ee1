#include "estate/fingerprint.h"

#include <re2/re2.h>

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <set>

#include "base/unicode.h"
#include "estate/page_tags.h"
#include "estate/strict_yaml.h"

namespace tocsin::estate {
namespace {

constexpr std::size_t kMaxPage = std::size_t{4} << 20;  // of a body, looked at
// Where a version says so much, the product is there; without one, what is implied is likely but unseen.
constexpr int kImpliedLoss = 20;

enum class Place : std::uint8_t { header, cookie, meta, link, body, url };
constexpr std::array<std::string_view, 6> kPlaces{"header", "cookie", "meta", "link", "body", "url"};

struct Test {
  Place place = Place::body;
  std::string name;  // of a header or meta, lower-case
  std::unique_ptr<RE2> regex;
  int version_group = 0;  // 0 = none
  int distribution_group = 0;
  int platform_group = 0;
  bool version_is_partial = false;
};

struct Fingerprint {
  std::string id;
  ProductIndex product = 0;
  record::Confidence confidence = 0;
  std::vector<Test> tests;
  std::vector<ProductIndex> implies;
};

struct Hit {
  std::string version;
  std::string distribution;
  std::string platform;
  bool version_is_partial = false;
  record::Span span;
};

std::string group_text(const std::array<re2::StringPiece, 4>& groups, int group) {
  return group == 0 || groups[static_cast<std::size_t>(group)].data() == nullptr
             ? std::string()
             : std::string(groups[static_cast<std::size_t>(group)].data(),
                           groups[static_cast<std::size_t>(group)].size());
}

/// "Ubuntu" → "ubuntu"; words after the first are kept: "red hat".
std::string distribution_word(std::string_view text) { return ascii_lower(trim_ascii(text)); }

/// "Win64" → "windows".
std::string platform_word(std::string text) {
  text = ascii_lower(text);
  return text.starts_with("win") ? "windows" : text;
}

/// Searches one text that stands at `span` of the document; `verbatim`: byte for byte, so that the place is that of
/// what matched.
std::optional<Hit> search(const Test& test, std::string_view text, record::Span span, bool verbatim) {
  std::array<re2::StringPiece, 4> groups;
  if (!test.regex->Match(re2::StringPiece(text.data(), text.size()), 0, text.size(), RE2::UNANCHORED, groups.data(),
                         static_cast<int>(groups.size())))
    return std::nullopt;
  Hit hit{group_text(groups, test.version_group), distribution_word(group_text(groups, test.distribution_group)),
          platform_word(group_text(groups, test.platform_group)), test.version_is_partial, span};
  if (verbatim) {
    const std::string_view matched(groups[0].data(), groups[0].size());
    hit.span.start = span.start + static_cast<std::uint64_t>(matched.data() - text.data());
    hit.span.end = hit.span.start + matched.size();
  }
  return hit;
}

/// What one response offers to the tests of each place, gathered once.
struct Page {
  const HttpResponse& response;
  PageTags tags;
  std::string_view body;

  explicit Page(const HttpResponse& from)
      : response(from),
        tags(scan_page(from.body.text, kMaxPage)),
        body(std::string_view(from.body.text).substr(0, kMaxPage)) {}

  /// The bytes of the document, and no character reference in them was resolved.
  bool is_verbatim(const HttpText& of_page) const {
    return response.body_is_verbatim && of_page.text.size() == of_page.span.end - of_page.span.start;
  }

  /// The span in the document of something found at `span` of the page.
  record::Span in_document(record::Span span) const {
    if (!response.body_is_verbatim) return response.body.span;
    return {response.body.span.start + span.start, response.body.span.start + span.end, {}};
  }
};

/// The first hit that tells a version, else the first hit.
std::optional<Hit> run(const Test& test, const Page& page) {
  std::optional<Hit> best;
  const auto offer = [&](std::string_view text, record::Span span, bool verbatim) {
    auto hit = search(test, text, span, verbatim);
    if (hit && (!best || (best->version.empty() && !hit->version.empty()))) best = std::move(hit);
    return best && (!best->version.empty() || test.version_group == 0);
  };
  switch (test.place) {
    case Place::header:
      for (const HttpHeader& header : page.response.headers)
        if (equals_ascii_case_insensitive(header.name, test.name) &&
            offer(header.value.text, header.value.span, page.response.body_is_verbatim))
          break;
      break;
    case Place::cookie:
      for (const HttpText& cookie : page.response.cookies)
        if (offer(cookie.text, cookie.span, page.response.body_is_verbatim)) break;
      break;
    case Place::meta:
      for (const PageTags::Meta& meta : page.tags.metas)
        if (meta.name == test.name &&
            offer(meta.content.text, page.in_document(meta.content.span), page.is_verbatim(meta.content)))
          break;
      break;
    case Place::link:
      for (const HttpText& link : page.tags.links)
        if (offer(link.text, page.in_document(link.span), page.is_verbatim(link))) break;
      break;
    case Place::body:
      offer(page.body, page.response.body.span, page.response.body_is_verbatim);
      break;
    case Place::url:
      offer(page.response.url.text, page.response.url.span, false);
      break;
  }
  return best;
}

bool is_header_example(std::string_view text) {
  const std::size_t colon = text.find(": ");
  return colon != std::string_view::npos && colon > 0 &&
         std::ranges::all_of(text.substr(0, colon), [](char c) { return is_ascii_alnum(c) || c == '-'; });
}

std::string response_of_example(std::string_view text) {
  if (is_header_example(text)) return fmt::format("HTTP/1.1 200 OK\r\n{}\r\n\r\n", text);
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{}\n", text);
}

}  // namespace

struct FingerprintSet::State {
  std::vector<Fingerprint> fingerprints;
  std::vector<Example> examples;
};

FingerprintSet::FingerprintSet() : state_(std::make_unique<const State>()) {}
FingerprintSet::FingerprintSet(FingerprintSet&&) noexcept = default;
FingerprintSet& FingerprintSet::operator=(FingerprintSet&&) noexcept = default;
FingerprintSet::~FingerprintSet() = default;

const std::vector<FingerprintSet::Example>& FingerprintSet::examples() const { return state_->examples; }
std::size_t FingerprintSet::size() const { return state_->fingerprints.size(); }

namespace {

std::optional<Test> read_test(const yaml::Node& node, Problems& problems) {
  MappingReader reader(node, "test", problems);
  Test test;
  int places = 0;
  for (std::size_t i = 0; i < kPlaces.size(); ++i) {
    // cookie, link, body and url are keys without a value: node() takes a null for absent, so look at the mapping.
    const yaml::Node* member = node.is_mapping() ? node.find(kPlaces[i]) : nullptr;
    reader.node(kPlaces[i]);
    if (member == nullptr) continue;
    ++places;
    test.place = static_cast<Place>(i);
    const bool named = test.place == Place::header || test.place == Place::meta;
    if (named == member->is_null())
      problems.error(*member, "place",
                     fmt::format("'{}' {}", kPlaces[i],
                                 named ? "needs the name of a header or meta tag" : "takes no value, write ~"));
    test.name = ascii_lower(member->text);
  }
  const Text match = reader.text("match", Presence::required);
  test.version_is_partial = reader.boolean("partial").value_or(false);
  reader.finish();
  if (places != 1)
    problems.error(node, "place", fmt::format("a test needs exactly one of {}", fmt::join(kPlaces, ", ")));
  if (match.node == nullptr || places != 1) return std::nullopt;
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(std::int64_t{1} << 20);
  test.regex = std::make_unique<RE2>(match.value, options);
  if (!test.regex->ok()) {
    problems.error(*match.node, "regex", fmt::format("not a regex: {}", test.regex->error()));
    return std::nullopt;
  }
  for (const auto& [name, index] : test.regex->NamedCapturingGroups()) {
    if (name == "version")
      test.version_group = index;
    else if (name == "distribution")
      test.distribution_group = index;
    else if (name == "platform")
      test.platform_group = index;
    else
      problems.error(*match.node, "regex", fmt::format("unknown capture '{}'", name),
                     "known: version, distribution, platform");
  }
  if (test.regex->NumberOfCapturingGroups() > 3)
    problems.error(*match.node, "regex", "more than three captures", "write (?:…) for groups that capture nothing");
  return test;
}

void read_examples(MappingReader& reader, const std::string& id, std::vector<FingerprintSet::Example>& examples,
                   Problems& problems) {
  for (const yaml::Node& node : reader.items("is", Presence::required)) {
    MappingReader example(node, "example", problems);
    const std::string text = example.string("text", Presence::required);
    const std::string version = example.string("version");
    example.finish();
    examples.push_back({id, response_of_example(text), true, version});
  }
  for (const std::string& text : reader.strings("not", Presence::required))
    examples.push_back({id, response_of_example(text), false, {}});
}

}  // namespace

FingerprintSet FingerprintSet::parse(std::string_view text, const std::string& path, const ProductCatalogue& products,
                                     std::vector<Diagnostic>& all_problems) {
  FingerprintSet set;
  Problems problems(path, "fingerprints");
  const auto document = yaml::parse(text, {.source = path});
  if (!document) {
    all_problems.push_back({Severity::error,
                            "fingerprints/syntax",
                            document.error().message,
                            document.error().where,
                            {},
                            document.error().hint});
    return set;
  }
  auto state = std::make_unique<State>();
  std::set<std::string> ids;
  MappingReader file(*document, "fingerprint file", problems);
  const std::array<std::string_view, 1> formats{"tocsin-estate-fingerprints/1"};
  file.keyword("format", formats, Presence::required);
  for (const yaml::Node& node : file.items("fingerprints", Presence::required)) {
    MappingReader reader(node, "fingerprint", problems);
    Fingerprint fingerprint;
    const Text id = reader.text("id", Presence::required);
    fingerprint.id = id.value;
    if (id.node != nullptr && !ids.insert(id.value).second)
      problems.error(*id.node, "duplicate", fmt::format("fingerprint '{}' stands twice", id.value));
    const auto find_product = [&](const Text& name) -> std::optional<ProductIndex> {
      if (name.node == nullptr) return std::nullopt;
      const auto index = products.find_id(name.value);
      if (!index) report_unknown_word(problems, *name.node, "product", products.ids());
      return index;
    };
    const auto product = find_product(reader.text("product", Presence::required));
    fingerprint.confidence =
        static_cast<record::Confidence>(reader.integer("confidence", 1, 100, Presence::required).value_or(1));
    for (const yaml::Node& item : reader.items("tests", Presence::required))
      if (auto test = read_test(item, problems)) fingerprint.tests.push_back(*std::move(test));
    for (const Text& name : reader.texts("implies"))
      if (const auto index = find_product(name)) fingerprint.implies.push_back(*index);
    read_examples(reader, fingerprint.id, state->examples, problems);
    reader.finish();
    if (!product) continue;
    fingerprint.product = *product;
    state->fingerprints.push_back(std::move(fingerprint));
  }
  file.finish();
  for (Diagnostic& problem : problems.take()) all_problems.push_back(std::move(problem));
  set.state_ = std::move(state);
  return set;
}

std::vector<FingerprintMatch> FingerprintSet::match(const HttpResponse& response) const {
  const Page page(response);
  std::vector<FingerprintMatch> matches;
  std::vector<FingerprintMatch> implied;
  const auto same = [](const FingerprintMatch& a, const FingerprintMatch& b) {
    return a.product == b.product && a.version == b.version;
  };
  for (const Fingerprint& fingerprint : state_->fingerprints) {
    std::optional<Hit> best;
    for (const Test& test : fingerprint.tests) {
      if (best && (!best->version.empty() || test.version_group == 0)) continue;
      auto hit = run(test, page);
      if (hit && (!best || !hit->version.empty())) best = std::move(hit);
    }
    if (!best) continue;
    FingerprintMatch match{fingerprint.id,         fingerprint.product,
                           best->version,          best->distribution,
                           best->platform,         best->version_is_partial && !best->version.empty(),
                           fingerprint.confidence, best->span};
    for (const ProductIndex product : fingerprint.implies) {
      FingerprintMatch other = match;
      other.product = product;
      other.version.clear();
      other.distribution.clear();
      other.version_is_partial = false;
      other.implied = true;
      other.confidence = static_cast<record::Confidence>(std::max(1, other.confidence - kImpliedLoss));
      implied.push_back(std::move(other));
    }
    const auto known = std::ranges::find_if(matches, [&](const FingerprintMatch& seen) { return same(seen, match); });
    if (known == matches.end())
      matches.push_back(std::move(match));
    else if (known->confidence < match.confidence)
      *known = std::move(match);
  }
  // A match without version says nothing beside one with a version; an implied product nothing beside one that was
  // seen.
  const std::vector<FingerprintMatch> all = matches;
  std::erase_if(matches, [&](const FingerprintMatch& match) {
    return match.version.empty() && std::ranges::any_of(all, [&](const FingerprintMatch& other) {
             return other.product == match.product && !other.version.empty();
           });
  });
  for (FingerprintMatch& match : implied)
    if (std::ranges::none_of(matches, [&](const FingerprintMatch& seen) { return seen.product == match.product; }))
      matches.push_back(std::move(match));
  return matches;
}

}  // namespace tocsin::estate
