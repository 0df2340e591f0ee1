#pragma once

// What the reader of HTML knows about tags, classes and roles.

#include <cstdint>
#include <string_view>

#include "record/document.h"

namespace tocsin::report {

enum class TagKind : std::uint8_t {
  inlined,  ///< runs on in the line: b, span, a …
  block,    ///< begins and ends a block
  empty,    ///< has no content: img, br …
  raw,      ///< content is not markup and not text: script, style …
  hidden,   ///< content is markup but no text of the page: template, svg …
};

struct TagInfo {
  TagKind kind = TagKind::inlined;
  bool has_zone = false;
  record::Zone zone = record::Zone::body;  ///< of the content, when has_zone
  std::uint8_t group = 0;                  ///< an opening tag of a group ends an open one of the same group (li, td …)
};

/// Lower-case tag name; unknown tags are inline.
TagInfo tag_info(std::string_view name);

/// The zone of noise that a class, id or role names ("related-posts", "sidebar"), word by word; nullptr = none.
const record::Zone* noise_of_class(std::string_view value);

}  // namespace tocsin::report
