#include "base/json_walk.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace tocsin::json {
namespace {

std::string walked(std::string_view text, WalkLimits limits = {}) {
  std::string padded(text);
  padded.append(PaddedBytes::kPadding, 'x');  // what follows a record is another record, not zeroes
  Walker walker;
  const Status status = walker.walk(std::string_view(padded).substr(0, text.size()), limits);
  std::string out;
  for (const WalkItem& item : walker.items()) {
    if (!item.key.empty()) out += std::string(item.key) + "=";
    switch (item.kind) {
      case WalkKind::object_begin:
        out += "{";
        break;
      case WalkKind::object_end:
        out += "}";
        break;
      case WalkKind::array_begin:
        out += "[";
        break;
      case WalkKind::array_end:
        out += "]";
        break;
      case WalkKind::string:
        out += "'" + std::string(item.raw) + "' ";
        break;
      case WalkKind::too_deep:
        out += "<" + std::string(item.raw) + "> ";
        break;
      default:
        out += std::string(item.raw) + " ";
        break;
    }
  }
  if (!status) out += "!" + std::string(error_code_name(status.error().code));
  return out;
}

TEST(JsonWalk, GivesTokensAsTheyStand) {
  EXPECT_EQ(walked(R"({"a":"x\\y","b" : -1.50e+3 ,"c":[true,null,{}],"d\"e":{"f":[]}} )"),
            R"({a='x\\y' b=-1.50e+3 c=[true null {}]d\"e={f=[]}})");
  EXPECT_EQ(walked(R"([1, "two" , {"three":3}])"), "[1 'two' {three=3 }]");
  EXPECT_EQ(walked(R"({"a":1,"a":2})"), "{a=1 a=2 }");
  EXPECT_EQ(walked(R"("alone")"), "'alone' ");
  EXPECT_EQ(walked("\xef\xbb\xbf{}"), "{}") << "a byte order mark is passed over";
}

TEST(JsonWalk, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "{\"a\":1", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":01}", "{\"a\":1x}",
                           "{\"a\":tru}", "{\"a\":nul}", "{\"a\":1}{\"b\":2}", "{\"a\":1} x", "{\"a\":\"\n\"}",
                           "{\"a\":\"\xff\"}", "{\"a\":\"unclosed}", "[1,]", "{,}", "{\"a\":-}"}) {
    const std::string out = walked(text);
    EXPECT_NE(out.find("!syntax"), std::string::npos) << text << " gave " << out;
  }
}

TEST(JsonWalk, NeverLooksBehindTheText) {
  const std::string whole = R"({"a":[[1,"x\\"],{"b":{"c":null}}],"d":true})";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    for (const char after : {'"', '1', ',', ':', '{', '}', '[', ']', 't', 'n', '\\', ' ', '\n', '\0'}) {
      for (const std::uint32_t max_depth : {0u, 1u, 2u, 64u}) {
        const std::string padded = whole.substr(0, size) + std::string(PaddedBytes::kPadding, after);
        const std::string_view text = std::string_view(padded).substr(0, size);
        Walker walker;
        const Status status = walker.walk(text, {.max_depth = max_depth});
        EXPECT_EQ(status.has_value(), size == whole.size()) << text << " followed by " << after;
        for (const WalkItem& item : walker.items()) {
          for (const std::string_view part : {item.key, item.raw}) {
            const bool inside =
                part.data() >= text.data() && part.size() <= size && part.data() + part.size() <= text.data() + size;
            ASSERT_TRUE(part.empty() || inside) << text << " followed by " << after;
          }
        }
      }
    }
  }
}

TEST(JsonWalk, KeepsItsLimits) {
  EXPECT_EQ(walked(R"({"a":{"b":{"c":[1]}},"d":2})", {.max_depth = 2}), R"({a={b=<{"c":[1]}> }d=2 })");
  EXPECT_EQ(walked(R"({"a":1,"b":2,"c":3})", {.max_items = 2}), "{a=1 !limit-exceeded");
  EXPECT_NE(walked(std::string(100'000, '[')).find('!'), std::string::npos);
}

}  // namespace
}  // namespace tocsin::json
