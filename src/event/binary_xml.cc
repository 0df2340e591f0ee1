#include "event/binary_xml.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>

#include "base/unicode.h"
#include "event/utf16.h"

namespace tocsin::event {

namespace {

constexpr const char* kDamaged = "damaged binary XML";
constexpr const char* kBadValue = "binary XML with a value that doesn't fit its type";
constexpr const char* kTooDeep = "binary XML nested deeper than the limit";
constexpr const char* kTooMuch = "binary XML that unfolds beyond the limit";

constexpr std::uint8_t kMore = 0x40;  // on a token: more of the same follow

enum Token8 : std::uint8_t {
  kEnd = 0x00,
  kOpenStart = 0x01,
  kCloseStart = 0x02,
  kCloseEmpty = 0x03,
  kEndElement = 0x04,
  kValue = 0x05,
  kAttribute = 0x06,
  kCdata = 0x07,
  kCharacter = 0x08,
  kEntity = 0x09,
  kInstructionTarget = 0x0A,
  kInstructionData = 0x0B,
  kInstance = 0x0C,
  kNormalSubstitution = 0x0D,
  kOptionalSubstitution = 0x0E,
  kFragmentHeader = 0x0F,
};

/// Reads little-endian numbers and never past its end; after a failure everything is 0.
class Cursor {
 public:
  Cursor(std::string_view chunk, std::size_t begin, std::size_t end)
      : chunk_(chunk.substr(0, std::min(end, chunk.size()))), at_(std::min(begin, chunk_.size())) {}

  std::uint8_t u8() { return number<std::uint8_t>(); }
  std::uint16_t u16() { return number<std::uint16_t>(); }
  std::uint32_t u32() { return number<std::uint32_t>(); }
  std::string_view bytes(std::size_t size) {
    if (chunk_.size() - at_ < size) {
      ok_ = false;
      at_ = chunk_.size();
      return {};
    }
    at_ += size;
    return chunk_.substr(at_ - size, size);
  }
  std::uint8_t peek() const { return at_ < chunk_.size() ? static_cast<std::uint8_t>(chunk_[at_]) : std::uint8_t{0}; }
  bool at_end() const { return at_ >= chunk_.size(); }
  bool ok() const { return ok_; }
  std::size_t at() const { return at_; }

 private:
  template <typename T>
  T number() {
    const std::string_view from = bytes(sizeof(T));
    T out = 0;
    if (!from.empty()) std::memcpy(&out, from.data(), sizeof(T));
    return out;
  }

  std::string_view chunk_;
  std::size_t at_;
  bool ok_ = true;
};

/// A name: next offset, hash, length, UTF-16 with a NUL behind it. nullopt: outside the chunk.
std::optional<std::string_view> name_at(std::string_view chunk, std::size_t offset) {
  Cursor cursor(chunk, offset, chunk.size());
  cursor.bytes(6);
  const std::size_t units = cursor.u16();
  const std::string_view name = cursor.bytes(2 * units);
  if (!cursor.ok()) return std::nullopt;
  return name;
}

/// The name that stands at the cursor by offset; steps over its definition where that follows at once.
std::optional<std::string_view> take_name(std::string_view chunk, Cursor& cursor) {
  const std::size_t offset = cursor.u32();
  const auto name = name_at(chunk, offset);
  if (!cursor.ok() || !name) return std::nullopt;
  if (offset == cursor.at()) cursor.bytes(8 + name->size() + 2);
  return name;
}

bool is_blank(std::string_view text) { return trim_ascii(text).empty(); }

bool is_empty(Token token) { return token.kind == TokenKind::null || token.raw.empty(); }

}  // namespace

/// From the bytes of a definition, or of an element outside any, to steps.
class BinaryXmlCodec::Compiler {
 public:
  Compiler(BinaryXmlCodec& codec, Arena& arena) : codec_(codec), arena_(arena) {}

