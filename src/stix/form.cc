#include "stix/form.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/unicode.h"

namespace tocsin::stix::form {
namespace {

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_hex_digit(char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr std::size_t kMaxName = 250;

bool contains(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

template <typename Test>
bool all(std::string_view text, Test test) {
  return std::ranges::all_of(text, test);
}

bool is_hex_of(std::string_view text, std::size_t length) { return text.size() == length && all(text, is_hex_digit); }

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_prefix_length(std::string_view text, int max) {
  if (text.empty() || text.size() > 3 || !all(text, is_ascii_digit) || (text.size() > 1 && text[0] == '0'))
    return false;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value <= max;
}

bool is_address_or_block(std::string_view text, int family, int max_prefix) {
  const auto slash = text.find('/');
  if (slash != std::string_view::npos && !is_prefix_length(text.substr(slash + 1), max_prefix)) return false;
  const std::string address(text.substr(0, slash));
  if (address.find('\0') != std::string::npos) return false;
  std::array<unsigned char, sizeof(in6_addr)> buffer{};
  return inet_pton(family, address.c_str(), buffer.data()) == 1;
}

// RFC 3986 §2.
constexpr std::string_view kUnreservedMarks = "-._~";
constexpr std::string_view kSubDelims = "!$&'()*+,;=";

/// Characters and percent escapes of one URL component; `extra` besides unreserved and sub-delims.
bool is_url_text(std::string_view text, std::string_view extra) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) return false;
      i += 2;
    } else if (!is_ascii_alnum(c) && !contains(kUnreservedMarks, c) && !contains(kSubDelims, c) &&
               !contains(extra, c)) {
      return false;
    }
  }
  return true;
}

bool is_authority(std::string_view authority) {
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    if (!is_url_text(authority.substr(0, at), ":")) return false;
    authority.remove_prefix(at + 1);
  }
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view literal = authority.substr(1, close - 1);
    const bool future = literal.starts_with('v') || literal.starts_with('V');
    if (future ? !is_url_text(literal, ":") : !is_address_or_block(literal, AF_INET6, 0) || contains(literal, '/')) {
      return false;
    }
    authority.remove_prefix(close + 1);
    if (authority.empty()) return true;
    return authority.front() == ':' && all(authority.substr(1), is_ascii_digit);
  }
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos && !all(authority.substr(colon + 1), is_ascii_digit)) return false;
  return is_url_text(authority.substr(0, colon), "");
}

// RFC 5646 §2.1: the subtags after the language, in their order.
enum class TagStage : std::uint8_t { extended, script, region, variant, extension, private_use };

bool is_variant(std::string_view subtag) {
  return (subtag.size() >= 5 && subtag.size() <= 8) || (subtag.size() == 4 && is_ascii_digit(subtag[0]));
}

bool is_atext(char c) {
  return is_ascii_alnum(c) || contains("!#$%&'*+-/=?^_`{|}~", c) || static_cast<unsigned char>(c) >= 0x80;
}

bool is_dot_atom(std::string_view text) {
  const auto atoms = split(text, '.');
  return std::ranges::all_of(atoms, [](std::string_view atom) { return !atom.empty() && all(atom, is_atext); });
}

}  // namespace

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  return all(text.substr(0, text.size() - padding), [](char c) { return is_ascii_alnum(c) || c == '+' || c == '/'; });
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (!is_base64(text)) return std::nullopt;
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = (bits << 6 | static_cast<std::uint32_t>(kDigits.find(c))) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

std::optional<std::string> decode_hex(std::string_view text) {
  if (hex(text) == Verdict::bad) return std::nullopt;
  const auto value = [](char c) { return is_ascii_digit(c) ? c - '0' : ascii_lower(c) - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) bytes += static_cast<char>(value(text[i]) * 16 + value(text[i + 1]));
  return bytes;
}

