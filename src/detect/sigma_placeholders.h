#pragma once

// Values for the placeholders (`%name%`) of rules with the `expand` modifier, from a file of the user's own.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tocsin::detect {

/// Placeholder names and their values. Names are compared as written.
class Placeholders {
 public:
  /// A YAML mapping of names to a value or a list of values; or a pySigma processing pipeline, of which `vars` is that
  /// mapping. Values are texts or numbers; as in a rule, `*`, `?` and `\` have their meaning in them.
  /// errors: those of YAML; invalid (a value that is none, no values, two files that give the same name), with place
  Status add(std::string_view text, const std::string& path);
  /// add() with the text of a file.     errors: those of reading it
  Status add_file(const std::string& path);

  /// The values of a name, or nullptr.
  const std::vector<std::string>* find(std::string_view name) const;
  std::vector<std::string_view> names() const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// What a value with placeholders came to.
struct Expansion {
  std::vector<std::string> values;  ///< every combination, in the order of the values given
  std::string unknown;              ///< the first placeholder without values; then `values` is empty
  bool too_many = false;            ///< more combinations than the bound; then `values` is empty
  bool has_placeholder = false;
};

/// `text` with each `%name%` replaced. A `%` behind a backslash begins no placeholder, nor does one without a name
/// (letters, digits, `_`, `-`, `.`) and a second `%` behind it.
Expansion expand_placeholders(std::string_view text, const Placeholders& placeholders, std::size_t most);

}  // namespace tocsin::detect
