#pragma once

// A document as the rules see it: UTF-8 text in blocks, each block in a zone, and the way back to the original bytes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "record/document.h"
#include "record/evidence.h"
#include "report/marking.h"
#include "report/text_map.h"

namespace tocsin::report {

/// A paragraph, heading, list item, table cell … of the text.
struct Block {
  std::size_t start = 0;  ///< byte offsets into Document::text
  std::size_t end = 0;
  record::Zone zone = record::Zone::body;
};

/// Something of the input that was not read, counted for the summary.
struct SkippedPart {
  std::string reason;  ///< e.g. "html-nesting-over-limit"
  std::uint64_t count = 0;
};

/// Plain value, owns everything. Thread-compatible.
struct Document {
  record::DocumentInfo info;
  std::string source;         ///< what spans are cut from: the bytes as handed in; for PDF all pages' text in a row
  std::string charset;        ///< "UTF-8", "UTF-16LE", "windows-1252" … of the source
  std::string text;           ///< UTF-8; blocks are separated by line ends
  std::vector<Block> blocks;  ///< in order, not overlapping
  std::vector<TextMap> maps;  ///< from text back to source, applied in this order; none = the text is the source
  std::vector<std::size_t> page_starts;  ///< offset in source of each PDF page's text; empty for other documents
  std::string site;  ///< host that published the page, as far as the page says; lower case, or empty
  std::optional<DocumentMarking> marking;  ///< that it gives itself; info.marking is its level
  std::vector<SkippedPart> skipped;

  /// The place of text bytes [start, end) in the bytes as handed in (for PDF: page and offsets in its text).
  record::Span span(std::size_t start, std::size_t end) const;
  /// The bytes of that place, as UTF-8 (invalid parts as U+FFFD).
  std::string quote(const record::Span& span) const;
  /// Where that quote stands, ready for a record.
  record::Evidence evidence(std::size_t start, std::size_t end, std::string rule) const;
  /// The block at a text offset, or nullptr between blocks.     cost: O(log blocks)
  const Block* block_at(std::size_t offset) const;
};

/// A document's size after decompression: PDFs carry pictures.
inline constexpr std::uint64_t kMaxDocument = std::uint64_t{32} << 20;
/// The text in it. Reading holds the text's records, 20 bytes a byte of a dense report and 35 of a list of addresses:
/// this much stays within 300 MB.
inline constexpr std::uint64_t kMaxText = std::uint64_t{6} << 20;

/// A page's size: the map from its text to its bytes costs thirty bytes a byte where every other thing is a tag.
inline constexpr std::uint64_t kMaxPage = std::uint64_t{8} << 20;

struct DocumentOptions {
  std::string media_type = {};  ///< "" = by content and name
  std::uint64_t max_bytes = kMaxDocument;
  std::uint64_t max_page = kMaxPage;  ///< of HTML
  std::uint64_t max_text = kMaxText;
  std::uint32_t pdf_seconds = 20;         ///< CPU and wall-clock seconds that pdftotext may use
  std::string pdf_program = "pdftotext";  ///< found on PATH; run without a shell
};

/// Reads text, HTML or PDF: charset (BOM, declaration, UTF-8, else windows-1252), main text, zones, title, date,
/// language. in:     bytes: after decompression, borrowed     path: as given, for the records and as a hint for the
/// type errors: limit_exceeded (max_bytes, max_page, max_text, PDF limits), syntax (binary data, damaged PDF),
/// unsupported (other formats by
///         name), io (pdftotext cannot be run)
/// cost:   O(bytes); the document holds the bytes, the text and about as much again for the map
Result<Document> read_document(std::string_view bytes, const std::string& path, const DocumentOptions& options = {});

}  // namespace tocsin::report
