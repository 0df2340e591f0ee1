#include "report/attacks.h"

#include <algorithm>
#include <tuple>

#include "report/mood.h"
#include "report/victims.h"

namespace tocsin::report {

namespace {

using record::Claim;
using record::EntityType;
using record::Factuality;
using record::Predicate;
using record::Term;

class AttackReader : ClaimPart {
 public:
  explicit AttackReader(ClaimScene& scene) : ClaimPart(scene) {}

  void read(std::size_t token) {
    if (scene_.is_disowned(token)) return;
    const Mark* verb = s().mark_at(token, Category::verb);
    const Mark* noun = s().mark_at(token, Category::attack_noun);
    if (verb != nullptr && (noun == nullptr || verb->end >= noun->end) && !describes_actor(*verb)) attack_verb(*verb);
    if (noun != nullptr) attack_noun(*noun);
  }

 private:
  /// "hacking" in "a hacking group" names who acts and says nothing of what was done.
  bool describes_actor(const Mark& mark) const {
    const Mention* mention = g().mention(mark.begin);
    return (mention != nullptr && g().is_actor(mention)) || g().is(mark.begin, Category::actor_noun) ||
           g().is(mark.begin, Category::pronoun_actor);
  }

  std::optional<Predicate> predicate_of(const Mark& mark) const { return record::parse_predicate(mark.word->value); }

  /// "their targets", "an attack": a noun that looks like a verb.
  bool is_noun_use(const Mark& mark) const {
    if (s().is_cjk || mark.end - mark.begin > 1) return false;
    if (mark.word->form != Form::base && mark.word->form != Form::third) return false;
    if (mark.begin == 0) return true;
    const std::size_t before = mark.begin - 1;
    const Mention* mention = g().mention(before);
    if (mention != nullptr) return !(g().is_actor(mention) || g().is_type(mention, EntityType::malware));
    const bool verbal =
        g().is(before, Category::auxiliary) || g().low(before) == "to" || g().is(before, Category::pronoun_actor) ||
        g().is(before, Category::hedge) || g().is(before, Category::plan) || g().is(before, Category::negation) ||
        g().is(before, Category::relative) || g().is(before, Category::attempt) || g().low(before) == "and" ||
        g().low(before) == "," || g().low(before) == "that" || g().is(before, Category::pronoun_thing);
    return !verbal;
  }

  bool is_passive(const Mark& mark) const {
    if (s().is_cjk) {
      for (std::size_t back = mark.begin; back > 0 && mark.begin - back < 10; --back) {
        if (g().is(back - 1, Category::passive)) return true;
        if (g().low(back - 1) == "，") break;
      }
      return false;
    }
    if (mark.word->form != Form::past && mark.word->form != Form::participle) return false;
    for (std::size_t back = mark.begin; back > 0 && mark.begin - back < 6; --back) {
      if (g().is(back - 1, Category::copula)) return true;
      if (!g().is(back - 1, Category::auxiliary) && !g().is(back - 1, Category::negation) &&
          !g().low(back - 1).ends_with("ly") && !g().is(back - 1, Category::hedge)) {
        break;
      }
    }
    // "companies targeted by APT10"
    const bool by = g().low(mark.end) == "by";
    return by && mark.begin > 0 && g().mention(mark.begin - 1) != nullptr && !g().is_actor(g().mention(mark.begin - 1));
  }

  void attack_verb(const Mark& mark) {
    const auto predicate = predicate_of(mark);
    if (!predicate || is_noun_use(mark)) return;
    if (is_passive(mark)) return passive(mark, *predicate);
    const Subject subject = g().subject_of(mark.begin);
    std::vector<std::size_t> actors = scene_.subject_actors(subject, mark.begin);
    if (subject.kind == SubjectKind::none) actors = inherited_actors(mark);
    if (actors.empty()) return;
    scene_.previous_subjects = actors;
    std::size_t stop = g().object_stop(mark.end);
    if (*predicate == Predicate::targets || *predicate == Predicate::compromises) {
      std::vector<Victim> victims = victims_between(scene_, mark.end, stop);
      if (victims.empty() && s().is_cjk) victims = marked_victims(scene_, mark);
      // "by X" after a gerund is another actor; "targeting of X by Y" is read as a noun.
      if (victims.empty()) victims = topic_victims(scene_, mark);
      const Mood mood = read_mood(g(), std::max(subject.end, std::size_t{0}), mark.begin, mark.end);
      attack_claims(actors, victims, *predicate, mood, mark, s().is_cjk ? "verbs/zh-active" : "verbs/active",
                    is_generic(mark, actors));
      return;
    }
    const Mood mood = read_mood(g(), subject.end, mark.begin, mark.end);
    tool_claims(actors, *predicate, mark, stop, mood);
    // "used X against Y"
    for (std::size_t at = mark.end; at < stop; ++at) {
      if (g().low(at) != "against") continue;
      attack_claims(actors, victims_between(scene_, at + 1, stop), Predicate::targets, mood, mark, "verbs/tool-against",
                    false);
      break;
    }
  }

