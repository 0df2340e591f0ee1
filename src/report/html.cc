// A page is read in one pass: tokens → a bounded stack of open elements → blocks of text that know the element they
// stand in. Then the main text is found: from the root, follow the child that holds most of the good text (long, few
// links, in no zone of noise) until no child does; blocks outside that element are page noise.

#include "report/html.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/unicode.h"
#include "report/html_entities.h"
#include "report/html_tags.h"

namespace tocsin::report {

namespace {

using record::Zone;

constexpr std::size_t kMaxDepth = 512;
constexpr std::size_t kMaxAttributes = 64;

struct Attribute {
  std::string_view name;
  std::string_view value;  ///< undecoded
};

/// An element that can hold blocks. Inline elements have none.
struct Node {
  std::size_t parent = 0;
  std::optional<Zone> zone;   ///< by tag
  std::optional<Zone> noise;  ///< by class, id or role
  bool is_article = false;
  std::uint64_t text = 0;  ///< bytes of text in its subtree
  std::uint64_t good = 0;  ///< bytes of good text in its subtree
};

struct Open {
  std::uint32_t tag_hash = 0;
  TagKind kind = TagKind::inlined;
  std::uint8_t group = 0;
  std::size_t node = 0;
  std::optional<Zone> inline_zone;
  bool is_link = false;
  bool is_pre = false;
};

struct RawBlock {
  std::size_t start = 0;
  std::size_t end = 0;
  std::size_t node = 0;
  std::optional<Zone> inline_zone;
  std::uint64_t link_bytes = 0;
  bool is_h1 = false;
};

std::uint32_t hash_name(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(ascii_lower(c))) * 16777619U;
  return hash;
}

std::string decode_value(std::string_view value) {
  std::string text;
  for (std::size_t at = 0; at < value.size();) {
    if (value[at] == '&') {
      const CharacterReference reference = decode_reference(value.substr(at));
      if (reference.length != 0) {
        text += reference.text;
        at += reference.length;
        continue;
      }
    }
    text.push_back(value[at++]);
  }
  return std::string(trim_ascii(text));
}

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  return ascii_lower(url.substr(0, url.find_first_of("/?#:")));
}

class PageReader {
 public:
  explicit PageReader(std::string_view html) : html_(html) { nodes_.push_back({}); }

  HtmlPage read() {
    std::size_t at = 0;
    while (at < html_.size()) {
      const std::size_t open = html_.find('<', at);
      const std::size_t text_end = open == std::string_view::npos ? html_.size() : open;
      if (text_end > at) text(at, text_end);
      if (open == std::string_view::npos) break;
      at = markup(open);
    }
    close_block();
    choose_zones();
    return std::move(page_);
  }

 private:
  // --- tokens -------------------------------------------------------------------------------------------------------

  /// Reads what begins with '<' at `open`; gives the offset after it.
  std::size_t markup(std::size_t open) {
    const std::size_t next = open + 1;
    if (next >= html_.size()) return text_byte(open);
    if (html_.substr(next).starts_with("!--")) {
      const std::size_t end = html_.find("-->", next + 1);
      return end == std::string_view::npos ? html_.size() : end + 3;
    }
    if (html_[next] == '!' || html_[next] == '?') {
      const std::size_t end = html_.find('>', next);
      return end == std::string_view::npos ? html_.size() : end + 1;
    }
    if (html_[next] == '/' && next + 1 < html_.size() && is_ascii_alpha(html_[next + 1])) return end_tag(next + 1);
    if (is_ascii_alpha(html_[next])) return start_tag(next);
    return text_byte(open);
  }

  std::size_t text_byte(std::size_t at) {
    text(at, at + 1);
    return at + 1;
  }

  static bool ends_name(char c) { return is_ascii_space(c) || c == '>' || c == '/'; }

  std::size_t name_end(std::size_t at) const {
    while (at < html_.size() && !ends_name(html_[at])) ++at;
    return at;
  }

  std::size_t end_tag(std::size_t at) {
    const std::size_t end = name_end(at);
    close_element(html_.substr(at, end - at));
    const std::size_t close = html_.find('>', end);
    return close == std::string_view::npos ? html_.size() : close + 1;
  }

