#pragma once

// Filters (Sigma filters specification 2.1.0, `rules: any` of 2.2): one condition that many rules must meet besides
// their own. Names of a filter's detections never meet those of a rule, whatever they are: conditions hold indices.

#include "detect/sigma_rule.h"

namespace tocsin::detect {

class SigmaReader;

/// Reads a filter document into `file`, rejected or taken.
void read_filter(SigmaReader& reader, RuleFile& file);

/// True when `rule` is one that the filter is for: named (id or name, or `any`), and of a log source that says all
/// that the filter's says.
bool is_for(const SigmaFilter& filter, const SigmaRule& rule);
bool names(const Reference& reference, const SigmaHead& head);

/// The rule's conditions each become "condition and filter's condition". Several filters stack.
void add_filter(SigmaRule& rule, const SigmaFilter& filter);
void remove_filters(SigmaRule& rule);

}  // namespace tocsin::detect
