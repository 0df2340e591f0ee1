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

/// The character at `at` as it is compared, and `at` moved behind it.
char32_t next_plain(std::string_view text, std::size_t& at) {
  const char c = text[at];
  if (static_cast<unsigned char>(c) >= 0x80) return plain(decode_utf8(text, at));
  ++at;
  if (c == '\t' || c == '\n' || c == '\r') return U' ';
  return static_cast<char32_t>(static_cast<unsigned char>(ascii_lower(c)));
}

bool is_word(char32_t c) {
  if (c < 0x80) return is_ascii_alnum(static_cast<char>(c)) || c == U'_';
  return is_letter(c) && !is_cjk(c);
}

}  // namespace

std::string fold_phrase(std::string_view text) {
  std::string folded;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_plain(text, at);
    if (c == 0 || (c == U' ' && (folded.empty() || folded.back() == ' '))) continue;
    append_utf8(folded, c);
  }
  while (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

/// Where a key stands, or the free place where it would.
std::size_t PhraseTable::slot_of(std::uint64_t key) const {
  const std::size_t mask = edges_.size() - 1;
  std::size_t slot = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 32) & mask;
  while (edges_[slot].key != 0 && edges_[slot].key != key) slot = (slot + 1) & mask;
  return slot;
}

std::uint32_t PhraseTable::child(std::uint32_t node, char32_t c) const { return edges_[slot_of(key_of(node, c))].to; }

std::uint32_t PhraseTable::make_child(std::uint32_t node, char32_t c) {
  const std::uint64_t key = key_of(node, c);
  Edge& edge = edges_[slot_of(key)];
  if (edge.key != 0) return edge.to;
  const auto made = static_cast<std::uint32_t>(payloads_.size());
  edge = {key, made};
  payloads_.emplace_back();
  // Every node but the first has one edge to it.
  if (payloads_.size() * 2 > edges_.size()) {
    std::vector<Edge> before(edges_.size() * 2);
    before.swap(edges_);
    for (const Edge& old : before) {
      if (old.key != 0) edges_[slot_of(old.key)] = old;
    }
  }
  return made;
}

void PhraseTable::insert(std::string_view phrase, std::uint32_t payload) {
  const std::string folded = fold_phrase(phrase);
  if (folded.empty() || folded.size() > kMaxPhrase) return;
  std::uint32_t node = 0;
  for (std::size_t at = 0; at < folded.size();) {
    const char32_t c = decode_utf8(folded, at);
    node = make_child(node, c);
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
    const char32_t c = next_plain(text, next);
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
