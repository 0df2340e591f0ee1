// Every trigger word of a sentence is tried in turn: its subject (grammar.h), its objects up to where the clause ends,
// what the words before it do to it (attempt, plan, doubt, denial), and who says so (speech.h). The sentences are read
// in order, so that "they" and "the servers" find the actor and the victim spoken of last.

#include "report/claims.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/hash.h"
#include "base/unicode.h"
#include "report/claim_collector.h"
#include "report/dates.h"
#include "report/grammar.h"

namespace tocsin::report {

namespace {

using record::Claim;
using record::Claimant;
using record::EntityType;
using record::Factuality;
using record::Predicate;
using record::Term;

/// What the words around a trigger make of it.
struct Mood {
  Factuality factuality = Factuality::actual;
  bool negated = false;
  bool hypothetical = false;
};

class ClaimReader {
 public:
  ClaimReader(const Document& document, const Vocabulary& vocabulary, const Discourse& discourse, const Speech& speech)
      : document_(document), vocabulary_(vocabulary), discourse_(discourse), speech_(speech), collector_(document) {
    find_named_actors();
  }

  ReadClaims read() {
    for (index_ = 0; index_ < discourse_.sentences.size(); ++index_) {
      const Grammar grammar(discourse_, index_);
      grammar_ = &grammar;
      sentence_victims_.clear();
      previous_subjects_.clear();
      denier_.reset();
      dates_ = read_dates(discourse_.sentences[index_], document_.info.published);
      const std::size_t before = collector_.made();
      for (std::size_t at = 0; at < size(); ++at) read_token(at);
      weaknesses();
      motives();
      aliases();
      origins();
      note_missed(before);
      remember_mentions();
    }
    return collector_.finish();
  }

 private:
  const Sentence& s() const { return discourse_.sentences[index_]; }
  const Grammar& g() const { return *grammar_; }
  std::size_t size() const { return s().tokens.size(); }

  // --- actors -------------------------------------------------------------------------------------------------------

  void find_named_actors() {
    for (std::size_t index = 0; index < discourse_.sentences.size(); ++index) {
      for (const Mention& mention : discourse_.mentions[index]) {
        if (mention.kind != MentionKind::name) continue;
        const std::size_t thing = discourse_.resolve(mention.things[0]);
        if (discourse_.things[thing].term.type == EntityType::intrusion_set) named_actors_.insert(thing);
      }
    }
  }

  /// The one named actor of the document with the country of a described one.
  std::optional<std::size_t> same_country(const Thing& described) const {
    if (described.term.country.empty()) return std::nullopt;
    std::optional<std::size_t> found;
    for (const std::size_t actor : named_actors_) {
      if (discourse_.things[actor].term.country != described.term.country) continue;
      if (found) return std::nullopt;
      found = actor;
    }
    return found;
  }

