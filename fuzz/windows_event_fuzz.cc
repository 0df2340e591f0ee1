// Log files in JSON: every byte belongs to a record or separates two, slots stay inside what they point at, and the
// same records come out however the file is cut into records and read.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "check.h"
#include "event/json_record.h"
#include "event/record_splitter.h"
#include "event/schema.h"

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const PaddedBytes bytes = PaddedBytes::copy_of({reinterpret_cast<const char*>(data), size});
  const std::string_view text = bytes.view();
  JsonRecordCodec codec(schema(), {.max_fields = 500, .max_depth = 32});
  RecordSplitter splitter;
  std::size_t at = 0;
  for (;;) {
    RecordExtent extent;
    const auto found = splitter.next(text, at, true, extent);
    FUZZ_CHECK(found != RecordSplitter::Found::need_more);
    if (found == RecordSplitter::Found::nothing) break;
    FUZZ_CHECK(extent.begin >= at && extent.end > extent.begin && extent.next >= extent.end && extent.next > at &&
               extent.next <= text.size());
    if (extent.kind == RecordKind::json || extent.kind == RecordKind::object) {
      Event event;
      event.record = text.substr(extent.begin, extent.end - extent.begin);
      std::vector<Slot> slots;
      Arena arena;
      Defects defects;
      if (codec.read(event, slots, arena, defects)) {
        FUZZ_CHECK(slots.size() <= 500);
        for (const Slot& slot : slots) {
          std::string scratch;
          FUZZ_CHECK(decode_token(slot.token(), scratch).size() <= slot.raw.size());
        }
        (void)event_time(event);
      } else {
        FUZZ_CHECK(slots.empty());
      }
    }
    at = extent.next;
  }
  return 0;
}
