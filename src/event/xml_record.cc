#include "event/xml_record.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/unicode.h"

namespace tocsin::event {

namespace {

constexpr const char* kDamaged = "damaged XML";
constexpr const char* kTooDeep = "XML nested deeper than the limit";
constexpr const char* kTooMany = "XML with more elements than the limit";
constexpr const char* kDocumentType = "XML with a document type";
constexpr const char* kNoEvent = "XML that is no Windows event";

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kNameEnd = " \t\r\n/>=<\"'&";

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// The text of `raw` with its references replaced; nullopt: a reference that XML does not know.
std::optional<std::string_view> unescape(std::string_view raw, Arena& arena) {
  std::size_t at = raw.find_first_of("&\r");
  if (at == std::string_view::npos) return raw;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kEntities = {
      {{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}}};
  std::string out;
  std::size_t begin = 0;
  for (; at != std::string_view::npos; at = raw.find_first_of("&\r", begin)) {
    out.append(raw.substr(begin, at - begin));
    if (raw[at] == '\r') {  // XML 1.0, 2.11: line ends are one line feed
      out += '\n';
      begin = at + (raw.substr(at + 1).starts_with('\n') ? 2 : 1);
      continue;
    }
    const std::size_t end = raw.find(';', at);
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view name = raw.substr(at + 1, end - at - 1);
    begin = end + 1;
    if (name.starts_with('#')) {
      name.remove_prefix(1);
      const bool is_hex = name.starts_with('x');
      if (is_hex) name.remove_prefix(1);
      std::uint32_t code_point = 0;
      const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), code_point, is_hex ? 16 : 10);
      if (error != std::errc() || stop != name.data() + name.size() || code_point > 0x10FFFF) return std::nullopt;
      append_utf8(out, code_point >= 0xD800 && code_point < 0xE000 ? U'\uFFFD' : static_cast<char32_t>(code_point));
      continue;
    }
    const auto known = std::ranges::find(kEntities, name, [](const auto& entry) { return entry.first; });
    if (known == kEntities.end()) return std::nullopt;
    out += known->second;
  }
  out.append(raw.substr(begin));
  return arena.copy(out);
}

}  // namespace

