// The program: options, then the one command that they ask for.

#include <csignal>
#include <variant>

#include "app/commands.h"
#include "app/options.h"
#include "app/output.h"

int main(int argc, char** argv) {
  using namespace tocsin;
  using namespace tocsin::app;
  // A reader that went away is seen by write() as EPIPE, in Output; the signal would end us without closing files.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // the same for a limit on the size of files

  const Result<Options> options = parse_options(argc, argv);
  if (!options) {
    print_failure(options.error());
    return kExitBad;
  }
  Output output;
  const Result<int> code =
      std::visit([&](const auto& command) { return run_command(command, options->common, output); }, options->command);
  const Status closed = output.close();
  if (!code) {
    print_failure(code.error());
    return kExitBad;
  }
  if (!closed) {
    print_failure(closed.error());
    return kExitBad;
  }
  return *code;
}
