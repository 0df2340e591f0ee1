#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "report/text_map.h"

namespace tocsin::report {

struct DecodedText {
  std::string text;     ///< UTF-8
  std::string charset;  ///< name of what the bytes were
  TextMap map;          ///< text to bytes; used when `same` is false
  bool same = true;     ///< the text is the bytes
};

/// Makes UTF-8 of bytes: by BOM, by `declared` (may be empty), else UTF-8 where it is valid, UTF-16 or GB18030 where
/// the bytes look like it, else windows-1252. Bytes without meaning become U+FFFD. errors: syntax (binary data),
/// unsupported (declared charset that ICU does not know)     cost: O(bytes)
Result<DecodedText> decode_text(std::string_view bytes, std::string_view declared, const std::string& source);

/// `bytes` of a known charset (as decode_text named it) as UTF-8; what has no meaning becomes U+FFFD.
std::string decode_charset(std::string_view bytes, const std::string& charset);

/// The charset that an HTML page declares in its first 2,048 bytes, or empty.
std::string declared_html_charset(std::string_view bytes);

/// BCP 47 code of the language that most letters or common words belong to ("en", "zh", "ja", "ko", "ru"), or empty.
std::string guess_language(std::string_view utf8);

}  // namespace tocsin::report
