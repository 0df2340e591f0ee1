#pragma once

// HTML to text in zones.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/document.h"

namespace tocsin::report {

/// A page as text, with what it says about itself.
struct HtmlPage {
  std::string text;  ///< UTF-8, white space collapsed, one line a block
  TextMap map;       ///< text to the HTML
  std::vector<Block> blocks;
  std::string title;
  std::string author;
  std::string published;  ///< as written
  std::string language;
  std::string site;            ///< host of the canonical address
  std::uint64_t too_deep = 0;  ///< elements nested deeper than 512, read as if their tags were not there
};

/// Reads a page. Any bytes are a page; nothing fails. A tokenizer and a stack of open elements of our own rather than
/// an HTML5 tree: every text byte must lead back to its place in the source, and a tree builder is quadratic on hostile
/// nesting (and frees its tree by recursion).
/// in:     html: valid UTF-8     cost: O(bytes)
HtmlPage read_html(std::string_view html);

}  // namespace tocsin::report