  /// Compiles the bytes from `begin` up to the end token that belongs to them, or `end`.
  /// in:  has_dependency: whether elements carry a dependency id
  /// out: null, or why it cannot be read
  const char* compile(std::size_t begin, std::size_t end, Node& parent, bool has_dependency, Range& steps) {
    steps.begin = static_cast<std::uint32_t>(codec_.steps_.size());
    Cursor cursor(codec_.chunk_, begin, end);
    root_ = &parent;
    while (!cursor.at_end()) {
      const std::uint8_t token = cursor.u8();
      if (token == kEnd) break;
      if (const char* problem = read(token, cursor, has_dependency)) return problem;
      if (!cursor.ok()) return kDamaged;
    }
    if (!open_.empty()) return kDamaged;
    steps.end = static_cast<std::uint32_t>(codec_.steps_.size());
    return nullptr;
  }

 private:
  struct Open {
    std::size_t step;
    std::size_t content;  // its pieces since the last element in it begin here
    bool has_elements = false;
    bool in_start_tag = true;
    std::string name;
  };
  struct PendingAttribute {
    std::string name;
    Range pieces;
  };

  std::uint32_t pieces_end() const { return static_cast<std::uint32_t>(codec_.pieces_.size()); }
  Node& parent_path() { return open_.size() < 2 ? *root_ : *codec_.steps_[open_[open_.size() - 2].step].path; }

  const char* read(std::uint8_t token, Cursor& cursor, bool has_dependency) {
    switch (token & ~kMore) {
      case kFragmentHeader:
        cursor.bytes(3);
        return nullptr;
      case kOpenStart:
        return open(cursor, has_dependency, (token & kMore) != 0);
      case kAttribute: {
        if (open_.empty() || !open_.back().in_start_tag) return kDamaged;
        const auto name = take_name(codec_.chunk_, cursor);
        if (!name) return kDamaged;
        end_attribute();
        PendingAttribute& attribute = attributes_.emplace_back();
        append_utf16le(attribute.name, *name);
        attribute.pieces.begin = pieces_end();
        return nullptr;
      }
      case kCloseStart:
      case kCloseEmpty:
        if (open_.empty() || !open_.back().in_start_tag) return kDamaged;
        close_start();
        if (token == kCloseEmpty) close();
        return nullptr;
      case kEndElement:
        if (open_.empty() || open_.back().in_start_tag) return kDamaged;
        close();
        return nullptr;
      case kValue:
        return literal_value(cursor);
      case kCdata: {
        const std::size_t units = cursor.u16();
        return literal_utf16(cursor.bytes(2 * units));
      }
      case kCharacter: {
        scratch_.clear();
        append_utf8(scratch_, cursor.u16());
        return literal(scratch_);
      }
      case kEntity: {
        const auto name = take_name(codec_.chunk_, cursor);
        if (!name) return kDamaged;
        return entity(*name);
      }
      case kInstructionTarget:
        return take_name(codec_.chunk_, cursor) ? nullptr : kDamaged;
      case kInstructionData: {
        const std::size_t units = cursor.u16();
        cursor.bytes(2 * units);
        return nullptr;
      }
      case kNormalSubstitution:
      case kOptionalSubstitution: {
        const std::uint16_t index = cursor.u16();
        cursor.u8();  // the type that the definition expects; the record says which it is
        if (open_.empty()) return kDamaged;
        codec_.pieces_.push_back({.is_value = true, .index = index});
        return nullptr;
      }
      case kInstance:
        return instance(cursor);
      default:
        return kDamaged;
    }
  }

  const char* open(Cursor& cursor, bool has_dependency, bool has_attributes) {
    if (open_.size() >= codec_.limits_.max_depth) return kTooDeep;
    if (has_dependency) cursor.u16();
    cursor.u32();  // size of the element
    const auto name = take_name(codec_.chunk_, cursor);
    if (!name) return kDamaged;
    if (has_attributes) cursor.u32();  // size of the attribute list
    child_begins();
    Open& element = open_.emplace_back();
    element.step = codec_.steps_.size();
    append_utf16le(element.name, *name);
    codec_.steps_.emplace_back();
    attributes_.clear();
    return nullptr;
  }

