#include <fmt/format.h>
#include <algorithm>

#include "base/unicode.h"
#include "estate/survey.h"

namespace tocsin::estate {
namespace {

bool is_vulnerability_id(std::string_view text) {
  if (text.size() < 10 || !equals_ascii_case_insensitive(text.substr(0, 4), "CVE-")) return false;
  return std::ranges::all_of(text.substr(4), [](char c) { return is_ascii_digit(c) || c == '-'; });
}

void explain_absence(const Vulnerability& vulnerability, const record::Asset& asset, const Survey& survey,
                     const EstatePacks& packs, Explanation& explanation) {
  std::vector<std::string> products;
  for (const Affected& affected : vulnerability.affects) {
    std::string ranges;
    for (const VersionInterval& interval : affected.intervals) ranges += " " + print_interval(interval);
    products.push_back(packs.products[affected.product].name + ranges);
  }
  explanation.why_none.push_back(fmt::format("{} affects {}", vulnerability.id, fmt::join(products, "; ")));
  for (const Affected& affected : vulnerability.affects)
    for (const record::Component& component : survey.components)
      if (component.asset == asset.id && component.version.empty() &&
          component.name == packs.products[affected.product].name && !component.from.empty()) {
        explanation.why_none.push_back(
            fmt::format("{} must be on {}, for what {} saw does not run without it, but it was not seen itself and its "
                        "version is not known",
                        component.name, asset.id, component.from.front().rule));
        return;
      }
  std::size_t components = 0;
  for (const record::Component& component : survey.components) components += component.asset == asset.id ? 1 : 0;
  if (asset.inventory.empty())
    explanation.why_none.push_back(
        fmt::format("{} has no inventory, so nothing is known of what runs on it", asset.id));
  else
    explanation.why_none.push_back(
        fmt::format("none of the {} components that the {} inventories of {} show is such a product", components,
                    asset.inventory.size(), asset.id));
  // An unread inventory may hide what is asked for; silence about it would be taken for safety.
  for (const Diagnostic& problem : survey.problems)
    if (std::ranges::find(asset.inventory, problem.where.source) != asset.inventory.end())
      explanation.why_none.push_back(
          fmt::format("but not everything could be read: {}: {}", problem.where.source, problem.message));
}

}  // namespace

Result<Explanation> explain(std::string_view vulnerability_id, std::string_view asset_id, const record::Estate& estate,
                            const Survey& survey, const EstatePacks& packs) {
  if (!is_vulnerability_id(vulnerability_id))
    return fail(ErrorCode::usage, fmt::format("'{}' is not the id of a vulnerability", vulnerability_id), {},
                "write it like CVE-2021-23017");
  const auto asset = std::ranges::find(estate.assets, asset_id, &record::Asset::id);
  if (asset == estate.assets.end()) {
    std::vector<std::string_view> ids;
    for (const record::Asset& known : estate.assets) ids.emplace_back(known.id);
    const std::string near = nearest_name(asset_id, ids);
    return fail(
        ErrorCode::not_found, fmt::format("no asset '{}' in the estate", asset_id), {estate.path},
        near.empty() ? fmt::format("assets: {}", fmt::join(ids, ", ")) : fmt::format("did you mean '{}'?", near));
  }
  Explanation explanation;
  const Vulnerability* vulnerability = packs.vulnerabilities.find(vulnerability_id);
  if (vulnerability == nullptr) {
    explanation.why_none.push_back(fmt::format("{} is not among the {} vulnerabilities that are known here",
                                               vulnerability_id, packs.vulnerabilities.all().size()));
    explanation.why_none.emplace_back("that says nothing about whether the asset is affected");
    return explanation;
  }
  if (is_published_after(*vulnerability, survey.as_of)) {
    explanation.why_none.push_back(fmt::format("{} was published after the day of this survey", vulnerability->id));
    return explanation;
  }
  for (const record::Exposure& exposure : survey.exposures)
    if (exposure.asset == asset_id && exposure.vulnerability == vulnerability->id)
      explanation.exposures.push_back(exposure);
  if (explanation.exposures.empty()) explain_absence(*vulnerability, *asset, survey, packs, explanation);
  return explanation;
}

}  // namespace tocsin::estate
