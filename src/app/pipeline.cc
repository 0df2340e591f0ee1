#include "app/pipeline.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include "app/output.h"
#include "base/bytes.h"
#include "base/progress.h"
#include "base/unicode.h"
#include "estate/estate_file.h"
#include "event/follow.h"
#include "knowledge/packs.h"
#include "report/sources.h"

namespace tocsin::app {

namespace {

/// A marking that cannot be followed to the letter is told, for it closes what was read.
std::optional<Diagnostic> marking_problem(const report::Document& document) {
  const std::optional<report::DocumentMarking>& marking = document.marking;
  if (!marking || marking->state == report::MarkingState::clear_cut) return std::nullopt;
  const bool unknown = marking->state == report::MarkingState::unknown;
  return Diagnostic{
      .severity = Severity::warning,
      .rule = unknown ? "report/marking-unknown" : "report/markings-contradict",
      .message = fmt::format("{}: '{}'; the document is taken as {}",
                             unknown ? "a TLP level that does not exist" : "several TLP levels, the strictest in",
                             replace_controls(marking->text), record::tlp_name(marking->tlp)),
      .where = Where{.source = document.info.path},
      .hint = "TLP 2.0 has CLEAR, GREEN, AMBER, AMBER+STRICT and RED; ask the source which one it means"};
}

}  // namespace

void Skips::report(const Error& error) {
  print_failure(error);
  count(std::string(error_code_name(error.code)));
  bad_ = true;
}

Result<std::vector<std::string>> find_inputs(const std::vector<std::string>& paths, Skips& skips) {
  TRY(FileList list, list_files(paths));
  for (const FileList::Skipped& skipped : list.skipped) {
    skips.report(Error{ErrorCode::io, skipped.reason, Where{.source = skipped.path}, ""});
  }
  return std::move(list.files);
}

std::uint64_t size_on_disk(const std::vector<std::string>& files) {
  std::uint64_t bytes = 0;
  for (const std::string& path : files) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (!error) bytes += size;
  }
  return bytes;
}

Result<Instant> parse_as_of(const std::string& text) {
  if (text.empty()) return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (const auto date = parse_date(text)) return date->instant;
  if (const auto time = parse_rfc3339(text)) return time->instant;
  return fail(ErrorCode::usage, fmt::format("--as-of: '{}' is no day", text), {}, "write it as 2021-03-01");
}

bool report_problems(const std::vector<Diagnostic>& problems, std::string_view text) {
  for (const Diagnostic& problem : problems) fmt::print(stderr, "{}\n", print_diagnostic(problem, text));
  return has_errors(problems);
}

Result<record::KnownEntities> load_known_names(const std::string& packs) {
  TRY(knowledge::NamePacks names, knowledge::load_name_packs(packs + "/names"));
  if (report_problems(names.problems, "")) {
    return fail(ErrorCode::invalid, "the packs have errors", Where{.source = packs + "/names"});
  }
  return std::move(names.entities);
}

Result<report::Reader> load_reader(const std::string& packs, const record::KnownEntities& known) {
  TRY(const report::Lexicon lexicon, report::load_lexicon_folder(packs + "/report"));
  return report::Reader(known, lexicon);
}

std::optional<report::Document> load_document(const std::string& path, Skips& skips) {
  const Result<PaddedBytes> bytes = read_file(path, {.max_bytes = report::kMaxDocument});
  if (!bytes) {
    skips.report(bytes.error());
    return std::nullopt;
  }
  Result<report::Document> document = report::read_document(bytes->view(), path);
  if (!document) {
    skips.report(document.error());
    return std::nullopt;
  }
  for (const report::SkippedPart& part : document->skipped) skips.count(part.reason, part.count);
  return *std::move(document);
}

Result<Reports> read_reports(const std::vector<std::string>& paths, const report::Reader& reader, Skips& skips) {
  TRY(const std::vector<std::string> files, find_inputs(paths, skips));
  Reports reports;
  std::vector<report::TextSketch> sketches;
  Progress progress("reading reports", size_on_disk(files));
  for (const std::string& path : files) {
    const std::optional<report::Document> document = load_document(path, skips);
    if (!document) continue;
    if (const auto problem = marking_problem(*document)) fmt::print(stderr, "{}\n", print_diagnostic(*problem, ""));
    reports.bytes += document->info.bytes;
    reports.readings.push_back(reader.read(*document));
    sketches.push_back(report::sketch_text(document->text));
    progress.advance(size_on_disk({path}));
  }
  reports.groups = report::group_sources(reports.readings, sketches);
  return reports;
}

