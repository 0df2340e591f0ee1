#include "report/mood.h"

#include <algorithm>

namespace tocsin::report {

namespace {

using record::Factuality;

class MoodReader {
 public:
  explicit MoodReader(const Grammar& grammar) : grammar_(grammar) {}

  /// What stands between the subject and the trigger, and what governs the clause.
  Mood read(std::size_t clause_begin, std::size_t trigger, std::size_t trigger_end) const {
    Mood mood;
    for (std::size_t at = clause_begin; at < trigger_end; ++at) {
      if (grammar_.mention(at) != nullptr && at < trigger && !grammar_.is(at, Category::negation)) continue;
      if (grammar_.is(at, Category::negation) && at < trigger && grammar_.low(at + 1) != "only") mood.negated = true;
      const Mark* attempt = grammar_.sentence().covering(at, Category::attempt);
      if (attempt != nullptr) mood.factuality = Factuality::attempted;
      if (grammar_.is(at, Category::plan) && mood.factuality == Factuality::actual)
        mood.factuality = Factuality::planned;
      if (grammar_.is(at, Category::hedge) && mood.factuality == Factuality::actual)
        mood.factuality = Factuality::possible;
    }
    // "found no evidence that", "If …": what governs the whole clause, in the same quote or out of it.
    for (std::size_t at = 0; at < grammar_.size(); ++at) {
      const Mark* negation = at < trigger ? grammar_.sentence().mark_at(at, Category::negation) : nullptr;
      if (negation != nullptr && negation->end - negation->begin >= 2 && governs(negation->end, trigger))
        mood.negated = true;
      if (grammar_.is(at, Category::conditional)) mood.hypothetical = true;
      if ((grammar_.low(at) == "neither" || grammar_.low(at) == "none") && at < clause_begin &&
          governs(at + 1, trigger) && !says_between(at, trigger)) {
        mood.negated = true;
      }
      if (at < trigger && at < clause_begin && grammar_.is(at, Category::hedge) && governs_openly(at, trigger) &&
          mood.factuality == Factuality::actual) {
        mood.factuality = Factuality::possible;
      }
    }
    if (is_called_false(trigger_end)) mood.negated = true;
    if (mood.hypothetical && mood.factuality != Factuality::planned) mood.factuality = Factuality::possible;
    return mood;
  }

 private:
  bool says_between(std::size_t from, std::size_t to) const {
    for (std::size_t at = from; at < to; ++at) {
      if (grammar_.is(at, Category::say)) return true;
    }
    return false;
  }

  /// "Reports that … are false", "The claim that … was dismissed"
  bool is_called_false(std::size_t trigger) const {
    bool reported = false;
    for (std::size_t at = 0; at + 1 < trigger && !reported; ++at) {
      const bool opens =
          grammar_.low(at + 1) == "that" || grammar_.low(at + 1) == "of" || grammar_.low(at + 1) == "saying";
      reported = opens && grammar_.is(at, Category::report_noun);
    }
    for (std::size_t at = trigger; reported && at < grammar_.size(); ++at) {
      if (grammar_.is(at, Category::clause_start) || grammar_.low(at) == ";") return false;
      if (!grammar_.is(at, Category::copula)) continue;
      for (std::size_t after = at + 1; after < std::min(at + 4, grammar_.size()); ++after) {
        const Mark* word = grammar_.sentence().covering(after, Category::falsity);
        if (word == nullptr) continue;
        // "are not true" is one phrase; "were not denied" is none.
        const bool negated = grammar_.is(after - 1, Category::negation) && word->begin == after;
        return !negated;
      }
    }
    return false;
  }

  /// "no evidence that" governs what follows it; "did not comment, but APT10 attacked" does not.
  bool governs(std::size_t from, std::size_t trigger) const {
    const std::string& first = grammar_.low(from > 0 ? from - 1 : 0);
    if (first == "not" || first == "longer") return false;
    for (std::size_t at = from; at < trigger; ++at) {
      if (grammar_.is(at, Category::clause_start) || grammar_.low(at) == "；" || grammar_.low(at) == ";") return false;
    }
    return true;
  }

  bool governs_openly(std::size_t at, std::size_t trigger) const {
    const std::string& word = grammar_.low(at);
    return (word == "reportedly" || word == "allegedly" || word == "possibly" || word == "perhaps" ||
            word == "whether" || word == "据信") &&
           trigger - at < 25;
  }

  const Grammar& grammar_;
};

}  // namespace

Mood read_mood(const Grammar& grammar, std::size_t clause_begin, std::size_t trigger, std::size_t trigger_end) {
  return MoodReader(grammar).read(clause_begin, trigger, trigger_end);
}

}  // namespace tocsin::report
