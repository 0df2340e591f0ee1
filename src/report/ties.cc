#include "report/ties.h"

#include <algorithm>

#include "report/mood.h"

namespace tocsin::report {

namespace {

using record::Claim;
using record::EntityType;
using record::Predicate;
using record::Term;

class TieReader : ClaimPart {
 public:
  explicit TieReader(ClaimScene& scene) : ClaimPart(scene) {}

  void attribute(const Mark& mark) {
    if (scene_.is_disowned(mark.begin)) return;
    const Subject subject = g().subject_of(mark.begin, Companions::skipped);
    std::vector<std::size_t> actors = scene_.subject_actors(subject, mark.begin);
    if (subject.kind == SubjectKind::mention && g().is_type(subject.mentions[0], EntityType::location)) return;
    if (actors.empty() && subject.kind == SubjectKind::none) {
      // "APT10, a group linked to the Chinese government": the nearest actor of the clause.
      for (std::size_t at = mark.begin; at-- > 0;) {
        const Mention* mention = g().mention(at);
        if (mention != nullptr && g().is_actor(mention)) {
          actors = scene_.actors_of(*mention, mark.begin);
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
    const Mood mood = read_mood(g(), subject.end, mark.begin, mark.end);
    for (const std::size_t actor : actors) {
      if (scene_.discourse.resolve(object->things[0]) == scene_.discourse.resolve(actor)) continue;
      Claim claim = scene_.make(scene_.actor_term(actor), Predicate::attributed_to, mark.begin, "verbs/attribution");
      claim.object = g().thing(*object).term;
      claim.factuality = mood.factuality;
      claim.negated = mood.negated;
      scene_.mark_denied(claim, mark.begin);
      scene_.keep(std::move(claim));
    }
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
        Claim claim = scene_.make(g().thing(*named).term, Predicate::also_known_as, mark->begin, "names/alias");
        const Token& first = s().tokens[other->begin];
        const Token& last = s().tokens[other->end - 1];
        claim.object = Term{type, scene_.document.text.substr(first.start, last.end - first.start), {}, {}};
        if (claim.object->name != claim.subject.name) scene_.keep(std::move(claim));
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
      Claim claim = scene_.make(g().thing(*actor).term, Predicate::originates_from, noun->begin, "names/origin");
      claim.object = g().thing(*place).term;
      scene_.keep(std::move(claim));
    }
  }

 private:
  bool may_be_sponsor(const Mention* mention) const {
    if (mention == nullptr || mention->kind != MentionKind::name) return false;
    const Thing& thing = g().thing(*mention);
    if (thing.term.type == EntityType::identity) return !thing.is_guess;
    // "the Chinese Ministry of State Security": the ministry, not the country.
    if (mention->demonym && g().is_type(g().mention(mention->end), EntityType::identity)) return false;
    return thing.term.type == EntityType::location || thing.term.type == EntityType::intrusion_set;
  }
};

}  // namespace

void read_attribution(ClaimScene& scene, const Mark& mark) { TieReader(scene).attribute(mark); }
void read_aliases(ClaimScene& scene) { TieReader(scene).aliases(); }
void read_origins(ClaimScene& scene) { TieReader(scene).origins(); }

}  // namespace tocsin::report