  /// "… and stole", ", targeting": the subject of the verb before, or the nearest actor to the left in the clause.
  std::vector<std::size_t> inherited_actors(const Mark& mark) {
    if (mark.begin == 0) return {};
    const std::size_t before = mark.begin - 1;
    const bool joined = g().is(before, Category::also) || g().low(before) == "then" || g().low(before) == ",";
    if (joined && !scene_.previous_subjects.empty()) return scene_.previous_subjects;
    const bool free = mark.word->form == Form::gerund || s().is_cjk || joined || g().is(before, Category::purpose) ||
                      g().is(before, Category::attempt) || g().low(before) == "to";
    if (!free) return {};
    for (std::size_t at = mark.begin; at-- > 0;) {
      if (g().is(at, Category::clause_start) || g().low(at) == ";" ||
          s().tokens[at].in_quote != s().tokens[mark.begin].in_quote)
        break;
      const Mention* mention = g().mention(at);
      if (mention != nullptr && g().is_actor(mention)) return scene_.actors_of(*mention, mark.begin);
      if (g().is(at, Category::pronoun_actor) && scene_.last_actor) return {*scene_.last_actor};
    }
    // Chinese drops a subject that the sentence before has named.
    if (s().is_cjk && !scene_.previous_subjects.empty()) return scene_.previous_subjects;
    return {};
  }

  static bool is_named(const Thing& thing) { return !thing.is_described; }

  bool is_generic(const Mark& mark, const std::vector<std::size_t>& actors) const {
    const bool present = mark.word->form == Form::base || mark.word->form == Form::third;
    const Thing& actor = scene_.discourse.thing(actors[0]);
    return present && !s().is_cjk && !is_named(actor) && actor.term.country.empty() && scene_.dates.empty();
  }

  void passive(const Mark& mark, Predicate predicate) {
    if (predicate != Predicate::targets && predicate != Predicate::compromises) return;
    std::vector<std::size_t> actors;
    std::vector<Victim> victims;
    std::size_t clause = 0;
    if (s().is_cjk) {
      std::size_t marker = mark.begin;
      while (marker > 0 && !g().is(marker - 1, Category::passive)) --marker;
      if (marker == 0) return;
      for (std::size_t at = marker; at < mark.begin; ++at) {
        const Mention* mention = g().mention(at);
        if (mention != nullptr && mention->begin == at && g().is_actor(mention))
          actors = scene_.actors_of(*mention, mark.begin);
      }
      std::size_t begin = marker - 1;
      while (begin > 0 && g().low(begin - 1) != "，" && !g().is(begin - 1, Category::say)) --begin;
      victims = victims_between(scene_, begin, marker - 1);
      clause = begin;
    } else {
      if (g().low(mark.end) == "by") {
        actors = agent_after(mark.end, mark.begin).first;
        // "targeted by the advertising campaign": somebody did it, but no attacker.
        if (actors.empty()) return;
      }
      const Subject subject = g().subject_of(mark.begin);
      if (subject.kind == SubjectKind::thing_pronoun && scene_.speech.last_speaker[scene_.index]) {
        const Thing& thing = scene_.discourse.thing(*scene_.speech.last_speaker[scene_.index]);
        victims.push_back({thing.term, scene_.speech.last_speaker[scene_.index], mark.begin, 60});
      }
      if (const auto owner = subject.kind == SubjectKind::none ? asset_owner(subject.verb_begin) : std::nullopt)
        victims.push_back({scene_.discourse.thing(*owner).term, *owner, mark.begin, 70});
      if (subject.kind != SubjectKind::mention && victims.empty()) return;
      if (subject.kind == SubjectKind::mention) {
        victims = victims_between(scene_, subject.begin, subject.mentions[0]->end);
      }
      clause = subject.kind == SubjectKind::none ? subject.verb_begin : subject.end;
    }
    if (victims.empty()) return;
    const Mood mood = read_mood(g(), clause, mark.begin, mark.end);
    if (actors.empty()) {
      // A passive without an attacker counts where the word leaves no doubt.
      if (predicate == Predicate::targets && !scene_.speaks_of_hacking()) return;
      attack_claims_by({Term{EntityType::threat_actor, "unknown actor", {}, {}}}, victims, predicate, mood, mark,
                       "verbs/passive", false);
      return;
    }
    attack_claims(actors, victims, predicate, mood, mark, s().is_cjk ? "verbs/zh-passive" : "verbs/passive", false);
  }

