// document, indicator, entity, claim, source-group, not-understood: what was read in documents.

#include <algorithm>

#include "base/unicode.h"
#include "record/codec.h"
#include "record/codec_parts.h"

namespace tocsin::record {
namespace {

std::string_view known(const std::optional<std::string>& text) { return text ? std::string_view(*text) : ""; }

/// A whole number in its shortest form that every JSON reader keeps exactly.
bool is_plain_number(std::string_view text) {
  constexpr std::size_t kExactDigits = 15;  // below 2^53
  if (text.empty() || text.size() > kExactDigits || !std::ranges::all_of(text, is_ascii_digit)) return false;
  return text == "0" || text.front() != '0';
}

void write_term(ObjectWriter& object, const Term& term) {
  object.text("type", entity_type_name(term.type));
  object.text("name", term.name);
  object.text_or_null("id", term.id);
  object.text_if_any("country", term.country);
}

void write_claimants(ObjectWriter& object, std::string_view key, const std::vector<Claimant>& claimants) {
  object.list(key, claimants, [](std::string& out, const Claimant& claimant) {
    ObjectWriter each(out);
    each.text_or_null("name", claimant.name);
    each.text("role", claimant_role_name(claimant.role));
  });
}

}  // namespace

std::string print_record(const DocumentInfo& document) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "document");
    object.text("path", document.path);
    object.text("sha256", document.sha256);
    object.number("bytes", document.bytes);
    object.text("media_type", document.media_type);
    object.text_or_null("language", known(document.language));
    object.text_or_null("title", known(document.title));
    object.text_if_any("author", known(document.author));
    object.text_or_null("published", known(document.published));
    if (document.marking) object.text("marking", tlp_name(*document.marking));
  });
}

std::string print_record(const Indicator& indicator) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "indicator");
    object.text("type", indicator_type_name(indicator.type));
    object.text("value", indicator.value);
    object.text("raw", indicator.raw);
    object.text("document", indicator.document);
    write_span(object, indicator.span);
    object.boolean("defanged", indicator.defanged);
    object.text("zone", zone_name(indicator.zone));
    object.number("confidence", indicator.confidence);
    object.object_or_null("suppressed", indicator.suppressed, [](ObjectWriter& inner, const auto& suppressed) {
      inner.text("reason", suppressed.reason);
      inner.text_or_null("by", suppressed.by);
    });
    object.list("readings", indicator.readings, [](std::string& line, const Reading& reading) {
      ObjectWriter each(line);
      each.text("type", indicator_type_name(reading.type));
      each.text("value", reading.value);
      each.number("confidence", reading.confidence);
    });
    object.object("labels", [&](ObjectWriter& inner) {
      for (const auto& [name, value] : indicator.labels) {
        is_plain_number(value) ? inner.digits(name, value) : inner.text(name, value);
      }
    });
    object.text("rule", indicator.rule);
  });
}

std::string print_record(const Entity& entity) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "entity");
    object.text("type", entity_type_name(entity.type));
    object.text("name", entity.name);
    object.text("text", entity.text);
    object.text_or_null("id", entity.id);
    object.texts("asserted_by", entity.asserted_by);
    object.texts("ambiguous", entity.ambiguous);
    object.text("document", entity.document);
    write_span(object, entity.span);
    object.text("zone", zone_name(entity.zone));
    object.number("confidence", entity.confidence);
    object.text("rule", entity.rule);
  });
}

void append_claim(std::string& out, const Claim& claim) {
  ObjectWriter object(out);
  object.text("kind", "claim");
  object.text("id", claim.id);
  object.object("subject", [&](ObjectWriter& inner) { write_term(inner, claim.subject); });
  object.text("predicate", predicate_name(claim.predicate));
  object.object_or_null("object", claim.object, write_term);
  object.text("factuality", factuality_name(claim.factuality));
  object.boolean("negated", claim.negated);
  write_claimants(object, "claimants", claim.claimants);
  write_claimants(object, "denied_by", claim.denied_by);
  object.object_or_null("time", claim.time, [](ObjectWriter& inner, const auto& time) {
    inner.text_or_null("from", known(time.from));
    inner.text_or_null("to", known(time.to));
    inner.text_or_null("text", time.text);
  });
  object.number("confidence", claim.confidence);
  write_evidence(object, "evidence", claim.evidence);
  object.text("rule", claim.rule);
}

std::string print_record(const Claim& claim) {
  std::string out;
  append_claim(out, claim);
  return out;
}

std::string print_record(const SourceGroup& group) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "source-group");
    object.number("independent", 1U);  // what one group is: documents that rest on one source
    object.texts("documents", group.documents);
    object.text_or_null("root", group.root);
    object.texts("why", group.why);
  });
}

std::string print_record(const NotUnderstood& item) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "not-understood");
    object.text("what", item.what);
    object.text("text", item.text);
    object.text("document", item.document);
    write_span(object, item.span);
  });
}

}  // namespace tocsin::record
