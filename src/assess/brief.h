#pragma once

// A warning as people read it: first what, then so what, then what to do first. A Brief is a value; the printers give
// it a form. Every sentence that states something leads to numbered notes: the words of a document, a log record, a
// component, a known fact, or what was searched in vain.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assess/assess.h"
#include "base/time.h"
#include "record/document.h"
#include "record/organisation.h"
#include "record/warning.h"

namespace tocsin::assess {

enum class View : std::uint8_t { executive, management, operations };
std::string_view view_name(View view);
std::optional<View> parse_view(std::string_view name);

/// What a brief needs beside the warning. Borrowed for the call.
struct BriefContext {
  const record::Estate& estate;
  std::span<const record::DocumentInfo> documents;  ///< those that were read; titles and dates come from here
  std::span<const LogRead> logs;                    ///< those that were searched
  Instant as_of{};                                  ///< time of the assessment = of awareness; the CERT's clock starts
};

enum class NoteKind : std::uint8_t { document, log, component, search, reasoning };

/// Where a sentence comes from.
struct Note {
  NoteKind kind = NoteKind::document;
  std::string source;       ///< path, or what was searched; "r.html", "access.log:17", "method"
  std::string place;        ///< "bytes 990–1180", "line 17, byte 40960", or empty
  std::string quote;        ///< the words, the record's fields, or the reasoning
  std::string detail = {};  ///< title and date of the document, rule title …, or empty
  bool operator==(const Note&) const = default;
};

struct Sentence {
  std::string text;                ///< one sentence, with its final stop
  std::vector<std::size_t> notes;  ///< indices into Brief::notes, ascending; never empty
  bool operator==(const Sentence&) const = default;
};

/// Neighbouring notes as one reference: 11 to 41 rather than 31 numbers.
struct NoteRun {
  std::size_t first = 0;
  std::size_t last = 0;
  bool operator==(const NoteRun&) const = default;
};
/// in: ascending indices     out: ascending runs
std::vector<NoteRun> note_runs(const std::vector<std::size_t>& notes);

/// One row of an exposures or sightings table (operations view).
struct TableRow {
  std::vector<std::string> cells;
  std::vector<std::size_t> notes;
  bool operator==(const TableRow&) const = default;
};

struct Table {
  std::vector<std::string> head;
  std::vector<TableRow> rows;
  bool operator==(const Table&) const = default;
};

enum class SectionForm : std::uint8_t { prose, bullets, steps, table };

struct Section {
  std::string heading;
  SectionForm form = SectionForm::prose;
  std::vector<Sentence> sentences;  ///< steps come in pairs of one item: what to do, and why in `because`
  std::vector<Sentence> because;    ///< of steps: as many as sentences
  Table table;
  bool operator==(const Section&) const = default;
};

/// actor → weakness → asset. Edges are indices.
struct Drawing {
  struct Edge {
    std::size_t from = 0;
    std::size_t to = 0;
    bool operator==(const Edge&) const = default;
  };
  std::vector<std::string> actors;
  std::vector<std::string> ways;    ///< weaknesses in words
  std::vector<std::string> assets;  ///< "web-01", with `asset_roles` beneath
  std::vector<std::string> asset_roles;
  std::vector<bool> asset_seen;  ///< something was seen there
  std::vector<Edge> actor_ways;
  std::vector<Edge> way_assets;
  bool operator==(const Drawing&) const = default;
};

enum class MomentKind : std::uint8_t { published, seen, vulnerability, assessed, deadline };

struct Moment {
  MomentKind kind = MomentKind::published;
  Instant instant{};
  std::string time;  ///< as far as known: a date or RFC 3339
  std::string text;
  bool operator==(const Moment&) const = default;
};

struct Brief {
  View view = View::executive;
  std::string id;  ///< of the warning
  std::string organisation;
  std::string title;
  std::string marking;  ///< "TLP:AMBER"
  std::string date;     ///< of the assessment
  std::vector<Section> sections;
  Drawing drawing;
  std::vector<Moment> timeline;  ///< oldest first
  std::vector<Note> notes;
  bool operator==(const Brief&) const = default;
};

/// The brief of one warning. Deterministic.
Brief make_brief(const record::Warning& warning, const BriefContext& context, View view);

struct TextStyle {
  int columns = 80;     ///< 40 to 200; wide (CJK) characters count two
  bool colour = false;  ///< ANSI SGR sequences; control characters of the input never reach the terminal
};

/// For a terminal: sections, then numbered notes with document, offsets and quote.
std::string print_brief_text(const Brief& brief, const TextStyle& style = {});

/// One self-contained page of all `briefs` (one article each): no script, no external resource, light and dark, phone
/// and paper. Every text is escaped: the input is hostile.
std::string print_brief_html(std::span<const Brief> briefs);

}  // namespace tocsin::assess
