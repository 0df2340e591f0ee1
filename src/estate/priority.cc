#include "estate/priority.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "estate/strict_yaml.h"

namespace tocsin::estate {
namespace {

constexpr std::array<std::string_view, 2> kYesNo{"yes", "no"};
constexpr std::array<std::string_view, 2> kImpact{"partial", "total"};
constexpr std::size_t kRows = 16;  // 2 × 2 × 2 × 2: the table must answer every question

}  // namespace

PriorityTable PriorityTable::parse(std::string_view text, const std::string& path,
                                   std::vector<Diagnostic>& all_problems) {
  PriorityTable table;
  Problems problems(path, "priorities");
  const auto document = yaml::parse(text, {.source = path});
  if (!document) {
    all_problems.push_back({Severity::error,
                            "priorities/syntax",
                            document.error().message,
                            document.error().where,
                            {},
                            document.error().hint});
    return table;
  }
  MappingReader file(*document, "priority file", problems);
  const std::array<std::string_view, 1> formats{"tocsin-estate-priorities/1"};
  file.keyword("format", formats, Presence::required);
  table.name_ = file.string("name", Presence::required);
  file.string("source", Presence::required);
  table.outcomes_ = file.strings("outcomes", Presence::required);
  const std::vector<std::string_view> outcomes(table.outcomes_.begin(), table.outcomes_.end());
  for (const yaml::Node& node : file.items("rows", Presence::required)) {
    MappingReader reader(node, "row", problems);
    const auto kev = reader.keyword("in_kev", kYesNo, Presence::required);
    const auto exposed = reader.keyword("publicly_exposed", kYesNo, Presence::required);
    const auto automatable = reader.keyword("automatable", kYesNo, Presence::required);
    const auto impact = reader.keyword("technical_impact", kImpact, Presence::required);
    const auto outcome = reader.keyword("outcome", outcomes, Presence::required);
    reader.finish();
    if (!kev || !exposed || !automatable || !impact || !outcome) continue;
    Row row{std::string(kYesNo[*kev]), std::string(kYesNo[*exposed]), std::string(kYesNo[*automatable]),
            std::string(kImpact[*impact]), static_cast<std::uint32_t>(*outcome)};
    const auto same = [&](const Row& other) {
      return other.in_kev == row.in_kev && other.publicly_exposed == row.publicly_exposed &&
             other.automatable == row.automatable && other.technical_impact == row.technical_impact;
    };
    if (std::ranges::any_of(table.rows_, same))
      problems.error(node, "duplicate", "row for the same facts stands twice");
    else
      table.rows_.push_back(std::move(row));
  }
  file.finish();
  if (table.rows_.size() != kRows)
    problems.error(*document, "incomplete", fmt::format("table has {} of {} rows", table.rows_.size(), kRows));
  for (Diagnostic& problem : problems.take()) all_problems.push_back(std::move(problem));
  return table;
}

PriorityDecision PriorityTable::decide(const PriorityFacts& facts) const {
  const auto agrees = [](const std::optional<std::string>& fact, const std::string& value) {
    return !fact || *fact == value;
  };
  const Row* chosen = nullptr;
  for (const Row& row : rows_)
    if (agrees(facts.in_kev, row.in_kev) && agrees(facts.publicly_exposed, row.publicly_exposed) &&
        agrees(facts.automatable, row.automatable) && agrees(facts.technical_impact, row.technical_impact) &&
        (chosen == nullptr || row.outcome < chosen->outcome))
      chosen = &row;
  PriorityDecision decision;
  decision.priority.table = name_;
  if (chosen == nullptr) {
    decision.reasoning = fmt::format("{} has no row for these facts", name_);
    return decision;
  }
  decision.priority.decision = outcomes_[chosen->outcome];
  decision.priority.rank = chosen->outcome + 1;
  const auto tell = [](std::string_view what, const std::optional<std::string>& fact, const std::string& value) {
    return fact ? fmt::format("{} {}", what, value) : fmt::format("{} not known, assumed {}", what, value);
  };
  decision.reasoning = fmt::format(
      "priority by {}: {}, {}, {}, {}: {}", name_, tell("in KEV", facts.in_kev, chosen->in_kev),
      tell("publicly exposed", facts.publicly_exposed, chosen->publicly_exposed),
      tell("automatable", facts.automatable, chosen->automatable),
      tell("technical impact", facts.technical_impact, chosen->technical_impact), decision.priority.decision);
  return decision;
}

}  // namespace tocsin::estate
