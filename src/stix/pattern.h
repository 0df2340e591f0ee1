#pragma once

// The STIX pattern language (part 9): syntax tree and parser. What a pattern matches is for `detect` to say.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tocsin::stix::pattern {

/// `t'2016-06-01T00:00:00Z'`
struct TimestampConstant {
  Timestamp time;
};
/// `h'ffc3'` and `b'ABI='`, decoded.
struct BinaryConstant {
  std::string bytes;
  bool from_hex = false;
};
/// string, integer, float, boolean, timestamp, binary (§9.2). Strings are unescaped.
using Constant = std::variant<std::string, std::int64_t, double, bool, TimestampConstant, BinaryConstant>;

/// One step of an object path after the type.
struct Index {
  std::optional<std::uint32_t> item;  ///< nullopt = [*]
};
using Step = std::variant<std::string, Index>;

/// `file:extensions.'windows-pebinary-ext'.sections[*].entropy`
struct ObjectPath {
  std::string type;
  std::vector<Step> steps;  ///< the first is a name
};

enum class Comparator : std::uint8_t {
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  in,
  like,
  matches,
  is_subset,
  is_superset,
  exists
};

struct Comparison {
  ObjectPath path;
  Comparator comparator = Comparator::equal;
  bool negated = false;
  std::vector<Constant> constants;  ///< one; any number for `in`; none for `exists`
  std::uint32_t offset = 0;         ///< where in the pattern it begins
};

enum class Join : std::uint8_t { conjunction, disjunction, followed_by };

/// Boolean expression inside one pair of brackets: a comparison, or several joined by AND or OR.
struct BooleanExpression {
  std::variant<Comparison, std::vector<BooleanExpression>> content;
  Join join = Join::conjunction;  ///< of a list: conjunction or disjunction
};

struct Within {
  double seconds = 0;
};
struct Repeats {
  std::uint32_t times = 1;
};
struct StartStop {
  Timestamp start;
  Timestamp stop;
};
using Qualifier = std::variant<Within, Repeats, StartStop>;

/// Observation expression: brackets, or several joined by AND, OR or FOLLOWEDBY; with its qualifiers.
struct Observation {
  std::variant<BooleanExpression, std::vector<Observation>> content;
  Join join = Join::conjunction;  ///< of a list; a list of one is a qualified expression with further qualifiers
  std::vector<Qualifier> qualifiers;
};

struct Pattern {
  Observation root;
};

struct Options {
  bool version_20 = false;        ///< also takes the START '…' STOP '…' of STIX 2.0, without the t
  std::uint32_t max_depth = 100;  ///< nesting of parentheses
  std::size_t max_bytes = std::size_t{1} << 20;
};

/// Parses and checks one pattern: the grammar, no qualifier twice on one expression, positive numbers in qualifiers,
/// constants of one kind in a set, AND only between paths of one type, strings for LIKE, MATCHES and the sets.
/// errors: syntax (offset in the pattern), limit_exceeded (length, nesting)
/// cost: O(n)
Result<Pattern> parse(std::string_view text, const Options& options = {});
/// The pattern in one fixed form; parse(print(x)) gives x.
std::string print(const Pattern& pattern);

}  // namespace tocsin::stix::pattern
