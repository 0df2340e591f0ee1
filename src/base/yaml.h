#pragma once

// YAML in (libyaml events): a tree in which every node knows its line and column. Multi-document, anchors and aliases
// with a bound on the expanded size, duplicate keys are errors. Scalars stay text: the reader decides what they mean.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tocsin::yaml {

struct Mark {
  std::uint64_t offset = 0;  ///< byte offset
  std::uint32_t line = 0;    ///< from 1
  std::uint32_t column = 0;  ///< from 1
};

enum class Kind : std::uint8_t { scalar, sequence, mapping };

struct Node;
struct Pair;

struct Node {
  Kind kind = Kind::scalar;
  Mark begin;
  Mark end;
  std::string text;         ///< scalar's text after unfolding and unescaping
  bool quoted = false;      ///< scalar stood in quotes or as a block: it is a string whatever it looks like
  std::string tag;          ///< explicit tag, or empty
  std::vector<Node> items;  ///< of a sequence
  std::vector<Pair> pairs;  ///< of a mapping, in order; keys are scalars

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_mapping() const { return kind == Kind::mapping; }
  /// Plain `null`, `~` or nothing (YAML 1.2 core schema).
  bool is_null() const;
  /// Plain true/false in the spellings of YAML 1.2 core (true True TRUE …).
  std::optional<bool> as_bool() const;
  std::optional<std::int64_t> as_int() const;
  std::optional<double> as_double() const;
  /// The member's value or nullptr.
  const Node* find(std::string_view key) const;
};

struct Pair {
  Node key;
  Node value;
};

struct ParseOptions {
  std::string source;  ///< for Error::where
  std::uint32_t max_depth = 100;
  std::uint64_t max_nodes = 2'000'000;  ///< after alias expansion
};

/// All documents of a YAML stream.
/// errors: syntax (where = offset, line, column), invalid (duplicate key, key that is no scalar, unknown alias),
///         limit_exceeded (depth, nodes)
Result<std::vector<Node>> parse_all(std::string_view text, const ParseOptions& options = {});
/// Exactly one document.
Result<Node> parse(std::string_view text, const ParseOptions& options = {});

/// Where of a node, for diagnostics.
Where where_of(const Node& node, std::string source);

}  // namespace tocsin::yaml
