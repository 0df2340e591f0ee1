#include "estate/version.h"

#include <fmt/format.h>
#include <array>

#include "base/diagnostic.h"
#include "base/unicode.h"

namespace tocsin::estate {
namespace {

struct SchemeName {
  std::string_view name;
  Scheme scheme;
};
constexpr std::array kSchemes{SchemeName{"debian", Scheme::debian}, SchemeName{"semver", Scheme::semver},
                              SchemeName{"dotted", Scheme::dotted}};

// Orders that exist and that we do not implement; saying so beats "unknown scheme".
constexpr std::array<std::string_view, 16> kKnownElsewhere{
    "rpm",  "alpine", "apk", "alpm",   "maven",   "pypi", "gem",       "nuget",
    "cran", "conan",  "pub", "gentoo", "hackage", "hex",  "packagist", "lexicographic"};

constexpr std::size_t kMaxVersion = 1024;

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  while (!a.empty() && a.front() == '0') a.remove_prefix(1);
  while (!b.empty() && b.front() == '0') b.remove_prefix(1);
  if (a.size() != b.size()) return a.size() <=> b.size();
  const int order = a.compare(b);
  return order <=> 0;
}

std::string_view take_digits(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_ascii_digit(text[length])) ++length;
  const std::string_view digits = text.substr(0, length);
  text.remove_prefix(length);
  return digits;
}

// Debian Policy §5.6.12: '~' before everything, even the end; letters before all other characters.
int debian_weight(char c) {
  if (c == '~') return -1;
  if (is_ascii_alpha(c)) return static_cast<unsigned char>(c);
  return static_cast<unsigned char>(c) + 256;
}

