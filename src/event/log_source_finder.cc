#include "event/log_source_finder.h"

#include <algorithm>

#include "base/unicode.h"

namespace tocsin::event {

LogSourceId LogSourceFinder::find(const RecordShape& shape, std::span<const Slot> slots) {
  const std::vector<FieldId>& fields = schema_.shapes().key_fields;
  if (index_.empty()) {  // the key fields were interned with the tables, so their ids are small
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto id = static_cast<std::size_t>(fields[i]);
      if (index_.size() <= id) index_.resize(id + 1, kNoKey);
      index_[id] = static_cast<std::uint16_t>(i);
    }
  }
  best_.assign(fields.size(), nullptr);
  for (const Slot& slot : slots) {
    const auto id = static_cast<std::size_t>(slot.field);
    if (id >= index_.size() || index_[id] == kNoKey) continue;
    const Slot*& best = best_[index_[id]];
    if (best == nullptr || slot.rank < best->rank) best = &slot;
  }
  key_.assign(shape.name);
  values_.resize(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    values_[i].clear();
    if (best_[i] != nullptr) values_[i].assign(decode_token(best_[i]->token(), scratch_));
    key_ += '\0';
    key_ += values_[i];
  }
  if (const auto known = remembered_.find(key_); known != remembered_.end()) return known->second;
  const LogSourceId id = schema_.intern(derive(shape, values_));
  if (remembered_.size() >= kMaxRemembered) remembered_.clear();
  remembered_.emplace(key_, id);
  return id;
}

std::uint32_t LogSourceFinder::slot_of(FieldId field, std::span<const Slot> slots) {
  std::uint32_t best = ~std::uint32_t{0};
  for (std::uint32_t i = 0; i < slots.size(); ++i) {
    if (slots[i].field == field && (best >= slots.size() || slots[i].rank < slots[best].rank)) best = i;
  }
  return best;
}

LogSource LogSourceFinder::derive(const RecordShape& shape, const std::vector<std::string>& values) const {
  LogSource source{.product = shape.product, .services = {}, .categories = {}};
  if (!shape.service.empty()) source.services.push_back(shape.service);
  if (!shape.category.empty()) source.categories.push_back({shape.category, {}});
  const ShapeTables& tables = schema_.shapes();
  const auto holds = [&](const LogSourceRow::Condition& condition) {
    const auto at = std::ranges::find(tables.key_fields, condition.field) - tables.key_fields.begin();
    return std::ranges::any_of(condition.values, [&](const std::string& value) {
      return equals_ascii_case_insensitive(value, values[static_cast<std::size_t>(at)]);
    });
  };
  for (const LogSourceRow& row : tables.rows) {
    if (row.product != shape.product) continue;
    if (!row.when_service.empty() && std::ranges::find(source.services, row.when_service) == source.services.end())
      continue;
    if (!std::ranges::all_of(row.when, holds)) continue;
    if (!row.service.empty()) {
      if (std::ranges::find(source.services, row.service) == source.services.end())
        source.services.push_back(row.service);
      continue;
    }
    const auto known = std::ranges::find(source.categories, row.category, &LogSource::Category::name);
    if (known == source.categories.end()) {
      source.categories.push_back({row.category, row.renames});
    } else {
      known->renames.insert(known->renames.end(), row.renames.begin(), row.renames.end());
    }
  }
  return source;
}

}  // namespace tocsin::event
