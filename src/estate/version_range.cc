#include "estate/version_range.h"

#include <fmt/format.h>
#include <array>

#include "base/unicode.h"

namespace tocsin::estate {
namespace {

constexpr std::size_t kMaxConstraints = 1000;

struct VersType {
  std::string_view type;
  Scheme scheme;
};
// npm, golang and cargo define their versions as SemVer; nginx and openssl number theirs by dots and a letter.
constexpr std::array kVersTypes{VersType{"deb", Scheme::debian},     VersType{"semver", Scheme::semver},
                                VersType{"npm", Scheme::semver},     VersType{"golang", Scheme::semver},
                                VersType{"cargo", Scheme::semver},   VersType{"nginx", Scheme::dotted},
                                VersType{"openssl", Scheme::dotted}, VersType{"generic", Scheme::dotted}};

struct ComparatorName {
  std::string_view text;
  VersRange::Comparator comparator;
};
// Longer ones first: "<=" begins with "<".
constexpr std::array kComparators{ComparatorName{">=", VersRange::Comparator::greater_or_equal},
                                  ComparatorName{"<=", VersRange::Comparator::less_or_equal},
                                  ComparatorName{"!=", VersRange::Comparator::not_equal},
                                  ComparatorName{"<", VersRange::Comparator::less},
                                  ComparatorName{">", VersRange::Comparator::greater},
                                  ComparatorName{"=", VersRange::Comparator::equal}};

bool opens_upward(VersRange::Comparator comparator) {
  return comparator == VersRange::Comparator::greater || comparator == VersRange::Comparator::greater_or_equal;
}
bool opens_downward(VersRange::Comparator comparator) {
  return comparator == VersRange::Comparator::less || comparator == VersRange::Comparator::less_or_equal;
}

Result<std::string> decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    int value = 0;
    for (std::size_t j = 1; j <= 2; ++j) {
      const char c = i + j < text.size() ? ascii_lower(text[i + j]) : 'x';
      if (is_ascii_digit(c))
        value = value * 16 + (c - '0');
      else if (c >= 'a' && c <= 'f')
        value = value * 16 + (c - 'a' + 10);
      else
        return fail(ErrorCode::syntax, "broken percent-encoding in a vers range");
    }
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

}  // namespace

Result<VersionInterval> parse_interval(Scheme scheme, std::string_view text) {
  VersionInterval interval;
  if (text == "*") return interval;
  if (text.size() < 3 || (text.front() != '[' && text.front() != '(') || (text.back() != ']' && text.back() != ')'))
    return fail(ErrorCode::syntax, fmt::format("'{}' is not an interval of versions", text), {},
                "write [from,before), [from,through], (,before), [only] or *");
  interval.from_included = text.front() == '[';
  interval.to_included = text.back() == ']';
  const std::string_view inside = text.substr(1, text.size() - 2);
  const std::size_t comma = inside.find(',');
  if (comma == std::string_view::npos) {
    if (!interval.from_included || !interval.to_included)
      return fail(ErrorCode::syntax, fmt::format("'{}': a single version stands in square brackets", text));
    TRY_VOID(check_version(scheme, trim_ascii(inside)));
    interval.from = interval.to = std::string(trim_ascii(inside));
    return interval;
  }
  const std::string_view low = trim_ascii(inside.substr(0, comma));
  const std::string_view high = trim_ascii(inside.substr(comma + 1));
  if (low.empty() && high.empty())
    return fail(ErrorCode::syntax, fmt::format("'{}' has no bound", text), {}, "write * for all versions");
  // A bound that is not there is not included, however the bracket stood.
  interval.from_included = interval.from_included && !low.empty();
  interval.to_included = interval.to_included && !high.empty();
  if (!low.empty()) {
    TRY_VOID(check_version(scheme, low));
    interval.from = std::string(low);
  }
  if (!high.empty()) {
    TRY_VOID(check_version(scheme, high));
    interval.to = std::string(high);
  }
  if (interval.from && interval.to) {
    TRY(const auto order, compare_versions(scheme, *interval.from, *interval.to));
    if (order > 0 || (order == 0 && !(interval.from_included && interval.to_included)))
      return fail(ErrorCode::invalid, fmt::format("interval '{}' holds no version", text));
  }
  return interval;
}

std::string print_interval(const VersionInterval& interval) {
  if (!interval.from && !interval.to) return "*";
  if (interval.from && interval.from == interval.to) return fmt::format("[{}]", *interval.from);
  return fmt::format("{}{},{}{}", interval.from && interval.from_included ? '[' : '(', interval.from.value_or(""),
                     interval.to.value_or(""), interval.to && interval.to_included ? ']' : ')');
}

Result<bool> is_within(Scheme scheme, const VersionInterval& interval, std::string_view version) {
  TRY_VOID(check_version(scheme, version));
  if (interval.from) {
    TRY(const auto order, compare_versions(scheme, version, *interval.from));
    if (order < 0 || (order == 0 && !interval.from_included)) return false;
  }
  if (interval.to) {
    TRY(const auto order, compare_versions(scheme, version, *interval.to));
    if (order > 0 || (order == 0 && !interval.to_included)) return false;
  }
  return true;
}

Result<VersRange> parse_vers(std::string_view text) {
  for (const char c : text)
    if (is_ascii_space(c)) return fail(ErrorCode::syntax, "vers range contains white space");
  if (!text.starts_with("vers:")) return fail(ErrorCode::syntax, "vers range does not begin with 'vers:'");
  text.remove_prefix(5);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0)
    return fail(ErrorCode::syntax, "vers range has no versioning scheme");
  VersRange range;
  range.type = std::string(text.substr(0, slash));
  for (const char c : range.type)
    if (!(c >= 'a' && c <= 'z') && !is_ascii_digit(c) && c != '.' && c != '-')
      return fail(
          ErrorCode::syntax,
          fmt::format("versioning scheme '{}' of a vers range is not in lower-case letters, digits, '.' and '-'",
                      range.type));
  text.remove_prefix(slash + 1);
  const VersType* type = nullptr;
  for (const VersType& candidate : kVersTypes)
    if (candidate.type == range.type) type = &candidate;
  if (type == nullptr)
    return fail(ErrorCode::unsupported,
                fmt::format("versioning scheme '{}' of a vers range is not supported", range.type), {},
                "supported: deb, semver, npm, golang, cargo, nginx, openssl, generic");
  range.scheme = type->scheme;
  if (text == "*") {
    range.everything = true;
    return range;
  }
  while (true) {
    const std::size_t bar = text.find('|');
    std::string_view item = text.substr(0, bar);
    if (item.empty()) return fail(ErrorCode::syntax, "vers range has an empty constraint");
    if (range.constraints.size() == kMaxConstraints)
      return fail(ErrorCode::limit_exceeded, "vers range has more than 1000 constraints");
    VersRange::Constraint constraint;
    for (const auto& [symbol, comparator] : kComparators)
      if (item.starts_with(symbol)) {
        constraint.comparator = comparator;
        item.remove_prefix(symbol.size());
        break;
      }
    if (item == "*") return fail(ErrorCode::syntax, "'*' in a vers range stands alone");
    TRY(constraint.version, decode_percent(item));
    TRY_VOID(check_version(range.scheme, constraint.version));
    if (!range.constraints.empty()) {
      TRY(const auto order, compare_versions(range.scheme, range.constraints.back().version, constraint.version));
      if (order >= 0)
        return fail(ErrorCode::invalid,
                    order == 0 ? fmt::format("version '{}' stands twice in a vers range", constraint.version)
                               : "versions of a vers range are not in ascending order");
    }
    range.constraints.push_back(std::move(constraint));
    if (bar == std::string_view::npos) break;
    text.remove_prefix(bar + 1);
  }
  return range;
}