std::strong_ordering compare_debian_part(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while ((!a.empty() && !is_ascii_digit(a.front())) || (!b.empty() && !is_ascii_digit(b.front()))) {
      const int left = a.empty() || is_ascii_digit(a.front()) ? 0 : debian_weight(a.front());
      const int right = b.empty() || is_ascii_digit(b.front()) ? 0 : debian_weight(b.front());
      if (left != right) return left <=> right;
      // Equal weights mean that both have a character here: a weight of 0 belongs to no character.
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    if (const auto order = compare_numbers(take_digits(a), take_digits(b)); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

struct SemVer {
  std::string_view core;  // numbers and dots
  std::string_view pre;   // without '-'
};

std::string_view next_identifier(std::string_view& text) {
  const std::size_t dot = text.find('.');
  const std::string_view identifier = text.substr(0, dot);
  text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  return identifier;
}

bool is_all_digits(std::string_view text) {
  for (const char c : text)
    if (!is_ascii_digit(c)) return false;
  return !text.empty();
}

Status check_identifiers(std::string_view text, std::string_view what, bool numbers_without_zeros) {
  while (true) {
    const bool last = text.find('.') == std::string_view::npos;
    const std::string_view identifier = next_identifier(text);
    if (identifier.empty())
      return fail(ErrorCode::invalid, fmt::format("empty identifier in the {} of a SemVer version", what));
    for (const char c : identifier)
      if (!is_ascii_alnum(c) && c != '-')
        return fail(ErrorCode::invalid,
                    fmt::format("character '{}' is not allowed in the {} of a SemVer version", c, what));
    if (numbers_without_zeros && is_all_digits(identifier) && identifier.size() > 1 && identifier.front() == '0')
      return fail(ErrorCode::invalid,
                  fmt::format("number '{}' in the {} of a SemVer version has a leading zero", identifier, what));
    if (last) return {};
  }
}

Result<SemVer> parse_semver(std::string_view text) {
  if (text.size() > kMaxVersion) return fail(ErrorCode::invalid, "version is longer than 1024 bytes");
  const std::string_view whole = text;
  if (!text.empty() && (text.front() == 'v' || text.front() == 'V')) text.remove_prefix(1);
  SemVer version;
  const std::string_view numbers = text;
  while (true) {
    const std::string_view number = take_digits(text);
    if (number.empty())
      return fail(ErrorCode::invalid, fmt::format("'{}' is not a SemVer version: MAJOR.MINOR.PATCH expected", whole));
    if (number.size() > 1 && number.front() == '0')
      return fail(ErrorCode::invalid, fmt::format("'{}' is not a SemVer version: leading zero", whole));
    if (text.empty() || text.front() != '.') break;
    text.remove_prefix(1);
  }
  version.core = numbers.substr(0, numbers.size() - text.size());
  if (const std::size_t plus = text.find('+'); plus != std::string_view::npos) {
    TRY_VOID(check_identifiers(text.substr(plus + 1), "build metadata", false));
    text = text.substr(0, plus);
  }
  if (!text.empty()) {
    if (text.front() != '-')
      return fail(ErrorCode::invalid,
                  fmt::format("'{}' is not a SemVer version: '-' or '+' expected after MAJOR.MINOR.PATCH", whole));
    version.pre = text.substr(1);
    TRY_VOID(check_identifiers(version.pre, "pre-release", true));
  }
  return version;
}

std::strong_ordering compare_semver(const SemVer& a, const SemVer& b) {
  std::string_view x_core = a.core;
  std::string_view y_core = b.core;
  while (!x_core.empty() || !y_core.empty())
    if (const auto order = compare_numbers(next_identifier(x_core), next_identifier(y_core)); order != 0) return order;
  if (a.pre.empty() || b.pre.empty()) return b.pre.size() <=> a.pre.size();  // §11.3: a pre-release comes first
  std::string_view left = a.pre;
  std::string_view right = b.pre;
  while (!left.empty() && !right.empty()) {
    const std::string_view x = next_identifier(left);
    const std::string_view y = next_identifier(right);
    const bool x_number = is_all_digits(x);
    const bool y_number = is_all_digits(y);
    if (x_number != y_number) return x_number ? std::strong_ordering::less : std::strong_ordering::greater;  // §11.4.3
    const auto order = x_number ? compare_numbers(x, y) : (x.compare(y) <=> 0);
    if (order != 0) return order;
  }
  return left.size() <=> right.size();
}

// The dotted order, token by token: a run of digits or a run of letters; everything else separates.
//
//   word that announces a release (alpha beta rc pre dev …)  <  the end, and the number 0  <  number  …
//
// Where one version ends and the other goes on, trailing zeros are nothing (1.2 = 1.2.0), a number above zero is more
// (1.2 < 1.2.1), a release word is less (1.2-rc1 < 1.2), other letters are more (1.1.1 < 1.1.1k, 8.2 < 8.2p1).
struct Token {
  enum class Kind : std::uint8_t { pre_release, end, letters, number } kind = Kind::end;
  std::string_view text;
  int rank = 0;  // of a pre_release
};

struct ReleaseWord {
  std::string_view word;
  int rank;
};
constexpr std::array kReleaseWords{ReleaseWord{"dev", 0},       ReleaseWord{"snapshot", 0}, ReleaseWord{"nightly", 0},
                                   ReleaseWord{"alpha", 1},     ReleaseWord{"beta", 2},     ReleaseWord{"preview", 3},
                                   ReleaseWord{"milestone", 3}, ReleaseWord{"pre", 3},      ReleaseWord{"rc", 4},
                                   ReleaseWord{"cr", 4}};
// Words that say nothing: 1.2.Final, 5.3.18.RELEASE, 2.0-GA are the version without them.
constexpr std::array<std::string_view, 4> kEmptyWords{"final", "release", "ga", "stable"};

Token next_token(std::string_view& text) {
  while (true) {
    bool separated = false;
    while (!text.empty() && !is_ascii_alnum(text.front())) {
      text.remove_prefix(1);
      separated = true;
    }
    if (text.empty()) return {};
    if (is_ascii_digit(text.front())) return {Token::Kind::number, take_digits(text), 0};
    std::size_t length = 0;
    while (length < text.size() && is_ascii_alpha(text[length])) ++length;
    const std::string_view word = text.substr(0, length);
    text.remove_prefix(length);
    bool empty_word = false;
    for (const std::string_view candidate : kEmptyWords)
      empty_word = empty_word || equals_ascii_case_insensitive(word, candidate);
    if (empty_word) continue;
    for (const auto& [candidate, rank] : kReleaseWords)
      if (equals_ascii_case_insensitive(word, candidate)) return {Token::Kind::pre_release, word, rank};
    // Tomcat's milestones: 9.0.0.M1, unlike the letter of OpenSSL 1.0.2m.
    if (separated && equals_ascii_case_insensitive(word, "m") && !text.empty() && is_ascii_digit(text.front()))
      return {Token::Kind::pre_release, word, 3};
    return {Token::Kind::letters, word, 0};
  }
}

bool is_zero(const Token& token) {
  return token.kind == Token::Kind::number && token.text.find_first_not_of('0') == std::string_view::npos;
}

std::strong_ordering compare_words(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    if (const auto order = ascii_lower(a[i]) <=> ascii_lower(b[i]); order != 0) return order;
  return a.size() <=> b.size();  // OpenSSL: 1.0.2z < 1.0.2za
}

// Next token in canonical form: zeros that are followed, after further zeros, by anything but a number are dropped.
Token next_significant(std::string_view& text) {
  std::string_view ahead = text;
  Token token = next_token(ahead);
  if (!is_zero(token)) {
    text = ahead;
    return token;
  }
  std::string_view probe = ahead;
  Token after = next_token(probe);
  std::string_view before_after = ahead;
  while (is_zero(after)) {
    before_after = probe;
    after = next_token(probe);
  }
  if (after.kind == Token::Kind::number) {
    text = ahead;
    return token;
  }
  text = before_after;
  return next_token(text);
}

/// "v1.2" is 1.2.
std::string_view without_v(std::string_view text) {
  const bool prefixed = text.size() > 1 && ascii_lower(text[0]) == 'v' && is_ascii_digit(text[1]);
  return prefixed ? text.substr(1) : text;
}

std::strong_ordering compare_dotted(std::string_view a, std::string_view b) {
  a = without_v(a);
  b = without_v(b);
  while (true) {
    const Token x = next_significant(a);
    const Token y = next_significant(b);
    if (x.kind != y.kind) return x.kind <=> y.kind;
    std::strong_ordering order = std::strong_ordering::equal;
    switch (x.kind) {
      case Token::Kind::end:
        return std::strong_ordering::equal;
      case Token::Kind::pre_release:
        order = x.rank <=> y.rank;
        break;
      case Token::Kind::letters:
        order = compare_words(x.text, y.text);
        break;
      case Token::Kind::number:
        order = compare_numbers(x.text, y.text);
        break;
    }
    if (order != 0) return order;
  }
}

Status check_dotted(std::string_view text) {
  if (text.size() > kMaxVersion) return fail(ErrorCode::invalid, "version is longer than 1024 bytes");
  bool digit = false;
  for (const char c : text) {
    digit = digit || is_ascii_digit(c);
    if (!is_ascii_alnum(c) && std::string_view(".-_+~ ").find(c) == std::string_view::npos)
      return fail(ErrorCode::invalid, fmt::format("'{}' is not a dotted version: character '{}'", text, c));
  }
  if (!digit) return fail(ErrorCode::invalid, fmt::format("'{}' is not a dotted version: no number in it", text));
  return {};
}

}  // namespace

std::string_view scheme_name(Scheme scheme) {
  for (const auto& [name, value] : kSchemes)
    if (value == scheme) return name;
  return "debian";
}

Result<Scheme> parse_scheme(std::string_view name) {
  for (const auto& [known, scheme] : kSchemes)
    if (known == name) return scheme;
  for (const std::string_view known : kKnownElsewhere)
    if (known == name)
      return fail(ErrorCode::unsupported, fmt::format("version scheme '{}' is not supported", name), {},
                  "supported: debian, semver, dotted");
  const std::string near = nearest_name(name, {"debian", "semver", "dotted"});
  return fail(ErrorCode::invalid, fmt::format("unknown version scheme '{}'", name), {},
              near.empty() ? "supported: debian, semver, dotted" : fmt::format("did you mean '{}'?", near));
}

Result<DebianVersion> parse_debian_version(std::string_view text) {
  if (text.size() > kMaxVersion) return fail(ErrorCode::invalid, "version is longer than 1024 bytes");
  if (text.empty()) return fail(ErrorCode::invalid, "empty Debian version");
  const std::string_view whole = text;
  DebianVersion version;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view epoch = text.substr(0, colon);
    if (!is_all_digits(epoch))
      return fail(ErrorCode::invalid, fmt::format("epoch of Debian version '{}' is not a number", whole));
    for (const char c : epoch) {
      version.epoch = version.epoch * 10 + static_cast<std::uint64_t>(c - '0');
      if (version.epoch > 0x7fffffff)
        return fail(ErrorCode::invalid, fmt::format("epoch of Debian version '{}' is too large", whole));
    }
    text.remove_prefix(colon + 1);
  }
  if (const std::size_t dash = text.rfind('-'); dash != std::string_view::npos) {
    version.revision = text.substr(dash + 1);
    text = text.substr(0, dash);
    if (version.revision.empty())
      return fail(ErrorCode::invalid, fmt::format("revision of Debian version '{}' is empty", whole));
    for (const char c : version.revision)
      if (!is_ascii_alnum(c) && std::string_view("+.~").find(c) == std::string_view::npos)
        return fail(ErrorCode::invalid, fmt::format("character '{}' in the revision of Debian version '{}'", c, whole));
  }
  version.upstream = text;
  if (text.empty())
    return fail(ErrorCode::invalid, fmt::format("upstream part of Debian version '{}' is empty", whole));
  // Policy wants a digit first; dpkg only warns, and real packages break it.
  for (const char c : text)
    if (!is_ascii_alnum(c) && std::string_view(".+-~:").find(c) == std::string_view::npos)
      return fail(ErrorCode::invalid, fmt::format("character '{}' in Debian version '{}'", c, whole));
  return version;
}

std::string upstream_of_debian_version(const DebianVersion& version) {
  std::string_view text = version.upstream;
  if (const std::size_t really = text.find("+really"); really != std::string_view::npos) text = text.substr(really + 7);
  for (const std::string_view tail :
       {"+dfsg", "~dfsg", ".dfsg", "+ds", "~ds", "+deb", "~deb", "+repack", "+git", "~bpo"})
    if (const std::size_t at = text.find(tail); at != std::string_view::npos && at > 0) text = text.substr(0, at);
  return std::string(text);
}

Status check_version(Scheme scheme, std::string_view version) {
  switch (scheme) {
    case Scheme::debian: {
      TRY(const DebianVersion parsed, parse_debian_version(version));
      static_cast<void>(parsed);
      return {};
    }
    case Scheme::semver: {
      TRY(const SemVer parsed, parse_semver(version));
      static_cast<void>(parsed);
      return {};
    }
    case Scheme::dotted:
      return check_dotted(version);
  }
  return fail(ErrorCode::internal, "version scheme out of range");
}

Result<std::strong_ordering> compare_versions(Scheme scheme, std::string_view a, std::string_view b) {
  switch (scheme) {
    case Scheme::debian: {
      TRY(const DebianVersion left, parse_debian_version(a));
      TRY(const DebianVersion right, parse_debian_version(b));
      if (left.epoch != right.epoch) return left.epoch <=> right.epoch;
      if (const auto order = compare_debian_part(left.upstream, right.upstream); order != 0) return order;
      return compare_debian_part(left.revision, right.revision);
    }
    case Scheme::semver: {
      TRY(const SemVer left, parse_semver(a));
      TRY(const SemVer right, parse_semver(b));
      return compare_semver(left, right);
    }
    case Scheme::dotted: {
      TRY_VOID(check_dotted(a));
      TRY_VOID(check_dotted(b));
      return compare_dotted(a, b);
    }
  }
  return fail(ErrorCode::internal, "version scheme out of range");
}

}  // namespace tocsin::estate
