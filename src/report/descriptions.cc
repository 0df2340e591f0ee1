// "A Chinese hacking group", "pharmaceutical companies in India": actors and victims that have no name but a noun, with
// the countries and sectors that describe it before and after.

#include "report/descriptions.h"

#include <algorithm>

#include "report/phrase_table.h"

namespace tocsin::report {

namespace {

using record::EntityType;
using record::Term;

bool is_actor(EntityType type) {
  return type == EntityType::intrusion_set || type == EntityType::threat_actor || type == EntityType::campaign;
}

class Descriptions : private MentionPart {
 public:
  explicit Descriptions(MentionScene& scene) : MentionPart(scene) {}

  void read() {
    described_actors();
    described_victims();
  }

 private:
  /// Places from `index` on, joined by commas and "and": "India, Canada, and the US". Gives the end.
  std::size_t place_list(std::size_t index, std::vector<std::string>& countries) const {
    std::size_t end = index;
    while (index < count()) {
      if (token(index).low == "the" || token(index).low == "both") ++index;
      if (index >= count() || !is_place(index)) break;
      const std::string country = country_at(index);
      if (std::ranges::find(countries, country) == countries.end()) countries.push_back(country);
      end = at(index)->end;
      index = end;
      bool joined = false;
      while (index < count() && (token(index).low == "," || s().mark_at(index, Category::also) != nullptr)) {
        joined = true;
        ++index;
      }
      if (!joined) break;
    }
    return end;
  }

  /// The beginning of the noun phrase whose head begins at `head`: modifiers up to a determiner, which is included.
  std::size_t phrase_begin(std::size_t head) const {
    std::size_t begin = head;
    while (begin > 0 && head - begin < 10) {
      const std::size_t before = begin - 1;
      const Token& one = token(before);
      // "state-backed", "web-based": a compound is one modifier, whatever its parts are elsewhere.
      if (one.low == "-" && one.glued && before > 0 && token(begin).glued) {
        // "Lazarus-linked hackers" are described by a name that stays one.
        if (!token(before - 1).is_word || is_own_name(before - 1)) return std::min(begin + 1, head);
        begin = before - 1;
        continue;
      }
      const bool joins_places =
          s().mark_at(before, Category::also) != nullptr && is_place(begin) && before > 0 && is_place(before - 1);
      if (s().is(before, Category::determiner) && !one.is_cjk) return before;
      if (joins_places) {
        begin = before;
        continue;
      }
      if (one.possessive && before > 0 && is_place(before - 1)) {
        begin = before;
        continue;
      }
      if (!one.is_word) break;
      const bool verbal = s().is(before, Category::verb) || s().is(before, Category::say) ||
                          s().is(before, Category::auxiliary) || s().is(before, Category::preposition) ||
                          s().is(before, Category::relative) || s().is(before, Category::also) ||
                          s().is(before, Category::clause_start) || s().is(before, Category::topic) ||
                          s().is(before, Category::according) || s().is(before, Category::object_marker) ||
                          s().is(before, Category::passive) || s().is(before, Category::attempt);
      if (verbal && !is_place(before) && !is_sector(before)) break;
      if (is_own_name(before)) break;
      if (one.is_cjk && !is_place(before) && !is_sector(before) && one.low != "两家" && one.low != "的") break;
      if (!one.is_cjk && vocabulary_.has(one.low, Category::function) && !is_place(before)) break;
      begin = before;
    }
    return begin;
  }

  void described_actors() {
    for (std::size_t index = 0; index < count(); ++index) {
      if (s().mark_at(index, Category::pronoun_actor) != nullptr && !s().is(index, Category::attack_noun)) continue;
      const Mark* noun = s().mark_at(index, Category::actor_noun);
      const Mark* attack = noun == nullptr ? s().mark_at(index, Category::attack_noun) : nullptr;
      if ((noun == nullptr && attack == nullptr) || is_own_name(index) ||
          s().covering(index, Category::pronoun_actor) != nullptr)
        continue;
      const std::size_t head_end = noun != nullptr ? noun->end : attack->end;
      const std::size_t begin = noun != nullptr ? phrase_begin(index) : index;
      std::vector<std::string> countries;
      for (std::size_t before = begin; before < index; ++before) {
        if (is_place(before)) countries.push_back(country_at(before));
      }
      // "hacking group APT10": the description belongs to the name.
      if (noun != nullptr && head_end < count() && is_actor_name(head_end)) {
        Thing& named = result_.things[at(head_end)->things[0]];
        if (named.term.country.empty() && countries.size() == 1) named.term.country = countries[0];
        continue;
      }
      std::size_t end = head_end;
      if (head_end < count() &&
          (token(head_end).low == "from" ||
           (noun != nullptr && (token(head_end).low == "in" || token(head_end).low == "based")))) {
        std::size_t places = head_end + 1;
        if (places < count() && token(head_end).low == "based") ++places;
        const std::size_t list_end = place_list(places, countries);
        if (list_end > places) end = list_end;
      } else if (const Mark* link = noun != nullptr ? s().mark_at(head_end, Category::attribute) : nullptr;
                 link != nullptr && link->word->form == Form::base && !token(head_end).is_cjk) {
        // "hackers linked to China": described by the country; "linked to the Chinese government" is a claim.
        const std::size_t list_end = place_list(link->end, countries);
        if (list_end > link->end && !at(list_end - 1)->demonym) end = list_end;
      }
      if (attack != nullptr && countries.empty()) continue;
      const std::string low = fold_phrase(written(index, head_end));
      const bool vague = low == "group" || low == "crew" || low == "collective" || low == "spies" || low == "gang";
      if (vague && countries.empty()) continue;
      std::ranges::sort(countries);
      countries.erase(std::unique(countries.begin(), countries.end()), countries.end());
      Mention mention;
      mention.kind = MentionKind::actors;
      mention.begin = begin;
      mention.end = end;
      mention.singular = !low.ends_with('s') && !token(index).is_cjk;
      mention.rule = "names/described-actor";
      mention.confidence = 70;
      std::size_t from = begin;
      while (from < index && s().is(from, Category::determiner)) ++from;
      if (countries.size() == 1 && attack == nullptr) {
        mention.things.push_back(described(written(from, end), countries[0]));
      } else {
        for (const std::string& country : countries) {
          const record::KnownEntity* place = vocabulary_.find(EntityType::location, country);
          mention.things.push_back(described("attackers from " + (place != nullptr ? place->name : country), country));
        }
        if (countries.empty()) mention.things.push_back(described(written(from, end), {}));
      }
      add(std::move(mention));
      index = end - 1;
    }
  }

