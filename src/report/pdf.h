#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tocsin::report {

struct PdfLimits {
  std::string program = "pdftotext";
  std::uint32_t seconds = 20;                           ///< CPU seconds, and wall-clock seconds
  std::uint64_t memory_bytes = std::uint64_t{1} << 30;  ///< address space of the child
  std::uint64_t text_bytes = std::uint64_t{256} << 20;  ///< of its output
};

/// The text of a PDF, pages separated by form feeds, from pdftotext run as a child without a shell: bytes go in through
/// an anonymous file, limits on CPU, memory, time and output hold, its messages are thrown away.
/// errors: io (cannot be started), syntax (damaged or no PDF), limit_exceeded (time or output)
Result<std::string> pdf_text(std::string_view pdf, const std::string& source, const PdfLimits& limits);

}  // namespace tocsin::report
