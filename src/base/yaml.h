#pragma once

// YAML in (libyaml events): a tree in which every node knows its line and column. Multi-document, anchors and aliases
// with a bound on the expanded size, duplicate keys are errors. Scalars stay text: the reader decides what they mean.
//
// Aliases are copies of the anchored node and keep its place. The merge key (a plain `<<`) is carried out: own keys
// win, then the earlier of several mappings; merged pairs follow the own ones. A byte order mark of UTF-8 is passed
// over; UTF-16 is refused by name.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tocsin::yaml {

struct Mark {
  std::uint64_t offset = 0;  ///< byte offset in the text as given, byte order mark included
  std::uint32_t line = 0;    ///< from 1; lines end with LF, as in locate()
  std::uint32_t column = 0;  ///< from 1, in bytes
};

enum class Kind : std::uint8_t { scalar, sequence, mapping };

struct Node;
struct Pair;

struct Node {
  Kind kind = Kind::scalar;
  Mark begin;               ///< of its anchor or tag where it has one
  Mark end;                 ///< exclusive; of a block collection, that of its last child
  std::string text;         ///< scalar's text after unfolding and unescaping
  bool quoted = false;      ///< scalar stood in quotes or as a block: it is a string whatever it looks like
  std::string tag;          ///< explicit tag in full, e.g. "tag:yaml.org,2002:str" for !!str, or empty
  std::vector<Node> items;  ///< of a sequence
  std::vector<Pair> pairs;  ///< of a mapping, in order; keys are scalars

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_mapping() const { return kind == Kind::mapping; }
  // What a plain scalar without a tag means in the YAML 1.2 core schema (§10.3.2); tags like !!int decide for
  // themselves.
  /// Plain `null`, `~` or nothing.
  bool is_null() const;
  /// true True TRUE false False FALSE; `yes` and `on` are strings.
  std::optional<bool> as_bool() const;
  /// Decimal, 0x, 0o. Not what is outside of 64 bits.
  std::optional<std::int64_t> as_int() const;
  /// Whole numbers too; .inf and .nan.
  std::optional<double> as_double() const;
  /// The member's value, or nullptr when this is no mapping or has no such key.     cost: O(pairs)
  const Node* find(std::string_view key) const;
};

struct Pair {
  Node key;
  Node value;
};

struct ParseOptions {
  std::string source;                          ///< for Error::where
  std::uint32_t max_depth = 100;               ///< of collections, after alias expansion
  std::uint64_t max_nodes = 1'000'000;         ///< keys included, after alias expansion; one takes 168 bytes
  std::uint64_t max_expanded_nodes = 200'000;  ///< of those, what aliases repeat and what is kept for them
  std::uint64_t max_expanded_bytes = std::uint64_t{16} << 20;  ///< of text that aliases and %TAG prefixes repeat
};

/// All documents of a YAML stream.
/// errors: syntax (where = offset, line, column; control characters and invalid UTF-8 too), unsupported (UTF-16),
///         invalid (duplicate key, key that is no scalar, unknown alias), limit_exceeded (depth, nodes, bytes, 100 %TAG
///         lines)
/// cost:   O(text + expansion); keys compare by their text alone
Result<std::vector<Node>> parse_all(std::string_view text, const ParseOptions& options = {});
/// Exactly one document.     errors: as parse_all; syntax (none), invalid (several)
Result<Node> parse(std::string_view text, const ParseOptions& options = {});

/// Where of a node, for diagnostics.
Where where_of(const Node& node, std::string source);

}  // namespace tocsin::yaml
