#include "report/speech_acts.h"

#include <algorithm>

#include "report/mood.h"

namespace tocsin::report {

namespace {

using record::Claim;
using record::Claimant;
using record::EntityType;
using record::Predicate;

class SpeechActReader : ClaimPart {
 public:
  explicit SpeechActReader(ClaimScene& scene) : ClaimPart(scene) {}

  void read(std::size_t token) {
    if (const Mark* mark = s().mark_at(token, Category::deny)) deny(*mark);
    if (const Mark* mark = s().mark_at(token, Category::decline)) silence(*mark, "speech/declined");
    if (const Mark* mark = s().mark_at(token, Category::respond)) no_response(*mark);
    if (const Mark* mark = s().mark_at(token, Category::inform)) inform(*mark);
    if (const Mark* mark = s().mark_at(token, Category::say)) told(*mark);
    if (const Mark* mark = s().mark_at(token, Category::confirm)) confirm(*mark);
  }

 private:
  void silence(const Mark& mark, std::string rule) {
    Subject subject = g().subject_of(mark.begin);
    std::vector<std::size_t> things = scene_.subject_things(subject);
    if (things.empty()) {
      // "There was no comment from X"
      for (std::size_t at = mark.end; at < std::min(mark.end + 5, size()); ++at) {
        const Mention* mention = g().mention(at);
        if (mention == nullptr || mention->kind != MentionKind::name || !g().is_type(mention, EntityType::identity))
          continue;
        things.push_back(scene_.discourse.resolve(mention->things[0]));
        break;
      }
    }
    for (const std::size_t thing : things) {
      Claim claim = scene_.make(scene_.discourse.thing(thing).term, Predicate::declined_to_comment, mark.begin, rule);
      // Who asked and got no answer is the press, not whoever speaks in the sentence.
      const bool press = !claim.claimants.empty() && (claim.claimants[0].role == record::ClaimantRole::agency ||
                                                      claim.claimants[0].role == record::ClaimantRole::outlet);
      if (!press) claim.claimants.clear();
      scene_.keep(std::move(claim));
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
    if (g().low(mark.end) == "by" && mark.begin > 0 && g().is(mark.begin - 1, Category::copula))
      return informed_by(mark, subject);
    std::vector<std::size_t> who = scene_.subject_things(subject);
    if (subject.kind == SubjectKind::person_pronoun || subject.kind == SubjectKind::actor_pronoun || who.empty()) {
      if (scene_.speech.last_speaker[scene_.index] && subject.kind != SubjectKind::unnamed)
        who = {*scene_.speech.last_speaker[scene_.index]};
    }
    if (who.empty()) return;
    const std::size_t teller = voice_of(scene_.discourse, who[0]);
    const Mention* told = told_mention(mark, subject);
    if (told == nullptr) return;
    const Thing& body = g().thing(*told);
    const bool press = body.kind == record::OrganisationKind::agency || body.kind == record::OrganisationKind::outlet;
    if (press || scene_.discourse.resolve(told->things[0]) == teller) return;
    const Mood mood = read_mood(g(), subject.end, mark.begin, mark.begin);
    Claim claim = scene_.make(scene_.discourse.thing(teller).term, Predicate::informed, mark.begin, "speech/informed");
    claim.object = body.term;
    claim.negated = mood.negated;
    claim.factuality = mood.factuality;
    scene_.keep(std::move(claim));
  }

  /// "The office said that it had been informed by the company"
  void informed_by(const Mark& mark, const Subject& subject) {
    const std::vector<std::size_t> bodies = scene_.subject_things(subject);
    std::optional<std::size_t> teller;
    for (std::size_t at = mark.end + 1; at < std::min(mark.end + 6, size()) && !teller; ++at) {
      const Mention* mention = g().mention(at);
      if (mention != nullptr && mention->kind == MentionKind::name && g().is_type(mention, EntityType::identity))
        teller = voice_of(scene_.discourse, mention->things[0]);
      if (g().is(at, Category::pronoun_thing) && scene_.last_victims.size() == 1) teller = scene_.last_victims[0];
    }
    if (bodies.empty() || !teller || *teller == bodies[0]) return;
    const Mood mood = read_mood(g(), subject.end, mark.begin, mark.begin);
    Claim claim = scene_.make(scene_.discourse.thing(*teller).term, Predicate::informed, mark.begin, "speech/informed");
    claim.object = scene_.discourse.thing(bodies[0]).term;
    claim.negated = mood.negated;
    claim.factuality = mood.factuality;
    scene_.keep(std::move(claim));
  }

  /// "The bank confirmed the breach": whoever was attacked says so.
  void confirm(const Mark& mark) {
    const Subject subject = g().subject_of(mark.begin);
    const std::vector<std::size_t> who = scene_.subject_things(subject);
    if (who.empty() || scene_.is_disowned(mark.begin)) return;
    for (std::size_t at = subject.end; at < mark.begin; ++at) {
      if (g().is(at, Category::negation)) return;
    }
    std::size_t at = mark.end;
    while (at < size() && (g().is(at, Category::determiner) || g().is(at, Category::cyber))) {
      if (g().is(at, Category::attack_noun)) break;
      ++at;
    }
    if (at >= size() || !g().is(at, Category::attack_noun)) return;
    const Thing& voice = scene_.discourse.thing(voice_of(scene_.discourse, who[0]));
    Claim claim = scene_.make(voice.term, Predicate::confirms, mark.begin, "speech/confirms");
    claim.claimants = {{voice.term.name, role_of(voice)}};
    scene_.keep(std::move(claim));
  }

  /// "X told the national CERT that …"
  void told(const Mark& mark) {
    for (const Statement& statement : scene_.speech.statements[scene_.index]) {
      if (statement.verb != mark.begin || !statement.speaker || !statement.listener) continue;
      const Thing& body = scene_.discourse.thing(*statement.listener);
      if (body.kind != record::OrganisationKind::cert && body.kind != record::OrganisationKind::government) continue;
      const std::size_t teller = voice_of(scene_.discourse, *statement.speaker);
      if (teller == scene_.discourse.resolve(*statement.listener)) continue;
      Claim claim = scene_.make(scene_.discourse.thing(teller).term, Predicate::informed, mark.begin, "speech/told");
      claim.object = body.term;
      const Mood mood = read_mood(g(), g().subject_of(mark.begin).end, mark.begin, mark.begin);
      claim.negated = mood.negated;
      claim.factuality = mood.factuality;
      scene_.keep(std::move(claim));
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
    const std::vector<std::size_t> who = scene_.subject_things(subject);
    scene_.denied_from = mark.end;
    if (who.empty()) {
      scene_.denier = unnamed_denier(subject, mark.begin);
      return;
    }
    const std::size_t denier = voice_of(scene_.discourse, who[0]);
    const Thing& thing = scene_.discourse.thing(denier);
    const Claimant claimant{thing.term.name, role_of(thing)};
    scene_.denier = claimant;
    Claim claim = scene_.make(thing.term, Predicate::denies, mark.begin, "speech/denies");
    claim.claimants = {claimant};
    scene_.collector.deny(claimant, thing.term);
    scene_.keep(std::move(claim));
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
    return {scene_.document.text.substr(first.start, s().tokens[end - 1].end - first.start),
            record::ClaimantRole::unnamed};
  }
};

}  // namespace

void read_speech_act(ClaimScene& scene, std::size_t token) { SpeechActReader(scene).read(token); }

}  // namespace tocsin::report
