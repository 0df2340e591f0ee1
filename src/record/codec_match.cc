// match, rejected, unparsed: what was seen in logs, and what could not be used.

#include "record/codec.h"
#include "record/codec_parts.h"

namespace tocsin::record {

void append_match(std::string& out, const Match& match) {
  ObjectWriter object(out);
  object.text("kind", "match");
  object.text("engine", engine_name(match.engine));
  if (match.rule == RuleRef{}) {
    object.null("rule");
  } else {
    object.object("rule", [&](ObjectWriter& inner) {
      inner.text_or_null("id", match.rule.id);
      inner.text_or_null("title", match.rule.title);
      inner.text_or_null("level", match.rule.level);
      inner.texts("tags", match.rule.tags);
    });
  }
  object.text_or_null("time", match.time);
  write_event_source(object, match.source);
  object.text_or_null("host", match.host);
  object.named_texts("fields", match.fields);
  object.list("why", match.why, [](std::string& line, const Why& why) {
    ObjectWriter each(line);
    each.text_or_null("field", why.field);
    each.text("test", why.test);
    each.text("value", why.value);
  });
  if (match.indicator) {
    object.object("indicator", [&](ObjectWriter& inner) {
      inner.text("value", match.indicator->value);
      inner.text("type", match.indicator->type);
      inner.text_or_null("list", match.indicator->list);
      inner.text_or_null("valid_until", match.indicator->valid_until);
      inner.text_or_null("belongs_to", match.indicator->belongs_to);
    });
  }
  if (!match.events.empty()) {
    object.list("events", match.events, [](std::string& line, const CorrelatedEvent& event) {
      ObjectWriter each(line);
      write_event_source(each, event.source);
      each.text_or_null("time", event.time);
    });
  }
  if (!match.group.empty()) object.named_texts("group", match.group);
}

std::string print_record(const Match& match) {
  std::string out;
  append_match(out, match);
  return out;
}

std::string print_record(const RejectedRule& rule) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "rejected");
    object.text("path", rule.path);
    object.number_or_null("line", rule.line);
    object.number_or_null("column", rule.column);
    object.text_or_null("rule", rule.rule);
    object.text("error", rule.error);
    object.text_or_null("hint", rule.hint);
  });
}

std::string print_record(const UnparsedRecord& record) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "unparsed");
    write_event_source(object, record.source);
    object.text("error", record.error);
  });
}

}  // namespace tocsin::record
