#include "detect/stix_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <compare>

#include "base/unicode.h"

namespace tocsin::detect {

namespace pattern = stix::pattern;
using pattern::Comparator;
using pattern::Constant;

namespace {

/// The name of each comparator, in the order of the enumeration.
constexpr std::string_view kComparatorNames[] = {
    "=", "!=", "<", "<=", ">", ">=", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET", "EXISTS"};

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// A text whose code points all stand for bytes, as those bytes (§9.6.1); nullopt when one does not.
std::optional<std::string> bytes_of(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code_point = decode_utf8(text, at);
    if (code_point > 0xFF) return std::nullopt;
    out += static_cast<char>(static_cast<unsigned char>(code_point));
  }
  return out;
}

/// Bytes as the text whose code points they are.
std::string text_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

/// The text in NFC that LIKE and MATCHES look at; nullopt when the value has none. Points into the value or `scratch`.
std::optional<std::string_view> searchable(const StixValue& value, std::string& scratch) {
  if (value.kind == StixValue::Kind::string) {
    if (is_ascii(value.text)) return value.text;
    scratch = normalize_nfc(value.text);
    return scratch;
  }
  if (value.kind != StixValue::Kind::binary) return std::nullopt;
  scratch = text_of(value.text);
  return scratch;
}

/// An address or network; what stands behind its prefix is cut off, as ISSUBSET looks at the prefix alone.
std::optional<Network> network_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network out{*address, 128};
  if (slash != std::string_view::npos) {
    const bool is_v4 = text.substr(0, slash).find(':') == std::string_view::npos;
    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc() || end != digits.data() + digits.size() || bits > (is_v4 ? 32U : 128U))
      return std::nullopt;
    out.bits = static_cast<std::uint8_t>(is_v4 ? bits + 96 : bits);
  }
  for (std::size_t bit = out.bits; bit < 128; ++bit)
    out.address[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  return out;
}

bool is_within(const Network& inner, const Network& outer) {
  return inner.bits >= outer.bits && contains(outer, inner.address);
}

Number number_of(const Constant& constant) {
  if (const auto* integer = std::get_if<std::int64_t>(&constant))
    return {static_cast<double>(*integer), *integer, true};
  return {std::get<double>(constant), 0, false};
}

std::string print_hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string print_constant(const Constant& constant) {
  struct Printer {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
    std::string operator()(double value) const { return fmt::format("{}", value); }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(const pattern::TimestampConstant& value) const { return value.time.text; }
    std::string operator()(const pattern::BinaryConstant& value) const { return print_hex(value.bytes); }
  };
  return std::visit(Printer{}, constant);
}

}  // namespace

std::string print_value(const StixValue& value) {
  switch (value.kind) {
    case StixValue::Kind::string:
      return std::string(value.text);
    case StixValue::Kind::binary:
      return print_hex(value.text);
    case StixValue::Kind::number:
      return value.number.is_integer ? fmt::format("{}", value.number.integer) : fmt::format("{}", value.number.real);
    case StixValue::Kind::boolean:
      return value.boolean ? "true" : "false";
    case StixValue::Kind::other:
      break;
  }
  return {};
}

Result<StixTest> StixTest::make(const pattern::Comparison& comparison) {
  StixTest out;
  out.comparator_ = comparison.comparator;
  out.negated_ = comparison.negated;
  out.constants_ = comparison.constants;
  const auto is_hashes = [](const pattern::Step& step) {
    const auto* name = std::get_if<std::string>(&step);
    return name != nullptr && *name == "hashes";
  };
  out.is_digest_ =
      std::ranges::any_of(comparison.path.steps, is_hashes) && comparison.comparator != Comparator::matches;
  for (Constant& constant : out.constants_) {
    if (auto* text = std::get_if<std::string>(&constant); text != nullptr && out.is_digest_) *text = ascii_lower(*text);
  }
  out.name_ =
      fmt::format("{}{}", out.negated_ ? "NOT " : "", kComparatorNames[static_cast<std::size_t>(out.comparator_)]);
  for (const Constant& constant : out.constants_)
    out.constant_text_ += (out.constant_text_.empty() ? "" : ", ") + print_constant(constant);

  switch (out.comparator_) {
    case Comparator::like: {
      const std::string text = normalize_nfc(std::get<std::string>(out.constants_[0]));
      for (const char c : text) {
        if (c == '%') {
          out.like_.append(Pattern::PartKind::any);
        } else if (c == '_') {
          out.like_.append(Pattern::PartKind::one);
        } else {
          out.like_.append_text({&c, 1});
        }
      }
      break;
    }
    case Comparator::matches: {
      TRY(Regex regex, Regex::make(normalize_nfc(std::get<std::string>(out.constants_[0])), {}));
      out.regex_.push_back(std::move(regex));
      break;
    }
    case Comparator::is_subset:
    case Comparator::is_superset: {
      const std::string& text = std::get<std::string>(out.constants_[0]);
      const auto network = network_of(text);
      if (!network) {
        return fail(ErrorCode::syntax, fmt::format("'{}' is no IP address or network", text), {},
                    "such as 198.51.100.0/24 or 2001:db8::/32");
      }
      out.network_.push_back(*network);
      break;
    }
    default:
      break;
  }
  return out;
}

