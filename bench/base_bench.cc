// base against what bounds it, in the same run: JSON trees against simdjson's own walk, lines against copying the
// bytes, YAML trees against libyaml's events.

#include <benchmark/benchmark.h>
#include <simdjson.h>
#include <yaml.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/bytes.h"
#include "base/json.h"
#include "base/yaml.h"

namespace {

using namespace tocsin;

std::string example(const char* path) {
  auto bytes = read_file(std::string(TOCSIN_SOURCE_DIR "/examples/") + path);
  return bytes ? std::string(bytes->view()) : std::string();
}

/// The example events as one array, some 10 MB.
const std::string& events() {
  static const std::string text = [] {
    const std::string lines = example("logs/erp-01/windows.ndjson");
    std::string out = "[";
    for (int i = 0; i < 60; ++i) {
      for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = lines.find('\n', at);
        if (out.size() > 1) out += ',';
        out.append(lines, at, end - at);
        at = end + 1;
      }
    }
    return out + "]";
  }();
  return text;
}

void BM_JsonTree(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(json::parse(events()));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * events().size()));
}
BENCHMARK(BM_JsonTree)->Unit(benchmark::kMillisecond);

void BM_JsonSimdjsonDom(benchmark::State& state) {
  const simdjson::padded_string padded(events());
  simdjson::dom::parser parser;
  for (auto _ : state) benchmark::DoNotOptimize(parser.parse(padded).error());
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * events().size()));
}
BENCHMARK(BM_JsonSimdjsonDom)->Unit(benchmark::kMillisecond);

const std::string& log_lines() {
  static const std::string text = [] {
    const std::string once = example("logs/shop-01/access.log");
    std::string out;
    for (int i = 0; i < 200; ++i) out += once;
    return out;
  }();
  return text;
}

void BM_Lines(benchmark::State& state) {
  const std::string path = std::filesystem::temp_directory_path() / "tocsin-base-bench.log";
  std::ofstream(path) << log_lines();
  for (auto _ : state) {
    auto stream = ByteStream::open(path);
    LineReader reader(*std::move(stream));
    std::uint64_t bytes = 0;
    while (true) {
      auto line = reader.next();
      if (!line || !*line) break;
      bytes += (*line)->text.size();
    }
    benchmark::DoNotOptimize(bytes);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * log_lines().size()));
  std::filesystem::remove(path);
}
BENCHMARK(BM_Lines)->Unit(benchmark::kMillisecond);

void BM_LinesMemcpy(benchmark::State& state) {
  std::string target(log_lines().size(), ' ');
  for (auto _ : state) {
    std::memcpy(target.data(), log_lines().data(), target.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * log_lines().size()));
}
BENCHMARK(BM_LinesMemcpy)->Unit(benchmark::kMillisecond);

std::string pack() {
  auto bytes = read_file(std::string(TOCSIN_SOURCE_DIR "/packs/names/actors.yml"));
  return bytes ? std::string(bytes->view()) : std::string();
}

void BM_YamlTree(benchmark::State& state) {
  const std::string text = pack();
  for (auto _ : state) benchmark::DoNotOptimize(yaml::parse_all(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_YamlTree)->Unit(benchmark::kMillisecond);

void BM_YamlEvents(benchmark::State& state) {
  const std::string text = pack();
  for (auto _ : state) {
    yaml_parser_t parser;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    for (bool done = false; !done;) {
      yaml_event_t event;
      if (yaml_parser_parse(&parser, &event) == 0) break;
      done = event.type == YAML_STREAM_END_EVENT;
      yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(BM_YamlEvents)->Unit(benchmark::kMillisecond);

}  // namespace
