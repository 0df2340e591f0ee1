#include "report/speech.h"

#include <algorithm>

namespace tocsin::report {

namespace {

using record::Claimant;
using record::ClaimantRole;
using record::EntityType;
using record::OrganisationKind;

bool passes_on(const Thing& thing) {
  return thing.kind == OrganisationKind::agency || thing.kind == OrganisationKind::outlet;
}

class SpeechReader {
 public:
  explicit SpeechReader(const Discourse& discourse) : discourse_(discourse) {
    speech_.statements.resize(discourse.sentences.size());
    speech_.quote_speaker.resize(discourse.sentences.size());
    speech_.last_speaker.resize(discourse.sentences.size());
  }

  Speech read() {
    for (index_ = 0; index_ < discourse_.sentences.size(); ++index_) {
      const Sentence& sentence = discourse_.sentences[index_];
      const Grammar grammar(discourse_, index_);
      if (index_ == 0 || discourse_.sentences[index_ - 1].block != sentence.block) quoting_.reset();
      for (std::size_t at = 0; at < sentence.tokens.size(); ++at) {
        if (const Mark* mark = sentence.mark_at(at, Category::according)) according(grammar, *mark);
        if (const Mark* mark = sentence.mark_at(at, Category::inform)) told_agency(grammar, *mark);
        if (const Mark* mark = sentence.mark_at(at, Category::say)) {
          if (sentence.covering(at, Category::according) == nullptr) said(grammar, *mark);
        }
      }
      quotes(sentence);
      speech_.last_speaker[index_] = organisation_;
    }
    return std::move(speech_);
  }

 private:
  void spoke(std::size_t thing) {
    const Thing& one = discourse_.thing(thing);
    if (one.term.type == EntityType::person) person_ = thing;
    const std::size_t voice = voice_of(discourse_, thing);
    if (discourse_.thing(voice).term.type == EntityType::identity && !passes_on(discourse_.thing(voice)))
      organisation_ = voice;
  }

  bool may_speak(const Mention& mention) const {
    if (mention.kind != MentionKind::name) return false;
    const EntityType type = discourse_.thing(mention.things[0]).term.type;
    // "Chinese" describes the noun after it; it says nothing itself.
    return type == EntityType::identity || type == EntityType::person ||
           (type == EntityType::location && !mention.demonym);
  }

  /// "state-backed", "so-called": a part of a compound is no verb.
  static bool in_compound(const Sentence& sentence, const Mark& mark) {
    const auto hyphen = [&](std::size_t at) {
      return at < sentence.tokens.size() && sentence.tokens[at].low == "-" && sentence.tokens[at].glued;
    };
    if (hyphen(mark.end) && mark.end + 1 < sentence.tokens.size() && sentence.tokens[mark.end + 1].glued) return true;
    return mark.begin > 0 && sentence.tokens[mark.begin].glued && hyphen(mark.begin - 1);
  }

  /// Who is told, behind "told the news agency …": only articles and what describes an organisation stand in between.
  const Mention* listener_after(const Grammar& grammar, std::size_t after) const {
    for (std::size_t at = after; at < std::min(after + 8, grammar.size()); ++at) {
      const Mention* found = grammar.mention(at);
      if (grammar.is_type(found, EntityType::identity)) return found->kind == MentionKind::name ? found : nullptr;
      const bool describes =
          grammar.low(at) == "the" || grammar.is(at, Category::org_noun) || (found != nullptr && found->demonym);
      if (!describes) return nullptr;
    }
    return nullptr;
  }

  /// "Cyfirma's chief executive Kumar Ritesh": the person behind the organisation that stands first.
  const Mention* person_of(const Grammar& grammar, const Mention* owner) const {
    if (!grammar.is_type(owner, EntityType::identity)) return owner;
    for (std::size_t at = owner->end; at < std::min(owner->end + 7, grammar.size()); ++at) {
      const Mention* found = grammar.mention(at);
      if (grammar.is_type(found, EntityType::person)) return found;
      if (found != nullptr || !(grammar.sentence().tokens[at].possessive || grammar.is(at, Category::person_title)))
        break;
    }
    return owner;
  }

