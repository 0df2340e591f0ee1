// component, exposure: what stands on assets and what is wrong with it.

#include "record/codec.h"
#include "record/codec_parts.h"

namespace tocsin::record {

std::string print_record(const Component& component) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "component");
    object.text("asset", component.asset);
    object.text("name", component.name);
    object.text_or_null("version", component.version);
    object.text_or_null("purl", component.purl);
    object.text_or_null("cpe", component.cpe);
    object.text_if_any("weakness", component.weakness);
    write_evidence(object, "from", component.from);
    object.number("confidence", component.confidence);
  });
}

void append_exposure(std::string& out, const Exposure& exposure) {
  ObjectWriter object(out);
  object.text("kind", "exposure");
  object.text("asset", exposure.asset);
  object.text("component", exposure.component);
  object.text_or_null("version", exposure.version);
  object.text_or_null("vulnerability", exposure.vulnerability);
  object.text_if_any("summary", exposure.summary);
  object.text_if_any("weakness", exposure.weakness);
  object.text("verdict", verdict_name(exposure.verdict));
  object.text_or_null("range", exposure.range);
  object.text_if_any("fixed_version", exposure.fixed_version);
  object.text_or_null("source", exposure.source);
  object.texts("trace", exposure.trace);
  object.object_or_null("kev", exposure.kev, [](ObjectWriter& inner, const auto& kev) {
    inner.boolean("listed", kev.listed);
    inner.text_or_null("added", kev.added);
    inner.boolean("ransomware", kev.ransomware);
  });
  object.object_or_null("epss", exposure.epss, [](ObjectWriter& inner, const auto& epss) {
    inner.real("score", epss.score);
    inner.real("percentile", epss.percentile);
    inner.text_or_null("date", epss.date);
  });
  object.object_or_null("ssvc", exposure.ssvc, [](ObjectWriter& inner, const auto& ssvc) {
    inner.text_or_null("exploitation", ssvc.exploitation);
    inner.text_or_null("automatable", ssvc.automatable);
    inner.text_or_null("technical_impact", ssvc.technical_impact);
    inner.text_or_null("exposed", ssvc.exposed);
  });
  object.object_or_null("priority", exposure.priority, [](ObjectWriter& inner, const auto& priority) {
    inner.text("table", priority.table);
    inner.text("decision", priority.decision);
    inner.number_or_null("rank", priority.rank);
  });
  object.list("actors", exposure.actors, [](std::string& line, const ExposureActor& actor) {
    ObjectWriter each(line);
    each.text("name", actor.name);
    each.text_or_null("why", actor.why);
    write_evidence(each, "evidence", actor.evidence);
  });
  object.text_or_null("superseded_by", exposure.superseded_by);
  write_evidence(object, "evidence", exposure.evidence);
}

std::string print_record(const Exposure& exposure) {
  std::string out;
  append_exposure(out, exposure);
  return out;
}

}  // namespace tocsin::record
