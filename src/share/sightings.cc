#include "share/sightings.h"

#include "share/assembler.h"
#include "share/gate.h"

namespace tocsin::share {

stix::Bundle make_sightings_bundle(const std::vector<record::Match>& matches, Instant created, record::Tlp marking) {
  const record::KnownEntities nobody;
  BundleAssembler assembler(created, nobody);
  for (const record::Match& match : matches) {
    assembler.add_seen({.match = match, .asset = {}, .why = match.rule.title}, "", to_stix(marking));
  }
  return std::move(assembler).take();
}

}  // namespace tocsin::share