  /// "its network was breached", "the bank's servers were hacked": the organisation that owns what stands before `end`.
  std::optional<std::size_t> asset_owner(std::size_t end) const {
    constexpr std::size_t kReach = 5;
    if (end == 0 || !g().is(end - 1, Category::asset_noun)) return std::nullopt;
    for (std::size_t at = end; at-- > 0 && end - at <= kReach;) {
      const bool pronoun = g().low(at) == "its" || g().low(at) == "their";
      if (!pronoun && !s().tokens[at].possessive) {
        if (!s().tokens[at].is_word || g().is(at, Category::preposition)) break;
        continue;
      }
      for (std::size_t before = at; before-- > 0;) {
        const Mention* mention = g().mention(before);
        if (mention != nullptr && scene_.may_be_victim(*mention)) return scene_.discourse.resolve(mention->things[0]);
        if (!pronoun) return std::nullopt;
      }
      return scene_.speech.last_speaker[scene_.index];
    }
    return std::nullopt;
  }

  /// Who acts, behind "by", and the token after the name.
  std::pair<std::vector<std::size_t>, std::size_t> agent_after(std::size_t by, std::size_t trigger) const {
    for (std::size_t at = by + 1; at < std::min(by + 8, size()); ++at) {
      const Mention* mention = g().mention(at);
      if (mention != nullptr && g().is_actor(mention)) return {scene_.actors_of(*mention, trigger), mention->end};
      const Mark* pronoun = s().mark_at(at, Category::pronoun_actor);
      if (pronoun != nullptr && scene_.last_actor) return {{*scene_.last_actor}, pronoun->end};
      if (mention != nullptr && mention->end != at + 1 && !g().is_type(mention, EntityType::location)) break;
    }
    return {{}, by};
  }

  /// "attacks on X by Y", "attacks by Y on X", "Y's attack on X", "Chinese attacks against X"
  void attack_noun(const Mark& mark) {
    const auto predicate = predicate_of(mark);
    if (!predicate) return;
    // "attacks by A on B", "attacks from Russia on B": who attacks stands before whom.
    std::size_t link = mark.end;
    std::vector<std::size_t> actors;
    const Mention* origin = g().mention(mark.begin);
    if (origin != nullptr && origin->kind == MentionKind::actors && origin->begin == mark.begin) {
      actors = scene_.actors_of(*origin, mark.begin);
      link = origin->end;
    } else if (g().low(link) == "by") {
      std::tie(actors, link) = agent_after(link, mark.begin);
    }
    const std::string& word = g().low(link);
    const bool linked =
        word == "on" || word == "against" || word == "at" || (word == "of" && *predicate == Predicate::compromises);
    if (!linked) return;
    std::size_t stop = link + 1;
    while (stop < size() && g().low(stop) != "by" && stop < g().object_stop(link + 1)) ++stop;
    std::vector<Victim> victims = victims_between(scene_, link + 1, stop);
    if (victims.empty()) return;
    if (actors.empty() && g().low(stop) == "by") actors = agent_after(stop, mark.begin).first;
    for (std::size_t at = mark.begin; actors.empty() && at-- > 0;) {
      if (g().is(at, Category::clause_start) || g().low(at) == ";") break;
      const Mention* mention = g().mention(at);
      if (mention != nullptr && g().is_actor(mention)) actors = scene_.actors_of(*mention, mark.begin);
      if (actors.empty() && g().is(at, Category::pronoun_actor) && scene_.last_actor) actors = {*scene_.last_actor};
    }
    const Mood mood = read_mood(g(), mark.begin > 3 ? mark.begin - 3 : 0, mark.begin, mark.end);
    if (actors.empty()) {
      if (!scene_.speaks_of_hacking()) return;
      attack_claims_by({Term{EntityType::threat_actor, "unknown actor", {}, {}}}, victims, *predicate, mood, mark,
                       "nouns/attack", false);
      return;
    }
    attack_claims(actors, victims, *predicate, mood, mark, "nouns/attack", false);
  }

