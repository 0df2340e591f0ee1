// Runs fuzz targets over folders of inputs, once: `fuzz_replay NAME FOLDER…`. Meant for a sanitizer build.

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

#if defined(__SANITIZE_ADDRESS__)
#define TOCSIN_HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TOCSIN_HAS_SANITIZER 1
#endif
#endif
#ifdef TOCSIN_HAS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

#define TARGET(name) extern "C" int tocsin_fuzz_##name(const std::uint8_t*, std::size_t);
#include "fuzz_targets.inc"
#undef TARGET

namespace {

struct Target {
  std::string_view name;
  int (*run)(const std::uint8_t*, std::size_t);
};

constexpr Target kTargets[] = {
#define TARGET(name) {#name, tocsin_fuzz_##name},
#include "fuzz_targets.inc"
#undef TARGET
};

const char* current_input = "none";

void print_current_input() { std::fprintf(stderr, "\nfuzz_replay: input: %s\n", current_input); }

void on_abort(int) { print_current_input(); }

int replay(const Target& target, const std::vector<std::string>& folders) {
  const auto list = tocsin::list_files(folders);
  if (!list) {
    std::fprintf(stderr, "fuzz_replay: %s\n", tocsin::print_error(list.error()).c_str());
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string& path : list->files) {
    // Raw bytes: what is compressed is for the target to see.
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
      std::fprintf(stderr, "fuzz_replay: cannot open %s\n", path.c_str());
      return 2;
    }
    std::vector<std::uint8_t> bytes;
    char piece[4096];
    for (std::size_t size; (size = std::fread(piece, 1, sizeof piece, file)) > 0;) {
      bytes.insert(bytes.end(), piece, piece + size);
    }
    std::fclose(file);
    bytes.shrink_to_fit();  // so that reading one byte too many is seen
    current_input = path.c_str();
    target.run(bytes.data(), bytes.size());
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("fuzz_replay: %s: %zu inputs without a finding in %.2f s\n", std::string(target.name).c_str(),
              list->files.size(), seconds.count());
  return list->files.empty() ? 2 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGABRT, on_abort);
#ifdef TOCSIN_HAS_SANITIZER
  __sanitizer_set_death_callback(print_current_input);
#endif
  if (argc >= 3) {
    for (const Target& target : kTargets) {
      if (target.name == argv[1]) return replay(target, {argv + 2, argv + argc});
    }
  }
  std::fputs("usage: fuzz_replay NAME FOLDER…\nnames:", stderr);
  for (const Target& target : kTargets) std::fprintf(stderr, " %s", std::string(target.name).c_str());
  std::fputs("\n", stderr);
  return 2;
}
