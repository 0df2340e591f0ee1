#include "report/document.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>

#include "base/unicode.h"
#include "report/charset.h"
#include "report/html.h"
#include "report/pdf.h"

namespace tocsin::report {
namespace {

using record::Zone;

Document read(std::string_view bytes, const std::string& path) {
  auto document = read_document(bytes, path);
  EXPECT_TRUE(document.has_value()) << (document ? "" : print_error(document.error()));
  return document ? *document : Document{};
}

/// Zone of the block that holds `needle`.
Zone zone_of(const Document& document, std::string_view needle) {
  const std::size_t at = document.text.find(needle);
  EXPECT_NE(at, std::string::npos) << needle << " in " << document.text;
  const Block* block = document.block_at(at);
  EXPECT_NE(block, nullptr) << needle;
  return block != nullptr ? block->zone : Zone::footer;
}

/// Bytes of the source that `needle` of the text came from.
std::string cut(const Document& document, std::string_view needle) {
  const std::size_t at = document.text.find(needle);
  if (at == std::string::npos) return "(not found)";
  const record::Span span = document.span(at, at + needle.size());
  return document.source.substr(span.start, span.end - span.start);
}

TEST(Document, Utf8WithBomKeepsOffsets) {
  const std::string bytes = "\xEF\xBB\xBFHacked: caf\xC3\xA9.";
  const Document document = read(bytes, "a.txt");
  EXPECT_EQ(document.text, "Hacked: caf\xC3\xA9.");
  EXPECT_EQ(cut(document, "caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(document.span(0, 6).start, 3U);
}

TEST(Document, Utf16AndLegacyCharsets) {
  std::string utf16("\xFF\xFE", 2);
  for (const char c : std::string("evil.example\n")) utf16 += std::string{c, '\0'};
  Document document = read(utf16, "a.txt");
  EXPECT_EQ(document.charset, "UTF-16LE");
  const std::size_t at = document.text.find("example");
  const record::Span span = document.span(at, at + 7);
  EXPECT_EQ(span.start, 2U + 2U * 5U);
  EXPECT_EQ(span.end - span.start, 14U);
  EXPECT_EQ(document.quote(span), "example");

  document = read("na\xEFve attack \x93quoted\x94", "b.txt");
  EXPECT_EQ(document.charset, "windows-1252");
  EXPECT_NE(document.text.find("\xE2\x80\x9Cquoted\xE2\x80\x9D"), std::string::npos);
  EXPECT_EQ(cut(document, "quoted"), "quoted");
}

TEST(Document, RefusesWhatItCannotRead) {
  EXPECT_EQ(read_document(std::string("PK\x03\x04zip"), "a.docx").error().code, ErrorCode::unsupported);
  EXPECT_EQ(read_document(std::string(400, '\x01'), "a.bin").error().code, ErrorCode::syntax);
  DocumentOptions options;
  options.max_bytes = 3;
  EXPECT_EQ(read_document("four", "a.txt", options).error().code, ErrorCode::limit_exceeded);
  options = {};
  options.media_type = "image/png";
  EXPECT_EQ(read_document("four", "a", options).error().code, ErrorCode::unsupported);
  EXPECT_TRUE(read_document("", "empty.txt").has_value());
  DocumentOptions short_text;
  short_text.max_text = 10;
  EXPECT_TRUE(read_document("ten bytes.", "t.txt", short_text).has_value());
  const auto long_text = read_document("eleven byte", "t.txt", short_text);
  ASSERT_FALSE(long_text.has_value());
  EXPECT_EQ(long_text.error().code, ErrorCode::limit_exceeded);
  EXPECT_NE(long_text.error().message.find("11 bytes of text, over the limit of 10"), std::string::npos);
  DocumentOptions short_page;
  short_page.max_page = 20;
  EXPECT_EQ(read_document("<html><body><p>text</p></body></html>", "t.html", short_page).error().code,
            ErrorCode::limit_exceeded);
  EXPECT_TRUE(read_document("more than twenty bytes of text", "t.txt", short_page).has_value());
  // Markup is not text.
  EXPECT_TRUE(read_document("<html><body><p>text</p></body></html>", "t.html", short_text).has_value());
}

constexpr std::string_view kPage = R"(<!DOCTYPE html><html lang="en-GB"><head><title>Site | Story</title>
<meta property="og:title" content="Story &amp; more"><meta name="author" content="A. Writer">
<meta property="article:published_time" content="2021-03-01T12:00:00+01:00">
<link rel="canonical" href="https://news.example/story"><script>var x = "<p>not text</p>";</script></head>
<body class="has-sidebar"><nav><a href="/">Home</a> <a href="/w">World</a></nav>
<div id="wrap"><article><h1>Story &amp; more</h1>
<p>The first paragraph tells   what happened to <b>Acme&nbsp;Labs</b> last week, in one long sentence that goes on and on.</p>
<p>A second paragraph says more about it, so that the article has more than one, as articles do; it is caf&eacute; prose.</p>
<ul><li>one thing<li>another thing</ul><pre>curl  hxxp://x</pre>
<div class="related-posts"><p>Also read: Ten other hackers that attacked other companies in other places of the world.</p></div>
<form><input><label>Please enter your name</label></form></article>
<div class="comments"><p>First! I think that it was the neighbours who hacked this company, they always do it.</p></div></div>
<footer>Copyright</footer></body></html>)";

TEST(Document, HtmlZonesAndMetadata) {
  const Document document = read(kPage, "story");
  EXPECT_EQ(document.info.media_type, "text/html");
  EXPECT_EQ(document.info.title, "Story & more");
  EXPECT_EQ(document.info.author, "A. Writer");
  EXPECT_EQ(document.info.published, "2021-03-01T11:00:00Z");
  EXPECT_EQ(document.info.language, "en-GB");
  EXPECT_EQ(document.site, "news.example");
  EXPECT_EQ(zone_of(document, "Home"), Zone::navigation);
  EXPECT_EQ(zone_of(document, "Story & more"), Zone::title);
  EXPECT_EQ(zone_of(document, "The first"), Zone::body);
  EXPECT_EQ(zone_of(document, "one thing"), Zone::list);
  EXPECT_EQ(zone_of(document, "curl  hxxp"), Zone::code);
  EXPECT_EQ(zone_of(document, "Also read"), Zone::related);
  EXPECT_EQ(zone_of(document, "Please enter"), Zone::form);
  EXPECT_EQ(zone_of(document, "First! I"), Zone::comments);
  EXPECT_EQ(zone_of(document, "Copyright"), Zone::footer);
  EXPECT_EQ(document.text.find("not text"), std::string::npos);
  EXPECT_EQ(cut(document, "caf\xC3\xA9"), "caf&eacute;");
  EXPECT_EQ(cut(document, "to Acme\xC2\xA0Labs last"), "to <b>Acme&nbsp;Labs</b> last");
}

TEST(Document, HostileHtmlIsBounded) {
  std::string deep;
  for (int at = 0; at < 100000; ++at) deep += "<div>";
  deep += "text at the bottom";
  const Document document = read("<html>" + deep, "deep.html");
  EXPECT_NE(document.text.find("text at the bottom"), std::string::npos);
  ASSERT_FALSE(document.skipped.empty());
  EXPECT_EQ(document.skipped[0].reason, "html-nesting-over-limit");
  EXPECT_GT(document.skipped[0].count, 90000U);
  for (const char* odd :
       {"<", "<p", "<p a", "<p a=", "<p a='", "</", "</p", "<!--", "<!", "&#x", "&", "<script>", "<a/b=c>"}) {
    (void)read(std::string("<html>") + odd, "odd.html");
  }
}

TEST(Document, TextCopiedFromAPageHasNoise) {
  const Document document = read(
      "HomeAsiaFirm says its servers were attacked from abroad\n\nFirm says its servers were attacked from abroad\n\n"
      "The firm said on Monday that its servers were attacked. It gave no further detail about what had been taken.\n\n"
      "Also Read: Phones at Rs 900\n\nHome > Asia > Business\n\nPlease enter your comment!\nPlease enter your name "
      "here\n\n"
      "- Advertisment -\n\nMost Popular\nHackers attacked a bank\n",
      "copied.txt");
  EXPECT_EQ(zone_of(document, "HomeAsia"), Zone::navigation);
  EXPECT_EQ(document.info.title, "Firm says its servers were attacked from abroad");
  EXPECT_EQ(zone_of(document, "The firm said"), Zone::body);
  EXPECT_EQ(zone_of(document, "Also Read"), Zone::related);
  EXPECT_EQ(zone_of(document, "Home > Asia"), Zone::navigation);
  EXPECT_EQ(zone_of(document, "Please enter your name"), Zone::comments);
  EXPECT_EQ(zone_of(document, "Most Popular"), Zone::related);
  EXPECT_TRUE(record::is_noise(zone_of(document, "Hackers attacked a bank")));
}

TEST(Document, WrappedLinesAreOneParagraph) {
  const Document document = read(
      "The attackers used a weakness in the web server of the company, and they\n"
      "stayed for weeks before anybody noticed that something was not as it was\n"
      "supposed to be.\n\n- first item\n- second item\n",
      "wrapped.txt");
  ASSERT_EQ(document.blocks.size(), 3U);
  EXPECT_EQ(document.blocks[1].zone, Zone::list);
}

TEST(Document, PdfGivesPages) {
  const std::string pdf =
      "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>endobj "
      "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj "
      "4 0 obj<</Length 50>>stream\nBT /F1 12 Tf 20 200 Td (First page words.) Tj ET  \nendstream endobj "
      "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj "
      "6 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 7 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj "
      "7 0 obj<</Length 50>>stream\nBT /F1 12 Tf 20 200 Td (Second page word.) Tj ET  \nendstream endobj "
      "trailer<</Root 1 0 R>>\n";
  const auto document = read_document(pdf, "a.pdf");
  ASSERT_TRUE(document.has_value()) << print_error(document.error());
  const std::size_t at = document->text.find("Second");
  ASSERT_NE(at, std::string::npos);
  const record::Span span = document->span(at, at + 6);
  EXPECT_EQ(span.page, 2U);
  EXPECT_LT(span.start, 5U);
  EXPECT_EQ(document->quote(span), "Second");

  EXPECT_EQ(read_document("%PDF-1.4 but nothing else", "broken.pdf").error().code, ErrorCode::syntax);
  DocumentOptions options;
  options.pdf_program = "no-such-program-here";
  EXPECT_EQ(read_document(pdf, "a.pdf", options).error().code, ErrorCode::io);
  PdfLimits limits;
  limits.text_bytes = 4;
  EXPECT_EQ(pdf_text(pdf, "a.pdf", limits).error().code, ErrorCode::limit_exceeded);
}

TEST(Document, GbkIsRecognised) {
  // 路透社报道黑客攻击 in GBK.
  const std::string gbk =
      "\xC2\xB7\xCD\xB8\xC9\xE7\xB1\xA8\xB5\xC0\xBA\xDA\xBF\xCD\xB9\xA5\xBB\xF7\xD2\xDF\xC3\xE7\xB9\xAB\xCB\xBE";
  const Document document = read(gbk, "gbk.txt");
  EXPECT_EQ(document.charset, "gb18030");
  EXPECT_EQ(cut(document, "黑客"), "\xBA\xDA\xBF\xCD");
  EXPECT_EQ(document.info.language, "zh");
}

/// Whatever the bytes: every block's place in the source lies inside it, in order, and the text is valid UTF-8.
void check_offsets(const std::string& bytes, const std::string& path) {
  const auto document = read_document(bytes, path);
  if (!document) return;
  RC_ASSERT(!find_invalid_utf8(document->text));
  std::size_t before = 0;
  for (const Block& block : document->blocks) {
    RC_ASSERT(block.start >= before);
    RC_ASSERT(block.end > block.start);
    RC_ASSERT(block.end <= document->text.size());
    before = block.end;
    const record::Span span = document->span(block.start, block.end);
    RC_ASSERT(span.start < span.end);
    RC_ASSERT(span.end <= document->source.size());
  }
}

TEST(Document, OffsetsHoldOnRandomBytes) {
  const bool text = rc::check("text", [] { check_offsets(*rc::gen::arbitrary<std::string>(), "a.txt"); });
  EXPECT_TRUE(text);
  const bool html = rc::check("html", [] {
    const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "<p>", "</p>", "<div class=nav>", "</div>", "word ", "&amp;", "&eacute", "<b>", "</b>", "\n", "<br>", "<", "é",
        "<pre>", "</pre>", "<li>", "<table><tr><td>", "\xFF", "<!--", "-->", "<a href=x>", "</a>", "黑客", "  "));
    std::string page = "<html>";
    for (const std::string& part : parts) page += part;
    check_offsets(page, "a.html");
  });
  EXPECT_TRUE(html);
}

}  // namespace
}  // namespace tocsin::report
