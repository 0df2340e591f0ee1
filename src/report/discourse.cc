#include "report/discourse.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

using record::EntityType;
using record::OrganisationKind;
using record::Term;

constexpr std::size_t kMaxMerged = 2000;

std::optional<OrganisationKind> kind_of(const std::string& value) { return record::parse_organisation_kind(value); }

bool is_actor(EntityType type) {
  return type == EntityType::intrusion_set || type == EntityType::threat_actor || type == EntityType::campaign;
}

class Builder {
 public:
  Builder(const Document& document, const Vocabulary& vocabulary, std::vector<Sentence> sentences)
      : text_(document.text), vocabulary_(vocabulary) {
    result_.sentences = std::move(sentences);
    result_.mentions.resize(result_.sentences.size());
    result_.dates.reserve(result_.sentences.size());
    for (const Sentence& sentence : result_.sentences)
      result_.dates.push_back(read_dates(sentence, document.info.published));
  }

  Discourse build() {
    for (index_ = 0; index_ < result_.sentences.size(); ++index_) {
      sentence_ = &result_.sentences[index_];
      spans_.clear();
      known_names();
      vulnerabilities();
      if (sentence_->is_cjk) cjk_organisations();
      const bool heading = sentence_->zone == record::Zone::title || sentence_->zone == record::Zone::heading;
      if (!heading) capital_names();
      employers();
      governments();
      described_actors();
      described_victims();
      commit();
    }
    merge_short_forms();
    heads_alone();
    return std::move(result_);
  }

 private:
  const Sentence& s() const { return *sentence_; }
  std::size_t count() const { return s().tokens.size(); }
  const Token& token(std::size_t at) const { return s().tokens[at]; }
  std::string written(std::size_t begin, std::size_t end) const {
    std::string text(text_.substr(token(begin).start, token(end - 1).end - token(begin).start));
    std::ranges::replace(text, '\n', ' ');
    return text;
  }

  // --- mentions of the sentence in work -----------------------------------------------------------------------------

  const Mention* at(std::size_t index) const {
    for (const Mention& mention : spans_) {
      if (mention.begin <= index && index < mention.end) return &mention;
    }
    return nullptr;
  }
  bool is_type(const Mention* mention, EntityType type) const {
    return mention != nullptr && mention->kind == MentionKind::name &&
           result_.things[mention->things[0]].term.type == type;
  }
  bool is_place(std::size_t index) const { return is_type(at(index), EntityType::location); }
  bool is_sector(std::size_t index) const { return is_type(at(index), EntityType::sector); }
  std::string country_at(std::size_t index) const { return result_.things[at(index)->things[0]].term.country; }

  /// Adds a mention and drops those that it covers.
  void add(Mention mention) {
    std::erase_if(spans_, [&](const Mention& other) { return other.begin < mention.end && mention.begin < other.end; });
    spans_.push_back(std::move(mention));
  }

  std::size_t make_thing(Term term, std::optional<OrganisationKind> kind, const record::KnownEntity* known) {
    const std::string key = std::to_string(static_cast<int>(term.type)) + fold_phrase(term.name);
    const auto [found, added] = by_name_.try_emplace(key, result_.things.size());
    if (added) {
      Thing thing;
      thing.term = std::move(term);
      thing.kind = kind;
      thing.known = known;
      std::string word;
      for (const char c : fold_phrase(thing.term.name) + " ") {
        if (c != ' ' && c != '-') {
          word.push_back(c);
        } else if (!word.empty()) {
          thing.words.push_back(std::move(word));
          word.clear();
        }
      }
      result_.things.push_back(std::move(thing));
    } else if (kind && !result_.things[found->second].kind) {
      result_.things[found->second].kind = kind;
    }
    return found->second;
  }

  Mention name_mention(std::size_t begin, std::size_t end, std::size_t thing, std::string rule,
                       record::Confidence confidence) {
    Mention mention;
    mention.begin = begin;
    mention.end = end;
    mention.things = {thing};
    mention.rule = std::move(rule);
    mention.confidence = confidence;
    return mention;
  }

