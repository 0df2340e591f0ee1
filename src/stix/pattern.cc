#include "stix/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/unicode.h"
#include "stix/form.h"
#include "stix/pattern_token.h"

// The grammar of part 9 (STIXPattern.g4 of the committee says the same), by recursive descent with a bound on nesting:
//
//   pattern      = followed
//   followed     = disjunction { FOLLOWEDBY disjunction }
//   disjunction  = conjunction { OR conjunction }
//   conjunction  = observation { AND observation }
//   observation  = ( "[" booleans "]" | "(" followed ")" ) { qualifier }
//   booleans     = ands { OR ands }
//   ands         = comparison { AND comparison }
//   comparison   = path [ NOT ] operator constant | "(" booleans ")" | [ NOT ] EXISTS path
//
// A qualifier binds to the observation just before it (§9.5.1).

namespace tocsin::stix::pattern {
namespace {

using token::Kind;
using token::Token;

Where at_offset(std::size_t offset) { return Where{.source = "", .offset = offset}; }

struct OperatorName {
  std::string_view text;
  Comparator comparator;
};
constexpr OperatorName kOperators[] = {
    {"=", Comparator::equal},
    {"==", Comparator::equal},
    {"!=", Comparator::not_equal},
    {"<>", Comparator::not_equal},
    {"<", Comparator::less},
    {"<=", Comparator::less_or_equal},
    {">", Comparator::greater},
    {">=", Comparator::greater_or_equal},
    {"IN", Comparator::in},
    {"LIKE", Comparator::like},
    {"MATCHES", Comparator::matches},
    {"ISSUBSET", Comparator::is_subset},
    {"ISSUPERSET", Comparator::is_superset},
};

std::size_t kind_of(const Constant& constant) {
  // Integers and floats compare with each other (§9.2).
  return std::holds_alternative<double>(constant) ? Constant(std::int64_t{0}).index() : constant.index();
}

/// The types that one observed object can have for the expression to hold.
using Types = std::set<std::string_view>;

class Parser {
 public:
  Parser(std::string_view text, const Options& options) : lexer_(text), options_(options) {}

  Result<Pattern> run() {
    TRY_VOID(advance());
    TRY(Observation root, parse_followed(0));
    if (now_.kind != Kind::end) return unexpected("the end of the pattern");
    return Pattern{std::move(root)};
  }

 private:
  Status advance() {
    TRY(now_, lexer_.next());
    return {};
  }

  std::unexpected<Error> unexpected(std::string_view wanted) const {
    return fail(ErrorCode::syntax, fmt::format("expected {}, found {}", wanted, token::describe(now_)),
                at_offset(now_.offset));
  }

  bool is_word(std::string_view word) const { return now_.kind == Kind::word && now_.text == word; }
  bool is_symbol(std::string_view symbol) const { return now_.kind == Kind::symbol && now_.text == symbol; }

  Status expect_word(std::string_view word) {
    if (!is_word(word)) return unexpected(word);
    return advance();
  }
  Status expect_symbol(std::string_view symbol) {
    if (!is_symbol(symbol)) return unexpected(fmt::format("'{}'", symbol));
    return advance();
  }

  Status check_depth(std::uint32_t depth) const {
    if (depth < options_.max_depth) return {};
    return fail(ErrorCode::limit_exceeded, fmt::format("parentheses nest deeper than {}", options_.max_depth),
                at_offset(now_.offset));
  }

  using ObservationRule = Result<Observation> (Parser::*)(std::uint32_t);
  Result<Observation> parse_joined(std::uint32_t depth, std::string_view word, Join join, ObservationRule operand) {
    TRY(Observation first, (this->*operand)(depth));
    if (!is_word(word)) return first;
    std::vector<Observation> list;
    list.push_back(std::move(first));
    while (is_word(word)) {
      TRY_VOID(advance());
      TRY(Observation next, (this->*operand)(depth));
      list.push_back(std::move(next));
    }
    return Observation{std::move(list), join, {}};
  }
  Result<Observation> parse_followed(std::uint32_t depth) {
    return parse_joined(depth, "FOLLOWEDBY", Join::followed_by, &Parser::parse_disjunction);
  }
  Result<Observation> parse_disjunction(std::uint32_t depth) {
    return parse_joined(depth, "OR", Join::disjunction, &Parser::parse_conjunction);
  }
  Result<Observation> parse_conjunction(std::uint32_t depth) {
    return parse_joined(depth, "AND", Join::conjunction, &Parser::parse_observation);
  }

