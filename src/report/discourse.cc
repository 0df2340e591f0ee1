#include "report/discourse.h"

#include <algorithm>

#include "base/unicode.h"
#include "report/descriptions.h"
#include "report/mention_scene.h"
#include "report/name_forms.h"
#include "report/short_forms.h"

namespace tocsin::report {

namespace {

using record::EntityType;
using record::Term;

/// Names that the system knows, and the numbers of vulnerabilities.
class KnownNames : private MentionPart {
 public:
  explicit KnownNames(MentionScene& scene) : MentionPart(scene) {}

  void read() {
    known_names();
    vulnerabilities();
  }

 private:
  bool near_category(std::size_t begin, std::size_t end, Category category, std::size_t reach) const {
    const std::size_t from = begin > reach ? begin - reach : 0;
    for (std::size_t index = from; index < std::min(end + reach, count()); ++index) {
      if ((index < begin || index >= end) && s().is(index, category)) return true;
    }
    return false;
  }

  bool context_fits(const NameMatch& match, std::size_t begin, std::size_t end) const {
    switch (match.entity->type) {
      case EntityType::intrusion_set:
      case EntityType::threat_actor:
        return near_category(begin, end, Category::actor_noun, 3) || near_category(begin, end, Category::alias, 2) ||
               near_category(begin, end, Category::pronoun_actor, 3) || near_category(begin, end, Category::verb, 2);
      case EntityType::malware:
      case EntityType::tool:
        return near_category(begin, end, Category::malware_noun, 2) || near_category(begin, end, Category::alias, 2);
      case EntityType::sector:
        return s().mark_at(end, Category::victim_head) != nullptr || s().mark_at(end, Category::org_noun) != nullptr;
      default:
        return near_category(begin, end, Category::org_noun, 2) || near_category(begin, end, Category::say, 2);
    }
  }

  void known_names() {
    for (std::size_t index = 0; index < count();) {
      if (!token(index).is_word) {
        ++index;
        continue;
      }
      const auto matches = vocabulary_.names_at(text_, token(index).start);
      std::size_t end = index;
      if (!matches.empty()) {
        while (end < count() && token(end).end <= matches[0].end) ++end;
        if (end == index || token(end - 1).end != matches[0].end) end = index;
      }
      std::vector<const NameMatch*> good;
      for (const NameMatch& match : matches) {
        if (end == index) break;
        // "Turkey" and "Tick" are names; "turkey" and "tick" are not.
        const bool lower = !token(index).is_cjk && !token(index).capital;
        std::size_t first = 0;
        const bool name_upper = is_upper(decode_utf8(match.name->text, first));
        if (lower && name_upper) continue;
        if (match.name->needs_context && !context_fits(match, index, end)) continue;
        // "the Biotech" is short for a name, "IT infrastructure" is no sector.
        const bool head = index > 0 && !lower && !token(index).is_cjk && s().is(index, Category::org_head);
        if (match.entity->type == EntityType::sector &&
            (head || (s().is(index, Category::asset_noun) && end == index + 1)))
          continue;
        good.push_back(&match);
      }
      if (good.empty()) {
        ++index;
        continue;
      }
      // Several readings: actors before the rest where the sentence speaks of actors; else the first that is known.
      std::ranges::stable_sort(good, {}, [&](const NameMatch* match) {
        const bool fits = match->entity->type == EntityType::identity || context_fits(*match, index, end);
        return fits ? 0 : 1;
      });
      const record::KnownEntity& entity = *good[0]->entity;
      Term term{entity.type, entity.name, entity.id, entity.country};
      Mention mention = name_mention(index, end, make_thing(std::move(term), entity.organisation_kind, &entity),
                                     "names/gazetteer", 95);
      mention.spelling = good[0]->name;
      mention.demonym = good[0]->name->relation == "demonym";
      for (std::size_t other = 1; other < good.size(); ++other) {
        if (good[other]->entity != good[0]->entity) mention.ambiguous.push_back(good[other]->entity->name);
      }
      if (!mention.ambiguous.empty()) mention.confidence = 60;
      if (entity.type == EntityType::sector && good[0]->name->needs_context) mention.confidence = 60;
      spans_.push_back(std::move(mention));
      index = end;
    }
  }

  /// CVE-2021-26855 is five tokens.
  void vulnerabilities() {
    for (std::size_t index = 0; index + 4 < count(); ++index) {
      const bool code = token(index).low == "cve" && token(index + 1).low == "-" && token(index + 3).low == "-" &&
                        is_ascii_digit(token(index + 2).low[0]) && is_ascii_digit(token(index + 4).low[0]);
      if (!code) continue;
      const std::string name = "CVE-" + token(index + 2).low + "-" + token(index + 4).low;
      add(name_mention(index, index + 5, make_thing({EntityType::vulnerability, name, {}, {}}, {}, nullptr),
                       "names/cve", 95));
    }
  }
};

}  // namespace

std::size_t Discourse::resolve(std::size_t index) const {
  while (things[index].merged_into) index = *things[index].merged_into;
  return index;
}

const Mention* Discourse::mention_at(std::size_t sentence, std::size_t token) const {
  for (const Mention& mention : mentions[sentence]) {
    if (mention.begin <= token && token < mention.end) return &mention;
  }
  return nullptr;
}

Discourse read_discourse(const Document& document, const Vocabulary& vocabulary, std::vector<Sentence> sentences) {
  MentionScene scene(document, vocabulary, std::move(sentences));
  for (std::size_t index = 0; index < scene.result.sentences.size(); ++index) {
    scene.enter(index);
    KnownNames(scene).read();
    read_name_forms(scene);
    read_descriptions(scene);
    scene.commit();
  }
  read_short_forms(scene);
  return std::move(scene.result);
}

}  // namespace tocsin::report
