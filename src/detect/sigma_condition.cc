#include "detect/sigma_condition.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/unicode.h"

namespace tocsin::detect {

bool match_name(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  name.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  // Each piece between stars as far left as it goes; the last one at the end.
  for (;;) {
    const std::size_t next = pattern.find('*');
    if (next == std::string_view::npos) return name.ends_with(pattern);
    const std::size_t found = name.find(pattern.substr(0, next));
    if (found == std::string_view::npos) return false;
    name.remove_prefix(found + next);
    pattern.remove_prefix(next + 1);
  }
}

namespace {

struct Token {
  std::string_view text;  ///< a word, "(", ")" or a character that belongs nowhere
  std::size_t at = 0;
  bool is_word() const { return text != "(" && text != ")"; }
};

bool is_word_char(char c) {
  return is_ascii_alnum(c) || c == '_' || c == '-' || c == '*' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_keyword(const Token& token, std::string_view keyword) {
  return equals_ascii_case_insensitive(token.text, keyword);
}

/// Shunting-yard: operators wait on a stack of their own until what they bind is out; nesting costs no recursion.
class ConditionParser {
 public:
  ConditionParser(const yaml::Node& node, const ConditionNames& names, std::vector<bool>& used, Problems& problems)
      : node_(node), noun_(names.noun), names_(names.names), used_(used), problems_(problems) {}

  std::optional<Condition> parse() {
    if (!tokenize()) return std::nullopt;
    bool wants_operand = true;
    while (next_ < tokens_.size()) {
      const bool going = wants_operand ? read_operand(wants_operand) : read_operator(wants_operand);
      if (!going) return std::nullopt;
    }
    if (wants_operand)
      fail(node_.text.size(),
           tokens_.empty() ? "the condition is empty" : fmt::format("the condition ends where a {} is wanted", noun_));
    while (!waiting_.empty()) {
      if (waiting_.back().text == "(") fail(waiting_.back().at, "'(' is never closed");
      emit_last();
    }
    return broken_ ? std::nullopt : std::optional(std::move(out_));
  }

 private:
  using Kind = ConditionStep::Kind;

  /// A plain scalar on one line stands in the file as it is; elsewhere the node's place must do.
  yaml::Mark mark_at(std::size_t at) const {
    yaml::Mark mark = node_.begin;
    if (node_.end.line == mark.line && !node_.quoted) {
      mark.offset += at;
      mark.column += static_cast<std::uint32_t>(at);
    }
    return mark;
  }
  bool fail(std::size_t at, std::string message, std::string hint = {}) {
    problems_.error(mark_at(at), "sigma/condition", std::move(message), std::move(hint));
    broken_ = true;
    return false;
  }

  bool tokenize() {
    const std::string_view text = node_.text;
    for (std::size_t at = 0; at < text.size();) {
      if (is_ascii_space(text[at])) {
        ++at;
        continue;
      }
      std::size_t end = at;
      while (end < text.size() && is_word_char(text[end])) ++end;
      end = std::max(end, at + 1);
      const std::string_view token = text.substr(at, end - at);
      if (token == "|") return fail(at, "aggregation with '|' is not part of Sigma 2", "write a correlation rule");
      if (!is_word_char(token.front()) && token != "(" && token != ")") {
        return fail(at, fmt::format("'{}' has no meaning in a condition", token));
      }
      tokens_.push_back({token, at});
      if (tokens_.size() > kMaxConditionTokens) {
        return fail(at, fmt::format("the condition has more than {} words", kMaxConditionTokens));
      }
      at = end;
    }
    return true;
  }

  bool read_operand(bool& wants_operand) {
    const Token token = tokens_[next_];
    const bool is_quantifier = next_ + 1 < tokens_.size() && is_keyword(tokens_[next_ + 1], "of");
    if (!is_quantifier && (token.text == "(" || is_keyword(token, "not"))) {
      waiting_.push_back(token);
      ++next_;
      return true;
    }
    wants_operand = false;
    if (is_quantifier) return read_quantifier();
    if (token.text == ")" || is_keyword(token, "and") || is_keyword(token, "or") || is_keyword(token, "of")) {
      return fail(token.at, fmt::format("'{}' stands where a {} is wanted", token.text, noun_));
    }
    ++next_;
    const auto found = std::ranges::find(names_, token.text);
    if (found == names_.end()) return unknown(token);
    const auto index = static_cast<std::uint32_t>(found - names_.begin());
    used_[index] = true;
    out_.push_back({Kind::detection, {index}});
    return true;
  }

  /// A name that isn't there is told, and reading goes on for further problems.
  bool unknown(const Token& token) {
    const std::string near = nearest_name(token.text, names_);
    std::string hint = near.empty() ? "" : fmt::format("did you mean '{}'?", near);
    if (token.text.find('*') != std::string_view::npos) hint = "names with * need '1 of' or 'all of' before them";
    fail(token.at, fmt::format("no {} is named '{}'", noun_, token.text), std::move(hint));
    out_.push_back({Kind::detection, {0}});
    return true;
  }

  bool read_quantifier() {
    const Token quantifier = tokens_[next_];
    if (next_ + 2 >= tokens_.size()) return fail(tokens_[next_ + 1].at, "'of' needs 'them' or a pattern of names");
    const Token pattern = tokens_[next_ + 2];
    next_ += 3;
    const bool any = quantifier.text == "1" || is_keyword(quantifier, "any");
    if (!any && !is_keyword(quantifier, "all")) {
      return fail(quantifier.at, fmt::format("'{} of' is not known", quantifier.text), "1, any or all");
    }
    if (!pattern.is_word()) return fail(pattern.at, "'of' needs 'them' or a pattern of names");
    ConditionStep step{any ? Kind::any_of : Kind::all_of, {}};
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      const std::string_view name = names_[i];
      // Names that begin with an underscore are private: only a pattern that begins so asks for them.
      if (name.starts_with('_') && !pattern.text.starts_with('_')) continue;
      if (pattern.text != "them" && !match_name(pattern.text, name)) continue;
      step.detections.push_back(i);
      used_[i] = true;
    }
    if (step.detections.empty()) fail(pattern.at, fmt::format("no {} is named like '{}'", noun_, pattern.text));
    out_.push_back(std::move(step));
    return true;
  }

  static int binding(const Token& token) {
    if (is_keyword(token, "not")) return 3;
    if (is_keyword(token, "and")) return 2;
    return is_keyword(token, "or") ? 1 : 0;
  }

  void emit_last() {
    const int strength = binding(waiting_.back());
    if (strength > 0) out_.push_back({strength == 3 ? Kind::not_ : strength == 2 ? Kind::and_ : Kind::or_, {}});
    waiting_.pop_back();
  }

  bool read_operator(bool& wants_operand) {
    const Token token = tokens_[next_++];
    if (token.text == ")") {
      while (!waiting_.empty() && waiting_.back().text != "(") emit_last();
      if (waiting_.empty()) return fail(token.at, "')' has no '('");
      waiting_.pop_back();
      return true;
    }
    const int strength = binding(token);
    if (strength == 0 || strength == 3) {
      return fail(token.at, fmt::format("'and' or 'or' is wanted before '{}'", token.text));
    }
    while (!waiting_.empty() && binding(waiting_.back()) >= strength) emit_last();
    waiting_.push_back(token);
    wants_operand = true;
    return true;
  }

  const yaml::Node& node_;
  std::string_view noun_;
  const std::vector<std::string_view>& names_;
  std::vector<bool>& used_;
  Problems& problems_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  std::vector<Token> waiting_;  ///< operators and open parentheses
  Condition out_;
  bool broken_ = false;
};

}  // namespace

std::vector<std::string_view> condition_words(std::string_view condition) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < condition.size();) {
    std::size_t end = at;
    while (end < condition.size() && is_word_char(condition[end])) ++end;
    const Token token{condition.substr(at, end - at), at};
    constexpr std::string_view kOperators[] = {"and", "or", "not", "of", "them"};
    const auto is_operator = [&](std::string_view word) { return is_keyword(token, word); };
    if (end > at && std::ranges::none_of(kOperators, is_operator)) out.push_back(token.text);
    at = std::max(end, at + 1);
  }
  return out;
}

std::optional<Condition> parse_condition(const yaml::Node& node, const ConditionNames& names, std::vector<bool>& used,
                                         Problems& problems) {
  return ConditionParser(node, names, used, problems).parse();
}

}  // namespace tocsin::detect
