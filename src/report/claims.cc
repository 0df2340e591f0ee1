// Every trigger word of a sentence is tried in turn: its subject (grammar.h), its objects up to where the clause ends
// (victims.h), what the words before it do to it (mood.h), and who says so (speech.h). The sentences are read in order,
// so that "they" and "the servers" find the actor and the victim spoken of last (claim_scene.h).

#include "report/claims.h"

#include "report/attacks.h"
#include "report/claim_scene.h"
#include "report/reasons.h"
#include "report/speech_acts.h"
#include "report/ties.h"

namespace tocsin::report {

namespace {

/// "That is false.", "This is not true, the bank said.": a verdict on the sentence before.
bool calls_false(const ClaimScene& scene) {
  constexpr std::size_t kLongest = 16;
  const Grammar& grammar = scene.grammar();
  const std::string& first = grammar.low(0);
  const bool refers = first == "that" || first == "this" || first == "it" || first == "these" || first == "those";
  if (!refers || scene.size() > kLongest || !grammar.is(1, Category::copula)) return false;
  for (std::size_t at = 2; at < 5; ++at) {
    const Mark* word = scene.sentence().mark_at(at, Category::falsity);
    if (word != nullptr) return grammar.low(word->end) != "by" && !grammar.is(word->begin - 1, Category::negation);
  }
  return false;
}

}  // namespace

void read_claims(const Document& document, const Vocabulary& vocabulary, const Discourse& discourse,
                 const Speech& speech, ClaimCollector& collector) {
  std::size_t previous = collector.size();  // claims before the last sentence
  ClaimScene scene(document, vocabulary, discourse, speech, collector);
  for (std::size_t index = 0; index < discourse.sentences.size(); ++index) {
    scene.enter(index);
    const std::size_t before = scene.collector.made();
    const bool same_block = index > 0 && discourse.sentences[index - 1].block == discourse.sentences[index].block;
    if (same_block && calls_false(scene)) scene.collector.refute_since(previous);
    previous = scene.collector.size();
    for (std::size_t token = 0; token < scene.size(); ++token) {
      read_speech_act(scene, token);
      if (const Mark* mark = scene.sentence().mark_at(token, Category::attribute)) read_attribution(scene, *mark);
      read_attack_word(scene, token);
    }
    read_weaknesses(scene);
    read_motives(scene);
    read_aliases(scene);
    read_origins(scene);
    scene.note_missed(before);
    scene.remember_mentions();
  }
}

}  // namespace tocsin::report
