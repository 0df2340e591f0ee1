#include "estate/purl.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "base/unicode.h"

namespace tocsin::estate {
namespace {

constexpr std::size_t kMaxPurl = 4096;

enum class Namespace : std::uint8_t { optional, required, prohibited };

/// What the type definitions say beyond the general syntax.
struct TypeRule {
  std::string_view type;
  bool lower_namespace = false;
  bool lower_name = false;
  bool lower_version = false;
  Namespace name_space = Namespace::optional;
};
constexpr std::array kTypeRules{
    TypeRule{"alpm", true, true, false, Namespace::required},
    TypeRule{"apk", true, true, false, Namespace::required},
    TypeRule{"bazel", false, false, false, Namespace::prohibited},
    TypeRule{"bitbucket", true, true, false, Namespace::required},
    TypeRule{"bitnami", false, true, false, Namespace::prohibited},
    TypeRule{"brew", true, true, false, Namespace::optional},
    TypeRule{"cargo", false, false, false, Namespace::prohibited},
    TypeRule{"chrome-extension", false, false, false, Namespace::prohibited},
    TypeRule{"cocoapods", false, false, false, Namespace::prohibited},
    TypeRule{"composer", true, true, false, Namespace::required},
    TypeRule{"conda", false, true, false, Namespace::prohibited},
    TypeRule{"cran", false, false, false, Namespace::prohibited},
    TypeRule{"deb", true, true, false, Namespace::required},
    TypeRule{"gem", false, false, false, Namespace::prohibited},
    TypeRule{"git", true, true, false, Namespace::required},
    TypeRule{"github", true, true, false, Namespace::required},
    TypeRule{"golang", true, true, false, Namespace::optional},
    TypeRule{"hackage", false, false, false, Namespace::prohibited},
    TypeRule{"hex", true, true, false, Namespace::optional},
    TypeRule{"huggingface", false, false, true, Namespace::required},
    TypeRule{"julia", false, false, false, Namespace::prohibited},
    TypeRule{"luarocks", true, true, false, Namespace::optional},
    TypeRule{"maven", false, false, false, Namespace::required},
    TypeRule{"mlflow", false, false, false, Namespace::prohibited},
    TypeRule{"npm", true, true, false, Namespace::optional},
    TypeRule{"nuget", false, false, false, Namespace::prohibited},
    TypeRule{"oci", false, true, false, Namespace::prohibited},
    TypeRule{"opam", false, false, false, Namespace::prohibited},
    TypeRule{"otp", false, true, false, Namespace::prohibited},
    TypeRule{"pub", false, true, false, Namespace::prohibited},
    TypeRule{"pypi", false, true, false, Namespace::prohibited},
    TypeRule{"qpkg", true, false, false, Namespace::required},
    TypeRule{"rpm", true, false, false, Namespace::required},
    TypeRule{"swift", false, false, false, Namespace::required},
    TypeRule{"vcpkg", false, true, false, Namespace::prohibited},
    TypeRule{"vscode-extension", true, true, true, Namespace::required},
    TypeRule{"yocto", false, true, false, Namespace::required},
};

int hex_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Result<std::string> decode(std::string_view text, std::string_view part) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return fail(ErrorCode::syntax, fmt::format("broken percent-encoding in the {} of a purl", part));
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (find_invalid_utf8(out)) return fail(ErrorCode::syntax, fmt::format("{} of a purl is not UTF-8", part));
  return out;
}

void encode_to(std::string& out, std::string_view text, bool keep_slash) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    const bool keep =
        is_ascii_alnum(c) || c == '.' || c == '-' || c == '_' || c == '~' || c == ':' || (keep_slash && c == '/');
    if (keep) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

bool is_type(std::string_view text) {
  if (text.empty() || !is_ascii_alpha(text.front())) return false;
  return std::ranges::all_of(text, [](char c) { return is_ascii_alnum(c) || c == '.' || c == '-'; });
}

bool is_qualifier_key(std::string_view text) {
  if (text.empty() || is_ascii_digit(text.front())) return false;
  return std::ranges::all_of(text, [](char c) { return is_ascii_alnum(c) || c == '.' || c == '-' || c == '_'; });
}

/// Decodes '/'-separated segments; empty ones vanish, "." and ".." too where a subpath may not have them.
Result<std::string> decode_segments(std::string_view text, std::string_view part, bool is_subpath) {
  std::string out;
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    const std::string_view raw = text.substr(0, slash);
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
    if (raw.empty()) continue;
    TRY(const std::string segment, decode(raw, part));
    if (is_subpath && (segment == "." || segment == "..")) continue;
    if (segment.find('/') != std::string::npos)
      return fail(ErrorCode::syntax, fmt::format("a segment in the {} of a purl contains '/'", part));
    if (!out.empty()) out += '/';
    out += segment;
  }
  return out;
}