  Result<Observation> parse_observation(std::uint32_t depth) {
    Observation observation;
    if (is_symbol("[")) {
      TRY_VOID(advance());
      TRY(BooleanExpression expression, parse_booleans(depth));
      TRY_VOID(expect_symbol("]"));
      observation.content = std::move(expression);
    } else if (is_symbol("(")) {
      TRY_VOID(check_depth(depth));
      TRY_VOID(advance());
      TRY(Observation inner, parse_followed(depth + 1));
      TRY_VOID(expect_symbol(")"));
      const bool qualified_twice = !inner.qualifiers.empty() && is_qualifier();
      if (qualified_twice) {
        std::vector<Observation> list;
        list.push_back(std::move(inner));
        observation.content = std::move(list);
      } else {
        observation = std::move(inner);
      }
    } else {
      return unexpected("'[' or '('");
    }
    TRY_VOID(parse_qualifiers(observation));
    return observation;
  }

  bool is_qualifier() const { return is_word("WITHIN") || is_word("REPEATS") || is_word("START"); }

  Status parse_qualifiers(Observation& observation) {
    while (is_qualifier()) {
      const auto offset = now_.offset;
      const std::string word(now_.text);
      TRY_VOID(advance());
      Qualifier qualifier;
      if (word == "WITHIN") {
        TRY(qualifier, parse_within());
      } else if (word == "REPEATS") {
        TRY(qualifier, parse_repeats());
      } else {
        TRY(qualifier, parse_start_stop());
      }
      const bool repeated = std::ranges::any_of(
          observation.qualifiers, [&](const Qualifier& other) { return other.index() == qualifier.index(); });
      if (repeated) {
        return fail(ErrorCode::syntax, fmt::format("an observation expression has only one {}", word),
                    at_offset(offset));
      }
      observation.qualifiers.push_back(std::move(qualifier));
    }
    return {};
  }

  Result<Qualifier> parse_within() {
    if (now_.kind != Kind::number) return unexpected("a number of seconds");
    const auto offset = now_.offset;
    TRY(const Constant number, token::parse_number(now_));
    const double seconds = std::holds_alternative<double>(number) ? std::get<double>(number)
                                                                  : static_cast<double>(std::get<std::int64_t>(number));
    if (!(seconds > 0)) return fail(ErrorCode::syntax, "WITHIN needs a positive number of seconds", at_offset(offset));
    TRY_VOID(advance());
    TRY_VOID(expect_word("SECONDS"));
    return Qualifier{Within{seconds}};
  }

  Result<Qualifier> parse_repeats() {
    if (now_.kind != Kind::number) return unexpected("a number of times");
    const auto offset = now_.offset;
    TRY(const Constant number, token::parse_number(now_));
    const auto* times = std::get_if<std::int64_t>(&number);
    if (times == nullptr || *times < 1 || *times > 0xffffffffLL) {
      return fail(ErrorCode::syntax, "REPEATS needs a positive whole number", at_offset(offset));
    }
    TRY_VOID(advance());
    TRY_VOID(expect_word("TIMES"));
    return Qualifier{Repeats{static_cast<std::uint32_t>(*times)}};
  }

  Result<Qualifier> parse_start_stop() {
    TRY(Timestamp start, parse_time());
    TRY_VOID(expect_word("STOP"));
    const auto offset = now_.offset;
    TRY(Timestamp stop, parse_time());
    if (stop <= start) return fail(ErrorCode::syntax, "STOP is not later than START", at_offset(offset));
    return Qualifier{StartStop{std::move(start), std::move(stop)}};
  }

  Result<Timestamp> parse_time() {
    const bool fits = now_.kind == Kind::timestamp || (options_.version_20 && now_.kind == Kind::string);
    if (!fits) return unexpected("a timestamp such as t'2016-06-01T00:00:00Z'");
    auto time = parse_stix_timestamp(now_.value);
    if (!time) return fail(ErrorCode::syntax, time.error().message, at_offset(now_.offset));
    TRY_VOID(advance());
    return *std::move(time);
  }