  /// Described actors stand for a named one when they are a single group, or the same speaker talks about both.
  std::vector<std::size_t> actors_of(const Mention& mention, std::size_t token) const {
    std::vector<std::size_t> actors;
    for (const std::size_t thing : mention.things) {
      const std::size_t resolved = discourse_.resolve(thing);
      const Thing& one = discourse_.things[resolved];
      if (mention.kind == MentionKind::actors && mention.things.size() == 1) {
        if (const auto named = same_country(one)) {
          const auto speaker = speech_.speaker(discourse_, index_, token);
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

  bool spoke_of(std::size_t speaker, std::size_t actor) const { return actors_by_speaker_.contains({speaker, actor}); }

  std::vector<std::size_t> subject_actors(const Subject& subject, std::size_t trigger) {
    std::vector<std::size_t> actors;
    switch (subject.kind) {
      case SubjectKind::mention:
        for (const Mention* mention : subject.mentions) {
          if (g().is_actor(mention) || g().is_type(mention, EntityType::malware)) {
            for (const std::size_t actor : actors_of(*mention, trigger)) actors.push_back(actor);
          } else if (g().is_type(mention, EntityType::location) && speaks_of_hacking()) {
            actors.push_back(discourse_.resolve(mention->things[0]));
          } else {
            break;
          }
        }
        break;
      case SubjectKind::actor_pronoun:
      case SubjectKind::thing_pronoun:
        if (subject.kind == SubjectKind::actor_pronoun && last_actor_) actors.push_back(*last_actor_);
        break;
      default:
        break;
    }
    return actors;
  }

  bool speaks_of_hacking() const {
    for (std::size_t at = 0; at < size(); ++at) {
      if (g().is(at, Category::cyber)) return true;
    }
    return false;
  }

  /// A subject's term; a country stands for attackers from there.
  Term actor_term(std::size_t thing) const {
    const Thing& one = discourse_.thing(thing);
    Term term = one.term;
    if (term.type == EntityType::location) {
      term.type = EntityType::threat_actor;
      term.name = "attackers from " + one.term.name;
      term.id.clear();
    }
    return term;
  }

  // --- victims ------------------------------------------------------------------------------------------------------

  struct Victim {
    Term term;
    std::optional<std::size_t> thing;  ///< of a named organisation
    std::size_t token = 0;
    record::Confidence confidence = 80;
  };

  bool may_be_victim(const Mention& mention) const {
    if (mention.kind != MentionKind::name || !g().is_type(&mention, EntityType::identity)) return false;
    if (g().is_modifier(mention)) return false;
    const Thing& thing = g().thing(mention);
    // "COVID-19" and the like.
    if (thing.is_guess && std::ranges::any_of(thing.term.name, is_ascii_digit)) return false;
    return true;
  }

  std::vector<Victim> victims_between(std::size_t from, std::size_t to) const {
    std::vector<Victim> victims;
    const auto push = [&](Victim victim) {
      const bool known = std::ranges::any_of(victims, [&](const Victim& other) { return other.term == victim.term; });
      if (!known) victims.push_back(std::move(victim));
    };
    for (std::size_t at = from; at < to;) {
      const Mention* mention = g().mention(at);
      if (mention == nullptr) {
        ++at;
        continue;
      }
      at = std::max(mention->end, at + 1);
      if (mention->end > to) break;
      if (mention->kind == MentionKind::victims) {
        // "AstraZeneca, a British drugmaker": an apposition.
        const bool apposition =
            !victims.empty() && victims.back().thing && mention->begin > 0 && g().low(mention->begin - 1) == "," &&
            (g().low(mention->begin) == "a" || g().low(mention->begin) == "an" || g().low(mention->begin) == "the");
        if (!apposition) described(*mention, push);
      } else if (may_be_victim(*mention) && !is_speaker(*mention)) {
        const Thing& thing = g().thing(*mention);
        push({thing.term, discourse_.resolve(mention->things[0]), mention->begin,
              static_cast<record::Confidence>(thing.is_guess ? 55 : 85)});
      } else if (g().is_type(mention, EntityType::location) && !mention->demonym && is_own_object(*mention, victims)) {
        push({g().thing(*mention).term, std::nullopt, mention->begin, 75});
      } else if (g().is_type(mention, EntityType::sector) && mention->confidence > 60 && !describes_name(*mention)) {
        push({g().thing(*mention).term, std::nullopt, mention->begin, 70});
      }
    }
    return victims;
  }

  /// "drugmaker AstraZeneca": the name that follows is the victim.
  bool describes_name(const Mention& mention) const {
    const Mention* next = g().mention(mention.end);
    return next != nullptr && next->kind == MentionKind::name && g().is_type(next, EntityType::identity);
  }

  /// A place is attacked itself unless it only says where a named victim sits ("Acme Ltd in India").
  bool is_own_object(const Mention& mention, const std::vector<Victim>& victims) const {
    if (g().is_modifier(mention) && !s().is_cjk) return false;
    if (mention.end < size() && s().tokens[mention.end].glued && g().low(mention.end) == "-") return false;
    if (victims.empty() || !victims.back().thing) return true;
    const std::string& before = mention.begin > 0 ? g().low(mention.begin - 1) : g().low(size());
    return before != "in" && before != "of" && before != "from";
  }

  template <typename Push>
  void described(const Mention& mention, Push push) const {
    for (const std::string& country : mention.countries) {
      const record::KnownEntity* place = vocabulary_.find(EntityType::location, country);
      if (place == nullptr) continue;
      push({{EntityType::location, place->name, place->id, country}, std::nullopt, mention.begin, 70});
    }
    for (const std::string& name : mention.sectors) {
      const record::KnownEntity* sector = vocabulary_.find(EntityType::sector, name);
      const std::string country = mention.countries.size() == 1 ? mention.countries[0] : std::string();
      push({{EntityType::sector, name, sector != nullptr ? sector->id : std::string(), country},
            std::nullopt,
            mention.begin,
            70});
    }
  }

  // --- mood ---------------------------------------------------------------------------------------------------------

  /// What stands between the subject and the trigger, and what governs the clause.
  Mood mood_of(std::size_t clause_begin, std::size_t trigger, std::size_t trigger_end) const {
    Mood mood;
    for (std::size_t at = clause_begin; at < trigger_end; ++at) {
      if (g().mention(at) != nullptr && at < trigger && !g().is(at, Category::negation)) continue;
      if (g().is(at, Category::negation) && at < trigger && g().low(at + 1) != "only") mood.negated = true;
      const Mark* attempt = s().covering(at, Category::attempt);
      if (attempt != nullptr) mood.factuality = Factuality::attempted;
      if (g().is(at, Category::plan) && mood.factuality == Factuality::actual) mood.factuality = Factuality::planned;
      if (g().is(at, Category::hedge) && mood.factuality == Factuality::actual) mood.factuality = Factuality::possible;
    }
    // "found no evidence that", "If …": what governs the whole clause, in the same quote or out of it.
    for (std::size_t at = 0; at < size(); ++at) {
      const Mark* negation = at < trigger ? s().mark_at(at, Category::negation) : nullptr;
      if (negation != nullptr && negation->end - negation->begin >= 2 && governs(negation->end, trigger))
        mood.negated = true;
      if (g().is(at, Category::conditional)) mood.hypothetical = true;
      if ((g().low(at) == "neither" || g().low(at) == "none") && at < clause_begin && governs(at + 1, trigger) &&
          !says_between(at, trigger)) {
        mood.negated = true;
      }
      if (at < trigger && at < clause_begin && g().is(at, Category::hedge) && governs_openly(at, trigger) &&
          mood.factuality == Factuality::actual) {
        mood.factuality = Factuality::possible;
      }
    }
    if (is_called_false(trigger_end)) mood.negated = true;
    if (mood.hypothetical && mood.factuality != Factuality::planned) mood.factuality = Factuality::possible;
    return mood;
  }

  bool says_between(std::size_t from, std::size_t to) const {
    for (std::size_t at = from; at < to; ++at) {
      if (g().is(at, Category::say)) return true;
    }
    return false;
  }

  /// "Reports that … are false", "The claim that … was dismissed"
  bool is_called_false(std::size_t trigger) const {
    bool reported = false;
    for (std::size_t at = 0; at + 1 < trigger && !reported; ++at) {
      const bool opens = g().low(at + 1) == "that" || g().low(at + 1) == "of" || g().low(at + 1) == "saying";
      reported = opens && g().is(at, Category::report_noun);
    }
    for (std::size_t at = trigger; reported && at < size(); ++at) {
      if (g().is(at, Category::clause_start) || g().low(at) == ";") return false;
      if (!g().is(at, Category::copula)) continue;
      for (std::size_t after = at + 1; after < std::min(at + 4, size()); ++after) {
        const Mark* word = s().covering(after, Category::falsity);
        if (word == nullptr) continue;
        // "are not true" is one phrase; "were not denied" is none.
        const bool negated = g().is(after - 1, Category::negation) && word->begin == after;
        return !negated;
      }
    }
    return false;
  }

  /// "no evidence that" governs what follows it; "did not comment, but APT10 attacked" does not.
  bool governs(std::size_t from, std::size_t trigger) const {
    const std::string& first = g().low(from > 0 ? from - 1 : 0);
    if (first == "not" || first == "longer") return false;
    for (std::size_t at = from; at < trigger; ++at) {
      if (g().is(at, Category::clause_start) || g().low(at) == "；" || g().low(at) == ";") return false;
    }
    return true;
  }
  bool governs_openly(std::size_t at, std::size_t trigger) const {
    const std::string& word = g().low(at);
    return (word == "reportedly" || word == "allegedly" || word == "possibly" || word == "perhaps" ||
            word == "whether" || word == "据信") &&
           trigger - at < 25;
  }

  // --- triggers -----------------------------------------------------------------------------------------------------

  void read_token(std::size_t at) {
    if (const Mark* mark = s().mark_at(at, Category::deny)) deny(*mark);
    if (const Mark* mark = s().mark_at(at, Category::decline)) silence(*mark, "speech/declined");
    if (const Mark* mark = s().mark_at(at, Category::respond)) no_response(*mark);
    if (const Mark* mark = s().mark_at(at, Category::inform)) inform(*mark);
    if (const Mark* mark = s().mark_at(at, Category::say)) told(*mark);
    if (const Mark* mark = s().mark_at(at, Category::attribute)) attribute(*mark);
    const Mark* verb = s().mark_at(at, Category::verb);
    const Mark* noun = s().mark_at(at, Category::attack_noun);
    if (verb != nullptr && (noun == nullptr || verb->end >= noun->end) && !describes_actor(*verb)) attack_verb(*verb);
    if (noun != nullptr) attack_noun(*noun);
  }

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
    std::vector<std::size_t> actors = subject_actors(subject, mark.begin);
    if (subject.kind == SubjectKind::none) actors = inherited_actors(mark);
    if (actors.empty()) return;
    previous_subjects_ = actors;
    std::size_t stop = g().object_stop(mark.end);
    if (*predicate == Predicate::targets || *predicate == Predicate::compromises) {
      std::vector<Victim> victims = victims_between(mark.end, stop);
      if (victims.empty() && s().is_cjk) victims = marked_objects(mark);
      // "by X" after a gerund is another actor; "targeting of X by Y" is read as a noun.
      if (victims.empty()) victims = topic_victims(mark);
      const Mood mood = mood_of(std::max(subject.end, std::size_t{0}), mark.begin, mark.end);
      attack_claims(actors, victims, *predicate, mood, mark, s().is_cjk ? "verbs/zh-active" : "verbs/active",
                    is_generic(mark, actors));
      return;
    }
    const Mood mood = mood_of(subject.end, mark.begin, mark.end);
    tool_claims(actors, *predicate, mark, stop, mood);
    // "used X against Y"
    for (std::size_t at = mark.end; at < stop; ++at) {
      if (g().low(at) != "against") continue;
      attack_claims(actors, victims_between(at + 1, stop), Predicate::targets, mood, mark, "verbs/tool-against", false);
      break;
    }
  }

  /// "… and stole", ", targeting": the subject of the verb before, or the nearest actor to the left in the clause.
  std::vector<std::size_t> inherited_actors(const Mark& mark) {
    if (mark.begin == 0) return {};
    const std::size_t before = mark.begin - 1;
    const bool joined = g().is(before, Category::also) || g().low(before) == "then" || g().low(before) == ",";
    if (joined && !previous_subjects_.empty()) return previous_subjects_;
    const bool free = mark.word->form == Form::gerund || s().is_cjk || joined || g().is(before, Category::purpose) ||
                      g().is(before, Category::attempt) || g().low(before) == "to";
    if (!free) return {};
    for (std::size_t at = mark.begin; at-- > 0;) {
      if (g().is(at, Category::clause_start) || g().low(at) == ";" ||
          s().tokens[at].in_quote != s().tokens[mark.begin].in_quote)
        break;
      const Mention* mention = g().mention(at);
      if (mention != nullptr && g().is_actor(mention)) return actors_of(*mention, mark.begin);
      if (g().is(at, Category::pronoun_actor) && last_actor_) return {*last_actor_};
    }
    // Chinese drops a subject that the sentence before has named.
    if (s().is_cjk && !previous_subjects_.empty()) return previous_subjects_;
    return {};
  }

  /// "对X发动攻击": the object stands before the verb, behind a marker.
  std::vector<Victim> marked_objects(const Mark& mark) const {
    for (std::size_t back = mark.begin; back-- > 0;) {
      if (g().low(back) == "，" || g().low(back) == "。") break;
      if (s().mark_at(back, Category::object_marker) != nullptr || g().low(back) == "针对")
        return victims_between(back + 1, mark.begin);
    }
    return {};
  }

  /// "In the case of Serum Institute, they have targeted …"
  std::vector<Victim> topic_victims(const Mark& mark) const {
    for (std::size_t at = 0; at < mark.begin; ++at) {
      const Mark* topic = s().mark_at(at, Category::topic);
      if (topic == nullptr) continue;
      std::size_t end = topic->end;
      while (end < mark.begin && g().low(end) != "," && g().low(end) != "，") ++end;
      std::vector<Victim> victims = victims_between(topic->end, end);
      if (!victims.empty()) return victims;
    }
    return {};
  }

  static bool is_named(const Thing& thing) { return !thing.is_described; }

  bool is_generic(const Mark& mark, const std::vector<std::size_t>& actors) const {
    const bool present = mark.word->form == Form::base || mark.word->form == Form::third;
    const Thing& actor = discourse_.thing(actors[0]);
    return present && !s().is_cjk && !is_named(actor) && actor.term.country.empty() && dates_.empty();
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
          actors = actors_of(*mention, mark.begin);
      }
      std::size_t begin = marker - 1;
      while (begin > 0 && g().low(begin - 1) != "，" && !g().is(begin - 1, Category::say)) --begin;
      victims = victims_between(begin, marker - 1);
      clause = begin;
    } else {
      if (g().low(mark.end) == "by") {
        actors = agent_after(mark.end, mark.begin).first;
        // "targeted by the advertising campaign": somebody did it, but no attacker.
        if (actors.empty()) return;
      }
      const Subject subject = g().subject_of(mark.begin);
      if (subject.kind == SubjectKind::thing_pronoun && speech_.last_speaker[index_]) {
        const Thing& thing = discourse_.thing(*speech_.last_speaker[index_]);
        victims.push_back({thing.term, *speech_.last_speaker[index_], mark.begin, 60});
      }
      if (subject.kind != SubjectKind::mention && victims.empty()) return;
      if (subject.kind == SubjectKind::mention) victims = victims_between(subject.begin, subject.end);
      clause = subject.end;
    }
    if (victims.empty()) return;
    const Mood mood = mood_of(clause, mark.begin, mark.end);
    if (actors.empty()) {
      // A passive without an attacker counts where the word leaves no doubt.
      if (predicate == Predicate::targets && !speaks_of_hacking()) return;
      attack_claims_by({Term{EntityType::threat_actor, "unknown actor", {}, {}}}, victims, predicate, mood, mark,
                       "verbs/passive", false);
      return;
    }
    attack_claims(actors, victims, predicate, mood, mark, s().is_cjk ? "verbs/zh-passive" : "verbs/passive", false);
  }

  /// Who acts, behind "by", and the token after the name.
  std::pair<std::vector<std::size_t>, std::size_t> agent_after(std::size_t by, std::size_t trigger) const {
    for (std::size_t at = by + 1; at < std::min(by + 8, size()); ++at) {
      const Mention* mention = g().mention(at);
      if (mention != nullptr && g().is_actor(mention)) return {actors_of(*mention, trigger), mention->end};
      const Mark* pronoun = s().mark_at(at, Category::pronoun_actor);
      if (pronoun != nullptr && last_actor_) return {{*last_actor_}, pronoun->end};
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
      actors = actors_of(*origin, mark.begin);
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
    std::vector<Victim> victims = victims_between(link + 1, stop);
    if (victims.empty()) return;
    if (actors.empty() && g().low(stop) == "by") actors = agent_after(stop, mark.begin).first;
    for (std::size_t at = mark.begin; actors.empty() && at-- > 0;) {
      if (g().is(at, Category::clause_start) || g().low(at) == ";") break;
      const Mention* mention = g().mention(at);
      if (mention != nullptr && g().is_actor(mention)) actors = actors_of(*mention, mark.begin);
      if (actors.empty() && g().is(at, Category::pronoun_actor) && last_actor_) actors = {*last_actor_};
    }
    const Mood mood = mood_of(mark.begin > 3 ? mark.begin - 3 : 0, mark.begin, mark.end);
    if (actors.empty()) {
      if (!speaks_of_hacking()) return;
      attack_claims_by({Term{EntityType::threat_actor, "unknown actor", {}, {}}}, victims, *predicate, mood, mark,
                       "nouns/attack", false);
      return;
    }
    attack_claims(actors, victims, *predicate, mood, mark, "nouns/attack", false);
  }

  void attack_claims(const std::vector<std::size_t>& actors, const std::vector<Victim>& victims, Predicate predicate,
                     const Mood& mood, const Mark& mark, std::string rule, bool generic) {
    std::vector<Term> terms;
    const auto speaker = speech_.speaker(discourse_, index_, mark.begin);
    for (const std::size_t actor : actors) {
      terms.push_back(actor_term(actor));
      if (speaker) actors_by_speaker_.insert({*speaker, discourse_.resolve(actor)});
    }
    if (victims.empty()) {
      missed_ = "no object of the verb";
      // Remembered for the weaknesses that the sentence names.
      return;
    }
    attack_claims_by(terms, victims, predicate, mood, mark, std::move(rule), generic);
    last_actor_ = discourse_.resolve(actors[0]);
  }

  void attack_claims_by(const std::vector<Term>& actors, const std::vector<Victim>& victims, Predicate predicate,
                        const Mood& mood, const Mark& mark, std::string rule, bool generic) {
    std::vector<std::size_t> named;
    for (const Term& actor : actors) {
      for (const Victim& victim : victims) {
        Claim claim = make(actor, predicate, mark.begin, rule);
        claim.object = victim.term;
        claim.factuality = generic && mood.factuality == Factuality::actual ? Factuality::generic : mood.factuality;
        claim.negated = mood.negated;
        claim.confidence = std::min(claim.confidence, victim.confidence);
        if (mood.factuality != Factuality::actual)
          claim.confidence = std::min<record::Confidence>(claim.confidence, 60);
        // Only what succeeded is a compromise.
        if (predicate == Predicate::compromises && mood.factuality == Factuality::attempted)
          claim.predicate = Predicate::targets;
        mark_denied(claim, mark.begin);
        if (victim.thing) named.push_back(*victim.thing);
        keep(std::move(claim));
      }
    }
    if (!named.empty()) {
      std::ranges::sort(named);
      named.erase(std::unique(named.begin(), named.end()), named.end());
      sentence_victims_ = named;
      if (mood.factuality == Factuality::actual && !mood.negated) last_victims_ = named;
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
        if (discourse_.resolve(actor) == discourse_.resolve(mention->things[0])) continue;
        Claim claim = make(actor_term(actor), predicate, mark.begin, "verbs/tool");
        claim.object = g().thing(*mention).term;
        claim.factuality = mood.factuality;
        claim.negated = mood.negated;
        mark_denied(claim, mark.begin);
        keep(std::move(claim));
      }
    }
  }

  // --- attribution --------------------------------------------------------------------------------------------------

  void attribute(const Mark& mark) {
    const Subject subject = g().subject_of(mark.begin, Companions::skipped);
    std::vector<std::size_t> actors = subject_actors(subject, mark.begin);
    if (subject.kind == SubjectKind::mention && g().is_type(subject.mentions[0], EntityType::location)) return;
    if (actors.empty() && subject.kind == SubjectKind::none) {
      // "APT10, a group linked to the Chinese government": the nearest actor of the clause.
      for (std::size_t at = mark.begin; at-- > 0;) {
        const Mention* mention = g().mention(at);
        if (mention != nullptr && g().is_actor(mention)) {
          actors = actors_of(*mention, mark.begin);
          break;
        }
        if (mention != nullptr || (g().is(at, Category::verb) && !s().is_cjk) || g().is(at, Category::clause_start))
          break;
      }
    }
    if (actors.empty()) return;
    const Mention* object = nullptr;
    for (std::size_t at = mark.end; at < std::min(mark.end + 8, size()) && object == nullptr; ++at) {
      const Mention* found = g().mention(at);
      if (g().low(at) == "," || g().low(at) == "，" || g().low(at) == "。" || g().is(at, Category::verb)) break;
      if (may_be_sponsor(found)) object = found;
    }
    for (std::size_t at = mark.begin; s().is_cjk && object == nullptr && at-- > 0;) {
      if (g().low(at) == "，") break;
      const Mention* found = g().mention(at);
      if (may_be_sponsor(found) && found->begin > 0 && g().is(found->begin - 1, Category::object_marker))
        object = found;
    }
    if (object == nullptr) return;
    const Mood mood = mood_of(subject.end, mark.begin, mark.end);
    for (const std::size_t actor : actors) {
      if (discourse_.resolve(object->things[0]) == discourse_.resolve(actor)) continue;
      Claim claim = make(actor_term(actor), Predicate::attributed_to, mark.begin, "verbs/attribution");
      claim.object = g().thing(*object).term;
      claim.factuality = mood.factuality;
      claim.negated = mood.negated;
      mark_denied(claim, mark.begin);
      keep(std::move(claim));
    }
  }

  bool may_be_sponsor(const Mention* mention) const {
    if (mention == nullptr || mention->kind != MentionKind::name) return false;
    const Thing& thing = g().thing(*mention);
    if (thing.term.type == EntityType::identity) return !thing.is_guess;
    // "the Chinese Ministry of State Security": the ministry, not the country.
    if (mention->demonym && g().is_type(g().mention(mention->end), EntityType::identity)) return false;
    return thing.term.type == EntityType::location || thing.term.type == EntityType::intrusion_set;
  }

  /// "APT10, also known as Stone Panda"; "Chinese hacking group APT10"
  void aliases() {
    for (std::size_t at = 0; at < size(); ++at) {
      const Mark* mark = s().mark_at(at, Category::alias);
      if (mark == nullptr || at == 0) continue;
      std::size_t left = at;
      while (left > 0 && (g().low(left - 1) == "," || g().low(left - 1) == "，" || g().low(left - 1) == "(" ||
                          g().low(left - 1) == "（" || g().is(left - 1, Category::relative) ||
                          g().is(left - 1, Category::copula) || g().is(left - 1, Category::auxiliary))) {
        --left;
      }
      const Mention* named = left > 0 ? g().mention(left - 1) : nullptr;
      if (named == nullptr || named->kind != MentionKind::name) continue;
      const EntityType type = g().thing(*named).term.type;
      if (type != EntityType::intrusion_set && type != EntityType::malware && type != EntityType::threat_actor)
        continue;
      for (std::size_t right = mark->end; right < size();) {
        const Mention* other = g().mention(right);
        if (other == nullptr || other->kind != MentionKind::name) {
          const bool joins = g().low(right) == "," || g().low(right) == "\"" || g().low(right) == "“" ||
                             g().low(right) == "”" || g().low(right) == "、" || g().is(right, Category::also) ||
                             g().low(right) == "the";
          if (!joins || right > mark->end + 12) break;
          ++right;
          continue;
        }
        const EntityType other_type = g().thing(*other).term.type;
        if (other_type != type && !g().thing(*other).is_guess) break;
        Claim claim = make(g().thing(*named).term, Predicate::also_known_as, mark->begin, "names/alias");
        const Token& first = s().tokens[other->begin];
        const Token& last = s().tokens[other->end - 1];
        claim.object = Term{type, document_.text.substr(first.start, last.end - first.start), {}, {}};
        if (claim.object->name != claim.subject.name) keep(std::move(claim));
        right = other->end;
      }
    }
  }

  void origins() {
    for (std::size_t at = 0; at < size(); ++at) {
      const Mark* noun = s().mark_at(at, Category::actor_noun);
      if (noun == nullptr || at == 0 || noun->end >= size()) continue;
      const Mention* actor = g().mention(noun->end);
      const Mention* place = g().mention(at - 1);
      if (!g().is_type(actor, EntityType::intrusion_set) || !g().is_type(place, EntityType::location)) continue;
      Claim claim = make(g().thing(*actor).term, Predicate::originates_from, noun->begin, "names/origin");
      claim.object = g().thing(*place).term;
      keep(std::move(claim));
    }
  }

  // --- speech acts --------------------------------------------------------------------------------------------------

  std::vector<std::size_t> subject_things(const Subject& subject) const {
    std::vector<std::size_t> things;
    for (auto mention = subject.mentions.rbegin(); mention != subject.mentions.rend(); ++mention) {
      if ((*mention)->kind != MentionKind::name || g().is_actor(*mention)) continue;
      things.push_back(discourse_.resolve((*mention)->things[0]));
    }
    if (things.empty() && subject.kind == SubjectKind::thing_pronoun && speech_.last_speaker[index_])
      things.push_back(*speech_.last_speaker[index_]);
    return things;
  }

  void silence(const Mark& mark, std::string rule) {
    Subject subject = g().subject_of(mark.begin);
    std::vector<std::size_t> things = subject_things(subject);
    if (things.empty()) {
      // "There was no comment from X"
      for (std::size_t at = mark.end; at < std::min(mark.end + 5, size()); ++at) {
        const Mention* mention = g().mention(at);
        if (mention == nullptr || mention->kind != MentionKind::name || !g().is_type(mention, EntityType::identity))
          continue;
        things.push_back(discourse_.resolve(mention->things[0]));
        break;
      }
    }
    for (const std::size_t thing : things) {
      Claim claim = make(discourse_.thing(thing).term, Predicate::declined_to_comment, mark.begin, rule);
      // Who asked and got no answer is the press, not whoever speaks in the sentence.
      const bool press = !claim.claimants.empty() && (claim.claimants[0].role == record::ClaimantRole::agency ||
                                                      claim.claimants[0].role == record::ClaimantRole::outlet);
      if (!press) claim.claimants.clear();
      keep(std::move(claim));
    }
  }

  /// "has not immediately responded", "尚未回应": silence, too.
  void no_response(const Mark& mark) {
    for (std::size_t back = mark.begin; back-- > 0 && mark.begin - back < 6;) {
      if (g().is(back, Category::negation)) return silence(mark, "speech/no-response");
      if (g().mention(back) != nullptr) break;
    }
  }

  void inform(const Mark& mark) {
    const Subject subject = g().subject_of(mark.begin);
    std::vector<std::size_t> who = subject_things(subject);
    if (subject.kind == SubjectKind::person_pronoun || subject.kind == SubjectKind::actor_pronoun || who.empty()) {
      if (speech_.last_speaker[index_] && subject.kind != SubjectKind::unnamed) who = {*speech_.last_speaker[index_]};
    }
    if (who.empty()) return;
    const std::size_t teller = voice_of(discourse_, who[0]);
    const Mention* told = told_mention(mark, subject);
    if (told == nullptr) return;
    const Thing& body = g().thing(*told);
    const bool press = body.kind == record::OrganisationKind::agency || body.kind == record::OrganisationKind::outlet;
    if (press || discourse_.resolve(told->things[0]) == teller) return;
    const Mood mood = mood_of(subject.end, mark.begin, mark.begin);
    Claim claim = make(discourse_.thing(teller).term, Predicate::informed, mark.begin, "speech/informed");
    claim.object = body.term;
    claim.negated = mood.negated;
    claim.factuality = mood.factuality;
    keep(std::move(claim));
  }

  /// "X told the national CERT that …"
  void told(const Mark& mark) {
    for (const Statement& statement : speech_.statements[index_]) {
      if (statement.verb != mark.begin || !statement.speaker || !statement.listener) continue;
      const Thing& body = discourse_.thing(*statement.listener);
      if (body.kind != record::OrganisationKind::cert && body.kind != record::OrganisationKind::government) continue;
      const std::size_t teller = voice_of(discourse_, *statement.speaker);
      if (teller == discourse_.resolve(*statement.listener)) continue;
      Claim claim = make(discourse_.thing(teller).term, Predicate::informed, mark.begin, "speech/told");
      claim.object = body.term;
      const Mood mood = mood_of(g().subject_of(mark.begin).end, mark.begin, mark.begin);
      claim.negated = mood.negated;
      claim.factuality = mood.factuality;
      keep(std::move(claim));
    }
  }

  const Mention* told_mention(const Mark& mark, const Subject& subject) const {
    const auto fits = [&](const Mention* mention) {
      return mention != nullptr && mention->kind == MentionKind::name && g().is_type(mention, EntityType::identity);
    };
    for (std::size_t at = mark.end; at < std::min(mark.end + 9, size()); ++at) {
      if (g().low(at) == "," || g().low(at) == "，" || g().is(at, Category::clause_start) || g().is(at, Category::verb))
        break;
      if (fits(g().mention(at))) return g().mention(at);
    }
    // "X, with whom Y said it had shared its information"
    for (std::size_t at = std::min(subject.begin, mark.begin); at-- > 0;) {
      if (!g().is(at, Category::relative)) continue;
      std::size_t noun = at;
      while (noun > 0 && (g().is(noun - 1, Category::preposition) || g().low(noun - 1) == ",")) --noun;
      if (noun > 0 && fits(g().mention(noun - 1))) return g().mention(noun - 1);
    }
    // "向X通报": behind a marker before the verb.
    for (std::size_t at = mark.begin; s().is_cjk && at-- > 0;) {
      if (g().low(at) == "，") break;
      const Mention* mention = g().mention(at);
      if (fits(mention) && mention->begin > 0 && g().is(mention->begin - 1, Category::object_marker)) return mention;
    }
    return nullptr;
  }

  /// "X denied that …", "China denies any involvement"
  void deny(const Mark& mark) {
    const Subject subject = g().subject_of(mark.begin);
    for (std::size_t back = mark.begin; back > std::max(subject.end, mark.begin > 5 ? mark.begin - 5 : 0); --back) {
      // "did not deny"; "reports were dismissed" is read where the claim stands.
      if (g().is(back - 1, Category::negation) || g().is(back - 1, Category::copula)) return;
    }
    if (!s().is_cjk && !is_about_claims(mark)) return;
    const std::vector<std::size_t> who = subject_things(subject);
    denied_from_ = mark.end;
    if (who.empty()) {
      denier_ = unnamed_denier(subject, mark.begin);
      return;
    }
    const std::size_t denier = voice_of(discourse_, who[0]);
    const Thing& thing = discourse_.thing(denier);
    const Claimant claimant{thing.term.name, role_of(thing)};
    denier_ = claimant;
    Claim claim = make(thing.term, Predicate::denies, mark.begin, "speech/denies");
    claim.claimants = {claimant};
    collector_.deny(claimant, thing.term);
    keep(std::move(claim));
  }

  /// Only "deny" is always about what was said; "dismissed its chief" is not.
  bool is_about_claims(const Mark& mark) const {
    if (mark.word->text.starts_with("den")) return true;
    for (std::size_t at = mark.end; at < std::min(mark.end + 6, size()); ++at) {
      if (g().is(at, Category::report_noun)) return true;
    }
    return false;
  }

  /// "Officials", "Bank spokesman": the words before the verb are the name.
  Claimant unnamed_denier(const Subject& subject, std::size_t verb) const {
    constexpr std::size_t kReach = 6;
    if (subject.kind == SubjectKind::mention && g().is_actor(subject.mentions[0]))
      return {g().thing(*subject.mentions[0]).term.name, record::ClaimantRole::primary};
    const std::size_t end = subject.kind == SubjectKind::none ? subject.verb_begin : subject.end;
    std::size_t begin = end;
    while (begin > 0 && end - begin < kReach && s().tokens[begin - 1].is_word &&
           !g().is(begin - 1, Category::clause_start) && !g().is(begin - 1, Category::say) &&
           !g().is(begin - 1, Category::verb)) {
      --begin;
    }
    while (begin < end && g().is(begin, Category::determiner)) ++begin;
    if (begin == end || end > verb) return {"unnamed sources", record::ClaimantRole::unnamed};
    const Token& first = s().tokens[begin];
    return {document_.text.substr(first.start, s().tokens[end - 1].end - first.start), record::ClaimantRole::unnamed};
  }

  /// Who denies what stands at a token: the denial reaches to the next clause.
  void mark_denied(Claim& claim, std::size_t token) const {
    if (!denier_ || token < denied_from_) return;
    for (std::size_t at = denied_from_; at < token; ++at) {
      if (g().low(at) == ";" || g().low(at) == "but" || g().low(at) == "although" || g().low(at) == "while" ||
          g().low(at) == "after" || g().low(at) == "because")
        return;
    }
    claim.denied_by.push_back(*denier_);
  }

  // --- weaknesses and motives ---------------------------------------------------------------------------------------

  void weaknesses() {
    bool carried = false;
    std::size_t last = 0;
    for (std::size_t at = 0; at < size(); ++at) {
      const Mark* mark = s().mark_at(at, Category::weakness);
      if (mark == nullptr) continue;
      // A list goes on as long as nothing but nouns, commas and "and" stand in between.
      const bool list = carried && is_list(last, at);
      const bool said = is_called_weak(*mark) || list;
      const bool aimed = !said && is_aimed_at(*mark);
      carried = said;
      last = mark->end;
      if (!said && !aimed) continue;
      for (const std::size_t victim : weakness_owners(*mark)) {
        Claim claim = make(discourse_.thing(victim).term, Predicate::has_weakness, mark->begin,
                           said ? "weakness/described" : "weakness/targeted");
        claim.object = Term{EntityType::weakness, mark->word->value, {}, {}};
        const Mood mood = mood_of(mark->begin > 3 ? mark->begin - 3 : 0, mark->begin, mark->begin);
        claim.negated = mood.negated || is_denied_weak(*mark);
        if (mood.hypothetical) claim.factuality = Factuality::possible;
        claim.confidence = said ? 75 : 50;
        keep(std::move(claim));
      }
    }
  }

  bool is_list(std::size_t from, std::size_t to) const {
    if (to - from > 8) return false;
    for (std::size_t at = from; at < to; ++at) {
      if (g().is(at, Category::also) || g().low(at) == "," || g().is(at, Category::determiner) ||
          g().is(at, Category::preposition) || g().low(at) == "的") {
        continue;
      }
      if (g().is(at, Category::verb) || g().is(at, Category::auxiliary) || g().is(at, Category::relative) ||
          g().low(at) == ";" || g().mention(at) != nullptr)
        return false;
    }
    return true;
  }

  bool is_called_weak(const Mark& mark) const {
    // "vulnerable web servers", "weaknesses in its web servers"
    for (std::size_t back = mark.begin; back > 0 && mark.begin - back < 8; --back) {
      const std::size_t at = back - 1;
      if (g().is(at, Category::weak_noun)) return true;
      if (g().is(at, Category::weak) && (mark.begin - back < 4 || s().is_cjk)) return true;
      if (g().low(at) == "," || g().low(at) == "，" || g().low(at) == ";" ||
          (g().is(at, Category::verb) && !s().is_cjk))
        break;
    }
    // "its web servers are weak", "web server vulnerabilities", "Web服务器存在漏洞"
    for (std::size_t at = mark.end; at < std::min(mark.end + (s().is_cjk ? 14 : 5), size()); ++at) {
      if (g().is(at, Category::weak) || g().is(at, Category::weak_noun)) return true;
      const bool passes = g().is(at, Category::copula) || g().is(at, Category::auxiliary) ||
                          g().low(at).ends_with("ly") || s().is_cjk || g().is(at, Category::negation);
      if (!passes || g().low(at) == "，" || g().low(at) == "。") break;
    }
    return false;
  }

  bool is_denied_weak(const Mark& mark) const {
    for (std::size_t at = mark.end; at < std::min(mark.end + 4, size()); ++at) {
      if (g().is(at, Category::negation)) return is_called_weak(mark);
      if (g().is(at, Category::weak)) break;
    }
    return false;
  }

  /// "targeted the supply chain software of X": an attacker thinks it a door.
  bool is_aimed_at(const Mark& mark) const {
    for (std::size_t back = mark.begin; back > 0 && mark.begin - back < 16; --back) {
      const std::size_t at = back - 1;
      const Mark* verb = s().covering(at, Category::verb);
      if (verb != nullptr && (verb->word->value == "targets" || verb->word->value == "compromises")) {
        return !sentence_victims_.empty();
      }
      if (g().low(at) == ";" || g().low(at) == "，" || g().is(at, Category::relative) ||
          g().is(at, Category::clause_start))
        break;
    }
    return false;
  }

  /// Whose door: the owner named beside it, the sentence's victims, or the victims spoken of last.
  std::vector<std::size_t> weakness_owners(const Mark& mark) const {
    std::vector<std::size_t> owners;
    const auto take = [&](const Mention* mention) {
      if (mention == nullptr || !may_be_victim(*mention) || speaks_here(*mention) || g().thing(*mention).is_guess)
        return;
      const std::size_t thing = discourse_.resolve(mention->things[0]);
      if (std::ranges::find(owners, thing) == owners.end()) owners.push_back(thing);
    };
    if (!sentence_victims_.empty()) return sentence_victims_;
    for (const Mention& mention : discourse_.mentions[index_]) {
      if (mention.kind == MentionKind::name) take(&mention);
    }
    if (!owners.empty()) return owners;
    (void)mark;
    return last_victims_;
  }

  /// Its words are reported in this sentence: "…, security firm Acme said".
  bool is_speaker(const Mention& mention) const {
    const std::size_t thing = discourse_.resolve(mention.things[0]);
    return std::ranges::any_of(speech_.statements[index_], [&](const Statement& statement) {
      const bool close = statement.verb >= mention.end && statement.verb - mention.end < 6;
      return statement.speaker && close && voice_of(discourse_, *statement.speaker) == thing;
    });
  }

  bool speaks_here(const Mention& mention) const {
    const std::size_t thing = discourse_.resolve(mention.things[0]);
    const auto& known = discourse_.things[thing];
    if (known.kind && *known.kind != record::OrganisationKind::company &&
        *known.kind != record::OrganisationKind::other)
      return true;
    return std::ranges::any_of(speech_.statements[index_], [&](const Statement& statement) {
      return statement.speaker && voice_of(discourse_, *statement.speaker) == thing;
    });
  }

  void motives() {
    bool purpose = false;
    for (std::size_t at = 0; at < size(); ++at) purpose = purpose || g().is(at, Category::purpose);
    std::set<std::string> seen;
    for (std::size_t at = 0; at < size(); ++at) {
      const Mark* mark = s().mark_at(at, Category::motive);
      if (mark == nullptr || seen.contains(mark->word->value)) continue;
      const bool infinitive = at > 0 && (g().low(at - 1) == "to" || g().low(at - 1) == "for");
      if (!purpose && !infinitive) continue;
      std::vector<std::size_t> actors;
      for (const Mention& mention : discourse_.mentions[index_]) {
        if (mention.begin >= mark->begin && !s().is_cjk) break;
        if (actors.empty() && g().is_actor(&mention)) actors = actors_of(mention, mark->begin);
      }
      for (std::size_t before = 0; actors.empty() && before < size(); ++before) {
        const bool refers = g().is(before, Category::pronoun_actor) ||
                            (purpose && (g().is(before, Category::attack_noun) || g().is(before, Category::purpose)));
        if (refers && last_actor_) actors = {*last_actor_};
      }
      for (const std::size_t actor : actors) {
        Claim claim = make(actor_term(actor), Predicate::motivated_by, mark->begin, "motive/purpose");
        claim.object = Term{EntityType::motive, mark->word->value, {}, {}};
        const Mood mood = mood_of(mark->begin > 4 ? mark->begin - 4 : 0, mark->begin, mark->begin);
        claim.negated = mood.negated;
        const Thing& who = discourse_.thing(actor);
        if (who.is_described && who.term.country.empty()) claim.factuality = Factuality::generic;
        if (mood.hypothetical) claim.factuality = Factuality::possible;
        claim.confidence = 65;
        keep(std::move(claim));
        seen.insert(mark->word->value);
      }
    }
  }

  // --- making
  // ---------------------------------------------------------------------------------------------------------

  Claim make(Term subject, Predicate predicate, std::size_t token, std::string rule) const {
    Claim claim;
    claim.subject = std::move(subject);
    claim.predicate = predicate;
    claim.claimants = speech_.claimants(discourse_, index_, token);
    claim.confidence = claim.claimants.empty() ? 60 : 75;
    claim.rule = rule;
    claim.evidence.push_back(document_.evidence(s().start, s().end, {}));
    if (const DateMention* date = nearest_date(token)) {
      record::ClaimTime time;
      time.from = date->from;
      time.to = date->to;
      time.text = document_.text.substr(s().tokens[date->begin].start,
                                        s().tokens[date->end - 1].end - s().tokens[date->begin].start);
      claim.time = std::move(time);
    }
    return claim;
  }

  const DateMention* nearest_date(std::size_t token) const {
    const DateMention* best = nullptr;
    std::size_t distance = ~std::size_t{0};
    for (const DateMention& date : dates_) {
      const std::size_t away = date.begin > token ? date.begin - token : token - std::min(token, date.end);
      if (away >= distance) continue;
      distance = away;
      best = &date;
    }
    return best;
  }

  void keep(Claim claim) {
    missed_.clear();
    collector_.add(std::move(claim));
  }

  /// A sentence with an attacker and an organisation of which no rule made anything is said to be not understood.
  void note_missed(std::size_t before) {
    if (collector_.made() != before) return;
    bool actor = false;
    bool identity = false;
    for (const Mention& mention : discourse_.mentions[index_]) {
      actor = actor || g().is_type(&mention, EntityType::intrusion_set);
      identity = identity || (g().is_type(&mention, EntityType::identity) && !g().thing(mention).is_guess);
    }
    if (actor && identity) collector_.missed(missed_.empty() ? "unmapped verb" : missed_, s().start, s().end);
    missed_.clear();
    const bool pronoun =
        std::ranges::any_of(s().marks, [](const Mark& mark) { return mark.word->category == Category::pronoun_actor; });
    const bool verb = std::ranges::any_of(s().marks, [](const Mark& mark) {
      return mark.word->category == Category::verb &&
             (mark.word->value == "targets" || mark.word->value == "compromises");
    });
    if (pronoun && verb && !last_actor_) collector_.missed("unresolved name", s().start, s().end);
  }

  void remember_mentions() {
    for (const Mention& mention : discourse_.mentions[index_]) {
      if (mention.kind == MentionKind::name && g().is_type(&mention, EntityType::intrusion_set))
        last_actor_ = discourse_.resolve(mention.things[0]);
      if (mention.kind == MentionKind::actors && mention.things.size() == 1) {
        const auto actors = actors_of(mention, mention.begin);
        if (!actors.empty()) last_actor_ = actors[0];
      }
    }
  }

  const Document& document_;
  const Vocabulary& vocabulary_;
  const Discourse& discourse_;
  const Speech& speech_;
  ClaimCollector collector_;
  const Grammar* grammar_ = nullptr;
  std::size_t index_ = 0;
  std::vector<DateMention> dates_;
  std::set<std::size_t> named_actors_;
  std::set<std::pair<std::size_t, std::size_t>> actors_by_speaker_;
  std::optional<std::size_t> last_actor_;
  std::vector<std::size_t> last_victims_;
  std::vector<std::size_t> sentence_victims_;
  std::vector<std::size_t> previous_subjects_;
  std::optional<Claimant> denier_;
  std::size_t denied_from_ = 0;
  std::string missed_;
};

}  // namespace

ReadClaims read_claims(const Document& document, const Vocabulary& vocabulary, const Discourse& discourse,
                       const Speech& speech) {
  return ClaimReader(document, vocabulary, discourse, speech).read();
}

}  // namespace tocsin::report
