#pragma once

// The room's own words (packs/report/*.yml): triggers of claims, roles, heads of names, weaknesses, motives and the
// phrases of page noise, English and Chinese.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"

namespace tocsin::report {

/// Which form of a verb a phrase is. Nouns and other words have `base`.
enum class Form : std::uint8_t { base, third, past, participle, gerund };

/// What a word does in a sentence. The packs name a category by its name with hyphens ("actor-noun").
enum class Category : std::uint8_t {
  actor_noun,
  according,
  alias,
  also,
  asset_noun,
  attack_noun,
  attempt,
  attribute,
  auxiliary,
  clause_start,
  conditional,
  confirm,
  copula,
  cyber,
  decline,
  deny,
  determiner,
  falsity,
  function,
  gov_noun,
  hedge,
  inform,
  malware_noun,
  means,
  motive,
  negation,
  object_marker,
  org_head,
  org_noun,
  part_of,
  passive,
  person_title,
  plan,
  preposition,
  pronoun_actor,
  pronoun_person,
  pronoun_thing,
  purpose,
  relative,
  report_noun,
  respond,
  say,
  topic,
  unnamed,
  verb,
  victim_head,
  weak,
  weak_noun,
  weakness,
};
std::string_view category_name(Category category);

/// One spelling of one entry of the packs.
struct Word {
  std::string text;  ///< lower case, single spaces
  Category category = Category::verb;
  std::string value;  ///< what it stands for, e.g. "targets", "web-server"; may be empty
  Form form = Form::base;
  bool case_sensitive = false;
};

/// All words, in file order.
struct Lexicon {
  std::vector<Word> words;
};

/// One file. Every key must be known; all problems are reported at once.
/// errors: via diagnostics (rule "report-pack/…"); words of a file with errors are not used
void load_lexicon(std::string_view yaml, const std::string& source, Lexicon& into, std::vector<Diagnostic>& problems);

/// Every *.yml of a folder (packs/report).     errors: not_found, io, syntax, invalid (the first problem, all counted)
Result<Lexicon> load_lexicon_folder(const std::string& folder);

}  // namespace tocsin::report
