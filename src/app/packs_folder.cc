#include "app/packs_folder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace tocsin::app {

namespace {

namespace fs = std::filesystem;

Result<std::string> find_folder(const std::string& given, const char* variable, const char* name, const char* marker) {
  std::vector<std::string> candidates;
  if (!given.empty()) {
    candidates.push_back(given);
  } else if (const char* from_environment = std::getenv(variable); from_environment != nullptr) {
    candidates.emplace_back(from_environment);
  } else {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
      const fs::path folder = program.parent_path();
      candidates.push_back((folder.parent_path() / "share" / "tocsin" / name).string());
      candidates.push_back((folder.parent_path().parent_path() / name).string());
    }
  }
  for (const std::string& candidate : candidates) {
    std::error_code error;
    if (fs::exists(fs::path(candidate) / marker, error)) return candidate;
  }
  return fail(ErrorCode::not_found, fmt::format("no folder of {} at {}", name, fmt::join(candidates, " or ")), {},
              fmt::format("name it with --{} DIR or the environment variable {}", name, variable));
}

}  // namespace

Result<std::string> find_packs_folder(const std::string& given) {
  return find_folder(given, "TOCSIN_PACKS", "packs", "names");
}

Result<std::string> find_examples_folder(const std::string& given) {
  return find_folder(given, "TOCSIN_EXAMPLES", "examples", "estate.yml");
}

}  // namespace tocsin::app
