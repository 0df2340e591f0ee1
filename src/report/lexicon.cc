// English verbs are written once in the packs and inflected here; everything else stands as it is.

#include "report/lexicon.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/unicode.h"
#include "base/yaml.h"

namespace tocsin::report {

namespace {

/// In the order of Category.
constexpr auto kCategories = std::to_array<std::string_view>(
    {"actor-noun",     "according",     "alias",        "also",         "asset-noun",  "attack-noun",   "attempt",
     "attribute",      "auxiliary",     "clause-start", "conditional",  "confirm",     "copula",        "cyber",
     "decline",        "deny",          "determiner",   "falsity",      "function",    "gov-noun",      "hedge",
     "inform",         "malware-noun",  "means",        "motive",       "negation",    "object-marker", "org-head",
     "org-noun",       "part-of",       "passive",      "person-title", "plan",        "preposition",   "pronoun-actor",
     "pronoun-person", "pronoun-thing", "purpose",      "relative",     "report-noun", "respond",       "say",
     "topic",          "unnamed",       "verb",         "victim-head",  "weak",        "weak-noun",     "weakness"});
static_assert(kCategories.size() == static_cast<std::size_t>(Category::weakness) + 1);

constexpr auto kKeys =
    std::to_array<std::string_view>({"category", "value", "verbs", "irregular", "words", "exact", "zh"});

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

struct Inflected {
  std::string third;
  std::string past;
  std::string gerund;
};

/// Regular forms. Doubling ("plan", "planned") is for one-syllable verbs: consonant, vowel, consonant.
Inflected inflect(std::string_view verb) {
  const std::string base(verb);
  const auto ends = [&](std::string_view tail) { return base.ends_with(tail); };
  const std::size_t size = base.size();
  Inflected forms{base + "s", base + "ed", base + "ing"};
  if (ends("s") || ends("x") || ends("z") || ends("ch") || ends("sh")) forms.third = base + "es";
  if (size >= 2 && base.back() == 'y' && !is_vowel(base[size - 2])) {
    forms.third = base.substr(0, size - 1) + "ies";
    forms.past = base.substr(0, size - 1) + "ied";
  } else if (ends("e")) {
    forms.past = base + "d";
    if (!ends("ee")) forms.gerund = base.substr(0, size - 1) + "ing";
  } else if (size >= 3) {
    const auto vowels = std::ranges::count_if(base, is_vowel);
    const char last = base.back();
    if (vowels == 1 && is_vowel(base[size - 2]) && !is_vowel(last) && last != 'w' && last != 'x' && last != 'y') {
      forms.past = base + last + "ed";
      forms.gerund = base + last + "ing";
    }
  }
  return forms;
}

class FileReader {
 public:
  FileReader(const std::string& source, Lexicon& into, std::vector<Diagnostic>& problems)
      : source_(source), into_(into), problems_(problems) {}

  void read(const yaml::Node& root) {
    if (!root.is_mapping()) return problem(root, "a pack is a mapping with 'format' and 'entries'", {});
    for (const yaml::Pair& pair : root.pairs) {
      if (pair.key.text == "format") {
        if (pair.value.text != "report-words")
          problem(pair.value, "unknown format '" + pair.value.text + "'", "report-words");
      } else if (pair.key.text == "entries") {
        if (!pair.value.is_sequence()) {
          problem(pair.value, "'entries' is a sequence", {});
          continue;
        }
        for (const yaml::Node& entry : pair.value.items) read_entry(entry);
      } else {
        problem(pair.key, "unknown key '" + pair.key.text + "'", "format, entries");
      }
    }
    if (root.find("format") == nullptr) problem(root, "'format' is missing", "format: report-words");
  }

 private:
  void problem(const yaml::Node& node, std::string message, std::string hint) {
    Diagnostic found;
    found.rule = "report-pack/entry";
    found.message = std::move(message);
    found.where = yaml::where_of(node, source_);
    found.hint = std::move(hint);
    problems_.push_back(std::move(found));
  }

