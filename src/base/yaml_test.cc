#include "base/yaml.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/bytes.h"
#include "base/json.h"

namespace tocsin::yaml {
namespace {

Node parsed(std::string_view text) {
  Result<Node> node = parse(text);
  EXPECT_TRUE(node) << (node ? "" : print_error(node.error()));
  return node ? *std::move(node) : Node();
}

Error refused(std::string_view text, const ParseOptions& options = {}) {
  Result<std::vector<Node>> nodes = parse_all(text, options);
  EXPECT_FALSE(nodes) << text;
  return nodes ? Error() : nodes.error();
}

std::string place(const Mark& mark) { return fmt::format("{}:{}@{}", mark.line, mark.column, mark.offset); }

/// Every mark must be what locate() says of its offset.
void expect_marks_agree(const Node& node, std::string_view text) {
  for (const Mark& mark : {node.begin, node.end}) {
    const Where where = locate(text, mark.offset, "");
    EXPECT_EQ(mark.line, where.line) << mark.offset << " in " << text;
    EXPECT_EQ(mark.column, where.column) << mark.offset << " in " << text;
  }
  for (const Node& item : node.items) expect_marks_agree(item, text);
  for (const Pair& pair : node.pairs) {
    expect_marks_agree(pair.key, text);
    expect_marks_agree(pair.value, text);
  }
}

/// The bytes between a node's marks.
std::string_view cut(std::string_view text, const Node& node) {
  return text.substr(node.begin.offset, node.end.offset - node.begin.offset);
}

TEST(YamlTest, TreeWithPlaces) {
  const std::string_view text = "title: a rule\ntags:\n  - one\n  - 'two'\nlog: {product: windows, id: [1, 2]}\n";
  const Node node = parsed(text);
  ASSERT_TRUE(node.is_mapping());
  ASSERT_EQ(node.pairs.size(), 3U);
  EXPECT_EQ(node.pairs[0].key.text, "title");
  EXPECT_EQ(node.find("title")->text, "a rule");
  EXPECT_EQ(place(node.find("title")->begin), "1:8@7");
  EXPECT_EQ(place(node.find("title")->end), "1:14@13");
  const Node* const tags = node.find("tags");
  ASSERT_TRUE(tags->is_sequence());
  EXPECT_EQ(tags->items.at(1).text, "two");
  EXPECT_TRUE(tags->items.at(1).quoted);
  EXPECT_FALSE(tags->items.at(0).quoted);
  EXPECT_EQ(cut(text, tags->items.at(1)), "'two'");
  EXPECT_EQ(cut(text, *tags), "- one\n  - 'two'");
  EXPECT_EQ(cut(text, *node.find("log")), "{product: windows, id: [1, 2]}");
  EXPECT_EQ(node.find("absent"), nullptr);
  expect_marks_agree(node, text);
}

TEST(YamlTest, PlacesCountBytes) {
  // Characters of one to four bytes, a mark at the start, CRLF, and line separators that are no line ends for us.
  const std::string_view text =
      "\xEF\xBB\xBF"
      "é: 'ü€😀'  # ß\r\nнов: [ä, 'b\xE2\x80\xA8 c', 東京]\r\nlast: {ö: x}\n";
  const Node node = parsed(text);
  expect_marks_agree(node, text);
  EXPECT_EQ(cut(text, node.find("é")[0]), "'ü€😀'");
  EXPECT_EQ(cut(text, node.pairs.at(1).key), "нов");
  EXPECT_EQ(cut(text, node.pairs.at(1).value), "[ä, 'b\xE2\x80\xA8 c', 東京]");
  EXPECT_EQ(cut(text, node.find("last")->pairs.at(0).value), "x");
  EXPECT_EQ(node.pairs.at(0).key.begin.offset, 3U);
}

TEST(YamlTest, Scalars) {
  const Node node = parsed(
      "literal: |\n  a\n   b\nfolded: >-\n  a\n  b\nescape: \"\\u00e9\\n\"\nplain: a\n  b\nempty:\ntagged: !!str 12\n");
  EXPECT_EQ(node.find("literal")->text, "a\n b\n");
  EXPECT_TRUE(node.find("literal")->quoted);
  EXPECT_EQ(node.find("folded")->text, "a b");
  EXPECT_EQ(node.find("escape")->text, "é\n");
  EXPECT_EQ(node.find("plain")->text, "a b");
  EXPECT_TRUE(node.find("empty")->is_null());
  EXPECT_EQ(node.find("tagged")->tag, "tag:yaml.org,2002:str");
  EXPECT_EQ(node.find("tagged")->as_int(), std::nullopt);
}

TEST(YamlTest, NulInAScalarIsKept) { EXPECT_EQ(parsed("a: \"x\\0y\"").find("a")->text, std::string_view("x\0y", 3)); }

TEST(YamlTest, CoreSchema) {
  const auto plain = [](std::string_view text) {
    Node node;
    node.text = text;
    return node;
  };
  for (const char* text : {"", "~", "null", "Null", "NULL"}) EXPECT_TRUE(plain(text).is_null()) << text;
  EXPECT_FALSE(plain("nULL").is_null());
  for (const char* text : {"true", "True", "TRUE"}) EXPECT_EQ(plain(text).as_bool(), true) << text;
  EXPECT_EQ(plain("FALSE").as_bool(), false);
  for (const char* text : {"yes", "on", "tRUE", ""}) EXPECT_EQ(plain(text).as_bool(), std::nullopt) << text;

  EXPECT_EQ(plain("+12").as_int(), 12);
  EXPECT_EQ(plain("-12").as_int(), -12);
  EXPECT_EQ(plain("012").as_int(), 12);
  EXPECT_EQ(plain("0o17").as_int(), 15);
  EXPECT_EQ(plain("0xfF").as_int(), 255);
  EXPECT_EQ(plain("-9223372036854775808").as_int(), std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"", "-", "+-1", "1.0", "1_000", "0x", "0x-1", "0o8", "9223372036854775808", "1 "}) {
    EXPECT_EQ(plain(text).as_int(), std::nullopt) << text;
  }

