#include "report/marking.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "report/document.h"

namespace tocsin::report {
namespace {

std::string marking_of(std::string_view bytes, const std::string& path = "a.txt") {
  const auto document = read_document(bytes, path);
  if (!document) return "not read";
  EXPECT_EQ(document->info.marking.has_value(), document->marking.has_value());
  if (!document->marking) return "";
  EXPECT_EQ(document->info.marking, document->marking->tlp);
  std::string text(record::tlp_name(document->marking->tlp));
  if (document->marking->state == MarkingState::unknown) text += " unknown";
  if (document->marking->state == MarkingState::contradictory) text += " contradictory";
  return text;
}

TEST(Marking, LinesThatMark) {
  const std::pair<std::string, std::string> cases[] = {
      {"TLP:CLEAR", "tlp:clear"},
      {"TLP:WHITE", "tlp:clear"},
      {"TLP: GREEN", "tlp:green"},
      {"tlp:amber", "tlp:amber"},
      {"TLP:AMBER+STRICT", "tlp:amber+strict"},
      {"TLP: AMBER + STRICT", "tlp:amber+strict"},
      {"TLP:AMBER-STRICT", "tlp:amber+strict"},
      {"TLP AMBER STRICT", "tlp:amber+strict"},
      {"TLP RED", "tlp:red"},
      {"TLP：RED", "tlp:red"},
      {"Marking: TLP:GREEN", "tlp:green"},
      {"Classification TLP:RED", "tlp:red"},
      {"Contoso CERT — TLP:GREEN — Advisory 7", "tlp:green"},
      {"Contoso CERT advisory 2021-07 | TLP:AMBER | page 1", "tlp:amber"},
      {"[TLP:GREEN] Advisory on APT10", "tlp:green"},
      {"Advisory on APT10 (TLP:GREEN)", "tlp:green"},
      {"TLP:GREEN Advisory 2021-07", "tlp:green"},
      {"TLP:CLEAR. Disclosure is not limited, and subject to standard copyright rules this may be shared.",
       "tlp:clear"},
      {"Traffic Light Protocol (TLP): AMBER", "tlp:amber"},
      {"Traffic Light Protocol: RED", "tlp:red"},
      {"TLP:\nAMBER", "tlp:amber"},
      {"TLP:PURPLE", "tlp:red unknown"},
      {"TLP:EX:CHR", "tlp:red unknown"},
      {"TLP:AMBER+LOOSE", "tlp:red unknown"},
      {"TLP:", "tlp:red unknown"},
      {"TLP:GREEN | TLP:AMBER", "tlp:amber contradictory"},
      {"TLP:RED | TLP:GREEN", "tlp:red contradictory"},
  };
  const std::string body = "\n\nAPT10 attacked Contoso Bank on Monday, and nobody knows why it did so.\n";
  for (const auto& [line, expected] : cases) {
    EXPECT_EQ(marking_of(line + body), expected) << line;
    EXPECT_EQ(marking_of("Advisory 7\n\n" + body + "\n" + line + "\n"), expected) << line << " at the end";
  }
}

TEST(Marking, WordsAboutMarkingsMarkNothing) {
  for (const std::string text : {
           "We share TLP:AMBER reports with our members every week.",
           "The report, which was marked as “TLP:RED” by its authors, leaked to a newspaper.",
           "Two advisories (TLP:AMBER) were sent to the ministries of the country last week.",
           "Why TLP:AMBER matters",
           "The protocol TLP 2.0 replaced TLP 1.0 in August 2022.",
           "For the TLP see https://www.first.org/tlp",
           "TLP: see the cover",
           "TLP: https://www.first.org/tlp",
           "The ATLP:RED group",
           "tlp red",
           "TLPRED",
           "Nothing at all",
       }) {
    EXPECT_EQ(marking_of(text), "") << text;
  }
}

TEST(Marking, OnlyAtTheEdgesOfAPage) {
  std::string lines;
  for (int at = 0; at < 20; ++at) lines += "Line " + std::to_string(at) + " of the body says something.\n\n";
  EXPECT_EQ(marking_of(lines + "TLP:RED\n\n" + lines), "");
  EXPECT_EQ(marking_of("TLP:GREEN\n\n" + lines + "TLP:RED\n\n" + lines + "TLP:GREEN\n"), "tlp:green");
}

TEST(Marking, PagesOfTheWeb) {
  const std::string body = "<p>APT10 attacked Contoso Bank on Monday, and nobody knows why it did so.</p>";
  EXPECT_EQ(marking_of("<html><body><header><div>Home</div><div>TLP:AMBER</div></header>" + body + "</body></html>",
                       "a.html"),
            "tlp:amber");
  EXPECT_EQ(marking_of("<html><body>" + body + "<footer>Contoso CERT | TLP:GREEN</footer></body></html>", "a.html"),
            "tlp:green");
  EXPECT_EQ(
      marking_of("<html><head><title>TLP:AMBER+STRICT - Advisory 7</title></head><body>" + body + "</body></html>",
                 "a.html"),
      "tlp:amber+strict");
  EXPECT_EQ(
      marking_of("<html><body><table><tr><td>TLP:</td><td>RED</td></tr></table>" + body + "</body></html>", "a.html"),
      "tlp:red");
  // Strangers' comments mark nothing.
  EXPECT_EQ(marking_of("<html><body>" + body + "<div id=\"comments\"><p>TLP:RED</p></div></body></html>", "a.html"),
            "");
}

TEST(Marking, LongLinesAndManyNamesAreBounded) {
  std::string many;
  for (int at = 0; at < 20000; ++at) many += "TLP: TLP:\n";
  EXPECT_EQ(marking_of(many), "tlp:red unknown");
  EXPECT_EQ(marking_of("TLP:RED | " + std::string(100000, 'x')), "");
}

}  // namespace
}  // namespace tocsin::report
