// The walker for logs against the tree: what the tree accepts, the walker gives token by token; what the walker
// refuses, the tree refuses too.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/bytes.h"
#include "base/json.h"
#include "base/json_walk.h"
#include "check.h"

namespace {

using namespace tocsin;
using json::WalkItem;
using json::WalkKind;

constexpr std::uint32_t kMaxDepth = 20;

bool means(std::string_view raw, const std::string& text) {
  const auto value = json::parse('"' + std::string(raw) + '"');
  return value && value->string() != nullptr && *value->string() == text;
}

/// Checks the items of `value` from `at` on and moves `at` behind them. Recursion is bounded by kMaxDepth.
void check(const json::Value& value, const std::vector<WalkItem>& items, std::size_t& at) {
  FUZZ_CHECK(at < items.size());
  const WalkItem& item = items[at++];
  if (item.kind == WalkKind::too_deep) {
    FUZZ_CHECK(value.array() != nullptr || value.object() != nullptr);
  } else if (const json::Object* members = value.object()) {
    FUZZ_CHECK(item.kind == WalkKind::object_begin);
    for (const json::Member& member : *members) {
      FUZZ_CHECK(at < items.size() && means(items[at].key, member.key));
      check(member.value, items, at);
    }
    FUZZ_CHECK(at < items.size() && items[at++].kind == WalkKind::object_end);
  } else if (const json::Array* elements = value.array()) {
    FUZZ_CHECK(item.kind == WalkKind::array_begin);
    for (const json::Value& element : *elements) check(element, items, at);
    FUZZ_CHECK(at < items.size() && items[at++].kind == WalkKind::array_end);
  } else if (const std::string* text = value.string()) {
    FUZZ_CHECK(item.kind == WalkKind::string && means(item.raw, *text));
  } else if (const json::Number* number = value.number()) {
    FUZZ_CHECK(item.kind == WalkKind::number && item.raw == number->digits);
  } else if (const bool* boolean = value.boolean()) {
    FUZZ_CHECK(item.kind == WalkKind::boolean && item.raw == (*boolean ? "true" : "false"));
  } else {
    FUZZ_CHECK(item.kind == WalkKind::null);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  PaddedBytes bytes = PaddedBytes::copy_of({reinterpret_cast<const char*>(data), size});
  std::memset(bytes.data() + size, '"', PaddedBytes::kPadding);  // "of any content"
  json::Walker walker;
  const Status walked = walker.walk(bytes.view(), {.max_depth = kMaxDepth, .max_items = 5'000});
  for (const WalkItem& item : walker.items()) {
    const auto inside = [&](std::string_view part) {
      return part.empty() || (part.data() >= bytes.data() && part.data() + part.size() <= bytes.data() + size);
    };
    FUZZ_CHECK(inside(item.key) && inside(item.raw));
  }
  const auto value = json::parse(bytes.view());
  if (walked && value) {
    std::size_t at = 0;
    check(*value, walker.items(), at);
    FUZZ_CHECK(at == walker.items().size());
  } else if (!walked) {
    FUZZ_CHECK(walked.error().code == ErrorCode::limit_exceeded || !value);
    FUZZ_CHECK(!walked.error().where.has_offset() || walked.error().where.offset <= size);
  }
  return 0;
}
