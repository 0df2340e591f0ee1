#include "base/json_fault.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"

namespace tocsin::json {
namespace {

constexpr std::uint32_t kDepth = 64;

struct Case {
  std::string_view text;  ///< '^' stands before the byte that cannot stand there
  std::string_view message;
  std::string_view pointer;
  std::string_view hint = "";
};

TEST(JsonFault, NamesPlaceExpectationAndPointer) {
  for (const Case& c : {
           Case{"^", "expected a value, found the end of the text", ""},
           Case{" \n^", "expected a value, found the end of the text", ""},
           Case{"^}", "expected a value, found '}'", ""},
           Case{R"({"a": 1, "b": ^tru})", "expected a value, found 'tru'", "/b"},
           Case{R"({"a": [1, {"b/~c": ^True}]})", "expected a value, found 'True'", "/a/1/b~1~0c",
                "JSON writes it true"},
           Case{R"({"a": ^})", "expected a value, found '}'", "/a"},
           Case{R"({"a": 1 ^"b": 2})", R"(expected ',' or '}' after a member, found '"')", ""},
           Case{R"({"o": {"a": 1 ^]})", "expected ',' or '}' after a member, found ']'", "/o"},
           Case{R"({"a": 1,^})", "expected another member after ',', found '}'", "", "take out the comma before '}'"},
           Case{R"({"a": 1,^,})", "expected a key in double quotes, found ','", ""},
           Case{R"({^a: 1})", "expected a key in double quotes or '}', found 'a'", ""},
           Case{R"({^'a': 1})", "expected a key in double quotes or '}', found '''", "",
                "JSON strings stand in double quotes"},
           Case{R"({"a" ^1})", "expected ':' after the key, found '1'", "/a"},
           Case{"[1, 2,^]", "expected another element after ',', found ']'", "", "take out the comma before ']'"},
           Case{"[[0], [1 ^2]]", "expected ',' or ']' after an element, found '2'", "/1"},
           Case{"[1, 2,\n  ^// three\n  3]", "expected a value, found '/'", "/2", "JSON has no comments"},
           Case{"[0^1]", "expected '.', 'e' or the end of the number after its leading 0, found '1'", "/0"},
           Case{"[1.^]", "expected a digit, found ']'", "/0"},
           Case{"[-1e^x]", "expected a digit, found 'x'", "/0"},
           Case{"[12^ab]", "expected the end of the number, found 'ab'", "/0"},
           Case{"[^+1]", "expected a value, found '+1'", "/0"},
           Case{"[^-Infinity]", "expected a value, found '-Infinity'", "/0", "JSON has finite numbers only"},
           Case{"[\"a^\n\"]", "expected the rest of a string, found the end of the line", "/0",
                "a string ends on its line; \\n, \\t and \\u00XX write controls"},
           Case{"[\"a^\t\"]", "expected the rest of a string, found the byte 0x09", "/0",
                "a string ends on its line; \\n, \\t and \\u00XX write controls"},
           Case{R"({"k": "abc^)", "expected '\"', the end of a string, found the end of the text", "/k"},
           Case{R"(["C:\^Windows"])", "expected one of \" \\ / b f n r t u after the backslash, found 'Windows'", "/0",
                "a backslash itself is written \\\\"},
           Case{R"(["\u00^g0"])", "expected four hexadecimal digits after \\u, found 'g0'", "/0"},
           Case{R"(["^\ud800\n"])", R"(expected a character: \ud800 is half of a surrogate pair, found '\')", "/0"},
           Case{"[\"\xC3\xA9^\xFF\"]", "expected UTF-8, found the byte 0xFF", "/0",
                "is this text in another encoding?"},
           Case{"[^\xC3\xA9]", "expected a value, found '\xC3\xA9'", "/0"},
           Case{"\xEF\xBB\xBF[1] ^x", "expected the end of the text, found 'x'", ""},
           Case{"{}\n^{}", "expected the end of the text, found '{'", "",
                "several values one after another are JSON lines, not JSON"},
           Case{"{\"a\": [1, 2^", "expected ',' or ']' after an element, found the end of the text", "/a"},
       }) {
    const std::size_t place = c.text.find('^');
    const std::string text = std::string(c.text.substr(0, place)) + std::string(c.text.substr(place + 1));
    const auto fault = find_fault(text, kDepth);
    ASSERT_TRUE(fault) << text;
    EXPECT_EQ(fault->offset, place) << text;
    EXPECT_EQ(fault->message, c.message) << text;
    EXPECT_EQ(fault->pointer, c.pointer) << text;
    EXPECT_EQ(fault->hint, c.hint) << text;
    EXPECT_EQ(fault->code, ErrorCode::syntax);
    const auto value = parse(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().where.offset, place) << text;
    EXPECT_EQ(value.error().pointer, c.pointer) << text;
  }
}

TEST(JsonFault, DepthIsAFaultWithoutRecursion) {
  const auto fault = find_fault(std::string(1'000'000, '['), kDepth);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->code, ErrorCode::limit_exceeded);
  EXPECT_EQ(fault->offset, kDepth);
  EXPECT_EQ(fault->message, "nested deeper than 64");
}

TEST(JsonFault, PointersAreBounded) {
  const auto fault = find_fault(fmt::format(R"({{"{}":x}})", std::string(100'000, 'k')), kDepth);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->pointer, "");
}

/// Texts near JSON: what simdjson refuses has a fault, what it takes has none.
RC_GTEST_PROP(JsonFaultProperty, AgreesWithTheParser, ()) {
  const auto part = rc::gen::element<std::string>("{", "}", "[", "]", ",", ":", "\"a\"", "\"", "1", "-0", "0", ".5",
                                                  "e", "+", "true", "null", " ", "\n", "\\", "\\u00e9", "\\ud83d",
                                                  "\\ude00", "\xC3\xA9", "\xC3", "\x01", "/", "[1,{\"a\":[]}]");
  std::string text;
  for (const std::string& each : *rc::gen::container<std::vector<std::string>>(part)) text += each;
  const auto value = parse(text);
  const auto fault = find_fault(text, 256);
  RC_ASSERT(value.has_value() == !fault.has_value());
  if (fault) RC_ASSERT(fault->offset <= text.size());
}

/// One byte struck out of JSON or put in: the same.
RC_GTEST_PROP(JsonFaultProperty, AgreesOnDamage, ()) {
  std::string text = R"({"type":"bundle","objects":[{"a\u00e9":-1.5e+3,"b":[true,false,null,"x\\\"y"]},{},[]]})";
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  const char byte = *rc::gen::element('"', '\\', '{', '}', '[', ']', ',', ':', '0', 'e', '.', ' ', 'u', '\n');
  if (*rc::gen::arbitrary<bool>()) {
    text.insert(at, 1, byte);
  } else {
    text[at] = byte;
  }
  RC_ASSERT(parse(text).has_value() == !find_fault(text, 256).has_value());
}

}  // namespace
}  // namespace tocsin::json
