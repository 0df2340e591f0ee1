// Text that was copied from a page brings the page's furniture along: the phrases below are what sites print around an
// article. A phrase at the beginning of a short line decides about that line; a heading of a list ("Most Popular")
// decides about the short lines that follow, until a paragraph of prose comes.

#include "report/zones.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/unicode.h"

namespace tocsin::report {

namespace {

using record::Zone;

enum class Reach : std::uint8_t {
  line,  ///< this block only
  list,  ///< this block and the short ones after it
  rest,  ///< this block and the short ones after it, even past single paragraphs
};

struct Phrase {
  std::string_view text;  ///< lower case, as a prefix of the line
  Zone zone;
  Reach reach;
};

constexpr auto kPhrases = std::to_array<Phrase>({
    {"also read", Zone::related, Reach::line},
    {"read also", Zone::related, Reach::line},
    {"read more", Zone::related, Reach::line},
    {"read next", Zone::related, Reach::list},
    {"also see", Zone::related, Reach::line},
    {"see also", Zone::related, Reach::line},
    {"must read", Zone::related, Reach::line},
    {"related:", Zone::related, Reach::line},
    {"related articles", Zone::related, Reach::list},
    {"related posts", Zone::related, Reach::list},
    {"related news", Zone::related, Reach::list},
    {"related stories", Zone::related, Reach::list},
    {"recommended for you", Zone::related, Reach::list},
    {"recommended reading", Zone::related, Reach::list},
    {"you may also like", Zone::related, Reach::list},
    {"you might also like", Zone::related, Reach::list},
    {"more from ", Zone::related, Reach::list},
    {"more stories", Zone::related, Reach::list},
    {"most popular", Zone::related, Reach::list},
    {"most read", Zone::related, Reach::list},
    {"popular posts", Zone::related, Reach::list},
    {"trending now", Zone::related, Reach::list},
    {"trending stories", Zone::related, Reach::list},
    {"latest news", Zone::related, Reach::list},
    {"latest stories", Zone::related, Reach::list},
    {"recent posts", Zone::related, Reach::list},
    {"editor's picks", Zone::related, Reach::list},
    {"相关阅读", Zone::related, Reach::list},
    {"相关新闻", Zone::related, Reach::list},
    {"相关文章", Zone::related, Reach::list},
    {"推荐阅读", Zone::related, Reach::list},
    {"延伸阅读", Zone::related, Reach::list},
    {"热门文章", Zone::related, Reach::list},
    {"热门新闻", Zone::related, Reach::list},
    {"猜你喜欢", Zone::related, Reach::list},
    {"recent comments", Zone::comments, Reach::rest},
    {"please enter your comment", Zone::comments, Reach::rest},
    {"please enter your name", Zone::comments, Reach::rest},
    {"leave a reply", Zone::comments, Reach::rest},
    {"leave a comment", Zone::comments, Reach::rest},
    {"post a comment", Zone::comments, Reach::rest},
    {"post comment", Zone::comments, Reach::rest},
    {"join the conversation", Zone::comments, Reach::rest},
    {"log in to comment", Zone::comments, Reach::rest},
    {"your email address will not be published", Zone::comments, Reach::rest},
    {"comments (", Zone::comments, Reach::rest},
    {"发表评论", Zone::comments, Reach::rest},
    {"网友评论", Zone::comments, Reach::rest},
    {"最新评论", Zone::comments, Reach::rest},
    {"评论(", Zone::comments, Reach::rest},
    {"advertisement", Zone::advertisement, Reach::line},
    {"advertisment", Zone::advertisement, Reach::line},
    {"sponsored content", Zone::advertisement, Reach::list},
    {"sponsored by", Zone::advertisement, Reach::line},
    {"buy now", Zone::advertisement, Reach::line},
    {"limited offer", Zone::advertisement, Reach::line},
    {"广告", Zone::advertisement, Reach::line},
    {"subscribe to ", Zone::form, Reach::line},
    {"subscribe now", Zone::form, Reach::line},
    {"sign up for ", Zone::form, Reach::line},
    {"sign in", Zone::form, Reach::line},
    {"enter your email", Zone::form, Reach::line},
    {"get our newsletter", Zone::form, Reach::line},
    {"newsletter", Zone::form, Reach::line},
    {"订阅", Zone::form, Reach::line},
    {"skip to content", Zone::navigation, Reach::line},
    {"skip to main content", Zone::navigation, Reach::line},
    {"share this", Zone::navigation, Reach::line},
    {"share on ", Zone::navigation, Reach::line},
    {"follow us", Zone::navigation, Reach::line},
    {"back to top", Zone::navigation, Reach::line},
    {"previous article", Zone::navigation, Reach::list},
    {"next article", Zone::navigation, Reach::list},
    {"分享到", Zone::navigation, Reach::line},
    {"上一篇", Zone::navigation, Reach::line},
    {"下一篇", Zone::navigation, Reach::line},
    {"copyright ", Zone::footer, Reach::line},
    {"©", Zone::footer, Reach::line},
    {"all rights reserved", Zone::footer, Reach::line},
    {"terms of use", Zone::footer, Reach::line},
    {"privacy policy", Zone::footer, Reach::line},
    {"版权所有", Zone::footer, Reach::line},
});

constexpr std::size_t kShortLine = 160;

std::string_view text_of(std::string_view text, const Block& block) {
  return text.substr(block.start, block.end - block.start);
}

/// Lower case with straight quotes, without leading bullets and dashes.
std::string line_key(std::string_view line) {
  std::string key;
  for (std::size_t at = 0; at < line.size();) {
    const char32_t c = decode_utf8(line, at);
    switch (c) {
      case 0x2018:
      case 0x2019:
        key.push_back('\'');
        break;
      case 0x201C:
      case 0x201D:
        key.push_back('"');
        break;
      case 0x00A0:
        key.push_back(' ');
        break;
      case 0xFF1A:
        key.push_back(':');
        break;
      case 0xFF08:
        key.push_back('(');
        break;
      default:
        append_utf8(key, fold_case(c));
    }
  }
  const std::size_t begin = key.find_first_not_of(" \t-*>#|[.\"");
  return begin == std::string::npos ? std::string() : key.substr(begin);
}

bool ends_sentence(std::string_view line) {
  line = trim_ascii(line);
  for (const std::string_view mark : {".", "!", "?", "。", "！", "？", ".\"", "”", "…", ":", "：", ";"}) {
    if (line.ends_with(mark)) return true;
  }
  return false;
}

/// Prose: long enough to be a paragraph and closed like a sentence.
bool is_prose(std::string_view line) {
  const bool cjk = !line.empty() && static_cast<unsigned char>(line[0]) >= 0xE3;
  return line.size() > (cjk ? 60U : 100U) && ends_sentence(line);
}

const Phrase* find_phrase(const std::string& key) {
  for (const Phrase& phrase : kPhrases) {
    if (key.starts_with(phrase.text)) return &phrase;
  }
  return nullptr;
}

/// "Home > World > Asia", "Home / World", "Home » News"
bool is_breadcrumb(std::string_view line) {
  if (line.size() > kShortLine || ends_sentence(line)) return false;
  std::size_t marks = 0;
  for (const std::string_view mark : {" > ", " » ", " › ", " / ", " | "}) {
    for (std::size_t at = line.find(mark); at != std::string_view::npos; at = line.find(mark, at + 1)) ++marks;
  }
  return marks >= 2 || (marks == 1 && line_key(line).starts_with("home"));
}

/// Amounts of money with few words around: a price tag, not a sentence about money.
bool is_price_line(std::string_view line) {
  if (line.size() > 80 || ends_sentence(line)) return false;
  std::size_t amounts = 0;
  std::size_t words = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const std::string_view here = line.substr(at);
    for (const std::string_view sign : {"$", "€", "£", "₹", "¥", "Rs ", "Rs. ", "INR ", "USD "}) {
      if (here.starts_with(sign) && here.size() > sign.size() && is_ascii_digit(here[sign.size()])) ++amounts;
    }
    if (is_ascii_alpha(line[at]) && (at == 0 || !is_ascii_alpha(line[at - 1]))) ++words;
  }
  return amounts > 0 && words <= amounts * 3 + 2;
}

std::size_t next_content(const std::vector<Block>& blocks, std::size_t at) {
  return at + 1 < blocks.size() ? at + 1 : blocks.size();
}

struct Line {
  std::size_t start;
  std::size_t end;  ///< without the line end
};

bool begins_item(std::string_view line) {
  if (line.empty()) return false;
  for (const std::string_view bullet : {"- ", "* ", "• ", "+ ", "· ", "‣ "}) {
    if (line.starts_with(bullet)) return true;
  }
  std::size_t digits = 0;
  while (digits < line.size() && is_ascii_digit(line[digits])) ++digits;
  return digits > 0 && digits < 4 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') &&
         line[digits + 1] == ' ';
}

}  // namespace

