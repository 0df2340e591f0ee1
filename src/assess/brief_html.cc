// A brief as one page of HTML. No script, no font, no picture from elsewhere; a content policy in the page forbids them
// as well, so that a hostile text could load nothing even if it got through the escaping. The page is also well-formed
// XML but for its first line, which makes it easy to check.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "assess/brief.h"
#include "assess/brief_picture.h"
#include "assess/wording.h"
#include "base/unicode.h"

namespace tocsin::assess {

namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark;
  --paper: #fdfcf9; --ink: #1d1c1a; --soft: #66625b; --rule: #d9d4c9; --fill: #f4f1ea; --accent: #8a2f1d; --link: #2a557f;
  --serif: Charter, "Bitstream Charter", "Sitka Text", "Iowan Old Style", Cambria, Georgia, "Noto Serif", "Liberation Serif", "DejaVu Serif", serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #171716; --ink: #e8e5de; --soft: #a29d93; --rule: #3a3834; --fill: #21201e; --accent: #e08a6d; --link: #8fb8e0; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 var(--serif); }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
article + article { border-top: 3px solid var(--rule); margin-top: 4rem; padding-top: 2.5rem; }
header { font: .8125rem/1.5 var(--sans); color: var(--soft); }
.line { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: .25rem 1.5rem; }
.marking { display: inline-block; background: #000; padding: .1rem .5rem; font-weight: 600; letter-spacing: .02em; }
.TLP-RED { color: #ff2b2b; } .TLP-AMBER, .TLP-AMBER-STRICT { color: #ffc000; } .TLP-GREEN { color: #33ff00; } .TLP-CLEAR { color: #fff; }
h1 { font: 600 1.75rem/1.2 var(--serif); margin: 1.25rem 0 1.5rem; text-wrap: balance; letter-spacing: -.005em; }
h2 { font: 600 .8125rem/1.3 var(--sans); letter-spacing: .06em; text-transform: uppercase; color: var(--soft); margin: 2.25rem 0 .5rem; }
p, ul, ol { margin: 0; } p { hyphens: manual; }
ul, ol { padding-left: 1.4rem; } li { margin: .4rem 0; } li::marker { color: var(--soft); }
.lead { font-size: 1.125rem; }
ol.steps { counter-reset: step; list-style: none; padding: 0; }
ol.steps > li { counter-increment: step; position: relative; padding: .7rem 0 .75rem 2.25rem; margin: 0; border-top: 1px solid var(--rule); }
ol.steps > li:last-child { border-bottom: 1px solid var(--rule); }
ol.steps > li::before { content: counter(step); position: absolute; left: .25rem; top: .7rem; font: 600 1.0625rem/1.55 var(--sans); color: var(--accent); }
ol.steps strong { font-weight: 600; display: block; }
ol.steps .because { color: var(--soft); font-size: .9375rem; line-height: 1.45; display: block; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; } a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.refs { font: .6875rem/1 var(--sans); vertical-align: .4em; padding-left: .1em; }
.refs a { padding: .35em .12em; white-space: nowrap; }
figure { margin: 2.25rem 0 0; } figcaption { font: .8125rem/1.4 var(--sans); color: var(--soft); margin-top: .5rem; }
svg { display: block; width: 100%; height: auto; max-width: 35rem; overflow: visible; } svg.timeline { max-width: 30rem; }
svg text { fill: var(--ink); font: 12.5px var(--sans); } svg .name { font-weight: 500; }
svg .small { font-size: 10.5px; fill: var(--soft); } svg text.seen { fill: var(--accent); font-weight: 600; }
svg .label { font-size: 10.5px; fill: var(--soft); letter-spacing: .04em; } svg .time { font-size: 11px; fill: var(--soft); }
svg .box { fill: var(--fill); stroke: var(--rule); } svg .actor { stroke: var(--ink); } svg rect.seen { stroke: var(--accent); stroke-width: 1.6; }
svg .edge { fill: none; stroke: var(--soft); stroke-width: 1.1; } svg .tip { fill: var(--soft); }
svg .axis { stroke: var(--rule); stroke-width: 1.5; } svg .dot { fill: var(--paper); stroke: var(--soft); stroke-width: 1.6; }
svg .dot.seen { fill: var(--accent); stroke: var(--accent); } svg .dot.assessed { fill: var(--ink); stroke: var(--ink); } svg .dot.deadline { stroke: var(--accent); stroke-width: 2.2; }
table { width: 100%; border-collapse: collapse; font: .875rem/1.45 var(--sans); }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .75rem; } th, td { padding: .4rem .75rem .4rem 0; vertical-align: top; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
th { white-space: nowrap; } td { min-width: 4.5rem; } td:first-child { font-weight: 600; white-space: nowrap; }
.notes { list-style: none; padding: 0; font: .875rem/1.45 var(--sans); }
.notes li { padding: .5rem .5rem .5rem 2.25rem; margin: 0 -.5rem; position: relative; border-radius: 3px; scroll-margin-top: 1rem; }
.notes li:target { background: var(--fill); box-shadow: inset 3px 0 var(--accent); }
.notes .number { position: absolute; left: .5rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.notes .source { overflow-wrap: anywhere; font-weight: 600; } .notes .place, .notes .detail { color: var(--soft); overflow-wrap: anywhere; }
.notes q, .notes .fields { display: block; margin-top: .15rem; overflow-wrap: anywhere; } .notes q { quotes: none; font-family: var(--serif); font-size: .9375rem; }
footer { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--rule); font: .75rem/1.5 var(--sans); color: var(--soft); overflow-wrap: anywhere; }
nav h2 { margin-top: 0; } nav + article { margin-top: 2.5rem; }
nav ol { font: .9375rem/1.5 var(--sans); }
@media (max-width: 34rem) {
  body { font-size: 1.0625rem; } h1 { font-size: 1.5rem; } main { padding: 1rem 1rem 3rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--rule); }
  td, td:first-child { min-width: 0; white-space: normal; } td { display: flex; gap: .75rem; border: 0; padding: .1rem 0; } td::before { content: attr(data-label); flex: 0 0 7rem; color: var(--soft); font-weight: 400; } }
@page { size: A4; margin: 18mm 20mm 20mm; }
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb; --fill: #f3f3f3; --accent: #7a2010; --link: #000; }
  html { font-size: 9.6pt; } body { line-height: 1.42; } main { max-width: none; padding: 0; } h1 { margin: .8rem 0 1rem; }
  article + article { break-before: page; border: 0; margin: 0; padding: 0; } h2 { margin-top: 1.3rem; break-after: avoid; }
  li, tr, figure { break-inside: avoid; } p { orphans: 3; widows: 3; } .pictures { display: flex; gap: 2rem; align-items: flex-start; margin-top: 1.3rem; } .pictures figure { flex: 1 1 0; margin: 0; }
  .marking { -webkit-print-color-adjust: exact; print-color-adjust: exact; } .notes { font-size: .8125rem; } .notes q { font-size: .875rem; } .notes li { padding-top: .2rem; padding-bottom: .2rem; } }
)css";

