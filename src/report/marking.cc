// A line is a marking when the level stands by itself in it: at its beginning or behind a separator or a word such as
// "Classification", and before a separator or the line's end. Short lines that begin with the level count too
// ("TLP:GREEN Advisory 7"), sentences do not: where the two cannot be told apart, the line restricts.

#include "report/marking.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/unicode.h"
#include "report/document.h"

namespace tocsin::report {

namespace {

using record::Tlp;
using record::Zone;

/// Lines from either end of a page that may be its header and footer.
constexpr int kEdgeLines = 8;
constexpr std::size_t kLongestLine = 240;
constexpr std::size_t kShortLineWords = 10;

struct Level {
  std::string_view name;
  Tlp tlp;
};
constexpr auto kLevels = std::to_array<Level>(
    {{"white", Tlp::clear}, {"clear", Tlp::clear}, {"green", Tlp::green}, {"amber", Tlp::amber}, {"red", Tlp::red}});

constexpr auto kLabels = std::to_array<std::string_view>(
    {"classification", "marking", "marked", "distribution", "sensitivity", "level", "sharing", "protocol", "handling"});

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

/// What one line says: nothing, a level, or a level that is not known.
struct Found {
  std::optional<Tlp> tlp;
  bool unknown = false;
};

class LineReader {
 public:
  /// in: line: UTF-8; next: the line after it, where a lone "TLP:" may have its level
  LineReader(std::string_view line, std::string_view next) : line_(line), next_(next), low_(ascii_lower(line)) {}

  /// Every marking of the line.
  std::vector<Found> read() const {
    std::vector<Found> found;
    for (std::size_t at = 0; at < low_.size();) {
      const std::size_t name = std::min(low_.find("tlp", at), low_.find("traffic light protocol", at));
      if (name == std::string::npos) break;
      at = name + (low_[name + 2] == 'p' ? 3 : std::string_view("traffic light protocol").size());
      if (name > 0 && is_ascii_alnum(low_[name - 1])) continue;
      if (const auto one = level_at(name, at)) found.push_back(*one);
    }
    return found;
  }

 private:
  std::size_t skip_spaces(std::size_t at) const {
    while (at < low_.size() && is_space(low_[at])) ++at;
    return at;
  }
  bool takes(std::size_t& at, std::string_view text) const {
    if (!std::string_view(low_).substr(at).starts_with(text)) return false;
    at += text.size();
    return true;
  }

  /// The level behind the name that ends at `at`.
  std::optional<Found> level_at(std::size_t name, std::size_t at) const {
    const std::size_t name_end = at;
    (void)takes(at, ")");
    at = skip_spaces(at);
    const bool colon = takes(at, ":") || takes(at, "：");
    if (!colon) (void)takes(at, "-");
    const std::size_t after_colon = at;
    at = skip_spaces(at);
    if (at >= low_.size()) return level_below(name, colon);
    const std::size_t begin = at;
    while (at < low_.size() && is_ascii_alpha(low_[at])) ++at;
    const std::string_view word = std::string_view(low_).substr(begin, at - begin);
    const bool upper =
        std::ranges::none_of(line_.substr(begin, at - begin), [](char c) { return c >= 'a' && c <= 'z'; });
    const auto level = std::ranges::find(kLevels, word, &Level::name);
    if (level == kLevels.end()) {
      // "TLP 2.0" and "TLP: see the cover" name no level; "TLP:PURPLE" and "TLP:EX:CHR" do.
      const bool named =
          colon && word.size() >= 2 && word != "http" && word != "https" && (upper || begin == after_colon);
      if (!named || !stands_alone(name, at)) return std::nullopt;
      return Found{std::nullopt, true};
    }
    // Without its colon only capitals make it a marking.
    if (!colon && (!upper || begin == name_end)) return std::nullopt;
    Tlp tlp = level->tlp;
    if (tlp == Tlp::amber) at = strict_end(at, tlp);
    if (at < low_.size() && (low_[at] == '+' || is_ascii_alnum(low_[at]))) {
      if (!stands_alone(name, low_.size())) return std::nullopt;
      return Found{std::nullopt, true};
    }
    if (!stands_alone(name, at)) return std::nullopt;
    return Found{tlp, false};
  }

