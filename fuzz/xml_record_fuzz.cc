// Windows events in XML: every record lies in the text, slots stay bounded and are UTF-8, what cannot be read leaves
// nothing behind.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/unicode.h"
#include "check.h"
#include "event/record_splitter.h"
#include "event/xml_record.h"

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
  XmlRecordCodec codec(schema(), {.max_fields = 500, .max_depth = 32});
  RecordSplitter splitter;
  for (std::size_t at = 0;;) {
    RecordExtent extent;
    const auto found = splitter.next(text, at, true, extent);
    FUZZ_CHECK(found != RecordSplitter::Found::need_more);
    if (found == RecordSplitter::Found::nothing) break;
    FUZZ_CHECK(extent.begin >= at && extent.end > extent.begin && extent.next >= extent.end && extent.next > at);
    Event event;
    std::vector<Slot> slots;
    Arena arena;
    Defects defects;
    const std::string_view record = text.substr(extent.begin, extent.end - extent.begin);
    if (codec.read(record, event, slots, arena, defects) != nullptr) {
      FUZZ_CHECK(slots.empty());
    } else {
      FUZZ_CHECK(slots.size() <= 500);
      for (const Slot& slot : slots) FUZZ_CHECK(!find_invalid_utf8(slot.raw));
      (void)event_time(event);
    }
    at = extent.next;
  }
  return 0;
}