  std::size_t start_tag(std::size_t at) {
    std::size_t end = name_end(at);
    const std::string name = ascii_lower(html_.substr(at, std::min<std::size_t>(end - at, 32)));
    attributes_.clear();
    bool self_closing = false;
    while (end < html_.size() && html_[end] != '>') {
      if (is_ascii_space(html_[end]) || html_[end] == '/') {
        self_closing = html_[end] == '/';
        ++end;
        continue;
      }
      self_closing = false;
      end = attribute(end);
    }
    if (end < html_.size()) ++end;
    open_element(name, self_closing);
    const TagInfo info = tag_info(name);
    if (info.kind == TagKind::raw) return raw_content(name, end);
    return end;
  }

  std::size_t attribute(std::size_t at) {
    Attribute found;
    std::size_t end = at;
    while (end < html_.size() && !ends_name(html_[end]) && html_[end] != '=') ++end;
    if (end == at) ++end;  // a stray '='
    found.name = html_.substr(at, end - at);
    while (end < html_.size() && is_ascii_space(html_[end])) ++end;
    if (end < html_.size() && html_[end] == '=') {
      ++end;
      while (end < html_.size() && is_ascii_space(html_[end])) ++end;
      if (end < html_.size() && (html_[end] == '"' || html_[end] == '\'')) {
        const std::size_t close = std::min(html_.find(html_[end], end + 1), html_.size());
        found.value = html_.substr(end + 1, close - end - 1);
        end = std::min(close + 1, html_.size());
      } else {
        const std::size_t begin = end;
        while (end < html_.size() && !is_ascii_space(html_[end]) && html_[end] != '>') ++end;
        found.value = html_.substr(begin, end - begin);
      }
    }
    if (attributes_.size() < kMaxAttributes) attributes_.push_back(found);
    return end;
  }

  std::string_view attribute_value(std::string_view name) const {
    for (const Attribute& attribute : attributes_) {
      if (equals_ascii_case_insensitive(attribute.name, name)) return attribute.value;
    }
    return {};
  }
  bool has_attribute(std::string_view name) const {
    return std::ranges::any_of(attributes_,
                               [&](const Attribute& a) { return equals_ascii_case_insensitive(a.name, name); });
  }

  /// script, style, title …: everything up to the end tag of that name.
  std::size_t raw_content(const std::string& name, std::size_t begin) {
    std::size_t at = begin;
    std::size_t end = html_.size();
    while ((at = html_.find("</", at)) != std::string_view::npos) {
      if (equals_ascii_case_insensitive(html_.substr(at + 2, name.size()), name)) {
        end = at;
        break;
      }
      at += 2;
    }
    const std::string_view content = html_.substr(begin, end - begin);
    if (name == "title" && page_.title.empty()) page_.title = decode_value(content);
    if (name == "script" && attribute_value("type").find("ld+json") != std::string_view::npos) linked_data(content);
    if (end == html_.size()) return end;
    const std::size_t close = html_.find('>', end);
    return close == std::string_view::npos ? html_.size() : close + 1;
  }

  // --- what the page says about itself ------------------------------------------------------------------------------

  static std::string json_string_after(std::string_view json, std::string_view key) {
    std::size_t at = json.find(key);
    if (at == std::string_view::npos) return {};
    at += key.size();
    while (at < json.size() && (is_ascii_space(json[at]) || json[at] == ':')) ++at;
    if (at >= json.size() || json[at] != '"') return {};
    const std::size_t end = json.find('"', at + 1);
    if (end == std::string_view::npos || end - at > 200) return {};
    return std::string(json.substr(at + 1, end - at - 1));
  }

  void linked_data(std::string_view json) {
    if (page_.published.empty()) page_.published = json_string_after(json, "\"datePublished\"");
  }

  void metadata(std::string_view tag) {
    if (tag == "meta") {
      std::string key = ascii_lower(attribute_value("property"));
      if (key.empty()) key = ascii_lower(attribute_value("name"));
      if (key.empty()) key = ascii_lower(attribute_value("itemprop"));
      const std::string_view content = attribute_value("content");
      if (key == "og:title") og_title_ = decode_value(content);
      if (key == "author" || key == "article:author") {
        if (page_.author.empty() && !content.starts_with("http")) page_.author = decode_value(content);
      }
      if (key == "article:published_time" || key == "datepublished" || key == "date" || key == "pubdate" ||
          key == "dc.date" || key == "dc.date.issued" || key == "publish_date") {
        if (page_.published.empty() || key == "article:published_time") page_.published = decode_value(content);
      }
      if (key == "og:url" && page_.site.empty()) page_.site = host_of(content);
    } else if (tag == "link" && equals_ascii_case_insensitive(attribute_value("rel"), "canonical")) {
      page_.site = host_of(attribute_value("href"));
    } else if (tag == "html") {
      page_.language = decode_value(attribute_value("lang"));
    } else if (tag == "time" && time_published_.empty()) {
      time_published_ = decode_value(attribute_value("datetime"));
    }
  }

