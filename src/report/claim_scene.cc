#include "report/claim_scene.h"

#include <algorithm>

#include "base/unicode.h"

namespace tocsin::report {

using record::Claim;
using record::EntityType;
using record::Predicate;
using record::Term;

namespace {
constexpr std::size_t kLongestDateline = 14;  // tokens
}

ClaimScene::ClaimScene(const Document& read, const Vocabulary& words, const Discourse& things, const Speech& spoken,
                       ClaimCollector& claims)
    : document(read), vocabulary(words), discourse(things), speech(spoken), collector(claims) {
  find_named_actors();
}

void ClaimScene::enter(std::size_t sentence) {
  index = sentence;
  grammar_.emplace(discourse, index);
  sentence_victims.clear();
  previous_subjects.clear();
  denier.reset();
  dates = discourse.dates[index];
  // "MUMBAI, March 1 - …": when it was written, not when it happened.
  const bool first = index == 0 || discourse.sentences[index - 1].block != discourse.sentences[index].block;
  for (std::size_t at = 0; first && at < std::min<std::size_t>(size(), kLongestDateline); ++at) {
    const Token& token = discourse.sentences[index].tokens[at];
    if (token.glued || (token.low != "-" && token.low != "–" && token.low != "—")) continue;
    std::erase_if(dates, [&](const DateMention& date) { return date.end <= at; });
    break;
  }
}

void ClaimScene::find_named_actors() {
  for (std::size_t number = 0; number < discourse.sentences.size(); ++number) {
    for (const Mention& mention : discourse.mentions[number]) {
      if (mention.kind != MentionKind::name) continue;
      const std::size_t thing = discourse.resolve(mention.things[0]);
      if (discourse.things[thing].term.type == EntityType::intrusion_set) named_actors_.insert(thing);
    }
  }
}

std::optional<std::size_t> ClaimScene::same_country(const Thing& described) const {
  if (described.term.country.empty()) return std::nullopt;
  std::optional<std::size_t> found;
  for (const std::size_t actor : named_actors_) {
    if (discourse.things[actor].term.country != described.term.country) continue;
    if (found) return std::nullopt;
    found = actor;
  }
  return found;
}

std::vector<std::size_t> ClaimScene::actors_of(const Mention& mention, std::size_t token) const {
  std::vector<std::size_t> actors;
  for (const std::size_t thing : mention.things) {
    const std::size_t resolved = discourse.resolve(thing);
    const Thing& one = discourse.things[resolved];
    if (mention.kind == MentionKind::actors && mention.things.size() == 1) {
      if (const auto named = same_country(one)) {
        const auto speaker = speech.speaker(discourse, index, token);
        if (mention.singular || (speaker && spoke_of(*speaker, *named))) {
          actors.push_back(*named);
          continue;
        }
      }
    }
    actors.push_back(resolved);
  }
  return actors;
}

bool ClaimScene::spoke_of(std::size_t speaker, std::size_t actor) const {
  return actors_by_speaker.contains({speaker, actor});
}

std::vector<std::size_t> ClaimScene::subject_actors(const Subject& subject, std::size_t trigger) {
  std::vector<std::size_t> actors;
  switch (subject.kind) {
    case SubjectKind::mention:
      for (const Mention* mention : subject.mentions) {
        if (grammar().is_actor(mention) || grammar().is_type(mention, EntityType::malware)) {
          for (const std::size_t actor : actors_of(*mention, trigger)) actors.push_back(actor);
        } else if (grammar().is_type(mention, EntityType::location) && speaks_of_hacking()) {
          actors.push_back(discourse.resolve(mention->things[0]));
        } else {
          break;
        }
      }
      break;
    case SubjectKind::actor_pronoun:
    case SubjectKind::thing_pronoun:
      if (subject.kind == SubjectKind::actor_pronoun && last_actor) actors.push_back(*last_actor);
      break;
    default:
      break;
  }
  return actors;
}

std::vector<std::size_t> ClaimScene::subject_things(const Subject& subject) const {
  std::vector<std::size_t> things;
  for (auto mention = subject.mentions.rbegin(); mention != subject.mentions.rend(); ++mention) {
    if ((*mention)->kind != MentionKind::name || grammar().is_actor(*mention)) continue;
    things.push_back(discourse.resolve((*mention)->things[0]));
  }
  if (things.empty() && subject.kind == SubjectKind::thing_pronoun && speech.last_speaker[index])
    things.push_back(*speech.last_speaker[index]);
  return things;
}

bool ClaimScene::speaks_of_hacking() const {
  for (std::size_t at = 0; at < size(); ++at) {
    if (grammar().is(at, Category::cyber)) return true;
  }
  return false;
}

Term ClaimScene::actor_term(std::size_t thing) const {
  const Thing& one = discourse.thing(thing);
  Term term = one.term;
  if (term.type == EntityType::location) {
    term.type = EntityType::threat_actor;
    term.name = "attackers from " + one.term.name;
    term.id.clear();
  }
  return term;
}

bool ClaimScene::may_be_victim(const Mention& mention) const {
  if (mention.kind != MentionKind::name || !grammar().is_type(&mention, EntityType::identity)) return false;
  if (grammar().is_modifier(mention)) return false;
  const Thing& thing = grammar().thing(mention);
  // "COVID-19" and the like.
  if (thing.is_guess && std::ranges::any_of(thing.term.name, is_ascii_digit)) return false;
  return true;
}

bool ClaimScene::is_speaker(const Mention& mention) const {
  const std::size_t thing = discourse.resolve(mention.things[0]);
  return std::ranges::any_of(speech.statements[index], [&](const Statement& statement) {
    const bool close = statement.verb >= mention.end && statement.verb - mention.end < 6;
    return statement.speaker && close && voice_of(discourse, *statement.speaker) == thing;
  });
}

bool ClaimScene::speaks_here(const Mention& mention) const {
  const std::size_t thing = discourse.resolve(mention.things[0]);
  const auto& known = discourse.things[thing];
  if (known.kind && *known.kind != record::OrganisationKind::company && *known.kind != record::OrganisationKind::other)
    return true;
  return std::ranges::any_of(speech.statements[index], [&](const Statement& statement) {
    return statement.speaker && voice_of(discourse, *statement.speaker) == thing;
  });
}

Claim ClaimScene::make(Term subject, Predicate predicate, std::size_t token, std::string rule) const {
  Claim claim;
  claim.subject = std::move(subject);
  claim.predicate = predicate;
  claim.claimants = speech.claimants(discourse, index, token);
  claim.confidence = claim.claimants.empty() ? 60 : 75;
  claim.rule = std::move(rule);
  claim.evidence.push_back(document.evidence(sentence().start, sentence().end, {}));
  if (const DateMention* date = nearest_date(token)) {
    record::ClaimTime time;
    time.from = date->from;
    time.to = date->to;
    time.text = document.text.substr(sentence().tokens[date->begin].start,
                                     sentence().tokens[date->end - 1].end - sentence().tokens[date->begin].start);
    claim.time = std::move(time);
  }
  return claim;
}

const DateMention* ClaimScene::nearest_date(std::size_t token) const {
  const DateMention* best = nullptr;
  std::size_t distance = ~std::size_t{0};
  // "…, X said on Monday" dates the saying.
  const auto dates_saying = [&](const DateMention& date) {
    return std::ranges::any_of(speech.statements[index], [&](const Statement& statement) {
      return token >= statement.from && token < statement.to && date.begin >= statement.to &&
             date.begin > statement.verb;
    });
  };
  for (const DateMention& date : dates) {
    if (dates_saying(date)) continue;
    const std::size_t away = date.begin > token ? date.begin - token : token - std::min(token, date.end);
    if (away >= distance) continue;
    distance = away;
    best = &date;
  }
  return best;
}

bool ClaimScene::is_disowned(std::size_t token) const {
  return std::ranges::any_of(speech.statements[index], [&](const Statement& statement) {
    return statement.negated && token > statement.verb && token >= statement.from && token < statement.to;
  });
}

void ClaimScene::keep(Claim claim) {
  missed_verb.clear();
  collector.add(std::move(claim));
}

void ClaimScene::mark_denied(Claim& claim, std::size_t token) const {
  if (!denier || token < denied_from) return;
  for (std::size_t at = denied_from; at < token; ++at) {
    if (grammar().low(at) == ";" || grammar().low(at) == "but" || grammar().low(at) == "although" ||
        grammar().low(at) == "while" || grammar().low(at) == "after" || grammar().low(at) == "because")
      return;
  }
  claim.denied_by.push_back(*denier);
}

void ClaimScene::note_missed(std::size_t before) {
  if (collector.made() != before) return;
  bool actor = false;
  bool identity = false;
  for (const Mention& mention : discourse.mentions[index]) {
    actor = actor || grammar().is_type(&mention, EntityType::intrusion_set);
    identity = identity || (grammar().is_type(&mention, EntityType::identity) && !grammar().thing(mention).is_guess);
  }
  if (actor && identity)
    collector.missed(missed_verb.empty() ? "unmapped verb" : missed_verb, sentence().start, sentence().end);
  missed_verb.clear();
  const bool pronoun = std::ranges::any_of(
      sentence().marks, [](const Mark& mark) { return mark.word->category == Category::pronoun_actor; });
  const bool verb = std::ranges::any_of(sentence().marks, [](const Mark& mark) {
    return mark.word->category == Category::verb &&
           (mark.word->value == "targets" || mark.word->value == "compromises");
  });
  if (pronoun && verb && !last_actor) collector.missed("unresolved name", sentence().start, sentence().end);
}

void ClaimScene::remember_mentions() {
  for (const Mention& mention : discourse.mentions[index]) {
    if (mention.kind == MentionKind::name && grammar().is_type(&mention, EntityType::intrusion_set))
      last_actor = discourse.resolve(mention.things[0]);
    if (mention.kind == MentionKind::actors && mention.things.size() == 1) {
      const auto actors = actors_of(mention, mention.begin);
      if (!actors.empty()) last_actor = actors[0];
    }
  }
}

}  // namespace tocsin::report
