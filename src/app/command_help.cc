#include "app/commands.h"

namespace tocsin::app {

Result<int> run_command(const HelpRequest& options, const CommonOptions&, Output& output) {
  output.write(options.text);
  return kExitDone;
}

}  // namespace tocsin::app