  // --- open elements ------------------------------------------------------------------------------------------------

  std::size_t current_node() const { return stack_.empty() ? 0 : stack_.back().node; }

  void open_element(std::string_view name, bool self_closing) {
    const TagInfo info = tag_info(name);
    metadata(name);
    if (name == "br") {
      line_break();
      return;
    }
    if (name == "hr") close_block();
    if (info.kind == TagKind::empty || info.kind == TagKind::raw) return;
    if (self_closing && info.kind != TagKind::block) return;
    if (info.kind == TagKind::block) {
      close_block();
      close_group(info.group);
    }
    if (stack_.size() >= kMaxDepth) {
      ++page_.too_deep;
      ++overflow_;
      return;
    }
    Open open;
    open.tag_hash = hash_name(name);
    open.kind = info.kind;
    open.group = info.group;
    open.node = current_node();
    open.is_link = name == "a" || (!stack_.empty() && stack_.back().is_link);
    open.is_pre = name == "pre" || (!stack_.empty() && stack_.back().is_pre);
    if (!stack_.empty()) open.inline_zone = stack_.back().inline_zone;
    const bool invisible = has_attribute("hidden") || attribute_value("aria-hidden") == "true" ||
                           attribute_value("style").find("display:none") != std::string_view::npos ||
                           attribute_value("style").find("display: none") != std::string_view::npos;
    if (info.kind == TagKind::hidden) ++hidden_depth_;
    if (info.kind == TagKind::block) {
      Node node;
      node.parent = current_node();
      if (info.has_zone) node.zone = info.zone;
      node.is_article = name == "article" || name == "main" || attribute_value("role") == "main" ||
                        attribute_value("itemprop") == "articleBody";
      if (name != "body" && name != "html" && name != "main" && name != "article" && name != "head") {
        node.noise = class_noise();
        if (invisible) node.noise = Zone::form;
      }
      is_h1_ = name == "h1";
      open.node = nodes_.size();
      nodes_.push_back(node);
      open.inline_zone.reset();
    } else {
      if (info.has_zone) open.inline_zone = info.zone;
      if (invisible) open.inline_zone = Zone::form;
    }
    ++open_count_[open.tag_hash % open_count_.size()];
    stack_.push_back(open);
  }

  std::optional<Zone> class_noise() const {
    for (const std::string_view name : {"class", "id", "role", "aria-label"}) {
      if (const Zone* zone = noise_of_class(attribute_value(name))) return *zone;
    }
    return std::nullopt;
  }

  /// An <li> ends an open <li> unless a list, table … was opened in between: those carry no group but are blocks.
  void close_group(std::uint8_t group) {
    constexpr std::uint8_t kParagraph = 2;
    for (std::size_t depth = stack_.size(); depth > 0 && stack_.size() - depth < 16; --depth) {
      const Open& open = stack_[depth - 1];
      if (open.kind != TagKind::block) continue;
      // Any block ends an open <p>; other groups end their own kind only.
      if (open.group == kParagraph || (group != 0 && open.group == group)) {
        pop_to(depth - 1);
        return;
      }
      // Rows end cells: groups 5 (cell), 7 (row), 6 (part of a table).
      if ((group == 7 || group == 6) && (open.group == 5 || open.group == 7)) continue;
      return;
    }
  }

  void pop_to(std::size_t depth) {
    while (stack_.size() > depth) {
      if (stack_.back().kind == TagKind::hidden) --hidden_depth_;
      --open_count_[stack_.back().tag_hash % open_count_.size()];
      stack_.pop_back();
    }
  }

