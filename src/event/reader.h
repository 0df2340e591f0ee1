#pragma once

// Log files in, event batches out: the format is found record by record from content, in constant memory.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "event/event.h"
#include "event/read_counts.h"
#include "event/schema.h"

namespace tocsin::event {

/// Formats that can be asked for by name.
enum class LogFormat : std::uint8_t { detect, evtx, json, xml, access_log };
inline constexpr std::array<std::string_view, 5> kLogFormatNames = {"detect", "evtx", "json", "xml", "access-log"};

struct ReadOptions {
  LogFormat format = LogFormat::detect;            ///< any other: records are of this format or cannot be read
  bool is_growing = false;                         ///< the end of the file is the end for now (follow.h)
  std::size_t max_record = std::size_t{32} << 20;  ///< of longer ones the beginning stays as text, counted
  std::size_t max_fields = 10'000;                 ///< of one record; the rest stays text for keywords, counted
  std::uint32_t max_depth = 64;                    ///< deeper values stay raw text, counted
  std::size_t batch_bytes = std::size_t{1} << 20;  ///< about this much of the file a batch
};

/// Events of one file: Windows' EVTX and exported XML (UTF-8, UTF-16 with its mark); JSON records (one a line, one
/// array, or printed over several lines) of Windows events in the shapes of packs/event/windows.yml; access logs in
/// common and combined form. Everything else is kept as text. One thread.
class EventReader {
 public:
  /// `path`: a file, "-" for standard input; gzip and zstd are unpacked by content.     errors: not_found, io
  static Result<EventReader> open(const std::string& path, Schema& schema, const ReadOptions& options = {});
  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) noexcept;
  ~EventReader();

  /// The next events in the file's order, or nullopt at its end; of a growing file: when there are no more for now.
  /// errors: unsupported (an EVTX file that grows), io, syntax (damaged compressed data; what was read before has been
  /// delivered)
  Result<std::optional<EventBatch>> next();

  /// Of a growing file: it grows no more; next() gives what is left, records that are not whole too.
  void finish();

  const ReadCounts& counts() const;
  /// Of the file as it lies on disk: for progress against its size. At most one block ahead of the events.
  std::uint64_t bytes_consumed() const;

 private:
  struct State;
  explicit EventReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::event
