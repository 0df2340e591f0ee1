#pragma once

// What the command line means, as typed values. parse_options.cc is the only file that sees the words as typed.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "assess/brief.h"
#include "event/reader.h"
#include "record/match.h"

namespace tocsin::app {

/// Options of every command.
struct CommonOptions {
  bool json = false;    ///< JSON lines instead of text for people
  std::string packs;    ///< folder of packs; empty = find them (packs_folder.h)
  bool colour = false;  ///< standard output is a terminal and NO_COLOR is not set
};

struct DemoOptions {
  std::string examples;  ///< folder; empty = the installed or source examples
  std::string out = "out";
};

struct ReadOptions {
  std::vector<std::string> documents;
  std::string stix;  ///< write a STIX 2.1 bundle there; empty = none
  bool all = false;  ///< also entities and what was not understood, in text output
};

struct ExtractOptions {
  std::vector<std::string> documents;
  bool suppressed = false;
};

enum class Level : std::uint8_t { informational, low, medium, high, critical };

struct HuntOptions {
  std::vector<std::string> rules;       ///< files or folders; empty = packs/rules
  std::vector<std::string> indicators;  ///< text lists, STIX bundles
  std::vector<std::string> patterns;    ///< text files with a STIX pattern a line
  std::vector<std::string> logs;
  std::string explain;  ///< id, name, title or path of the rule to explain; empty = hunt
  std::string stix;
  bool summary = false;
  bool unparsed = false;
  bool any_logsource = false;
  bool follow = false;  ///< until SIGINT or SIGTERM
  event::LogFormat format = event::LogFormat::detect;
  std::vector<std::string> placeholders;         ///< files of values for rules with `expand`
  std::optional<std::chrono::seconds> lateness;  ///< none: all logs are put in order of time first
  std::size_t correlation_memory = 256;          ///< MiB
  std::optional<Level> fail_on;
};

struct SurveyOptions {
  std::string estate;
  bool all = false;         ///< also not-affected and fixed-by-backport
  bool components = false;  ///< list components in text output
  std::string as_of;        ///< date; empty = today
};

struct WhyOptions {
  std::string vulnerability;
  std::string asset;
  std::string estate = "estate.yml";
  std::string as_of;
};

struct AssessOptions {
  std::string estate;
  std::vector<std::string> reports;
  std::vector<std::string> logs;  ///< besides those that the estate file names
  std::vector<std::string> rules;
  assess::View view = assess::View::executive;
  std::string html;
  std::string stix;
  std::string as_of;
};

struct CheckOptions {
  std::vector<std::string> files;
  std::vector<std::string> placeholders;
};

enum class StoreAction : std::uint8_t { import_files, find, export_bundle };

struct StoreOptions {
  StoreAction action = StoreAction::find;
  std::string store;  ///< path of the database; empty = $TOCSIN_STORE or ./tocsin.db
  std::vector<std::string> files;
  std::string name;
  std::string output = "-";
};

struct HelpRequest {
  std::string text;  ///< to be printed on standard output
};

struct Options {
  CommonOptions common;
  std::variant<HelpRequest, DemoOptions, ReadOptions, ExtractOptions, HuntOptions, SurveyOptions, WhyOptions,
               AssessOptions, CheckOptions, StoreOptions>
      command;
};

/// The command line as typed values.
/// errors: usage (unknown command, option or value, with a hint)
Result<Options> parse_options(int argc, const char* const* argv);

}  // namespace tocsin::app
