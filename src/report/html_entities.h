#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::report {

/// What a character reference of HTML stands for.
struct CharacterReference {
  std::string text;        ///< UTF-8; empty when there is no reference
  std::size_t length = 0;  ///< bytes of the source that it takes, from '&' on; 0 = none
};

/// The reference at the beginning of `text` (which starts with '&'), named or numeric, with or without ';'.
/// source: WHATWG HTML §13.2.5.72 to 80
CharacterReference decode_reference(std::string_view text);

}  // namespace tocsin::report
