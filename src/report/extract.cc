// The text is cut into runs without white space (refang.h); each run is read from left to right by small readers, the
// most specific first, and what one has read no other sees. Paths and keys with spaces are read before runs are cut.

#include "report/extract.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/unicode.h"
#include "report/gathered.h"
#include "report/indicator_checks.h"
#include "report/indicator_words.h"
#include "report/path_reader.h"
#include "report/refang.h"

namespace tocsin::report {

namespace {

using record::Confidence;
using record::Indicator;
using record::IndicatorType;
using record::Suppression;

bool is_hex(char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_name_byte(char c) {
  return is_ascii_alnum(c) || c == '-' || c == '_' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

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

std::string ascii_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return upper;
}

class Extractor {
 public:
  Extractor(const Document& document, const ExtractOptions& options)
      : document_(document), options_(options), text_(document.text) {}

  void run(const std::function<void(Indicator)>& sink) {
    for (std::size_t at = 0; at < text_.size();) {
      const Run run = next_run(text_, at);
      if (run.text.empty()) break;
      const std::size_t begin = run.begins.front();
      if (const std::size_t end = spaced(begin, run); end > begin) {
        at = end;
      } else {
        read_run(run);
        at = std::max(run.end, at + 1);
      }
      // What stands in a run is not always read in its order; runs are.
      if (found_.size() > 1) std::ranges::stable_sort(found_, {}, [](const Indicator& i) { return i.span; });
      for (Indicator& indicator : found_) sink(std::move(indicator));
      found_.clear();
    }
  }

 private:
  // --- what may hold spaces -----------------------------------------------------------------------------------------

  /// Paths, keys and labelled names whose end is not the run's; gives where to go on, or `begin`.
  std::size_t spaced(std::size_t begin, const Run& run) {
    std::size_t start = begin;
    // "path:C:\…", "(C:\…"
    const std::size_t drive = run.text.find(":\\");
    if (drive != std::string::npos && drive > 0 && (drive == 1 || !is_ascii_alnum(run.text[drive - 2]))) {
      start = run.begins[drive - 1];
    }
    // Brackets begin no run, "\\" does.
    if (const auto path = read_windows_path(text_, start)) {
      emit_raw(path->type, start, path->end, 85,
               path->type == IndicatorType::registry_key ? "path/registry" : "path/windows");
      return path->end;
    }
    if (run.text[0] == '/') {
      if (const auto path = read_unix_path(text_, begin)) {
        emit_raw(path->type, begin, path->end, 75, "path/unix");
        return path->end;
      }
    }
    const std::string word = ascii_lower(std::string_view(run.text).substr(0, 8));
    if (word.starts_with("mutex")) return labelled_name(begin, run);
    return begin;
  }

  /// mutex "name", mutex: name, mutex named name
  std::size_t labelled_name(std::size_t begin, const Run& run) {
    std::size_t at = run.end;
    const auto skip = [&](std::string_view word) {
      if (equals_ascii_case_insensitive(text_.substr(at, word.size()), word)) at += word.size();
    };
    const bool colon = run.text.ends_with(':');
    while (at < text_.size() && text_[at] == ' ') ++at;
    const std::size_t before = at;
    skip("named ");
    skip("name ");
    skip("name: ");
    skip("called ");
    const bool announced = colon || at != before;
    while (at < text_.size() && text_[at] == ' ') ++at;
    std::string_view quote;
    for (const std::string_view mark : {"\"", "“", "‘", "'", "`"}) {
      if (text_.substr(at).starts_with(mark)) quote = mark;
    }
    at += quote.size();
    std::size_t end = at;
    while (end < text_.size() && end - at < 128) {
      const std::string_view rest = text_.substr(end);
      if (text_[end] == '\n' || text_[end] == '"' || text_[end] == '`' || rest.starts_with("”") ||
          rest.starts_with("’"))
        break;
      if (quote == "'" && text_[end] == '\'') break;
      if (quote.empty() && (is_ascii_space(text_[end]) || text_[end] == ',')) break;
      ++end;
    }
    while (end > at && (text_[end - 1] == '.' || text_[end - 1] == ',')) --end;
    if (end - at < 4 || (quote.empty() && !announced)) return begin;
    emit_raw(IndicatorType::mutex, at, end, 75, "label/mutex");
    return end;
  }

  // --- runs ---------------------------------------------------------------------------------------------------------

  void read_run(const Run& run) {
    const std::string& t = run.text;
    std::size_t from = 0;
    const std::size_t colon = t.find("://");
    if (colon != std::string::npos) {
      std::size_t scheme = colon;
      while (scheme > 0 && colon - scheme < 12 &&
             (is_ascii_alnum(t[scheme - 1]) || t[scheme - 1] == '_' || t[scheme - 1] == '*' || t[scheme - 1] == '+')) {
        --scheme;
      }
      if (url(run, scheme, colon)) {
        from = t.size();
        pieces(run, 0, scheme);
      }
    }
    pieces(run, from, t.size());
  }

  void pieces(const Run& run, std::size_t from, std::size_t to) {
    const std::string& t = run.text;
    for (std::size_t at = from; at < to;) {
      const bool boundary = at == from || !is_name_byte(t[at - 1]);
      if (boundary) {
        if (const std::size_t end = read_at(run, at, to); end > at) {
          at = end;
          continue;
        }
      }
      if (is_name_byte(t[at])) {
        while (at < to && is_name_byte(t[at])) ++at;
      } else {
        ++at;
      }
    }
  }

  std::size_t read_at(const Run& run, std::size_t at, std::size_t to) {
    using Reader = std::size_t (Extractor::*)(const Run&, std::size_t, std::size_t);
    constexpr auto kReaders =
        std::to_array<Reader>({&Extractor::email, &Extractor::mac, &Extractor::ipv6, &Extractor::ipv4, &Extractor::code,
                               &Extractor::cpe, &Extractor::ssdeep, &Extractor::hash, &Extractor::tlsh,
                               &Extractor::coin, &Extractor::attack, &Extractor::asn, &Extractor::name});
    for (const Reader reader : kReaders) {
      if (const std::size_t end = (this->*reader)(run, at, to); end > at) return end;
    }
    return at;
  }

  /// Without the punctuation that belongs to the sentence.
  static std::size_t trim_end(const std::string& t, std::size_t from, std::size_t to) {
    while (to > from) {
      const char c = t[to - 1];
      const bool closes = c == ')' && std::ranges::count(t.substr(from, to - from), '(') <
                                          std::ranges::count(t.substr(from, to - from), ')');
      if (c == '.' || c == ',' || c == ';' || c == ':' || c == '!' || c == '?' || c == '\\' || c == '*' || closes) {
        --to;
      } else {
        break;
      }
    }
    return to;
  }

  struct Host {
    std::string value;
    std::string ascii;
    IndicatorType type = IndicatorType::domain;
    std::optional<Suppression> reserved;
    bool is_documentation = false;
  };

  static std::optional<Host> read_host(std::string_view text) {
    if (auto ip = check_ipv4(text)) return Host{ip->value, {}, IndicatorType::ipv4, ip->reserved, ip->is_documentation};
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (auto domain = check_domain(text)) return Host{domain->value, domain->ascii, IndicatorType::domain, {}, false};
    return std::nullopt;
  }

  bool url(const Run& run, std::size_t scheme, std::size_t colon) {
    const std::string& t = run.text;
    const std::string written = ascii_lower(std::string_view(t).substr(scheme, colon - scheme));
    const std::string_view meant = meant_scheme(written);
    if (meant.empty()) return false;
    const std::size_t host_begin = colon + 3;
    const std::size_t end = trim_end(t, host_begin, t.size());
    std::size_t host_end = t.find_first_of("/?#", host_begin);
    if (host_end == std::string::npos || host_end > end) host_end = end;
    std::string_view authority = std::string_view(t).substr(host_begin, host_end - host_begin);
    const std::size_t user = authority.rfind('@');
    if (user != std::string_view::npos) authority.remove_prefix(user + 1);
    std::string port;
    const std::size_t port_mark = authority.rfind(':');
    if (port_mark != std::string_view::npos && port_mark + 1 < authority.size() &&
        std::ranges::all_of(authority.substr(port_mark + 1), is_ascii_digit)) {
      port = authority.substr(port_mark + 1);
      authority = authority.substr(0, port_mark);
    }
    const auto host = read_host(authority);
    if (!host) return false;
    Indicator made = make(IndicatorType::url, run, scheme, end);
    made.defanged = made.defanged || meant != written;
    made.value = std::string(meant) + "://";
    if (user != std::string_view::npos) made.value += t.substr(host_begin, user + 1);
    made.value += host->value;
    if (!port.empty()) made.value += ":" + port;
    made.value += t.substr(host_end, end - host_end);
    if (!port.empty()) made.labels["port"] = port;
    if (host->ascii != host->value && !host->ascii.empty()) made.labels["ascii"] = host->ascii;
    made.labels["host"] = host->value;
    made.confidence = made.defanged ? 95 : 80;
    made.rule = made.defanged ? "url/defanged" : "url/plain";
    reserve(made, host->reserved, host->is_documentation);
    keep(std::move(made), host->value);
    return true;
  }

  std::size_t email(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    std::size_t sign = at;
    while (sign < to && sign - at < 64 &&
           (is_ascii_alnum(t[sign]) || t[sign] == '.' || t[sign] == '_' || t[sign] == '%' || t[sign] == '+' ||
            t[sign] == '-')) {
      ++sign;
    }
    if (sign == at || sign >= to || t[sign] != '@') return at;
    std::size_t end = sign + 1;
    while (end < to && is_name_byte(t[end])) ++end;
    end = trim_end(t, sign + 1, end);
    const auto domain = check_domain(std::string_view(t).substr(sign + 1, end - sign - 1));
    if (!domain || (!domain->known_suffix && !run.is_changed(at, end) && !is_special_suffix(domain->value))) return at;
    Indicator made = make(IndicatorType::email, run, at, end);
    made.value = ascii_lower(std::string_view(t).substr(at, sign - at)) + "@" + domain->value;
    if (domain->ascii != domain->value) made.labels["ascii"] = domain->ascii;
    made.confidence = made.defanged ? 95 : 80;
    made.rule = made.defanged ? "email/defanged" : "email/plain";
    keep(std::move(made), domain->value);
    return end;
  }

  std::size_t mac(const Run& run, std::size_t at, std::size_t to) {
    constexpr std::size_t kLength = 17;
    const std::string& t = run.text;
    if (at + kLength > to || (at + kLength < to && (is_ascii_alnum(t[at + kLength]) || t[at + kLength] == ':')))
      return at;
    const char mark = t[at + 2];
    if (mark != ':' && mark != '-') return at;
    for (std::size_t index = 0; index < kLength; ++index) {
      if (index % 3 == 2 ? t[at + index] != mark : !is_hex(t[at + index])) return at;
    }
    Indicator made = make(IndicatorType::mac, run, at, at + kLength);
    made.value = ascii_lower(std::string_view(t).substr(at, kLength));
    std::ranges::replace(made.value, '-', ':');
    made.confidence = 85;
    made.rule = "mac";
    keep(std::move(made), {});
    return at + kLength;
  }

  std::size_t ipv6(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    std::size_t end = at;
    while (end < to && end - at < 46 && (is_hex(t[end]) || t[end] == ':' || t[end] == '.')) ++end;
    if (end < to && is_ascii_alnum(t[end])) return at;
    while (end > at && (t[end - 1] == '.' || (t[end - 1] == ':' && !(end - at >= 2 && t[end - 2] == ':')))) --end;
    const std::string_view token = std::string_view(t).substr(at, end - at);
    if (std::ranges::count(token, ':') < 2) return at;
    const auto ip = check_ipv6(token);
    if (!ip) return at;
    const bool defanged = run.is_changed(at, end);
    std::size_t bits_end = end;
    if (bits_end < to && t[bits_end] == '/') {
      ++bits_end;
      while (bits_end < to && is_ascii_digit(t[bits_end]) && bits_end - end < 4) ++bits_end;
    }
    const bool is_range = bits_end > end + 1 && std::stoi(t.substr(end + 1, bits_end - end - 1)) <= 128;
    // "a::b" is C++; an address has digits and is not tiny.
    const bool has_digit = std::ranges::any_of(token, is_ascii_digit);
    const auto hex_digits = std::ranges::count_if(token, is_hex);
    if (!defanged && !is_range && (!has_digit || hex_digits < 4) && !ip->reserved) return at;
    if (!has_digit && !defanged) return at;
    Indicator made = make(is_range ? IndicatorType::cidr : IndicatorType::ipv6, run, at, is_range ? bits_end : end);
    made.value = is_range ? ip->value + t.substr(end, bits_end - end) : ip->value;
    made.confidence = made.defanged ? 95 : 75;
    made.rule = made.defanged ? "ipv6/defanged" : "ipv6/plain";
    reserve(made, ip->reserved, ip->is_documentation);
    keep(std::move(made), {});
    return is_range ? bits_end : end;
  }

  std::size_t ipv4(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    if (!is_ascii_digit(t[at])) return at;
    std::size_t end = at;
    while (end < to && end - at < 16 && (is_ascii_digit(t[end]) || t[end] == '.')) ++end;
    while (end > at && t[end - 1] == '.') --end;
    if (end < to && (is_ascii_alnum(t[end]) || t[end] == '-' || t[end] == '_' ||
                     (t[end] == '.' && end + 1 < to && is_ascii_digit(t[end + 1])))) {
      return at;
    }
    const auto ip = check_ipv4(std::string_view(t).substr(at, end - at));
    if (!ip) return at;
    const bool defanged = run.is_changed(at, end);
    if (!defanged && is_version_word(word_before(run.begins[at]))) return end;
    const auto finish = [&](Indicator made, std::string value, std::string_view rule, Confidence confidence) {
      made.value = std::move(value);
      made.rule = std::string(rule) + (made.defanged ? "defanged" : "plain");
      made.confidence = made.defanged ? 95 : confidence;
      reserve(made, ip->reserved, ip->is_documentation);
      keep(std::move(made), {});
    };
    if (end < to && t[end] == '/') {
      std::size_t bits_end = end + 1;
      while (bits_end < to && is_ascii_digit(t[bits_end]) && bits_end - end < 4) ++bits_end;
      const bool ends = bits_end >= to || !(is_ascii_alnum(t[bits_end]) || t[bits_end] == '/');
      if (bits_end > end + 1 && ends && std::stoi(t.substr(end + 1, bits_end - end - 1)) <= 32) {
        finish(make(IndicatorType::cidr, run, at, bits_end), t.substr(at, bits_end - at), "cidr/", 80);
        return bits_end;
      }
    }
    std::size_t port_end = end;
    if (end < to && t[end] == ':') {
      port_end = end + 1;
      while (port_end < to && is_ascii_digit(t[port_end]) && port_end - end < 6) ++port_end;
      if (port_end == end + 1) port_end = end;
    }
    if (port_end < to && t[port_end] == '/' && port_end + 1 < to) {
      const std::size_t path_end = trim_end(t, port_end, to);
      if (path_end > port_end + 1) {
        Indicator made = make(IndicatorType::url, run, at, path_end);
        made.labels["host"] = ip->value;
        finish(std::move(made), t.substr(at, path_end - at), "url/no-scheme-", 75);
        return path_end;
      }
    }
    Indicator made = make(IndicatorType::ipv4, run, at, end);
    if (port_end > end) made.labels["port"] = t.substr(end + 1, port_end - end - 1);
    finish(std::move(made), ip->value, "ipv4/", 80);
    return port_end;
  }

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

  static bool is_special_suffix(std::string_view domain) {
    const std::string_view suffix = domain.substr(domain.rfind('.') + 1);
    return suffix == "example" || suffix == "onion" || suffix == "test" || suffix == "bit" || suffix == "i2p";
  }

  /// Domains, addresses without a scheme, file names.
  std::size_t name(const Run& run, std::size_t at, std::size_t to) {
    const std::string& t = run.text;
    std::size_t end = at;
    while (end < to && is_name_byte(t[end])) ++end;
    const std::size_t token_end = end;
    std::size_t begin = at;
    while (begin < end && (t[begin] == '.' || t[begin] == '-')) ++begin;
    while (end > begin && (t[end - 1] == '.' || t[end - 1] == '-' || t[end - 1] == '_')) --end;
    const std::string_view token = std::string_view(t).substr(begin, end - begin);
    const std::size_t dot = token.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return at;
    const bool defanged = run.is_changed(begin, end);
    const std::string extension = ascii_lower(token.substr(dot + 1));
    const auto domain = check_domain(token);
    const Confidence belief =
        domain ? believe_domain(*domain, token, extension, defanged, run, begin, end) : Confidence{0};
    if (belief == 0) {
      if (!is_file_extension(extension) || is_product_name(ascii_lower(token)) || !has_letter(token.substr(0, dot)))
        return token_end;
      Indicator made = make(IndicatorType::file_name, run, begin, end);
      made.value = token;
      made.confidence = 70;
      made.rule = "file-name";
      if (domain && domain->known_suffix) made.readings.push_back({IndicatorType::domain, domain->value, 10});
      keep(std::move(made), {});
      return token_end;
    }
    std::size_t port_end = end;
    if (end < to && t[end] == ':') {
      port_end = end + 1;
      while (port_end < to && is_ascii_digit(t[port_end]) && port_end - end < 6) ++port_end;
      if (port_end == end + 1) port_end = end;
    }
    if (port_end < to && t[port_end] == '/' && trim_end(t, port_end, to) > port_end + 1) {
      const std::size_t path_end = trim_end(t, port_end, to);
      Indicator made = make(IndicatorType::url, run, begin, path_end);
      made.value = domain->value + t.substr(end, path_end - end);
      made.labels["host"] = domain->value;
      if (domain->ascii != domain->value) made.labels["ascii"] = domain->ascii;
      made.confidence = belief;
      made.rule = made.defanged ? "url/no-scheme-defanged" : "url/no-scheme-plain";
      keep(std::move(made), domain->value);
      return path_end;
    }
    Indicator made = make(IndicatorType::domain, run, begin, end);
    made.value = domain->value;
    if (domain->ascii != domain->value) made.labels["ascii"] = domain->ascii;
    if (port_end > end) made.labels["port"] = t.substr(end + 1, port_end - end - 1);
    made.confidence = belief;
    made.rule = made.defanged ? "domain/bracketed-dot" : "domain/plain";
    if (extension == "onion") {
      const std::string_view rest = std::string_view(domain->value).substr(0, domain->value.size() - 6);
      if (!check_onion(rest.substr(rest.rfind('.') + 1))) made.suppressed = Suppression{"invalid", "onion check sum"};
      // An address of the Tor network and, where a resolver is asked for it by mistake, a domain name (RFC 7686).
      Indicator address = made;
      address.type = IndicatorType::onion;
      keep(std::move(address), domain->value);
    }
    keep(std::move(made), domain->value);
    return std::max(port_end, token_end);
  }

  static bool has_letter(std::string_view text) { return std::ranges::any_of(text, is_ascii_alpha); }

  /// How much a name is believed to be a domain; 0 = it is not.
  Confidence believe_domain(const CheckedDomain& domain, std::string_view token, const std::string& extension,
                            bool defanged, const Run& run, std::size_t begin, std::size_t end) const {
    if (is_product_name(ascii_lower(token))) return 0;
    if (defanged) {
      if (domain.known_suffix || is_special_suffix(domain.value)) return 95;
      return is_file_extension(extension) ? Confidence{0} : Confidence{60};
    }
    if (!domain.known_suffix && !is_special_suffix(domain.value)) return 0;
    const std::string_view suffix = token.substr(token.rfind('.') + 1);
    // "end.The": a sentence that lost its space.
    const bool suffix_capital = suffix[0] >= 'A' && suffix[0] <= 'Z';
    if (suffix_capital && ascii_upper(token) != token) return 0;
    const bool called = run.end < text_.size() && end == run.text.size() && text_[run.end] == '(' && domain.labels == 2;
    if (called) return 0;
    const bool with_path = end + 1 < run.text.size() && run.text[end] == '/';
    const bool announced =
        is_domain_word(word_before(run.begins[begin])) || domain.value.starts_with("www.") || with_path;
    if (is_ambiguous_extension(extension) && !announced) return 0;
    if (is_file_extension(extension) && domain.labels == 2 && !announced && extension != "app" && extension != "so")
      return 0;
    const std::size_t second = domain.ascii.rfind('.', domain.ascii.rfind('.') - 1);
    const std::string_view main_label =
        std::string_view(domain.ascii).substr(second == std::string::npos ? 0 : second + 1);
    if (!has_letter(main_label.substr(0, main_label.find('.'))) && !announced) return 0;
    // Short names are abbreviations ("e.g", "u.s").
    if (domain.value.size() < 5 && !announced) return 0;
    if (domain.labels == 2 && !announced && !is_common_suffix(extension) && domain.ascii == domain.value) return 0;
    return domain.labels >= 3 || announced ? 80 : 65;
  }

  static bool is_domain_word(std::string_view word) {
    constexpr auto kWords = std::to_array<std::string_view>({"domain", "domains", "host", "hostname", "c2", "url",
                                                             "site", "website", "server", "fqdn", "域名", "subdomain"});
    return std::ranges::find(kWords, word) != kWords.end();
  }

  // --- context ------------------------------------------------------------------------------------------------------

  /// Up to `length` bytes of text before `at`, lower case.
  std::string text_before(std::size_t at, std::size_t length) const {
    const std::size_t from = at > length ? at - length : 0;
    return ascii_lower(text_.substr(from, at - from));
  }

  /// The word before `at`, lower case, without punctuation.
  std::string word_before(std::size_t at) const {
    std::string before = text_before(at, 32);
    while (!before.empty() &&
           (is_ascii_space(before.back()) || before.back() == ':' || before.back() == '(' || before.back() == '=')) {
      before.pop_back();
    }
    const std::size_t begin = before.find_last_of(" \t\n(,;/");
    return begin == std::string::npos ? before : before.substr(begin + 1);
  }

  // --- records ------------------------------------------------------------------------------------------------------

  Indicator make(IndicatorType type, const Run& run, std::size_t from, std::size_t to) const {
    Indicator made = at_text(type, run.source_begin(from), run.source_end(to));
    made.defanged = run.is_changed(from, to);
    return made;
  }

  Indicator at_text(IndicatorType type, std::size_t from, std::size_t to) const {
    Indicator made;
    made.type = type;
    made.document = document_.info.path;
    made.span = document_.span(from, to);
    made.raw = document_.quote(made.span);
    if (const Block* block = document_.block_at(from)) made.zone = block->zone;
    return made;
  }

  void emit_raw(IndicatorType type, std::size_t from, std::size_t to, Confidence confidence, std::string_view rule) {
    Indicator made = at_text(type, from, to);
    made.value = text_.substr(from, to - from);
    made.confidence = confidence;
    made.rule = rule;
    keep(std::move(made), {});
  }

  void reserve(Indicator& made, const std::optional<Suppression>& reserved, bool is_documentation) const {
    if (reserved && !(is_documentation && options_.keep_documentation_ranges)) made.suppressed = reserved;
  }

  /// `host`: the domain that it leads to, for what belongs to the page itself.
  void keep(Indicator made, std::string_view host) {
    if (!made.suppressed && !host.empty() && !made.defanged) {
      const std::string& site = document_.site;
      const auto under = [](std::string_view name, std::string_view parent) {
        return name == parent || (name.ends_with(parent) && name[name.size() - parent.size() - 1] == '.');
      };
      const std::string_view bare =
          site.starts_with("www.") ? std::string_view(site).substr(4) : std::string_view(site);
      if (!bare.empty() && under(host, bare)) {
        made.suppressed = Suppression{"source-infrastructure", "the page's own site"};
      } else if (record::is_noise(made.zone)) {
        made.suppressed =
            Suppression{"source-infrastructure", "page furniture: " + std::string(record::zone_name(made.zone))};
      }
    }
    found_.push_back(std::move(made));
  }

  const Document& document_;
  const ExtractOptions& options_;
  std::string_view text_;
  std::vector<Indicator> found_;  ///< in the run in work
};

}  // namespace

void extract(const Document& document, const ExtractOptions& options, const std::function<void(Indicator)>& sink) {
  Extractor(document, options).run(sink);
}

std::vector<Indicator> extract(const Document& document, const ExtractOptions& options) {
  Gathered<Indicator> found(std::max<std::size_t>(document.source.size(), 1));
  extract(document, options, [&](Indicator indicator) {
    const std::uint64_t place = indicator.span.end;
    found.add(std::move(indicator), place);
  });
  return found.take();
}

}  // namespace tocsin::report