  EXPECT_EQ(plain("1.").as_double(), 1.0);
  EXPECT_EQ(plain("-.5").as_double(), -0.5);
  EXPECT_EQ(plain("+1e-2").as_double(), 0.01);
  EXPECT_EQ(plain("12").as_double(), 12.0);
  EXPECT_EQ(plain("-.inf").as_double(), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(plain(".nan").as_double().value_or(0)));
  for (const char* text : {"", ".", "e1", "1e", "inf", "nan", "-.nan", "--1", "0x1p3", "1e999", "1.2.3"}) {
    EXPECT_EQ(plain(text).as_double(), std::nullopt) << text;
  }

  Node quoted = plain("true");
  quoted.quoted = true;
  EXPECT_EQ(quoted.as_bool(), std::nullopt);
  quoted.tag = "tag:yaml.org,2002:bool";
  EXPECT_EQ(quoted.as_bool(), true);
}

TEST(YamlTest, Documents) {
  const Result<std::vector<Node>> nodes = parse_all("a: 1\n---\nb: 2\n...\n---\n- 3\n");
  ASSERT_TRUE(nodes);
  ASSERT_EQ(nodes->size(), 3U);
  EXPECT_EQ((*nodes)[1].begin.line, 3U);
  EXPECT_TRUE((*nodes)[2].is_sequence());
  EXPECT_TRUE(parse_all("")->empty());
  EXPECT_TRUE(parse_all(std::string_view())->empty());
  EXPECT_TRUE(parse_all("# nothing\n")->empty());

  const Result<Node> two = parse("a: 1\n---\nb: 2\n", {.source = "x.yml"});
  ASSERT_FALSE(two);
  EXPECT_EQ(print_error(two.error()), "x.yml:3:1: one YAML document is expected, there are 2");
  const Result<Node> none = parse("");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::syntax);
}

TEST(YamlTest, AnchorsAndAliases) {
  const std::string_view text = "a: &x [1, &y {k: v}]\nb: *x\nc: *y\n*z: 1\n";
  const Error unknown = refused(text);
  EXPECT_EQ(unknown.code, ErrorCode::invalid);
  EXPECT_EQ(print_error(unknown), "4:1: alias '*z' names no anchor before it in this document");

  const Node node = parsed(text.substr(0, text.find("*z")));
  EXPECT_EQ(node.find("b")->items.at(1).find("k")->text, "v");
  EXPECT_EQ(node.find("c")->find("k")->text, "v");
  EXPECT_EQ(cut(text, *node.find("b")), "*x");
  EXPECT_EQ(cut(text, node.find("b")->items.at(1)), "&y {k: v}");
  EXPECT_EQ(cut(text, node), text.substr(0, text.find("\n*z")));

  EXPECT_EQ(parsed("- &k key\n- *k : v\n").items.at(1).find("key")->text, "v");
  EXPECT_EQ(parsed("- &a 1\n- &a 2\n- *a\n").items.at(2).text, "2");
  EXPECT_EQ(refused("&a [*a]").message, "alias '*a' stands inside of what it names");
  EXPECT_EQ(refused("&a 1\n---\n*a\n").code, ErrorCode::invalid);
}

