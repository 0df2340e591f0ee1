#pragma once

// Problems of a rule, configuration or object file, and how people see them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin {

enum class Severity : std::uint8_t { warning, error };

/// One finding about an input file; a file reports all of them at once.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string rule;     ///< stable id of the rule that was broken, e.g. "estate/unknown-key"
  std::string message;  ///< one sentence without a final stop
  Where where;
  std::string pointer = {};  ///< JSON pointer, or empty
  std::string hint = {};     ///< what to do about it, or empty
};

bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// file:line:column: severity: message [rule], the line with a caret under the place (cut to fit 160 columns, tabs as
/// they are, one column a code point), pointer and hint; each line ends in LF. Controls and bidirectional overrides of
/// the input come out as U+FFFD. `text` is the whole file, or empty: then there is no excerpt.
std::string print_diagnostic(const Diagnostic& diagnostic, std::string_view text);

/// The nearest of `candidates` by edit distance, ASCII case aside, for "did you mean …"; empty when nothing is near.
/// The first of equals.
std::string nearest_name(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace tocsin