class Page {
 public:
  std::string print(std::span<const Brief> briefs) {
    out_ =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
        "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "form-action 'none'; base-uri 'none'\"/>\n";
    const std::string title = briefs.empty() ? "No warnings" : briefs.front().title;
    out_ += fmt::format("<title>{}</title>\n<style>{}{}</style>\n</head>\n<body>\n<main>\n", escape_html(title), kStyle,
                        page_margins(briefs));
    if (briefs.empty()) out_ += "<p class=\"lead\">No warnings.</p>\n";
    if (briefs.size() > 1) contents(briefs);
    for (std::size_t i = 0; i < briefs.size(); ++i) {
      prefix_ = fmt::format("w{}", i + 1);
      article(briefs[i]);
    }
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  /// TLP 2.0 wants the marking on every page, above and below: the strictest one of the page's briefs.
  static std::string page_margins(std::span<const Brief> briefs) {
    constexpr auto kOrder =
        std::to_array<std::string_view>({"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"});
    std::size_t strictest = 0;
    for (const Brief& brief : briefs) {
      const auto found = std::ranges::find(kOrder, brief.marking);
      strictest = std::max(strictest, static_cast<std::size_t>(found - kOrder.begin()));
    }
    if (briefs.empty() || strictest >= kOrder.size()) return {};
    return fmt::format(
        "@page {{ @top-right {{ content: \"{0}\"; font: 600 8pt sans-serif; }} @bottom-right {{ content: \"{0}\"; "
        "font: 600 8pt sans-serif; }} }}\n",
        kOrder[strictest]);
  }

  void contents(std::span<const Brief> briefs) {
    out_ += "<nav aria-label=\"Warnings\">\n<h2>In this page</h2>\n<ol>\n";
    std::set<std::string_view> named;  // a line a warning, with a link to each of its views
    for (const Brief& warning : briefs) {
      if (!named.insert(warning.id).second) continue;
      out_ += fmt::format("<li>{}<br/>", escape_html(warning.title));
      std::string_view between;
      for (std::size_t i = 0; i < briefs.size(); ++i) {
        if (briefs[i].id != warning.id) continue;
        out_ += fmt::format("{}<a href=\"#w{}\">{}</a>", between, i + 1, view_name(briefs[i].view));
        between = " · ";
      }
      out_ += "</li>\n";
    }
    out_ += "</ol>\n</nav>\n";
  }

  void article(const Brief& brief) {
    std::string marking_class = brief.marking;
    for (char& c : marking_class) c = is_ascii_alnum(c) ? c : '-';
    out_ += fmt::format(
        "<article id=\"{}\">\n<header>\n<div class=\"line\"><span class=\"marking {}\">{}</span><span>{} "
        "brief</span></div>\n",
        prefix_, marking_class, escape_html(brief.marking), capitalised(std::string(view_name(brief.view))));
    out_ += fmt::format("<div class=\"line\"><span>{}</span><span>{}</span></div>\n</header>\n<h1>{}</h1>\n",
                        escape_html(brief.organisation), escape_html(brief.date), escape_html(brief.title));
    for (std::size_t i = 0; i < brief.sections.size(); ++i) {
      section(brief.sections[i], i == 0);
      if (brief.sections[i].form == SectionForm::steps) pictures(brief);
    }
    out_ += fmt::format("<section>\n<h2>Evidence</h2>\n<ol class=\"notes\">\n");
    for (std::size_t i = 0; i < brief.notes.size(); ++i) note(brief.notes[i], i);
    out_ += fmt::format("</ol>\n</section>\n<footer>{} · {}</footer>\n</article>\n", escape_html(brief.marking),
                        escape_html(brief.id));
  }

  void pictures(const Brief& brief) {
    out_ += "<div class=\"pictures\">\n";
    const bool drawn = !brief.drawing.ways.empty() || !brief.drawing.assets.empty();
    if (drawn) {
      out_ += "<figure>\n" + print_drawing_svg(brief.drawing, prefix_);
      out_ += "<figcaption>Who is reported, by which way, to what of ours.</figcaption>\n</figure>\n";
    }
    if (brief.timeline.size() > 1) out_ += "<figure>\n" + print_timeline_svg(brief.timeline, prefix_) + "</figure>\n";
    out_ += "</div>\n";
  }

  void section(const Section& section, bool lead) {
    out_ += fmt::format("<section>\n<h2>{}</h2>\n", escape_html(section.heading));
    switch (section.form) {
      case SectionForm::prose:
        out_ += lead ? "<p class=\"lead\">" : "<p>";
        for (std::size_t i = 0; i < section.sentences.size(); ++i) {
          if (i != 0) out_ += "\n";
          sentence(section.sentences[i]);
        }
        out_ += "</p>\n";
        break;
      case SectionForm::bullets:
        out_ += "<ul>\n";
        for (const Sentence& each : section.sentences) {
          out_ += "<li>";
          sentence(each);
          out_ += "</li>\n";
        }
        out_ += "</ul>\n";
        break;
      case SectionForm::steps:
        out_ += "<ol class=\"steps\">\n";
        for (std::size_t i = 0; i < section.sentences.size(); ++i) {
          out_ += fmt::format("<li><strong>{}</strong>", escape_html(section.sentences[i].text));
          if (i < section.because.size()) {
            out_ += " <span class=\"because\">";
            sentence(section.because[i]);
            out_ += "</span>";
          }
          out_ += "</li>\n";
        }
        out_ += "</ol>\n";
        break;
      case SectionForm::table:
        table(section.table);
        break;
    }
    out_ += "</section>\n";
  }

  void table(const Table& table) {
    out_ += "<table>\n<thead><tr>";
    for (const std::string& head : table.head) out_ += fmt::format("<th scope=\"col\">{}</th>", escape_html(head));
    out_ += "</tr></thead>\n<tbody>\n";
    for (const TableRow& row : table.rows) {
      out_ += "<tr>";
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const bool last = i + 1 == row.cells.size();
        out_ += fmt::format("<td data-label=\"{}\"><span>{}", escape_html(i < table.head.size() ? table.head[i] : ""),
                            escape_html(row.cells[i].empty() ? "–" : row.cells[i]));
        if (last) refs(row.notes);
        out_ += "</span></td>";
      }
      out_ += "</tr>\n";
    }
    out_ += "</tbody>\n</table>\n";
  }

