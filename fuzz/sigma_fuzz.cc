// Sigma rules: every problem has a place in the text, every value that was taken came to tests, and a rule that was
// taken can be evaluated and explains itself when it fires.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "check.h"
#include "detect/naive.h"

namespace {

using namespace tocsin;
using namespace tocsin::detect;

event::Schema& schema() {
  static const std::unique_ptr<event::Schema> schema = [] {
    auto loaded = event::Schema::load(TOCSIN_SOURCE_DIR "/packs/event");
    FUZZ_CHECK(loaded.has_value());
    return *std::move(loaded);
  }();
  return *schema;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  RuleFile file = parse_sigma(text, "rule.yml");
  for (const RuleFile::Rejected& rejected : file.rejected) {
    FUZZ_CHECK(has_errors(rejected.problems));
    for (const Diagnostic& problem : rejected.problems) {
      FUZZ_CHECK(!problem.message.empty() && problem.where.source == "rule.yml");
      (void)print_diagnostic(problem, text);
    }
  }
  const std::vector<event::Slot> slots = {
      {schema().intern("A"), event::TokenKind::json_string, 0, "a\\\\b *"},
      {schema().intern("A"), event::TokenKind::number, 0, "5"},
      {schema().intern("B"), event::TokenKind::null, 0, "null"},
      {schema().intern("C"), event::TokenKind::boolean, 0, "true"},
  };
  event::Event event;
  event.record = "{\"A\":\"a\\\\b *\",\"A\":5,\"B\":null,\"C\":true}";
  event.slots = slots;
  for (SigmaRule& rule : file.rules) {
    FUZZ_CHECK(!rule.title.empty() && !rule.conditions.empty());
    bind_rule(rule, schema());
    EventText values(event);
    const bool fires = match_rule(rule, values, {});
    const auto explained = explain_rule(rule, values, {});
    FUZZ_CHECK(fires == explained.has_value());
    FUZZ_CHECK(!explained || !explained->why.empty());
  }
  return 0;
}
