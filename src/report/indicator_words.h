#pragma once

// Words and endings that decide how a token is read.

#include <string_view>

namespace tocsin::report {

/// Scheme as it is meant for one as written ("hxxp" → "http"), lower case; empty when it is no scheme of addresses.
std::string_view meant_scheme(std::string_view written);
/// "exe", "docx", "py" …, lower case.
bool is_file_extension(std::string_view extension);
/// Both a file ending and a top-level name ("py", "zip"): a file unless the context says otherwise.
bool is_ambiguous_extension(std::string_view extension);
/// Top-level names under which plain two-label names are believed ("com", "xyz", two letters); others are often words.
bool is_common_suffix(std::string_view suffix);
/// Names of products that look like domains ("asp.net"), lower case.
bool is_product_name(std::string_view token);
/// A word before four numbers that makes them a version or a numbering ("version", "section", "chrome").
bool is_version_word(std::string_view word);
/// A word before a code that makes it a number of a part or model.
bool is_part_word(std::string_view word);
/// First folder of Unix paths ("tmp", "etc", "Library").
bool is_unix_root(std::string_view folder);

}  // namespace tocsin::report
