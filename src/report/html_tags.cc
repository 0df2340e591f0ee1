#include "report/html_tags.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

using record::Zone;

struct TagRow {
  std::string_view name;
  TagInfo info;
};

constexpr TagInfo block() { return {TagKind::block, false, Zone::body, 0}; }
constexpr TagInfo zone(Zone value, std::uint8_t group = 0) { return {TagKind::block, true, value, group}; }

constexpr auto kTags = std::to_array<TagRow>({
    {"address", block()},
    {"article", block()},
    {"aside", zone(Zone::related)},
    {"base", {TagKind::empty}},
    {"blockquote", zone(Zone::quote)},
    {"body", block()},
    {"br", {TagKind::empty}},
    {"button", {TagKind::inlined, true, Zone::form}},
    {"caption", zone(Zone::caption)},
    {"center", block()},
    {"col", {TagKind::empty}},
    {"dd", {TagKind::block, false, Zone::body, 3}},
    {"details", block()},
    {"dialog", zone(Zone::form)},
    {"div", block()},
    {"dl", block()},
    {"dt", {TagKind::block, false, Zone::body, 3}},
    {"embed", {TagKind::empty}},
    {"fieldset", zone(Zone::form)},
    {"figcaption", zone(Zone::caption)},
    {"figure", block()},
    {"footer", zone(Zone::footer)},
    {"form", zone(Zone::form)},
    {"h1", zone(Zone::heading)},
    {"h2", zone(Zone::heading)},
    {"h3", zone(Zone::heading)},
    {"h4", zone(Zone::heading)},
    {"h5", zone(Zone::heading)},
    {"h6", zone(Zone::heading)},
    {"head", block()},
    {"header", block()},
    {"hr", {TagKind::empty}},
    {"html", block()},
    {"iframe", {TagKind::raw}},
    {"img", {TagKind::empty}},
    {"input", {TagKind::empty}},
    {"label", {TagKind::inlined, true, Zone::form}},
    {"li", zone(Zone::list, 1)},
    {"link", {TagKind::empty}},
    {"main", block()},
    {"math", {TagKind::hidden}},
    {"menu", zone(Zone::navigation)},
    {"meta", {TagKind::empty}},
    {"nav", zone(Zone::navigation)},
    {"noembed", {TagKind::raw}},
    {"noframes", {TagKind::raw}},
    {"noscript", {TagKind::hidden}},
    {"ol", block()},
    {"option", {TagKind::block, true, Zone::form, 4}},
    {"p", {TagKind::block, false, Zone::body, 2}},
    {"param", {TagKind::empty}},
    {"pre", zone(Zone::code)},
    {"script", {TagKind::raw}},
    {"section", block()},
    {"select", zone(Zone::form)},
    {"source", {TagKind::empty}},
    {"style", {TagKind::raw}},
    {"summary", block()},
    {"svg", {TagKind::hidden}},
    {"table", block()},
    {"tbody", {TagKind::block, false, Zone::body, 6}},
    {"td", zone(Zone::table, 5)},
    {"template", {TagKind::hidden}},
    {"textarea", {TagKind::raw}},
    {"tfoot", {TagKind::block, false, Zone::body, 6}},
    {"th", zone(Zone::table, 5)},
    {"thead", {TagKind::block, false, Zone::body, 6}},
    {"title", {TagKind::raw}},
    {"tr", {TagKind::block, false, Zone::body, 7}},
    {"track", {TagKind::empty}},
    {"ul", block()},
    {"wbr", {TagKind::empty}},
    {"xmp", {TagKind::raw}},
});
static_assert(std::ranges::is_sorted(kTags, {}, &TagRow::name));

struct ClassRow {
  std::string_view word;
  Zone zone;
};

constexpr auto kClasses = std::to_array<ClassRow>({
    {"ad", Zone::advertisement},
    {"ads", Zone::advertisement},
    {"advert", Zone::advertisement},
    {"advertisement", Zone::advertisement},
    {"adsbygoogle", Zone::advertisement},
    {"banner", Zone::advertisement},
    {"breadcrumb", Zone::navigation},
    {"breadcrumbs", Zone::navigation},
    {"comment", Zone::comments},
    {"commentlist", Zone::comments},
    {"comments", Zone::comments},
    {"contentinfo", Zone::footer},
    {"cookie", Zone::form},
    {"cookies", Zone::form},
    {"copyright", Zone::footer},
    {"disqus", Zone::comments},
    {"footer", Zone::footer},
    {"hidden", Zone::form},
    {"login", Zone::form},
    {"menu", Zone::navigation},
    {"modal", Zone::form},
    {"nav", Zone::navigation},
    {"navbar", Zone::navigation},
    {"navigation", Zone::navigation},
    {"newsletter", Zone::form},
    {"pager", Zone::navigation},
    {"pagination", Zone::navigation},
    {"popular", Zone::related},
    {"popup", Zone::form},
    {"promo", Zone::advertisement},
    {"promoted", Zone::advertisement},
    {"readmore", Zone::related},
    {"recirculation", Zone::related},
    {"recommended", Zone::related},
    {"related", Zone::related},
    {"respond", Zone::comments},
    {"search", Zone::form},
    {"share", Zone::navigation},
    {"sharing", Zone::navigation},
    {"sidebar", Zone::related},
    {"sign", Zone::form},
    {"signup", Zone::form},
    {"social", Zone::navigation},
    {"sponsor", Zone::advertisement},
    {"sponsored", Zone::advertisement},
    {"subscribe", Zone::form},
    {"subscription", Zone::form},
    {"tags", Zone::navigation},
    {"toolbar", Zone::navigation},
    {"trending", Zone::related},
    {"widget", Zone::related},
});
static_assert(kClasses.size() < 100);  // looked through one by one

}  // namespace

TagInfo tag_info(std::string_view name) {
  const auto found = std::ranges::lower_bound(kTags, name, {}, &TagRow::name);
  return found != kTags.end() && found->name == name ? found->info : TagInfo{};
}

const record::Zone* noise_of_class(std::string_view value) {
  std::string word;
  for (std::size_t at = 0; at <= value.size(); ++at) {
    const char c = at < value.size() ? value[at] : ' ';
    // "relatedPosts" is two words, as "related-posts" is.
    const bool hump = at > 0 && c >= 'A' && c <= 'Z' && value[at - 1] >= 'a' && value[at - 1] <= 'z';
    if (!is_ascii_alpha(c) || hump) {
      const auto found = std::ranges::find(kClasses, word, &ClassRow::word);
      if (found != kClasses.end()) return &found->zone;
      word.clear();
    }
    if (is_ascii_alpha(c) && word.size() < 32) word.push_back(ascii_lower(c));
  }
  return nullptr;
}

}  // namespace tocsin::report