std::vector<Block> split_blocks(std::string_view text) {
  std::vector<Block> blocks;
  std::vector<Line> run;
  const auto flush = [&] {
    std::size_t widest = 0;
    for (const Line& line : run) widest = std::max(widest, line.end - line.start);
    // Wrapped text has lines of nearly one width; a page's text has one line a paragraph.
    const bool wrapped = widest <= 120;
    for (std::size_t at = 0; at < run.size(); ++at) {
      const std::string_view line = text.substr(run[at].start, run[at].end - run[at].start);
      const bool item = begins_item(trim_ascii(line));
      bool joins = false;
      if (at > 0 && wrapped && !item && !find_phrase(line_key(line))) {
        const Line& before = run[at - 1];
        const std::string_view last = text.substr(before.start, before.end - before.start);
        // The first word would not have fitted on the line before.
        const std::string_view trimmed = trim_ascii(line);
        const std::size_t word = std::min(trimmed.find(' '), trimmed.size());
        const bool full = last.size() + 1 + word + 2 >= widest && widest >= 40;
        joins = full || (!trimmed.empty() && trimmed[0] >= 'a' && trimmed[0] <= 'z' && last.size() >= 40 &&
                         !ends_sentence(last));
      }
      if (joins) {
        blocks.back().end = run[at].end;
      } else {
        blocks.push_back({run[at].start, run[at].end, item ? Zone::list : Zone::body});
      }
    }
    run.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find_first_of("\n\f", at);
    if (end == std::string_view::npos) end = text.size();
    std::size_t last = end;
    while (last > at && is_ascii_space(text[last - 1])) --last;
    std::size_t first = at;
    while (first < last && is_ascii_space(text[first])) ++first;
    if (first == last) {
      flush();
    } else {
      run.push_back({first, last});
      if (run.size() >= 4096) flush();
    }
    at = end + 1;
  }
  flush();
  return blocks;
}

