// A run of capitals is a name. What it names shows in its form: a head ("Institute"), what stands beside it ("security
// firm …", "chief executive …"), a possessive before it; what shows nowhere is a guess.

#include "report/name_forms.h"

#include <algorithm>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

using record::EntityType;
using record::OrganisationKind;

std::optional<OrganisationKind> kind_of(const std::string& value) { return record::parse_organisation_kind(value); }

class NameForms : private MentionPart {
 public:
  explicit NameForms(MentionScene& scene) : MentionPart(scene) {}

  void read() {
    if (s().is_cjk) cjk_organisations();
    const bool heading = s().zone == record::Zone::title || s().zone == record::Zone::heading;
    if (!heading) capital_names();
    employers();
    governments();
  }

 private:
  // --- Latin names ---------------------------------------------------------------------------------------------------

  bool may_begin_name(std::size_t index) const {
    const Token& one = token(index);
    if (!one.is_word || one.is_cjk || !one.capital) return false;
    if (s().is(index, Category::person_title) || s().is(index, Category::weakness) || s().is(index, Category::motive))
      return false;
    if (!vocabulary_.has(one.low, Category::function)) return true;
    return false;
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
    const std::size_t index = scene_.index;
    auto& known = scene_.block_organisation;
    if (index == 0 || result_.sentences[index - 1].block != s().block) return first_organisation(spans_);
    if (known && known->first == s().block) return known->second;
    std::size_t first = index;
    while (first > 0 && result_.sentences[first - 1].block == s().block) --first;
    known = {s().block, first_organisation(result_.mentions[first])};
    return known->second;
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

  // --- Chinese names of organisations --------------------------------------------------------------------------------

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

  // --- governments, ministries, CERTs --------------------------------------------------------------------------------

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
};

}  // namespace

void read_name_forms(MentionScene& scene) { NameForms(scene).read(); }

}  // namespace tocsin::report
