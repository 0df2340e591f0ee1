// The command line as typed, with CLI11. The only file of the program that includes it.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "app/options.h"
#include "base/diagnostic.h"
#include "detect/sigma_correlation.h"

namespace tocsin::app {

namespace {

constexpr std::string_view kAbout =
    "Tocsin computes warnings about your own estate from reports, inventories and logs that you hold.";

/// What people do most, for --help: the footer of each command.
constexpr std::string_view kExamples =
    "Examples:\n"
    "  tocsin demo                                        the whole journey on the built-in case\n"
    "  tocsin read report.html --stix report.json         a report as claims, and as a STIX 2.1 bundle\n"
    "  tocsin extract report.pdf --json                   indicators as JSON lines\n"
    "  tocsin hunt --rules rules/ logs/                   Sigma rules over logs\n"
    "  tocsin survey estate.yml                           what you own and what is wrong with it\n"
    "  tocsin why CVE-2021-41773 web-01                   why that does or does not concern an asset\n"
    "  tocsin assess estate.yml --reports news/ --logs logs/ --html brief.html\n"
    "  tocsin check bundle.json rules/ estate.yml         all problems, with line and hint\n"
    "  tocsin store import enterprise-attack.json; tocsin store find \"Stone Panda\"\n"
    "\n"
    "Every command reads files, folders or - (standard input), also .gz and .zst, and prints JSON lines with --json.\n"
    "Exit code: 0 done, 1 findings (where --fail-on asks), 2 bad use or bad input.";

/// The commands and where their options go while CLI11 parses.
struct Grammar {
  CLI::App app{std::string(kAbout), "tocsin"};
  CommonOptions common;
  DemoOptions demo;
  ReadOptions read;
  ExtractOptions extract;
  HuntOptions hunt;
  SurveyOptions survey;
  WhyOptions why;
  AssessOptions assess;
  CheckOptions check;
  StoreOptions store;
  std::string fail_on;
  std::string format;
  std::string lateness;
  std::string view = "executive";
  bool version = false;
  CLI::App* store_import = nullptr;
  CLI::App* store_find = nullptr;
  CLI::App* store_export = nullptr;

