#include "record/json_line.h"

#include <algorithm>
#include <cmath>

namespace tocsin::record {

void ObjectWriter::real(std::string_view key, double value) {
  if (!std::isfinite(value)) {
    null(key);
    return;
  }
  digits(key, json::Value::real(value).number()->digits);
}

void ObjectWriter::named_texts(std::string_view key, const std::vector<std::pair<std::string, std::string>>& items) {
  object(key, [&](ObjectWriter& inner) {
    for (auto item = items.begin(); item != items.end(); ++item) {
      const std::string& name = item->first;
      const auto is_same = [&](const auto& other) { return other.first == name; };
      if (std::any_of(items.begin(), item, is_same)) continue;
      std::vector<std::string> values;
      for (const auto& [other, value] : items) {
        if (other == name) values.push_back(value);
      }
      values.size() == 1 ? inner.text(name, values.front()) : inner.texts(name, values);
    }
  });
}

}  // namespace tocsin::record
