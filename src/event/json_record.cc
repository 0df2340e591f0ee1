#include "event/json_record.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "base/unicode.h"

namespace tocsin::event {

using json::WalkItem;
using json::WalkKind;

struct JsonRecordCodec::Node : FieldPath {
  struct Child {
    std::string raw_key;
    std::unique_ptr<Node> node;
  };

  // Records of one kind bring their keys in the same order: the next key is most often the one after the last.
  std::deque<Child> children;  // a deque: the index points at its keys
  std::unordered_map<std::string_view, std::size_t> index;
  std::size_t expected = 0;
  std::uint64_t last_object = 0;  ///< serial of the object that this key stood in last
};

JsonRecordCodec::JsonRecordCodec(Schema& schema, const JsonRecordLimits& limits)
    : schema_(schema),
      limits_(limits),
      finder_(schema),
      xml_(schema, {.max_fields = limits.max_fields, .max_depth = limits.max_depth}) {
  roots_.resize(schema.shapes().shapes.size() + 1);
}
JsonRecordCodec::JsonRecordCodec(JsonRecordCodec&&) noexcept = default;
JsonRecordCodec::~JsonRecordCodec() = default;

namespace {

std::string decoded(TokenKind kind, std::string_view raw) {
  std::string scratch;
  return std::string(decode_token({kind, raw}, scratch));
}

bool has_lone_surrogate(std::string_view raw) {
  bool after_high = false;
  for (std::size_t at = raw.find('\\'); at < raw.size(); at = raw.find('\\', at)) {
    unsigned unit = 0;
    if (at + 6 <= raw.size() && raw[at + 1] == 'u' && (raw[at + 2] == 'd' || raw[at + 2] == 'D')) {
      unit = std::string_view("89abAB").find(raw[at + 3]) != std::string_view::npos     ? 1
             : std::string_view("cdefCDEF").find(raw[at + 3]) != std::string_view::npos ? 2
                                                                                        : 0;
    }
    if (unit == 2 && !after_high) return true;
    if (unit == 0) {
      at += 2;
      continue;
    }
    at += 6;
    after_high = unit == 1;
    // A high surrogate must be followed at once by a low one.
    if (after_high &&
        (at + 6 > raw.size() || raw.substr(at, 2) != "\\u" || (raw[at + 2] != 'd' && raw[at + 2] != 'D') ||
         std::string_view("cdefCDEF").find(raw[at + 3]) == std::string_view::npos)) {
      return true;
    }
  }
  return false;
}

/// By WalkKind. An array that fills a slot is an empty one.
constexpr TokenKind kTokenKinds[] = {TokenKind::text,    TokenKind::text,        TokenKind::array,
                                     TokenKind::text,    TokenKind::json_string, TokenKind::number,
                                     TokenKind::boolean, TokenKind::null,        TokenKind::text};

Token token_of(const WalkItem& item) { return {kTokenKinds[static_cast<std::size_t>(item.kind)], item.raw}; }

/// The index after the container that begins at `begin`.
std::size_t end_of(const std::vector<WalkItem>& items, std::size_t begin) {
  std::size_t depth = 0;
  for (std::size_t i = begin; i < items.size(); ++i) {
    if (items[i].kind == WalkKind::object_begin || items[i].kind == WalkKind::array_begin) ++depth;
    if ((items[i].kind == WalkKind::object_end || items[i].kind == WalkKind::array_end) && --depth == 0) return i + 1;
  }
  return items.size();
}

/// The member of the object beginning at `begin` that a dotted path of one or two keys leads to.
const WalkItem* member(const std::vector<WalkItem>& items, std::size_t begin, std::size_t end, std::string_view path) {
  std::size_t depth = 0;
  std::string_view outer;
  for (std::size_t i = begin; i < end; ++i) {
    const WalkItem& item = items[i];
    const bool leaf = item.kind != WalkKind::object_begin && item.kind != WalkKind::object_end &&
                      item.kind != WalkKind::array_begin && item.kind != WalkKind::array_end;
    if (leaf && depth == 1 && item.key == path) return &item;
    if (leaf && depth == 2 && path.size() == outer.size() + 1 + item.key.size() && path.starts_with(outer) &&
        path.ends_with(item.key) && path[outer.size()] == '.') {
      return &item;
    }
    if (item.kind == WalkKind::object_begin || item.kind == WalkKind::array_begin) {
      if (++depth == 2) outer = item.key;
    } else if (item.kind == WalkKind::object_end || item.kind == WalkKind::array_end) {
      --depth;
    }
  }
  return nullptr;
}

}  // namespace

/// The shape of a record, and the text of the XML that it carries where its shape has one.
const RecordShape* JsonRecordCodec::find_shape(const std::vector<WalkItem>& items, std::size_t& index, Arena& arena,
                                               std::string_view& xml) const {
  const std::vector<RecordShape>& shapes = schema_.shapes().shapes;
  const auto has = [&](std::string_view path) {
    const std::size_t dot = path.find('.');
    const std::string_view first = path.substr(0, dot);
    std::size_t depth = 0;
    bool inside = false;  // in the object of the first key
    for (const WalkItem& item : items) {
      if (depth == 1 && (item.key == first || item.key == path)) {
        if (dot == std::string_view::npos || item.key == path) return true;
        inside = true;
      } else if (depth == 1 && !item.key.empty()) {
        inside = false;
        // "winlog.channel" as one key has the path "winlog"
        if (dot == std::string_view::npos && item.key.size() > path.size() && item.key.starts_with(path) &&
            item.key[path.size()] == '.') {
          return true;
        }
      } else if (depth == 2 && inside && item.key == path.substr(dot + 1)) {
        return true;
      }
      if (item.kind == WalkKind::object_begin || item.kind == WalkKind::array_begin) ++depth;
      if (item.kind == WalkKind::object_end || item.kind == WalkKind::array_end) --depth;
    }
    return false;
  };
  for (index = 0; index < shapes.size(); ++index) {
    const RecordShape& shape = shapes[index];
    if (!std::ranges::all_of(shape.when, has)) continue;
    if (!shape.when_any.empty() && std::ranges::none_of(shape.when_any, has)) continue;
    if (shape.xml_text.empty()) return &shape;
    const WalkItem* text = member(items, 0, items.size(), shape.xml_text);
    if (text == nullptr || text->kind != WalkKind::string || !looks_like_xml(text->raw)) continue;
    xml = arena.copy(decoded(TokenKind::json_string, text->raw));
    return &shape;
  }
  return nullptr;
}

std::unique_ptr<JsonRecordCodec::Node> JsonRecordCodec::make_node(const Node& parent, std::string_view raw_key) {
  auto node = std::make_unique<Node>();
  static_cast<FieldPath&>(*node) = parent.FieldPath::child(decoded(TokenKind::json_string, raw_key), schema_);
  ++nodes_;
  return node;
}

JsonRecordCodec::Node& JsonRecordCodec::child(Node& parent, std::string_view raw_key) {
  for (std::size_t i = 0; i < 2 && parent.expected + i < parent.children.size(); ++i) {
    Node::Child& guess = parent.children[parent.expected + i];
    if (guess.raw_key == raw_key) {
      parent.expected += i + 1;
      return *guess.node;
    }
  }
  auto found = parent.index.find(raw_key);
  if (found == parent.index.end()) {
    parent.children.push_back({std::string(raw_key), make_node(parent, raw_key)});
    found = parent.index.emplace(parent.children.back().raw_key, parent.children.size() - 1).first;
  }
  parent.expected = found->second + 1;
  return *parent.children[found->second].node;
}

/// One record on its way into slots.
struct JsonRecordCodec::Pass {
  /// A value on its way: which path it was for and which item it came from.
  struct Step {
    const Node* node;
    std::uint32_t item;
  };
  JsonRecordCodec& codec;
  const RecordShape* shape;
  SlotWriter& writer;
  Defects& defects;
  std::vector<Step>& steps;
  std::uint64_t repeated_keys = 0;
  bool depends_on_values = false;  ///< on more than keys and containers