  Grammar() {
    app.footer(std::string(kExamples));
    app.set_help_flag("-h,--help", "Show help, also after a command");
    app.add_flag("--version", version, "Show the version");
    app.require_subcommand(0, 1);
    app.get_formatter()->column_width(34);

    CLI::App* command =
        app.add_subcommand("demo", "The whole journey on the example case, ending in a brief, a bundle and a page");
    command->footer("Examples:\n  tocsin demo --out /tmp/demo");
    command->add_option("--packs", common.packs, "Folder of packs; default the installed ones")->type_name("DIR");
    command->add_option("--examples", demo.examples, "Folder of the example case")->type_name("DIR");
    command->add_option("--out", demo.out, "Folder to write to, default out")->type_name("DIR");

    command = add("read", "Reports into claims and entities with the quoted evidence",
                  "tocsin read news.html --json\n  tocsin read reports/ --stix reports.json");
    command->add_option("documents", read.documents, "Text, HTML or PDF files, folders or -")
        ->required()
        ->type_name("DOC");
    command->add_option("--stix", read.stix, "Write a STIX 2.1 bundle there")->type_name("FILE");
    command->add_flag("--all", read.all, "Also list entities and what was not understood");

    command = add("extract", "Indicators of reports, with byte offsets", "tocsin extract report.pdf --json");
    command->add_option("documents", extract.documents, "Text, HTML or PDF files, folders or -")
        ->required()
        ->type_name("DOC");
    command->add_flag("--suppressed", extract.suppressed, "Also print indicators that a list or check suppressed");

    command = add("hunt", "Sigma rules, STIX patterns and indicators over logs",
                  "tocsin hunt --rules rules/ --indicators bad.txt logs/ --summary");
    command->add_option("logs", hunt.logs, "Log files or STIX bundles of observed-data, folders or -")
        ->required()
        ->type_name("LOG");
    command->add_option("--rules", hunt.rules, "Sigma rules: files or folders; default the starter rules")
        ->allow_extra_args(false)
        ->type_name("PATH");
    command
        ->add_option("--indicators", hunt.indicators,
                     "Text lists of indicators, one a line, or STIX bundles with indicators")
        ->allow_extra_args(false)
        ->type_name("FILE");
    command->add_option("--patterns", hunt.patterns, "STIX patterns, one a line")
        ->allow_extra_args(false)
        ->type_name("FILE");
    command->add_option("--explain", hunt.explain, "Say item by item why this rule fires or not on each event")
        ->type_name("RULE");
    command->add_option("--stix", hunt.stix, "Write sightings as a STIX 2.1 bundle there")->type_name("FILE");
    command->add_flag("--summary", hunt.summary, "Matches by rule, level and host instead of one by one");
    command->add_flag("--unparsed", hunt.unparsed, "Also list records that could not be parsed");
    command->add_flag("--any-logsource", hunt.any_logsource, "Rules fire on events of every log source");
    command->add_option("--placeholders", hunt.placeholders, "Values for the placeholders of rules with 'expand'")
        ->allow_extra_args(false)
        ->type_name("FILE");
    command->add_flag("--follow", hunt.follow, "Go on as the files grow, until interrupted");
    command->add_option("--format", format, "Take the logs for evtx, json, xml or access-log; default by content")
        ->type_name("NAME");
    command->add_option("--lateness", lateness, "How late events may come for correlations; default: logs in any order")
        ->type_name("TIME");
    command->add_option("--correlation-memory", hunt.correlation_memory, "For correlations, in MiB, default 256")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 20))
        ->type_name("MIB");
    command->add_option("--fail-on", fail_on, "Exit with 1 on a match of this level or above")->type_name("LEVEL");

    command = add("survey", "Components and exposures of an estate", "tocsin survey estate.yml --all --json");
    command->add_option("estate", survey.estate, "The estate file")->required()->type_name("ESTATE");
    command->add_flag("--all", survey.all, "Also what is not affected or was fixed by a backport");
    command->add_flag("--components", survey.components, "Also list the components");
    command->add_option("--as-of", survey.as_of, "Day of the survey (2021-03-01), default today")->type_name("DATE");

    command = add("why", "Why a vulnerability does or does not concern an asset",
                  "tocsin why CVE-2020-11984 portal-01 --estate estate.yml");
    command->add_option("vulnerability", why.vulnerability, "E.g. CVE-2021-41773")->required()->type_name("CVE");
    command->add_option("asset", why.asset, "An asset of the estate")->required()->type_name("ASSET");
    command->add_option("--estate", why.estate, "The estate file, default estate.yml")->type_name("ESTATE");
    command->add_option("--as-of", why.as_of, "Day of the survey, default today")->type_name("DATE");

    command = add("assess", "Warnings and briefs from reports, estate and logs",
                  "tocsin assess estate.yml --reports news/ --logs logs/ --view operations --html brief.html");
    command->add_option("estate", assess.estate, "The estate file")->required()->type_name("ESTATE");
    command->add_option("--reports", assess.reports, "Reports: files or folders")
        ->required()
        ->allow_extra_args(false)
        ->type_name("DOC");
    command->add_option("--logs", assess.logs, "Logs: files or folders")->allow_extra_args(false)->type_name("LOG");
    command->add_option("--rules", assess.rules, "Sigma rules; default the starter rules")
        ->allow_extra_args(false)
        ->type_name("PATH");
    command->add_option("--view", view, "executive, management or operations")->type_name("VIEW");
    command->add_option("--html", assess.html, "Write the brief as a self-contained page there")->type_name("FILE");
    command->add_option("--stix", assess.stix, "Write the warnings as a STIX 2.1 bundle there")->type_name("FILE");
    command->add_option("--as-of", assess.as_of, "Day of the assessment, default today")->type_name("DATE");

