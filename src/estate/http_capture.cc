#include "estate/http_capture.h"

#include <fmt/format.h>
#include <charconv>
#include <limits>

#include "base/unicode.h"
#include "estate/locator.h"

namespace tocsin::estate {
namespace {

constexpr std::size_t kMaxHeaders = 1000;
constexpr std::size_t kMaxResponses = 100'000;

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// "HTTP/1.1 200 OK" → 200; 0 when it is no status line.
int status_of(std::string_view line) {
  if (!line.starts_with("HTTP/")) return 0;
  const std::size_t space = line.find(' ');
  if (space > 8) return 0;  // or none
  const std::string_view code = line.substr(space + 1, 3);
  const auto value = number_of(code);
  return value && code.size() == 3 && *value >= 100 && *value <= 999 ? static_cast<int>(*value) : 0;
}

/// "name=value" of a Set-Cookie value.
void add_cookie(HttpResponse& response, const HttpText& value) {
  const std::size_t length = std::min(value.text.find(';'), value.text.size());
  response.cookies.push_back({value.text.substr(0, length), {value.span.start, value.span.start + length, {}}});
}

class RawReader {
 public:
  RawReader(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  Result<HttpCapture> read() {
    HttpCapture capture;
    while (at_ < text_.size()) {
      if (capture.responses.size() == kMaxResponses)
        return fail(ErrorCode::limit_exceeded, "more than 100000 responses in one capture", where(at_));
      const std::uint64_t begin = at_;
      auto response = read_response();
      if (!response && capture.responses.empty()) return std::unexpected(std::move(response).error());
      if (!response) {
        capture.damaged.push_back(
            {Severity::warning, "http/damaged-record", response.error().message, where(begin), {}, {}});
        break;
      }
      capture.responses.push_back(*std::move(response));
    }
    if (capture.responses.empty()) return fail(ErrorCode::syntax, "empty HTTP capture", where(0));
    return capture;
  }

 private:
  Where where(std::uint64_t offset) const { return locate(text_, offset, path_); }

  std::string_view next_line() {
    const std::size_t newline = text_.find('\n', at_);
    std::string_view line = text_.substr(at_, newline == std::string_view::npos ? newline : newline - at_);
    at_ = newline == std::string_view::npos ? text_.size() : newline + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  Result<HttpResponse> read_response() {
    HttpResponse response;
    const std::uint64_t status_at = at_;
    response.status = status_of(next_line());
    if (response.status == 0)
      return fail(ErrorCode::syntax, "no HTTP status line, 'HTTP/1.1 200 OK' expected", where(status_at));
    std::optional<std::uint64_t> length;
    while (at_ < text_.size()) {
      const std::uint64_t begin = at_;
      const std::string_view line = next_line();
      if (line.empty()) break;
      if (response.headers.size() == kMaxHeaders)
        return fail(ErrorCode::limit_exceeded, "more than 1000 headers in one response", where(begin));
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos || colon == 0)
        return fail(ErrorCode::syntax, "header line without a colon", where(begin));
      const std::string_view value = trim_ascii(line.substr(colon + 1));
      const auto value_at = static_cast<std::uint64_t>(
          value.empty() ? begin + colon + 1 : static_cast<std::uint64_t>(value.data() - text_.data()));
      HttpHeader header{std::string(trim_ascii(line.substr(0, colon))),
                        {std::string(value), {value_at, value_at + value.size(), {}}}};
      if (equals_ascii_case_insensitive(header.name, "content-length")) length = number_of(value);
      if (equals_ascii_case_insensitive(header.name, "set-cookie")) add_cookie(response, header.value);
      response.headers.push_back(std::move(header));
    }
    // A capture may have cut the body, or undone its encoding: the length given is a bound, and only another status
    // line right behind it makes it the end.
    std::uint64_t end = text_.size();
    if (length && *length < end - at_) {
      std::uint64_t next = at_ + *length;
      while (next < text_.size() && (text_[next] == '\r' || text_[next] == '\n')) ++next;
      if (status_of(text_.substr(next, 64)) != 0) end = at_ + *length;
    }
    response.body = {std::string(text_.substr(at_, end - at_)), {at_, end, {}}};
    at_ = end;
    while (at_ < text_.size() && end < text_.size() && (text_[at_] == '\r' || text_[at_] == '\n')) ++at_;
    return response;
  }

  std::string_view text_;
  std::string path_;
  std::uint64_t at_ = 0;
};

/// The span of a JSON string value: from its opening quote to its closing one.
record::Span span_of_string(std::string_view text, const json::Value& value) {
  std::uint64_t end = value.offset();
  if (end < text.size() && text[end] == '"') {
    for (++end; end < text.size() && text[end] != '"'; ++end)
      if (text[end] == '\\') ++end;
    end = std::min<std::uint64_t>(end + 1, text.size());
  }
  return {value.offset(), end, {}};
}

HttpText text_of(std::string_view document, const json::Value& value) {
  return {*value.string(), span_of_string(document, value)};
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    int value = -1;
    if (c >= 'A' && c <= 'Z')
      value = c - 'A';
    else if (c >= 'a' && c <= 'z')
      value = c - 'a' + 26;
    else if (is_ascii_digit(c))
      value = c - '0' + 52;
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else if (c == '=' || is_ascii_space(c))
      continue;
    else
      return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 0xff);
    }
  }
  return out;
}