  void value(const Node& node, Token token, std::size_t item) {
    writer.value(node, token);
    steps.push_back({&node, static_cast<std::uint32_t>(item)});
    if (token.kind == TokenKind::json_string && has_lone_surrogate(token.raw)) ++defects["lone surrogate"];
  }

  /// A {name, value} pair as a key of the path's parent; the index after it, or `begin` when it is none.
  std::size_t named_value(const std::vector<WalkItem>& items, std::size_t begin, Node& parent) {
    const std::size_t end = end_of(items, begin);
    for (const std::string& name_path : shape->pair_names) {
      const WalkItem* name = member(items, begin, end, name_path);
      if (name == nullptr || name->kind != WalkKind::string) continue;
      Node& node = codec.child(parent, name->raw);
      const WalkItem* found = nullptr;
      for (const std::string& value_path : shape->pair_values) {
        if (found == nullptr) found = member(items, begin, end, value_path);
      }
      value(node, found == nullptr ? Token{TokenKind::null, {}} : token_of(*found), begin);
      return end;
    }
    return begin;
  }

  void run(const std::vector<WalkItem>& items, Node& root) {
    struct Level {
      Node* node;
      std::uint64_t object;  // serial; 0 in an array
    };
    std::vector<Level> levels;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const WalkItem& item = items[i];
      if (item.kind == WalkKind::object_end || item.kind == WalkKind::array_end) {
        levels.pop_back();
        continue;
      }
      Node* node = &root;
      Node* parent = nullptr;
      if (!levels.empty()) {
        parent = levels.back().node;
        node = parent;
        if (levels.back().object != 0) {
          node = &codec.child(*parent, item.key);
          if (node->last_object == levels.back().object) ++repeated_keys;
          node->last_object = levels.back().object;
        }
      }
      if (item.kind == WalkKind::object_begin) {
        if (node->has_named_values && levels.size() > 1) {
          // Pairs are keys of what holds the list: the last object on the way.
          depends_on_values = true;
          Node* holder = parent;
          for (auto level = levels.rbegin(); level != levels.rend() && holder == node; ++level) holder = level->node;
          const std::size_t after = named_value(items, i, *holder);
          if (after != i) {
            i = after - 1;
            continue;
          }
        }
        levels.push_back({node, ++codec.object_serial_});
        node->expected = 0;
      } else if (item.kind == WalkKind::array_begin) {
        if (i + 1 < items.size() && items[i + 1].kind == WalkKind::array_end) value(*node, {TokenKind::array, {}}, i);
        levels.push_back({node, 0});
      } else {
        if (item.kind == WalkKind::too_deep) {
          ++defects["nested deeper than the limit"];
          depends_on_values = true;
        }
        value(*node, token_of(item), i);
      }
    }
  }
};

