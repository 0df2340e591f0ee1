#pragma once

// The survey: an estate and its inventories meet what is known; out come components and exposures with their reasons.

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "estate/inventory.h"
#include "estate/packs.h"
#include "record/exposure.h"
#include "record/organisation.h"

namespace tocsin::estate {

/// An inventory and the asset that it describes.
struct AssetInventory {
  std::string asset;
  Inventory inventory;
};

struct SurveyCounts {
  std::uint64_t assets = 0;
  std::uint64_t inventories = 0;
  std::uint64_t components = 0;
  std::uint64_t components_of_known_products = 0;
  std::uint64_t damaged_records = 0;
  std::uint64_t unreadable_inventories = 0;
  std::uint64_t later_vulnerabilities = 0;        ///< met by a component, but published after the day of the survey
  std::map<std::string, std::uint64_t> verdicts;  ///< by name, all verdicts
};

struct Survey {
  std::vector<record::Component> components;  ///< by asset, name, version
  std::vector<record::Exposure> exposures;    ///< all verdicts; the most urgent first (see survey())
  std::vector<Diagnostic> problems;           ///< unreadable inventories, damaged records
  SurveyCounts counts;
  std::chrono::sys_days as_of{};
};

/// Whether a vulnerability was not public on `day`: by its day of publication, or where that is not known by the year
/// in its CVE number.
bool is_published_after(const Vulnerability& vulnerability, std::chrono::sys_days day);

/// Everything known about the estate on the day `as_of`, which decides what is past its end of life; vulnerabilities
/// published later are counted and passed over, so that a past day can be replayed.
/// Pure; deterministic: the order of inventories does not matter. Exposures are ordered by: open before closed, rank of
/// the priority, verdict, importance of the asset, asset, component, vulnerability.
/// cost: O(components + exposures · log); products are looked up by key, never component × vulnerability
Survey make_survey(const record::Estate& estate, const std::vector<AssetInventory>& inventories,
                   const EstatePacks& packs, std::chrono::sys_days as_of);

/// Loads every inventory of the estate, then make_survey. An unreadable one is a problem, not an end.
Survey survey_estate(const record::Estate& estate, const EstatePacks& packs, std::chrono::sys_days as_of);

/// Why a vulnerability does or does not touch an asset.
struct Explanation {
  std::vector<record::Exposure> exposures;  ///< the records, with whole traces; empty when there is none
  std::vector<std::string> why_none;        ///< the reasoning, a step a line, when there is none
};

/// errors: not_found (no such asset; with "did you mean"), usage (not a vulnerability's id)
Result<Explanation> explain(std::string_view vulnerability, std::string_view asset, const record::Estate& estate,
                            const Survey& survey, const EstatePacks& packs);

}  // namespace tocsin::estate