  bool is_actor_name(std::size_t index) const {
    const Mention* mention = at(index);
    return mention != nullptr && mention->kind == MentionKind::name &&
           is_actor(result_.things[mention->things[0]].term.type);
  }

  std::size_t described(std::string name, std::string country) {
    const std::size_t thing =
        make_thing({EntityType::threat_actor, std::move(name), {}, std::move(country)}, {}, nullptr);
    result_.things[thing].is_described = true;
    return thing;
  }

  void described_victims() {
    for (std::size_t index = 0; index < count(); ++index) {
      const Mark* head = s().mark_at(index, Category::victim_head);
      const bool sector = is_sector(index) && at(index)->begin == index && at(index)->confidence > 60;
      if ((head == nullptr && !sector) || is_own_name(index)) continue;
      if (at(index) != nullptr && at(index)->kind != MentionKind::name) continue;
      std::size_t head_end = head != nullptr ? head->end : at(index)->end;
      if (sector && at(index)->end > head_end) head_end = at(index)->end;
      if (head == nullptr && head_end < count()) {
        // "pharmaceutical companies": the head follows.
        if (const Mark* next = s().mark_at(head_end, Category::victim_head)) head_end = next->end;
      }
      const std::size_t begin = phrase_begin(index);
      // An apposition ("firm Cyfirma") describes a name, no victims.
      if (head_end < count() && at(head_end) != nullptr && at(head_end)->kind == MentionKind::name &&
          is_own_name(head_end))
        continue;
      Mention mention;
      mention.kind = MentionKind::victims;
      mention.begin = begin;
      mention.end = head_end;
      for (std::size_t inside = begin; inside < head_end;) {
        if (is_place(inside) && at(inside)->begin == inside) mention.countries.push_back(country_at(inside));
        inside = collect_sector(inside, mention.sectors);
      }
      if (head_end < count() && (token(head_end).low == "in" || token(head_end).low == "across" ||
                                 token(head_end).low == "from" || token(head_end).low == "of")) {
        std::size_t places = head_end + 1;
        // "in five countries: India, …", "in countries such as India"
        while (places < count() && places < head_end + 6 && !is_place(places) && token(places).low != "," &&
               token(places).low != ".")
          ++places;
        if (places == head_end + 1 ||
            (places < count() && (token(places - 1).low == ":" || token(places - 1).low == "as" ||
                                  token(places - 1).low == "including" || token(places - 1).low == "the"))) {
          const std::size_t end = place_list(places, mention.countries);
          if (end > places) mention.end = end;
        }
      }
      if (mention.countries.empty() && mention.sectors.empty()) continue;
      mention.rule = "names/described-victims";
      mention.confidence = 70;
      index = mention.end - 1;
      add(std::move(mention));
    }
  }

  /// Sectors at a token, words that count only beside an industry word included. Gives the token after them.
  std::size_t collect_sector(std::size_t index, std::vector<std::string>& sectors) const {
    std::size_t end = index + 1;
    for (const NameMatch& match : vocabulary_.names_at(text_, token(index).start)) {
      if (match.entity->type != EntityType::sector) continue;
      if (std::ranges::find(sectors, match.entity->name) == sectors.end()) sectors.push_back(match.entity->name);
      while (end < count() && token(end).end <= match.end) ++end;
    }
    return end;
  }
};

}  // namespace

void read_descriptions(MentionScene& scene) { Descriptions(scene).read(); }

}  // namespace tocsin::report
