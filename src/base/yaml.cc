#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

// libyaml gives events; the tree is built on an explicit stack, so depth costs no machine stack. Its marks count
// characters after the byte order mark and take CR, NEL, LS and PS for line ends. Ours count bytes from the start of
// the text and LF only, as locate() does, so the characters between two events are walked once (not at all in ASCII
// text).
//
// Aliases are expanded by copying the anchored node. Running sums (nodes, bytes of text, depth) are checked before each
// copy is made, so that the work and memory of "billion laughs" stay within ParseOptions.

namespace tocsin::yaml {
namespace {

constexpr std::string_view kUtf8Bom = "\xEF\xBB\xBF";

/// libyaml looks through all %TAG directives for each new one and for each tag: 4 MB of them take it minutes.
constexpr std::size_t kMaxTagDirectives = 100;

/// Place of the %TAG directive that is one too many. Lines of text that look like one count too.
std::optional<std::size_t> find_excess_tag_directive(std::string_view text) {
  // The last bytes of LF, CR, NEL, LS, PS and of the byte order mark.
  constexpr std::string_view kBefore = "\n\r\x85\xA8\xA9\xBF";
  std::size_t count = 0;
  for (std::size_t at = text.find("%TAG"); at != std::string_view::npos; at = text.find("%TAG", at + 1)) {
    if (at != 0 && kBefore.find(text[at - 1]) == std::string_view::npos) continue;
    if (++count > kMaxTagDirectives) return at;
  }
  return std::nullopt;
}

/// Turns libyaml's character index into byte offset, line and byte column.
class Places {
 public:
  Places(std::string_view text, std::size_t start)
      : text_(text), start_(start), byte_(start), ascii_(std::ranges::none_of(text.substr(start), is_high)) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    for (const char* at = begin; at != end;) {
      const void* const found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
      if (found == nullptr) break;
      at = static_cast<const char*>(found) + 1;
      line_starts_.push_back(static_cast<std::size_t>(at - begin));
    }
  }

  Mark mark(const yaml_mark_t& mark) { return at_byte(byte_of(mark.index)); }

  Mark at_byte(std::size_t byte) {
    byte = std::min(byte, text_.size());
    while (line_starts_[line_] > byte) --line_;
    while (line_ + 1 < line_starts_.size() && line_starts_[line_ + 1] <= byte) ++line_;
    return Mark{.offset = byte,
                .line = static_cast<std::uint32_t>(line_ + 1),
                .column = static_cast<std::uint32_t>(byte - line_starts_[line_] + 1)};
  }

 private:
  static bool is_high(char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; }
  static bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

  std::size_t byte_of(std::size_t index) {
    if (ascii_) return start_ + index;
    // Marks go back at times, but never far: an end of a collection may lie behind the token that ended it.
    while (index_ < index && byte_ < text_.size()) {
      ++byte_;
      while (byte_ < text_.size() && is_continuation(text_[byte_])) ++byte_;
      ++index_;
    }
    while (index_ > index && byte_ > start_) {
      --byte_;
      while (byte_ > start_ && is_continuation(text_[byte_])) --byte_;
      --index_;
    }
    return byte_;
  }

  std::string_view text_;
  std::size_t start_;
  std::size_t byte_;
  std::size_t index_ = 0;
  bool ascii_;
  std::size_t line_ = 0;
  std::vector<std::size_t> line_starts_ = {0};
};

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&raw); }
  yaml_event_t raw{};
};

class Parser {
 public:
  explicit Parser(std::string_view text) {
    ready_ = yaml_parser_initialize(&raw) != 0;
    if (!ready_) return;
    yaml_parser_set_encoding(&raw, YAML_UTF8_ENCODING);
    const char* begin = text.empty() ? "" : text.data();  // libyaml asserts that it is no null pointer
    yaml_parser_set_input_string(&raw, reinterpret_cast<const unsigned char*>(begin), text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() {
    if (ready_) yaml_parser_delete(&raw);
  }
  bool is_ready() const { return ready_; }
  yaml_parser_t raw{};

 private:
  bool ready_ = false;
};

std::string_view view_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

/// Indexes of `pairs` sorted by key; equal keys in their order.
std::vector<std::size_t> order_by_key(const std::vector<Pair>& pairs) {
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    const int difference = pairs[a].key.text.compare(pairs[b].key.text);
    return difference != 0 ? difference < 0 : a < b;
  });
  return order;
}