  void commit() {
    std::ranges::sort(spans_, {}, &Mention::begin);
    result_.mentions[index_] = spans_;
  }

  // --- names that the system knows ----------------------------------------------------------------------------------

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

  // --- names by their form ------------------------------------------------------------------------------------------

  bool may_begin_name(std::size_t index) const {
    const Token& one = token(index);
    if (!one.is_word || one.is_cjk || !one.capital) return false;
    if (s().is(index, Category::person_title) || s().is(index, Category::weakness) || s().is(index, Category::motive))
      return false;
    if (!vocabulary_.has(one.low, Category::function)) return true;
    return false;
  }

  /// A known actor, organisation, malware … stands by itself and is no part of another name.
  bool is_own_name(std::size_t index) const {
    const Mention* mention = at(index);
    return mention != nullptr && !is_type(mention, EntityType::location) && !is_type(mention, EntityType::sector);
  }

  std::size_t run_end(std::size_t begin) const {
    std::size_t end = begin + 1;
    while (end < count()) {
      const Token& next = token(end);
      if (next.is_word && next.capital && !is_own_name(end)) {
        ++end;
      } else if (next.low == "-" && next.glued && end + 1 < count() && token(end + 1).glued && token(end + 1).is_word &&
                 (token(end + 1).capital || is_ascii_digit(token(end + 1).low[0])) && !is_own_name(end + 1)) {
        end += 2;
      } else if ((next.low == "of" || next.low == "for" || next.low == "&" || next.low == "de") && end + 1 < count() &&
                 token(end + 1).is_word && token(end + 1).capital && !is_own_name(end + 1)) {
        end += 2;
      } else if (next.low == "of" && end + 2 < count() && token(end + 1).low == "the" && token(end + 2).capital) {
        end += 3;
      } else {
        break;
      }
    }
    return end;
  }

  const Mark* head_in(std::size_t begin, std::size_t end) const {
    const Mark* best = nullptr;
    for (std::size_t index = begin; index < end; ++index) {
      const Mark* mark = s().mark_at(index, Category::org_head);
      if (mark != nullptr && mark->end <= end && (best == nullptr || mark->end - mark->begin > best->end - best->begin))
        best = mark;
    }
    return best;
  }

  const Mark* ending_at(std::size_t index, Category category) const {
    if (index == 0) return nullptr;
    const Mark* mark = s().covering(index - 1, category);
    return mark != nullptr && mark->end == index ? mark : nullptr;
  }

  /// The organisation whose possessive stands before `index`, or before the person's title there: "Cyfirma's chief
  /// executive", "ESET researcher".
  std::optional<std::size_t> owner_before(std::size_t index) const {
    while (const Mark* title = ending_at(index, Category::person_title)) index = title->begin;
    const bool titled = index < count() && s().is(index, Category::person_title);
    if (index > 0 && token(index - 1).possessive) {
      --index;
    } else if (!titled) {
      return std::nullopt;
    }
    const Mention* owner = index > 0 ? at(index - 1) : nullptr;
    if (!is_type(owner, EntityType::identity)) return std::nullopt;
    return owner->things[0];
  }

  /// "its spokeswoman Jane Doe"
  bool is_own_title(std::size_t begin) const {
    while (const Mark* title = ending_at(begin, Category::person_title)) begin = title->begin;
    return begin > 0 && (token(begin - 1).low == "its" || token(begin - 1).low == "their");
  }

  /// The organisation that a paragraph speaks of: the first one that it names.
  std::optional<std::size_t> block_organisation() {
    if (index_ == 0 || result_.sentences[index_ - 1].block != s().block) return first_organisation(spans_);
    if (block_organisation_ && block_organisation_->first == s().block) return block_organisation_->second;
    std::size_t first = index_;
    while (first > 0 && result_.sentences[first - 1].block == s().block) --first;
    block_organisation_ = {s().block, first_organisation(result_.mentions[first])};
    return block_organisation_->second;
  }