  /// "+STRICT", " + STRICT", "-STRICT", " STRICT"
  std::size_t strict_end(std::size_t at, Tlp& tlp) const {
    std::size_t end = skip_spaces(at);
    const bool joined = takes(end, "+") || takes(end, "-") || takes(end, "_") || end > at;
    end = skip_spaces(end);
    if (!joined || !takes(end, "strict") || (end < low_.size() && is_ascii_alnum(low_[end]))) return at;
    tlp = Tlp::amber_strict;
    return end;
  }

  /// "TLP:" at the end of a line: a table has the level in the next cell.
  std::optional<Found> level_below(std::size_t name, bool colon) const {
    if (left_bound(name) != Bound::firm) return std::nullopt;
    const std::string_view below = trim_ascii(next_);
    if (!below.empty() && below.size() <= std::string_view("amber + strict").size()) {
      const std::string whole = "TLP:" + std::string(below);
      const std::vector<Found> found = LineReader(whole, {}).read();
      if (found.size() == 1 && found[0].tlp) return found[0];
    }
    if (!colon) return std::nullopt;
    return Found{std::nullopt, true};
  }

  /// What divides the parts of a header line.
  static bool is_separator(char32_t c) {
    constexpr std::u32string_view kSeparators = U"|:;*#/-\u2013\u2014\u00B7\u2022\uFF1A\uFF5C\u3010\u3011";
    return kSeparators.find(c) != std::u32string_view::npos;
  }
  static bool is_bracket(char32_t c) {
    return c == U'(' || c == U')' || c == U'[' || c == U']' || c == 0xFF08 || c == 0xFF09 || c == U'<' || c == U'>';
  }

  enum class Bound : std::uint8_t { none, bracket, firm };

  Bound left_bound(std::size_t name) const {
    std::size_t at = name;
    while (at > 0 && is_space(line_[at - 1])) --at;
    if (at == 0 || name - at >= 2) return Bound::firm;
    std::size_t last = at - 1;
    while (last > 0 && (static_cast<unsigned char>(line_[last]) & 0xC0U) == 0x80U) --last;
    const char32_t c = decode_utf8(line_, last);
    if (is_separator(c)) return Bound::firm;
    if (is_bracket(c)) return Bound::bracket;
    std::size_t word = at;
    while (word > 0 && is_ascii_alpha(low_[word - 1])) --word;
    const bool label = std::ranges::find(kLabels, std::string_view(low_).substr(word, at - word)) != kLabels.end();
    return label ? Bound::firm : Bound::none;
  }

  Bound right_bound(std::size_t end) const {
    std::size_t at = skip_spaces(end);
    if (at >= line_.size() || at - end >= 2) return Bound::firm;
    const char32_t c = decode_utf8(line_, at);
    // "TLP:RED-marked"
    if (c == U'-' && at < line_.size() && is_ascii_alnum(line_[at])) return Bound::none;
    if (is_separator(c) || c == U'.') return Bound::firm;
    return is_bracket(c) ? Bound::bracket : Bound::none;
  }

  bool stands_alone(std::size_t name, std::size_t end) const {
    const Bound left = left_bound(name);
    if (left == Bound::none) return false;
    if (left == Bound::firm && right_bound(end) == Bound::firm) return true;
    std::size_t words = 0;
    for (std::size_t at = 0; at < line_.size(); ++at) {
      if (!is_space(line_[at]) && (at == 0 || is_space(line_[at - 1]))) ++words;
    }
    const char last = trim_ascii(line_).back();
    return words <= kShortLineWords && last != '.' && last != '?' && last != '!';
  }

