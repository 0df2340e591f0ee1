#include "detect/stix_observation.h"

#include <algorithm>

#include "stix/form.h"

namespace tocsin::detect {

namespace pattern = stix::pattern;

StixObservation::Index StixObservation::index(const stix::Bundle& bundle) {
  Index out;
  for (const stix::Object& object : bundle.objects) out.insert_or_assign(object.id(), &object.json());
  return out;
}

StixObservation::StixObservation(const stix::Object& observed_data, const Index& by_id) : by_id_(by_id) {
  if (const json::Value* embedded = observed_data.find("objects");
      embedded != nullptr && embedded->object() != nullptr) {
    for (const json::Member& member : *embedded->object()) {
      own_.insert_or_assign(member.key, &member.value);
      objects_.push_back(&member.value);
    }
  }
  for (const std::string_view id : observed_data.strings("object_refs")) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) {
      missing_.emplace_back(id);
    } else {
      objects_.push_back(found->second);
    }
  }
}

const json::Value* StixObservation::find(std::string_view id) const {
  if (const auto own = own_.find(id); own != own_.end()) return own->second;
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

bool StixObservation::has_type(std::size_t object, std::string_view type) const {
  const std::string* own = objects_[object]->find_string("type");
  return own != nullptr && *own == type;
}

bool StixObservation::any_value(std::size_t object, const pattern::ObjectPath& path,
                                const std::function<bool(const StixValue&)>& take) const {
  std::vector<const json::Value*> here = {objects_[object]};
  bool are_references = false;  // the values are lists of references, to be followed item by item
  std::string_view name;
  for (const pattern::Step& step : path.steps) {
    std::vector<const json::Value*> next;
    if (const auto* key = std::get_if<std::string>(&step)) {
      name = *key;
      for (const json::Value* value : here) {
        const json::Value* member = value->find(name);
        if (member != nullptr && name.ends_with("_ref"))
          member = member->string() == nullptr ? nullptr : find(*member->string());
        if (member != nullptr) next.push_back(member);
      }
      are_references = name.ends_with("_refs");
    } else {
      const auto& item = std::get<pattern::Index>(step).item;
      const auto add = [&](const json::Value& value) {
        const json::Value* found = &value;
        if (are_references) found = value.string() == nullptr ? nullptr : find(*value.string());
        if (found != nullptr) next.push_back(found);
      };
      for (const json::Value* value : here) {
        if (value->array() == nullptr) continue;
        if (!item) {
          for (const json::Value& each : *value->array()) add(each);
        } else if (*item < value->array()->size()) {
          add((*value->array())[*item]);
        }
      }
      are_references = false;
    }
    here = std::move(next);
  }

  return std::ranges::any_of(here, [&](const json::Value* value) {
    if (const std::string* text = value->string()) {
      // §9.2: what the suffix says is bytes is compared as bytes.
      if (name.ends_with("_hex") || name.ends_with("_bin")) {
        const auto bytes = name.ends_with("_hex") ? stix::form::decode_hex(*text) : stix::form::decode_base64(*text);
        return bytes && take(StixValue::of_bytes(*bytes));
      }
      return take(StixValue::of_string(*text));
    }
    if (const json::Number* number = value->number()) {
      const auto parsed = parse_number(number->digits);
      return take(parsed ? StixValue::of_number(*parsed) : StixValue{});
    }
    if (const bool* boolean = value->boolean()) return take(StixValue::of_boolean(*boolean));
    return take(StixValue{});
  });
}

}  // namespace tocsin::detect