std::string_view trim_slashes(std::string_view text) {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  return text;
}

Status check_chrome_extension(const Purl& purl) {
  if (purl.name.size() != 32 || !std::ranges::all_of(purl.name, [](char c) { return c >= 'a' && c <= 'p'; }))
    return fail(ErrorCode::invalid, "name of a chrome-extension purl must be 32 letters from a to p");
  int segments = purl.version.empty() ? 0 : 1;
  for (const char c : purl.version) {
    if (c == '.')
      ++segments;
    else if (!is_ascii_digit(c))
      return fail(ErrorCode::invalid, "version of a chrome-extension purl must be numbers");
  }
  if (segments > 4) return fail(ErrorCode::invalid, "version of a chrome-extension purl has more than four numbers");
  return {};
}

Status apply_type_rules(Purl& purl) {
  for (const TypeRule& rule : kTypeRules) {
    if (rule.type != purl.type) continue;
    if (rule.name_space == Namespace::required && purl.name_space.empty())
      return fail(ErrorCode::invalid, fmt::format("purl of type {} needs a namespace", purl.type));
    if (rule.name_space == Namespace::prohibited && !purl.name_space.empty())
      return fail(ErrorCode::invalid, fmt::format("purl of type {} may not have a namespace", purl.type));
    if (rule.lower_namespace) purl.name_space = ascii_lower(purl.name_space);
    if (rule.lower_name) purl.name = ascii_lower(purl.name);
    if (rule.lower_version) purl.version = ascii_lower(purl.version);
  }
  if (purl.type == "pypi") std::ranges::replace(purl.name, '_', '-');
  if (purl.type == "cpan") {
    // Distributions, not modules; the author's id is upper-case.
    if (purl.name.find("::") != std::string::npos)
      return fail(ErrorCode::invalid, "name of a cpan purl is a distribution, written with '-', not '::'");
  }
  if (purl.type == "mlflow" && purl.qualifier("repository_url").find("azuredatabricks.net") != std::string_view::npos)
    purl.name = ascii_lower(purl.name);
  if (purl.type == "chrome-extension") TRY_VOID(check_chrome_extension(purl));
  if (purl.type == "swid" && purl.qualifier("tag_id").empty())
    return fail(ErrorCode::invalid, "purl of type swid needs the qualifier tag_id");
  if (purl.type == "julia" && purl.qualifier("uuid").empty())
    return fail(ErrorCode::invalid, "purl of type julia needs the qualifier uuid");
  return {};
}

}  // namespace

std::string_view Purl::qualifier(std::string_view key) const {
  for (const auto& [known, value] : qualifiers)
    if (known == key) return value;
  return {};
}