  /// What an element holds beside the elements in it becomes a step of its own.
  void child_begins() {
    if (open_.empty()) return;
    flush_text();
    open_.back().has_elements = true;
    if (open_.back().in_start_tag) close_start();
  }
  void flush_text() {
    Open& element = open_.back();
    const auto begin = codec_.pieces_.begin() + static_cast<std::ptrdiff_t>(element.content);
    if (element.in_start_tag ||
        std::all_of(begin, codec_.pieces_.end(), [](const Piece& p) { return !p.is_value && is_blank(p.literal); })) {
      return;
    }
    Node& path = *codec_.steps_[element.step].path;
    Step step{.kind = Step::Kind::text, .path = &path, .text = &codec_.tree_.child(path, "#text")};
    step.content = {static_cast<std::uint32_t>(element.content), pieces_end()};
    codec_.steps_.push_back(step);
  }

  void end_attribute() {
    if (!attributes_.empty() && attributes_.back().pieces.end == 0) attributes_.back().pieces.end = pieces_end();
  }

  void close_start() {
    Open& element = open_.back();
    end_attribute();
    element.in_start_tag = false;
    FieldTree& tree = codec_.tree_;
    Node& parent = parent_path();
    Step step = codec_.steps_[element.step];
    const auto name = std::ranges::find(attributes_, "Name", &PendingAttribute::name);
    step.is_data = element.name == "Data" && name != attributes_.end();
    if (step.is_data) {
      const std::span pieces =
          std::span(codec_.pieces_).subspan(name->pieces.begin, name->pieces.end - name->pieces.begin);
      scratch_.clear();
      for (const Piece& piece : pieces) scratch_ += piece.literal;
      if (std::ranges::any_of(pieces, &Piece::is_value)) {
        step.name = name->pieces;
        step.path = &parent;
      } else if (scratch_.empty()) {
        step.is_data = false;
      } else {
        step.path = &tree.child(parent, scratch_);
      }
    }
    if (step.path == nullptr) step.path = &tree.child(parent, element.name);
    step.attributes.begin = static_cast<std::uint32_t>(codec_.attributes_.size());
    Node& owner = step.name.begin == step.name.end ? *step.path : tree.child(parent, element.name);
    for (const PendingAttribute& attribute : attributes_) {
      if (step.is_data && &attribute == &*name) continue;
      Node& path = tree.child(tree.child(owner, "#attributes"), attribute.name);
      codec_.attributes_.push_back({&path, attribute.pieces});
    }
    step.attributes.end = static_cast<std::uint32_t>(codec_.attributes_.size());
    step.text = step.is_data || attributes_.empty() ? step.path : &tree.child(*step.path, "#text");
    codec_.steps_[element.step] = step;
    attributes_.clear();
    element.content = codec_.pieces_.size();
  }

  void close() {
    Open& element = open_.back();
    Step& step = codec_.steps_[element.step];
    if (element.has_elements) {
      step.kind = Step::Kind::open;
      flush_text();
    } else {
      step.content = {static_cast<std::uint32_t>(element.content), pieces_end()};
    }
    open_.pop_back();
    if (!open_.empty()) open_.back().content = codec_.pieces_.size();
  }

  const char* literal(std::string_view text) {
    if (open_.empty()) return kDamaged;
    codec_.pieces_.push_back({.literal = arena_.copy(text)});
    return nullptr;
  }
  const char* literal_utf16(std::string_view text) {
    if (open_.empty()) return kDamaged;
    std::uint64_t lone_surrogates = 0;
    codec_.pieces_.push_back({.literal = utf16le_to_utf8(text, arena_, lone_surrogates)});
    return nullptr;
  }
  const char* literal_value(Cursor& cursor) {
    const auto type = static_cast<BinaryXmlType>(cursor.u8());
    if (type != BinaryXmlType::string) return kDamaged;  // [MS-EVEN6] 2.2.12: StringType and nothing else
    const std::size_t units = cursor.u16();
    return literal_utf16(cursor.bytes(2 * units));
  }
  const char* entity(std::string_view utf16_name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kEntities = {
        {{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}}};
    scratch_.clear();
    append_utf16le(scratch_, utf16_name);
    const auto known = std::ranges::find(kEntities, scratch_, [](const auto& entry) { return entry.first; });
    return literal(known != kEntities.end() ? std::string(known->second) : "&" + scratch_ + ";");
  }

