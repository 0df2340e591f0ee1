// The text is cut into runs without white space (refang.h); each run is read from left to right by small readers, the
// most specific first, and what one has read no other sees. Paths and keys with spaces are read before runs are cut.

#include "report/extract.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/unicode.h"
#include "report/address_readers.h"
#include "report/code_readers.h"
#include "report/gathered.h"
#include "report/indicator_scene.h"
#include "report/path_reader.h"
#include "report/refang.h"

namespace tocsin::report {

namespace {

using record::Indicator;
using record::IndicatorType;

class Extractor : private IndicatorPart {
 public:
  using IndicatorPart::IndicatorPart;

  void run(const std::function<void(Indicator)>& sink) {
    for (std::size_t at = 0; at < text_.size();) {
      const Run run = next_run(text_, at);
      if (run.text.empty()) break;
      const std::size_t begin = run.begins.front();
      if (const std::size_t end = spaced(begin, run); end > begin) {
        at = end;
      } else {
        read_run(run);
        at = std::max(run.end, at + 1);
      }
      scene_.flush(sink);
    }
  }

 private:
  /// Paths, keys and labelled names whose end is not the run's; gives where to go on, or `begin`.
  std::size_t spaced(std::size_t begin, const Run& run) {
    std::size_t start = begin;
    // "path:C:\…", "(C:\…"
    const std::size_t drive = run.text.find(":\\");
    if (drive != std::string::npos && drive > 0 && (drive == 1 || !is_ascii_alnum(run.text[drive - 2]))) {
      start = run.begins[drive - 1];
    }
    // Brackets begin no run, "\\" does.
    if (const auto path = read_windows_path(text_, start)) {
      scene_.emit_raw(path->type, start, path->end, 85,
                      path->type == IndicatorType::registry_key ? "path/registry" : "path/windows");
      return path->end;
    }
    if (run.text[0] == '/') {
      if (const auto path = read_unix_path(text_, begin)) {
        scene_.emit_raw(path->type, begin, path->end, 75, "path/unix");
        return path->end;
      }
    }
    const std::string word = ascii_lower(std::string_view(run.text).substr(0, 8));
    if (word.starts_with("mutex")) return labelled_name(begin, run);
    return begin;
  }

  /// mutex "name", mutex: name, mutex named name
  std::size_t labelled_name(std::size_t begin, const Run& run) {
    std::size_t at = run.end;
    const auto skip = [&](std::string_view word) {
      if (equals_ascii_case_insensitive(text_.substr(at, word.size()), word)) at += word.size();
    };
    const bool colon = run.text.ends_with(':');
    while (at < text_.size() && text_[at] == ' ') ++at;
    const std::size_t before = at;
    skip("named ");
    skip("name ");
    skip("name: ");
    skip("called ");
    const bool announced = colon || at != before;
    while (at < text_.size() && text_[at] == ' ') ++at;
    std::string_view quote;
    for (const std::string_view mark : {"\"", "“", "‘", "'", "`"}) {
      if (text_.substr(at).starts_with(mark)) quote = mark;
    }
    at += quote.size();
    std::size_t end = at;
    while (end < text_.size() && end - at < 128) {
      const std::string_view rest = text_.substr(end);
      if (text_[end] == '\n' || text_[end] == '"' || text_[end] == '`' || rest.starts_with("”") ||
          rest.starts_with("’"))
        break;
      if (quote == "'" && text_[end] == '\'') break;
      if (quote.empty() && (is_ascii_space(text_[end]) || text_[end] == ',')) break;
      ++end;
    }
    while (end > at && (text_[end - 1] == '.' || text_[end - 1] == ',')) --end;
    if (end - at < 4 || (quote.empty() && !announced)) return begin;
    scene_.emit_raw(IndicatorType::mutex, at, end, 75, "label/mutex");
    return end;
  }

  void read_run(const Run& run) {
    const std::string& t = run.text;
    std::size_t from = 0;
    const std::size_t colon = t.find("://");
    if (colon != std::string::npos) {
      std::size_t scheme = colon;
      while (scheme > 0 && colon - scheme < 12 &&
             (is_ascii_alnum(t[scheme - 1]) || t[scheme - 1] == '_' || t[scheme - 1] == '*' || t[scheme - 1] == '+')) {
        --scheme;
      }
      if (read_url(scene_, run, scheme, colon)) {
        from = t.size();
        pieces(run, 0, scheme);
      }
    }
    pieces(run, from, t.size());
  }

  void pieces(const Run& run, std::size_t from, std::size_t to) {
    const std::string& t = run.text;
    for (std::size_t at = from; at < to;) {
      const bool boundary = at == from || !is_name_byte(t[at - 1]);
      if (boundary) {
        if (const std::size_t end = read_at(run, at, to); end > at) {
          at = end;
          continue;
        }
      }
      if (is_name_byte(t[at])) {
        while (at < to && is_name_byte(t[at])) ++at;
      } else {
        ++at;
      }
    }
  }

  std::size_t read_at(const Run& run, std::size_t at, std::size_t to) {
    using Reader = std::size_t (*)(IndicatorScene&, const Run&, std::size_t, std::size_t);
    constexpr auto kReaders =
        std::to_array<Reader>({read_email, read_mac, read_ipv6, read_ipv4, read_code, read_cpe, read_ssdeep, read_hash,
                               read_tlsh, read_coin, read_attack, read_asn, read_name});
    for (const Reader reader : kReaders) {
      if (const std::size_t end = reader(scene_, run, at, to); end > at) return end;
    }
    return at;
  }
};

}  // namespace

void extract(const Document& document, const ExtractOptions& options, const std::function<void(Indicator)>& sink) {
  IndicatorScene scene(document, options);
  Extractor(scene).run(sink);
}

std::vector<Indicator> extract(const Document& document, const ExtractOptions& options) {
  Gathered<Indicator> found(std::max<std::size_t>(document.source.size(), 1));
  extract(document, options, [&](Indicator indicator) {
    const std::uint64_t place = indicator.span.end;
    found.add(std::move(indicator), place);
  });
  return found.take();
}

}  // namespace tocsin::report
