#include "event/access_log.h"

#include <algorithm>

#include "base/unicode.h"

namespace tocsin::event {

namespace {

/// Takes words and quoted strings from the front of a line.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
  void skip_spaces() {
    while (at(' ') || at('\t')) rest_.remove_prefix(1);
  }
  std::string_view word() {
    const std::size_t end = std::min(rest_.find_first_of(" \t"), rest_.size());
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    skip_spaces();
    return out;
  }
  /// The inside of "…" with backslash escapes; without a closing quote, the whole rest (servers cut long lines).
  std::string_view quoted() {
    rest_.remove_prefix(1);
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    end = std::min(end, rest_.size());
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    skip_spaces();
    return out;
  }

 private:
  std::string_view rest_;
};

/// "17/May/2015:10:05:03 +0000"; the calendar is checked when somebody asks for the instant.
bool looks_like_time(std::string_view text) {
  constexpr std::string_view kForm = "00/aaa/0000:00:00:00 +0000";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool fits = kForm[i] == '0'   ? is_ascii_digit(text[i])
                      : kForm[i] == 'a' ? is_ascii_alpha(text[i])
                      : kForm[i] == '+' ? text[i] == '+' || text[i] == '-'
                                        : text[i] == kForm[i];
    if (!fits) return false;
  }
  return true;
}

bool is_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_ascii_digit); }

/// "www.example.org:443", "[::1]:80": what Apache's %v:%p gives.
bool looks_like_virtual_host(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (!text.starts_with('[') && colon != text.find(':')) return false;  // an IPv6 address
  return colon != std::string_view::npos && colon > 0 && is_digits(text.substr(colon + 1)) && text.size() - colon <= 6;
}

/// An IP address by its characters; whether it is one nobody needs to know here.
bool looks_like_address(std::string_view text) {
  const bool fits = std::ranges::all_of(text, [](char c) {
    return is_ascii_digit(c) || c == '.' || c == ':' || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
  });
  return fits && (std::ranges::count(text, '.') == 3 || std::ranges::count(text, ':') >= 2);
}

bool is_method(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; });
}

}  // namespace

std::optional<AccessLine> split_access_line(std::string_view line) {
  AccessLine out;
  const std::size_t bracket = line.find(" [");
  if (bracket == std::string_view::npos) return std::nullopt;
  const std::size_t close = line.find(']', bracket);
  if (close == std::string_view::npos) return std::nullopt;
  out.time = line.substr(bracket + 2, close - bracket - 2);
  if (!looks_like_time(out.time)) return std::nullopt;

  Cursor front(line.substr(0, bracket));
  out.client = front.word();
  out.identity = front.word();
  const bool has_port = looks_like_virtual_host(out.client);
  const bool has_more = front.rest().find(' ') != std::string_view::npos;
  if (has_more && (has_port || (looks_like_address(out.identity) && !looks_like_address(out.client)))) {
    out.virtual_host = has_port ? out.client.substr(0, out.client.rfind(':')) : out.client;
    out.client = out.identity;
    out.identity = front.word();
  }
  out.user = front.rest();  // may hold spaces: it is what the client sent
  if (out.client.empty() || out.identity.empty() || out.user.empty()) return std::nullopt;

  Cursor back(line.substr(close + 1));
  back.skip_spaces();
  if (!back.at('"')) return std::nullopt;
  out.request = back.quoted();
  const std::string_view status = Cursor(back).word();
  if (is_digits(status) || status == "-") {
    out.status = back.word();
    const std::string_view size = Cursor(back).word();
    if (is_digits(size) || size == "-") out.size = back.word();
  }
  if (back.at('"')) {
    out.referer = back.quoted();
    if (back.at('"')) out.agent = back.quoted();
  }
  if (!back.rest().empty()) out.rest = back.rest();
  return out;
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  const auto digit = [](char c) -> int {
    if (is_ascii_digit(c)) return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) >= 0 && digit(text[at + 2]) >= 0) {
      out += static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2]));
      at += 2;
    } else {
      out += text[at] == '+' && plus_is_space ? ' ' : text[at];
    }
  }
  return out;
}

AccessLogCodec::AccessLogCodec(Schema& schema)
    : table_(schema.shapes().access_log), log_source_(schema.intern(schema.shapes().access_log.log_source)) {}

bool AccessLogCodec::read(Event& event, std::vector<Slot>& slots, Arena& arena) const {
  const std::optional<AccessLine> line = split_access_line(event.record);
  if (!line) return false;
  event.time = {TokenKind::text, line->time};
  event.time_style = TimeStyle::apache;
  event.log_source = log_source_;
  if (!line->virtual_host.empty()) event.host = {TokenKind::text, line->virtual_host};

  const auto add = [&](AccessPart part, TokenKind kind, std::string_view raw) {
    if (raw.data() == nullptr) return;
    if (raw == "-") kind = TokenKind::null;
    for (const AccessLogTable::Name& name : table_.names[static_cast<std::size_t>(part)]) {
      slots.push_back({name.field, kind, 0, raw});
      if (!name.decoded) continue;
      std::string scratch;
      const std::string_view text = decode_token({kind, raw}, scratch);
      const std::string decoded = percent_decode(text, part == AccessPart::query);
      if (decoded != text) slots.push_back({name.field, TokenKind::text, 0, arena.copy(decoded)});
    }
  };
  add(AccessPart::virtual_host, TokenKind::text, line->virtual_host);
  add(AccessPart::client, TokenKind::text, line->client);
  add(AccessPart::identity, TokenKind::log_string, line->identity);
  add(AccessPart::user, TokenKind::log_string, line->user);
  add(AccessPart::request, TokenKind::log_string, line->request);
  add(AccessPart::status, TokenKind::text, line->status);
  add(AccessPart::size, TokenKind::text, line->size);
  add(AccessPart::referer, TokenKind::log_string, line->referer);
  add(AccessPart::agent, TokenKind::log_string, line->agent);
  add(AccessPart::rest, TokenKind::log_string, line->rest);

  // METHOD target[ HTTP/x]; anything else (TLS on the plain port, garbage) stays a request without parts.
  const std::string_view request = line->request;
  const std::size_t space = request.find(' ');
  if (space == std::string_view::npos || !is_method(request.substr(0, space))) return true;
  add(AccessPart::method, TokenKind::text, request.substr(0, space));
  std::string_view target = request.substr(space + 1);
  const std::size_t last = target.rfind(' ');
  if (last != std::string_view::npos && target.substr(last + 1).starts_with("HTTP/")) {
    add(AccessPart::version, TokenKind::text, target.substr(last + 1));
    target = target.substr(0, last);
  }
  if (target.empty()) return true;
  add(AccessPart::target, TokenKind::log_string, target);
  const std::size_t scheme = target.find("://");
  std::size_t path_start = 0;
  if (target.front() != '/' && scheme != std::string_view::npos && scheme < 10) {  // a request to a proxy
    const std::size_t host_end = std::min(target.find_first_of("/?", scheme + 3), target.size());
    add(AccessPart::target_host, TokenKind::log_string, target.substr(scheme + 3, host_end - scheme - 3));
    path_start = host_end;
  }
  const std::size_t question = std::min(target.find('?', path_start), target.size());
  add(AccessPart::path, TokenKind::log_string, target.substr(path_start, question - path_start));
  if (question < target.size()) add(AccessPart::query, TokenKind::log_string, target.substr(question + 1));
  return true;
}

}  // namespace tocsin::event
