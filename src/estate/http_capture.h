#pragma once

// Captured HTTP responses: raw ones (status line, headers, body) and HAR 1.2 files of many.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/json.h"
#include "record/evidence.h"

namespace tocsin::estate {

/// A part of a response and where it stands in the captured document.
struct HttpText {
  std::string text;
  record::Span span;
};

struct HttpHeader {
  std::string name;  ///< as written
  HttpText value;
};

/// One response. Offsets count in the captured document; where the document holds a part escaped (a JSON string of a
/// HAR file) its span is that of the whole string.
struct HttpResponse {
  int status = 0;
  HttpText url;  ///< of the request, where known
  std::vector<HttpHeader> headers;
  std::vector<HttpText> cookies;  ///< "name=value" of Set-Cookie
  HttpText body;
  bool body_is_verbatim = true;  ///< body.text is the document's bytes, so offsets in it can be added to its span
};

struct HttpCapture {
  std::vector<HttpResponse> responses;
  std::vector<Diagnostic> damaged;  ///< entries that could not be used
};

/// "HTTP/1.1 200 OK", headers, an empty line, the body; LF or CRLF. Several captures may follow one another when each
/// has a Content-Length.     errors: syntax (offset), limit_exceeded
Result<HttpCapture> parse_raw_http(std::string_view text, const std::string& path);
/// `log.entries[].response` of HAR 1.2.     errors: invalid (no log.entries), unsupported (another HAR version)
Result<HttpCapture> parse_har(const json::Value& document, std::string_view text, const std::string& path);

}  // namespace tocsin::estate
