#include "report/phrase_table.h"

#include <string>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

constexpr std::size_t kMaxPhrase = 200;

/// One character as it is compared; 0 for what counts as nothing.
char32_t plain(char32_t c) {
  switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x02BC:
      return U'\'';
    case 0x201C:
    case 0x201D:
      return U'"';
    case 0x00A0:
    case 0x3000:
    case U'\t':
    case U'\n':
    case U'\r':
      return U' ';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
      return U'-';
    case 0x00AD:
    case 0x200B:
    case 0x200C:
    case 0x200D:
    case 0x2060:
    case 0xFEFF:
      return 0;
    default:
      return fold_case(c);
  }
}

bool is_word(char32_t c) {
  if (c < 0x80) return is_ascii_alnum(static_cast<char>(c)) || c == U'_';
  return is_letter(c) && !is_cjk(c);
}

}  // namespace

std::string fold_phrase(std::string_view text) {
  std::string folded;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = plain(decode_utf8(text, at));
    if (c == 0 || (c == U' ' && (folded.empty() || folded.back() == ' '))) continue;
    append_utf8(folded, c);
  }
  while (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

std::uint32_t PhraseTable::child(std::uint32_t node, char32_t c) const {
  const auto found = edges_.find(std::uint64_t{node} << 21 | c);
  return found == edges_.end() ? 0 : found->second;
}

void PhraseTable::insert(std::string_view phrase, std::uint32_t payload) {
  const std::string folded = fold_phrase(phrase);
  if (folded.empty() || folded.size() > kMaxPhrase) return;
  std::uint32_t node = 0;
  for (std::size_t at = 0; at < folded.size();) {
    const char32_t c = decode_utf8(folded, at);
    auto [edge, added] =
        edges_.try_emplace(std::uint64_t{node} << 21 | c, static_cast<std::uint32_t>(payloads_.size()));
    if (added) payloads_.emplace_back();
    node = edge->second;
  }
  payloads_[node].push_back(payload);
}

std::vector<PhraseTable::Match> PhraseTable::find(std::string_view text, std::size_t start) const {
  std::vector<Match> found;
  std::uint32_t node = 0;
  bool after_space = false;
  bool last_is_word = false;
  for (std::size_t at = start; at < text.size();) {
    std::size_t next = at;
    const char32_t c = plain(decode_utf8(text, next));
    if (c == 0 || (c == U' ' && after_space)) {
      at = next;
      continue;
    }
    std::uint32_t to = child(node, c);
    if (to == 0 && c == U'-') to = child(node, U' ');
    if (to == 0) break;
    node = to;
    at = next;
    after_space = c == U' ';
    last_is_word = is_word(c);
    if (payloads_[node].empty()) continue;
    if (last_is_word && at < text.size()) {
      std::size_t peek = at;
      if (is_word(decode_utf8(text, peek))) continue;
    }
    for (const std::uint32_t payload : payloads_[node]) found.push_back({at, payload});
  }
  return found;
}

}  // namespace tocsin::report
