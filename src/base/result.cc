#include "base/result.h"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin {

std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
      return "usage";
    case ErrorCode::not_found:
      return "not-found";
    case ErrorCode::io:
      return "io";
    case ErrorCode::syntax:
      return "syntax";
    case ErrorCode::invalid:
      return "invalid";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::limit_exceeded:
      return "limit-exceeded";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

std::string print_error(const Error& error) {
  std::string out;
  const Where& where = error.where;
  if (!where.source.empty()) out += where.source + ":";
  if (where.line != 0) {
    out += fmt::format("{}:", where.line);
    if (where.column != 0) out += fmt::format("{}:", where.column);
  } else if (where.has_offset()) {
    out += fmt::format("byte {}:", where.offset);
  }
  if (!out.empty()) out += ' ';
  out += error.message;
  if (!error.pointer.empty()) out += fmt::format(", at {}", error.pointer);
  if (!error.hint.empty()) out += fmt::format(" ({})", error.hint);
  return out;
}

Where locate(std::string_view text, std::uint64_t offset, std::string source) {
  offset = std::min<std::uint64_t>(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return Where{.source = std::move(source),
               .offset = offset,
               .line = static_cast<std::uint32_t>(lines) + 1,
               .column = static_cast<std::uint32_t>(offset - line_start) + 1};
}

}  // namespace tocsin
