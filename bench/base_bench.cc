// base against what bounds it, in the same run: JSON trees and walks against simdjson's own, lines against copying the
// bytes, YAML trees against libyaml's events. Names: LANE/what and LANE/limit_what (bench/table.py).

#include <benchmark/benchmark.h>
#include <simdjson.h>
#include <yaml.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/bytes.h"
#include "base/json.h"
#include "base/json_walk.h"
#include "base/yaml.h"

namespace {

using namespace tocsin;

std::string example(const char* path) {
  auto bytes = read_file(std::string(TOCSIN_SOURCE_DIR "/examples/") + path);
  return bytes ? std::string(bytes->view()) : std::string();
}

void count_bytes(benchmark::State& state, const std::string& once) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(once.size()));
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

void json_tree(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(json::parse(events()));
  count_bytes(state, events());
}
BENCHMARK(json_tree)->Name("Json/tree")->Unit(benchmark::kMillisecond);

void json_limit(benchmark::State& state) {
  const simdjson::padded_string padded(events());
  simdjson::dom::parser parser;
  for (auto _ : state) benchmark::DoNotOptimize(parser.parse(padded).error());
  count_bytes(state, events());
}
BENCHMARK(json_limit)->Name("Json/limit_simdjson_dom")->Unit(benchmark::kMillisecond);

/// The same events as lines, with room behind them for the parsers.
const std::string& event_lines() {
  static const std::string text = [] {
    const std::string once = example("logs/erp-01/windows.ndjson");
    std::string out;
    for (int i = 0; i < 60; ++i) out += once;
    out.reserve(out.size() + PaddedBytes::kPadding);
    return out;
  }();
  return text;
}

/// Calls `look` with each line; gives the bytes.
template <typename Look>
std::int64_t each_line(const std::string& text, Look look) {
  const std::string_view all = text;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = all.find('\n', at);
    look(all.substr(at, end - at));
    at = end + 1;
  }
  return static_cast<std::int64_t>(all.size());
}

void json_walk(benchmark::State& state) {
  json::Walker walker;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    bytes += each_line(event_lines(), [&](std::string_view line) {
      benchmark::DoNotOptimize(walker.walk(line));
      benchmark::DoNotOptimize(walker.items().data());
    });
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK(json_walk)->Name("JsonWalk/walker")->Unit(benchmark::kMillisecond);

/// Bytes of all keys and raw tokens, by simdjson's own iteration. Depth: that of our example.
std::size_t visit(simdjson::ondemand::value value) {
  std::size_t bytes = 0;
  switch (value.type()) {
    case simdjson::ondemand::json_type::object:
      for (auto field : value.get_object()) {
        bytes += field.key().raw()[0] == '_';
        bytes += visit(field.value());
      }
      return bytes;
    case simdjson::ondemand::json_type::array:
      for (auto item : value.get_array()) bytes += visit(item.value());
      return bytes;
    default:
      return value.raw_json_token().size();
  }
}

void json_walk_limit(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    bytes += each_line(event_lines(), [&](std::string_view line) {
      simdjson::ondemand::document document;
      if (parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING).get(document)) return;
      simdjson::ondemand::value value;
      if (document.get_value().get(value) == simdjson::SUCCESS) benchmark::DoNotOptimize(visit(value));
    });
  }
  state.SetBytesProcessed(bytes);
}
BENCHMARK(json_walk_limit)->Name("JsonWalk/limit_simdjson_fields")->Unit(benchmark::kMillisecond);

const std::string& log_lines() {
  static const std::string text = [] {
    const std::string once = example("logs/shop-01/access.log");
    std::string out;
    for (int i = 0; i < 200; ++i) out += once;
    return out;
  }();
  return text;
}

void lines(benchmark::State& state) {
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
  count_bytes(state, log_lines());
  std::filesystem::remove(path);
}
BENCHMARK(lines)->Name("Lines/reader")->Unit(benchmark::kMillisecond);

void lines_limit(benchmark::State& state) {
  std::string target(log_lines().size(), ' ');
  for (auto _ : state) {
    std::memcpy(target.data(), log_lines().data(), target.size());
    benchmark::ClobberMemory();
  }
  count_bytes(state, log_lines());
}
BENCHMARK(lines_limit)->Name("Lines/limit_memcpy")->Unit(benchmark::kMillisecond);

std::string pack() {
  auto bytes = read_file(std::string(TOCSIN_SOURCE_DIR "/packs/names/actors.yml"));
  return bytes ? std::string(bytes->view()) : std::string();
}

void yaml_tree(benchmark::State& state) {
  const std::string text = pack();
  for (auto _ : state) benchmark::DoNotOptimize(yaml::parse_all(text));
  count_bytes(state, text);
}
BENCHMARK(yaml_tree)->Name("Yaml/tree")->Unit(benchmark::kMillisecond);

void yaml_limit(benchmark::State& state) {
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
  count_bytes(state, text);
}
BENCHMARK(yaml_limit)->Name("Yaml/limit_libyaml_events")->Unit(benchmark::kMillisecond);

}  // namespace
