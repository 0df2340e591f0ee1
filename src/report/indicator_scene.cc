#include "report/indicator_scene.h"

#include <algorithm>

namespace tocsin::report {

using record::Confidence;
using record::Indicator;
using record::IndicatorType;
using record::Suppression;

std::string ascii_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return upper;
}

std::string IndicatorScene::text_before(std::size_t at, std::size_t length) const {
  const std::size_t from = at > length ? at - length : 0;
  return ascii_lower(text.substr(from, at - from));
}

std::string IndicatorScene::word_before(std::size_t at) const {
  std::string before = text_before(at, 32);
  while (!before.empty() &&
         (is_ascii_space(before.back()) || before.back() == ':' || before.back() == '(' || before.back() == '=')) {
    before.pop_back();
  }
  const std::size_t begin = before.find_last_of(" \t\n(,;/");
  return begin == std::string::npos ? before : before.substr(begin + 1);
}

Indicator IndicatorScene::make(IndicatorType type, const Run& run, std::size_t from, std::size_t to) const {
  Indicator made = at_text(type, run.source_begin(from), run.source_end(to));
  made.defanged = run.is_changed(from, to);
  return made;
}

Indicator IndicatorScene::at_text(IndicatorType type, std::size_t from, std::size_t to) const {
  Indicator made;
  made.type = type;
  made.document = document_.info.path;
  made.span = document_.span(from, to);
  made.raw = document_.quote(made.span);
  if (const Block* block = document_.block_at(from)) made.zone = block->zone;
  return made;
}

void IndicatorScene::emit_raw(IndicatorType type, std::size_t from, std::size_t to, Confidence confidence,
                              std::string_view rule) {
  Indicator made = at_text(type, from, to);
  made.value = text.substr(from, to - from);
  made.confidence = confidence;
  made.rule = rule;
  keep(std::move(made), {});
}

void IndicatorScene::reserve(Indicator& made, const std::optional<Suppression>& reserved, bool is_documentation) const {
  if (reserved && !(is_documentation && options_.keep_documentation_ranges)) made.suppressed = reserved;
}

void IndicatorScene::keep(Indicator made, std::string_view host) {
  if (!made.suppressed && !host.empty() && !made.defanged) {
    const std::string& site = document_.site;
    const auto under = [](std::string_view name, std::string_view parent) {
      return name == parent || (name.ends_with(parent) && name[name.size() - parent.size() - 1] == '.');
    };
    const std::string_view bare = site.starts_with("www.") ? std::string_view(site).substr(4) : std::string_view(site);
    if (!bare.empty() && under(host, bare)) {
      made.suppressed = Suppression{"source-infrastructure", "the page's own site"};
    } else if (record::is_noise(made.zone)) {
      made.suppressed =
          Suppression{"source-infrastructure", "page furniture: " + std::string(record::zone_name(made.zone))};
    }
  }
  found_.push_back(std::move(made));
}

void IndicatorScene::flush(const std::function<void(Indicator)>& sink) {
  // What stands in a run is not always read in its order; runs are.
  if (found_.size() > 1) std::ranges::stable_sort(found_, {}, [](const Indicator& i) { return i.span; });
  for (Indicator& indicator : found_) sink(std::move(indicator));
  found_.clear();
}

}  // namespace tocsin::report