  /// An instance in a definition is read where the definition is run; here it is stepped over.
  const char* instance(Cursor& cursor) {
    const std::size_t place = cursor.at();
    if (!step_over_instance(cursor)) return kDamaged;
    child_begins();
    Node& path = open_.empty() ? *root_ : *codec_.steps_[open_.back().step].path;
    codec_.steps_.push_back({.kind = Step::Kind::instance, .path = &path, .place = place});
    if (!open_.empty()) open_.back().content = codec_.pieces_.size();
    return nullptr;
  }

 public:
  /// Behind an instance's token: its head, the definition where it stands here, the values.
  static bool step_over_instance(Cursor& cursor) {
    cursor.bytes(5);
    const std::size_t definition = cursor.u32();
    if (definition == cursor.at()) {
      cursor.bytes(20);
      const std::size_t size = cursor.u32();
      cursor.bytes(size);
    }
    const std::size_t count = cursor.u32();
    const std::string_view table = cursor.bytes(4 * count);
    std::size_t size = 0;
    for (std::size_t i = 0; i + 4 <= table.size(); i += 4) {
      std::uint16_t one = 0;
      std::memcpy(&one, table.data() + i, sizeof(one));
      size += one;
    }
    cursor.bytes(size);
    return cursor.ok();
  }

 private:
  BinaryXmlCodec& codec_;
  Arena& arena_;
  Node* root_ = nullptr;
  std::vector<Open> open_;
  std::vector<PendingAttribute> attributes_;
  std::string scratch_;
};

/// One record on its way into slots. Fragments in values make it recurse, as deep as the limit.
class BinaryXmlCodec::Run {
 public:
  Run(BinaryXmlCodec& codec, SlotWriter& writer, Arena& arena)
      : codec_(codec), writer_(writer), arena_(arena), text_left_(codec.limits_.max_text) {}

  /// Bytes `begin` to `end`: fragment headers, instances, elements.
  bool fragment(std::size_t begin, std::size_t end, Node& parent, bool is_value, std::uint32_t depth) {
    if (depth > codec_.limits_.max_depth) return fail(kTooDeep);
    Cursor cursor(codec_.chunk_, begin, end);
    while (!cursor.at_end()) {
      switch (cursor.peek()) {
        case kEnd:
          return true;
        case kFragmentHeader:
          cursor.bytes(4);
          break;
        case kInstance:
          cursor.u8();
          if (!instance(cursor, parent, depth)) return false;
          break;
        default: {
          // An element outside any definition; in values they carry no dependency id.
          Range steps;
          if (!spend(1 + (end - cursor.at()) / 8)) return false;
          if (const char* problem = Compiler(codec_, arena_).compile(cursor.at(), end, parent, !is_value, steps)) {
            return fail(problem);
          }
          return run(steps, codec_.values_.size(), 0, depth);
        }
      }
      if (!cursor.ok()) return fail(kDamaged);
    }
    return true;
  }

  const char* problem() const { return problem_; }
  std::uint64_t lone_surrogates() const { return lone_surrogates_; }

 private:
  bool fail(const char* problem) {
    problem_ = problem;
    return false;
  }
  bool spend(std::size_t steps) {
    if (steps > steps_left_) return fail(kTooMuch);
    steps_left_ -= steps;
    return true;
  }

  /// Behind an instance's token.
  bool instance(Cursor& cursor, Node& parent, std::uint32_t depth) {
    cursor.bytes(5);
    const std::size_t definition = cursor.u32();
    Range steps;
    if (!program(definition, parent, steps)) return false;
    if (definition == cursor.at()) {
      cursor.bytes(20);
      const std::size_t size = cursor.u32();
      cursor.bytes(size);
    }
    const std::size_t count = cursor.u32();
    const std::size_t first = codec_.values_.size();
    const std::string_view table = cursor.bytes(4 * count);
    if (!cursor.ok()) return fail(kDamaged);
    codec_.values_.resize(first + count);
    for (std::size_t i = 0; i < count; ++i) {
      std::uint16_t size = 0;
      std::memcpy(&size, table.data() + 4 * i, sizeof(size));
      codec_.values_[first + i] = {static_cast<std::uint8_t>(table[4 * i + 2]), cursor.bytes(size)};
    }
    if (!cursor.ok()) return fail(kDamaged);
    const bool done = run(steps, first, count, depth);
    codec_.values_.resize(first);
    return done;
  }

