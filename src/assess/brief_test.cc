#include "assess/brief.h"

#include <gtest/gtest.h>
#include <fstream>

#include "assess/assess_fixture.h"

namespace tocsin::assess {
namespace {
TEST(Brief, Dump) {
  const auto input = fixture::input();
  const auto a = assess(input);
  std::vector<record::DocumentInfo> docs{input.readings[0].document};
  const BriefContext context{input.estate, docs, input.logs, input.as_of};
  std::vector<Brief> all;
  for (const View v : {View::executive, View::management, View::operations}) {
    all.push_back(make_brief(a.warnings[0], context, v));
    std::ofstream("/tmp/assess-" + std::string(view_name(v)) + ".txt") << print_brief_text(all.back());
    std::ofstream("/tmp/assess-" + std::string(view_name(v)) + ".html") << print_brief_html(std::vector{all.back()});
  }
}
}  // namespace
}  // namespace tocsin::assess