  using BooleanRule = Result<BooleanExpression> (Parser::*)(std::uint32_t);
  Result<BooleanExpression> parse_boolean_list(std::uint32_t depth, std::string_view word, Join join,
                                               BooleanRule operand) {
    TRY(BooleanExpression first, (this->*operand)(depth));
    if (!is_word(word)) return first;
    std::vector<BooleanExpression> list;
    list.push_back(std::move(first));
    while (is_word(word)) {
      TRY_VOID(advance());
      TRY(BooleanExpression next, (this->*operand)(depth));
      list.push_back(std::move(next));
    }
    return BooleanExpression{std::move(list), join};
  }
  Result<BooleanExpression> parse_booleans(std::uint32_t depth) {
    return parse_boolean_list(depth, "OR", Join::disjunction, &Parser::parse_ands);
  }
  Result<BooleanExpression> parse_ands(std::uint32_t depth) {
    const auto offset = now_.offset;
    TRY(BooleanExpression expression, parse_boolean_list(depth, "AND", Join::conjunction, &Parser::parse_term));
    const auto* list = std::get_if<std::vector<BooleanExpression>>(&expression.content);
    if (list != nullptr && expression.join == Join::conjunction) {
      Types common = types_of(list->front());
      for (const auto& item : *list) {
        const Types types = types_of(item);
        std::erase_if(common, [&](std::string_view type) { return !types.contains(type); });
      }
      if (common.empty()) {
        return fail(ErrorCode::syntax,
                    "AND joins comparisons of different types, which no single object can satisfy (§9.5)",
                    at_offset(offset), "use OR here, or AND between two pairs of brackets");
      }
    }
    return expression;
  }

  /// Types of which one object could satisfy the expression. AND lists were checked when they were made.
  static Types types_of(const BooleanExpression& root) {
    if (const auto* comparison = std::get_if<Comparison>(&root.content)) return {comparison->path.type};
    const auto& list = std::get<std::vector<BooleanExpression>>(root.content);
    Types types = types_of(list.front());
    for (std::size_t i = 1; i < list.size(); ++i) {
      const Types other = types_of(list[i]);
      if (root.join == Join::disjunction) {
        types.insert(other.begin(), other.end());
      } else {
        std::erase_if(types, [&](std::string_view type) { return !other.contains(type); });
      }
    }
    return types;
  }

  Result<BooleanExpression> parse_term(std::uint32_t depth) {
    if (is_symbol("(")) {
      TRY_VOID(check_depth(depth));
      TRY_VOID(advance());
      TRY(BooleanExpression inner, parse_booleans(depth + 1));
      TRY_VOID(expect_symbol(")"));
      return inner;
    }
    Comparison comparison;
    comparison.offset = static_cast<std::uint32_t>(now_.offset);
    if (is_word("NOT")) {
      comparison.negated = true;
      TRY_VOID(advance());
      if (!is_word("EXISTS")) return unexpected("EXISTS");
    }
    if (is_word("EXISTS")) {
      TRY_VOID(advance());
      TRY(comparison.path, parse_path());
      comparison.comparator = Comparator::exists;
      return BooleanExpression{std::move(comparison), Join::conjunction};
    }
    TRY(comparison.path, parse_path());
    if (is_word("NOT")) {
      comparison.negated = true;
      TRY_VOID(advance());
    }
    const auto found = std::ranges::find_if(kOperators, [this](const OperatorName& name) {
      return (now_.kind == Kind::word || now_.kind == Kind::symbol) && name.text == now_.text;
    });
    if (found == std::end(kOperators)) return unexpected("a comparison operator");
    comparison.comparator = found->comparator;
    TRY_VOID(advance());
    TRY_VOID(parse_constants(comparison));
    return BooleanExpression{std::move(comparison), Join::conjunction};
  }