TEST(YamlTest, MergeKeys) {
  const Node node = parsed(
      "base: &b {x: 1, y: 2}\nother: &o {y: 3, z: 4}\none:\n  <<: *b\n  y: own\nboth:\n  <<: [*b, *o]\nquoted:\n"
      "  '<<': 1\n");
  EXPECT_EQ(node.find("one")->pairs.size(), 2U);
  EXPECT_EQ(node.find("one")->pairs[0].key.text, "y");
  EXPECT_EQ(node.find("one")->find("y")->text, "own");
  EXPECT_EQ(node.find("one")->find("x")->text, "1");
  EXPECT_EQ(node.find("both")->pairs.size(), 3U);
  EXPECT_EQ(node.find("both")->find("y")->text, "2");
  EXPECT_EQ(node.find("both")->find("z")->text, "4");
  EXPECT_EQ(node.find("quoted")->find("<<")->text, "1");
  EXPECT_EQ(
      print_error(refused("<<: 1")),
      "1:5: the merge key '<<' takes a mapping or a sequence of mappings (put << in quotes if it is meant as a key)");
  EXPECT_EQ(refused("<<: {a: 1}\n<<: {b: 1}\n").code, ErrorCode::invalid);
}

TEST(YamlTest, DuplicateKeys) {
  EXPECT_EQ(print_error(refused("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", {.source = "r.yml"})),
            "r.yml:5:3: key 'c' stands twice in one mapping: first at line 3, column 3");
  std::string many;
  for (int i = 0; i < 40; ++i) many += fmt::format("k{}: 1\n", i);
  EXPECT_TRUE(parse(many));
  EXPECT_EQ(print_error(refused(many + "k7: 1\nk3: 1\n")),
            "41:1: key 'k7' stands twice in one mapping: first at line 8, column 1");
}

TEST(YamlTest, KeysMustBeScalars) {
  EXPECT_EQ(print_error(refused("ok: 1\n[a]: 1\n")), "2:1: a sequence cannot be a key here, only a scalar can");
  EXPECT_EQ(print_error(refused("? {a: 1}\n: 1\n")), "1:3: a mapping cannot be a key here, only a scalar can");
  EXPECT_EQ(print_error(refused("a: &x {}\n*x : 1\n")), "2:1: a mapping cannot be a key here, only a scalar can");
}

TEST(YamlTest, SyntaxErrorsHavePlaces) {
  const auto at = [](std::string_view text) {
    const Error error = refused(text);
    EXPECT_EQ(error.code, ErrorCode::syntax) << print_error(error);
    return fmt::format("{}:{}@{}", error.where.line, error.where.column, error.where.offset);
  };
  EXPECT_EQ(at("a:\n\tb: 1\n"), "2:1@3");
  EXPECT_EQ(at("a: x\nb: \xFF\n"), "2:4@8");
  EXPECT_EQ(at("a: \xC3\xA9\xED\xA0\x80"), "1:6@5");
  EXPECT_EQ(at(std::string_view("a: b\0c", 6)), "1:5@4");
  EXPECT_EQ(at("\xEF\xBB\xBF"
               "a: \x01"),
            "1:7@6");
  EXPECT_EQ(at("é: [1, 2\nü: ]: 3"), "2:3@12");
  EXPECT_EQ(at("a: 'open"), "1:9@8");
  EXPECT_EQ(at("a: b: c"), "1:5@4");
  EXPECT_EQ(refused("a:\n\tb: 1\n").message, "a tab where YAML takes spaces only");
  EXPECT_EQ(refused(std::string_view("a: b\0c", 6)).message, "NUL byte");
}

