#include "record/codec_parts.h"

namespace tocsin::record {

void write_span(ObjectWriter& object, const Span& span) {
  object.number("start", span.start);
  object.number("end", span.end);
  if (span.page) object.number("page", *span.page);
}

void write_evidence(ObjectWriter& object, std::string_view key, const std::vector<Evidence>& evidence) {
  object.list(key, evidence, [](std::string& out, const Evidence& item) {
    ObjectWriter each(out);
    each.text("document", item.document);
    write_span(each, item.span);
    each.text_if_any("quote", item.quote);
    each.text_if_any("rule", item.rule);
  });
}

void write_event_source(ObjectWriter& object, const EventSource& source) {
  object.object("source", [&](ObjectWriter& inner) {
    inner.text("path", source.path);
    inner.text_or_null("member", source.member);
    inner.number_or_null("line", source.line);
    inner.number("offset", source.offset);
    if (source.record) inner.number("record", *source.record);
  });
}

}  // namespace tocsin::record
