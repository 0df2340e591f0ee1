#pragma once

// Result<T>, Error and TRY: how every function of this house fails.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace tocsin {

/// Why something failed. A small closed set: callers branch on it, people read `Error::message`.
enum class ErrorCode : std::uint8_t {
  usage,           ///< the caller asked for something that makes no sense; a retry is useless
  not_found,       ///< a file, an object or a name does not exist
  io,              ///< the operating system refused: permissions, disk full, broken pipe; a retry may help
  syntax,          ///< bytes that are not in the format that they claim
  invalid,         ///< well-formed, but breaks a rule of the format or of the domain
  unsupported,     ///< valid, but this program does not do it; the message names the feature
  limit_exceeded,  ///< larger, deeper or more numerous than a documented bound
  internal,        ///< a defect of ours; the message says what was violated
};

/// The code as it is printed, e.g. "limit-exceeded".
std::string_view error_code_name(ErrorCode code);

/// A place in an input. All parts are optional; what is known is printed as source:line:column.
struct Where {
  static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};

  std::string source = {};          ///< path as given, "-" for standard input, or empty
  std::uint64_t offset = kUnknown;  ///< byte offset from 0, or kUnknown
  std::uint32_t line = 0;           ///< from 1; 0 = unknown
  std::uint32_t column = 0;         ///< from 1, counted in bytes; 0 = unknown

  bool has_offset() const { return offset != kUnknown; }
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  ///< one sentence without a final stop, lower case first
  Where where = {};
  std::string hint = {};     ///< what to do about it, or empty
  std::string pointer = {};  ///< RFC 6901: the place in a JSON document, or empty
};

/// "path:3:9: message, at /json/pointer (hint)", as one line.
std::string print_error(const Error& error);

/// 1-based line and byte column of `offset` in `text`; offsets past the end give the end.
/// cost: O(offset)
Where locate(std::string_view text, std::uint64_t offset, std::string source);

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// Builds the unexpected side of a Result: `return fail(ErrorCode::syntax, "…", where);`
inline std::unexpected<Error> fail(ErrorCode code, std::string message, Where where = {}, std::string hint = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(where), std::move(hint)});
}

}  // namespace tocsin

#define TOCSIN_CONCAT_INNER(a, b) a##b
#define TOCSIN_CONCAT(a, b) TOCSIN_CONCAT_INNER(a, b)

/// TRY(auto value, parse(x)): evaluates to the value or returns the error from the enclosing function.
#define TRY(declaration, ...) TOCSIN_TRY_IMPL(TOCSIN_CONCAT(try_result_, __LINE__), declaration, __VA_ARGS__)
#define TOCSIN_TRY_IMPL(name, declaration, ...)               \
  auto name = (__VA_ARGS__);                                  \
  if (!name) return std::unexpected(std::move(name).error()); \
  declaration = *std::move(name)

/// TRY_VOID(save(x)): returns the error of a Status from the enclosing function.
#define TRY_VOID(...)                                                                                        \
  do {                                                                                                       \
    if (auto try_status = (__VA_ARGS__); !try_status) return std::unexpected(std::move(try_status).error()); \
  } while (false)
