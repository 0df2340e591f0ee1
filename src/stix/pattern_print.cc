#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/unicode.h"
#include "stix/pattern.h"

namespace tocsin::stix::pattern {
namespace {

template <typename... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};

std::string quote(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string print_hex(std::string_view bytes) {
  std::string out = "h'";
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out + "'";
}

std::string print_base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "b'";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[bits >> (18 - 6 * k) & 63];
  }
  return out + "'";
}

/// Plain decimal digits with a point: the grammar has no exponents. Shortest that reads back as the same double.
std::string print_real(double value) {
  for (int digits = 1; digits < 400; ++digits) {
    std::string text = fmt::format("{:.{}f}", value, digits);
    double read = 0;
    std::from_chars(text.data(), text.data() + text.size(), read);
    if (read == value) return text;
  }
  return fmt::format("{:.400f}", value);
}

std::string print_constant(const Constant& constant) {
  return std::visit(Overload{[](const std::string& text) { return quote(text); },
                             [](std::int64_t number) { return std::to_string(number); },
                             [](double number) { return print_real(number); },
                             [](bool value) { return std::string(value ? "true" : "false"); },
                             [](const TimestampConstant& time) { return "t" + quote(time.time.text); },
                             [](const BinaryConstant& binary) {
                               return binary.from_hex ? print_hex(binary.bytes) : print_base64(binary.bytes);
                             }},
                    constant);
}

bool is_plain_name(std::string_view name) {
  if (name.empty() || (!is_ascii_alpha(name[0]) && name[0] != '_')) return false;
  for (const char c : name) {
    if (!is_ascii_alnum(c) && c != '_') return false;
  }
  return true;
}

void print_path(std::string& out, const ObjectPath& path) {
  out += path.type + ":";
  bool first = true;
  for (const auto& step : path.steps) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      if (!first) out += '.';
      out += is_plain_name(*name) ? *name : quote(*name);
    } else if (const auto item = std::get<Index>(step).item) {
      out += fmt::format("[{}]", *item);
    } else {
      out += "[*]";
    }
    first = false;
  }
}

void print_comparison(std::string& out, const Comparison& comparison) {
  constexpr std::array<std::string_view, 12> kNames = {
      "=", "!=", "<", "<=", ">", ">=", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET", "EXISTS"};
  if (comparison.comparator == Comparator::exists) {
    out += comparison.negated ? "NOT EXISTS " : "EXISTS ";
    print_path(out, comparison.path);
    return;
  }
  print_path(out, comparison.path);
  out += comparison.negated ? " NOT " : " ";
  out += kNames[static_cast<std::size_t>(comparison.comparator)];
  out += ' ';
  if (comparison.comparator != Comparator::in) {
    out += print_constant(comparison.constants.front());
    return;
  }
  out += '(';
  for (std::size_t i = 0; i < comparison.constants.size(); ++i) {
    if (i > 0) out += ", ";
    out += print_constant(comparison.constants[i]);
  }
  out += ')';
}

constexpr std::string_view join_text(Join join) {
  return join == Join::conjunction ? " AND " : join == Join::disjunction ? " OR " : " FOLLOWEDBY ";
}

// The depth of the tree is the depth of parentheses, which the parser bounds.
void print_boolean(std::string& out, const BooleanExpression& expression) {
  if (const auto* comparison = std::get_if<Comparison>(&expression.content)) {
    print_comparison(out, *comparison);
    return;
  }
  const auto& list = std::get<std::vector<BooleanExpression>>(expression.content);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += join_text(expression.join);
    const bool is_list = std::holds_alternative<std::vector<BooleanExpression>>(list[i].content);
    if (is_list) out += '(';
    print_boolean(out, list[i]);
    if (is_list) out += ')';
  }
}

void print_observation(std::string& out, const Observation& observation, bool outermost) {
  if (const auto* expression = std::get_if<BooleanExpression>(&observation.content)) {
    out += '[';
    print_boolean(out, *expression);
    out += ']';
  } else {
    const auto& list = std::get<std::vector<Observation>>(observation.content);
    const bool needs_parentheses = !outermost || !observation.qualifiers.empty();
    if (needs_parentheses) out += '(';
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out += join_text(observation.join);
      print_observation(out, list[i], false);
    }
    if (needs_parentheses) out += ')';
  }
  for (const auto& qualifier : observation.qualifiers) {
    std::visit(Overload{[&](const Within& within) {
                          const bool whole = std::trunc(within.seconds) == within.seconds && within.seconds < 1e15;
                          out += fmt::format(" WITHIN {} SECONDS", whole ? fmt::format("{:.0f}", within.seconds)
                                                                         : print_real(within.seconds));
                        },
                        [&](const Repeats& repeats) { out += fmt::format(" REPEATS {} TIMES", repeats.times); },
                        [&](const StartStop& window) {
                          out += fmt::format(" START t{} STOP t{}", quote(window.start.text), quote(window.stop.text));
                        }},
               qualifier);
  }
}

}  // namespace

std::string print(const Pattern& pattern) {
  std::string out;
  print_observation(out, pattern.root, true);
  return out;
}

}  // namespace tocsin::stix::pattern
