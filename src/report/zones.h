#pragma once

// Blocks of plain text, and the page noise in any text.

#include <string>
#include <string_view>
#include <vector>

#include "report/document.h"

namespace tocsin::report {

/// Paragraphs, headings and list items of plain text. Lines that were wrapped at one width are one paragraph.
/// cost: O(text)
std::vector<Block> split_blocks(std::string_view text);

/// Marks page noise among blocks that are not noise yet: breadcrumbs and repeated titles, "Also read:" lines and lists
/// under such headings, prices, comment forms, advertisement marks, footers. Sets the title's zone in plain text when
/// `find_title`, and gives the title found or an empty string.
/// cost: O(text)
std::string mark_noise(std::string_view text, std::vector<Block>& blocks, bool find_title);

}  // namespace tocsin::report
