#pragma once

// One function a command: from typed options to an exit code. An error is printed by main and ends in kExitBad; what a
// command can go on after (a bad file among many) it prints itself and ends in kExitBad too.

#include "app/options.h"
#include "app/output.h"
#include "base/result.h"

namespace tocsin::app {

Result<int> run_command(const HelpRequest& options, const CommonOptions& common, Output& output);
Result<int> run_command(const DemoOptions& options, const CommonOptions& common, Output& output);
Result<int> run_command(const ReadOptions& options, const CommonOptions& common, Output& output);
Result<int> run_command(const ExtractOptions& options, const CommonOptions& common, Output& output);
Result<int> run_command(const HuntOptions& options, const CommonOptions& common, Output& output);
Result<int> run_command(const SurveyOptions& options, const CommonOptions& common, Output& output);
Result<int> run_command(const WhyOptions& options, const CommonOptions& common, Output& output);
Result<int> run_command(const AssessOptions& options, const CommonOptions& common, Output& output);
Result<int> run_command(const CheckOptions& options, const CommonOptions& common, Output& output);
Result<int> run_command(const StoreOptions& options, const CommonOptions& common, Output& output);

}  // namespace tocsin::app