/// The first key (in the order of the text) that stood before, and where it stood.
std::optional<std::pair<std::size_t, std::size_t>> find_repeated_key(const std::vector<Pair>& pairs) {
  constexpr std::size_t kSmall = 16;
  if (pairs.size() <= kSmall) {
    for (std::size_t later = 1; later < pairs.size(); ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        if (pairs[earlier].key.text == pairs[later].key.text) return std::pair(earlier, later);
      }
    }
    return std::nullopt;
  }
  std::optional<std::pair<std::size_t, std::size_t>> found;
  const std::vector<std::size_t> order = order_by_key(pairs);
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (pairs[order[i - 1]].key.text != pairs[order[i]].key.text) continue;
    if (!found || order[i] < found->second) found = std::pair(order[i - 1], order[i]);
  }
  return found;
}

bool is_merge_key(const Node& key) {
  return !key.quoted && key.text == "<<" && (key.tag.empty() || key.tag == "tag:yaml.org,2002:merge");
}

class Builder {
 public:
  Builder(std::string_view text, std::size_t start, const ParseOptions& options)
      : options_(options), parser_(text.substr(start)), places_(text, start), text_(text) {}

  Result<std::vector<Node>> build() {
    if (!parser_.is_ready()) return fail(ErrorCode::internal, "libyaml could not be initialized");
    for (;;) {
      Event event;
      if (yaml_parser_parse(&parser_.raw, &event.raw) == 0) return std::unexpected(syntax_error());
      if (event.raw.type == YAML_STREAM_END_EVENT) return std::move(documents_);
      TRY_VOID(take(event.raw));
    }
  }

 private:
  /// A collection that is still open.
  struct Frame {
    Node node;
    Node key;
    bool has_key = false;
    bool flow = false;
    std::uint32_t height = 0;  ///< of the tallest child; a scalar has 0
    std::uint64_t nodes_before = 0;
    std::uint64_t bytes_before = 0;
    std::string anchor;
  };

  struct Anchored {
    Node node;
    std::uint64_t nodes = 1;
    std::uint64_t bytes = 0;
    std::uint32_t height = 0;
  };

  Status take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        anchors_.clear();
        return {};
      case YAML_SCALAR_EVENT:
        return take_scalar(event);
      case YAML_ALIAS_EVENT:
        return take_alias(event);
      case YAML_SEQUENCE_START_EVENT:
        return open(event, Kind::sequence, event.data.sequence_start.anchor, event.data.sequence_start.tag,
                    event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
      case YAML_MAPPING_START_EVENT:
        return open(event, Kind::mapping, event.data.mapping_start.anchor, event.data.mapping_start.tag,
                    event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return close(event);
      default:
        return {};
    }
  }