Result<Purl> make_purl(Purl parts) {
  if (!is_type(parts.type))
    return fail(ErrorCode::syntax,
                parts.type.empty() ? "purl has no type"
                                   : fmt::format("purl type '{}' has characters that a type may not have", parts.type));
  parts.type = ascii_lower(parts.type);
  parts.name_space = std::string(trim_slashes(parts.name_space));
  if (parts.name.empty()) return fail(ErrorCode::syntax, "purl has no name");
  for (auto& [key, value] : parts.qualifiers) {
    if (!is_qualifier_key(key))
      return fail(ErrorCode::syntax,
                  fmt::format("purl qualifier key '{}' has characters that a key may not have", key));
    key = ascii_lower(key);
  }
  std::erase_if(parts.qualifiers, [](const auto& qualifier) { return qualifier.second.empty(); });
  std::ranges::sort(parts.qualifiers);
  const auto repeated =
      std::ranges::adjacent_find(parts.qualifiers, [](const auto& a, const auto& b) { return a.first == b.first; });
  if (repeated != parts.qualifiers.end())
    return fail(ErrorCode::syntax, fmt::format("purl qualifier '{}' stands twice", repeated->first));
  TRY_VOID(apply_type_rules(parts));
  return parts;
}

Result<Purl> parse_purl(std::string_view text) {
  if (text.size() > kMaxPurl) return fail(ErrorCode::limit_exceeded, "purl is longer than 4096 bytes");
  Purl purl;
  if (const std::size_t hash = text.rfind('#'); hash != std::string_view::npos) {
    TRY(purl.subpath, decode_segments(trim_slashes(text.substr(hash + 1)), "subpath", true));
    text = text.substr(0, hash);
  }
  if (const std::size_t question = text.rfind('?'); question != std::string_view::npos) {
    std::string_view rest = text.substr(question + 1);
    text = text.substr(0, question);
    while (!rest.empty()) {
      const std::size_t ampersand = rest.find('&');
      const std::string_view pair = rest.substr(0, ampersand);
      rest = ampersand == std::string_view::npos ? std::string_view() : rest.substr(ampersand + 1);
      if (pair.empty()) continue;
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos)
        return fail(ErrorCode::syntax, fmt::format("purl qualifier '{}' has no '='", pair));
      TRY(std::string value, decode(pair.substr(equals + 1), "qualifiers"));
      purl.qualifiers.emplace_back(pair.substr(0, equals), std::move(value));
    }
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !equals_ascii_case_insensitive(text.substr(0, colon), "pkg"))
    return fail(ErrorCode::syntax, "purl does not begin with 'pkg:'");
  text = trim_slashes(text.substr(colon + 1));
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return fail(ErrorCode::syntax, "purl has no type or no name");
  purl.type = ascii_lower(text.substr(0, slash));
  text = text.substr(slash + 1);
  // The version begins at the last '@' of the last segment; one that opens a path (an npm scope left unencoded) is
  // none.
  const std::size_t segment = text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1;
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos && at >= segment) {
    if (at == segment) return fail(ErrorCode::syntax, "purl has no name");
    TRY(purl.version, decode(text.substr(at + 1), "version"));
    text = text.substr(0, at);
  }
  std::size_t last = text.rfind('/');
  // Names of type git are a path on their host.
  if (purl.type == "git") last = text.find('/');
  if (last != std::string_view::npos) {
    TRY(purl.name_space, decode_segments(text.substr(0, last), "namespace", false));
    text = text.substr(last + 1);
  }
  TRY(purl.name, decode(text, "name"));
  return make_purl(std::move(purl));
}

std::string print_purl(const Purl& purl) {
  std::string out = "pkg:" + purl.type + "/";
  if (!purl.name_space.empty()) {
    encode_to(out, purl.name_space, true);
    out += '/';
  }
  encode_to(out, purl.name, purl.type == "git");
  if (!purl.version.empty()) {
    out += '@';
    encode_to(out, purl.version, false);
  }
  char separator = '?';
  for (const auto& [key, value] : purl.qualifiers) {
    out += separator;
    out += key;
    out += '=';
    encode_to(out, value, false);
    separator = '&';
  }
  if (!purl.subpath.empty()) {
    out += '#';
    encode_to(out, purl.subpath, true);
  }
  return out;
}

std::string purl_identity(const Purl& purl) {
  return purl.name_space.empty() ? fmt::format("{}/{}", purl.type, purl.name)
                                 : fmt::format("{}/{}/{}", purl.type, purl.name_space, purl.name);
}

}  // namespace tocsin::estate
