#include "assess/brief_notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "assess/wording.h"

namespace tocsin::assess {

namespace {

std::string place_of(const record::Span& span) {
  const std::string bytes = fmt::format("bytes {}–{}", span.start, span.end);
  return span.page ? fmt::format("page {}, {}", *span.page, bytes) : bytes;
}

}  // namespace

std::size_t NoteBook::add(Note note) {
  const auto found = std::ranges::find_if(notes_, [&](const Note& other) {
    return other.kind == note.kind && other.source == note.source && other.place == note.place &&
           other.quote == note.quote &&
           ((note.kind == NoteKind::document && !note.place.empty()) || other.detail == note.detail);
  });
  if (found != notes_.end()) return static_cast<std::size_t>(found - notes_.begin());
  notes_.push_back(std::move(note));
  return notes_.size() - 1;
}

std::vector<std::size_t> NoteBook::of_claim(const record::Claim& claim) {
  std::vector<std::size_t> notes;
  for (const record::Evidence& evidence : claim.evidence) notes.push_back(of_evidence(evidence));
  return notes;
}

std::size_t NoteBook::of_evidence(const record::Evidence& evidence) {
  std::string detail;  // title and date stand in the first note of a document
  for (const record::DocumentInfo& document : context_.documents) {
    if (document.path != evidence.document) continue;
    if (std::ranges::find(notes_, one_line(evidence.document), &Note::source) != notes_.end()) break;
    if (document.title) detail = fmt::format("“{}”", one_line(*document.title));
    if (document.published)
      detail += fmt::format("{}{}", detail.empty() ? "" : ", ", time_in_words(*document.published));
    break;
  }
  return add(
      {NoteKind::document, one_line(evidence.document), place_of(evidence.span), one_line(evidence.quote), detail});
}

std::vector<std::size_t> NoteBook::of_through(const record::Through& through) {
  const record::Exposure& exposure = through.exposure;
  std::string detail = fmt::format(
      "{}{}{} on {}: {}", one_line(exposure.component), exposure.version.empty() ? "" : " ", one_line(exposure.version),
      one_line(exposure.asset), exposure.vulnerability.empty() ? "end of life" : one_line(exposure.vulnerability));
  detail +=
      fmt::format(", {}", record::verdict_name(exposure.verdict) == "likely" ? "version range fits"
                                                                             : record::verdict_name(exposure.verdict));
  if (!exposure.range.empty()) detail += fmt::format(", range {}", one_line(exposure.range));
  if (!exposure.source.empty()) detail += fmt::format(", source {}", one_line(exposure.source));
  std::vector<std::size_t> notes;
  for (const record::Evidence& evidence : exposure.evidence) {
    notes.push_back(add(
        {NoteKind::component, one_line(evidence.document), place_of(evidence.span), one_line(evidence.quote), detail}));
  }
  if (notes.empty()) notes.push_back(add({NoteKind::component, one_line(context_.estate.path), "", "", detail}));
  return notes;
}

std::size_t NoteBook::of_seen(const record::Seen& seen) {
  const record::Match& match = seen.match;
  std::string quote;
  for (const auto& [field, value] : match.fields) {
    quote += fmt::format("{}{}={}", quote.empty() ? "" : "; ", one_line(field), one_line(value));
  }
  if (match.indicator)
    quote += fmt::format("{}indicator {}", quote.empty() ? "" : "; ", one_line(match.indicator->value));
  const record::EventSource& source = match.source;
  std::string place = source.line != 0 ? fmt::format("line {}, byte {}", source.line, source.offset)
                      : source.record  ? fmt::format("record {}, byte {}", *source.record, source.offset)
                                       : fmt::format("byte {}", source.offset);
  std::string path = one_line(source.path);
  if (!source.member.empty()) path += " › " + one_line(source.member);
  return add({NoteKind::log, path, place, quote,
              fmt::format("rule “{}”{}{}", one_line(match.rule.title), match.time.empty() ? "" : ", ",
                          time_in_words(match.time))});
}

std::size_t NoteBook::of_estate(std::string what) {
  return add({NoteKind::document, one_line(context_.estate.path), "", "", std::move(what)});
}

std::size_t NoteBook::of_search() {
  std::vector<std::string> logs;
  for (const LogRead& log : context_.logs) logs.push_back(one_line(log.path));
  std::ranges::sort(logs);
  std::vector<std::string> documents;
  for (const record::DocumentInfo& document : context_.documents) documents.push_back(one_line(document.path));
  std::ranges::sort(documents);
  return add({NoteKind::search, "what was searched", "",
              fmt::format("{}{}{}; {}{}{}", count_in_words(documents.size(), "document", "documents"),
                          documents.empty() ? "" : ": ", list_in_words(documents, 6),
                          count_in_words(logs.size(), "log", "logs"), logs.empty() ? "" : ": ", list_in_words(logs, 6)),
              ""});
}

std::size_t NoteBook::of_reasoning() {
  std::string quote;
  for (const record::Hypothesis& hypothesis : warning_.hypotheses) {
    quote += fmt::format("{}{}: {:.1f} %", quote.empty() ? "" : "; ", one_line(hypothesis.name),
                         hypothesis.probability * 100);
  }
  return add({NoteKind::reasoning, "weighing of hypotheses", "", quote, "method: docs/assessment.md; words: ICD 203"});
}

}  // namespace tocsin::assess
