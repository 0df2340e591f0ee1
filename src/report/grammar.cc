#include "report/grammar.h"

#include <algorithm>
#include <array>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

using record::EntityType;

const std::string kNothing;

bool is_comma(const std::string& low) { return low == "," || low == "，"; }
bool is_month(const std::string& low) {
  constexpr auto kMonths =
      std::to_array<std::string_view>({"january", "february", "march", "april", "may", "june", "july", "august",
                                       "september", "october", "november", "december"});
  return std::ranges::find(kMonths, low) != kMonths.end();
}
bool is_end(const std::string& low) { return low == ";" || low == "；" || low == "." || low == "。"; }

}  // namespace

const std::string& Grammar::low(std::size_t token) const {
  return token < sentence_.tokens.size() ? sentence_.tokens[token].low : kNothing;
}

bool Grammar::is_actor(const Mention* mention) const {
  if (mention == nullptr || mention->kind == MentionKind::victims) return false;
  if (mention->kind == MentionKind::actors) return true;
  const EntityType type = thing(*mention).term.type;
  return type == EntityType::intrusion_set || type == EntityType::threat_actor || type == EntityType::campaign;
}

/// Where the verb group begins: auxiliaries, adverbs, negation, attempts, times.
std::size_t Grammar::skip_verb_group(std::size_t verb) const {
  std::size_t at = verb;
  while (at > 0) {
    const std::size_t before = at - 1;
    if (mention(before) != nullptr || is(before, Category::pronoun_person) || is(before, Category::pronoun_thing) ||
        is(before, Category::pronoun_actor) || is(before, Category::relative)) {
      break;
    }
    const std::string& word = low(before);
    const bool group = is(before, Category::auxiliary) || is(before, Category::negation) ||
                       is(before, Category::attempt) || is(before, Category::plan) || is(before, Category::hedge) ||
                       is(before, Category::passive) || (word.size() > 4 && word.ends_with("ly")) || word == "to";
    const bool time =
        !word.empty() && (is_ascii_digit(word[0]) || word == "年" || word == "月" || word == "日" || word == "on" ||
                          word == "in" || word == "last" || word == "week" || word == "month" || word == "year" ||
                          word == "late" || word == "early" || word.ends_with("day") || is_month(word));
    if (!group && !time) break;
    at = before;
  }
  return at;
}

/// The end of what stands before ", who …," or ", also known as …,": the token after the noun that it belongs to.
std::optional<std::size_t> Grammar::before_apposition(std::size_t comma) const {
  constexpr std::size_t kReach = 45;
  for (std::size_t at = comma; at-- > 0 && comma - at < kReach;) {
    if (!is_comma(low(at)) && low(at) != "(" && low(at) != "（") continue;
    if (mention(at) != nullptr) continue;
    const std::size_t next = at + 1;
    const bool opens = is(next, Category::relative) || is(next, Category::alias) || is(next, Category::determiner) ||
                       is(next, Category::person_title) || is(next, Category::org_noun) ||
                       is(next, Category::preposition) || is(next, Category::auxiliary) || low(next) == "formerly" ||
                       low(next) == "based" || is(next, Category::actor_noun) || is(next, Category::according) ||
                       low(next) == "including";
    if (opens) return at;
    // In Chinese a comma may stand between subject and verb without an apposition.
    if (sentence_.is_cjk) return at;
  }
  return std::nullopt;
}

/// "A, B and C": the nearest two are joined by "and", the rest may be by commas.
void Grammar::collect_joined(Subject& subject) const {
  std::size_t at = subject.begin;
  bool with_and = false;
  while (at > 0 && subject.mentions.size() < 12) {
    std::size_t before = at;
    bool comma = false;
    while (before > 0 && (is(before - 1, Category::also) || is_comma(low(before - 1)) || low(before - 1) == "the" ||
                          low(before - 1) == "both")) {
      with_and = with_and || is(before - 1, Category::also);
      comma = comma || is_comma(low(before - 1));
      --before;
    }
    if (!with_and || (!comma && !is(before, Category::also) && !is(at - 1, Category::also)) || before == 0) break;
    const Mention* other = mention(before - 1);
    if (other == nullptr || other->kind == MentionKind::victims) break;
    subject.mentions.push_back(other);
    at = other->begin;
    subject.begin = at;
  }
}