  std::optional<std::size_t> first_organisation(std::vector<Mention> mentions) const {
    std::ranges::sort(mentions, {}, &Mention::begin);
    for (const Mention& mention : mentions) {
      if (is_type(&mention, EntityType::identity)) return mention.things[0];
    }
    return std::nullopt;
  }

  void capital_names() {
    for (std::size_t index = 0; index < count();) {
      if (!may_begin_name(index) || is_own_name(index)) {
        ++index;
        continue;
      }
      const std::size_t end = run_end(index);
      name_run(index, end);
      index = end;
    }
  }

  void name_run(std::size_t begin, std::size_t end) {
    bool only_places = true;
    for (std::size_t index = begin; index < end; ++index)
      only_places = only_places && (is_place(index) || !token(index).is_word);
    if (only_places) return;
    const Mark* head = head_in(begin, end);
    const bool single_head = head != nullptr && head->begin == begin && head->end == end;
    if (head != nullptr && (!single_head || head->end - head->begin > 1)) {
      const std::size_t thing =
          make_thing({EntityType::identity, written(begin, end), {}, {}}, kind_of(head->word->value), nullptr);
      std::string& country = result_.things[thing].term.country;
      if (country.empty() && begin > 0 && is_place(begin - 1) && at(begin - 1)->demonym)
        country = country_at(begin - 1);
      return add(name_mention(begin, end, thing, "names/organisation-head", 80));
    }
    if (single_head) return;
    // A place or demonym in front describes the name: "British AstraZeneca".
    while (begin < end && is_place(begin)) ++begin;
    if (begin >= end) return;
    if (const Mark* noun = ending_at(begin, Category::org_noun);
        noun != nullptr && !ending_at(begin, Category::actor_noun)) {
      const std::size_t thing =
          make_thing({EntityType::identity, written(begin, end), {}, {}}, kind_of(noun->word->value), nullptr);
      result_.things[thing].descriptors.push_back(noun->word->text);
      return add(name_mention(begin, end, thing, "names/apposition", 80));
    }
    if (ending_at(begin, Category::actor_noun) != nullptr) {
      const std::size_t thing = make_thing({EntityType::intrusion_set, written(begin, end), {}, {}}, {}, nullptr);
      return add(name_mention(begin, end, thing, "names/actor-apposition", 70));
    }
    if (ending_at(begin, Category::malware_noun) != nullptr ||
        (end < count() && s().mark_at(end, Category::malware_noun) != nullptr)) {
      const std::size_t thing = make_thing({EntityType::malware, written(begin, end), {}, {}}, {}, nullptr);
      return add(name_mention(begin, end, thing, "names/malware-apposition", 70));
    }
    const std::size_t words = end - begin;
    const auto owner = owner_before(begin);
    const bool title = ending_at(begin, Category::person_title) != nullptr;
    if (words <= 3 && ((owner && words >= 2) || title)) {
      const std::size_t thing = make_thing({EntityType::person, written(begin, end), {}, {}}, {}, nullptr);
      if (owner) {
        result_.things[thing].affiliation = owner;
      } else if (!result_.things[thing].affiliation && is_own_title(begin)) {
        result_.things[thing].affiliation = block_organisation();
      }
      return add(name_mention(begin, end, thing, "names/person", 80));
    }
    // "Kumar Ritesh, chief executive of Cyfirma," and "Jane Doe, a researcher at ESET"
    const bool role = end + 2 < count() && token(end).low == "," &&
                      (s().is(end + 1, Category::person_title) || s().is(end + 2, Category::person_title) ||
                       token(end + 1).low == "who");
    if (words >= 2 && words <= 3 && role) {
      const std::size_t thing = make_thing({EntityType::person, written(begin, end), {}, {}}, {}, nullptr);
      return add(name_mention(begin, end, thing, "names/person", 80));
    }
    if (begin == 0 && words == 1 && !acts(end))
      return;  // "Additionally, …": a capital only because the sentence begins
    const std::size_t thing = make_thing({EntityType::identity, written(begin, end), {}, {}}, {}, nullptr);
    if (result_.things[thing].known == nullptr && !result_.things[thing].kind) result_.things[thing].is_guess = true;
    add(name_mention(begin, end, thing, "names/capitals", 50));
  }