Verdict hex(std::string_view text) {
  if (text.size() % 2 != 0 || !all(text, is_hex_digit)) return Verdict::bad;
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'F'; }) ? Verdict::poor : Verdict::good;
}

bool is_lower_hyphen(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || is_ascii_space(c); });
}

bool is_property_name(std::string_view text) {
  return text.size() >= 3 && text.size() <= kMaxName && is_lower(text[0]) &&
         all(text, [](char c) { return is_lower(c) || is_ascii_digit(c) || c == '_'; });
}

bool is_type_name(std::string_view text) {
  return text.size() >= 3 && text.size() <= kMaxName && is_lower(text[0]) &&
         text.find("--") == std::string_view::npos &&
         all(text, [](char c) { return is_lower(c) || is_ascii_digit(c) || c == '-'; });
}

bool is_dictionary_key(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName &&
         all(text, [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; });
}

bool is_ipv4_or_cidr(std::string_view text) { return is_address_or_block(text, AF_INET, 32); }
bool is_ipv6_or_cidr(std::string_view text) { return is_address_or_block(text, AF_INET6, 128); }

bool is_mac_address(std::string_view text) {
  const auto octets = split(text, ':');
  return octets.size() == 6 && std::ranges::all_of(octets, [](std::string_view octet) {
           return octet.size() == 2 && all(octet, [](char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f'); });
         });
}

Verdict domain_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return Verdict::bad;
  Verdict verdict = Verdict::good;
  for (const auto label : split(text, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return Verdict::bad;
    for (const char c : label) {
      // Bytes of UTF-8 sequences stand for U-labels (RFC 5890 §2.3.2.1).
      if (is_ascii_alnum(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80) continue;
      if (c != '_') return Verdict::bad;
      verdict = Verdict::poor;
    }
  }
  return verdict;
}

bool is_email_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  const bool quoted = local.size() >= 2 && local.front() == '"' && local.back() == '"' &&
                      std::ranges::none_of(local, [](char c) { return c == '\r' || c == '\n'; });
  if (!quoted && !is_dot_atom(local)) return false;
  if (domain.front() == '[') return domain.back() == ']' && domain.find_first_of(" \t\r\n") == std::string_view::npos;
  return is_dot_atom(domain);
}

bool has_encoded_word(std::string_view text) {
  for (auto begin = text.find("=?"); begin != std::string_view::npos; begin = text.find("=?", begin + 2)) {
    const auto charset_end = text.find('?', begin + 2);
    if (charset_end == std::string_view::npos || charset_end == begin + 2) continue;
    const std::string_view rest = text.substr(charset_end + 1);
    if (rest.size() < 2 || !contains("bBqQ", rest[0]) || rest[1] != '?') continue;
    const auto end = rest.find("?=", 2);
    if (end != std::string_view::npos && rest.substr(2, end - 2).find_first_of(" ?") == std::string_view::npos)
      return true;
  }
  return false;
}

bool is_url(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_ascii_alpha(text[0])) return false;
  if (!all(text.substr(0, colon), [](char c) { return is_ascii_alnum(c) || contains("+-.", c); })) return false;
  std::string_view rest = text.substr(colon + 1);
  if (const auto hash = rest.find('#'); hash != std::string_view::npos) {
    if (!is_url_text(rest.substr(hash + 1), ":@/?")) return false;
    rest = rest.substr(0, hash);
  }
  if (const auto question = rest.find('?'); question != std::string_view::npos) {
    if (!is_url_text(rest.substr(question + 1), ":@/?")) return false;
    rest = rest.substr(0, question);
  }
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const auto slash = rest.find('/');
    if (!is_authority(rest.substr(0, slash))) return false;
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  }
  return is_url_text(rest, ":@/");
}

