#include "stix/problem_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "base/json.h"

namespace tocsin::stix {
namespace {

constexpr auto kRows = std::to_array<CheckRule>({
#define TOCSIN_STIX_RULE_ROW(name, severity, id, meaning) {"stix-2.1/" id, Severity::severity, meaning},
    TOCSIN_STIX_RULES(TOCSIN_STIX_RULE_ROW)
#undef TOCSIN_STIX_RULE_ROW
});

/// By offset, problems of one place in the order in which they were found. (std::stable_sort of libstdc++ 12 does not
/// compile without warnings under clang 19.)
void sort_by_place(std::vector<Diagnostic>& problems) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  order.reserve(problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) order.emplace_back(problems[i].where.offset, i);
  std::ranges::sort(order);
  std::vector<Diagnostic> sorted;
  sorted.reserve(problems.size());
  for (const auto& [offset, index] : order) sorted.push_back(std::move(problems[index]));
  problems = std::move(sorted);
}

/// Fills in line and column of problems that are sorted by offset, in one pass over the text.
void place(std::vector<Diagnostic>& sorted, std::string_view text, const std::string& source) {
  std::uint64_t at = 0;
  std::uint64_t line_begin = 0;
  std::uint32_t line = 1;
  for (auto& problem : sorted) {
    problem.where.source = source;
    if (!problem.where.has_offset() || text.empty()) continue;
    const std::uint64_t end = std::min<std::uint64_t>(problem.where.offset, text.size());
    for (; at < end; ++at) {
      if (text[at] != '\n') continue;
      ++line;
      line_begin = at + 1;
    }
    problem.where.line = line;
    problem.where.column = static_cast<std::uint32_t>(end - line_begin + 1);
  }
}

}  // namespace

const CheckRule& rule_row(Rule rule) { return kRows[static_cast<std::size_t>(rule)]; }

const std::vector<CheckRule>& check_rules() {
  static const std::vector<CheckRule> rules(kRows.begin(), kRows.end());
  return rules;
}

std::string Path::print() const {
  if (up == nullptr) return std::string(name);
  std::vector<const Path*> chain;
  const Path* at = this;
  for (; at->up != nullptr; at = at->up) chain.push_back(at);
  std::string pointer(at->name);
  for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
    pointer = (*link)->index == kName ? json::pointer_append(pointer, (*link)->name)
                                      : json::pointer_append(pointer, (*link)->index);
  }
  return pointer;
}

bool ProblemList::keep(Severity severity) {
  ++(severity == Severity::error ? report_.errors : report_.warnings);
  return report_.problems.size() < max_problems_;
}

void ProblemList::add(Rule rule, const Path& path, std::uint64_t offset, std::string message, std::string hint) {
  const auto& row = rule_row(rule);
  if (!keep(row.severity)) return;
  report_.problems.push_back({row.severity, std::string(row.id), std::move(message),
                              Where{.source = "", .offset = offset}, path.print(), std::move(hint)});
}

void ProblemList::add_once(Rule rule, const std::string& key, const Path& path, std::uint64_t offset,
                           std::string message, std::string hint) {
  auto& entry = repeated_[{rule, key}];
  if (entry.count++ > 0) return;
  const auto before = report_.problems.size();
  add(rule, path, offset, std::move(message), std::move(hint));
  if (report_.problems.size() > before) entry.index = before;
}

void ProblemList::add_note(Diagnostic note) {
  if (keep(note.severity)) report_.problems.push_back(std::move(note));
}

CheckReport ProblemList::finish(std::string_view text, const std::string& source) && {
  for (const auto& [key, entry] : repeated_) {
    if (entry.count > 1 && entry.index != kNotKept) {
      report_.problems[entry.index].message += fmt::format(" ({} times in this file)", entry.count);
    }
  }
  sort_by_place(report_.problems);
  place(report_.problems, text, source);
  return std::move(report_);
}

}  // namespace tocsin::stix
