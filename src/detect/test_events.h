#pragma once

// Events for the tests of this room: read by the real reader from a file.

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detect/hunt.h"
#include "event/reader.h"

#include <gtest/gtest.h>

namespace tocsin::detect {

inline event::Schema& test_schema() {
  static const std::unique_ptr<event::Schema> schema = event::Schema::load(TOCSIN_SOURCE_DIR "/packs/event").value();
  return *schema;
}

/// The batches of a log with this text.
inline std::vector<event::EventBatch> read_events(std::string_view text) {
  const std::string path = testing::TempDir() + "tocsin-detect-" + std::to_string(::getpid()) + ".log";
  std::ofstream(path, std::ios::binary) << text;
  auto reader = event::EventReader::open(path, test_schema()).value();
  std::vector<event::EventBatch> out;
  while (auto batch = reader.next().value()) out.push_back(*std::move(batch));
  std::remove(path.c_str());
  return out;
}

/// The matches of `hunter` over a log with this text.
inline std::vector<record::Match> hunt_text(Hunter& hunter, std::string_view text) {
  std::vector<record::Match> out;
  for (const event::EventBatch& batch : read_events(text)) {
    for (record::Match& match : hunter.match(batch)) out.push_back(std::move(match));
  }
  return out;
}

}  // namespace tocsin::detect