record::Tlp Reports::marking() const {
  record::Tlp strictest = record::Tlp::clear;
  for (const record::DocumentReading& reading : readings)
    strictest = std::max(strictest, reading.document.marking.value_or(record::Tlp::clear));
  return strictest;
}

Result<record::Estate> load_estate_file(const std::string& path, const record::KnownEntities& known) {
  estate::EstateOptions options;
  for (const record::KnownEntity& entity : known) {
    if (entity.type == record::EntityType::sector) options.more_sectors.push_back(entity.name);
  }
  TRY(const PaddedBytes bytes, read_file(path, {.max_bytes = std::uint64_t{8} << 20}));
  estate::EstateFile file = estate::parse_estate(bytes.view(), path, options);
  report_problems(file.problems, bytes.view());
  if (!file.estate) return fail(ErrorCode::invalid, "the estate file has errors", Where{.source = path});
  return *std::move(file.estate);
}

Result<detect::Placeholders> load_placeholders(const std::vector<std::string>& paths) {
  detect::Placeholders out;
  for (const std::string& path : paths) TRY_VOID(out.add_file(path));
  return out;
}

namespace {

/// A STIX bundle larger than this is refused by name.
constexpr std::uint64_t kMaxBundle = std::uint64_t{256} << 20;

/// True when a text begins as a bundle does: an object with "type": "bundle" in its first members.
bool is_bundle(std::string_view head) {
  head = trim_ascii(head.substr(0, 4096));
  if (!head.starts_with('{')) return false;
  const std::size_t type = head.find("\"bundle\"");
  return type != std::string_view::npos && trim_ascii(head.substr(0, type)).ends_with(':');
}

/// The same of a file; nothing is read of what can be read only once.
bool is_bundle_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  Result<ByteStream> stream = ByteStream::open(path);
  if (!stream) return false;
  std::string head(4096, '\0');
  const Result<std::size_t> size = stream->read(head.data(), head.size());
  return size && is_bundle(std::string_view(head).substr(0, *size));
}

/// Matches of two engines over one batch, in the order of its events.
std::vector<record::Match> merge_matches(std::vector<record::Match> left, std::vector<record::Match> right) {
  if (right.empty()) return left;
  std::vector<record::Match> out;
  out.reserve(left.size() + right.size());
  std::merge(std::make_move_iterator(left.begin()), std::make_move_iterator(left.end()),
             std::make_move_iterator(right.begin()), std::make_move_iterator(right.end()), std::back_inserter(out),
             [](const record::Match& a, const record::Match& b) { return a.source.offset < b.source.offset; });
  return out;
}

}  // namespace

Result<HuntSetup> prepare_hunt(const std::string& packs, const HuntSources& sources) {
  const Stopwatch stopwatch;
  HuntSetup setup;
  TRY(setup.schema, event::Schema::load(packs + "/event"));
  setup.hunter = std::make_unique<detect::Hunter>(*setup.schema, sources.options);
  TRY(detect::Placeholders placeholders, load_placeholders(sources.placeholders));
  setup.hunter->set_placeholders(std::move(placeholders));
  TRY_VOID(setup.hunter->add_rule_files(sources.rules.empty() ? std::vector{packs + "/rules"} : sources.rules));

  const auto stix = [&]() -> Result<detect::StixHunter*> {
    if (!setup.stix) {
      TRY(detect::StixHunter made, detect::StixHunter::make(*setup.schema, packs + "/stix/event_objects.yml"));
      setup.stix = std::make_unique<detect::StixHunter>(std::move(made));
    }
    return setup.stix.get();
  };
  for (const std::string& path : sources.indicators) {
    TRY(const PaddedBytes bytes, read_file(path, {kMaxBundle}));
    if (is_bundle(bytes.view())) {
      TRY(detect::StixHunter* const hunter, stix());
      TRY_VOID(hunter->add_bundle(bytes.view(), path));
    } else {
      setup.hunter->add_indicators(bytes.view(), path);
    }
  }
  for (const std::string& path : sources.patterns) {
    TRY(const PaddedBytes bytes, read_file(path));
    TRY(detect::StixHunter* const hunter, stix());
    hunter->add_patterns(bytes.view(), path);
  }
  setup.load_seconds = stopwatch.seconds();
  return setup;
}