    command = add("check", "Validate STIX bundles, Sigma rules and estate files: all problems with line and hint",
                  "tocsin check bundle.json rules/ estate.yml");
    command->add_option("files", check.files, "Files, folders or -")->required()->type_name("FILE");
    command->add_option("--placeholders", check.placeholders, "Values for the placeholders of rules with 'expand'")
        ->allow_extra_args(false)
        ->type_name("FILE");

    command = add("store", "The knowledge store: what is known, by whom, under which name",
                  "tocsin store import enterprise-attack.json threat-actor.json producer.json\n  tocsin store find "
                  "\"Stone Panda\"");
    command->require_subcommand(1);
    command->add_option("--store", store.store, "The store's file, default $TOCSIN_STORE or tocsin.db")
        ->type_name("FILE");
    store_import =
        command->add_subcommand("import", "ATT&CK and other STIX bundles, MISP galaxies, actor mappings, packs");
    store_import->add_option("files", store.files, "Files or folders")->required()->type_name("FILE");
    store_find = command->add_subcommand("find", "Everything under a name, and who uses which name");
    store_find->add_option("name", store.name, "A name")->required()->type_name("NAME");
    store_export = command->add_subcommand("export", "The latest version of everything as one STIX 2.1 bundle");
    store_export->add_option("-o,--output", store.output, "File, default standard output")->type_name("FILE");
    for (CLI::App* action : {store_import, store_find, store_export}) {
      add_common(*action);
      action->add_option("--store", store.store, "The store's file, default $TOCSIN_STORE or tocsin.db")
          ->type_name("FILE");
    }
  }

  CLI::App* add(const std::string& name, const std::string& about, const std::string& examples) {
    CLI::App* command = app.add_subcommand(name, about);
    command->footer("Examples:\n  " + examples);
    command->get_formatter()->column_width(34);
    add_common(*command);
    return command;
  }

  void add_common(CLI::App& command) {
    command.add_flag("--json", common.json, "JSON lines instead of text for people");
    command.add_option("--packs", common.packs, "Folder of packs; default the installed ones")->type_name("DIR");
  }
};

/// Files that are written whole beside the records: standard output carries the records.
Status check_file_names(std::initializer_list<std::pair<std::string_view, const std::string*>> options) {
  for (const auto& [option, path] : options) {
    if (*path == "-") {
      return fail(ErrorCode::usage, fmt::format("{}: standard output carries the records", option), {}, "name a file");
    }
  }
  return {};
}

constexpr std::string_view kLevels[] = {"informational", "low", "medium", "high", "critical"};

