#pragma once

// Which slots of an event are the values of a field that a rule or pattern names.

#include <cstddef>
#include <span>
#include <vector>

#include "event/event.h"
#include "event/schema.h"

namespace tocsin::detect {

/// The places of the field's values in event.slots, in order: its slots of the lowest rank, after the log source's
/// renames.
std::vector<std::size_t> field_slots(const event::Event& event, event::FieldId field,
                                     std::span<const event::Rename> renames);

}  // namespace tocsin::detect
