#include "event/access_log.h"

#include <gtest/gtest.h>

#include <map>

namespace tocsin::event {
namespace {

class AccessLog : public testing::Test {
 protected:
  static Schema& schema() {
    static const std::unique_ptr<Schema> schema = Schema::load(TOCSIN_SOURCE_DIR "/packs/event").value();
    return *schema;
  }

  /// Every value of every field, decoded; "<null>" for '-'.
  std::multimap<std::string, std::string> read(std::string_view line) {
    event_ = {};
    event_.record = line;
    slots_.clear();
    std::multimap<std::string, std::string> out;
    if (!AccessLogCodec(schema()).read(event_, slots_, arena_)) return {{"", "none"}};
    for (const Slot& slot : slots_) {
      std::string scratch;
      out.emplace(schema().name(slot.field),
                  slot.kind == TokenKind::null ? "<null>" : std::string(decode_token(slot.token(), scratch)));
    }
    return out;
  }
  static std::string only(const std::multimap<std::string, std::string>& fields, const std::string& name) {
    std::string out;
    for (auto [at, end] = fields.equal_range(name); at != end; ++at) out += (out.empty() ? "" : " | ") + at->second;
    return out;
  }

  Event event_;
  std::vector<Slot> slots_;
  Arena arena_;
};

TEST_F(AccessLog, ReadsTheCombinedFormat) {
  const auto fields =
      read(R"_(192.0.2.7 - alice [10/Oct/2023:13:55:36 -0700] "GET /a/b.php?id=1%27&x=a+b HTTP/1.1" 200 2326 )_"
           R"_("http://www.example.org/" "Mozilla/5.0 (X11)" "extra")_");
  EXPECT_EQ(only(fields, "c-ip"), "192.0.2.7");
  EXPECT_EQ(only(fields, "cs-username"), "alice");
  EXPECT_EQ(only(fields, "cs-method"), "GET");
  EXPECT_EQ(only(fields, "cs-uri"), "/a/b.php?id=1%27&x=a+b | /a/b.php?id=1'&x=a+b");
  EXPECT_EQ(only(fields, "cs-uri-stem"), "/a/b.php");
  EXPECT_EQ(only(fields, "cs-uri-query"),
            "/a/b.php?id=1%27&x=a+b | /a/b.php?id=1'&x=a+b | id=1%27&x=a+b | id=1'&x=a b");
  EXPECT_EQ(only(fields, "cs-version"), "HTTP/1.1");
  EXPECT_EQ(only(fields, "sc-status"), "200");
  EXPECT_EQ(only(fields, "sc-bytes"), "2326");
  EXPECT_EQ(only(fields, "cs-referer"), "http://www.example.org/");
  EXPECT_EQ(only(fields, "cs-user-agent"), "Mozilla/5.0 (X11)");
  EXPECT_EQ(only(fields, "x-rest"), "\"extra\"");
  EXPECT_EQ(print_utc(*event_time(event_)), "2023-10-10T20:55:36Z");
  EXPECT_TRUE(
      schema().log_source(event_.log_source).is_covered_by({.product = {}, .category = "webserver", .service = {}}));
}

TEST_F(AccessLog, ReadsTheCommonFormatAndVirtualHosts) {
  auto fields = read(R"(2001:db8::1 - - [10/Oct/2023:13:55:36 +0000] "HEAD / HTTP/2.0" 304 -)");
  EXPECT_EQ(only(fields, "c-ip"), "2001:db8::1");
  EXPECT_EQ(only(fields, "sc-bytes"), "<null>");
  EXPECT_EQ(fields.count("cs-user-agent"), 0u);
  fields = read(
      R"(shop.example:443 192.0.2.1 - bob smith [10/Oct/2023:13:55:36 +0000] "GET http://other.example/x?y HTTP/1.1" 200 1 "-" "-")");
  EXPECT_EQ(only(fields, "cs-host"), "shop.example | other.example");
  EXPECT_EQ(only(fields, "c-ip"), "192.0.2.1");
  EXPECT_EQ(only(fields, "cs-username"), "bob smith");
  EXPECT_EQ(only(fields, "cs-uri-stem"), "/x");
  EXPECT_EQ(only(fields, "cs-referer"), "<null>");
  EXPECT_EQ(event_.host.raw, "shop.example");
}

TEST_F(AccessLog, FindsAVirtualHostWithoutPort) {
  auto fields = read(R"(www.shop.example 192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 1)");
  EXPECT_EQ(only(fields, "cs-host"), "www.shop.example");
  EXPECT_EQ(only(fields, "c-ip"), "192.0.2.1");
  EXPECT_EQ(only(fields, "cs-username"), "<null>");
  fields = read(R"(2001:db8::1:80 - a b [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 1)");
  EXPECT_EQ(only(fields, "c-ip"), "2001:db8::1:80") << "an address is no host with a port";
  EXPECT_EQ(only(read(R"(192.0.2.9:443 192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 1)"), "cs-host"),
            "192.0.2.9");
  EXPECT_EQ(only(fields, "cs-username"), "a b");
}

TEST_F(AccessLog, SurvivesHostileLines) {
  auto fields = read(R"(192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] "\x16\x03\x01\x02" 400 150 "-" "-")");
  EXPECT_EQ(only(fields, "cs-request"), "\x16\x03\x01\x02");
  EXPECT_EQ(fields.count("cs-method"), 0u);
  EXPECT_EQ(only(fields, "sc-status"), "400");
  fields = read(R"(192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] "GET /a\"b c HTTP/1.1" 404 1 "x\"y" "agent \\\" z)");
  EXPECT_EQ(only(fields, "cs-uri-stem"), "/a\"b c");
  EXPECT_EQ(only(fields, "cs-referer"), "x\"y");
  EXPECT_EQ(only(fields, "cs-user-agent"), "agent \\\" z");
  fields = read(R"(192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] "-" 408 0)");
  EXPECT_EQ(only(fields, "cs-request"), "<null>");
  fields = read(R"(192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] "GET )");
  EXPECT_EQ(only(fields, "cs-method"), "GET");
  fields = read("192.0.2.1 - - [10/Oct/2023:13:55:36 +0000] \"GET /%252e%2e/%zz%4\" 404 1");
  EXPECT_EQ(only(fields, "cs-uri-stem"), "/%252e%2e/%zz%4 | /%2e./%zz%4");
}

TEST_F(AccessLog, LeavesOtherLinesAlone) {
  for (const char* line :
       {"", "Mar 27 13:06:56 host sshd[1291]: listening", "[Fri Sep 09 10:42:29 2011] [core:error] x",
        "a [10/Oct/2023:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1",
        "1 - - [10/Oct/2023 13:55:36 +0000] \"GET / HTTP/1.1\" 200 1", "1 - - [10/Oct/2023:13:55:36 +0000] GET"}) {
    EXPECT_EQ(only(read(line), ""), "none") << line;
  }
}

}  // namespace
}  // namespace tocsin::event
