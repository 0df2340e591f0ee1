#pragma once

// Many literals, one pass over a text.
//
// What is anchored (equals, startswith, endswith) is looked up by hash: one hash runs along the text from its start,
// one from its end, and is asked for at each length that some literal has. What may stand anywhere is found by its
// rarest window of four bytes: a bitmap says for each window of the text whether some literal has it, which is almost
// never, and only then the literals with that window are compared. Literals of one to three bytes have tables of their
// own. An automaton over the same literals (Aho–Corasick) would be a hundred times larger than the caches and slower to
// build than all rules are to load.
//
// Worst case: a text of nothing but windows that many literals share costs a comparison for each such literal and
// place. Windows are chosen so that few literals share one.

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
  enum class Place : std::uint8_t { whole, start, end, anywhere };

  /// The id of `literal` there, the same for the same; ids are 0, 1, 2… in the order of adding.
  LiteralId add(Place place, std::string_view literal);
  std::size_t size() const { return count_; }
  void build();

  /// Appends the ids of the literals that stand in `text`; one may come several times.
  void find(std::string_view text, std::vector<LiteralId>& found) const;

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
    std::uint32_t bytes = 0;
    std::uint32_t literal = 0;
    std::uint32_t offset = 0;  ///< of the window in the literal
  };

  void build_windows();
  void find_windows(std::string_view text, std::vector<LiteralId>& found) const;
  std::uint32_t bit_of(std::uint32_t bytes) const { return (bytes * 0x9E3779B1u) >> shift_; }

  std::uint32_t count_ = 0;
  std::vector<Literal> added_[4];  ///< by Place, until built; `anywhere` stays
  std::unordered_map<std::string, LiteralId> ids_[4];
  Anchored whole_{Place::whole};
  Anchored start_{Place::start};
  Anchored end_{Place::end};

  std::vector<std::uint64_t> bitmap_;  ///< of the windows' hashes
  std::uint32_t shift_ = 31;
  std::vector<Window> windows_;              ///< ordered by hash, then bytes
  std::vector<std::uint32_t> window_begin_;  ///< by the hash's upper bits
  std::uint32_t begin_shift_ = 31;
  std::vector<std::uint32_t> short_[3];  ///< literals of 1, 2, 3 bytes, by their first byte
  std::vector<std::uint32_t> short_begin_[3];
  std::vector<LiteralId> empty_;
};

}  // namespace tocsin::detect
