#include "report/reasons.h"

#include <algorithm>
#include <set>

#include "report/mood.h"

namespace tocsin::report {

namespace {

using record::Claim;
using record::EntityType;
using record::Factuality;
using record::Predicate;
using record::Term;

class ReasonReader : ClaimPart {
 public:
  explicit ReasonReader(ClaimScene& scene) : ClaimPart(scene) {}

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
        Claim claim = scene_.make(scene_.discourse.thing(victim).term, Predicate::has_weakness, mark->begin,
                                  said ? "weakness/described" : "weakness/targeted");
        claim.object = Term{EntityType::weakness, mark->word->value, {}, {}};
        const Mood mood = read_mood(g(), mark->begin > 3 ? mark->begin - 3 : 0, mark->begin, mark->begin);
        claim.negated = mood.negated || is_denied_weak(*mark);
        if (mood.hypothetical) claim.factuality = Factuality::possible;
        claim.confidence = said ? 75 : 50;
        scene_.keep(std::move(claim));
      }
    }
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
      for (const Mention& mention : scene_.discourse.mentions[scene_.index]) {
        if (mention.begin >= mark->begin && !s().is_cjk) break;
        if (actors.empty() && g().is_actor(&mention)) actors = scene_.actors_of(mention, mark->begin);
      }
      for (std::size_t before = 0; actors.empty() && before < size(); ++before) {
        const bool refers = g().is(before, Category::pronoun_actor) ||
                            (purpose && (g().is(before, Category::attack_noun) || g().is(before, Category::purpose)));
        if (refers && scene_.last_actor) actors = {*scene_.last_actor};
      }
      for (const std::size_t actor : actors) {
        Claim claim = scene_.make(scene_.actor_term(actor), Predicate::motivated_by, mark->begin, "motive/purpose");
        claim.object = Term{EntityType::motive, mark->word->value, {}, {}};
        const Mood mood = read_mood(g(), mark->begin > 4 ? mark->begin - 4 : 0, mark->begin, mark->begin);
        claim.negated = mood.negated;
        const Thing& who = scene_.discourse.thing(actor);
        if (who.is_described && who.term.country.empty()) claim.factuality = Factuality::generic;
        if (mood.hypothetical) claim.factuality = Factuality::possible;
        claim.confidence = 65;
        scene_.keep(std::move(claim));
        seen.insert(mark->word->value);
      }
    }
  }

 private:
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
        // What failed found no door.
        if (verb->begin > 0 && g().is(verb->begin - 1, Category::attempt)) return false;
        return !scene_.sentence_victims.empty();
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
      if (mention == nullptr || !scene_.may_be_victim(*mention) || scene_.speaks_here(*mention) ||
          g().thing(*mention).is_guess)
        return;
      const std::size_t thing = scene_.discourse.resolve(mention->things[0]);
      if (std::ranges::find(owners, thing) == owners.end()) owners.push_back(thing);
    };
    if (!scene_.sentence_victims.empty()) return scene_.sentence_victims;
    for (const Mention& mention : scene_.discourse.mentions[scene_.index]) {
      if (mention.kind == MentionKind::name) take(&mention);
    }
    if (!owners.empty()) return owners;
    (void)mark;
    return scene_.last_victims;
  }
};

}  // namespace

void read_weaknesses(ClaimScene& scene) { ReasonReader(scene).weaknesses(); }
void read_motives(ClaimScene& scene) { ReasonReader(scene).motives(); }

}  // namespace tocsin::report
