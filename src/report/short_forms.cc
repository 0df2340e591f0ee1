// "SII" after "Serum Institute of India (SII)", "Ritesh" after "Kumar Ritesh", "the Biotech", "the insurer": which
// thing of the document a short form stands for, when there is only one that it can.

#include "report/short_forms.h"

#include <algorithm>
#include <map>

#include "base/unicode.h"
#include "report/phrase_table.h"

namespace tocsin::report {

namespace {

using record::EntityType;

constexpr std::size_t kMaxMerged = 2000;

class ShortForms : private MentionPart {
 public:
  explicit ShortForms(MentionScene& scene) : MentionPart(scene) {}

  void read() {
    merge_short_forms();
    heads_alone();
  }

 private:
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
    for (std::size_t sentence = 0; sentence < result_.sentences.size(); ++sentence) {
      scene_.enter(sentence);
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
      if (changed) scene_.commit();
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

  std::map<std::string, std::optional<std::size_t>> bearers_;  ///< of nouns that stand alone
};

}  // namespace

void read_short_forms(MentionScene& scene) { ShortForms(scene).read(); }

}  // namespace tocsin::report
