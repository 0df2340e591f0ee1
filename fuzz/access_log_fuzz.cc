// Lines of access logs: the parts of a line are cut from it, in order, and reading it again gives the same.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "event/access_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin::event;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto parts = split_access_line(line);
  if (!parts) return 0;
  for (const std::string_view part :
       {parts->virtual_host, parts->client, parts->identity, parts->user, parts->time, parts->request, parts->status,
        parts->size, parts->referer, parts->agent, parts->rest}) {
    FUZZ_CHECK(part.data() == nullptr ||
               (part.data() >= line.data() && part.data() + part.size() <= line.data() + line.size()));
    std::string scratch;
    FUZZ_CHECK(decode_token({TokenKind::log_string, part}, scratch).size() <= part.size());
  }
  FUZZ_CHECK(!parts->client.empty() && !parts->user.empty() && parts->time.size() == 26);
  FUZZ_CHECK(percent_decode(parts->request, true).size() <= parts->request.size());
  return 0;
}
