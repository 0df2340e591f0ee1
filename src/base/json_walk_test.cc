#include "base/json_walk.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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

/// Mostly JSON: pieces of it in any order, wrapped so that a good part is well-formed.
rc::Gen<std::string> almost_json() {
  const auto piece =
      rc::gen::element<std::string>("{", "}", "[", "]", ",", ":", "\"", "\\", "\\\"", "\\\\", "\"k\":", "\"v\"", "1",
                                    "-0.5e1", "true", "null", " ", "é", "\xff", "\"\\u00e9\"", "\"\\\\u0041\"",
                                    "\"a\":\"b\"", "[1,\"x\",{}]", "{\"n\":{\"m\":[]}}", "x", std::string(61, 'y'));
  return rc::gen::apply(
      [](const std::vector<std::string>& pieces, int form) {
        std::string out = form == 0 ? "" : "{\"a\":\"";
        for (const std::string& one : pieces)
          out += form == 2 ? (out.back() == '"' ? "p\",\"q\":" : ",\"r\":") + one : one;
        return out + (form == 0 ? "" : form == 1 ? "\"}" : "}");
      },
      rc::gen::container<std::vector<std::string>>(piece), rc::gen::inRange(0, 3));
}

/// A blank that the short way does not take, in front, sends a text the long way.
RC_GTEST_PROP(JsonWalk, TheShortWayGivesWhatTheLongWayGives, ()) {
  const std::string text = *almost_json();
  const std::string the_short = walked(text);
  const std::string the_long = walked("\t" + text);
  RC_CLASSIFY(the_short.find('!') == std::string::npos);
  RC_ASSERT(the_short.substr(0, the_short.find('!')).empty() || the_short.find('!') != std::string::npos ||
            the_short == the_long);
  RC_ASSERT((the_short.find('!') == std::string::npos) == (the_long.find('!') == std::string::npos));
}

TEST(JsonWalk, SaysWhatIsPlain) {
  const auto is_plain = [](std::string_view text) {
    const std::string padded = std::string(text) + std::string(PaddedBytes::kPadding, '"');
    Walker walker;
    EXPECT_TRUE(walker.walk(std::string_view(padded).substr(0, text.size()))) << text;
    return walker.is_plain();
  };
  EXPECT_EQ(is_plain("{\"a\":\"\\\\ é\"}"), is_plain("{}")) << "where there is no short way, nothing is";
  EXPECT_FALSE(is_plain("{\"a\":\"ſ\"}"));
  EXPECT_FALSE(is_plain("{\"a\":\"\u212A\"}"));
  EXPECT_FALSE(is_plain("{\"a\":\"\\u0041\"}"));
  for (std::size_t pad = 0; pad < 70; ++pad) {  // across the border of two blocks
    EXPECT_FALSE(is_plain("{\"a\":\"" + std::string(pad, '.') + "\\u0041\"}")) << pad;
    EXPECT_EQ(walked("{\"a\":\"" + std::string(pad, '.') + "\\\\\",\"b\":1}"),
              "{a='" + std::string(pad, '.') + "\\\\' b=1 }");
    EXPECT_EQ(walked("{\"a\":\"" + std::string(pad, '.') + "\\\"\",\"b\":1}"),
              "{a='" + std::string(pad, '.') + "\\\"' b=1 }");
  }
}

}  // namespace
}  // namespace tocsin::json
