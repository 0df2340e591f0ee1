#include "stix/selector.h"

#include <fmt/format.h>

#include <charconv>

namespace tocsin::stix {
namespace {

constexpr std::size_t kMaxSteps = 64;

Result<std::size_t> parse_index(std::string_view component, std::size_t offset) {
  const std::string_view digits = component.substr(1, component.size() - 2);
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
      (digits.size() > 1 && digits.front() == '0')) {
    return fail(ErrorCode::syntax, fmt::format("'{}' is no list index such as [0]", component),
                Where{.source = "", .offset = offset});
  }
  return index;
}

}  // namespace

Result<Selector> parse_selector(std::string_view text) {
  Selector selector;
  std::size_t at = 0;
  while (true) {
    if (selector.size() == kMaxSteps) {
      return fail(ErrorCode::limit_exceeded, fmt::format("a selector has at most {} components", kMaxSteps),
                  Where{.source = "", .offset = at});
    }
    const auto dot = text.find('.', at);
    const std::string_view component = text.substr(at, dot == std::string_view::npos ? dot : dot - at);
    if (component.empty()) {
      return fail(ErrorCode::syntax, "a component between the dots of a selector is empty",
                  Where{.source = "", .offset = at});
    }
    if (component.front() == '[' && component.back() == ']' && component.size() > 1) {
      TRY(const std::size_t index, parse_index(component, at));
      if (selector.empty()) {
        return fail(ErrorCode::syntax, "a selector starts with a property name", Where{.source = "", .offset = at});
      }
      selector.emplace_back(index);
    } else if (component.find_first_of("[] \t\n\"'") != std::string_view::npos) {
      return fail(ErrorCode::syntax,
                  fmt::format("'{}' is neither a property name nor a list index such as [0]", component),
                  Where{.source = "", .offset = at}, "list indices are components of their own: labels.[0]");
    } else {
      selector.emplace_back(std::string(component));
    }
    if (dot == std::string_view::npos) return selector;
    at = dot + 1;
  }
}

const json::Value* resolve_selector(const json::Value& object, const Selector& selector) {
  const json::Value* at = &object;
  for (const auto& step : selector) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      at = at->find(*name);
    } else {
      const auto* list = at->array();
      const std::size_t index = std::get<std::size_t>(step);
      at = list != nullptr && index < list->size() ? &(*list)[index] : nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool covers(const Selector& outer, const Selector& inner) {
  return outer.size() <= inner.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

}  // namespace tocsin::stix
