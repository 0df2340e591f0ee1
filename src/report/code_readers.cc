// Codes say what they are by their prefix, hashes by their length and what stands before them, coins by check sums.

#include "report/code_readers.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/unicode.h"
#include "report/indicator_checks.h"
#include "report/indicator_words.h"

namespace tocsin::report {

namespace {

using record::Confidence;
using record::Indicator;
using record::IndicatorType;
using record::Suppression;

struct HashLength {
  std::size_t digits;
  IndicatorType type;
  std::string_view rule;
};
constexpr auto kHashes = std::to_array<HashLength>({{32, IndicatorType::md5, "hash/md5"},
                                                    {40, IndicatorType::sha1, "hash/sha1"},
                                                    {56, IndicatorType::sha224, "hash/sha224"},
                                                    {64, IndicatorType::sha256, "hash/sha256"},
                                                    {96, IndicatorType::sha384, "hash/sha384"},
                                                    {128, IndicatorType::sha512, "hash/sha512"}});

struct LabelledHash {
  std::string_view label;
  std::size_t digits;  ///< 0 = any
  IndicatorType type;
};
/// Longer labels first: "ja3s" is not "ja3".
constexpr auto kLabelled = std::to_array<LabelledHash>({{"authentihash", 64, IndicatorType::authentihash},
                                                        {"imphash", 32, IndicatorType::imphash},
                                                        {"thumbprint", 40, IndicatorType::x509_thumbprint},
                                                        {"serial number", 0, IndicatorType::x509_serial},
                                                        {"ja3s", 32, IndicatorType::ja3s},
                                                        {"ja3", 32, IndicatorType::ja3},
                                                        {"jarm", 62, IndicatorType::jarm}});

struct CodePrefix {
  std::string_view prefix;  ///< lower case
  IndicatorType type;
  std::string_view rule;
};
constexpr auto kCodes = std::to_array<CodePrefix>({{"cve-", IndicatorType::cve, "code/cve"},
                                                   {"cwe-", IndicatorType::cwe, "code/cwe"},
                                                   {"capec-", IndicatorType::capec, "code/capec"},
                                                   {"ghsa-", IndicatorType::ghsa, "code/ghsa"}});

class CodeReaders : private IndicatorPart {
 public:
  using IndicatorPart::IndicatorPart;

  std::size_t code(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    for (const CodePrefix& code : kCodes) {
      if (!equals_ascii_case_insensitive(std::string_view(t).substr(at, code.prefix.size()), code.prefix)) continue;
      std::size_t end = at + code.prefix.size();
      std::size_t digits = 0;
      std::size_t dashes = 0;
      while (end < to && end - at < 24 &&
             (is_ascii_alnum(t[end]) || (t[end] == '-' && end + 1 < to && is_ascii_alnum(t[end + 1])))) {
        digits += is_ascii_digit(t[end]) ? 1 : 0;
        dashes += t[end] == '-' ? 1 : 0;
        ++end;
      }
      const std::size_t length = end - at - code.prefix.size();
      const bool numeric = digits + dashes == length;
      bool good = numeric && dashes == 0 && digits >= 1 && digits <= 4;
      if (code.type == IndicatorType::cve) {
        good = numeric && dashes == 1 && digits >= 8 && t[at + 8] == '-' && (t[at + 4] == '1' || t[at + 4] == '2');
      }
      if (code.type == IndicatorType::ghsa) good = dashes == 2 && length == 14;
      if (!good) return at;
      Indicator made = make(code.type, run, at, end);
      made.value = code.type == IndicatorType::ghsa ? "GHSA-" + ascii_lower(std::string_view(t).substr(at + 5, length))
                                                    : ascii_upper(std::string_view(t).substr(at, end - at));
      made.defanged = false;
      made.confidence = 95;
      made.rule = code.rule;
      keep(std::move(made), {});
      return end;
    }
    return at;
  }

  std::size_t cpe(const Run& run, std::size_t at, std::size_t to) {
    const std::string_view t = run.text;
    if (!t.substr(at).starts_with("cpe:2.3:") && !t.substr(at).starts_with("cpe:/")) return at;
    const std::size_t end = at + t.substr(at, to - at).find_last_not_of(".,;)") + 1;
    if (std::ranges::count(t.substr(at, end - at), ':') < 3) return at;
    Indicator made = make(IndicatorType::cpe, run, at, end);
    made.value = t.substr(at, end - at);
    made.confidence = 95;
    made.rule = "code/cpe";
    keep(std::move(made), {});
    return end;
  }

  std::size_t ssdeep(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    const auto is_base64 = [](char c) { return is_ascii_alnum(c) || c == '+' || c == '/'; };
    std::size_t end = at;
    while (end < to && is_ascii_digit(t[end]) && end - at < 9) ++end;
    if (end == at || end >= to || t[end] != ':') return at;
    const std::size_t first = ++end;
    while (end < to && is_base64(t[end])) ++end;
    if (end - first < 12 || end - first > 64 || end >= to || t[end] != ':') return at;
    const std::size_t second = ++end;
    while (end < to && is_base64(t[end])) ++end;
    if (end - second < 6 || end - second > 64) return at;
    Indicator made = make(IndicatorType::ssdeep, run, at, end);
    made.value = t.substr(at, end - at);
    made.confidence = 85;
    made.rule = "hash/ssdeep";
    keep(std::move(made), {});
    return end;
  }

