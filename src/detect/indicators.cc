#include "detect/indicators.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "base/unicode.h"

namespace tocsin::detect {

namespace {

enum Use : std::uint8_t { kAddress = 1, kHost = 2, kUrl = 4, kHash = 8, kText = 16 };

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); });
}

bool is_domain(std::string_view text) {
  if (text.size() > 253 || text.find('.') == std::string_view::npos) return false;
  std::size_t label = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '.') {
      if (label == 0 || label > 63) return false;
      label = 0;
    } else if (is_ascii_alnum(text[i]) || text[i] == '-' || text[i] == '_' ||
               static_cast<unsigned char>(text[i]) >= 0x80) {
      ++label;
    } else {
      return false;
    }
  }
  // The last label of a name has a letter; 1.2.3.400 is neither an address nor a name.
  return std::ranges::any_of(text.substr(text.rfind('.') + 1), [](char c) { return !is_ascii_digit(c); });
}

/// hxxp://evil[.]example → http://evil.example
std::string refang(std::string_view text) {
  std::string out(text);
  constexpr std::pair<std::string_view, std::string_view> kForms[] = {
      {"[.]", "."}, {"(.)", "."}, {"[dot]", "."}, {"[:]", ":"}, {"[://]", "://"}};
  for (const auto& [from, to] : kForms) {
    for (std::size_t at = out.find(from); at != std::string::npos; at = out.find(from, at + to.size()))
      out.replace(at, from.size(), to);
  }
  if (out.starts_with("hxxp")) out.replace(0, 4, "http");
  return out;
}

struct UrlParts {
  std::string host;  ///< lower case, without port and user
  std::string rest;  ///< path and query, from '/' or '?'; without a trailing '/'
};

/// A URL's host and what follows; the scheme makes no difference to whether an indicator is met.
std::optional<UrlParts> split_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return std::nullopt;
  url.remove_prefix(scheme + 3);
  const std::size_t host_end = std::min(url.find_first_of("/?#"), url.size());
  std::string_view host = url.substr(0, host_end);
  if (const std::size_t user = host.rfind('@'); user != std::string_view::npos) host.remove_prefix(user + 1);
  const bool v6 = host.starts_with('[');
  const std::size_t port = v6 ? host.find("]:") : host.rfind(':');
  if (port != std::string_view::npos) host = host.substr(0, v6 ? port + 1 : port);
  if (v6 && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::string_view rest = url.substr(host_end);
  rest = rest.substr(0, rest.find('#'));
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (host.empty()) return std::nullopt;
  return UrlParts{ascii_lower(host), std::string(rest)};
}

std::string address_key(const std::array<std::uint8_t, 16>& address) {
  return "ip:" + std::string(reinterpret_cast<const char*>(address.data()), address.size());
}

constexpr std::string_view type_name(int type) {
  constexpr std::string_view kNames[] = {"ipv4", "cidr", "domain", "url", "md5", "sha1", "sha256"};
  return kNames[type];
}

}  // namespace

IndicatorSet::IndicatorSet(event::Schema& schema) {
  std::map<event::FieldId, std::uint8_t> uses;
  constexpr std::pair<std::string_view, Use> kTypes[] = {
      {"address", kAddress}, {"host", kHost}, {"url", kUrl}, {"hash", kHash}, {"text", kText}};
  for (const auto& [type, use] : kTypes) {
    for (const event::FieldId field : schema.fields_of_type(type))
      uses[field] = static_cast<std::uint8_t>(uses[field] | use);
  }
  for (const auto& [field, use] : uses) fields_.push_back({field, use});
}

void IndicatorSet::insert(Type type, std::string value, std::uint32_t list) {
  const auto index = static_cast<std::uint32_t>(indicators_.size());
  std::string key = value;
  if (type == Type::address) key = address_key(*parse_address(value));
  if (type == Type::network) {
    networks_.push_back({*parse_network(value), index});
  } else if (!by_value_.emplace(std::move(key), index).second) {
    return;  // listed before: the first list is named
  }
  indicators_.push_back({type, std::move(value), list});
}

bool IndicatorSet::add(std::string_view line, std::uint32_t list) {
  const std::string value = refang(line);
  const bool hex = is_hex(value);
  if (hex && value.size() == 32) return insert(Type::md5, ascii_lower(value), list), true;
  if (hex && value.size() == 40) return insert(Type::sha1, ascii_lower(value), list), true;
  if (hex && value.size() == 64) return insert(Type::sha256, ascii_lower(value), list), true;
  if (parse_address(value)) return insert(Type::address, ascii_lower(value), list), true;
  if (value.find('/') != std::string::npos && parse_network(value))
    return insert(Type::network, ascii_lower(value), list), true;
  if (is_domain(value)) return insert(Type::domain, ascii_lower(value), list), true;
  // host/path without a scheme is a URL too.
  auto url = split_url(value);
  if (!url && value.find('/') != std::string::npos) url = split_url("http://" + value);
  if (!url || (!is_domain(url->host) && !parse_address(url->host))) return false;
  if (url->rest.empty()) {
    insert(parse_address(url->host) ? Type::address : Type::domain, url->host, list);
  } else {
    insert(Type::url, url->host + url->rest, list);
  }
  return true;
}

