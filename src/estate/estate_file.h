#pragma once

// estate.yml → record::Estate. The format is described in docs/estate.md.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "record/organisation.h"

namespace tocsin::estate {

struct EstateOptions {
  /// Names of sectors that are allowed beside STIX's industry-sector-ov (the sub-sectors of packs/names).
  std::vector<std::string> more_sectors = {};
  /// Whether a missing inventory file is an error.
  bool check_files = true;
};

/// A read estate: the value when there was no error, and every problem of the file in any case.
struct EstateFile {
  std::optional<record::Estate> estate;
  std::vector<Diagnostic> problems;  ///< in the order of the file
};

/// Reads the text of an estate file. Inventory paths are resolved against the folder of `path`; a folder among them
/// stands for the files in it. Syntax errors are problems too.
EstateFile parse_estate(std::string_view text, const std::string& path, const EstateOptions& options = {});

/// errors: not_found, io, limit_exceeded (8 MiB)
Result<EstateFile> load_estate(const std::string& path, const EstateOptions& options = {});

}  // namespace tocsin::estate
