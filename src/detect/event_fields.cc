#include "detect/event_fields.h"

#include <algorithm>

namespace tocsin::detect {

namespace {

std::vector<std::size_t> own_slots(const event::Event& event, event::FieldId field) {
  std::uint8_t rank = 255;
  for (const event::Slot& slot : event.slots) {
    if (slot.field == field) rank = std::min(rank, slot.rank);
  }
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < event.slots.size(); ++i) {
    if (event.slots[i].field == field && event.slots[i].rank == rank) out.push_back(i);
  }
  return out;
}

}  // namespace

std::vector<std::size_t> field_slots(const event::Event& event, event::FieldId field,
                                     std::span<const event::Rename> renames) {
  for (const event::Rename& rename : renames) {
    if (rename.sigma != field || !rename.first) continue;
    if (auto renamed = own_slots(event, rename.own); !renamed.empty()) return renamed;
  }
  std::vector<std::size_t> own = own_slots(event, field);
  for (const event::Rename& rename : renames) {
    if (!own.empty()) break;
    if (rename.sigma == field && !rename.first) own = own_slots(event, rename.own);
  }
  return own;
}

}  // namespace tocsin::detect
