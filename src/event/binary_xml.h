#pragma once

// Windows' binary XML → slots. A template definition is read once a chunk into a flat program of steps; a record that
// instantiates it is then a walk over those steps with the record's own values.
//
// Field names are those of the JSON that evtx_dump writes of the same record (so that a rule finds the same fields in
// both): an element's text stands under the keys of its ancestors, attributes under "#attributes" and, where an element
// has both, its text under "#text". <Data Name="X"> is a key X. An element with neither is null.
//
// Where the format leaves room for bombs (definitions that instantiate themselves, one long value used ten thousand
// times) there are budgets on depth, steps and text of a record.
//
// source: [MS-EVEN6] 2.2.12 to 2.2.18; the EVTX format documentation of libevtx

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/binary_xml_value.h"
#include "event/event.h"
#include "event/field_paths.h"
#include "event/log_source_finder.h"
#include "event/schema.h"

namespace tocsin::event {

struct BinaryXmlLimits {
  std::size_t max_fields = 10'000;              ///< slots of a record; the rest is left out, counted
  std::uint32_t max_depth = 64;                 ///< of elements, and of values that are binary XML again
  std::size_t max_text = std::size_t{4} << 20;  ///< bytes of text of a record; a chunk has 64 KiB
};

/// One thread.
class BinaryXmlCodec {
 public:
  BinaryXmlCodec(Schema& schema, const BinaryXmlLimits& limits);

  /// All records up to the next call are of this chunk. It is borrowed; offsets in binary XML count from its first
  /// byte.
  void begin_chunk(std::string_view chunk);

  /// Reads the record's binary XML, bytes `begin` to `end` of the chunk, into time, host, log source and slots.
  /// out: null, or why it cannot be read (nothing is appended then). Slots point into the arena, static storage or the
  ///      texts of templates, which are in the arena of the batch that the chunk was begun for: one arena a chunk.
  const char* read(std::size_t begin, std::size_t end, Event& event, std::vector<Slot>& slots, Arena& arena,
                   Defects& defects);

 private:
  using Node = FieldTree::Node;
  class Compiler;
  class Run;

  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  /// A part of a text: as it stands in the definition, or a value of the record.
  struct Piece {
    bool is_value = false;
    std::uint16_t index = 0;
    std::string_view literal = {};
  };
  struct Attribute {
    Node* path = nullptr;
    Range pieces;
  };
  struct Step {
    enum class Kind : std::uint8_t {
      leaf,      ///< an element without elements in the definition
      open,      ///< an element with elements, which follow
      text,      ///< text beside elements
      instance,  ///< a template instance inside the definition, at `place`
    };
    Kind kind = Kind::leaf;
    bool is_data = false;  ///< <Data Name=…>
    Node* path = nullptr;  ///< of the element; of its parent while the name is a value of the record
    Node* text = nullptr;  ///< of its text where it has attributes
    Range attributes;
    Range content;  ///< pieces
    Range name;     ///< pieces of a Data element's name that only the record knows
    std::size_t place = 0;
  };
  /// A definition under one parent path.
  struct Program {
    std::size_t definition = 0;
    const Node* parent = nullptr;
    Range steps;
  };

  BinaryXmlLimits limits_;
  const RecordShape* shape_ = nullptr;
  FieldTree tree_;
  LogSourceFinder finder_;
  std::string_view chunk_;
  // Of the chunk's definitions; cleared from chunk to chunk, memory kept.
  std::vector<Program> programs_;
  std::vector<Step> steps_;
  std::vector<Piece> pieces_;
  std::vector<Attribute> attributes_;
  std::string scratch_;
  struct Value {
    std::uint8_t type = 0;
    std::string_view bytes;
  };
  std::vector<Value> values_;  // of all instances that are being read, innermost last
};

}  // namespace tocsin::event