/// The token after the marker before a Chinese object ("向X通报": after 向), or 0.
std::size_t Grammar::marked_by(const Mention& found, Companions companions) const {
  if (!sentence_.is_cjk || found.begin == 0) return 0;
  const std::size_t before = found.begin - 1;
  if (!is(before, Category::object_marker)) return 0;
  return is(before, Category::also) && companions == Companions::joined ? 0 : found.begin;
}

/// "hackers believed to be working for Russia broke into …", "the embassy in Oslo denied …": what stands last only
/// describes; gives the token after the noun that it describes.
std::optional<std::size_t> Grammar::before_description(const Mention& found) const {
  if (sentence_.is_cjk || found.kind != MentionKind::name || found.begin < 2) return std::nullopt;
  const Thing& last = thing(found);
  const bool place = last.term.type == EntityType::location || last.is_guess;
  if (place && low(found.begin - 1) == "in" && is_type(mention(found.begin - 2), EntityType::identity))
    return found.begin - 1;
  std::size_t begin = found.begin;
  while (begin > 0 && is(begin - 1, Category::determiner)) --begin;
  const Mark* link = begin > 0 ? sentence_.covering(begin - 1, Category::attribute) : nullptr;
  if (link == nullptr || link->end != begin || link->word->form == Form::third || link->word->form == Form::past)
    return std::nullopt;
  const std::size_t group = skip_verb_group(link->begin);
  if (group == 0 || !is_actor(mention(group - 1))) return std::nullopt;
  return group;
}

Subject Grammar::subject_of(std::size_t verb, Companions companions) const {
  Subject subject;
  std::size_t at = skip_verb_group(verb);
  subject.verb_begin = at;
  std::size_t described_end = 0;
  for (int hops = 0; hops < 4 && at > 0; ++hops) {
    const std::size_t before = at - 1;
    if (const Mention* found = mention(before)) {
      if (const std::size_t marker = marked_by(*found, companions); marker > 0) {
        at = skip_verb_group(marker - 1);
        if (at == 0) return subject;
        continue;
      }
      if (const auto described = before_description(*found)) {
        described_end = std::max(described_end, found->end);
        at = *described;
        continue;
      }
      subject.kind = SubjectKind::mention;
      subject.mentions = {found};
      subject.begin = found->begin;
      subject.end = std::max(found->end, described_end);
      collect_joined(subject);
      return subject;
    }
    const auto pronoun = [&](Category category, SubjectKind kind) {
      const Mark* mark = sentence_.covering(before, category);
      if (mark == nullptr || mark->end != at) return false;
      subject.kind = kind;
      subject.begin = mark->begin;
      subject.end = mark->end;
      return true;
    };
    if (pronoun(Category::pronoun_actor, SubjectKind::actor_pronoun) ||
        pronoun(Category::pronoun_person, SubjectKind::person_pronoun) ||
        pronoun(Category::pronoun_thing, SubjectKind::thing_pronoun) ||
        pronoun(Category::unnamed, SubjectKind::unnamed)) {
      // "its researchers", "the company's experts"
      const bool owned =
          subject.begin > 0 && (low(subject.begin - 1) == "its" || sentence_.tokens[subject.begin - 1].possessive);
      if (subject.kind == SubjectKind::unnamed && owned) {
        const Mention* owner = subject.begin > 1 ? mention(subject.begin - 2) : nullptr;
        subject.kind = SubjectKind::thing_pronoun;
        if (low(subject.begin - 1) != "its" && owner != nullptr) {
          subject.kind = SubjectKind::mention;
          subject.mentions = {owner};
        }
      }
      return subject;
    }
    if (is_comma(low(before)) || low(before) == ")" || low(before) == "）") {
      const auto opening = before_apposition(before);
      if (!opening) return subject;
      at = *opening;
      continue;
    }
    if (is(before, Category::relative) || low(before) == "that") {
      at = before;
      if (at > 0 && is_comma(low(at - 1))) --at;
      continue;
    }
    // "a spokesman for the Serum Institute said", "the head of Cyfirma said": the nearest name a few words back.
    // Chinese has adverbs and places between subject and verb.
    const std::size_t reach = sentence_.is_cjk ? 14 : 4;
    for (std::size_t back = before; back > 0 && before - back < reach; --back) {
      if (is_comma(low(back)) || is_end(low(back))) {
        if (!sentence_.is_cjk) break;
      }
      const bool stops =
          sentence_.is_cjk ? is(back, Category::say)
                           : (is(back, Category::verb) || is(back, Category::say) || is(back, Category::clause_start));
      if (stops) break;
      const Mention* found = mention(back - 1);
      const bool plain = sentence_.is_cjk || is(before, Category::person_title) || is(back, Category::person_title) ||
                         (found != nullptr && is_actor(found));
      if (found == nullptr || found->kind == MentionKind::victims || !plain) continue;
      if (sentence_.is_cjk && is_type(found, EntityType::location)) continue;
      subject.kind = SubjectKind::mention;
      subject.mentions = {found};
      subject.begin = found->begin;
      subject.end = found->end;
      collect_joined(subject);
      return subject;
    }
    return subject;
  }
  return subject;
}

