// warning: what it means for the organisation.

#include <fmt/format.h>

#include "record/codec.h"
#include "record/codec_parts.h"

namespace tocsin::record {

std::string print_record(const Warning& warning) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "warning");
    object.text("id", warning.id);
    object.text("organisation", warning.organisation);
    object.text("title", warning.title);
    object.object_or_null("actor", warning.actor, [](ObjectWriter& inner, const auto& actor) {
      inner.text("name", actor.name);
      inner.text_if_any("id", actor.id);
      inner.text("likelihood", likelihood_name(actor.likelihood));
      inner.digits("probability", fmt::format("[{},{}]", actor.probability_low, actor.probability_high));
    });
    object.list("hypotheses", warning.hypotheses, [](std::string& line, const Hypothesis& hypothesis) {
      ObjectWriter each(line);
      each.text("name", hypothesis.name);
      each.real("probability", hypothesis.probability);
      each.texts("for", hypothesis.supporting);
      each.texts("against", hypothesis.against);
    });
    object.texts("relevance", warning.relevance);
    object.list("claims", warning.claims, append_claim);
    object.list("through", warning.through, [](std::string& line, const Through& through) {
      ObjectWriter each(line);
      each.value("exposure", [&](std::string& text) { append_exposure(text, through.exposure); });
      each.text_or_null("why", through.why);
    });
    object.list("seen", warning.seen, [](std::string& line, const Seen& seen) {
      ObjectWriter each(line);
      each.value("match", [&](std::string& text) { append_match(text, seen.match); });
      each.number("count", seen.count);
      each.text_if_any("last_time", seen.last_time);
      each.text_if_any("asset", seen.asset);
      each.text_if_any("why", seen.why);
    });
    object.object_or_null("motive", warning.motive, [](ObjectWriter& inner, const auto& motive) {
      inner.text("name", motive.name);
      inner.text_or_null("text", motive.text);
      write_evidence(inner, "evidence", motive.evidence);
    });
    object.object("basis", [&](ObjectWriter& inner) {
      inner.number("independent_sources", warning.basis.independent_sources);
      inner.text_or_null("confidence", warning.basis.confidence);
      inner.text_or_null("why", warning.basis.why);
    });
    object.texts("not_known", warning.not_known);
    object.list("do_first", warning.do_first, [](std::string& line, const Action& action) {
      ObjectWriter each(line);
      each.text("action", action.action);
      each.text_or_null("because", action.because);
    });
    object.text("marking", tlp_name(warning.marking));
    write_evidence(object, "evidence", warning.evidence);
  });
}

}  // namespace tocsin::record
