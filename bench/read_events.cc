// Reads a log to its end and prints events a second of processor time.
//
// usage: read_events PACKS FILE [ROUNDS]

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "event/reader.h"

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("usage: read_events PACKS FILE [ROUNDS]\n", stderr), 2;
  const auto schema = tocsin::event::Schema::load(std::string(argv[1]) + "/event");
  if (!schema) return std::fprintf(stderr, "%s\n", tocsin::print_error(schema.error()).c_str()), 2;
  const int rounds = argc > 3 ? std::max(1, std::atoi(argv[3])) : 5;
  std::vector<double> seconds;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unparsed = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::clock_t start = std::clock();  // of the processor: the machine may be shared
    auto reader = tocsin::event::EventReader::open(argv[2], **schema);
    if (!reader) return std::fprintf(stderr, "%s\n", tocsin::print_error(reader.error()).c_str()), 2;
    for (;;) {
      const auto batch = reader->next();
      if (!batch) return std::fprintf(stderr, "%s\n", tocsin::print_error(batch.error()).c_str()), 2;
      if (!*batch) break;
    }
    seconds.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    events = reader->counts().events;
    bytes = reader->counts().bytes;
    unparsed = reader->counts().unparsed;
  }
  std::sort(seconds.begin(), seconds.end());
  const double median = seconds[seconds.size() / 2];
  std::printf("%llu events, %llu unparsed, %.3f s, %.0f events/s, %.3f GB/s\n", static_cast<unsigned long long>(events),
              static_cast<unsigned long long>(unparsed), median, static_cast<double>(events) / median,
              static_cast<double>(bytes) / median / 1e9);
  return 0;
}
