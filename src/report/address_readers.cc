// Network addresses and names. A name is believed to be a domain by its suffix, its spelling and what stands before it;
// what is not may be the name of a file.

#include "report/address_readers.h"

#include <algorithm>
#include <array>
#include <optional>
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

/// Without the punctuation that belongs to the sentence.
std::size_t trim_end(const std::string& t, std::size_t from, std::size_t to) {
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

class AddressReaders : private IndicatorPart {
 public:
  using IndicatorPart::IndicatorPart;

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

 private:
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

  static bool is_special_suffix(std::string_view domain) {
    const std::string_view suffix = domain.substr(domain.rfind('.') + 1);
    return suffix == "example" || suffix == "onion" || suffix == "test" || suffix == "bit" || suffix == "i2p";
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
};

}  // namespace

bool read_url(IndicatorScene& scene, const Run& run, std::size_t scheme, std::size_t colon) {
  return AddressReaders(scene).url(run, scheme, colon);
}
std::size_t read_email(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return AddressReaders(scene).email(run, at, to);
}
std::size_t read_mac(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return AddressReaders(scene).mac(run, at, to);
}
std::size_t read_ipv6(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return AddressReaders(scene).ipv6(run, at, to);
}
std::size_t read_ipv4(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return AddressReaders(scene).ipv4(run, at, to);
}
std::size_t read_name(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to) {
  return AddressReaders(scene).name(run, at, to);
}

}  // namespace tocsin::report
