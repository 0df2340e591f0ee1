#pragma once

// The few tags of a web page that give programs away: meta, script, link, img, iframe. One pass over the bytes, no
// tree.

#include <string>
#include <string_view>
#include <vector>

#include "estate/http_capture.h"

namespace tocsin::estate {

struct PageTags {
  struct Meta {
    std::string name;  ///< lower-case; of `name` or `property`
    HttpText content;  ///< span counts in the page
  };
  std::vector<Meta> metas;
  std::vector<HttpText> links;  ///< src of script, img, iframe; href of link
};

/// Tags of the page's first `limit` bytes, at most 20,000 of them. Comments are passed over; a script's text is not
/// markup. Character references &amp; &quot; &#39; &lt; &gt; in values are resolved.     cost: O(page)
PageTags scan_page(std::string_view page, std::size_t limit);

}  // namespace tocsin::estate
