#include <fmt/format.h>
#include <re2/re2.h>

#include "detect/tests.h"

namespace tocsin::detect {

struct Regex::State {
  State(const std::string& pattern, const RE2::Options& options) : compiled(pattern, options) {}
  RE2 compiled;
};

Result<Regex> Regex::make(const std::string& pattern, Options options) {
  RE2::Options settings;
  settings.set_log_errors(false);
  settings.set_max_mem(std::int64_t{16} << 20);
  std::string flags;
  if (options.ignore_case) flags += 'i';
  if (options.multi_line) flags += 'm';
  if (options.dot_all) flags += 's';
  const std::string prefix = flags.empty() ? "" : "(?" + flags + ")";
  auto state = std::make_shared<const State>(prefix + pattern, settings);
  if (!state->compiled.ok()) {
    const bool irregular = state->compiled.error_code() == RE2::ErrorBadPerlOp ||
                           (state->compiled.error_code() == RE2::ErrorBadEscape &&
                            state->compiled.error_arg().find_first_of("123456789") != std::string::npos);
    if (irregular) {
      return fail(ErrorCode::unsupported,
                  fmt::format("regular expression uses '{}', which is not regular", state->compiled.error_arg()), {},
                  "look-around and back references cannot be matched in linear time");
    }
    return fail(ErrorCode::syntax, fmt::format("bad regular expression: {}", state->compiled.error()));
  }
  Regex out;
  out.state_ = std::move(state);
  return out;
}

bool Regex::matches(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), state_->compiled);
}

const std::string& Regex::source() const { return state_->compiled.pattern(); }

}  // namespace tocsin::detect