  /// What follows at `index` is what a name has behind it: a verb, a possessive, "and", a bracket.
  bool acts(std::size_t index) const {
    if (index >= count()) return false;
    if (token(index).possessive || token(index).low == "(" || token(index).low == "（") return true;
    for (const Category category :
         {Category::say, Category::auxiliary, Category::verb, Category::decline, Category::deny, Category::also,
          Category::confirm, Category::inform, Category::negation}) {
      if (s().is(index, category)) return true;
    }
    return false;
  }

  /// "…, chief executive of Cyfirma," tells for whom a person speaks.
  void employers() {
    for (const Mention& mention : spans_) {
      if (!is_type(&mention, EntityType::person) || mention.end >= count() || token(mention.end).low != ",") continue;
      Thing& person = result_.things[mention.things[0]];
      for (std::size_t index = mention.end + 1; index + 1 < std::min(mention.end + 9, count()) && !person.affiliation;
           ++index) {
        const bool links = token(index).low == "of" || token(index).low == "at" || token(index).low == "with" ||
                           token(index).low == "for";
        const Mention* employer = at(token(index + 1).low == "the" ? index + 2 : index + 1);
        if (links && is_type(employer, EntityType::identity)) person.affiliation = employer->things[0];
        if (token(index).low == "who") break;
      }
    }
  }

  // --- Chinese names of organisations -------------------------------------------------------------------------------

  void cjk_organisations() {
    for (std::size_t index = 0; index < count(); ++index) {
      const Mark* head = s().mark_at(index, Category::org_head);
      if (head == nullptr || !token(index).is_cjk || is_own_name(index)) continue;
      std::size_t begin = index;
      bool unknown = false;
      while (begin > 0 && index - begin < 10) {
        const std::size_t before = begin - 1;
        const Token& one = token(before);
        if (!one.is_cjk || is_own_name(before)) break;
        const bool known = is_place(before) || is_sector(before) || s().is(before, Category::org_head);
        if (!known && s().categories[before] != 0) break;
        unknown = unknown || !known;
        begin = before;
      }
      if (begin == index || !unknown) continue;
      const std::size_t thing =
          make_thing({EntityType::identity, written(begin, head->end), {}, {}}, kind_of(head->word->value), nullptr);
      add(name_mention(begin, head->end, thing, "names/organisation-head", 75));
      index = head->end - 1;
    }
  }

  // --- governments, ministries, CERTs -------------------------------------------------------------------------------

  void governments() {
    for (std::size_t index = 0; index < count(); ++index) {
      const Mark* noun = s().mark_at(index, Category::gov_noun);
      if (noun == nullptr || is_own_name(index)) continue;
      std::size_t begin = index;
      while (begin > 0 &&
             (token(begin - 1).possessive || token(begin - 1).low == "national" || token(begin - 1).low == "federal" ||
              token(begin - 1).low == "的" || token(begin - 1).low == "state")) {
        --begin;
      }
      const bool has_place = begin > 0 && is_place(begin - 1);
      const bool is_cert = noun->word->value == "cert";
      std::size_t end = noun->end;
      std::string country;
      if (has_place) {
        country = country_at(begin - 1);
        begin = at(begin - 1)->begin;
      } else if (end + 1 < count() && token(end).low == "of") {
        // "the justice ministry of Norway"
        const std::size_t place = token(end + 1).low == "the" ? end + 2 : end + 1;
        if (place < count() && is_place(place) && !at(place)->demonym) {
          country = country_at(place);
          end = at(place)->end;
        }
      }
      if (country.empty() && !is_cert) continue;
      const std::size_t thing =
          make_thing({EntityType::identity, written(begin, end), {}, country}, kind_of(noun->word->value), nullptr);
      result_.things[thing].is_guess = false;
      add(name_mention(begin, end, thing, "names/government", 85));
      index = end - 1;
    }
  }