namespace {

void add_counts(HuntTotals& totals, const event::ReadCounts& counts) {
  totals.bytes += counts.bytes;
  totals.unparsed += counts.unparsed;
  for (const auto& [reason, number] : counts.unparsed_by_reason) totals.unparsed_by_reason[reason] += number;
  for (const auto& [defect, number] : counts.defects) totals.defects[defect] += number;
}

/// Of rules, indicators and patterns, by event.
std::vector<record::Match> match_batch(HuntSetup& setup, const event::EventBatch& batch) {
  std::vector<record::Match> found = setup.hunter->match(batch);
  if (setup.stix) found = merge_matches(std::move(found), setup.stix->match(batch));
  return found;
}

/// A descriptor that becomes readable when the program is to end; the signals do nothing else while it lives.
class StopSignal {
 public:
  StopSignal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, &before_);
    descriptor_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal() {
    if (descriptor_ >= 0) {
      signalfd_siginfo taken;  // or it would end the program now
      pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 0) > 0) (void)!::read(descriptor_, &taken, sizeof(taken));
      ::close(descriptor_);
    }
    sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  int descriptor() const { return descriptor_; }

 private:
  sigset_t before_{};
  int descriptor_ = -1;
};

}  // namespace

Result<HuntTotals> follow_logs(HuntSetup& setup, const std::vector<std::string>& paths, Skips& skips,
                               event::LogFormat format, const OnBatch& on_batch) {
  TRY(std::vector<std::string> files, find_inputs(paths, skips));
  const StopSignal stop;
  if (stop.descriptor() < 0) return fail(ErrorCode::io, "cannot wait for signals");
  TRY(event::LogFollower follower,
      event::LogFollower::open(std::move(files), *setup.schema, {.format = format}, stop.descriptor()));
  for (;;) {
    Result<std::optional<event::EventBatch>> batch = follower.next();
    if (!batch) {
      skips.report(batch.error());
      if (batch.error().code == ErrorCode::unsupported) break;
      continue;
    }
    if (!*batch || !on_batch(**batch, match_batch(setup, **batch))) break;
  }
  on_batch({}, setup.hunter->finish());
  HuntTotals totals;
  add_counts(totals, follower.counts());
  return totals;
}

Result<HuntTotals> hunt_logs(HuntSetup& setup, const std::vector<std::string>& paths, Skips& skips,
                             event::LogFormat format, const OnBatch& on_batch) {
  TRY(const std::vector<std::string> files, find_inputs(paths, skips));
  HuntTotals totals;
  Progress progress("hunting", size_on_disk(files));
  bool wanted = true;
  for (const std::string& path : files) {
    if (!wanted) break;
    if (setup.stix && is_bundle_file(path)) {
      const Result<PaddedBytes> bytes = read_file(path, {kMaxBundle});
      auto found = bytes ? setup.stix->match_bundle(bytes->view(), path)
                         : Result<std::vector<record::Match>>(std::unexpected(bytes.error()));
      if (!found) {
        skips.report(found.error());
        continue;
      }
      totals.bytes += bytes->view().size();
      event::EventBatch none;
      none.path = path;
      wanted = on_batch(none, *std::move(found));
      continue;
    }
    Result<event::EventReader> reader = event::EventReader::open(path, *setup.schema, {.format = format});
    if (!reader) {
      skips.report(reader.error());
      continue;
    }
    std::uint64_t consumed = 0;
    while (wanted) {
      Result<std::optional<event::EventBatch>> batch = reader->next();
      if (!batch) {
        skips.report(batch.error());
        break;
      }
      if (!*batch) break;
      wanted = on_batch(**batch, match_batch(setup, **batch));
      progress.advance(reader->bytes_consumed() - consumed);
      consumed = reader->bytes_consumed();
    }
    add_counts(totals, reader->counts());
  }
  if (wanted) on_batch({}, setup.hunter->finish());
  return totals;
}

}  // namespace tocsin::app