  std::size_t hash(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    std::size_t end = at;
    while (end < to && is_hex(t[end]) && end - at < 130) ++end;
    const std::size_t digits = end - at;
    if (digits < 16 || (end < to && (is_ascii_alnum(t[end]) || t[end] == '_'))) return at;
    const std::string value = ascii_lower(std::string_view(t).substr(at, digits));
    const std::string before = text_before(run.begins[at], 32);
    std::optional<IndicatorType> type;
    std::string rule;
    for (const LabelledHash& labelled : kLabelled) {
      if (before.find(labelled.label) == std::string::npos || (labelled.digits != 0 && labelled.digits != digits))
        continue;
      type = labelled.type;
      rule = "hash/labelled";
      break;
    }
    for (const HashLength& length : kHashes) {
      if (type || length.digits != digits) continue;
      type = length.type;
      rule = length.rule;
    }
    if (!type) return at;
    Indicator made = make(*type, run, at, end);
    made.value = value;
    made.rule = std::move(rule);
    made.confidence = 90;
    if (before.find("commit") != std::string::npos) made.confidence = 40;
    if (std::set<char>(value.begin(), value.end()).size() < 5) {
      made.suppressed = Suppression{"invalid", "one pattern repeated"};
      made.confidence = 5;
    }
    keep(std::move(made), {});
    return end;
  }

  std::size_t tlsh(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    if (at + 2 >= to || t[at] != 'T' || t[at + 1] != '1') return at;
    std::size_t end = at + 2;
    while (end < to && is_hex(t[end])) ++end;
    const std::size_t digits = end - at - 2;
    const bool labelled = text_before(run.begins[at], 12).find("tlsh") != std::string::npos;
    if ((end < to && is_ascii_alnum(t[end])) || !(digits == 70 || (labelled && digits >= 60 && digits <= 80)))
      return at;
    Indicator made = make(IndicatorType::tlsh, run, at, end);
    made.value = ascii_upper(std::string_view(t).substr(at, end - at));
    made.confidence = 90;
    made.rule = "hash/tlsh";
    keep(std::move(made), {});
    return end;
  }

  std::size_t coin(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    std::size_t end = at;
    while (end < to && is_ascii_alnum(t[end]) && end - at <= 90) ++end;
    const std::string_view token = std::string_view(t).substr(at, end - at);
    std::optional<IndicatorType> type = check_coin_address(token);
    if (!type && check_ethereum_address(token)) type = IndicatorType::eth;
    if (!type) return at;
    Indicator made = make(*type, run, at, end);
    made.value = token;
    made.confidence = 95;
    made.rule = "coin/check-sum";
    if (*type == IndicatorType::eth && ascii_lower(token) == token) {
      made.confidence = 70;
      made.rule = "coin/no-check-sum";
    }
    keep(std::move(made), {});
    return end;
  }

  /// T1059.001, TA0001, G0045, S0013, M1030, C0001, DS0009
  std::size_t attack(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    std::size_t letters = at;
    while (letters < to && t[letters] >= 'A' && t[letters] <= 'Z' && letters - at < 3) ++letters;
    const std::string_view prefix = std::string_view(t).substr(at, letters - at);
    constexpr auto kPrefixes = std::to_array<std::string_view>({"T", "TA", "G", "S", "M", "C", "DS"});
    if (std::ranges::find(kPrefixes, prefix) == kPrefixes.end()) return at;
    std::size_t end = letters;
    while (end < to && is_ascii_digit(t[end])) ++end;
    if (end - letters != 4 || (end < to && (is_ascii_alnum(t[end]) || t[end] == '-' || t[end] == '_'))) return at;
    const int number = std::stoi(t.substr(letters, 4));
    // Techniques begin at T1001; everything else is numbered from 0001 or 1000 on.
    if (prefix == "T" ? number < 1001 || number > 1999 : number == 0 || number > 1999) return at;
    if (prefix == "TA" && number > 199) return at;
    const std::string before = word_before(run.begins[at]);
    if (is_part_word(before)) return at;
    if (prefix == "T" && end + 4 <= to && t[end] == '.' && is_ascii_digit(t[end + 1]) && is_ascii_digit(t[end + 2]) &&
        is_ascii_digit(t[end + 3]) && (end + 4 == to || !is_ascii_alnum(t[end + 4]))) {
      end += 4;
    }
    Indicator made = make(IndicatorType::attack, run, at, end);
    made.value = t.substr(at, end - at);
    made.confidence = prefix == "T" || prefix == "TA" ? 85 : 65;
    made.rule = "code/attack";
    keep(std::move(made), {});
    return end;
  }

  std::size_t asn(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    if (at + 5 > to || t[at] != 'A' || t[at + 1] != 'S') return at;
    std::size_t end = at + 2;
    if (t[end] == 'N') ++end;
    const std::size_t digits = end;
    while (end < to && is_ascii_digit(t[end])) ++end;
    if (end - digits < 3 || end - digits > 10 || t[digits] == '0' || (end < to && is_ascii_alnum(t[end]))) return at;
    const std::string number = t.substr(digits, end - digits);
    if (number == "400") return at;  // the computer
    Indicator made = make(IndicatorType::asn, run, at, end);
    made.value = "AS" + number;
    made.confidence = 75;
    made.rule = "asn";
    keep(std::move(made), {});
    return end;
  }
};

}  // namespace

std::size_t read_code(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return CodeReaders(scene).code(run, at, to);
}
std::size_t read_cpe(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return CodeReaders(scene).cpe(run, at, to);
}
std::size_t read_ssdeep(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return CodeReaders(scene).ssdeep(run, at, to);
}
std::size_t read_hash(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return CodeReaders(scene).hash(run, at, to);
}
std::size_t read_tlsh(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return CodeReaders(scene).tlsh(run, at, to);
}
std::size_t read_coin(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return CodeReaders(scene).coin(run, at, to);
}
std::size_t read_attack(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return CodeReaders(scene).attack(run, at, to);
}
std::size_t read_asn(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return CodeReaders(scene).asn(run, at, to);
}

}  // namespace tocsin::report
