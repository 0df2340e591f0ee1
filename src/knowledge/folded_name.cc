#include "knowledge/folded_name.h"

#include "base/unicode.h"

namespace tocsin::knowledge {

namespace {

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

std::string fold_ascii(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (const char c : text) {
    if (is_ascii_alnum(c)) folded += ascii_lower(c);
  }
  return folded;
}

std::string keep_letters_and_digits(std::string_view text) {
  std::string kept;
  for (std::size_t offset = 0; offset < text.size();) {
    const char32_t code_point = decode_utf8(text, offset);
    if (is_letter(code_point) || is_cjk(code_point) || (code_point >= U'0' && code_point <= U'9')) {
      append_utf8(kept, code_point);
    }
  }
  return kept;
}

}  // namespace

std::string fold_name(std::string_view text) {
  if (is_ascii(text)) {
    std::string folded = fold_ascii(text);
    return folded.empty() ? std::string(text) : folded;
  }
  // Taking out marks and punctuation can bring letters together that compose (Hangul), and folding can leave NFKC:
  // again until nothing moves. Each round that changes something shortens or composes, two or three are usual.
  std::string folded = normalize_nfkc(text);
  const std::string plain = folded;
  for (int round = 0; round < 8; ++round) {
    std::string next = normalize_nfkc(keep_letters_and_digits(fold_case(folded)));
    if (next == folded) break;
    folded = std::move(next);
  }
  return folded.empty() ? plain : folded;
}

}  // namespace tocsin::knowledge