bool is_media_type(std::string_view text) {
  constexpr std::array<std::string_view, 11> kTopLevel = {
      "application", "audio", "example", "font", "haptics", "image", "message", "model", "text", "multipart", "video"};
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 == text.size()) return false;
  return std::ranges::find(kTopLevel, ascii_lower(text.substr(0, slash))) != kTopLevel.end() &&
         all(text.substr(slash + 1), [](char c) { return is_ascii_alnum(c) || contains("!#$&-^_.+", c); });
}

bool is_cpe23(std::string_view text) {
  constexpr std::string_view kPrefix = "cpe:2.3:";
  if (!text.starts_with(kPrefix)) return false;
  text.remove_prefix(kPrefix.size());
  std::size_t fields = 1;
  std::size_t length = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':') {
      if (length == 0) return false;
      length = 0;
      ++fields;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte <= 0x20 || byte == 0x7f) return false;
    if (text[i] == '\\' && ++i == text.size()) return false;
    ++length;
  }
  return fields == 11 && length > 0 && contains("aoh*-", text[0]) && text[1] == ':';
}

bool is_language_tag(std::string_view text) {
  constexpr std::array<std::string_view, 26> kGrandfathered = {
      "en-gb-oed", "i-ami",     "i-bnn",     "i-default",  "i-enochian",  "i-hak",  "i-klingon",
      "i-lux",     "i-mingo",   "i-navajo",  "i-pwn",      "i-tao",       "i-tay",  "i-tsu",
      "sgn-be-fr", "sgn-be-nl", "sgn-ch-de", "art-lojban", "cel-gaulish", "no-bok", "no-nyn",
      "zh-guoyu",  "zh-hakka",  "zh-min",    "zh-min-nan", "zh-xiang"};
  const std::string lower = ascii_lower(text);
  if (std::ranges::find(kGrandfathered, lower) != kGrandfathered.end()) return true;
  const auto subtags = split(lower, '-');
  const auto is_subtag = [](std::string_view subtag) {
    return !subtag.empty() && subtag.size() <= 8 && all(subtag, is_ascii_alnum);
  };
  if (!std::ranges::all_of(subtags, is_subtag)) return false;
  if (subtags[0] == "x") return subtags.size() > 1;
  if (subtags[0].size() < 2 || !all(subtags[0], is_ascii_alpha)) return false;
  auto stage = subtags[0].size() <= 3 ? TagStage::extended : TagStage::script;
  int extended = 0;
  bool open = false;  // a singleton waits for its first subtag
  for (std::size_t i = 1; i < subtags.size(); ++i) {
    const std::string_view subtag = subtags[i];
    if (stage == TagStage::private_use) {
      open = false;
    } else if (subtag.size() == 1) {
      if (open) return false;
      stage = subtag == "x" ? TagStage::private_use : TagStage::extension;
      open = true;
    } else if (stage == TagStage::extension) {
      open = false;
    } else if (stage == TagStage::extended && subtag.size() == 3 && all(subtag, is_ascii_alpha)) {
      if (++extended > 3) return false;
    } else if (stage <= TagStage::script && subtag.size() == 4 && all(subtag, is_ascii_alpha)) {
      stage = TagStage::region;
    } else if (stage <= TagStage::region && ((subtag.size() == 2 && all(subtag, is_ascii_alpha)) ||
                                             (subtag.size() == 3 && all(subtag, is_ascii_digit)))) {
      stage = TagStage::variant;
    } else if (is_variant(subtag)) {
      stage = TagStage::variant;
    } else {
      return false;
    }
  }
  return !open;
}

bool is_country_code(std::string_view text) {
  // ISO 3166-1, officially assigned codes.
  constexpr std::string_view kCodes =
      "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
      "CA "
      "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR "
      "GA "
      "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO "
      "JP "
      "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR "
      "MS "
      "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO "
      "RS "
      "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV "
      "TW "
      "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";
  if (text.size() != 2 || !all(text, is_ascii_alpha)) return false;
  const std::array<char, 2> upper = {static_cast<char>(text[0] & ~0x20), static_cast<char>(text[1] & ~0x20)};
  for (std::size_t at = 0; at < kCodes.size(); at += 3) {
    if (kCodes[at] == upper[0] && kCodes[at + 1] == upper[1]) return true;
  }
  return false;
}