std::string mark_noise(std::string_view text, std::vector<Block>& blocks, bool find_title) {
  std::string title;
  std::optional<Phrase> open;
  for (std::size_t at = 0; at < blocks.size(); ++at) {
    Block& block = blocks[at];
    const std::string_view line = text_of(text, block);
    const bool is_short = line.size() <= kShortLine;
    if (record::is_noise(block.zone)) continue;
    const std::string key = is_short ? line_key(line) : std::string();
    if (const Phrase* phrase = is_short ? find_phrase(key) : nullptr) {
      // "Read more than once, …" is prose: a phrase is followed by the end, a mark or a short rest.
      if (!is_prose(line) || key.find(':') < phrase->text.size() + 2) {
        block.zone = phrase->zone;
        open = phrase->reach == Reach::line ? open : std::optional(*phrase);
        continue;
      }
    }
    if (open) {
      if (is_short && !is_prose(line)) {
        block.zone = open->zone;
        continue;
      }
      if (open->reach != Reach::rest) {
        open.reset();
      } else if (is_prose(line) && block.zone != Zone::list) {
        block.zone = open->zone;  // what readers wrote
        continue;
      }
    }
    if (is_short && (is_breadcrumb(line) || is_price_line(line))) {
      block.zone = is_breadcrumb(line) ? Zone::navigation : Zone::advertisement;
      continue;
    }
    // A title that is repeated with something glued in front ("HomeWorldTitle") is a breadcrumb that lost its marks.
    const std::size_t next = next_content(blocks, at);
    if (is_short && line.size() < 400 && next < blocks.size()) {
      const std::string following = line_key(text_of(text, blocks[next]));
      if (following.size() >= 20 && key.size() >= following.size() && key.ends_with(following)) {
        block.zone = Zone::navigation;
        continue;
      }
    }
    if (find_title && title.empty() && is_short && !ends_sentence(line) && block.zone == Zone::body) {
      block.zone = Zone::title;
      title = std::string(line);
      find_title = false;
    } else if (block.zone == Zone::body && is_short && line.size() < 90 && !ends_sentence(line) &&
               find_title == false && text_of(text, block).find(' ') != std::string_view::npos &&
               line.find(". ") == std::string_view::npos) {
      block.zone = Zone::heading;
    } else if (is_prose(line)) {
      find_title = false;
    }
  }
  return title;
}

}  // namespace tocsin::report
