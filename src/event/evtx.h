#pragma once

// EVTX files → events: chunk by chunk, whatever the header says of their number, so that files that were not closed
// properly, were carved or have holes give all their records.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "event/binary_xml.h"
#include "event/event.h"
#include "event/evtx_chunk.h"
#include "event/read_counts.h"
#include "event/schema.h"

namespace tocsin::event {

/// True of the first bytes of a file, or of a chunk by itself. Needs eight bytes.
bool looks_like_evtx(std::string_view bytes);

/// Records of a file's bytes as they come. One thread.
class EvtxCodec {
 public:
  EvtxCodec(Schema& schema, const BinaryXmlLimits& limits);

  /// Reads all whole chunks of `bytes`, the last one also when it breaks off.
  /// in:     bytes: from where the last call ended; offset: of bytes in the file; is_last: nothing comes after them
  /// out:    how many bytes were read. Events are appended to the batch, `slot_ends` gets the number of its slots after
  ///         each; what is no record is an event that says why, with the text that can be found in it
  std::size_t read(std::string_view bytes, std::uint64_t offset, bool is_last, EventBatch& batch,
                   std::vector<std::size_t>& slot_ends, ReadCounts& counts);

 private:
  void read_chunk(std::string_view bytes, std::uint64_t offset, EventBatch& batch, std::vector<std::size_t>& slot_ends,
                  ReadCounts& counts);

  Schema& schema_;
  BinaryXmlCodec xml_;
  bool at_start_ = true;
  LogSourceId neighbours_{};
  LogSourceId last_source_{};
};

}  // namespace tocsin::event
