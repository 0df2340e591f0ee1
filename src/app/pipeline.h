#pragma once

// The steps that several commands share, from paths to values: reports, logs, estates. Bad files are told on standard
// error, counted and passed over; the commands end in kExitBad when there were any.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/options.h"
#include "base/result.h"
#include "base/time.h"
#include "detect/hunt.h"
#include "detect/stix_hunter.h"
#include "estate/survey.h"
#include "event/reader.h"
#include "record/claim.h"
#include "record/codec.h"
#include "record/names.h"
#include "report/reader.h"

namespace tocsin::app {

/// What was passed over and why, and whether any of it makes the exit code kExitBad.
class Skips {
 public:
  void count(const std::string& reason, std::uint64_t number = 1) { counts_[reason] += number; }
  /// Prints the error and counts it under its code; the command goes on and ends in kExitBad.
  void report(const Error& error);
  bool has_bad_input() const { return bad_; }
  std::vector<std::pair<std::string, std::uint64_t>> list() const { return {counts_.begin(), counts_.end()}; }

 private:
  std::map<std::string, std::uint64_t> counts_;
  bool bad_ = false;
};

/// Files under `paths`; folders that cannot be read and odd files are counted.     errors: not_found (a given path)
Result<std::vector<std::string>> find_inputs(const std::vector<std::string>& paths, Skips& skips);

/// Bytes, as progress counts them; standard input and what cannot be asked have none.
std::uint64_t size_on_disk(const std::vector<std::string>& files);

/// Wall clock of a command, for its summary.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// `text` as a day ("2021-03-01") or time; today where it is empty.     errors: usage
Result<Instant> parse_as_of(const std::string& text);

/// The document of a file; nullopt when it is a bad one, which has been reported. What is not read of it is counted.
std::optional<report::Document> load_document(const std::string& path, Skips& skips);

/// Names of packs/names.     errors: those of loading, invalid (all problems)
Result<record::KnownEntities> load_known_names(const std::string& packs);

Result<report::Reader> load_reader(const std::string& packs, const record::KnownEntities& known);

struct Reports {
  std::vector<record::DocumentReading> readings;  ///< in the order of the paths
  std::vector<record::SourceGroup> groups;
  std::uint64_t bytes = 0;

  /// The strictest marking that one of the documents bears; clear where none does.
  record::Tlp marking() const;
};

/// Reads every document under `paths`.     errors: not_found (a given path)
Result<Reports> read_reports(const std::vector<std::string>& paths, const report::Reader& reader, Skips& skips);

/// Prints a file's problems with excerpts on standard error; true when one is an error.
bool report_problems(const std::vector<Diagnostic>& problems, std::string_view text);

/// The estate of a file.     errors: those of reading it, invalid (its problems have been printed)
Result<record::Estate> load_estate_file(const std::string& path, const record::KnownEntities& known);

/// What a hunt looks for: files and folders.
struct HuntSources {
  std::vector<std::string> rules;  ///< none = the starter rules of packs/rules
  std::vector<std::string> placeholders;
  std::vector<std::string> indicators;  ///< text lists, and STIX bundles with indicators
  std::vector<std::string> patterns;    ///< text files with a STIX pattern a line
  detect::HuntOptions options;
};

/// Rules, patterns and indicators, loaded and ready.
struct HuntSetup {
  std::unique_ptr<event::Schema> schema;
  std::unique_ptr<detect::Hunter> hunter;
  std::unique_ptr<detect::StixHunter> stix;  ///< null when there are no STIX patterns
  double load_seconds = 0;
};

/// errors: those of reading files; invalid (a placeholder file)
Result<HuntSetup> prepare_hunt(const std::string& packs, const HuntSources& sources);

/// The values of several files together.     errors: those of reading them, invalid
Result<detect::Placeholders> load_placeholders(const std::vector<std::string>& paths);

/// Reading counts over all logs of a hunt.
struct HuntTotals {
  std::uint64_t bytes = 0;
  std::uint64_t unparsed = 0;
  std::map<std::string, std::uint64_t> unparsed_by_reason;
  std::map<std::string, std::uint64_t> defects;
};

/// Gets each batch with its matches, by event, and says whether to go on.
using OnBatch = std::function<bool(const event::EventBatch&, std::vector<record::Match>)>;

/// Runs every log under `paths` through the hunters, in order. A STIX bundle among the logs gives its observed-data to
/// the patterns, as one batch without events. At last comes an empty batch with the matches of correlations that waited
/// for the end.     errors: not_found (a given path)
Result<HuntTotals> hunt_logs(HuntSetup& setup, const std::vector<std::string>& paths, Skips& skips,
                             event::LogFormat format, const OnBatch& on_batch);

/// The same while the files grow, until the program is interrupted (SIGINT, SIGTERM); folders are looked at once.
/// errors: those of hunt_logs, io, usage (standard input)
Result<HuntTotals> follow_logs(HuntSetup& setup, const std::vector<std::string>& paths, Skips& skips,
                               event::LogFormat format, const OnBatch& on_batch);

}  // namespace tocsin::app