  Status parse_constants(Comparison& comparison) {
    const auto offset = now_.offset;
    if (comparison.comparator == Comparator::in) {
      TRY_VOID(expect_symbol("("));
      while (!is_symbol(")")) {
        if (!comparison.constants.empty()) TRY_VOID(expect_symbol(","));
        TRY(Constant constant, parse_constant());
        if (!comparison.constants.empty() && kind_of(constant) != kind_of(comparison.constants.front())) {
          return fail(ErrorCode::syntax, "the constants of a set are of one kind (§9.6.1)", at_offset(offset));
        }
        comparison.constants.push_back(std::move(constant));
      }
      return advance();
    }
    TRY(Constant constant, parse_constant());
    const bool wants_string =
        comparison.comparator == Comparator::like || comparison.comparator == Comparator::matches ||
        comparison.comparator == Comparator::is_subset || comparison.comparator == Comparator::is_superset;
    if (wants_string && !std::holds_alternative<std::string>(constant)) {
      return fail(ErrorCode::syntax, "LIKE, MATCHES, ISSUBSET and ISSUPERSET take a string", at_offset(offset));
    }
    const bool is_set =
        comparison.comparator == Comparator::is_subset || comparison.comparator == Comparator::is_superset;
    if (is_set && !form::is_ipv4_or_cidr(std::get<std::string>(constant)) &&
        !form::is_ipv6_or_cidr(std::get<std::string>(constant))) {
      return fail(ErrorCode::syntax, "ISSUBSET and ISSUPERSET take an address or a block in CIDR notation",
                  at_offset(offset));
    }
    comparison.constants.push_back(std::move(constant));
    return {};
  }

  Result<Constant> parse_constant() {
    Constant constant;
    switch (now_.kind) {
      case Kind::string:
        constant = now_.value;
        break;
      case Kind::timestamp: {
        auto time = parse_stix_timestamp(now_.value);
        if (!time) return fail(ErrorCode::syntax, time.error().message, at_offset(now_.offset));
        constant = TimestampConstant{*std::move(time)};
        break;
      }
      case Kind::hex:
        constant = BinaryConstant{now_.value, true};
        break;
      case Kind::binary:
        constant = BinaryConstant{now_.value, false};
        break;
      case Kind::number: {
        TRY(constant, token::parse_number(now_));
        break;
      }
      case Kind::word:
        if (now_.text != "true" && now_.text != "false") return unexpected("a constant");
        constant = now_.text == "true";
        break;
      default:
        return unexpected("a constant");
    }
    TRY_VOID(advance());
    return constant;
  }

  Result<ObjectPath> parse_path() {
    if (now_.kind != Kind::word || token::is_keyword(now_.text)) return unexpected("an object path such as file:name");
    ObjectPath path;
    path.type = now_.text;
    TRY_VOID(advance());
    TRY_VOID(expect_symbol(":"));
    TRY_VOID(parse_name(path));
    while (true) {
      if (is_symbol(".")) {
        TRY_VOID(advance());
        TRY_VOID(parse_name(path));
      } else if (is_symbol("[")) {
        TRY_VOID(advance());
        TRY_VOID(parse_index(path));
      } else {
        return path;
      }
    }
  }

  Status parse_name(ObjectPath& path) {
    if (now_.kind == Kind::word || now_.kind == Kind::string) {
      const bool quoted = now_.kind == Kind::string;
      if (!quoted && now_.text.find('-') != std::string_view::npos) {
        return fail(ErrorCode::syntax,
                    fmt::format("the property name {} contains a hyphen and must stand in apostrophes", now_.text),
                    at_offset(now_.offset));
      }
      path.steps.emplace_back(quoted ? now_.value : std::string(now_.text));
      return advance();
    }
    return unexpected("a property name");
  }

  Status parse_index(ObjectPath& path) {
    Index index;
    if (now_.kind == Kind::number) {
      TRY(const Constant number, token::parse_number(now_));
      const auto* item = std::get_if<std::int64_t>(&number);
      if (item == nullptr || *item < 0 || *item > 0xffffffffLL) return unexpected("a list index");
      index.item = static_cast<std::uint32_t>(*item);
    } else if (!is_symbol("*")) {
      return unexpected("a list index or '*'");
    }
    path.steps.emplace_back(index);
    TRY_VOID(advance());
    return expect_symbol("]");
  }

  token::Lexer lexer_;
  Options options_;
  Token now_;
};

}  // namespace

Result<Pattern> parse(std::string_view text, const Options& options) {
  if (text.size() > options.max_bytes) {
    return fail(ErrorCode::limit_exceeded, fmt::format("the pattern is longer than {} bytes", options.max_bytes),
                at_offset(options.max_bytes));
  }
  return Parser(text, options).run();
}

}  // namespace tocsin::stix::pattern
