#include "report/vocabulary.h"

#include <algorithm>

#include "base/unicode.h"

namespace tocsin::report {

Vocabulary::Vocabulary(const record::KnownEntities& names, const Lexicon& lexicon) : names_(names), lexicon_(lexicon) {
  for (std::uint32_t entity = 0; entity < names_.size(); ++entity) {
    const auto& spellings = names_[entity].names;
    for (std::uint32_t name = 0; name < spellings.size(); ++name) {
      name_table_.insert(spellings[name].text, static_cast<std::uint32_t>(name_index_.size()));
      name_index_.emplace_back(entity, name);
    }
  }
  for (std::uint32_t word = 0; word < lexicon_.words.size(); ++word)
    word_table_.insert(lexicon_.words[word].text, word);
}

std::vector<NameMatch> Vocabulary::names_at(std::string_view text, std::size_t start) const {
  std::vector<NameMatch> found;
  for (const PhraseTable::Match& match : name_table_.find(text, start)) {
    const auto [entity, name] = name_index_[match.payload];
    const record::Name& spelling = names_[entity].names[name];
    const std::string_view written = text.substr(start, match.end - start);
    if (spelling.case_sensitive && written != spelling.text) continue;
    if (!found.empty() && match.end > found.back().end) found.clear();
    found.push_back({match.end, &names_[entity], &spelling});
  }
  return found;
}

std::vector<std::pair<std::size_t, const Word*>> Vocabulary::words_at(std::string_view text, std::size_t start) const {
  std::vector<std::pair<std::size_t, const Word*>> found;
  for (const PhraseTable::Match& match : word_table_.find(text, start)) {
    const Word& word = lexicon_.words[match.payload];
    if (word.case_sensitive && text.substr(start, match.end - start) != word.text) continue;
    found.emplace_back(match.end, &word);
  }
  return found;
}

bool Vocabulary::has(std::string_view word, Category category) const {
  return std::ranges::any_of(word_table_.find(word, 0), [&](const PhraseTable::Match& match) {
    return match.end == word.size() && lexicon_.words[match.payload].category == category;
  });
}

const record::KnownEntity* Vocabulary::find(record::EntityType type, std::string_view name) const {
  for (const record::KnownEntity& entity : names_) {
    if (entity.type != type) continue;
    if (entity.name == name || (type == record::EntityType::location && entity.country == name)) return &entity;
  }
  return nullptr;
}

}  // namespace tocsin::report
