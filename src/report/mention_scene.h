#pragma once

// The discourse while it is built: the sentence in work, what it mentions so far, and how things and mentions are made.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/discourse.h"

namespace tocsin::report {

/// Shared by the readers of mentions. Borrows document and vocabulary. One thread.
class MentionScene {
 public:
  MentionScene(const Document& document, const Vocabulary& words, std::vector<Sentence> sentences);

  /// Makes a sentence the one in work, with the mentions that it has.
  void enter(std::size_t sentence);
  /// Keeps the mentions of the sentence in work, by place.
  void commit();

  const Sentence& sentence() const { return result.sentences[index]; }
  /// A stretch of tokens as it stands in the text, on one line.
  std::string written(std::size_t begin, std::size_t end) const;
  /// The mention that covers a token of the sentence in work, or nullptr.
  const Mention* at(std::size_t token) const;
  /// A name of a thing of that type.
  bool is_type(const Mention* mention, record::EntityType type) const;
  /// A known actor, organisation, malware … stands by itself and is no part of another name.
  bool is_own_name(std::size_t token) const;
  /// The mark of the category that ends right before a token, or nullptr.
  const Mark* ending_at(std::size_t token, Category category) const;
  /// Adds a mention and drops those that it covers.
  void add(Mention mention);
  /// The thing of that type and folded name, made where there is none.
  std::size_t make_thing(record::Term term, std::optional<record::OrganisationKind> kind,
                         const record::KnownEntity* known);

  std::string_view text;
  const Vocabulary& vocabulary;
  Discourse result;
  std::size_t index = 0;       ///< of the sentence in work
  std::vector<Mention> spans;  ///< its mentions so far, in no order
  /// A paragraph and the organisation that its first sentence names first.
  std::optional<std::pair<std::size_t, std::optional<std::size_t>>> block_organisation;

 private:
  std::map<std::string, std::size_t> by_name_;
};

/// One reader of mentions in a scene.
class MentionPart {
 protected:
  explicit MentionPart(MentionScene& scene)
      : scene_(scene), result_(scene.result), spans_(scene.spans), text_(scene.text), vocabulary_(scene.vocabulary) {}

  const Sentence& s() const { return scene_.sentence(); }
  std::size_t count() const { return s().tokens.size(); }
  const Token& token(std::size_t at) const { return s().tokens[at]; }
  std::string written(std::size_t begin, std::size_t end) const { return scene_.written(begin, end); }
  const Mention* at(std::size_t index) const { return scene_.at(index); }
  bool is_type(const Mention* mention, record::EntityType type) const { return scene_.is_type(mention, type); }
  bool is_place(std::size_t index) const { return is_type(at(index), record::EntityType::location); }
  bool is_sector(std::size_t index) const { return is_type(at(index), record::EntityType::sector); }
  std::string country_at(std::size_t index) const { return result_.things[at(index)->things[0]].term.country; }
  bool is_own_name(std::size_t index) const { return scene_.is_own_name(index); }
  const Mark* ending_at(std::size_t index, Category category) const { return scene_.ending_at(index, category); }
  void add(Mention mention) { scene_.add(std::move(mention)); }
  std::size_t make_thing(record::Term term, std::optional<record::OrganisationKind> kind,
                         const record::KnownEntity* known) {
    return scene_.make_thing(std::move(term), kind, known);
  }
  static Mention name_mention(std::size_t begin, std::size_t end, std::size_t thing, std::string rule,
                              record::Confidence confidence) {
    Mention mention;
    mention.begin = begin;
    mention.end = end;
    mention.things = {thing};
    mention.rule = std::move(rule);
    mention.confidence = confidence;
    return mention;
  }

  MentionScene& scene_;
  Discourse& result_;
  std::vector<Mention>& spans_;
  std::string_view text_;
  const Vocabulary& vocabulary_;
};

}  // namespace tocsin::report
