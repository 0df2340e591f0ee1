#include "stix/object.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "base/bytes.h"
#include "stix/schema.h"

namespace tocsin::stix {
namespace {

Object object(std::string_view text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value);
  auto made = Object::make(*std::move(value));
  EXPECT_TRUE(made);
  return *std::move(made);
}

TEST(Object, KeepsEverythingAsItCame) {
  const std::string text =
      R"({"id":"tool--1","x_b":1.50,"type":"tool","created":"2020-01-01T00:00:00.120000Z","x_a":{"k":[1e3,null,{}]},"x_b2":12345678901234567890})";
  EXPECT_EQ(json::print(object(text).json()), text);
}

TEST(Object, NeedsTypeAndId) {
  for (const auto* text :
       {"[]", "3", "{}", R"({"type":"tool"})", R"({"type":1,"id":"x"})", R"({"type":"tool","id":null})"}) {
    auto value = json::parse(text);
    ASSERT_TRUE(value);
    EXPECT_FALSE(Object::make(*std::move(value))) << text;
  }
}

TEST(Object, TypedViews) {
  const auto tool = object(
      R"({"type":"tool","id":"tool--1","name":"T","revoked":true,"confidence":55,"created":"2020-01-01T00:00:00Z","modified":"2020-01-02T00:00:00Z","aliases":["a",1,"b"],"is_x":"no"})");
  EXPECT_EQ(tool.category(), Category::sdo);
  EXPECT_EQ(tool.name(), "T");
  EXPECT_TRUE(tool.is_revoked());
  EXPECT_EQ(tool.integer("confidence"), 55);
  EXPECT_EQ(tool.version()->text, "2020-01-02T00:00:00Z");
  EXPECT_EQ(tool.strings("aliases"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_FALSE(tool.boolean("is_x"));
  EXPECT_FALSE(tool.string("absent"));
  EXPECT_EQ(object(R"({"type":"x-thing","id":"x-thing--1"})").category(), Category::custom);
  EXPECT_EQ(object(R"({"type":"url","id":"url--1","value":"u"})").version(), std::nullopt);
}

TEST(Object, BuildsObjects) {
  Object url("url", "url--1");
  url.set("value", "http://a.example/");
  EXPECT_EQ(json::print(url.json()), R"({"type":"url","id":"url--1","value":"http://a.example/"})");
  Object tool("tool", "tool--1");
  tool.set_strings("aliases", {"a"}).set("name", "T").set_strings("aliases", {});
  EXPECT_EQ(json::print(tool.json()), R"({"type":"tool","spec_version":"2.1","id":"tool--1","name":"T"})");
}

TEST(Object, FindsReferencesAtEveryDepth) {
  const auto file = object(
      R"({"type":"file","id":"file--1","parent_directory_ref":"directory--1","extensions":{"archive-ext":{"contains_refs":["file--2","file--3"]}},"granular_markings":[{"marking_ref":"marking-definition--1","selectors":["name"]}],"href":"no"})");
  std::vector<std::string> found;
  for (const auto& reference : file.references()) found.push_back(reference.pointer + "=" + std::string(reference.id));
  EXPECT_EQ(found, (std::vector<std::string>{"/parent_directory_ref=directory--1",
                                             "/extensions/archive-ext/contains_refs/0=file--2",
                                             "/extensions/archive-ext/contains_refs/1=file--3",
                                             "/granular_markings/0/marking_ref=marking-definition--1"}));
}

TEST(Schema, HasTheWholeSpecification) {
  std::map<Category, int> count;
  for (const auto* type : all_types()) ++count[type->category];
  EXPECT_EQ(count[Category::sdo], 19);
  EXPECT_EQ(count[Category::sro], 2);
  EXPECT_EQ(count[Category::sco], 18);
  EXPECT_EQ(count[Category::meta], 3);
  EXPECT_EQ(count[Category::bundle], 1);
  EXPECT_EQ(all_vocabularies().size(), 33u);
}

TEST(Schema, EveryNameThatTheTableUsesIsInTheTable) {
  std::vector<const TypeDefinition*> all(all_types().begin(), all_types().end());
  all.insert(all.end(), all_structures().begin(), all_structures().end());
  const auto is_target = [](std::string_view name) {
    return name == "any" || name == "sdo" || name == "sco" || name == "sro" || find_type(name) != nullptr;
  };
  for (const auto* type : all) {
    for (const auto& property : type->properties) {
      SCOPED_TRACE(std::string(type->name) + "." + std::string(property.name));
      if (property.kind == Kind::open || property.kind == Kind::enumeration) {
        const auto* vocabulary = find_vocabulary(property.of);
        ASSERT_NE(vocabulary, nullptr);
        EXPECT_EQ(vocabulary->closed, property.kind == Kind::enumeration);
      }
      if (property.kind == Kind::structure) {
        EXPECT_NE(find_structure(property.of), nullptr);
      }
      if (property.kind == Kind::identifier) {
        EXPECT_TRUE(property.name.ends_with(property.list ? "_refs" : "_ref"));
        std::string_view rest = property.of;
        while (!rest.empty()) {
          const auto space = rest.find(' ');
          EXPECT_TRUE(is_target(rest.substr(0, space)));
          rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
        }
      }
      if (property.kind == Kind::hex) {
        EXPECT_TRUE(property.name.ends_with("_hex"));
      }
      if (property.kind == Kind::binary) {
        EXPECT_TRUE(property.name.ends_with("_bin"));
      }
    }
    for (const auto name : type->needs_one_of)
      EXPECT_NE(find_property(*type, name), nullptr) << type->name << " " << name;
    for (const auto name : type->id_contributing) EXPECT_NE(find_property(*type, name), nullptr) << type->name;
    for (const auto name : type->extensions) EXPECT_NE(find_structure(name), nullptr) << name;
  }
}

// docs/stix.md is this table for readers. TOCSIN_UPDATE_GOLDENS=1 renews it.
TEST(Schema, PrintsTheDocument) {
  const std::string path = TOCSIN_SOURCE_DIR "/docs/stix.md";
  const std::string text = print_schema_markdown();
  EXPECT_NE(text.find("## intrusion-set (§4.9)"), std::string::npos);
  if (std::getenv("TOCSIN_UPDATE_GOLDENS") != nullptr) {
    ASSERT_TRUE(write_file_atomically(path, text));
  }
  const auto document = read_file(path);
  ASSERT_TRUE(document) << print_error(document.error());
  EXPECT_TRUE(document->view() == text) << "docs/stix.md is old: run stix_test once with TOCSIN_UPDATE_GOLDENS=1";
}

}  // namespace
}  // namespace tocsin::stix
