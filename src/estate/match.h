#pragma once

// One component meets one vulnerability: the verdict, and every step that led to it.

#include <set>
#include <string>
#include <vector>

#include "estate/inventory.h"
#include "estate/packs.h"
#include "record/organisation.h"

namespace tocsin::estate {

/// What else stands on the asset.
struct Neighbourhood {
  std::set<ProductIndex> products;
  bool is_debian_family = false;  ///< a package manager or a banner shows it
  bool is_unix = false;           ///< a banner says so
  bool is_windows = false;        ///< a banner says so; of both, neither is believed
};

/// What is judged: a component, or all binary packages of one Debian source package.
struct Subject {
  const record::Asset* asset = nullptr;
  std::string name;
  std::string version;  ///< as the inventory gives it; of a Debian package that of its source
  ProductIndex product = 0;
  IdentifiedBy identified_by = IdentifiedBy::name;
  std::optional<DebianPackage> debian;
  std::string banner_distribution;
  bool version_is_partial = false;
  bool implied = false;
  record::Confidence confidence = 0;
  std::vector<record::Evidence> evidence;
  std::set<std::string> packages;  ///< Debian binary packages
};

struct Judgement {
  record::Verdict verdict = record::Verdict::not_affected;
  std::string range;  ///< intervals, joined by a space
  std::string fixed_version;
  std::string source;
  std::vector<std::string> trace;
};

/// Judges `subject` against one entry of a vulnerability's affects, in the company of what else is on its asset.
/// cost: O(intervals + Debian fixes)
Judgement judge(const Subject& subject, const Vulnerability& vulnerability, const Affected& affected,
                const Neighbourhood& beside, const ProductCatalogue& products);

/// How the subject is named in a trace: "nginx 1.18.0 on web-01".
std::string describe(const Subject& subject);

}  // namespace tocsin::estate
