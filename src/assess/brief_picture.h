#pragma once

// The two pictures of a brief as values, and as SVG.

#include <string>
#include <vector>

#include "assess/brief.h"

namespace tocsin::assess {

/// At most 6 ways and 6 assets, the most urgent ones.
Drawing make_drawing(const record::Warning& warning, const record::Estate& estate);

/// Publication of the documents that the warning rests on, first and last sighting, entries into the list of exploited
/// vulnerabilities, the assessment, and the CERT's deadline when something severe was seen. Oldest first.
std::vector<Moment> make_timeline(const record::Warning& warning, const BriefContext& context);

// `prefix` makes ids unique in the page. No external reference, colours by CSS classes of the page.
std::string print_drawing_svg(const Drawing& drawing, std::string_view prefix);
std::string print_timeline_svg(const std::vector<Moment>& timeline, std::string_view prefix);

/// Text for HTML and SVG: the five characters of XML escaped, control characters gone, valid UTF-8.
std::string escape_html(std::string_view text);

/// Columns that a text takes in a terminal: wide characters two, combining marks none.
std::size_t display_width(std::string_view text);
/// Breaks text into lines of at most `columns`: at spaces, between CJK characters, and inside words only when a word is
/// longer than a line.
std::vector<std::string> wrap_text(std::string_view text, std::size_t columns);

}  // namespace tocsin::assess
