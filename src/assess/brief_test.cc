#include "assess/brief.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "assess/assess_fixture.h"
#include "assess/brief_picture.h"
#include "assess/likelihood.h"
#include "assess/wording.h"
#include "base/unicode.h"

namespace tocsin::assess {
namespace {

constexpr std::array kViews = {View::executive, View::management, View::operations};

struct Case {
  AssessInput input;
  std::vector<record::DocumentInfo> documents;
  record::Warning warning;

  explicit Case(AssessInput from) : input(std::move(from)), warning(assess(input).warnings.at(0)) {
    for (const record::DocumentReading& reading : input.readings) documents.push_back(reading.document);
  }
  Brief brief(View view) const { return make_brief(warning, {input.estate, documents, input.logs, input.as_of}, view); }
  std::vector<Brief> briefs() const {
    std::vector<Brief> all;
    for (const View view : kViews) all.push_back(brief(view));
    return all;
  }
};

Case plain() { return Case(fixture::input()); }

/// Every text of the input that can reach a page, made hostile.
Case hostile() {
  const std::string bad = "<script src=//evil.example/x.js>\"'&</script>\x1b[31m\x07 \xff\xfe \xe2\x80\xae";
  AssessInput input = fixture::input();
  input.estate.organisation.name = "Aravalli <b>Vaccines</b> & \"Sons\"";
  input.estate.organisation.names.push_back("Aravalli Vaccines");
  input.estate.assets[1].role = bad;
  input.estate.suppliers[0].name += bad;
  input.readings[0].document.title = bad;
  for (record::Claim& each : input.readings[0].claims) {
    each.evidence[0].quote += bad;
    for (record::Claimant& claimant : each.claimants) claimant.name += bad;
  }
  for (record::Exposure& each : input.exposures) {
    each.component += bad;
    each.fixed_version += bad;
    each.evidence[0].quote += bad;
  }
  for (record::Match& each : input.matches) {
    each.rule.title += bad;
    each.fields.push_back({bad, bad});
  }
  return Case(std::move(input));
}

Case chinese() {
  AssessInput input = fixture::input();
  input.estate.organisation.name = "阿拉瓦利疫苗";
  input.estate.organisation.names.push_back("Aravalli Vaccines");
  input.estate.assets[1].role = "面向公众的内容管理系统网站";
  for (record::Claim& each : input.readings[0].claims) {
    if (each.object && each.object->name == "Aravalli Vaccines") each.object->name = "阿拉瓦利疫苗";
    each.evidence[0].quote =
        "该组织近几周来一直在寻找阿拉瓦利疫苗公司网络服务器的薄弱环节，意在获取疫苗配方与生产工艺等知识产权。";
  }
  return Case(std::move(input));
}

std::vector<Sentence> sentences_of(const Brief& brief) {
  std::vector<Sentence> all;
  for (const Section& section : brief.sections) {
    all.insert(all.end(), section.sentences.begin(), section.sentences.end());
    all.insert(all.end(), section.because.begin(), section.because.end());
  }
  return all;
}

/// Well-formed XML after the first line: tags balance, attributes are quoted, no stray < or &. Empty = no complaint.
std::string find_defect(std::string_view page) {
  std::vector<std::string> open;
  std::size_t at = page.find('\n');
  while (at < page.size()) {
    if (page[at] == '&') {
      const auto end = page.find(';', at);
      if (end == std::string_view::npos || end - at > 7) return "bare & at " + std::to_string(at);
    }
    if (page[at] != '<') {
      ++at;
      continue;
    }
    const auto end = page.find('>', at);
    if (end == std::string_view::npos) return "tag without end";
    std::string_view tag = page.substr(at + 1, end - at - 1);
    at = end + 1;
    if (std::ranges::count(tag, '"') % 2 != 0 || tag.find('<') != std::string_view::npos)
      return "bad tag " + std::string(tag);
    const bool closes = tag.starts_with('/');
    const bool alone = tag.ends_with('/');
    if (closes) tag.remove_prefix(1);
    const std::string name(tag.substr(0, tag.find_first_of(" /")));
    if (closes) {
      if (open.empty() || open.back() != name) return "unexpected </" + name + ">";
      open.pop_back();
    } else if (!alone) {
      open.push_back(name);
    }
    if (name == "style" && !closes) at = page.find("</style>", at);
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

void compare_with_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(TOCSIN_SOURCE_DIR) + "/tests/golden/assess/" + name;
  if (std::getenv("TOCSIN_UPDATE_GOLDENS") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path;
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(text, golden.str()) << "TOCSIN_UPDATE_GOLDENS=1 writes " << path << " anew";
}

TEST(Brief, TextOfEachViewIsTheGolden) {
  for (const Brief& brief : plain().briefs()) {
    compare_with_golden(std::string(view_name(brief.view)) + ".txt.out", print_brief_text(brief));
  }
}

TEST(Brief, PageIsTheGolden) { compare_with_golden("page.html.out", print_brief_html(plain().briefs())); }

TEST(Brief, WideCharactersKeepTheColumns) {
  const std::string text = print_brief_text(chinese().brief(View::operations), {72, false});
  compare_with_golden("chinese.txt.out", text);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(display_width(line), 72U) << line;
    EXPECT_FALSE(find_invalid_utf8(line)) << line;
  }
}

TEST(Brief, NamesStandAsInASentence) {
  const auto sentence = [](std::string subject, std::string claimant) {
    const record::Claim claim = fixture::claim(fixture::actor(std::move(subject)), record::Predicate::targets,
                                               fixture::company("Ministry of Health"),
                                               {{std::move(claimant), record::ClaimantRole::analyst}}, 0, "quote");
    return claim_sentence(claim);
  };
  EXPECT_EQ(sentence("Hackers linked to China", "Nilgiri Cyber"),
            "Nilgiri Cyber says that hackers linked to China are targeting the Ministry of Health.");
  EXPECT_EQ(sentence("North Korean hackers", "US government"),
            "The US government says that North Korean hackers are targeting the Ministry of Health.");
  EXPECT_EQ(sentence("Hackerone", "The Indian government"),
            "The Indian government says that Hackerone is targeting the Ministry of Health.");
}

TEST(Brief, TimesOfRecordsAreToTheSecondAndDeadlinesInWords) {
  EXPECT_EQ(second_in_words("2021-02-26T22:03:11.412000Z"), "2021-02-26 22:03:11 UTC");
  EXPECT_EQ(second_in_words("2021-02-27T03:33:11.9+05:30"), "2021-02-26 22:03:11 UTC");
  EXPECT_EQ(second_in_words("some day"), "some day");
  EXPECT_EQ(priority_in_words({"cisa-bod-26-04", "3 days & forensic investigation", 1}),
            "3 days and forensic investigation by CISA BOD 26-04");
}

TEST(Brief, WhatTheTitleSpeaksOfComesFirst) {
  AssessInput input = fixture::input();
  record::Claim other = input.readings[0].claims.front();
  other.subject = fixture::actor("Hackers linked to China");
  other.object = fixture::company("Ganga Serum Works");
  input.readings[0].claims.insert(input.readings[0].claims.begin(), other);
  const Brief brief = Case(input).brief(View::executive);
  EXPECT_NE(brief.sections[0].sentences[0].text.find("says that APT10 is targeting"), std::string::npos)
      << brief.sections[0].sentences[0].text;
}

TEST(Brief, WhatBeganOnOneAssetInOneMinuteIsOneMoment) {
  AssessInput input = fixture::input();
  record::Match other = input.matches.front();
  other.rule.title = "Another rule";
  other.rule.id = "another";
  input.matches.push_back(other);
  std::vector<std::string> seen;
  for (const Moment& moment : Case(input).brief(View::operations).timeline)
    if (moment.kind == MomentKind::seen) seen.push_back(moment.text);
  EXPECT_EQ(seen, std::vector<std::string>{"First seen on cms-01: Another rule and Shell started by web server"});
}

TEST(Brief, PageListsEachWarningOnceWithItsViews) {
  const std::string page = print_brief_html(plain().briefs());
  const std::string nav = page.substr(page.find("<nav"), page.find("</nav>") - page.find("<nav"));
  EXPECT_EQ(nav.find("APT10 is reported"), nav.rfind("APT10 is reported"));
  for (const std::string_view link : {"\"#w1\">executive<", "\"#w2\">management<", "\"#w3\">operations<"})
    EXPECT_NE(nav.find(link), std::string::npos) << nav;
}

TEST(Brief, LikelihoodAndConfidenceNeverStandInOneSentence) {
  for (const Case& each : {plain(), hostile(), chinese()}) {
    for (const Brief& brief : each.briefs()) {
      bool likelihood = false;
      bool confidence = false;
      for (const Sentence& sentence : sentences_of(brief)) {
        likelihood |= has_likelihood_word(sentence.text);
        confidence |= has_confidence_word(sentence.text);
        EXPECT_FALSE(has_likelihood_word(sentence.text) && has_confidence_word(sentence.text)) << sentence.text;
      }
      EXPECT_TRUE(likelihood);
      EXPECT_TRUE(confidence);
    }
  }
}

TEST(Brief, EverySentenceLeadsToEvidenceAndIsOne) {
  for (const Case& each : {plain(), hostile(), chinese()}) {
    for (const Brief& brief : each.briefs()) {
      for (const Sentence& sentence : sentences_of(brief)) {
        EXPECT_FALSE(sentence.notes.empty()) << sentence.text;
        EXPECT_TRUE(sentence.text.ends_with('.')) << sentence.text;
        EXPECT_TRUE(std::ranges::is_sorted(sentence.notes));
        for (const std::size_t note : sentence.notes) EXPECT_LT(note, brief.notes.size());
      }
      for (const Section& section : brief.sections) {
        for (const TableRow& row : section.table.rows) {
          EXPECT_FALSE(row.notes.empty());
          EXPECT_EQ(row.cells.size(), section.table.head.size());
        }
      }
    }
  }
}

TEST(Brief, TheFirstThreeSectionsAreWhatSoWhatWhatToDo) {
  for (const Brief& brief : plain().briefs()) {
    ASSERT_GE(brief.sections.size(), 5U);
    EXPECT_EQ(brief.sections[0].heading, "What");
    EXPECT_EQ(brief.sections[1].heading, "So what");
    EXPECT_EQ(brief.sections[2].heading, "What to do first");
  }
}

TEST(Brief, PageIsWellFormedAndLoadsNothing) {
  for (const Case& each : {plain(), hostile(), chinese()}) {
    const std::string page = print_brief_html(each.briefs());
    EXPECT_EQ(find_defect(page), "");
    EXPECT_FALSE(find_invalid_utf8(page));
    for (const std::string_view no : {"<script", "http://", "https://", " src=", "url(", "@import", "<img", "<link",
                                      "<iframe", " onload", "\x1b", "\x07"}) {
      // Hostile text may speak of such things, but only escaped: "src=" then follows an escaped tag.
      if (no == " src=" && page.find("&lt;script src=") != std::string::npos) continue;
      EXPECT_EQ(page.find(no), std::string::npos) << no;
    }
    for (std::size_t at = page.find("href=\""); at != std::string::npos; at = page.find("href=\"", at + 1)) {
      ASSERT_EQ(page[at + 6], '#');
      const std::string target = page.substr(at + 7, page.find('"', at + 6) - at - 7);
      EXPECT_NE(page.find("id=\"" + target + "\""), std::string::npos) << target;
    }
  }
}

TEST(Brief, ControlCharactersNeverReachTheTerminal) {
  for (const Brief& brief : hostile().briefs()) {
    const std::string text = print_brief_text(brief);
    for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);  // right-to-left override
  }
}

TEST(Brief, ColourChangesNothingButColour) {
  const Brief brief = plain().brief(View::executive);
  std::string coloured = print_brief_text(brief, {80, true});
  EXPECT_NE(coloured.find("\x1b[1m"), std::string::npos);
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  EXPECT_EQ(coloured, print_brief_text(brief));
}

std::vector<Sentence> sentences_with(const Brief& brief, std::string_view words) {
  std::vector<Sentence> all = sentences_of(brief);
  std::erase_if(all, [&](const Sentence& sentence) { return sentence.text.find(words) == std::string::npos; });
  return all;
}

TEST(Brief, ASentenceOfManyExposuresLeadsToEachAsset) {
  AssessInput input = fixture::input();
  const record::Exposure first = input.exposures.at(0);
  for (std::size_t i = 0; i < 8; ++i) {
    record::Exposure more = first;
    more.vulnerability = "CVE-2018-000" + std::to_string(i);
    input.exposures.push_back(more);
  }
  const Brief brief = Case(std::move(input)).brief(View::executive);
  const std::vector<Sentence> found = sentences_with(brief, "that fit are open on two assets");
  ASSERT_EQ(found.size(), 1U);
  for (const std::string_view asset : {" on cms-01:", " on web-01:"}) {
    EXPECT_TRUE(std::ranges::any_of(found[0].notes, [&](std::size_t note) {
      return brief.notes.at(note).detail.find(asset) != std::string::npos;
    })) << asset;
  }
}

TEST(Brief, AWebRequestIsToldWithItsAnswer) {
  AssessInput input = fixture::input();
  input.matches.resize(1);
  input.matches[0].fields.emplace_back("sc-status", "404");
  EXPECT_EQ(sentences_with(Case(input).brief(View::executive), "; it was answered 404.").size(), 1U);
  input.matches.push_back(input.matches[0]);
  input.matches.back().source.line = 99;
  EXPECT_EQ(sentences_with(Case(input).brief(View::executive), "; the first was answered 404.").size(), 1U);
  input.matches.resize(1);
  input.matches[0].fields.clear();
  EXPECT_TRUE(sentences_with(Case(input).brief(View::executive), "answered").empty());
}

TEST(Brief, WithoutAReportNothingIsSaidOfWhatSourcesName) {
  AssessInput input = fixture::input();
  input.readings.clear();
  const Case alone(input);
  const Brief with = alone.brief(View::executive);
  EXPECT_EQ(sentences_with(with, "No report was used").size(), 1U);
  EXPECT_TRUE(sentences_with(with, "The inventory shows nothing").empty());
  ASSERT_FALSE(alone.warning.through.empty());
  for (const record::Through& through : alone.warning.through) EXPECT_EQ(through.exposure.asset, "cms-01");
  input.exposures.clear();
  EXPECT_EQ(sentences_with(Case(input).brief(View::executive), "No report was used").size(), 1U);
}

TEST(Brief, TheBasisLeadsToTheClaimsOfItsSourcesAlone) {
  const Case each = plain();
  ASSERT_FALSE(each.warning.basis.claims.empty());
  for (const std::size_t index : each.warning.basis.claims) {
    EXPECT_NE(each.warning.basis.why.find(each.warning.claims.at(index).claimants.at(0).name), std::string::npos);
  }
}

TEST(Brief, NoWarningsIsAPageToo) { EXPECT_EQ(find_defect(print_brief_html({})), ""); }

TEST(Brief, TimelineRunsForwardAndEndsWithTheDeadline) {
  const std::vector<Moment> timeline = plain().brief(View::executive).timeline;
  EXPECT_TRUE(std::ranges::is_sorted(timeline, {}, &Moment::instant));
  ASSERT_FALSE(timeline.empty());
  EXPECT_EQ(timeline.back().kind, MomentKind::deadline);
  EXPECT_EQ(timeline.back().time, "2 March 2021, 12:30 UTC");
}

TEST(Brief, DrawingLeadsFromActorOverWeaknessToAsset) {
  const Drawing drawing = plain().brief(View::executive).drawing;
  EXPECT_EQ(drawing.actors, std::vector<std::string>{"APT10"});
  EXPECT_EQ(drawing.ways, (std::vector<std::string>{"content management systems", "web servers"}));
  EXPECT_EQ(drawing.assets, (std::vector<std::string>{"cms-01", "web-01"}));
  EXPECT_EQ(drawing.asset_seen, (std::vector<bool>{true, false}));
  EXPECT_EQ(drawing.way_assets.size(), 2U);
}

TEST(Wrap, LinesFitAndNothingIsLost) {
  for (const std::string_view text : {"one two three four", "加拿大和印度的疫苗公司", "averyveryverylongwordindeed x",
                                      "", "a 疫苗 b", "  spaced  out  "}) {
    for (const std::size_t columns : {4UZ, 7UZ, 10UZ, 40UZ}) {
      std::string joined;
      for (const std::string& line : wrap_text(text, columns)) {
        EXPECT_LE(display_width(line), columns) << line;
        joined += line;
      }
      const auto squeezed = [](std::string_view from) {
        std::string out;
        for (const char c : from) {
          if (c != ' ') out += c;
        }
        return out;
      };
      EXPECT_EQ(squeezed(joined), squeezed(text));
    }
  }
}

}  // namespace
}  // namespace tocsin::assess
