#pragma once

// The naive evaluator: what a Sigma rule means, written down once in the plainest way.
//
// It walks the syntax tree of one rule for one event: every item looks through the event's slots for its field, every
// value is tried in the order of the rule, nothing is skipped, shared or remembered between rules but the decoded and
// folded text of the event's values. Its cost is linear in rules times items, and that is on purpose. It stays for
// good:
//
//   rule text ── sigma_rule ──► SigmaRule (syntax tree; Test is its language of predicates)
//                                  │
//                 naive ───────────┤ interprets the tree                    the oracle
//                 engine ──────────┘ lowers the tree to shared predicates   what hunts run (engine.h)
//
// Whatever the engine does, it must give the verdict of this file on every rule and event, and agreement_test.cc holds
// the two against each other. So: when a question of semantics comes up, it is settled here, with a test; an
// optimisation never is. What a match shows (explain_rule) comes from here too: matches are rare.
//
// Semantics that are easy to get wrong, and where they stand:
//   a field's values are its slots of the lowest rank, after the log source's renames     field_slots
//   an array, or a repeated key, matches by any element                                   passes
//   null: absent or null. '': there and empty. exists: there, null too. `*`: there and not null
//   neq turns the whole item around, so an absent field passes it                         item_holds
//   keywords look at every string of the event and at the record as it stands

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/event_fields.h"
#include "detect/sigma_rule.h"
#include "event/event.h"
#include "event/schema.h"
#include "record/match.h"

namespace tocsin::detect {

/// One event's values, each decoded and folded at most once for all rules. Views die with it and with the event.
/// One thread.
class EventText {
 public:
  explicit EventText(const event::Event& event);

  const event::Event& event() const { return event_; }
  /// The decoded text of event().slots[slot].
  std::string_view text(std::size_t slot);
  std::string_view folded(std::size_t slot);
  /// The record as it stands.
  std::string_view record() const { return event_.record; }
  std::string_view folded_record();

 private:
  struct Value {
    std::string_view text;
    std::optional<std::string> decoded;
    std::optional<std::string> folded;
    bool is_decoded = false;
  };
  const event::Event& event_;
  std::vector<Value> values_;
  std::optional<std::string> folded_record_;
};

/// Interns the rule's field names.
void bind_rule(SigmaRule& rule, event::Schema& schema);

/// Why a rule fired.
struct RuleMatch {
  std::vector<record::Why> why;                             ///< a minimal set of tests that passed, never empty
  std::vector<std::pair<std::string, std::string>> fields;  ///< the event's values of the fields that the rule names
};

/// The verdict of `rule`, bound before, on an event. The log source is the caller's business.
/// in: renames: of the event's log source for this rule
bool match_rule(const SigmaRule& rule, EventText& text, std::span<const event::Rename> renames);
/// The same with the reasons.
std::optional<RuleMatch> explain_rule(const SigmaRule& rule, EventText& text, std::span<const event::Rename> renames);

}  // namespace tocsin::detect
