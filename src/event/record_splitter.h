#pragma once

// Where records begin and end in a stretch of a log file: lines of text, JSON objects one a line, printed over several
// lines, one after another or as the elements of an array, <Event> elements of XML inside a document or by themselves.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tocsin::event {

enum class RecordKind : std::uint8_t {
  text,        ///< a line that doesn't begin like JSON
  json,        ///< looks like one whole JSON object on a line; whether it is, the parser says
  object,      ///< from an opening brace to the one that closes it
  damaged,     ///< an object that breaks off: its text up to where the next record may begin
  xml,         ///< an <Event> element
  damaged_xml  ///< one that breaks off
};

struct RecordExtent {
  RecordKind kind = RecordKind::text;
  std::size_t begin = 0;
  std::size_t end = 0;   ///< without line end and separators
  std::size_t next = 0;  ///< where to look for the next record
};

/// Holds only whether the place is inside a top-level array, or behind an object on its line. One thread.
class RecordSplitter {
 public:
  enum class Found : std::uint8_t { record, need_more, nothing };

  /// The first record at or after `from`.
  /// in:  text: the stretch; is_last: nothing comes after it
  /// out: need_more: the record that begins at extent.begin doesn't end in `text`; nothing: only white space left
  Found next(std::string_view text, std::size_t from, bool is_last, RecordExtent& extent);

  /// For a record of kind json that wasn't one after all: the object that begins at `begin`, whatever its lines.
  Found object(std::string_view text, std::size_t begin, bool is_last, RecordExtent& extent);

 private:
  Found xml(std::string_view text, std::size_t begin, bool is_last, RecordExtent& extent);

  bool in_array_ = false;
  bool crowded_ = false;  ///< more on the line of the last object
};

}  // namespace tocsin::event