  // --- actors and victims that are described ------------------------------------------------------------------------

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

  // --- short forms --------------------------------------------------------------------------------------------------

  static bool is_prefix(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
    return part.size() < whole.size() && std::equal(part.begin(), part.end(), whole.begin());
  }

  void merge(std::size_t from, std::size_t to) {
    from = result_.resolve(from);
    to = result_.resolve(to);
    if (from == to) return;
    Thing& into = result_.things[to];
    Thing& gone = result_.things[from];
    if (!into.kind) into.kind = gone.kind;
    into.is_guess = into.is_guess && gone.is_guess;
    if (into.term.country.empty()) into.term.country = gone.term.country;
    if (!into.affiliation) into.affiliation = gone.affiliation;
    into.descriptors.insert(into.descriptors.end(), gone.descriptors.begin(), gone.descriptors.end());
    gone.merged_into = to;
  }

  void merge_short_forms() {
    std::vector<std::size_t> organisations;
    for (std::size_t index = 0; index < result_.things.size() && organisations.size() < kMaxMerged; ++index) {
      const EntityType type = result_.things[index].term.type;
      if (type == EntityType::identity || type == EntityType::person) organisations.push_back(index);
    }
    merge_parentheses();
    for (const std::size_t part : organisations) {
      const Thing& thing = result_.things[part];
      if (thing.merged_into || thing.known != nullptr) continue;
      std::optional<std::size_t> whole;
      bool unique = true;
      for (const std::size_t other : organisations) {
        const Thing& candidate = result_.things[other];
        if (other == part || candidate.term.type != thing.term.type) continue;
        const bool cjk_part = thing.term.name.size() >= 6 && is_cjk_text(thing.term.name) &&
                              candidate.term.name.size() > thing.term.name.size() &&
                              candidate.term.name.ends_with(thing.term.name);
        const bool surname = thing.term.type == EntityType::person && thing.words.size() == 1 &&
                             candidate.words.back() == thing.words[0];
        // A Chinese name may have gone into its Latin form already.
        if (candidate.merged_into && !cjk_part) continue;
        if (!is_prefix(thing.words, candidate.words) && !cjk_part && !surname) continue;
        unique = unique && (!whole || *whole == result_.resolve(other));
        whole = result_.resolve(other);
      }
      if (whole && unique) merge(part, *whole);
    }
    // A guess that names a known person or organisation in full elsewhere ("Ritesh" after "Kumar Ritesh").
    for (const std::size_t part : organisations) {
      const Thing& thing = result_.things[part];
      if (!thing.is_guess || thing.merged_into || thing.words.empty()) continue;
      for (const std::size_t other : organisations) {
        const Thing& candidate = result_.things[other];
        if (candidate.term.type != EntityType::person || candidate.merged_into) continue;
        const bool same = thing.words == candidate.words;
        const bool surname =
            thing.words.size() == 1 && candidate.words.size() > 1 && candidate.words.back() == thing.words[0];
        if (same || surname) {
          merge(part, other);
          break;
        }
      }
    }
  }

  static bool is_cjk_text(const std::string& text) {
    std::size_t first = 0;
    return !text.empty() && is_cjk(decode_utf8(text, first));
  }

  /// "Serum Institute of India (SII)", "印度血清研究所（Serum Institute of India）": one thing, named by the Latin long
  /// form.
  void merge_parentheses() {
    for (std::size_t index = 0; index < result_.sentences.size(); ++index) {
      const Sentence& sentence = result_.sentences[index];
      for (const Mention& mention : result_.mentions[index]) {
        if (mention.kind != MentionKind::name || mention.end + 1 >= sentence.tokens.size()) continue;
        const std::string& mark = sentence.tokens[mention.end].low;
        if (mark != "(" && mark != "（") continue;
        const Mention* inner = result_.mention_at(index, mention.end + 1);
        if (inner == nullptr || inner->kind != MentionKind::name || inner->end >= sentence.tokens.size()) continue;
        const std::string& close = sentence.tokens[inner->end].low;
        if (close != ")" && close != "）") continue;
        const std::size_t outside = result_.resolve(mention.things[0]);
        const std::size_t inside = result_.resolve(inner->things[0]);
        if (outside == inside) continue;
        const Thing& outer = result_.things[outside];
        const Thing& other = result_.things[inside];
        if (outer.term.type != EntityType::identity || other.term.type != EntityType::identity) continue;
        if (is_cjk_text(outer.term.name) && !is_cjk_text(other.term.name)) {
          merge(outside, inside);
        } else if (initials(outer) == fold_phrase(other.term.name)) {
          merge(inside, outside);
        }
      }
    }
  }