  /// The steps of the definition at an offset of the chunk, under `parent`.
  bool program(std::size_t definition, Node& parent, Range& steps) {
    for (const Program& known : codec_.programs_) {
      if (known.definition == definition && known.parent == &parent) {
        steps = known.steps;
        return true;
      }
    }
    Cursor cursor(codec_.chunk_, definition, codec_.chunk_.size());
    cursor.bytes(20);  // next definition, GUID
    const std::size_t size = cursor.u32();
    if (!cursor.ok() || size > codec_.chunk_.size() - cursor.at()) return fail(kDamaged);
    if (!spend(1 + size / 8)) return false;
    if (const char* problem = Compiler(codec_, arena_).compile(cursor.at(), cursor.at() + size, parent, true, steps)) {
      return fail(problem);
    }
    codec_.programs_.push_back({definition, &parent, steps});
    return true;
  }

  bool run(Range steps, std::size_t first, std::size_t count, std::uint32_t depth) {
    if (depth > codec_.limits_.max_depth) return fail(kTooDeep);
    if (!spend(steps.end - steps.begin)) return false;
    for (std::uint32_t i = steps.begin; i < steps.end; ++i) {
      const Step step = codec_.steps_[i];  // a copy: a fragment inside may bring further steps
      if (step.kind == Step::Kind::instance) {
        Cursor cursor(codec_.chunk_, step.place, codec_.chunk_.size());
        if (!instance(cursor, *step.path, depth + 1)) return false;
        continue;
      }
      bool has_attributes = step.kind == Step::Kind::text;
      for (std::uint32_t a = step.attributes.begin; a < step.attributes.end; ++a) {
        const Attribute attribute = codec_.attributes_[a];
        const auto token = text(attribute.pieces, first, count);
        if (!token) return false;
        if (is_empty(*token)) continue;
        has_attributes = true;
        writer_.value(*attribute.path, *token);
      }
      if (step.kind != Step::Kind::open && !content(step, has_attributes, first, count, depth)) return false;
    }
    return true;
  }

  bool content(const Step& step, bool has_attributes, std::size_t first, std::size_t count, std::uint32_t depth) {
    Node* path = step.path;
    Node* target = has_attributes ? step.text : step.path;
    if (step.name.begin != step.name.end) {
      const auto name = text(step.name, first, count);
      if (!name) return false;
      path = target = &codec_.tree_.child(*step.path, is_empty(*name) ? "Data" : name->raw);
    }
    const auto put = [&](Token token) {
      if (!is_empty(token)) {
        writer_.value(*target, token);
      } else if (step.is_data) {
        writer_.value(*target, {TokenKind::text, {}});
      } else if (!has_attributes) {
        writer_.value(*target, {TokenKind::null, {}});
      }
    };
    const bool is_one = step.content.end - step.content.begin == 1;
    if (is_one && codec_.pieces_[step.content.begin].is_value) {
      const Value value = value_of(codec_.pieces_[step.content.begin], first, count);
      if (value.type == static_cast<std::uint8_t>(BinaryXmlType::binary_xml) && !value.bytes.empty()) {
        const auto begin = static_cast<std::size_t>(value.bytes.data() - codec_.chunk_.data());
        return fragment(begin, begin + value.bytes.size(), *path, true, depth + 1);
      }
      if ((value.type & kBinaryXmlArray) != 0 && !value.bytes.empty()) {  // the element once for each
        std::string_view rest = value.bytes;
        while (!rest.empty()) {
          const auto token = element(value.type, rest);
          if (!token) return false;
          put(*token);
        }
        return true;
      }
      const auto token = single(static_cast<BinaryXmlType>(value.type & ~kBinaryXmlArray), value.bytes);
      if (!token) return false;
      put(*token);
      return true;
    }
    const auto token = text(step.content, first, count);
    if (!token) return false;
    put(*token);
    return true;
  }

  Value value_of(const Piece& piece, std::size_t first, std::size_t count) const {
    return piece.index < count ? codec_.values_[first + piece.index] : Value{};
  }

  /// The first value of an array, taken off `rest`.
  std::optional<Token> element(std::uint8_t type, std::string_view& rest) {
    const auto scalar = static_cast<BinaryXmlType>(type & ~kBinaryXmlArray);
    const auto bytes = take_array_element(scalar, rest);
    if (!bytes || !spend(1)) return problem_ == nullptr ? bad_value() : std::nullopt;
    return single(scalar, *bytes);
  }