  void read_entry(const yaml::Node& entry) {
    if (!entry.is_mapping()) return problem(entry, "an entry is a mapping", {});
    for (const yaml::Pair& pair : entry.pairs) {
      if (std::ranges::find(kKeys, pair.key.text) == kKeys.end()) {
        problem(pair.key, "unknown key '" + pair.key.text + "'",
                "did you mean '" + nearest_name(pair.key.text, {kKeys.begin(), kKeys.end()}) + "'?");
      }
    }
    const yaml::Node* category = entry.find("category");
    if (category == nullptr) return problem(entry, "an entry needs a category", {});
    const auto known = std::ranges::find(kCategories, category->text);
    if (known == kCategories.end()) {
      return problem(*category, "unknown category '" + category->text + "'",
                     "did you mean '" + nearest_name(category->text, {kCategories.begin(), kCategories.end()}) + "'?");
    }
    Word word;
    word.category = static_cast<Category>(known - kCategories.begin());
    if (const yaml::Node* value = entry.find("value")) word.value = value->text;
    for_each(entry, "words", [&](const std::string& text) { add(word, text, Form::base); });
    for_each(entry, "zh", [&](const std::string& text) { add(word, text, Form::base); });
    Word exact = word;
    exact.case_sensitive = true;
    for_each(entry, "exact", [&](const std::string& text) { add(exact, text, Form::base); });
    for_each(entry, "verbs", [&](const std::string& text) { add_verb(word, text); });
    if (const yaml::Node* irregular = entry.find("irregular")) read_irregular(word, *irregular);
  }

  template <typename Use>
  void for_each(const yaml::Node& entry, std::string_view key, Use use) {
    const yaml::Node* list = entry.find(key);
    if (list == nullptr) return;
    if (!list->is_sequence()) return problem(*list, "'" + std::string(key) + "' is a sequence of words", {});
    for (const yaml::Node& item : list->items) {
      if (!item.is_scalar() || item.text.empty()) {
        problem(item, "a word is a text", {});
      } else {
        use(item.text);
      }
    }
  }

  void add(Word word, const std::string& text, Form form) {
    word.text = word.case_sensitive ? text : fold_case(text);
    word.form = form;
    into_.words.push_back(std::move(word));
  }

  /// The first word of a phrase is inflected: "break into" → "breaks into".
  void add_verb(const Word& word, const std::string& phrase) {
    const std::size_t space = std::min(phrase.find(' '), phrase.size());
    const std::string rest = phrase.substr(space);
    const Inflected forms = inflect(phrase.substr(0, space));
    add(word, phrase, Form::base);
    add(word, forms.third + rest, Form::third);
    add(word, forms.past + rest, Form::past);
    add(word, forms.gerund + rest, Form::gerund);
  }

  /// [base, third, past, participle, gerund]
  void read_irregular(const Word& word, const yaml::Node& list) {
    constexpr std::size_t kForms = 5;
    for (const yaml::Node& verb : list.items) {
      if (verb.items.size() != kForms) {
        problem(verb, "an irregular verb has five forms: base, third person, past, participle, gerund", {});
        continue;
      }
      for (std::size_t at = 0; at < kForms; ++at) {
        const bool same_as_past = at == 3 && verb.items[2].text == verb.items[3].text;
        if (!same_as_past) add(word, verb.items[at].text, static_cast<Form>(at));
      }
    }
  }

  const std::string& source_;
  Lexicon& into_;
  std::vector<Diagnostic>& problems_;
};

}  // namespace

std::string_view category_name(Category category) { return kCategories[static_cast<std::size_t>(category)]; }

void load_lexicon(std::string_view yaml, const std::string& source, Lexicon& into, std::vector<Diagnostic>& problems) {
  yaml::ParseOptions options;
  options.source = source;
  const auto root = yaml::parse(yaml, options);
  if (!root) {
    Diagnostic found;
    found.rule = "report-pack/yaml";
    found.message = root.error().message;
    found.where = root.error().where;
    found.hint = root.error().hint;
    problems.push_back(std::move(found));
    return;
  }
  Lexicon words;
  const std::size_t before = problems.size();
  FileReader(source, words, problems).read(*root);
  if (problems.size() != before) return;
  into.words.insert(into.words.end(), std::make_move_iterator(words.words.begin()),
                    std::make_move_iterator(words.words.end()));
}

Result<Lexicon> load_lexicon_folder(const std::string& folder) {
  TRY(const FileList list, list_files({folder}));
  Lexicon lexicon;
  std::vector<Diagnostic> problems;
  for (const std::string& file : list.files) {
    if (!file.ends_with(".yml")) continue;
    TRY(const PaddedBytes bytes, read_file(file));
    load_lexicon(bytes.view(), file, lexicon, problems);
  }
  if (!problems.empty()) {
    const Diagnostic& first = problems.front();
    std::string message = first.message;
    if (problems.size() > 1) message += " (and " + std::to_string(problems.size() - 1) + " more problems)";
    return fail(ErrorCode::invalid, std::move(message), first.where, first.hint);
  }
  if (lexicon.words.empty()) return fail(ErrorCode::not_found, "no words in " + folder, {.source = folder});
  return lexicon;
}

}  // namespace tocsin::report
