#include "base/json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "base/bytes.h"

namespace tocsin::json {
namespace {

Value parsed(std::string_view text) {
  auto value = parse(text);
  EXPECT_TRUE(value.has_value()) << print_error(value.error());
  return value ? *std::move(value) : Value();
}

TEST(JsonParse, KeepsOrderDuplicatesAndDigits) {
  const std::string text = R"({"b":1.50,"a":[1e3,-0,123456789012345678901234567890,true,null],"b":"é\n😀"})";
  EXPECT_EQ(print(parsed(text)), text);
  EXPECT_EQ(*parsed(text).find_string("b"), "é\n😀");
}

TEST(JsonParse, OffsetsPointAtTheValue) {
  const std::string_view text = "\xEF\xBB\xBF{ \"a\" : [ 10 , {\"k\": \"v\"} ] }";
  const Value value = parsed(text);
  EXPECT_EQ(text.substr(value.offset(), 1), "{");
  EXPECT_EQ(text.substr(value.object()->front().key_offset, 3), "\"a\"");
  const Array& items = *value.find("a")->array();
  EXPECT_EQ(text.substr(items[0].offset(), 2), "10");
  EXPECT_EQ(text.substr(items[1].find("k")->offset(), 3), "\"v\"");
}

TEST(JsonParse, RefusesWhatIsNotJson) {
  for (const std::string_view text :
       {"",      "  ",         "{",      "[1,]",     "[1 2]",       "{\"a\" 1}",   "{\"a\":}",
        "{a:1}", "nul",        "truex",  "01",       "1.",          "+1",          ".5",
        "1e",    "\"\\x\"",    "\"\n\"", "[1] 2",    "1 2",         "\"a\" \"b\"", "null null",
        "{} {}", "{\"a\":1,}", "\xFF",   "\"\xC3\"", "\"\\ud800\"", "]",           "}"}) {
    auto value = parse(text, {.source = "x"});
    ASSERT_FALSE(value.has_value()) << text;
    EXPECT_EQ(value.error().code, ErrorCode::syntax) << text;
    EXPECT_NE(value.error().where.line, 0u) << text;
  }
}

TEST(JsonParse, AcceptsRootScalars) {
  for (const std::string_view text :
       {"1", " true ", "null", "\"x\"", "-0.5e10", "false\n", "123456789012345678901234567890"}) {
    EXPECT_TRUE(parse(text).has_value()) << text;
  }
}

TEST(JsonParse, DepthIsBounded) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse(nested(256)).has_value());
  const auto deep = parse(nested(257));
  ASSERT_FALSE(deep.has_value());
  EXPECT_EQ(deep.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(deep.error().where.offset, 256u);
  EXPECT_FALSE(parse(nested(100'000)).has_value());
}

TEST(JsonParse, ErrorNamesThePlace) {
  const auto value = parse("{\n  \"a\": 1,\n  \"b\": tru\n}", {.source = "f.json"});
  ASSERT_FALSE(value.has_value());
  EXPECT_EQ(value.error().where.line, 3u);
  EXPECT_EQ(value.error().where.column, 8u);
  EXPECT_TRUE(print_error(value.error()).starts_with("f.json:3:8: ")) << print_error(value.error());
}

TEST(JsonParse, TreeIsBounded) {
  std::string ones = "[1";
  for (int i = 1; i < 2'000; ++i) ones += ",1";
  ones += "]";
  const ParseOptions options{.source = "ones.json", .max_tree_bytes = std::uint64_t{1'000} * sizeof(Value)};
  EXPECT_TRUE(parse(ones));
  const auto refused = parse(ones, options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().where.line, 1u);
  // A list that grows from 512 to 1024 values holds both for a moment.
  EXPECT_EQ(refused.error().where.offset, 1u + 512 * 2);

  std::string members = "{";
  for (int i = 0; i < 2'000; ++i) members += "\"k\":\"" + std::string(30, 'v') + "\",";
  members.back() = '}';
  EXPECT_EQ(parse(members, options).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(parse('"' + std::string(50'000, 'x') + '"', options).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(parse(std::string(50'000, '1'), options).error().code, ErrorCode::limit_exceeded);
  std::string nested;
  for (int i = 0; i < 2'000; ++i) nested += "[[],{}],";
  EXPECT_EQ(parse('[' + nested + "0]", options).error().code, ErrorCode::limit_exceeded);
}

TEST(JsonParse, PaddedBytesAreReadInPlace) {
  const PaddedBytes bytes = PaddedBytes::copy_of("\xEF\xBB\xBF {\"a\": [1, \"x\"]}\n");
  const auto value = parse(bytes);
  ASSERT_TRUE(value) << print_error(value.error());
  EXPECT_EQ(print(*value), R"({"a":[1,"x"]})");
  EXPECT_EQ(value->offset(), 4u);
  EXPECT_FALSE(parse(PaddedBytes()));
}

TEST(JsonCanonical, FollowsRfc8785) {
  // RFC 8785 §3.2.3 and appendix B.
  EXPECT_EQ(
      *print_canonical(parsed(
          R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"})")),
      "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"ö\":\"Latin Small Letter O With "
      "Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With "
      "Dagesh\"}");
  EXPECT_EQ(
      *print_canonical(parsed("[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0, 1e21, 1e20]")),
      "[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,100000000000000000000]");
  EXPECT_FALSE(print_canonical(parsed(R"({"a":1,"a":2})")).has_value());
}

TEST(JsonPrint, ReplacesInvalidUtf8) {
  std::string out;
  print_string_to(out, "a\xFFz\x01\x7F");
  EXPECT_EQ(out, "\"a\xEF\xBF\xBDz\\u0001\x7F\"");
}

TEST(JsonPrint, PrettyReadsBack) {
  const Value value = parsed(R"({"a":[],"b":{},"c":[1,{"d":"x"}]})");
  EXPECT_EQ(parsed(print_pretty(value)), value);
  EXPECT_EQ(print_pretty(value),
            "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"d\": \"x\"\n    }\n  ]\n}\n");
}

TEST(JsonPointer, EscapesAndResolves) {
  const Value value = parsed(R"({"a/b":{"m~n":[10,20]}})");
  const std::string pointer = pointer_append(pointer_append(pointer_append("", "a/b"), "m~n"), std::size_t{1});
  EXPECT_EQ(pointer, "/a~1b/m~0n/1");
  ASSERT_NE(resolve_pointer(value, pointer), nullptr);
  EXPECT_EQ(resolve_pointer(value, pointer)->as_int64(), 20);
  EXPECT_EQ(resolve_pointer(value, "/a~1b/m~0n/2"), nullptr);
  EXPECT_EQ(resolve_pointer(value, "/a~1b/m~0n/01"), nullptr);
}

rc::Gen<Value> any_value(int depth) {
  const auto text = rc::gen::map(rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)),
                                 [](std::string s) { return Value(std::move(s)); });
  const auto number = rc::gen::map(rc::gen::arbitrary<double>(),
                                   [](double d) { return std::isfinite(d) ? Value::real(d) : Value::integer(7); });
  const auto integer =
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t i) { return Value::integer(i); });
  const auto flag = rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return Value(b); });
  if (depth == 0) return rc::gen::oneOf(text, number, integer, flag, rc::gen::just(Value()));
  const auto array = rc::gen::map(rc::gen::container<std::vector<Value>>(any_value(depth - 1)),
                                  [](std::vector<Value> v) { return Value(std::move(v)); });
  const auto object =
      rc::gen::map(rc::gen::container<std::vector<std::pair<std::string, Value>>>(rc::gen::pair(
                       rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)), any_value(depth - 1))),
                   [](std::vector<std::pair<std::string, Value>> pairs) {
                     Object members;
                     for (auto& [key, value] : pairs) members.push_back(Member{key, std::move(value), 0});
                     return Value(std::move(members));
                   });
  return rc::gen::oneOf(text, number, array, object);
}

TEST(JsonProperty, ParseOfPrintIsIdentity) {
  EXPECT_TRUE(rc::check([] {
    const Value value = *any_value(2);
    const auto back = parse(print(value));
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
  }));
}

TEST(JsonProperty, RealsReadBackExactly) {
  EXPECT_TRUE(rc::check([](double value) {
    RC_PRE(std::isfinite(value));
    RC_ASSERT(Value::real(value).as_double() == value);
  }));
}

}  // namespace
}  // namespace tocsin::json