  std::string_view line_;
  std::string_view next_;
  std::string low_;
};

class MarkingFinder {
 public:
  explicit MarkingFinder(const Document& document) : document_(document), text_(document.text) {}

  std::optional<DocumentMarking> find() {
    // A page's title stands beside its text; a plain text's title is one of its lines.
    if (document_.info.title && document_.info.media_type == "text/html") read_line(*document_.info.title, {});
    std::vector<std::size_t> pages = document_.page_starts;
    if (pages.empty()) pages.push_back(0);
    for (std::size_t page = 0; page < pages.size(); ++page)
      read_edges(pages[page], page + 1 < pages.size() ? pages[page + 1] : text_.size());
    for (const Block& block : document_.blocks) {
      if (block.zone != Zone::footer && block.zone != Zone::navigation && block.zone != Zone::metadata) continue;
      for (std::size_t at = block.start; at < block.end;) at = read_line_at(at, block.end);
    }
    return std::move(marking_);
  }

 private:
  std::size_t line_end(std::size_t at, std::size_t limit) const {
    const std::size_t end = text_.find_first_of("\n\f", at);
    return std::min(end == std::string_view::npos ? text_.size() : end, limit);
  }

  /// Reads the line that begins at `at`; gives the beginning of the next one.
  std::size_t read_line_at(std::size_t at, std::size_t limit) {
    const std::size_t end = line_end(at, limit);
    const std::string_view line = text_.substr(at, end - at);
    if (line.size() <= kLongestLine) {
      const std::size_t below = std::min(end + 1, text_.size());
      read_line(line, text_.substr(below, std::min(line_end(below, text_.size()) - below, kLongestLine)));
    }
    return end + 1;
  }

  void read_line(std::string_view line, std::string_view next) {
    if (line.size() > kLongestLine) return;
    for (const Found& found : LineReader(line, next).read()) {
      const Tlp tlp = found.tlp.value_or(Tlp::red);
      if (!marking_) {
        marking_ = DocumentMarking{tlp, MarkingState::clear_cut, std::string(trim_ascii(line))};
      } else if (tlp != marking_->tlp) {
        if (tlp > marking_->tlp) marking_->text = std::string(trim_ascii(line));
        marking_->tlp = std::max(marking_->tlp, tlp);
        if (marking_->state == MarkingState::clear_cut) marking_->state = MarkingState::contradictory;
      }
      if (found.unknown) {
        marking_->state = MarkingState::unknown;
        marking_->text = std::string(trim_ascii(line));
      }
    }
  }

  bool counts(std::size_t begin, std::size_t end) const {
    std::size_t first = begin;
    while (first < end && is_space(text_[first])) ++first;
    if (first == end) return false;
    const Block* block = document_.block_at(first);
    return block == nullptr || !record::is_noise(block->zone);
  }

  /// The first and the last lines of a page.
  void read_edges(std::size_t begin, std::size_t end) {
    std::size_t at = begin;
    for (int seen = 0; at < end && seen < kEdgeLines;) {
      const std::size_t stop = line_end(at, end);
      if (counts(at, stop)) {
        ++seen;
        read_line_at(at, end);
      }
      at = stop + 1;
    }
    std::size_t stop = end;
    for (int seen = 0; stop > at && seen < kEdgeLines;) {
      std::size_t start = stop;
      while (start > at && text_[start - 1] != '\n' && text_[start - 1] != '\f') --start;
      if (counts(start, stop)) {
        ++seen;
        read_line_at(start, stop);
      }
      stop = start > 0 ? start - 1 : 0;
    }
  }

  const Document& document_;
  std::string_view text_;
  std::optional<DocumentMarking> marking_;
};

}  // namespace

std::optional<DocumentMarking> find_marking(const Document& document) { return MarkingFinder(document).find(); }

}  // namespace tocsin::report