  void close_element(std::string_view name) {
    if (equals_ascii_case_insensitive(name, "p") || tag_info(ascii_lower(name.substr(0, 32))).kind == TagKind::block) {
      close_block();
    }
    if (overflow_ > 0) {
      --overflow_;
      return;
    }
    const std::uint32_t hash = hash_name(name.substr(0, 32));
    if (open_count_[hash % open_count_.size()] == 0) return;
    for (std::size_t depth = stack_.size(); depth > 0; --depth) {
      if (stack_[depth - 1].tag_hash != hash) continue;
      pop_to(depth - 1);
      return;
    }
  }

  // --- text ---------------------------------------------------------------------------------------------------------

  void line_break() {
    if (!in_block_) return;
    if (page_.text.ends_with('\n')) {
      close_block();
    } else {
      pending_space_ = false;
      page_.text.push_back('\n');
    }
  }

  void close_block() {
    is_h1_ = false;
    if (!in_block_) return;
    in_block_ = false;
    pending_space_ = false;
    RawBlock& block = blocks_.back();
    while (page_.text.size() > block.start && page_.text.back() == '\n') page_.text.pop_back();
    block.end = page_.text.size();
    page_.text.push_back('\n');
  }

  void begin_text() {
    if (in_block_) return;
    in_block_ = true;
    RawBlock block;
    block.start = page_.text.size();
    block.node = current_node();
    block.inline_zone = stack_.empty() ? std::nullopt : stack_.back().inline_zone;
    block.is_h1 = is_h1_;
    blocks_.push_back(block);
  }

  void text(std::size_t begin, std::size_t end) {
    if (hidden_depth_ > 0) return;
    const bool pre = !stack_.empty() && stack_.back().is_pre;
    const bool link = !stack_.empty() && stack_.back().is_link;
    for (std::size_t at = begin; at < end;) {
      const char c = html_[at];
      if (is_ascii_space(c) && !pre) {
        const std::size_t space = at;
        while (at < end && is_ascii_space(html_[at])) ++at;
        if (in_block_ && !pending_space_ && !page_.text.ends_with('\n')) {
          pending_space_ = true;
          space_at_ = space;
          space_length_ = at - space;
        }
        continue;
      }
      begin_text();
      if (pending_space_) {
        page_.map.append_whole(page_.text.size(), 1, space_at_, space_length_);
        page_.text.push_back(' ');
        pending_space_ = false;
      }
      if (c == '&') {
        const CharacterReference reference = decode_reference(html_.substr(at));
        if (reference.length != 0) {
          page_.map.append_whole(page_.text.size(), reference.text.size(), at, reference.length);
          page_.text += reference.text;
          at += reference.length;
          continue;
        }
      }
      std::size_t run = at + 1;
      while (run < end && html_[run] != '&' && (pre || !is_ascii_space(html_[run]))) ++run;
      page_.map.append_same(page_.text.size(), at, run - at);
      page_.text.append(html_.substr(at, run - at));
      if (link) blocks_.back().link_bytes += run - at;
      at = run;
    }
  }

  // --- zones --------------------------------------------------------------------------------------------------------

