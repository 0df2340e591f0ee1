#pragma once

// A document that was read, and the parts of it that are told apart.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/organisation.h"

namespace tocsin::record {

/// What kind of place of a document something stands in. Actors, victims and claims come from title, heading, body,
/// list, table, quote and caption only; the others are page noise and yield indicators at most.
enum class Zone : std::uint8_t {
  title,
  heading,
  body,
  list,
  table,
  quote,
  caption,
  code,
  metadata,
  navigation,
  related,
  comments,
  form,
  advertisement,
  footer
};
std::string_view zone_name(Zone zone);
constexpr bool is_noise(Zone zone) { return zone >= Zone::navigation; }

/// The `document` record (OUTPUT.md).
struct DocumentInfo {
  std::string path;    ///< as given; "-" for standard input
  std::string sha256;  ///< of the bytes after decompression
  std::uint64_t bytes = 0;
  std::string media_type;               ///< "text/html", "text/plain", "application/pdf"
  std::optional<std::string> language;  ///< BCP 47, e.g. "en", "zh"
  std::optional<std::string> title;
  std::optional<std::string> author;
  std::optional<std::string> published;  ///< RFC 3339 or a date "2021-03-01", as far as the document says
  std::optional<Tlp> marking;            ///< that the document gives itself; red where it cannot be understood

  bool operator==(const DocumentInfo&) const = default;
};

}  // namespace tocsin::record