Result<HttpResponse> response_of_entry(const json::Value& entry, std::string_view text) {
  const json::Value* response_value = entry.find("response");
  if (response_value == nullptr || response_value->object() == nullptr)
    return fail(ErrorCode::invalid, "HAR entry without a response");
  HttpResponse response;
  response.body_is_verbatim = false;
  const json::Value* status = response_value->find("status");
  response.status = status == nullptr ? 0 : static_cast<int>(status->as_int64().value_or(0));
  if (const json::Value* request = entry.find("request"))
    if (const json::Value* url = request->find("url"); url != nullptr && url->string() != nullptr)
      response.url = text_of(text, *url);
  const json::Value* headers = response_value->find("headers");
  if (headers == nullptr || headers->array() == nullptr)
    return fail(ErrorCode::invalid, "HAR response without headers");
  for (const json::Value& header : *headers->array()) {
    const std::string* name = header.find_string("name");
    const json::Value* value = header.find("value");
    if (name == nullptr || value == nullptr || value->string() == nullptr)
      return fail(ErrorCode::invalid, "HAR header without name or value");
    if (response.headers.size() == kMaxHeaders)
      return fail(ErrorCode::limit_exceeded, "more than 1000 headers in one response");
    response.headers.push_back({*name, text_of(text, *value)});
    if (equals_ascii_case_insensitive(*name, "set-cookie")) {
      const HttpText& whole = response.headers.back().value;
      response.cookies.push_back({whole.text.substr(0, whole.text.find(';')), whole.span});
    }
  }
  if (const json::Value* content = response_value->find("content"))
    if (const json::Value* body = content->find("text"); body != nullptr && body->string() != nullptr) {
      response.body = text_of(text, *body);
      if (const std::string* encoding = content->find_string("encoding");
          encoding != nullptr && *encoding == "base64") {
        auto decoded = decode_base64(response.body.text);
        if (!decoded) return fail(ErrorCode::syntax, "HAR content is not base64");
        response.body.text = *std::move(decoded);
      }
    }
  return response;
}

}  // namespace

Result<HttpCapture> parse_raw_http(std::string_view text, const std::string& path) {
  return RawReader(text, path).read();
}

Result<HttpCapture> parse_har(const json::Value& document, std::string_view text, const std::string& path) {
  const json::Value* log = document.find("log");
  const json::Value* entries = log == nullptr ? nullptr : log->find("entries");
  if (entries == nullptr || entries->array() == nullptr)
    return fail(ErrorCode::invalid, "HAR file without log.entries", {path});
  if (const std::string* version = log->find_string("version");
      version != nullptr && *version != "1.2" && *version != "1.1")
    return fail(ErrorCode::unsupported, fmt::format("HAR {} is not supported", *version), {path}, "supported: HAR 1.2");
  HttpCapture capture;
  Locator locator(text, path);
  for (std::size_t i = 0; i < entries->array()->size(); ++i) {
    if (i == kMaxResponses) return fail(ErrorCode::limit_exceeded, "more than 100000 entries in one HAR file", {path});
    const json::Value& entry = (*entries->array())[i];
    auto response = response_of_entry(entry, text);
    if (response)
      capture.responses.push_back(*std::move(response));
    else
      capture.damaged.push_back({Severity::warning,
                                 "har/damaged-record",
                                 response.error().message,
                                 locator.at(entry.offset()),
                                 json::pointer_append("/log/entries", i),
                                 {}});
  }
  return capture;
}

}  // namespace tocsin::estate