  Status take_scalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    Node node;
    node.begin = places_.mark(event.start_mark);
    node.end = places_.mark(event.end_mark);
    node.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
    node.quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node.tag = view_of(scalar.tag);
    const std::uint64_t bytes = node.text.size() + node.tag.size();
    TRY_VOID(count(1, bytes, node.begin));
    TRY_VOID(count_tag(node.tag, node.begin));
    if (scalar.anchor != nullptr) TRY_VOID(remember(view_of(scalar.anchor), node, 1, bytes, 0));
    return attach(std::move(node), 0);
  }

  Status take_alias(const yaml_event_t& event) {
    const std::string_view name = view_of(event.data.alias.anchor);
    const Mark begin = places_.mark(event.start_mark);
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) {
      const bool open = std::ranges::any_of(stack_, [&](const Frame& frame) { return frame.anchor == name; });
      return fail(ErrorCode::invalid,
                  open ? fmt::format("alias '*{}' stands inside of what it names", name)
                       : fmt::format("alias '*{}' names no anchor before it in this document", name),
                  where(begin));
    }
    const Anchored& anchored = found->second;
    if (stack_.size() + anchored.height > options_.max_depth) return too_deep(begin);
    TRY_VOID(count(anchored.nodes, anchored.bytes, begin));
    TRY_VOID(count_expanded(anchored.nodes, anchored.bytes, begin));
    Node copy = anchored.node;
    copy.begin = begin;
    copy.end = places_.mark(event.end_mark);
    return attach(std::move(copy), anchored.height);
  }

  Status open(const yaml_event_t& event, Kind kind, const yaml_char_t* anchor, const yaml_char_t* tag, bool flow) {
    const Mark begin = places_.mark(event.start_mark);
    if (stack_.size() >= options_.max_depth) return too_deep(begin);
    if (expects_key()) return key_is_no_scalar(begin, kind);
    Frame& frame = stack_.emplace_back();
    frame.nodes_before = nodes_;
    frame.bytes_before = bytes_;
    frame.node.kind = kind;
    frame.node.begin = begin;
    frame.node.end = places_.mark(event.end_mark);
    frame.node.tag = view_of(tag);
    frame.anchor = view_of(anchor);
    frame.flow = flow;
    TRY_VOID(count(1, frame.node.tag.size(), begin));
    return count_tag(frame.node.tag, begin);
  }

  Status close(const yaml_event_t& event) {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.flow) {
      frame.node.end = places_.mark(event.end_mark);
    } else if (!frame.node.items.empty()) {
      frame.node.end = frame.node.items.back().end;
    } else if (!frame.node.pairs.empty()) {
      frame.node.end = frame.node.pairs.back().value.end;
    }
    if (frame.node.is_mapping()) TRY_VOID(finish_mapping(frame.node));
    const std::uint32_t height = frame.height + 1;
    if (!frame.anchor.empty()) {
      TRY_VOID(remember(frame.anchor, frame.node, nodes_ - frame.nodes_before, bytes_ - frame.bytes_before, height));
    }
    return attach(std::move(frame.node), height);
  }

  Status finish_mapping(Node& mapping) {
    std::vector<Pair>& pairs = mapping.pairs;
    if (const auto repeated = find_repeated_key(pairs)) {
      const Mark& first = pairs[repeated->first].key.begin;
      return fail(ErrorCode::invalid,
                  fmt::format("key '{}' stands twice in one mapping: first at line {}, column {}",
                              pairs[repeated->second].key.text, first.line, first.column),
                  where(pairs[repeated->second].key.begin));
    }
    const auto merge = std::ranges::find_if(pairs, [](const Pair& pair) { return is_merge_key(pair.key); });
    if (merge == pairs.end()) return {};
    Node source = std::move(merge->value);
    pairs.erase(merge);
    return merge_into(pairs, std::move(source));
  }

  /// yaml.org/type/merge: own keys win, then the mappings of a sequence in their order.
  Status merge_into(std::vector<Pair>& pairs, Node source) {
    std::vector<Node> sources;
    if (source.is_sequence()) {
      sources = std::move(source.items);
    } else {
      sources.push_back(std::move(source));
    }
    for (Node& each : sources) {
      if (!each.is_mapping()) {
        return fail(ErrorCode::invalid, "the merge key '<<' takes a mapping or a sequence of mappings",
                    where(each.begin), "put << in quotes if it is meant as a key");
      }
      std::ranges::move(each.pairs, std::back_inserter(pairs));
    }
    const std::vector<std::size_t> order = order_by_key(pairs);
    std::vector<bool> kept(pairs.size(), true);
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (pairs[order[i - 1]].key.text == pairs[order[i]].key.text) kept[order[i]] = false;
    }
    std::size_t to = 0;
    for (std::size_t from = 0; from < pairs.size(); ++from) {
      if (!kept[from]) continue;
      if (to != from) pairs[to] = std::move(pairs[from]);
      ++to;
    }
    pairs.resize(to);
    return {};
  }

  bool expects_key() const { return !stack_.empty() && stack_.back().node.is_mapping() && !stack_.back().has_key; }

  Status attach(Node node, std::uint32_t height) {
    if (stack_.empty()) {
      documents_.push_back(std::move(node));
      return {};
    }
    Frame& frame = stack_.back();
    frame.height = std::max(frame.height, height);
    if (frame.node.is_sequence()) {
      frame.node.items.push_back(std::move(node));
    } else if (frame.has_key) {
      frame.node.pairs.push_back(Pair{.key = std::move(frame.key), .value = std::move(node)});
      frame.has_key = false;
    } else {
      if (!node.is_scalar()) return key_is_no_scalar(node.begin, node.kind);
      frame.key = std::move(node);
      frame.has_key = true;
    }
    return {};
  }

  /// Keeps a copy for aliases; it costs memory, so it counts.
  Status remember(std::string_view name, const Node& node, std::uint64_t nodes, std::uint64_t bytes,
                  std::uint32_t height) {
    TRY_VOID(count_expanded(nodes, bytes, node.begin));
    anchors_.insert_or_assign(std::string(name),
                              Anchored{.node = node, .nodes = nodes, .bytes = bytes, .height = height});
    return {};
  }

  Status count(std::uint64_t nodes, std::uint64_t bytes, const Mark& mark) {
    nodes_ += nodes;
    bytes_ += bytes;
    if (nodes_ <= options_.max_nodes) return {};
    return fail(ErrorCode::limit_exceeded, fmt::format("more than {} nodes", options_.max_nodes), where(mark));
  }

  Status count_expanded(std::uint64_t nodes, std::uint64_t bytes, const Mark& mark) {
    expanded_nodes_ += nodes;
    if (expanded_nodes_ > options_.max_expanded_nodes) {
      return fail(ErrorCode::limit_exceeded,
                  fmt::format("aliases expand to more than {} nodes", options_.max_expanded_nodes), where(mark));
    }
    expanded_bytes_ += bytes;
    if (expanded_bytes_ <= options_.max_expanded_bytes) return {};
    return fail(ErrorCode::limit_exceeded,
                fmt::format("aliases and tags expand to more than {} bytes", options_.max_expanded_bytes), where(mark));
  }

  /// A %TAG prefix may be long and stands in every tag that uses it.
  Status count_tag(std::string_view tag, const Mark& mark) {
    constexpr std::size_t kShort = 32;
    return tag.size() <= kShort ? Status() : count_expanded(0, tag.size(), mark);
  }

  std::unexpected<Error> too_deep(const Mark& mark) const {
    return fail(ErrorCode::limit_exceeded, fmt::format("nested deeper than {} levels", options_.max_depth),
                where(mark));
  }

  std::unexpected<Error> key_is_no_scalar(const Mark& mark, Kind kind) const {
    return fail(
        ErrorCode::invalid,
        fmt::format("a {} cannot be a key here, only a scalar can", kind == Kind::sequence ? "sequence" : "mapping"),
        where(mark));
  }

  Error syntax_error() {
    const yaml_parser_t& raw = parser_.raw;
    if (raw.error == YAML_MEMORY_ERROR) return Error{ErrorCode::limit_exceeded, "out of memory in libyaml"};
    const bool in_reader = raw.error == YAML_READER_ERROR;
    // The reader's offset counts bytes of what it was given; the others mark characters.
    const Mark mark = in_reader ? places_.at_byte(start() + raw.problem_offset) : places_.mark(raw.problem_mark);
    Error error{ErrorCode::syntax, raw.problem == nullptr ? "not YAML" : raw.problem, where(mark)};
    const char at = mark.offset < text_.size() ? text_[mark.offset] : ' ';
    if (in_reader && at == '\0') {
      error.message = "NUL byte";
      error.hint = "is this a binary file, or UTF-16?";
    } else if (in_reader && raw.problem_value >= 0) {
      error.message += fmt::format(" (0x{:02X})", raw.problem_value);
    } else if (at == '\t') {
      error.message = "a tab where YAML takes spaces only";
      error.hint = "indent with spaces";
    } else if (raw.context != nullptr) {
      const Mark context = places_.mark(raw.context_mark);
      error.message += fmt::format(" {}", raw.context);
      if (context.line != mark.line) error.message += fmt::format(" that begins at line {}", context.line);
    }
    return error;
  }

  std::size_t start() const { return text_.starts_with(kUtf8Bom) ? kUtf8Bom.size() : 0; }

  Where where(const Mark& mark) const {
    return Where{.source = options_.source, .offset = mark.offset, .line = mark.line, .column = mark.column};
  }

  const ParseOptions& options_;
  Parser parser_;
  Places places_;
  std::string_view text_;
  std::vector<Node> documents_;
  std::vector<Frame> stack_;
  std::map<std::string, Anchored, std::less<>> anchors_;
  std::uint64_t nodes_ = 0;
  std::uint64_t expanded_nodes_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t expanded_bytes_ = 0;
};

}  // namespace

Result<std::vector<Node>> parse_all(std::string_view text, const ParseOptions& options) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return fail(ErrorCode::unsupported, "the text is UTF-16", locate(text, 0, options.source), "save it as UTF-8");
  }
  if (const auto excess = find_excess_tag_directive(text)) {
    return fail(ErrorCode::limit_exceeded, fmt::format("more than {} %TAG directives", kMaxTagDirectives),
                locate(text, *excess, options.source));
  }
  return Builder(text, text.starts_with(kUtf8Bom) ? kUtf8Bom.size() : 0, options).build();
}

Result<Node> parse(std::string_view text, const ParseOptions& options) {
  TRY(std::vector<Node> documents, parse_all(text, options));
  if (documents.empty()) return fail(ErrorCode::syntax, "there is no YAML document", locate(text, 0, options.source));
  if (documents.size() > 1) {
    return fail(ErrorCode::invalid, fmt::format("one YAML document is expected, there are {}", documents.size()),
                where_of(documents[1], options.source));
  }
  return std::move(documents.front());
}

}  // namespace tocsin::yaml
