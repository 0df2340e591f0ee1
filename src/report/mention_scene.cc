#include "report/mention_scene.h"

#include <algorithm>

namespace tocsin::report {

using record::EntityType;

MentionScene::MentionScene(const Document& document, const Vocabulary& words, std::vector<Sentence> sentences)
    : text(document.text), vocabulary(words) {
  result.sentences = std::move(sentences);
  result.mentions.resize(result.sentences.size());
  result.dates.reserve(result.sentences.size());
  for (const Sentence& sentence : result.sentences)
    result.dates.push_back(read_dates(sentence, document.info.published));
}

void MentionScene::enter(std::size_t sentence) {
  index = sentence;
  spans = result.mentions[index];
}

void MentionScene::commit() {
  std::ranges::sort(spans, {}, &Mention::begin);
  result.mentions[index] = spans;
}

std::string MentionScene::written(std::size_t begin, std::size_t end) const {
  const std::size_t start = sentence().tokens[begin].start;
  std::string stretch(text.substr(start, sentence().tokens[end - 1].end - start));
  std::ranges::replace(stretch, '\n', ' ');
  return stretch;
}

const Mention* MentionScene::at(std::size_t token) const {
  for (const Mention& mention : spans) {
    if (mention.begin <= token && token < mention.end) return &mention;
  }
  return nullptr;
}

bool MentionScene::is_type(const Mention* mention, EntityType type) const {
  return mention != nullptr && mention->kind == MentionKind::name &&
         result.things[mention->things[0]].term.type == type;
}

bool MentionScene::is_own_name(std::size_t token) const {
  const Mention* mention = at(token);
  return mention != nullptr && !is_type(mention, EntityType::location) && !is_type(mention, EntityType::sector);
}

const Mark* MentionScene::ending_at(std::size_t token, Category category) const {
  if (token == 0) return nullptr;
  const Mark* mark = sentence().covering(token - 1, category);
  return mark != nullptr && mark->end == token ? mark : nullptr;
}

void MentionScene::add(Mention mention) {
  std::erase_if(spans, [&](const Mention& other) { return other.begin < mention.end && mention.begin < other.end; });
  spans.push_back(std::move(mention));
}

std::size_t MentionScene::make_thing(record::Term term, std::optional<record::OrganisationKind> kind,
                                     const record::KnownEntity* known) {
  const std::string key = std::to_string(static_cast<int>(term.type)) + fold_phrase(term.name);
  const auto [found, added] = by_name_.try_emplace(key, result.things.size());
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
    result.things.push_back(std::move(thing));
  } else if (kind && !result.things[found->second].kind) {
    result.things[found->second].kind = kind;
  }
  return found->second;
}

}  // namespace tocsin::report
