// A brief for a terminal. One column of text, section names in small capitals' stead in upper case, notes at the end.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "assess/brief.h"
#include "assess/brief_picture.h"
#include "assess/wording.h"
#include "base/unicode.h"

namespace tocsin::assess {

namespace {

constexpr std::size_t kMostQuote = 600;  // bytes of a quote that are shown; the offsets give the rest

class Printer {
 public:
  Printer(const Brief& brief, const TextStyle& style)
      : brief_(brief), columns_(static_cast<std::size_t>(std::clamp(style.columns, 40, 200))), colour_(style.colour) {}

  std::string print() {
    head();
    for (const Section& section : brief_.sections) print_section(section);
    timeline();
    notes();
    out_ += "\n" + dim(fmt::format("{} · {}", brief_.marking, brief_.id)) + "\n";
    return std::move(out_);
  }

 private:
  std::string styled(std::string_view code, std::string_view text) const {
    return colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  std::string bold(std::string_view text) const { return styled("1", text); }
  std::string dim(std::string_view text) const { return styled("2", text); }

  void two_sides(const std::string& left, const std::string& right) {
    const std::size_t used = display_width(left) + display_width(right);
    if (used + 2 > columns_) {
      out_ += left + "\n" + dim(right) + "\n";
    } else {
      out_ += left + std::string(columns_ - used, ' ') + dim(right) + "\n";
    }
  }

  void paragraph(std::string_view text, std::size_t indent, std::string_view first = {}) {
    bool is_first = true;
    for (const std::string& line : wrap_text(text, columns_ - indent)) {
      const std::size_t lead = display_width(first);
      out_ +=
          is_first && lead <= indent ? std::string(first) + std::string(indent - lead, ' ') : std::string(indent, ' ');
      out_ += line + "\n";
      is_first = false;
    }
  }

  static std::string marks(const std::vector<std::size_t>& notes) {
    std::string out;
    for (const NoteRun& run : note_runs(notes)) {
      out += out.empty() ? "" : ",";
      out += fmt::format("{}", run.first + 1);
      if (run.last != run.first) out += fmt::format("{}{}", run.last == run.first + 1 ? "," : "–", run.last + 1);
    }
    return out.empty() ? out : fmt::format(" [{}]", out);
  }

  void head() {
    two_sides(brief_.marking, fmt::format("{} brief", capitalised(std::string(view_name(brief_.view)))));
    two_sides(brief_.organisation, brief_.date);
    out_ += "\n";
    for (const std::string& line : wrap_text(brief_.title, columns_)) out_ += bold(line) + "\n";
    for (std::size_t i = 0; i < columns_; ++i) out_ += "─";
    out_ += "\n";
  }

  void heading(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    out_ += "\n" + bold(upper) + "\n";
  }

  void print_section(const Section& section) {
    heading(section.heading);
    switch (section.form) {
      case SectionForm::prose: {
        std::string text;
        for (const Sentence& sentence : section.sentences)
          text += (text.empty() ? "" : " ") + sentence.text + marks(sentence.notes);
        paragraph(text, 2);
        break;
      }
      case SectionForm::bullets:
        for (const Sentence& sentence : section.sentences) paragraph(sentence.text + marks(sentence.notes), 4, "  –");
        break;
      case SectionForm::steps:
        for (std::size_t i = 0; i < section.sentences.size(); ++i) {
          paragraph(section.sentences[i].text, 5, fmt::format("{:>3}.", i + 1));
          if (i < section.because.size()) paragraph(section.because[i].text + marks(section.because[i].notes), 5);
        }
        break;
      case SectionForm::table:
        table(section.table);
        break;
    }
  }

  /// A list of rows: first cell as name, the others with their heads beneath; no table is wider than a terminal.
  void table(const Table& table) {
    for (const TableRow& row : table.rows) {
      std::string text = row.cells.empty() ? std::string() : row.cells.front();
      for (std::size_t i = 1; i < row.cells.size(); ++i) {
        if (row.cells[i].empty()) continue;
        text += fmt::format(" · {}: {}", i < table.head.size() ? ascii_lower(table.head[i]) : "", row.cells[i]);
      }
      paragraph(text + marks(row.notes), 4, "  –");
    }
  }

  void timeline() {
    if (brief_.timeline.size() < 2) return;
    heading("Timeline");
    std::size_t widest = 0;
    for (const Moment& moment : brief_.timeline) widest = std::max(widest, display_width(moment.time));
    for (const Moment& moment : brief_.timeline) paragraph(moment.text, widest + 4, "  " + moment.time);
  }

  void notes() {
    heading("Evidence");
    for (std::size_t i = 0; i < brief_.notes.size(); ++i) {
      const Note& note = brief_.notes[i];
      std::string where = note.source;
      if (!note.place.empty()) where += ", " + note.place;
      if (!note.detail.empty()) where += fmt::format(" ({})", note.detail);
      paragraph(where, 7, fmt::format("{:>6}", fmt::format("[{}]", i + 1)));
      if (note.quote.empty()) continue;
      std::string quote = note.quote;
      if (quote.size() > kMostQuote) {
        std::size_t cut = kMostQuote;
        while (cut > 0 && (static_cast<unsigned char>(quote[cut]) & 0xC0) == 0x80) --cut;
        quote = quote.substr(0, cut) + " …";
      }
      paragraph(note.kind == NoteKind::document || note.kind == NoteKind::component ? quoted(quote) : quote, 7);
    }
  }

  const Brief& brief_;
  std::size_t columns_;
  bool colour_;
  std::string out_;
};

}  // namespace

std::string print_brief_text(const Brief& brief, const TextStyle& style) { return Printer(brief, style).print(); }

}  // namespace tocsin::assess