bool is_numbered(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) && text.size() > prefix.size() && all(text.substr(prefix.size()), is_ascii_digit);
}

bool is_cve_id(std::string_view text) {
  constexpr std::string_view kPrefix = "CVE-";
  if (!text.starts_with(kPrefix) || text.size() < kPrefix.size() + 5) return false;
  const std::string_view year = text.substr(kPrefix.size(), 4);
  const std::string_view number = text.substr(kPrefix.size() + 5);
  return all(year, is_ascii_digit) && text[kPrefix.size() + 4] == '-' && number.size() >= 4 && number.size() <= 19 &&
         all(number, is_ascii_digit);
}

bool is_truncated_hive(std::string_view key) {
  constexpr std::array<std::string_view, 8> kShort = {"hklm", "hkcu", "hkcr",    "hku",
                                                      "hkcc", "hkpd", "hkey_lm", "hkey_cu"};
  return std::ranges::find(kShort, ascii_lower(key.substr(0, key.find('\\')))) != kShort.end();
}

std::string_view better_charset_name(std::string_view text) {
  struct Alias {
    std::string_view alias;
    std::string_view name;
  };
  constexpr Alias kAliases[] = {
      {"utf8", "UTF-8"},
      {"utf16", "UTF-16"},
      {"ascii", "US-ASCII"},
      {"latin1", "ISO-8859-1"},
      {"latin-1", "ISO-8859-1"},
      {"iso8859-1", "ISO-8859-1"},
      {"iso_8859-1", "ISO-8859-1"},
      {"cp1250", "windows-1250"},
      {"cp1251", "windows-1251"},
      {"cp1252", "windows-1252"},
      {"cp1253", "windows-1253"},
      {"cp1254", "windows-1254"},
      {"cp1255", "windows-1255"},
      {"cp1256", "windows-1256"},
      {"cp936", "GBK"},
      {"sjis", "Shift_JIS"},
      {"ms_kanji", "Shift_JIS"},
      {"eucjp", "EUC-JP"},
      {"euckr", "EUC-KR"},
      {"koi8r", "KOI8-R"},
      {"csutf8", "UTF-8"},
      {"csbig5", "Big5"},
      {"ansi", "windows-1252"},
      {"unicode", "UTF-16"},
  };
  const std::string lower = ascii_lower(text);
  for (const auto& alias : kAliases) {
    if (alias.alias == lower) return alias.name;
  }
  return {};
}

bool is_charset_name(std::string_view text) {
  return !text.empty() && text.size() <= 60 &&
         all(text, [](char c) { return is_ascii_alnum(c) || contains("-_.:+()", c); });
}

Verdict hash_value(std::string_view algorithm, std::string_view text) {
  struct Digest {
    std::string_view algorithm;
    std::size_t digits;
  };
  constexpr Digest kDigests[] = {{"MD5", 32},      {"SHA-1", 40},    {"SHA-256", 64},
                                 {"SHA-512", 128}, {"SHA3-256", 64}, {"SHA3-512", 128}};
  for (const auto& digest : kDigests) {
    if (digest.algorithm == algorithm) return is_hex_of(text, digest.digits) ? Verdict::good : Verdict::bad;
  }
  if (algorithm == "SSDEEP") {
    const auto parts = split(text, ':');
    return parts.size() >= 3 && !parts[0].empty() && all(parts[0], is_ascii_digit) ? Verdict::good : Verdict::bad;
  }
  if (algorithm == "TLSH") {
    if (text.starts_with("T1")) text.remove_prefix(2);
    return is_hex_of(text, 70) ? Verdict::good : Verdict::bad;
  }
  return Verdict::poor;
}

}  // namespace tocsin::stix::form