TEST(YamlTest, Utf16IsRefusedByName) {
  EXPECT_EQ(refused(std::string_view("\xFF\xFE"
                                     "a\0",
                                     4))
                .code,
            ErrorCode::unsupported);
  EXPECT_EQ(refused(std::string_view("\xFE\xFF"
                                     "\0a",
                                     4))
                .code,
            ErrorCode::unsupported);
}

TEST(YamlTest, DepthIsBounded) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse(nested(100)));
  EXPECT_EQ(print_error(refused(nested(101))), "1:101: nested deeper than 100 levels");
  EXPECT_EQ(refused(std::string(100'000, '[')).code, ErrorCode::limit_exceeded);
  std::string block;
  for (int i = 0; i < 100'000; ++i) block += "- ";
  EXPECT_EQ(refused(block).code, ErrorCode::limit_exceeded);
  // Each alias doubles the depth.
  std::string chain = "- &a0 [[]]\n";
  for (int i = 1; i < 70; ++i) chain += fmt::format("- &a{} [[*a{}]]\n", i, i - 1);
  const Error error = refused(chain);
  EXPECT_EQ(error.code, ErrorCode::limit_exceeded);
  EXPECT_EQ(error.message, "nested deeper than 100 levels");
}

TEST(YamlTest, AliasBombsAreBounded) {
  std::string bomb = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (char c = 'b'; c <= 'j'; ++c) {
    const char before = static_cast<char>(c - 1);
    bomb += fmt::format("{0}: &{0} [*{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}, *{1}]\n", c, before);
  }
  const Error nodes = refused(bomb, {.source = "", .max_expanded_nodes = 20'000});
  EXPECT_EQ(nodes.code, ErrorCode::limit_exceeded);
  EXPECT_EQ(nodes.where.line, 4U);
  EXPECT_EQ(refused(bomb, {.source = "", .max_nodes = 20'000}).message, "more than 20000 nodes");
  EXPECT_EQ(refused(bomb).code, ErrorCode::limit_exceeded);

  std::string large = "- &a " + std::string(1'000'000, 'x') + "\n";
  for (int i = 0; i < 20; ++i) large += "- *a\n";
  const Error bytes = refused(large);
  EXPECT_EQ(bytes.code, ErrorCode::limit_exceeded);
  EXPECT_EQ(bytes.where.line, 17U);

  // Anchors that contain anchors keep copies; those count too.
  std::string anchors;
  for (int i = 0; i < 90; ++i) anchors += fmt::format("&a{} [", i);
  for (int i = 0; i < 1'000; ++i) anchors += "1,";
  anchors += std::string(90, ']');
  EXPECT_TRUE(parse(anchors));
  EXPECT_EQ(refused(anchors, {.source = "", .max_expanded_nodes = 20'000}).code, ErrorCode::limit_exceeded);
}

TEST(YamlTest, TagDirectivesAreBounded) {
  const auto directives = [](int count, const char* line_end) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format("%TAG !t{}! tag:example.org,2026:{}{}", i, i, line_end);
    return text + "--- !t7!x [a%TAG, '\n  %TAG']\n";
  };
  const Result<Node> node = parse(directives(100, "\n"));
  ASSERT_TRUE(node) << print_error(node.error());
  EXPECT_EQ(node->tag, "tag:example.org,2026:7x");
  const Error error = refused(directives(101, "\n"));
  EXPECT_EQ(error.code, ErrorCode::limit_exceeded);
  EXPECT_EQ(error.where.line, 101U);
  for (const char* line_end : {"\r", "\r\n", "\u0085", "\u2028", "\u2029"}) {
    EXPECT_EQ(refused(directives(101, line_end)).code, ErrorCode::limit_exceeded);
  }
}

TEST(YamlTest, LongTagPrefixesAreBounded) {
  std::string text = "%TAG !t! tag:" + std::string(1'000'000, 'x') + "\n--- [";
  for (int i = 0; i < 20; ++i) text += "!t!a 1, !t!b {}, ";
  const Error error = refused(text + "]");
  EXPECT_EQ(error.code, ErrorCode::limit_exceeded);
  EXPECT_EQ(error.where.line, 2U);
}

/// Texts that JSON and YAML write alike: no line ends that only YAML knows, no controls that only JSON allows raw.
rc::Gen<std::string> shared_texts() {
  const auto part = rc::gen::element<std::string>("a", "Z", " ", "\n", "\t", "\"", "\\", ":", "#", "é", "東", "😀", "-",
                                                  "'", "0", "true", "{", "]", "&", "*", "<<", "\x01");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(part), [](const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& each : parts) text += each;
    return text;
  });
}

json::Value any_json(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return json::Value::integer(*rc::gen::arbitrary<std::int64_t>());
    case 3:
      return *shared_texts();
    case 4: {
      json::Array items;
      for (int left = *rc::gen::inRange(0, 4); left > 0; --left) items.push_back(any_json(depth - 1));
      return items;
    }
    default: {
      json::Value object = json::Object();
      for (int left = *rc::gen::inRange(0, 25); left > 0; --left) object.set(*shared_texts(), any_json(depth - 1));
      return object;
    }
  }
}

bool agree(const Node& node, const json::Value& value) {
  if (node.begin.offset != value.offset()) return false;
  if (const json::Array* items = value.array()) {
    return node.is_sequence() && std::ranges::equal(node.items, *items, agree);
  }
  if (const json::Object* members = value.object()) {
    return node.is_mapping() &&
           std::ranges::equal(node.pairs, *members, [](const Pair& pair, const json::Member& member) {
             return pair.key.text == member.key && pair.key.begin.offset == member.key_offset &&
                    agree(pair.value, member.value);
           });
  }
  if (const std::string* text = value.string()) return node.is_scalar() && node.quoted && node.text == *text;
  if (const bool* flag = value.boolean()) return node.as_bool() == *flag;
  if (value.number() != nullptr) return node.as_int() == value.as_int64();
  return node.is_null();
}

RC_GTEST_PROP(YamlProperty, JsonIsYamlWithTheSamePlaces, ()) {
  const json::Value built = any_json(3);
  const bool pretty = *rc::gen::arbitrary<bool>();
  const std::string text = pretty ? json::print_pretty(built) : json::print(built);
  const Result<json::Value> as_json = json::parse(text);
  const Result<Node> as_yaml = parse(text);
  RC_ASSERT(as_json.has_value());
  RC_ASSERT(as_yaml.has_value());
  RC_ASSERT(agree(*as_yaml, *as_json));
  expect_marks_agree(*as_yaml, text);
}

/// The files of an uncompressed tar archive with pax headers: name, bytes.
std::vector<std::pair<std::string, std::string_view>> tar_files(std::string_view tar) {
  constexpr std::size_t kBlock = 512;
  std::vector<std::pair<std::string, std::string_view>> files;
  std::string long_name;
  for (std::size_t at = 0; at + kBlock <= tar.size() && tar[at] != '\0';) {
    const std::size_t size = std::strtoul(std::string(tar.substr(at + 124, 12)).c_str(), nullptr, 8);
    const std::string_view body = tar.substr(at + kBlock, size);
    if (tar[at + 156] == 'x') {
      const std::size_t path = body.find(" path=");
      if (path != std::string_view::npos) long_name = body.substr(path + 6, body.find('\n', path) - path - 6);
    } else if (tar[at + 156] == '0') {
      const std::string_view field = tar.substr(at, 100);
      files.emplace_back(long_name.empty() ? std::string(field.substr(0, field.find('\0'))) : long_name, body);
      long_name.clear();
    }
    at += kBlock + (size + kBlock - 1) / kBlock * kBlock;
  }
  return files;
}

TEST(YamlCorpusTest, SigmaHqRulesParse) {
  const Result<PaddedBytes> tar = read_file(TOCSIN_DATA_DIR "/sigma/rules.tar.zst");
  if (!tar) GTEST_SKIP() << "third-party test data is absent: " << print_error(tar.error());
  std::size_t rules = 0;
  for (const auto& [name, text] : tar_files(tar->view())) {
    if (!name.ends_with(".yml")) continue;
    ++rules;
    const Result<std::vector<Node>> nodes = parse_all(text, {.source = name});
    ASSERT_TRUE(nodes) << print_error(nodes.error());
    for (const Node& node : *nodes) {
      EXPECT_TRUE(node.is_mapping()) << name;
      if (std::ranges::any_of(text, [](char c) { return (c & 0x80) != 0; })) expect_marks_agree(node, text);
    }
  }
  EXPECT_GE(rules, 3'780U);
}

}  // namespace
}  // namespace tocsin::yaml
