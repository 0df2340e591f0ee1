#include "report/victims.h"

#include <algorithm>

namespace tocsin::report {

namespace {

using record::EntityType;

class VictimFinder : ClaimPart {
 public:
  explicit VictimFinder(ClaimScene& scene) : ClaimPart(scene) {}

  std::vector<Victim> between(std::size_t from, std::size_t to) const {
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
      } else if (scene_.may_be_victim(*mention) && !scene_.is_speaker(*mention)) {
        const Thing& thing = g().thing(*mention);
        push({thing.term, scene_.discourse.resolve(mention->things[0]), mention->begin,
              static_cast<record::Confidence>(thing.is_guess ? 55 : 85)});
      } else if (g().is_type(mention, EntityType::location) && !mention->demonym && is_own_object(*mention, victims)) {
        push({g().thing(*mention).term, std::nullopt, mention->begin, 75});
      } else if (g().is_type(mention, EntityType::sector) && mention->confidence > 60 && !describes_name(*mention)) {
        push({g().thing(*mention).term, std::nullopt, mention->begin, 70});
      }
    }
    return victims;
  }

  /// "对X发动攻击": the object stands before the verb, behind a marker.
  std::vector<Victim> marked(const Mark& mark) const {
    for (std::size_t back = mark.begin; back-- > 0;) {
      if (g().low(back) == "，" || g().low(back) == "。") break;
      if (s().mark_at(back, Category::object_marker) != nullptr || g().low(back) == "针对")
        return between(back + 1, mark.begin);
    }
    return {};
  }

  /// "In the case of Serum Institute, they have targeted …"
  std::vector<Victim> of_topic(const Mark& mark) const {
    for (std::size_t at = 0; at < mark.begin; ++at) {
      const Mark* topic = s().mark_at(at, Category::topic);
      if (topic == nullptr) continue;
      std::size_t end = topic->end;
      while (end < mark.begin && g().low(end) != "," && g().low(end) != "，") ++end;
      std::vector<Victim> victims = between(topic->end, end);
      if (!victims.empty()) return victims;
    }
    return {};
  }

 private:
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
      const record::KnownEntity* place = scene_.vocabulary.find(EntityType::location, country);
      if (place == nullptr) continue;
      push({{EntityType::location, place->name, place->id, country}, std::nullopt, mention.begin, 70});
    }
    for (const std::string& name : mention.sectors) {
      const record::KnownEntity* sector = scene_.vocabulary.find(EntityType::sector, name);
      const std::string country = mention.countries.size() == 1 ? mention.countries[0] : std::string();
      push({{EntityType::sector, name, sector != nullptr ? sector->id : std::string(), country},
            std::nullopt,
            mention.begin,
            70});
    }
  }
};

}  // namespace

std::vector<Victim> victims_between(ClaimScene& scene, std::size_t from, std::size_t to) {
  return VictimFinder(scene).between(from, to);
}

std::vector<Victim> marked_victims(ClaimScene& scene, const Mark& verb) { return VictimFinder(scene).marked(verb); }

std::vector<Victim> topic_victims(ClaimScene& scene, const Mark& verb) { return VictimFinder(scene).of_topic(verb); }

}  // namespace tocsin::report