  static std::string initials(const Thing& thing) {
    std::string letters;
    for (const std::string& word : thing.words) {
      if (word != "of" && word != "the" && word != "and" && word != "for") letters += word.substr(0, 1);
    }
    return letters;
  }

  /// "the Biotech": a head alone is the one organisation of the document whose name ends with it.
  void heads_alone() {
    for (index_ = 0; index_ < result_.sentences.size(); ++index_) {
      sentence_ = &result_.sentences[index_];
      spans_ = result_.mentions[index_];
      bool changed = false;
      for (std::size_t index = 1; index < count(); ++index) {
        const bool named = at(index) != nullptr && at(index)->kind == MentionKind::name && is_own_name(index);
        if (token(index).is_cjk || token(index - 1).low != "the" || named) continue;
        const Mark* head = s().mark_at(index, Category::org_head);
        if (head == nullptr || head->end != index + 1) head = described_head(index);
        if (head == nullptr || (head->end < count() && token(head->end).capital)) continue;
        const auto best = only_bearer(token(index).low, *head->word);
        if (!best) continue;
        add(name_mention(index, head->end, *best, "names/head-alone", 60));
        changed = true;
      }
      if (changed) commit();
    }
  }

  /// The one organisation of the document that has the word in its name, or beside it where it is a common noun.
  std::optional<std::size_t> only_bearer(const std::string& low, const Word& word) {
    const bool described = word.category == Category::org_noun;
    const auto [known, added] = bearers_.try_emplace((described ? "beside " : "in ") + low, std::nullopt);
    if (!added) return known->second;
    std::optional<std::size_t> best;
    for (std::size_t thing = 0; thing < std::min(result_.things.size(), kMaxMerged); ++thing) {
      const Thing& candidate = result_.things[thing];
      if (candidate.merged_into || candidate.term.type != EntityType::identity) continue;
      const auto& words = candidate.words;
      const bool in_name = words.size() > 1 && std::ranges::find(words, low) != words.end();
      const bool beside =
          described && std::ranges::find(candidate.descriptors, word.text) != candidate.descriptors.end();
      if (!in_name && !beside) continue;
      if (best) return std::nullopt;
      best = thing;
    }
    known->second = best;
    return best;
  }

  /// "the insurer" after "the Norwegian insurer Fjordbank", "the hospital" after "the Contoso Hospital"
  const Mark* described_head(std::size_t index) const {
    const Mark* noun = s().mark_at(index, Category::org_noun);
    const bool stands_for_others = s().is(index, Category::pronoun_thing) || s().is(index, Category::pronoun_actor);
    return noun == nullptr || stands_for_others || token(noun->end - 1).low.ends_with('s') ? nullptr : noun;
  }

  std::string_view text_;
  const Vocabulary& vocabulary_;
  Discourse result_;
  std::size_t index_ = 0;
  const Sentence* sentence_ = nullptr;
  std::vector<Mention> spans_;
  std::map<std::string, std::size_t> by_name_;
  std::map<std::string, std::optional<std::size_t>> bearers_;                             ///< of nouns that stand alone
  std::optional<std::pair<std::size_t, std::optional<std::size_t>>> block_organisation_;  ///< block and its first one
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
  return Builder(document, vocabulary, std::move(sentences)).build();
}

}  // namespace tocsin::report
