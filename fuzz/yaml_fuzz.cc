// Any bytes: a tree whose every mark agrees with locate() and whose sizes keep the limits, or an error with a place.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/yaml.h"

namespace {

using tocsin::yaml::Mark;
using tocsin::yaml::Node;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Node& node, std::string_view text, std::uint32_t depth_left) {
  for (const Mark& mark : {node.begin, node.end}) {
    const tocsin::Where where = tocsin::locate(text, mark.offset, "");
    require(mark.offset <= text.size() && mark.line == where.line && mark.column == where.column);
  }
  require(node.begin.offset <= node.end.offset);
  if (!node.is_scalar()) require(depth_left > 0);
  for (const Node& item : node.items) check(item, text, depth_left - 1);
  for (const tocsin::yaml::Pair& pair : node.pairs) {
    require(pair.key.is_scalar());
    check(pair.key, text, depth_left - 1);
    check(pair.value, text, depth_left - 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const tocsin::yaml::ParseOptions options{
      .source = "fuzz", .max_depth = 30, .max_nodes = 5'000, .max_expanded_nodes = 2'000, .max_expanded_bytes = 10'000};
  const auto nodes = tocsin::yaml::parse_all(text, options);
  if (!nodes) {
    require(nodes.error().where.has_offset() && nodes.error().where.offset <= size && nodes.error().where.line > 0);
    return 0;
  }
  for (const Node& node : *nodes) check(node, text, options.max_depth);
  return 0;
}