Result<bool> is_within(const VersRange& range, std::string_view version) {
  using Comparator = VersRange::Comparator;
  TRY_VOID(check_version(range.scheme, version));
  if (range.everything) return true;
  const VersRange::Constraint* below = nullptr;  // nearest bounds around the version, "=" and "!=" apart
  const VersRange::Constraint* above = nullptr;
  bool bounds = false;
  for (const auto& constraint : range.constraints) {
    TRY(const auto order, compare_versions(range.scheme, version, constraint.version));
    if (order == 0)
      return constraint.comparator == Comparator::equal || constraint.comparator == Comparator::less_or_equal ||
             constraint.comparator == Comparator::greater_or_equal;
    if (constraint.comparator == Comparator::equal || constraint.comparator == Comparator::not_equal) continue;
    bounds = true;
    if (order > 0)
      below = &constraint;
    else if (above == nullptr)
      above = &constraint;
  }
  if (!bounds) {
    // Only exclusions: everything else is in. Only exact versions: nothing else is.
    for (const auto& constraint : range.constraints)
      if (constraint.comparator == Comparator::equal) return false;
    return true;
  }
  if (below != nullptr && above != nullptr) return opens_upward(below->comparator) && opens_downward(above->comparator);
  if (below != nullptr) return opens_upward(below->comparator);
  return opens_downward(above->comparator);
}

}  // namespace tocsin::estate