  std::optional<std::size_t> speaker(const Subject& subject, bool& unnamed) const {
    unnamed = false;
    switch (subject.kind) {
      case SubjectKind::mention:
        if (may_speak(*subject.mentions[0])) return discourse_.resolve(subject.mentions[0]->things[0]);
        return std::nullopt;
      case SubjectKind::person_pronoun:
        return person_;
      case SubjectKind::thing_pronoun:
        return organisation_;
      case SubjectKind::actor_pronoun:
        // "They said": people who spoke before.
        return organisation_;
      case SubjectKind::unnamed:
        unnamed = true;
        return std::nullopt;
      case SubjectKind::none:
        break;
    }
    return std::nullopt;
  }

  void said(const Grammar& grammar, const Mark& mark) {
    const Sentence& sentence = grammar.sentence();
    if (mark.word->form == Form::gerund || in_compound(sentence, mark)) return;
    // "is said to": nobody in particular.
    if (mark.begin > 0 && grammar.is(mark.begin - 1, Category::copula) && !sentence.is_cjk) return;
    const Subject subject = grammar.subject_of(mark.begin);
    bool unnamed = false;
    std::optional<std::size_t> who = speaker(subject, unnamed);
    Statement statement;
    statement.verb = mark.begin;
    statement.from = mark.end;
    statement.to = sentence.tokens.size();
    statement.speaker = who;
    for (std::size_t at = subject.end; at < mark.begin; ++at)
      statement.negated =
          statement.negated || (subject.kind != SubjectKind::none && grammar.is(at, Category::negation));
    std::size_t after = mark.end;
    if (!who && !unnamed) {
      // "…, said Kumar Ritesh of Cyfirma": the speaker follows.
      const Mention* next = person_of(grammar, grammar.mention(mark.end));
      const bool inverted =
          mark.begin > 0 && (grammar.low(mark.begin - 1) == "," || grammar.low(mark.begin - 1) == "”" ||
                             grammar.low(mark.begin - 1) == "\"");
      if (next == nullptr || !may_speak(*next) || !inverted) return;
      statement.speaker = discourse_.resolve(next->things[0]);
      statement.from = 0;
      statement.to = mark.begin;
      speech_.statements[index_].push_back(statement);
      spoke(*statement.speaker);
      return;
    }
    // "X told Reuters": the agency passes it on.
    const bool to = grammar.low(after) == "to";
    const bool tells = to || mark.word->value == "listener";
    const Mention* listener = tells && who ? listener_after(grammar, after + (to ? 1 : 0)) : nullptr;
    if (listener != nullptr) {
      statement.listener = discourse_.resolve(listener->things[0]);
      if (passes_on(discourse_.thing(*statement.listener)))
        remember_told(voice_of(discourse_, *who), *statement.listener);
      after = listener->end;
    }
    if (const auto end = relative_end(grammar, subject, after)) statement.to = *end;
    if (is_tail(grammar, subject, after)) {
      statement.from = 0;
      statement.to = subject.begin;
    }
    speech_.statements[index_].push_back(statement);
    if (who) spoke(*who);
  }

  /// "…, with whom the firm said it had …, did": inside a relative clause a statement ends at the next comma.
  std::optional<std::size_t> relative_end(const Grammar& grammar, const Subject& subject, std::size_t after) const {
    for (std::size_t at = subject.begin; at-- > 0;) {
      if (grammar.low(at) == "," || grammar.low(at) == "，") break;
      if (!grammar.is(at, Category::relative)) continue;
      for (std::size_t end = after; end < grammar.size(); ++end) {
        if (grammar.low(end) == "," || grammar.low(end) == "，") return end;
      }
    }
    return std::nullopt;
  }