StixTest::Order StixTest::order(const StixValue& value, const Constant& constant) {
  const auto from = [](auto ordering) {
    return ordering < 0 ? Order::less : ordering > 0 ? Order::greater : Order::equal;
  };
  const auto compare_text = [&](std::string_view left, std::string_view right) { return from(left.compare(right)); };

  if (const auto* text = std::get_if<std::string>(&constant)) {
    if (value.kind == StixValue::Kind::string) return compare_text(value.text, *text);
    if (value.kind != StixValue::Kind::binary) return Order::none;
    const auto bytes = bytes_of(*text);
    return bytes ? compare_text(value.text, *bytes) : Order::none;
  }
  if (const auto* binary = std::get_if<pattern::BinaryConstant>(&constant)) {
    if (value.kind == StixValue::Kind::binary) return compare_text(value.text, binary->bytes);
    if (value.kind != StixValue::Kind::string) return Order::none;
    const auto bytes = bytes_of(value.text);
    return bytes ? compare_text(*bytes, binary->bytes) : Order::none;
  }
  if (const auto* time = std::get_if<pattern::TimestampConstant>(&constant)) {
    if (value.kind != StixValue::Kind::string) return Order::none;
    const Result<Timestamp> parsed = parse_rfc3339(value.text);
    return parsed ? from(*parsed <=> time->time) : Order::none;
  }
  if (const auto* boolean = std::get_if<bool>(&constant)) {
    if (value.kind != StixValue::Kind::boolean) return Order::none;
    return value.boolean == *boolean ? Order::equal : *boolean ? Order::less : Order::greater;
  }
  if (value.kind != StixValue::Kind::number) return Order::none;
  const Number number = number_of(constant);
  if (compare_numbers(value.number, Comparison::equal, number)) return Order::equal;
  if (compare_numbers(value.number, Comparison::less, number)) return Order::less;
  return compare_numbers(value.number, Comparison::greater, number) ? Order::greater : Order::none;
}

bool StixTest::equals_any(const StixValue& value) const {
  return std::ranges::any_of(constants_,
                             [&](const Constant& constant) { return order(value, constant) == Order::equal; });
}

bool StixTest::passes(const StixValue& given) const {
  StixValue value = given;
  std::string digest;
  if (is_digest_ && value.kind == StixValue::Kind::string) {
    digest = ascii_lower(value.text);
    value.text = digest;
  }
  std::string scratch;
  switch (comparator_) {
    case Comparator::exists:
      return true;
    case Comparator::equal:
    case Comparator::in:
      return equals_any(value) != negated_;
    case Comparator::not_equal:
      return equals_any(value) == negated_;
    case Comparator::like: {
      const auto text = searchable(value, scratch);
      return (text && match_pattern(like_, *text)) != negated_;
    }
    case Comparator::matches: {
      const auto text = searchable(value, scratch);
      return (text && regex_[0].matches(*text)) != negated_;
    }
    case Comparator::is_subset:
    case Comparator::is_superset: {
      const auto network = value.kind == StixValue::Kind::string ? network_of(value.text) : std::optional<Network>();
      const bool holds = network && (comparator_ == Comparator::is_subset ? is_within(*network, network_[0])
                                                                          : is_within(network_[0], *network));
      return holds != negated_;
    }
    default:
      break;
  }
  if (std::holds_alternative<bool>(constants_[0])) return false;  // booleans have no order
  const Order order_here = order(value, constants_[0]);
  if (order_here == Order::none) return false;
  const bool holds = comparator_ == Comparator::less            ? order_here == Order::less
                     : comparator_ == Comparator::less_or_equal ? order_here != Order::greater
                     : comparator_ == Comparator::greater       ? order_here == Order::greater
                                                                : order_here != Order::less;
  return holds != negated_;
}

std::vector<std::string_view> StixTest::required_strings() const {
  std::vector<std::string_view> out;
  if (negated_ || (comparator_ != Comparator::equal && comparator_ != Comparator::in)) return out;
  for (const Constant& constant : constants_) {
    const auto* text = std::get_if<std::string>(&constant);
    if (text == nullptr) return {};
    out.push_back(*text);
  }
  return out;
}

}  // namespace tocsin::detect
