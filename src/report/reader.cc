#include "report/reader.h"

#include <algorithm>

#include "base/unicode.h"
#include "report/claims.h"
#include "report/discourse.h"
#include "report/gathered.h"
#include "report/speech.h"
#include "report/vocabulary.h"

namespace tocsin::report {

namespace {

using record::Entity;
using record::EntityType;

/// Text that is taken apart at a time: names, pronouns and quotes reach as far. Few reports are longer.
constexpr std::size_t kSection = std::size_t{1} << 20;

/// The canonical spelling, but the document's where they differ in case only ("Cyfirma", "CYFIRMA").
void prefer_document_case(Discourse& discourse, const Document& document) {
  for (std::size_t index = 0; index < discourse.sentences.size(); ++index) {
    const Sentence& sentence = discourse.sentences[index];
    for (const Mention& mention : discourse.mentions[index]) {
      if (mention.kind != MentionKind::name) continue;
      Thing& thing = discourse.things[discourse.resolve(mention.things[0])];
      if (thing.term.type != EntityType::identity) continue;
      const std::size_t start = sentence.tokens[mention.begin].start;
      const std::string_view written =
          std::string_view(document.text).substr(start, sentence.tokens[mention.end - 1].end - start);
      if (written != thing.term.name && equals_ascii_case_insensitive(written, thing.term.name))
        thing.term.name = written;
    }
  }
}

class EntityLister {
 public:
  EntityLister(const Document& document, const Vocabulary& vocabulary, const Discourse& discourse)
      : document_(document), vocabulary_(vocabulary), discourse_(discourse) {}

  /// Adds what the discourse mentions to `into`, in the order of the text.
  void list(Gathered<Entity>& into) {
    for (std::size_t index = 0; index < discourse_.sentences.size(); ++index) {
      sentence_ = &discourse_.sentences[index];
      std::vector<bool> taken(sentence_->tokens.size());
      for (const Mention& mention : discourse_.mentions[index]) from_mention(mention, taken);
      for (const DateMention& date : discourse_.dates[index]) {
        Entity entity = make(EntityType::date, date.begin, date.end);
        if (date.from) entity.name = date.from == date.to || !date.to ? *date.from : *date.from + "/" + *date.to;
        entity.confidence = 85;
        entity.rule = "dates/pattern";
        entities_.push_back(std::move(entity));
      }
      for (const Mark& mark : sentence_->marks) {
        const bool weakness = mark.word->category == Category::weakness;
        if (!weakness && mark.word->category != Category::motive) continue;
        Entity entity = make(weakness ? EntityType::weakness : EntityType::motive, mark.begin, mark.end);
        entity.name = mark.word->value;
        entity.confidence = 70;
        entity.rule = weakness ? "weakness/word" : "motive/word";
        entities_.push_back(std::move(entity));
      }
      std::ranges::stable_sort(entities_, {}, [](const Entity& entity) { return entity.span; });
      for (Entity& entity : entities_) into.add(std::move(entity), sentence_->end);
      entities_.clear();
    }
  }

 private:
  Entity make(EntityType type, std::size_t begin, std::size_t end) const {
    Entity entity;
    entity.type = type;
    const std::size_t start = sentence_->tokens[begin].start;
    const std::size_t stop = sentence_->tokens[end - 1].end;
    entity.document = document_.info.path;
    entity.span = document_.span(start, stop);
    entity.text = document_.quote(entity.span);
    entity.name = document_.text.substr(start, stop - start);
    entity.zone = sentence_->zone;
    return entity;
  }

  void from_mention(const Mention& mention, std::vector<bool>& taken) {
    if (mention.kind == MentionKind::name) {
      const Thing& thing = discourse_.thing(mention.things[0]);
      Entity entity = make(thing.term.type, mention.begin, mention.end);
      entity.name = thing.term.name;
      entity.id = thing.term.id;
      if (mention.spelling != nullptr) entity.asserted_by = mention.spelling->asserted_by;
      entity.ambiguous = mention.ambiguous;
      entity.confidence = mention.confidence;
      entity.rule = mention.rule;
      // Names inside a name ("India" in "Serum Institute of India") are parts of it.
      if (!thing.is_guess) entities_.push_back(std::move(entity));
      return;
    }
    if (mention.kind == MentionKind::actors) {
      const Thing& thing = discourse_.thing(mention.things[0]);
      Entity entity = make(EntityType::threat_actor, mention.begin, mention.end);
      if (mention.things.size() == 1) entity.name = thing.term.name;
      entity.confidence = mention.confidence;
      entity.rule = mention.rule;
      entities_.push_back(std::move(entity));
    }
    parts(mention, taken);
  }

  /// Places and sectors inside a description.
  void parts(const Mention& mention, std::vector<bool>& taken) {
    for (std::size_t at = mention.begin; at < mention.end;) {
      const auto matches = vocabulary_.names_at(document_.text, sentence_->tokens[at].start);
      std::size_t end = at;
      const NameMatch* best = nullptr;
      for (const NameMatch& match : matches) {
        const EntityType type = match.entity->type;
        if (best != nullptr || (type != EntityType::location && type != EntityType::sector)) continue;
        if (type == EntityType::location && !sentence_->tokens[at].capital && !sentence_->tokens[at].is_cjk) continue;
        end = at;
        while (end < mention.end && sentence_->tokens[end].end <= match.end) ++end;
        if (end > at && sentence_->tokens[end - 1].end == match.end) best = &match;
      }
      if (best == nullptr || taken[at]) {
        ++at;
        continue;
      }
      Entity entity = make(best->entity->type, at, end);
      entity.name = best->entity->name;
      entity.id = best->entity->id;
      entity.asserted_by = best->name->asserted_by;
      entity.confidence = 90;
      entity.rule = "names/gazetteer";
      entities_.push_back(std::move(entity));
      for (std::size_t inside = at; inside < end; ++inside) taken[inside] = true;
      at = end;
    }
  }

  const Document& document_;
  const Vocabulary& vocabulary_;
  const Discourse& discourse_;
  const Sentence* sentence_ = nullptr;
  std::vector<Entity> entities_;  ///< of the sentence in work
};

}  // namespace

struct Reader::State {
  Vocabulary vocabulary;
  State(const record::KnownEntities& names, const Lexicon& lexicon) : vocabulary(names, lexicon) {}
};

Reader::Reader(const record::KnownEntities& names, const Lexicon& lexicon)
    : state_(std::make_unique<const State>(names, lexicon)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

record::DocumentReading Reader::read(const Document& document, const ExtractOptions& options) const {
  record::DocumentReading reading;
  reading.document = document.info;
  reading.indicators = extract(document, options);
  SentenceReader sentences(document, state_->vocabulary);
  ClaimCollector collector(document);
  Gathered<Entity> entities(std::max<std::size_t>(document.text.size(), 1));
  for (std::vector<Sentence> section = sentences.next(kSection); !section.empty(); section = sentences.next(kSection)) {
    Discourse discourse = read_discourse(document, state_->vocabulary, std::move(section));
    prefer_document_case(discourse, document);
    EntityLister(document, state_->vocabulary, discourse).list(entities);
    const Speech speech = read_speech(discourse);
    read_claims(document, state_->vocabulary, discourse, speech, collector);
  }
  reading.entities = entities.take();
  ReadClaims claims = collector.finish();
  reading.claims = std::move(claims.claims);
  reading.not_understood = std::move(claims.not_understood);
  return reading;
}

}  // namespace tocsin::report