  void choose_zones() {
    for (const RawBlock& block : blocks_) nodes_[block.node].text += block.end - block.start;
    for (std::size_t at = nodes_.size(); at-- > 1;) nodes_[nodes_[at].parent].text += nodes_[at].text;
    count_good_text({});
    // A class that covers most of the page is a wrapper ("has-sidebar"), whatever it is called; so is a <form>. So is
    // what holds much of the prose ("widget Blog"), comments apart.
    const std::uint64_t most = nodes_[0].text * 6 / 10;
    const std::uint64_t much = nodes_[0].good * 4 / 10;
    for (Node& node : nodes_) {
      const bool prose = node.good > much && node.noise != Zone::comments;
      if (node.text <= most && !prose) continue;
      node.noise.reset();
      if (node.zone && record::is_noise(*node.zone)) node.zone.reset();
    }
    std::vector<std::optional<Zone>> noise(nodes_.size());
    for (std::size_t at = 1; at < nodes_.size(); ++at) {
      const Node& node = nodes_[at];
      noise[at] = noise[node.parent];
      if (!noise[at]) noise[at] = node.noise;
      if (!noise[at] && node.zone && record::is_noise(*node.zone)) noise[at] = node.zone;
    }
    const std::size_t main = find_main(noise);
    std::vector<bool> inside(nodes_.size());
    std::vector<std::optional<Zone>> kind(nodes_.size());
    for (std::size_t at = 0; at < nodes_.size(); ++at) {
      const Node& node = nodes_[at];
      inside[at] = at == main || (at > 0 && inside[node.parent]);
      kind[at] = node.zone ? node.zone : (at > 0 ? kind[node.parent] : std::nullopt);
    }
    bool seen_main = false;
    for (const RawBlock& raw : blocks_) {
      if (raw.end == raw.start) continue;
      Block block{raw.start, raw.end, Zone::body};
      const std::uint64_t size = raw.end - raw.start;
      const bool links = raw.link_bytes * 10 > size * 7;
      seen_main = seen_main || inside[raw.node];
      if (noise[raw.node]) {
        block.zone = *noise[raw.node];
      } else if (raw.inline_zone) {
        block.zone = *raw.inline_zone;
      } else if (raw.is_h1) {
        block.zone = Zone::title;
        if (h1_.empty()) h1_ = page_.text.substr(raw.start, size);
      } else if (!inside[raw.node]) {
        block.zone = seen_main ? Zone::related : Zone::navigation;
      } else if (kind[raw.node]) {
        block.zone = *kind[raw.node];
        if (block.zone == Zone::list && links) block.zone = Zone::related;
      } else if (links && size < 200) {
        block.zone = Zone::related;
      }
      page_.blocks.push_back(block);
    }
    if (!og_title_.empty()) page_.title = og_title_;
    if (page_.title.empty()) page_.title = h1_;
    if (page_.published.empty()) page_.published = time_published_;
  }

  /// Good text is long, has few links and stands in no zone of noise (where these are known).
  void count_good_text(const std::vector<std::optional<Zone>>& noise) {
    constexpr std::uint64_t kLong = 80;
    for (Node& node : nodes_) node.good = 0;
    for (const RawBlock& block : blocks_) {
      const std::uint64_t size = block.end - block.start;
      const bool is_noise = !noise.empty() && noise[block.node].has_value();
      if (size < kLong || is_noise || block.inline_zone || block.link_bytes * 3 > size) continue;
      nodes_[block.node].good += size;
    }
    for (std::size_t at = nodes_.size(); at-- > 1;) nodes_[nodes_[at].parent].good += nodes_[at].good;
  }

  std::size_t find_main(const std::vector<std::optional<Zone>>& noise) {
    count_good_text(noise);
    const std::uint64_t all = nodes_[0].good;
    if (all == 0) return 0;
    std::size_t best = 0;
    for (std::size_t at = 1; at < nodes_.size(); ++at) {
      const bool better = best == 0 || nodes_[at].good > nodes_[best].good;
      if (nodes_[at].is_article && nodes_[at].good * 4 > all && better) best = at;
    }
    // A parent comes before its children, so one pass follows the dominant child all the way down.
    std::size_t main = best;
    for (std::size_t at = main + 1; at < nodes_.size(); ++at) {
      const bool is_container = !nodes_[at].zone && nodes_[at].good * 10 > nodes_[main].good * 8;
      if (nodes_[at].parent == main && is_container && has_children_with_text(at)) main = at;
    }
    return main;
  }

  /// A single long paragraph is no container of the main text.
  bool has_children_with_text(std::size_t node) const {
    for (std::size_t at = node + 1; at < nodes_.size(); ++at) {
      if (nodes_[at].parent == node && nodes_[at].good > 0) return true;
      if (nodes_[at].parent < node) break;
    }
    return false;
  }

  std::string_view html_;
  HtmlPage page_;
  std::vector<Attribute> attributes_;
  std::vector<Open> stack_;
  std::array<std::uint32_t, 256> open_count_{};
  std::vector<Node> nodes_;
  std::vector<RawBlock> blocks_;
  std::uint64_t overflow_ = 0;
  std::uint64_t hidden_depth_ = 0;
  bool in_block_ = false;
  bool is_h1_ = false;
  bool pending_space_ = false;
  std::size_t space_at_ = 0;
  std::size_t space_length_ = 0;
  std::string og_title_;
  std::string h1_;
  std::string time_published_;
};

}  // namespace

HtmlPage read_html(std::string_view html) { return PageReader(html).read(); }

}  // namespace tocsin::report