  /// "…, X said." and "…, X told Reuters on Monday."
  bool is_tail(const Grammar& grammar, const Subject& subject, std::size_t after) const {
    if (subject.begin == 0) return false;
    // "…, the Dutch security firm Acme said": over what describes the speaker.
    std::size_t begin = subject.begin;
    while (begin > 1 && subject.begin - begin < 8 &&
           (grammar.is(begin - 1, Category::determiner) || grammar.is(begin - 1, Category::org_noun) ||
            grammar.is(begin - 1, Category::person_title) || grammar.sentence().tokens[begin - 1].possessive ||
            grammar.is_type(grammar.mention(begin - 1), EntityType::location) ||
            grammar.is_type(grammar.mention(begin - 1), EntityType::identity))) {
      --begin;
    }
    const std::string& before = grammar.low(begin - 1);
    if (before != "," && before != "”" && before != "\"") return false;
    std::size_t words = 0;
    for (std::size_t at = after; at < grammar.size(); ++at) {
      if (grammar.sentence().tokens[at].is_word) ++words;
      if (grammar.low(at) == "that" || grammar.low(at) == "“") return false;
    }
    return words <= 8;
  }

  void according(const Grammar& grammar, const Mark& mark) {
    for (std::size_t at = mark.end; at < std::min(mark.end + 7, grammar.size()); ++at) {
      const Mention* found = person_of(grammar, grammar.mention(at));
      if (found == nullptr || !may_speak(*found) || grammar.is_type(found, EntityType::location)) {
        if (grammar.low(at) == "," || grammar.low(at) == "，") break;
        continue;
      }
      Statement statement;
      statement.verb = mark.begin;
      statement.from = 0;
      statement.to = grammar.size();
      statement.speaker = discourse_.resolve(found->things[0]);
      statement.cited = mark.word->text == "citing" || mark.word->text == "援引";
      speech_.statements[index_].push_back(statement);
      spoke(*statement.speaker);
      return;
    }
    for (std::size_t at = mark.end; at < std::min(mark.end + 4, grammar.size()); ++at) {
      if (!grammar.is(at, Category::unnamed)) continue;
      speech_.statements[index_].push_back({mark.begin, 0, grammar.size(), std::nullopt, std::nullopt, false, false});
      return;
    }
  }

  void remember_told(std::size_t who, std::size_t agency) {
    if (who == agency) return;
    speech_.told.try_emplace(who, agency);
    speech_.block_source.try_emplace(discourse_.sentences[index_].block, who);
  }

  /// "Cyfirma informed the news agency Reuters"
  void told_agency(const Grammar& grammar, const Mark& mark) {
    const Subject subject = grammar.subject_of(mark.begin);
    bool unnamed = false;
    const auto who = speaker(subject, unnamed);
    if (!who) return;
    for (std::size_t at = mark.end; at < std::min(mark.end + 6, grammar.size()); ++at) {
      const Mention* found = grammar.mention(at);
      if (found == nullptr || found->kind != MentionKind::name) continue;
      if (!passes_on(discourse_.thing(found->things[0]))) continue;
      remember_told(voice_of(discourse_, *who), discourse_.resolve(found->things[0]));
      spoke(*who);
      return;
    }
  }

  void quotes(const Sentence& sentence) {
    const bool quoted = std::ranges::any_of(sentence.tokens, &Token::in_quote);
    if (!quoted) {
      // The speaker of a quote that ended may go on in the next quote of the paragraph.
      for (const Statement& statement : speech_.statements[index_]) {
        if (statement.speaker) quoting_ = statement.speaker;
      }
      return;
    }
    for (const Statement& statement : speech_.statements[index_]) {
      if (statement.speaker && !sentence.tokens[statement.verb].in_quote) quoting_ = statement.speaker;
    }
    speech_.quote_speaker[index_] = quoting_;
  }

