// The program: options, then the one command that they ask for.

#include <csignal>
#include <new>
#include <variant>

#include "app/commands.h"
#include "app/options.h"
#include "app/output.h"

namespace {

using namespace tocsin;
using namespace tocsin::app;

/// Inputs are bounded, but the machine may be smaller than the bounds: no memory is an error like any other.
Result<int> run(const Options& options, Output& output) {
  try {
    return std::visit([&](const auto& command) { return run_command(command, options.common, output); },
                      options.command);
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::limit_exceeded, "not enough memory", {}, "give fewer or smaller files");
  }
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that went away is seen by write() as EPIPE, in Output; the signal would end us without closing files.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // the same for a limit on the size of files

  const Result<Options> options = parse_options(argc, argv);
  if (!options) {
    print_failure(options.error());
    return kExitBad;
  }
  Output output;
  const Result<int> code = run(*options, output);
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