std::vector<IndicatorSet::Problem> IndicatorSet::add_list(std::string_view text, const std::string& list) {
  std::vector<Problem> problems;
  const auto list_index = static_cast<std::uint32_t>(lists_.size());
  lists_.push_back(list);
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
      if (at != 0 && !is_ascii_space(line[at - 1])) continue;  // a URL's fragment
      line = line.substr(0, at);
      break;
    }
    line = trim_ascii(line);
    if (!line.empty() && !add(line, list_index))
      problems.push_back({number, replace_invalid_utf8(line.substr(0, 200))});
  }
  return problems;
}

/// One event's way through the set.
struct IndicatorSet::Probe {
  const IndicatorSet& set;
  event::FieldId field{};
  std::map<std::uint32_t, Hit> hits;

  void hit(std::uint32_t index, std::string_view value, std::string_view test) {
    const Indicator& indicator = set.indicators_[index];
    std::string type(type_name(static_cast<int>(indicator.type)));
    if (indicator.type == Type::address && indicator.value.find(':') != std::string::npos) type = "ipv6";
    hits.try_emplace(index, Hit{{indicator.value, std::move(type), set.lists_[indicator.list], {}, {}},
                                field,
                                std::string(value),
                                std::string(test)});
  }
  void look(const std::string& key, std::string_view value, std::string_view test) {
    if (const auto found = set.by_value_.find(key); found != set.by_value_.end()) hit(found->second, value, test);
  }
  bool address(std::string_view value) {
    const auto parsed = parse_address(value);
    if (!parsed) return false;
    look(address_key(*parsed), value, "equals");
    for (const NetworkRow& row : set.networks_) {
      if (contains(row.network, *parsed)) hit(row.indicator, value, "cidr");
    }
    return true;
  }
  void host(std::string_view value) {
    while (value.ends_with('.')) value.remove_suffix(1);
    if (!is_domain(value)) return;
    const std::string name = ascii_lower(value);
    for (std::size_t at = 0; at != std::string::npos;) {
      look(name.substr(at), value, at == 0 ? "equals" : "subdomain");
      const std::size_t dot = name.find('.', at);
      at = dot == std::string::npos ? dot : dot + 1;
    }
  }
  void url(std::string_view value) {
    constexpr std::size_t kMaxUrl = 4096;  // each folder costs a look at what stands before it
    const auto parts = split_url(value.substr(0, kMaxUrl));
    if (!parts) return;
    if (!address(parts->host)) host(parts->host);
    // The whole, without its query, and each folder above.
    std::string key = parts->host + parts->rest;
    look(key, value, "equals");
    for (std::size_t cut = key.find_last_of("/?"); cut != std::string::npos && cut > parts->host.size();
         cut = key.find_last_of("/?")) {
      key.resize(cut);
      look(key, value, "prefix");
    }
  }
  void hash(std::string_view value) {
    while (!value.empty()) {
      const std::size_t end = std::min(value.find_first_of("=,; "), value.size());
      const std::string_view digest = value.substr(0, end);
      if ((digest.size() == 32 || digest.size() == 40 || digest.size() == 64) && is_hex(digest)) {
        look(ascii_lower(digest), digest, "equals");
      }
      value.remove_prefix(std::min(end + 1, value.size()));
    }
  }
  void words(std::string_view value) {
    constexpr std::string_view kSeparators = " \t\r\n\"'`<>()[]{}|,;^=";
    while (!value.empty()) {
      const std::size_t end = std::min(value.find_first_of(kSeparators), value.size());
      std::string_view word = value.substr(0, end);
      value.remove_prefix(std::min(end + 1, value.size()));
      while (word.ends_with('.')) word.remove_suffix(1);
      if (word.size() < 4) continue;
      if (word.find("://") != std::string_view::npos) {
        url(word);
      } else if (!address(word.substr(0, word.find(':')))) {
        host(word);
        hash(word);
      }
    }
  }
};

std::vector<IndicatorSet::Hit> IndicatorSet::find(EventText& text) const {
  std::vector<Hit> out;
  if (indicators_.empty()) return out;
  Probe probe{*this, {}, {}};
  const auto slots = text.event().slots;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto use = std::ranges::lower_bound(fields_, slots[i].field, {}, &FieldUse::field);
    if (use == fields_.end() || use->field != slots[i].field) continue;
    const std::string_view value = text.text(i);
    probe.field = slots[i].field;
    if ((use->uses & kAddress) != 0) probe.address(value);
    if ((use->uses & kHost) != 0) probe.host(value);
    if ((use->uses & kUrl) != 0) probe.url(value);
    if ((use->uses & kHash) != 0) probe.hash(value);
    if ((use->uses & kText) != 0) probe.words(value);
  }
  for (auto& [index, hit] : probe.hits) out.push_back(std::move(hit));
  std::ranges::sort(out, {}, [](const Hit& hit) { return std::tie(hit.indicator.value, hit.indicator.type); });
  return out;
}

}  // namespace tocsin::detect