  const Discourse& discourse_;
  Speech speech_;
  std::size_t index_ = 0;
  std::optional<std::size_t> person_;
  std::optional<std::size_t> organisation_;
  std::optional<std::size_t> quoting_;
};

}  // namespace

ClaimantRole role_of(const Thing& thing) {
  if (thing.term.type == EntityType::location) return ClaimantRole::government;
  // Who speaks about attackers and is nothing else that is known looked into it.
  if (!thing.kind) return ClaimantRole::analyst;
  switch (*thing.kind) {
    case OrganisationKind::analyst:
      return ClaimantRole::analyst;
    case OrganisationKind::agency:
      return ClaimantRole::agency;
    case OrganisationKind::outlet:
      return ClaimantRole::outlet;
    case OrganisationKind::government:
    case OrganisationKind::cert:
      return ClaimantRole::government;
    case OrganisationKind::company:
    case OrganisationKind::other:
      return ClaimantRole::primary;
  }
  return ClaimantRole::primary;
}

std::size_t voice_of(const Discourse& discourse, std::size_t thing) {
  thing = discourse.resolve(thing);
  if (discourse.things[thing].affiliation) return discourse.resolve(*discourse.things[thing].affiliation);
  return thing;
}

std::optional<std::size_t> Speech::speaker(const Discourse& discourse, std::size_t sentence, std::size_t token) const {
  const Sentence& one = discourse.sentences[sentence];
  if (token < one.tokens.size() && one.tokens[token].in_quote && quote_speaker[sentence])
    return voice_of(discourse, *quote_speaker[sentence]);
  std::optional<std::size_t> best;
  for (const Statement& statement : statements[sentence]) {
    if (token >= statement.from && token < statement.to && statement.speaker)
      best = voice_of(discourse, *statement.speaker);
  }
  if (best || !statements[sentence].empty()) return best;
  const auto source = block_source.find(one.block);
  if (source != block_source.end()) return source->second;
  return std::nullopt;
}

std::vector<Claimant> Speech::claimants(const Discourse& discourse, std::size_t sentence, std::size_t token) const {
  std::vector<std::size_t> chain;
  bool unnamed = false;
  const Sentence& one = discourse.sentences[sentence];
  const auto push = [&](std::size_t thing) {
    thing = voice_of(discourse, thing);
    if (std::ranges::find(chain, thing) == chain.end()) chain.push_back(thing);
  };
  const bool in_quote = token < one.tokens.size() && one.tokens[token].in_quote && quote_speaker[sentence];
  if (in_quote) push(*quote_speaker[sentence]);
  // The innermost statement is the one said first; a cited source stands before who cites it.
  for (const Statement& statement : statements[sentence]) {
    if (statement.cited && statement.speaker && !in_quote) push(*statement.speaker);
  }
  for (std::size_t index = statements[sentence].size(); index-- > 0;) {
    const Statement& statement = statements[sentence][index];
    if (token < statement.from || token >= statement.to) continue;
    if (statement.speaker) {
      push(*statement.speaker);
    } else {
      unnamed = true;
    }
  }
  if (chain.empty() && !unnamed && statements[sentence].empty()) {
    const auto source = block_source.find(one.block);
    if (source != block_source.end()) push(source->second);
  }
  // Who only passes on stands last.
  std::ranges::stable_partition(chain, [&](std::size_t thing) { return !passes_on(discourse.things[thing]); });
  if (!chain.empty()) {
    const auto passed = told.find(chain.front());
    if (passed != told.end()) push(passed->second);
  }
  std::vector<Claimant> claimants;
  for (const std::size_t thing : chain)
    claimants.push_back({discourse.things[thing].term.name, role_of(discourse.things[thing])});
  if (claimants.empty() && unnamed) claimants.push_back({"unnamed sources", ClaimantRole::unnamed});
  return claimants;
}

Speech read_speech(const Discourse& discourse) { return SpeechReader(discourse).read(); }

}  // namespace tocsin::report