RecordLayout JsonRecordCodec::make_layout(const RecordShape* shape, const Pass& pass,
                                          std::span<const Slot> slots) const {
  RecordLayout out;
  out.shape = shape;
  out.repeated_keys = pass.repeated_keys;
  int time_preference = -1;
  int host_preference = -1;
  const auto is_better = [](int preference, int& best) {
    const bool better = preference >= 0 && (best < 0 || preference < best);
    if (better) best = preference;
    return better;
  };
  for (const Pass::Step& step : pass.steps) {
    if (is_better(step.node->time_preference, time_preference)) out.time_item = step.item;
    if (is_better(step.node->host_preference, host_preference)) out.host_item = step.item;
    for (const FieldPath::Target& target : step.node->targets)
      out.fills.push_back({step.item, target.field, target.rank});
  }
  for (const FieldId field : schema_.shapes().key_fields)
    out.key_slots.push_back(LogSourceFinder::slot_of(field, slots));
  return out;
}

void JsonRecordCodec::fill(RecordLayout& layout, Event& event, std::vector<Slot>& slots, Defects& defects) {
  const std::vector<WalkItem>& items = walker_.items();
  const std::size_t first = slots.size();
  for (const RecordLayout::Fill& fill : layout.fills) {
    const WalkItem& item = items[fill.item];
    slots.push_back({fill.field, kTokenKinds[static_cast<std::size_t>(item.kind)], fill.rank, item.raw});
  }
  if (!walker_.is_plain()) {
    for (const WalkItem& item : items) {
      if (item.kind == WalkKind::string && has_lone_surrogate(item.raw)) ++defects["lone surrogate"];
    }
  }
  if (layout.repeated_keys > 0) defects["repeated key"] += layout.repeated_keys;
  if (layout.time_item != RecordLayout::kNone) {
    event.time = token_of(items[layout.time_item]);
    event.time_style = TimeStyle::rfc3339;
  }
  if (layout.host_item != RecordLayout::kNone) event.host = token_of(items[layout.host_item]);
  if (layout.shape != nullptr) event.log_source = find_log_source(layout, std::span(slots).subspan(first));
}