  void attack_claims(const std::vector<std::size_t>& actors, const std::vector<Victim>& victims, Predicate predicate,
                     const Mood& mood, const Mark& mark, const std::string& rule, bool generic) {
    std::vector<Term> terms;
    const auto speaker = scene_.speech.speaker(scene_.discourse, scene_.index, mark.begin);
    for (const std::size_t actor : actors) {
      terms.push_back(scene_.actor_term(actor));
      if (speaker) scene_.actors_by_speaker.insert({*speaker, scene_.discourse.resolve(actor)});
    }
    if (victims.empty()) {
      scene_.missed_verb = "no object of the verb";
      // Remembered for the weaknesses that the sentence names.
      return;
    }
    attack_claims_by(terms, victims, predicate, mood, mark, std::move(rule), generic);
    scene_.last_actor = scene_.discourse.resolve(actors[0]);
  }

  void attack_claims_by(const std::vector<Term>& actors, const std::vector<Victim>& victims, Predicate predicate,
                        const Mood& mood, const Mark& mark, std::string rule, bool generic) {
    std::vector<std::size_t> named;
    for (const Term& actor : actors) {
      for (const Victim& victim : victims) {
        Claim claim = scene_.make(actor, predicate, mark.begin, rule);
        claim.object = victim.term;
        claim.factuality = generic && mood.factuality == Factuality::actual ? Factuality::generic : mood.factuality;
        claim.negated = mood.negated;
        claim.confidence = std::min(claim.confidence, victim.confidence);
        if (mood.factuality != Factuality::actual)
          claim.confidence = std::min<record::Confidence>(claim.confidence, 60);
        // Only what succeeded is a compromise.
        if (predicate == Predicate::compromises && mood.factuality == Factuality::attempted)
          claim.predicate = Predicate::targets;
        scene_.mark_denied(claim, mark.begin);
        if (victim.thing) named.push_back(*victim.thing);
        scene_.keep(std::move(claim));
      }
    }
    if (!named.empty()) {
      std::ranges::sort(named);
      named.erase(std::unique(named.begin(), named.end()), named.end());
      scene_.sentence_victims = named;
      if (mood.factuality == Factuality::actual && !mood.negated) scene_.last_victims = named;
    }
  }

  void tool_claims(const std::vector<std::size_t>& actors, Predicate predicate, const Mark& mark, std::size_t stop,
                   const Mood& mood) {
    for (std::size_t at = mark.end; at < stop;) {
      const Mention* mention = g().mention(at);
      if (mention == nullptr) {
        ++at;
        continue;
      }
      at = std::max(mention->end, at + 1);
      if (mention->kind != MentionKind::name) continue;
      const EntityType type = g().thing(*mention).term.type;
      const bool tool = type == EntityType::malware || type == EntityType::tool;
      const bool fits = (predicate == Predicate::uses && tool) || (predicate == Predicate::delivers && tool) ||
                        (predicate == Predicate::exploits && (type == EntityType::vulnerability)) ||
                        (predicate == Predicate::impersonates && type == EntityType::identity);
      if (!fits) continue;
      for (const std::size_t actor : actors) {
        if (scene_.discourse.resolve(actor) == scene_.discourse.resolve(mention->things[0])) continue;
        Claim claim = scene_.make(scene_.actor_term(actor), predicate, mark.begin, "verbs/tool");
        claim.object = g().thing(*mention).term;
        claim.factuality = mood.factuality;
        claim.negated = mood.negated;
        scene_.mark_denied(claim, mark.begin);
        scene_.keep(std::move(claim));
      }
    }
  }
};

}  // namespace

void read_attack_word(ClaimScene& scene, std::size_t token) { AttackReader(scene).read(token); }

}  // namespace tocsin::report
