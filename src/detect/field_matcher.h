#pragma once

// All predicates of one field, decided for one value in one go: the value is decoded and folded once, its literals are
// found in one pass, and only tests whose literals are there (or that have none) are tried.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/literal_index.h"
#include "detect/rule_formula.h"
#include "event/event.h"

namespace tocsin::detect {

/// Memory that matching reuses from value to value. One thread.
struct MatchScratch {
  std::string decoded;
  std::string folded;
  std::vector<LiteralId> literals;
  std::vector<std::uint64_t> tested;  ///< by local test: serial of the value it was last settled for
  std::uint64_t serial = 0;
  std::vector<int> atoms;
  std::vector<int> regexes;
};

/// Immutable once made; thread-safe with a scratch a thread.
class FieldMatcher {
 public:
  /// A predicate of the field and the number that its caller knows it by.
  struct Entry {
    const Predicate* predicate = nullptr;
    std::uint32_t number = 0;
  };
  FieldMatcher(const PredicateTable& table, const std::vector<Entry>& entries);
  FieldMatcher(FieldMatcher&&) noexcept;
  FieldMatcher& operator=(FieldMatcher&&) noexcept;
  ~FieldMatcher();

  /// The numbers of the predicates that the value makes true, ascending, each once.
  /// in: out: overwritten
  void match(event::Token token, MatchScratch& scratch, std::vector<std::uint32_t>& out) const;
  /// For keywords: those that the record as it stands makes true.
  void match_record(std::string_view record, MatchScratch& scratch, std::vector<std::uint32_t>& out) const;

 private:
  struct Regexes;
  struct LocalTest {
    const Test* test = nullptr;
    std::vector<std::uint32_t> numbers;  ///< of the predicates that it makes true
  };
  /// What a literal that was found means for a test.
  struct Hit {
    std::uint32_t test = 0;
    bool is_proof = false;  ///< else the test must still be tried
  };
  enum class Source : std::uint8_t { value, record };

  void add_literal(LiteralIndex::Place place, std::string_view text, Hit hit);
  void add_string(const StringTest& test, std::uint32_t local);
  void match_text(event::TokenKind kind, std::string_view text, Source source, MatchScratch& scratch,
                  std::vector<std::uint32_t>& out) const;

  std::vector<LocalTest> tests_;
  LiteralIndex literals_;
  std::vector<std::vector<Hit>> hits_;                        ///< by literal
  std::unique_ptr<Regexes> regexes_;                          ///< or nullptr
  std::vector<std::uint32_t> strings_;                        ///< tests of strings without a literal to look for
  std::vector<std::uint32_t> others_;                         ///< numbers, booleans, networks, parts of times
  std::vector<std::uint32_t> if_there_, if_null_, if_value_;  ///< predicates that need no look at the text
};

}  // namespace tocsin::detect