LogSourceId JsonRecordCodec::find_log_source(RecordLayout& layout, std::span<const Slot> slots) {
  const auto token = [&](std::uint32_t slot) { return slot == RecordLayout::kNone ? Token{} : slots[slot].token(); };
  const auto fits = [&](const RecordLayout::Known& known) {
    for (std::size_t i = 0; i < layout.key_slots.size(); ++i) {
      const Token at = token(layout.key_slots[i]);
      if (known.kinds[i] != at.kind || known.values[i] != at.raw) return false;
    }
    return true;
  };
  const auto found = std::ranges::find_if(layout.known, fits);
  if (found != layout.known.end()) {
    const LogSourceId source = found->source;
    if (found != layout.known.begin()) std::rotate(layout.known.begin(), found, found + 1);
    return source;
  }
  RecordLayout::Known known{.values = {}, .kinds = {}, .source = finder_.find(*layout.shape, slots)};
  for (const std::uint32_t slot : layout.key_slots) {
    known.values.emplace_back(token(slot).raw);
    known.kinds.push_back(token(slot).kind);
  }
  if (layout.known.size() >= RecordLayout::kMaxKnown) layout.known.pop_back();
  layout.known.insert(layout.known.begin(), std::move(known));
  return layout.known.front().source;
}

Status JsonRecordCodec::read(Event& event, std::vector<Slot>& slots, Arena& arena, Defects& defects) {
  const json::WalkLimits limits{.max_depth = limits_.max_depth, .max_items = 4 * limits_.max_fields};
  Status walked = walker_.walk(event.record, limits);
  if (!walked && walked.error().code == ErrorCode::syntax && find_invalid_utf8(event.record)) {
    std::string repaired = replace_invalid_utf8(event.record);
    const std::size_t size = repaired.size();
    repaired.append(PaddedBytes::kPadding, '\0');
    walked = walker_.walk(arena.copy(repaired).substr(0, size), limits);
    if (walked || walked.error().code == ErrorCode::limit_exceeded) ++defects["invalid UTF-8"];
  }
  if (!walked && walked.error().code != ErrorCode::limit_exceeded) return walked;
  const std::vector<WalkItem>& items = walker_.items();
  if (items.empty() || items.front().kind != WalkKind::object_begin) {
    return fail(ErrorCode::syntax, "not a JSON object", {.source = {}, .offset = 0});
  }
  event.is_plain = walked && walker_.is_plain();
  if (walked) {
    if (RecordLayout* layout = layouts_.find(items)) {
      fill(*layout, event, slots, defects);
      return {};
    }
  }
  if (nodes_ > kMaxNodes) {
    for (auto& root : roots_) root.reset();
    nodes_ = 0;
  }
  std::size_t index = 0;
  std::string_view xml;
  const RecordShape* shape = find_shape(items, index, arena, xml);
  std::unique_ptr<Node>& root = roots_[index];
  if (!root) {
    root = std::make_unique<Node>();
    static_cast<FieldPath&>(*root) = FieldPath::root(shape);
  }
  const std::size_t first = slots.size();
  if (xml.data() != nullptr) event.is_plain = false;
  if (xml.data() != nullptr && xml_.read(xml, event, slots, arena, defects) != nullptr) {
    ++defects["XML in a record that cannot be read"];
  }
  SlotWriter writer(event, slots, limits_.max_fields, defects);
  if (!walked) writer.cut();
  std::vector<Pass::Step> steps;
  Pass pass{*this, shape, writer, defects, steps};
  pass.run(items, *root);
  if (pass.repeated_keys > 0) defects["repeated key"] += pass.repeated_keys;
  const std::span<const Slot> filled = std::span(slots).subspan(first);
  if (shape != nullptr) event.log_source = finder_.find(*shape, filled);
  // Whether a text is XML is its value's business too.
  const bool may_carry_xml = std::ranges::any_of(schema_.shapes().shapes, [&](const RecordShape& one) {
    return !one.xml_text.empty() && member(items, 0, items.size(), one.xml_text) != nullptr;
  });
  if (walked && !pass.depends_on_values && !may_carry_xml && filled.size() < limits_.max_fields) {
    layouts_.keep(items, make_layout(shape, pass, filled));
  }
  return {};
}

}  // namespace tocsin::event
