#include "report/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/hash.h"
#include "base/time.h"
#include "base/unicode.h"
#include "report/charset.h"
#include "report/html.h"
#include "report/pdf.h"
#include "report/zones.h"

namespace tocsin::report {

namespace {

constexpr std::string_view kText = "text/plain";
constexpr std::string_view kHtml = "text/html";
constexpr std::string_view kPdf = "application/pdf";

struct Magic {
  std::string_view bytes;
  std::string_view what;
};
constexpr auto kUnsupported = std::to_array<Magic>({{"PK\x03\x04", "a ZIP archive or an Office document"},
                                                    {"\xD0\xCF\x11\xE0", "an old Office document"},
                                                    {"{\\rtf", "an RTF document"},
                                                    {"\x89PNG", "an image"},
                                                    {"\xFF\xD8\xFF", "an image"},
                                                    {"GIF8", "an image"},
                                                    {"\x7F"
                                                     "ELF",
                                                     "a program"},
                                                    {"MZ\x90", "a program"}});

bool looks_like_html(std::string_view bytes, const std::string& path) {
  std::string head = ascii_lower(bytes.substr(0, 1024));
  // UTF-16 markup reads as ASCII with zeros in between.
  std::erase(head, '\0');
  for (const std::string_view mark :
       {"<!doctype html", "<html", "<head", "<body", "<meta ", "<article", "<div", "<p>"}) {
    const std::size_t at = head.find(mark);
    if (at != std::string::npos && (at < 16 || mark.starts_with("<!") || mark == "<html")) return true;
  }
  const std::string name = ascii_lower(path);
  return name.ends_with(".html") || name.ends_with(".htm") || name.ends_with(".xhtml");
}

/// As RFC 3339 in UTC or as a date; empty when it is neither.
std::optional<std::string> published_time(const std::string& text) {
  if (text.size() >= 19) {
    if (const auto time = parse_rfc3339(text)) return print_utc(*time);
    // "+0530" without the colon is common in page metadata.
    if (text.size() >= 24 && (text[text.size() - 5] == '+' || text[text.size() - 5] == '-')) {
      std::string fixed = text;
      fixed.insert(fixed.size() - 2, ":");
      if (const auto time = parse_rfc3339(fixed)) return print_utc(*time);
    }
  }
  if (text.size() >= 10 && parse_date(text.substr(0, 10))) return text.substr(0, 10);
  return std::nullopt;
}

std::optional<std::string> non_empty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

void read_as_html(std::string_view html, Document& document) {
  HtmlPage page = read_html(html);
  document.text = std::move(page.text);
  document.maps.insert(document.maps.begin(), std::move(page.map));
  document.blocks = std::move(page.blocks);
  document.site = std::move(page.site);
  document.info.title = non_empty(std::move(page.title));
  document.info.author = non_empty(std::move(page.author));
  document.info.language = non_empty(std::move(page.language));
  document.info.published = published_time(page.published);
  if (page.too_deep > 0) document.skipped.push_back({"html-nesting-over-limit", page.too_deep});
  mark_noise(document.text, document.blocks, false);
}

void read_as_text(Document& document, bool find_title) {
  document.blocks = split_blocks(document.text);
  std::string title = mark_noise(document.text, document.blocks, find_title);
  document.info.title = non_empty(std::move(title));
}

Status read_as_pdf(std::string_view bytes, const DocumentOptions& options, Document& document) {
  const PdfLimits limits{
      .program = options.pdf_program, .seconds = options.pdf_seconds, .text_bytes = options.max_text};
  TRY(document.text, pdf_text(bytes, document.info.path, limits));
  document.text = replace_invalid_utf8(document.text);
  document.page_starts.push_back(0);
  for (std::size_t at = 0; at < document.text.size(); ++at) {
    if (document.text[at] == '\f' && at + 1 < document.text.size()) document.page_starts.push_back(at + 1);
  }
  document.charset = "UTF-8";
  document.source = document.text;
  read_as_text(document, true);
  return {};
}

}  // namespace

Result<Document> read_document(std::string_view bytes, const std::string& path, const DocumentOptions& options) {
  const Where where{.source = path};
  if (bytes.size() > options.max_bytes) {
    return fail(ErrorCode::limit_exceeded, "the document is over " + std::to_string(options.max_bytes) + " bytes",
                where);
  }
  Document document;
  document.info.path = path;
  document.info.bytes = bytes.size();
  document.info.sha256 = hash_hex(HashAlgorithm::sha256, bytes);
  std::string_view type = options.media_type;
  if (type.empty()) {
    for (const Magic& magic : kUnsupported) {
      if (bytes.starts_with(magic.bytes)) {
        return fail(ErrorCode::unsupported, "this is " + std::string(magic.what), where,
                    "text, HTML and PDF documents are read");
      }
    }
    const bool pdf = bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos;
    type = pdf ? kPdf : looks_like_html(bytes, path) ? kHtml : kText;
  }
  document.info.media_type = type;
  if (type == kHtml && bytes.size() > options.max_page) {
    return fail(ErrorCode::limit_exceeded,
                fmt::format("the page has {} bytes, over the limit of {}", bytes.size(), options.max_page), where);
  }
  if (type == kPdf) {
    TRY_VOID(read_as_pdf(bytes, options, document));
  } else if (type == kHtml || type == kText) {
    TRY(DecodedText decoded, decode_text(bytes, type == kHtml ? declared_html_charset(bytes) : std::string(), path));
    document.charset = std::move(decoded.charset);
    document.source = std::string(bytes);
    if (!decoded.same) document.maps.push_back(std::move(decoded.map));
    if (type == kHtml) {
      read_as_html(decoded.text, document);
    } else {
      document.text = std::move(decoded.text);
      read_as_text(document, true);
    }
  } else {
    return fail(ErrorCode::unsupported, "documents of type '" + std::string(type) + "' are not read", where);
  }
  if (document.text.size() > options.max_text) {
    return fail(
        ErrorCode::limit_exceeded,
        fmt::format("the document has {} bytes of text, over the limit of {}", document.text.size(), options.max_text),
        where, "cut it into several documents; a log is for 'tocsin hunt'");
  }
  document.marking = find_marking(document);
  if (document.marking) {
    document.info.marking = document.marking->tlp;
    if (document.marking->state == MarkingState::unknown) document.skipped.push_back({"marking-unknown", 1});
    if (document.marking->state == MarkingState::contradictory) document.skipped.push_back({"markings-contradict", 1});
  }
  if (!document.info.language) document.info.language = non_empty(guess_language(document.text));
  return document;
}

record::Span Document::span(std::size_t start, std::size_t end) const {
  std::uint64_t from = start;
  std::uint64_t to = std::max(start, end);
  for (const TextMap& map : maps) std::tie(from, to) = map.to_source(from, to);
  record::Span span{from, to, std::nullopt};
  if (!page_starts.empty()) {
    const auto after = std::ranges::upper_bound(page_starts, from);
    const auto page = static_cast<std::size_t>(after - page_starts.begin());
    const std::size_t begin = page_starts[page - 1];
    span.page = static_cast<std::uint32_t>(page);
    span.start -= begin;
    span.end -= begin;
  }
  return span;
}

std::string Document::quote(const record::Span& span) const {
  std::uint64_t begin = span.start;
  std::uint64_t end = span.end;
  if (span.page && *span.page >= 1 && *span.page <= page_starts.size()) {
    begin += page_starts[*span.page - 1];
    end += page_starts[*span.page - 1];
  }
  if (begin > source.size() || end < begin) return {};
  const std::string_view bytes = std::string_view(source).substr(begin, end - begin);
  return decode_charset(bytes, charset);
}

record::Evidence Document::evidence(std::size_t start, std::size_t end, std::string rule) const {
  record::Evidence evidence;
  evidence.document = info.path;
  evidence.span = span(start, end);
  evidence.quote = quote(evidence.span);
  evidence.rule = std::move(rule);
  return evidence;
}

const Block* Document::block_at(std::size_t offset) const {
  auto after = std::ranges::upper_bound(blocks, offset, {}, &Block::start);
  if (after == blocks.begin()) return nullptr;
  --after;
  return offset < after->end ? &*after : nullptr;
}

}  // namespace tocsin::report