std::size_t Grammar::object_stop(std::size_t from) const {
  bool after_comma = false;
  for (std::size_t at = from; at < size(); ++at) {
    const std::string& word = low(at);
    if (is_end(word) || word == ":" || word == "：") return at;
    if (sentence_.tokens[at].in_quote != sentence_.tokens[from > 0 ? from - 1 : 0].in_quote) return at;
    if (mention(at) != nullptr) {
      after_comma = false;
      continue;
    }
    if (is(at, Category::relative) || is(at, Category::clause_start) || is(at, Category::conditional) ||
        is(at, Category::purpose) || is(at, Category::say) || is(at, Category::pronoun_person) || word == "that") {
      return at;
    }
    // ", according to X": who says it is no object of it.
    if (at > from && sentence_.mark_at(at, Category::according) != nullptr &&
        (is_comma(low(at - 1)) || word == "according" || word == "citing" || word == "as")) {
      return at;
    }
    const Mark* means = sentence_.mark_at(at, Category::means);
    if (means != nullptr && at > from) return at;
    if (is(at, Category::pronoun_actor) && at > from) return at;
    const Mark* verb = sentence_.mark_at(at, Category::verb);
    if (verb != nullptr && at > from &&
        (sentence_.is_cjk ? after_comma : (at > from + 1 && !is(at - 1, Category::determiner))))
      return at;
    if (word == "to" && at > from && mention(at + 1) == nullptr && !is(at + 1, Category::determiner)) return at;
    if (word == "by" && at > from) return at;
    if (word == "–" || word == "—") return at;
    if (sentence_.is_cjk && word == "，") {
      // A new clause; lists are written with "、" and "和".
      return at;
    }
    after_comma = is_comma(word);
  }
  return size();
}

bool Grammar::is_modifier(const Mention& found) const {
  const std::size_t next = found.end;
  if (next >= size()) return false;
  const Token& token = sentence_.tokens[next];
  if (token.possessive || !token.is_word || token.is_cjk || (token.glued && token.low == "-")) return false;
  if (mention(next) != nullptr && mention(next)->kind == MentionKind::name)
    return is_type(mention(next), EntityType::sector);
  if (mention(next) != nullptr && mention(next)->kind == MentionKind::victims) return true;
  for (const Category category :
       {Category::also,    Category::preposition,  Category::relative,   Category::auxiliary, Category::copula,
        Category::verb,    Category::clause_start, Category::asset_noun, Category::say,       Category::means,
        Category::purpose, Category::conditional,  Category::weak,       Category::weakness,  Category::negation,
        Category::decline, Category::deny,         Category::hedge,      Category::function,  Category::attempt,
        Category::topic}) {
    if (is(next, category)) return false;
  }
  return !(token.low.size() > 4 && token.low.ends_with("ly"));
}

}  // namespace tocsin::report