  void sentence(const Sentence& sentence) {
    out_ += escape_html(sentence.text);
    refs(sentence.notes);
  }

  void refs(const std::vector<std::size_t>& notes) {
    if (notes.empty()) return;
    out_ += "<span class=\"refs\">";
    bool is_first = true;
    for (const NoteRun& run : note_runs(notes)) {
      if (!is_first) out_ += ' ';
      is_first = false;
      const std::string to = run.last == run.first ? "" : fmt::format("–{}", run.last + 1);
      out_ +=
          fmt::format("<a href=\"#{0}-n{1}\" aria-label=\"Evidence {1}{2}\">{1}{2}</a>", prefix_, run.first + 1, to);
    }
    out_ += "</span>";
  }

  void note(const Note& note, std::size_t index) {
    out_ += fmt::format("<li id=\"{0}-n{1}\"><span class=\"number\">{1}</span><span class=\"source\">{2}</span>",
                        prefix_, index + 1, escape_html(note.source));
    if (!note.place.empty()) out_ += fmt::format("<span class=\"place\">, {}</span>", escape_html(note.place));
    if (!note.detail.empty()) out_ += fmt::format("<span class=\"detail\"> · {}</span>", escape_html(note.detail));
    if (!note.quote.empty()) {
      const bool words = note.kind == NoteKind::document || note.kind == NoteKind::component;
      out_ += words ? fmt::format("<q>{}</q>", escape_html(quoted(note.quote)))
                    : fmt::format("<span class=\"fields\">{}</span>", escape_html(note.quote));
    }
    out_ += "</li>\n";
  }

  std::string out_;
  std::string prefix_;
};

}  // namespace

std::string print_brief_html(std::span<const Brief> briefs) { return Page().print(briefs); }

}  // namespace tocsin::assess
