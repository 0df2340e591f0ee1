// Compares pairs of versions for tools/evaluate.py: "scheme<TAB>a<TAB>b" a line in, "<", "=", ">" or "! reason" a line
// out.

#include <fmt/format.h>

#include <string_view>

#include "base/bytes.h"
#include "estate/version.h"

namespace {

using namespace tocsin;

std::string compare(std::string_view line) {
  const std::size_t first = line.find('\t');
  const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  if (second == std::string_view::npos) return "! expected scheme, tab, version, tab, version";
  const auto scheme = estate::parse_scheme(line.substr(0, first));
  if (!scheme) return "! " + scheme.error().message;
  const auto order =
      estate::compare_versions(*scheme, line.substr(first + 1, second - first - 1), line.substr(second + 1));
  if (!order) return "! " + order.error().message;
  return *order == std::strong_ordering::less ? "<" : *order == std::strong_ordering::greater ? ">" : "=";
}

}  // namespace

int main() {
  auto stream = ByteStream::open("-");
  if (!stream) return 2;
  LineReader lines(*std::move(stream));
  while (true) {
    const auto line = lines.next();
    if (!line) {
      fmt::print(stderr, "{}\n", print_error(line.error()));
      return 2;
    }
    if (!*line) return 0;
    fmt::print("{}\n", compare((*line)->text));
  }
}