  std::optional<Token> bad_value() {
    problem_ = kBadValue;
    return std::nullopt;
  }

  std::optional<Token> single(BinaryXmlType type, std::string_view bytes) {
    if (bytes.empty()) return Token{TokenKind::null, {}};
    if (bytes.size() > text_left_) {
      problem_ = kTooMuch;
      return std::nullopt;
    }
    text_left_ -= bytes.size();
    if (type == BinaryXmlType::string) return Token{TokenKind::text, utf16le_to_utf8(bytes, arena_, lone_surrogates_)};
    const auto token = read_binary_xml_value(type, bytes, arena_, lone_surrogates_);
    return token ? token : bad_value();
  }

  /// The text of pieces; the token of a value that stands alone. nullopt: problem() says why.
  std::optional<Token> text(Range pieces, std::size_t first, std::size_t count) {
    if (pieces.begin == pieces.end) return Token{TokenKind::null, {}};
    if (pieces.end - pieces.begin == 1) {
      const Piece& piece = codec_.pieces_[pieces.begin];
      if (!piece.is_value) return Token{TokenKind::text, piece.literal};
      const Value value = value_of(piece, first, count);
      if ((value.type & kBinaryXmlArray) == 0) return single(static_cast<BinaryXmlType>(value.type), value.bytes);
    }
    std::string joined;
    for (std::uint32_t i = pieces.begin; i < pieces.end; ++i) {
      const Piece& piece = codec_.pieces_[i];
      joined += piece.literal;
      if (!piece.is_value) continue;
      const Value value = value_of(piece, first, count);
      std::string_view rest = value.bytes;
      bool is_first = true;
      while (!rest.empty()) {
        std::optional<Token> token;
        if ((value.type & kBinaryXmlArray) != 0) {
          token = element(value.type, rest);
        } else {
          token = single(static_cast<BinaryXmlType>(value.type), rest);
          rest = {};
        }
        if (!token) return std::nullopt;
        if (!is_first) joined += ',';
        is_first = false;
        joined += token->raw;
      }
    }
    if (joined.size() > text_left_) {
      problem_ = kTooMuch;
      return std::nullopt;
    }
    text_left_ -= joined.size();
    return Token{TokenKind::text, arena_.copy(joined)};
  }

  BinaryXmlCodec& codec_;
  SlotWriter& writer_;
  Arena& arena_;
  std::size_t text_left_;
  std::size_t steps_left_ = 100'000;
  std::uint64_t lone_surrogates_ = 0;
  const char* problem_ = nullptr;
};

BinaryXmlCodec::BinaryXmlCodec(Schema& schema, const BinaryXmlLimits& limits)
    : limits_(limits), shape_(schema.shapes().xml_shape()), tree_(schema, shape_), finder_(schema) {}

void BinaryXmlCodec::begin_chunk(std::string_view chunk) {
  chunk_ = chunk;
  programs_.clear();
  steps_.clear();
  pieces_.clear();
  attributes_.clear();
  if (tree_.is_full()) tree_.clear();
}

const char* BinaryXmlCodec::read(std::size_t begin, std::size_t end, Event& event, std::vector<Slot>& slots,
                                 Arena& arena, Defects& defects) {
  if (tree_.is_full()) begin_chunk(chunk_);  // the chunk's programs point into the tree
  const std::size_t first = slots.size();
  SlotWriter writer(event, slots, limits_.max_fields, defects);
  Run run(*this, writer, arena);
  values_.clear();
  run.fragment(begin, end, tree_.root(), false, 0);
  if (run.problem() == nullptr && slots.size() == first) return kDamaged;
  if (run.problem() != nullptr) {
    slots.resize(first);
    event.time = event.host = {};
    event.time_style = TimeStyle::none;
    return run.problem();
  }
  if (run.lone_surrogates() != 0) ++defects["lone surrogate"];
  if (shape_ != nullptr) event.log_source = finder_.find(*shape_, std::span(slots).subspan(first));
  return nullptr;
}

}  // namespace tocsin::event
