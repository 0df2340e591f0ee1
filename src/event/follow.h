#pragma once

// Logs that grow, as events while they grow.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/reader.h"

namespace tocsin::event {

/// Reads files from their beginning and goes on as they grow. A file that is moved away or removed is read on until
/// there is a new one of its name, which is then read from its beginning; a file that was cut is read again from its
/// beginning, for what is in it is new. A record is given when it is whole. Not noticed: a file that is cut and grown
/// beyond what had been read in the meantime of two looks at it. One thread.
class LogFollower {
 public:
  /// in:     paths: files, which may come later; stop: a descriptor that becomes readable when it is time to end
  /// errors: io (the kernel gives no watches), usage ("-")
  static Result<LogFollower> open(std::vector<std::string> paths, Schema& schema, const ReadOptions& options, int stop);
  LogFollower(LogFollower&&) noexcept;
  LogFollower& operator=(LogFollower&&) noexcept;
  ~LogFollower();

  /// The next events, waiting for them; nullopt after `stop`, when what there was has been given.
  /// errors: those of reading a file: its place is in the error, the others go on at the next call
  Result<std::optional<EventBatch>> next();

  /// Of all files so far.
  ReadCounts counts() const;

 private:
  struct State;
  explicit LogFollower(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::event
