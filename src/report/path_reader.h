#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "record/indicator.h"

namespace tocsin::report {

/// A path or key that may hold spaces, found in running text.
struct FoundPath {
  record::IndicatorType type = record::IndicatorType::path;  ///< path, pdb_path, registry_key or pipe
  std::size_t end = 0;                                       ///< offset after it
};

/// A Windows path ("C:\…", "\\host\share\…", "%VAR%\…"), registry key or named pipe that begins at `start`.
/// A space belongs to it when a backslash or a file ending follows soon. cost: O(length)
std::optional<FoundPath> read_windows_path(std::string_view text, std::size_t start);

/// A Unix path that begins at `start` under a usual root folder and has at least two parts.
std::optional<FoundPath> read_unix_path(std::string_view text, std::size_t start);

}  // namespace tocsin::report