Result<Options> take_command(Grammar& grammar) {
  CLI::App& app = grammar.app;
  Options options;
  options.common = grammar.common;
  options.common.colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  if (grammar.version) {
    options.command = HelpRequest{"tocsin " TOCSIN_VERSION "\n"};
  } else if (app.got_subcommand("demo")) {
    options.command = grammar.demo;
  } else if (app.got_subcommand("read")) {
    TRY_VOID(check_file_names({{"--stix", &grammar.read.stix}}));
    options.command = grammar.read;
  } else if (app.got_subcommand("extract")) {
    options.command = grammar.extract;
  } else if (app.got_subcommand("hunt")) {
    if (!grammar.fail_on.empty()) {
      const auto level = std::ranges::find(kLevels, grammar.fail_on);
      if (level == std::end(kLevels)) {
        return fail(ErrorCode::usage, fmt::format("--fail-on: unknown level '{}'", grammar.fail_on), {},
                    "informational, low, medium, high or critical");
      }
      grammar.hunt.fail_on = static_cast<Level>(level - std::begin(kLevels));
    }
    if (!grammar.format.empty()) {
      const auto format = std::ranges::find(event::kLogFormatNames, grammar.format);
      if (format == event::kLogFormatNames.end() || format == event::kLogFormatNames.begin()) {
        return fail(ErrorCode::usage, fmt::format("--format: unknown format '{}'", grammar.format), {},
                    "evtx, json, xml or access-log");
      }
      grammar.hunt.format = static_cast<event::LogFormat>(format - event::kLogFormatNames.begin());
    }
    // Live logs have no end to wait for.
    if (grammar.hunt.follow) grammar.hunt.lateness = std::chrono::seconds(0);
    if (!grammar.lateness.empty()) {
      grammar.hunt.lateness =
          grammar.lateness == "0" ? std::chrono::seconds(0) : detect::parse_timespan(grammar.lateness);
      if (!grammar.hunt.lateness) {
        return fail(ErrorCode::usage, fmt::format("--lateness: '{}' is no time", grammar.lateness), {},
                    "a number and a unit, e.g. 30s or 5m; or 0");
      }
    }
    TRY_VOID(check_file_names({{"--stix", &grammar.hunt.stix}}));
    options.command = grammar.hunt;
  } else if (app.got_subcommand("survey")) {
    options.command = grammar.survey;
  } else if (app.got_subcommand("why")) {
    options.command = grammar.why;
  } else if (app.got_subcommand("assess")) {
    const std::optional<assess::View> view = assess::parse_view(grammar.view);
    if (!view) {
      return fail(ErrorCode::usage, fmt::format("--view: unknown view '{}'", grammar.view), {},
                  "executive, management or operations");
    }
    grammar.assess.view = *view;
    TRY_VOID(check_file_names({{"--stix", &grammar.assess.stix}, {"--html", &grammar.assess.html}}));
    options.command = grammar.assess;
  } else if (app.got_subcommand("check")) {
    options.command = grammar.check;
  } else if (app.got_subcommand("store")) {
    grammar.store.action = grammar.store_import->parsed() ? StoreAction::import_files
                           : grammar.store_find->parsed() ? StoreAction::find
                                                          : StoreAction::export_bundle;
    options.command = grammar.store;
  } else {
    options.command = HelpRequest{app.help()};
  }
  return options;
}

/// Names that could have been meant instead of an unknown word: options of the command, or commands.
std::string guess(const Grammar& grammar, const std::string& word) {
  std::vector<std::string> known;
  const CLI::App* scope = &grammar.app;
  while (!scope->get_subcommands().empty()) scope = scope->get_subcommands().front();
  for (const CLI::Option* option : scope->get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  if (!word.starts_with('-')) {
    for (const CLI::App* command : scope->get_subcommands({})) known.push_back(command->get_name());
  }
  const std::string nearest = nearest_name(word, {known.begin(), known.end()});
  std::string help = "--help";
  for (const CLI::App* at = scope; at != nullptr; at = at->get_parent())
    help = fmt::format("{} {}", at->get_name(), help);
  return nearest.empty() ? "see " + help : fmt::format("did you mean '{}'? See {}", nearest, help);
}

}  // namespace

Result<Options> parse_options(int argc, const char* const* argv) {
  Grammar grammar;
  try {
    grammar.app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    Options options;
    const CLI::App* scope = &grammar.app;
    while (!scope->get_subcommands().empty()) scope = scope->get_subcommands().front();
    options.command = HelpRequest{scope->help()};
    return options;
  } catch (const CLI::ExtrasError&) {
    const std::vector<std::string> extras = grammar.app.remaining(true);
    const std::string word = extras.empty() ? std::string() : extras.front();
    const bool is_command = grammar.app.get_subcommands().empty() && !word.starts_with('-');
    return fail(ErrorCode::usage,
                fmt::format("unknown {} '{}'",
                            is_command              ? "command"
                            : word.starts_with('-') ? "option"
                                                    : "argument",
                            word),
                {}, guess(grammar, word));
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    while (message.ends_with('\n') || message.ends_with('.')) message.pop_back();
    return fail(ErrorCode::usage, message, {}, guess(grammar, ""));
  }
  return take_command(grammar);
}

}  // namespace tocsin::app
