// EVTX: whatever the bytes, every event lies inside the file in the order of its bytes, texts stay inside the arena,
// all numbers of records add up, and the same events come out of the file read in one go and in pieces.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/unicode.h"
#include "check.h"
#include "event/evtx.h"

namespace {

using namespace tocsin;
using namespace tocsin::event;

Schema& schema() {
  static const std::unique_ptr<Schema> schema = [] {
    auto loaded = Schema::load(TOCSIN_SOURCE_DIR "/packs/event");
    FUZZ_CHECK(loaded.has_value());
    return *std::move(loaded);
  }();
  return *schema;
}

std::vector<std::string> read(std::string_view text, std::size_t piece) {
  EvtxCodec codec(schema(), {.max_fields = 500, .max_depth = 16, .max_text = 1 << 20});
  EventBatch batch;
  std::vector<std::size_t> slot_ends;
  ReadCounts counts;
  std::size_t begin = 0;
  for (std::size_t end = std::min(piece, text.size());; end = std::min(end + piece, text.size())) {
    begin += codec.read(text.substr(begin, end - begin), begin, end == text.size(), batch, slot_ends, counts);
    if (end == text.size()) break;
  }
  FUZZ_CHECK(begin == text.size());
  FUZZ_CHECK(slot_ends.size() == batch.events.size() && counts.events == batch.events.size());
  std::vector<std::string> out;
  std::size_t slot = 0;
  std::uint64_t offset = 0;
  std::uint64_t unparsed = 0;
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    const Event& event = batch.events[i];
    FUZZ_CHECK(event.offset >= offset && event.offset <= text.size());
    offset = event.offset;
    unparsed += event.unparsed != nullptr;
    FUZZ_CHECK((event.unparsed == nullptr) == (slot_ends[i] > slot));
    FUZZ_CHECK(slot_ends[i] - slot <= 500);
    FUZZ_CHECK(!find_invalid_utf8(event.record));
    std::string& all = out.emplace_back(event.record);
    for (; slot < slot_ends[i]; ++slot) {
      FUZZ_CHECK(!find_invalid_utf8(batch.slots[slot].raw));
      all += batch.slots[slot].raw;
      all += '\n';
    }
    (void)event_time(event);
  }
  FUZZ_CHECK(unparsed == counts.unparsed);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  FUZZ_CHECK(read(text, size + 1) == read(text, 5000));
  return 0;
}
