#include "estate/page_tags.h"

#include <algorithm>
#include <array>

#include "base/unicode.h"

namespace tocsin::estate {
namespace {

constexpr std::size_t kMaxTags = 20'000;

struct Attribute {
  std::string name;
  std::string_view value;
};

bool is_name_end(char c) { return is_ascii_space(c) || c == '=' || c == '>' || c == '/'; }

/// The attributes of the tag whose name ends at `at`; moves `at` behind the tag.
std::vector<Attribute> read_attributes(std::string_view page, std::size_t& at) {
  std::vector<Attribute> attributes;
  while (at < page.size() && page[at] != '>') {
    if (is_ascii_space(page[at]) || page[at] == '/') {
      ++at;
      continue;
    }
    const std::size_t name_begin = at;
    ++at;  // whatever stands here, also a stray '=', belongs to the name: progress is certain
    while (at < page.size() && !is_name_end(page[at])) ++at;
    Attribute attribute{ascii_lower(page.substr(name_begin, at - name_begin)), {}};
    while (at < page.size() && is_ascii_space(page[at])) ++at;
    if (at < page.size() && page[at] == '=') {
      ++at;
      while (at < page.size() && is_ascii_space(page[at])) ++at;
      if (at < page.size() && (page[at] == '"' || page[at] == '\'')) {
        const std::size_t end = std::min(page.find(page[at], at + 1), page.size());
        attribute.value = page.substr(at + 1, end - at - 1);
        at = std::min(end + 1, page.size());
      } else {
        const std::size_t begin = at;
        while (at < page.size() && !is_ascii_space(page[at]) && page[at] != '>') ++at;
        attribute.value = page.substr(begin, at - begin);
      }
    }
    attributes.push_back(std::move(attribute));
  }
  if (at < page.size()) ++at;
  return attributes;
}

struct Reference {
  std::string_view name;
  char value;
};
constexpr std::array kReferences{Reference{"&amp;", '&'},   Reference{"&quot;", '"'}, Reference{"&#39;", '\''},
                                 Reference{"&#039;", '\''}, Reference{"&lt;", '<'},   Reference{"&gt;", '>'}};

std::string resolve_references(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto found =
        text[i] != '&' ? kReferences.end() : std::ranges::find_if(kReferences, [&](const Reference& reference) {
          return text.substr(i).starts_with(reference.name);
        });
    if (found == kReferences.end()) {
      out += text[i++];
    } else {
      out += found->value;
      i += found->name.size();
    }
  }
  return out;
}

const Attribute* find(const std::vector<Attribute>& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &Attribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

/// Offset behind the end tag of an element whose content is raw text.
std::size_t end_of_raw_text(std::string_view page, std::size_t at, std::string_view name) {
  for (std::size_t close = page.find("</", at); close != std::string_view::npos; close = page.find("</", close + 2))
    if (equals_ascii_case_insensitive(page.substr(close + 2, name.size()), name)) return close + 2 + name.size();
  return page.size();
}

}  // namespace

PageTags scan_page(std::string_view page, std::size_t limit) {
  page = page.substr(0, limit);
  PageTags tags;
  const auto text_of = [&](const Attribute& attribute) -> HttpText {
    const auto begin = static_cast<std::uint64_t>(attribute.value.empty() ? 0 : attribute.value.data() - page.data());
    return {resolve_references(attribute.value), {begin, begin + attribute.value.size(), {}}};
  };
  std::size_t at = 0;
  while (tags.metas.size() + tags.links.size() < kMaxTags) {
    at = page.find('<', at);
    if (at == std::string_view::npos) break;
    if (page.substr(at).starts_with("<!--")) {
      at = std::min(page.find("-->", at + 4), page.size());
      continue;
    }
    const std::size_t name_begin = ++at;
    while (at < page.size() && is_ascii_alnum(page[at])) ++at;
    const std::string name = ascii_lower(page.substr(name_begin, at - name_begin));
    if (name != "meta" && name != "script" && name != "link" && name != "img" && name != "iframe" && name != "style")
      continue;
    const std::vector<Attribute> attributes = read_attributes(page, at);
    if (name == "meta") {
      const Attribute* key = find(attributes, "name");
      if (key == nullptr) key = find(attributes, "property");
      const Attribute* content = find(attributes, "content");
      if (key != nullptr && content != nullptr) tags.metas.push_back({ascii_lower(key->value), text_of(*content)});
    } else if (const Attribute* link = find(attributes, name == "link" ? "href" : "src");
               link != nullptr && !link->value.empty()) {
      tags.links.push_back(text_of(*link));
    }
    if (name == "script" || name == "style") at = end_of_raw_text(page, at, name);
  }
  return tags;
}

}  // namespace tocsin::estate
