#pragma once

// Many literals, one pass over a text.
//
// What is anchored (equals, startswith, endswith) is looked up by hash: one hash runs along the text from its start,
// one from its end, and is asked for at each length that some literal has.
//
// What may stand anywhere is found by windows of a few bytes. A literal of seven bytes or more has four windows of four
// bytes in a row, one of which begins at a multiple of four wherever it stands: only every fourth place of a text is
// looked at. Shorter literals have narrower windows and steps (kTiers). A bitmap says for each window of the text
// whether some literal has it, which is almost never, and only then the literals with that window are compared. Of a
// literal's windows those are taken that the fewest other literals have. Windows are compared without the bit that
// tells small ASCII letters from capitals, so that a text need not be folded to see that nothing is in it.
//
// An automaton over the same literals (Aho–Corasick) would be a hundred times larger than the caches and slower to
// build than all rules are to load. Worst case: a text of nothing but windows that many literals share costs a
// comparison for each such literal and place.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tocsin::detect {

using LiteralId = std::uint32_t;

/// Add, then build, then find. Thread-compatible.
class LiteralIndex {
 public:
  static constexpr std::size_t kPadding = 4;
  enum class Place : std::uint8_t { whole, start, end, anywhere };

  /// The id of `literal` there, the same for the same; ids are 0, 1, 2… in the order of adding.
  LiteralId add(Place place, std::string_view literal);
  std::size_t size() const { return count_; }
  void build();

  /// Appends the ids of the literals that stand in `text`; one may come several times.
  /// in: text: followed by kPadding readable bytes
  void find(std::string_view text, std::vector<LiteralId>& found) const;
  /// True when a literal that may stand anywhere stands in `text`, ASCII letters compared without case. For ASCII
  /// literals.     in: text: followed by kPadding readable bytes
  bool is_any_in(std::string_view text) const;

 private:
  struct Literal {
    LiteralId id = 0;
    std::string text;
  };
  /// Literals at one end of the text, or the whole.
  class Anchored {
   public:
    explicit Anchored(Place place) : place_(place) {}
    void build(std::vector<Literal> literals);
    void find(std::string_view text, std::vector<LiteralId>& found) const;

   private:
    struct Row {
      std::uint64_t hash = 0;
      std::uint32_t literal = 0;  ///< index + 1; 0: empty
    };
    Place place_;
    std::vector<Literal> literals_;
    std::vector<std::uint32_t> lengths_;  ///< ascending
    std::vector<Row> rows_;               ///< open addressing
    void look(std::uint64_t hash, std::string_view part, std::vector<LiteralId>& found) const;
  };
  struct Window {
    std::uint32_t hash = 0;
    std::uint32_t literal = 0;
    std::uint32_t offset = 0;  ///< of the window in the literal
  };
  /// Literals of some lengths, by windows of one width that begin at every `step`th place.
  struct Tier {
    std::vector<Window> windows;        ///< ordered by hash
    std::vector<std::uint32_t> begin;   ///< by the hash's upper bits
    std::vector<std::uint64_t> bitmap;  ///< of the hashes' upper bits
    std::uint32_t bitmap_shift = 31;
    std::uint32_t begin_shift = 31;
  };
  static constexpr std::size_t kTierCount = 5;

  template <std::size_t kWidth, std::size_t kStep>
  void build_tier(Tier& tier, std::size_t shortest, std::size_t longest);
  /// Calls visit(literal, place) where a window of the literal says that it may begin at that place; ends when that
  /// gives true.
  template <std::size_t kWidth, std::size_t kStep, typename Visit>
  bool scan(const Tier& tier, std::string_view text, const Visit& visit) const;
  template <typename Visit>
  bool scan_all(std::string_view text, const Visit& visit) const;

  std::uint32_t count_ = 0;
  std::vector<Literal> added_[4];  ///< by Place, until built; `anywhere` stays
  std::unordered_map<std::string, LiteralId> ids_[4];
  Anchored whole_{Place::whole};
  Anchored start_{Place::start};
  Anchored end_{Place::end};

  Tier tiers_[kTierCount];
  std::vector<LiteralId> empty_;
};

}  // namespace tocsin::detect