bool looks_like_xml(std::string_view text) {
  text = text.substr(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.starts_with("<?xml") || text.starts_with("<Event") || text.starts_with("<!--");
}

/// One record: tag by tag, an element's fields when it ends or when an element begins in it.
class XmlRecordCodec::Run {
 public:
  Run(XmlRecordCodec& codec, SlotWriter& writer, Arena& arena) : codec_(codec), writer_(writer), arena_(arena) {}

  const char* run(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t tag = std::min(text.find('<', at), text.size());
      if (tag > at) {
        if (const char* problem = characters(text.substr(at, tag - at), true)) return problem;
      }
      if (tag == text.size()) break;
      const std::string_view rest = text.substr(tag);
      std::size_t size = 0;
      const auto ends_with = [&](std::string_view end, std::size_t from) {
        const std::size_t found = rest.find(end, from);
        size = found == std::string_view::npos ? 0 : found + end.size();
        return size != 0;
      };
      const char* problem = nullptr;
      if (rest.starts_with("<!--")) {
        if (!ends_with("-->", 4)) return kDamaged;
      } else if (rest.starts_with("<![CDATA[")) {
        if (!ends_with("]]>", 9)) return kDamaged;
        problem = characters(rest.substr(9, size - 12), false);
      } else if (rest.starts_with("<!")) {
        return kDocumentType;
      } else if (rest.starts_with("<?")) {
        if (!ends_with("?>", 2)) return kDamaged;
      } else if (rest.starts_with("</")) {
        if (!ends_with(">", 2)) return kDamaged;
        problem = end_tag(trim_ascii(rest.substr(2, size - 3)));
      } else {
        problem = start_tag(rest, size);
      }
      if (problem != nullptr) return problem;
      at = tag + size;
    }
    if (!open_.empty()) return kDamaged;
    return is_event_ ? nullptr : kNoEvent;
  }

 private:
  struct Open {
    std::string_view name;
    Node* path;
    std::string_view text;  // so far, while it is one piece
    std::string joined;     // of several pieces
    bool has_attributes = false;
    bool has_elements = false;
    bool is_data = false;
  };

  const char* characters(std::string_view raw, bool is_escaped) {
    if (open_.empty()) return trim_ascii(raw).empty() ? nullptr : kDamaged;
    const auto text = is_escaped ? unescape(raw, arena_) : raw;
    if (!text) return kDamaged;
    Open& element = open_.back();
    if (element.text.empty() && element.joined.empty()) {
      element.text = *text;
      return nullptr;
    }
    if (element.joined.empty()) element.joined = element.text;
    element.joined += *text;
    return nullptr;
  }

  /// out: size: of the tag
  const char* start_tag(std::string_view rest, std::size_t& size) {
    if (open_.size() >= codec_.limits_.max_depth) return kTooDeep;
    if (++elements_ > 4 * codec_.limits_.max_fields) return kTooMany;
    std::size_t at = std::min(rest.find_first_of(kNameEnd, 1), rest.size());
    if (at == 1) return kDamaged;
    Open element;
    element.name = rest.substr(1, at - 1);
    attributes_.clear();
    bool is_empty = false;
    for (;;) {
      at = rest.find_first_not_of(kBlank, at);
      if (at == std::string_view::npos) return kDamaged;
      if (rest[at] == '>') break;
      if (rest[at] == '/') {
        if (!rest.substr(at).starts_with("/>")) return kDamaged;
        is_empty = true;
        ++at;
        break;
      }
      const std::size_t name_end = rest.find_first_of(kNameEnd, at);
      const std::size_t equals = rest.find_first_not_of(kBlank, name_end);
      if (name_end == at || equals == std::string_view::npos || rest[equals] != '=') return kDamaged;
      const std::size_t quote = rest.find_first_not_of(kBlank, equals + 1);
      if (quote == std::string_view::npos || (rest[quote] != '"' && rest[quote] != '\'')) return kDamaged;
      const std::size_t end = rest.find(rest[quote], quote + 1);
      if (end == std::string_view::npos) return kDamaged;
      const auto value = unescape(rest.substr(quote + 1, end - quote - 1), arena_);
      if (!value) return kDamaged;
      attributes_.push_back({rest.substr(at, name_end - at), *value});
      at = end + 1;
    }
    size = at + 1;

    const std::string_view name = local_name(element.name);
    if (open_.empty() && (is_event_ || name != "Event")) return kNoEvent;
    is_event_ = true;
    FieldTree& tree = codec_.tree_;
    if (!open_.empty()) {
      flush_text(open_.back());
      open_.back().has_elements = true;
    }
    Node& parent = open_.empty() ? tree.root() : *open_.back().path;
    const auto data_name = std::ranges::find(attributes_, "Name", &Attribute::name);
    element.is_data = name == "Data" && data_name != attributes_.end() && !data_name->value.empty();
    element.path = &tree.child(parent, element.is_data ? data_name->value : name);
    for (const Attribute& attribute : attributes_) {
      if (attribute.value.empty() || (element.is_data && attribute.name == "Name")) continue;
      element.has_attributes = true;
      writer_.value(tree.child(tree.child(*element.path, "#attributes"), attribute.name),
                    {TokenKind::text, attribute.value});
    }
    open_.push_back(std::move(element));
    return is_empty ? end_tag(open_.back().name) : nullptr;
  }

  std::string_view take_text(Open& element) {
    const std::string_view out = element.joined.empty() ? element.text : arena_.copy(element.joined);
    element.joined.clear();
    element.text = {};
    return out;
  }

  /// Text beside elements, if it is more than white space.
  void flush_text(Open& element) {
    const std::string_view text = take_text(element);
    if (!trim_ascii(text).empty()) {
      writer_.value(codec_.tree_.child(*element.path, "#text"), {TokenKind::text, text});
    }
  }

  const char* end_tag(std::string_view name) {
    if (open_.empty() || open_.back().name != name) return kDamaged;
    Open& element = open_.back();
    if (element.has_elements) {
      flush_text(element);
    } else if (const std::string_view text = take_text(element); element.is_data) {
      writer_.value(*element.path, {TokenKind::text, text});
    } else if (!text.empty()) {
      Node& path = element.has_attributes ? codec_.tree_.child(*element.path, "#text") : *element.path;
      writer_.value(path, {TokenKind::text, text});
    } else if (!element.has_attributes) {
      writer_.value(*element.path, {TokenKind::null, {}});
    }
    open_.pop_back();
    return nullptr;
  }

  struct Attribute {
    std::string_view name;
    std::string_view value;
  };

  XmlRecordCodec& codec_;
  SlotWriter& writer_;
  Arena& arena_;
  std::vector<Open> open_;
  std::vector<Attribute> attributes_;
  std::size_t elements_ = 0;
  bool is_event_ = false;
};

XmlRecordCodec::XmlRecordCodec(Schema& schema, const XmlRecordLimits& limits)
    : limits_(limits), shape_(schema.shapes().xml_shape()), tree_(schema, shape_), finder_(schema) {}

const char* XmlRecordCodec::read(std::string_view text, Event& event, std::vector<Slot>& slots, Arena& arena,
                                 Defects& defects) {
  if (tree_.is_full()) tree_.clear();
  if (find_invalid_utf8(text)) {
    ++defects["invalid UTF-8"];
    text = arena.copy(replace_invalid_utf8(text));
  }
  const std::size_t first = slots.size();
  SlotWriter writer(event, slots, limits_.max_fields, defects);
  if (const char* problem = Run(*this, writer, arena).run(text)) {
    slots.resize(first);
    event.time = event.host = {};
    event.time_style = TimeStyle::none;
    return problem;
  }
  if (shape_ != nullptr) event.log_source = finder_.find(*shape_, std::span(slots).subspan(first));
  return nullptr;
}

}  // namespace tocsin::event
