#include "detect/sigma_placeholders.h"

#include <fmt/format.h>

#include <optional>

#include "base/bytes.h"
#include "base/unicode.h"
#include "base/yaml.h"

namespace tocsin::detect {

namespace {

bool is_name_char(char c) { return is_ascii_alnum(c) || c == '_' || c == '-' || c == '.'; }

/// The placeholder that begins at the `%` at `at`, without its signs.
std::optional<std::string_view> placeholder_at(std::string_view text, std::size_t at) {
  if (text[at] != '%' || (at > 0 && text[at - 1] == '\\')) return std::nullopt;
  std::size_t end = at + 1;
  while (end < text.size() && is_name_char(text[end])) ++end;
  if (end == at + 1 || end == text.size() || text[end] != '%') return std::nullopt;
  return text.substr(at + 1, end - at - 1);
}

}  // namespace

Status Placeholders::add(std::string_view text, const std::string& path) {
  TRY(const yaml::Node root, yaml::parse(text, {.source = path}));
  const auto invalid = [&](const yaml::Node& node, std::string message, std::string hint = {}) {
    return fail(ErrorCode::invalid, std::move(message), yaml::where_of(node, path), std::move(hint));
  };
  const yaml::Node* vars = root.find("vars");
  const yaml::Node& table = vars != nullptr && vars->is_mapping() ? *vars : root;
  if (!table.is_mapping() || table.pairs.empty()) {
    return invalid(table, "placeholders are a mapping of names to values", "write 'name: [value, value]'");
  }
  for (const yaml::Pair& pair : table.pairs) {
    std::vector<std::string> values;
    const auto take = [&](const yaml::Node& value) -> Status {
      if (!value.is_scalar() || value.is_null())
        return invalid(value, fmt::format("the placeholder '{}' needs texts or numbers", pair.key.text));
      values.push_back(value.text);
      return {};
    };
    if (pair.value.is_sequence()) {
      for (const yaml::Node& value : pair.value.items) TRY_VOID(take(value));
    } else {
      TRY_VOID(take(pair.value));
    }
    if (values.empty()) return invalid(pair.value, fmt::format("the placeholder '{}' has no values", pair.key.text));
    if (!values_.emplace(pair.key.text, std::move(values)).second) {
      return invalid(pair.key, fmt::format("the placeholder '{}' is already given by another file", pair.key.text));
    }
  }
  return {};
}

Status Placeholders::add_file(const std::string& path) {
  TRY(const PaddedBytes bytes, read_file(path, {.max_bytes = std::uint64_t{64} << 20}));
  return add(bytes.view(), path);
}

const std::vector<std::string>* Placeholders::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> Placeholders::names() const {
  std::vector<std::string_view> out;
  for (const auto& [name, values] : values_) out.emplace_back(name);
  return out;
}

Expansion expand_placeholders(std::string_view text, const Placeholders& placeholders, std::size_t most) {
  Expansion out;
  out.values.emplace_back();
  for (std::size_t at = 0; at < text.size();) {
    const auto name = placeholder_at(text, at);
    if (!name) {
      for (std::string& value : out.values) value += text[at];
      ++at;
      continue;
    }
    out.has_placeholder = true;
    at += name->size() + 2;
    const std::vector<std::string>* given = placeholders.find(*name);
    if (given == nullptr || out.values.size() * given->size() > most) {
      out.values.clear();
      out.too_many = given != nullptr;
      if (given == nullptr) out.unknown = *name;
      return out;
    }
    std::vector<std::string> more;
    more.reserve(out.values.size() * given->size());
    for (const std::string& value : out.values) {
      for (const std::string& one : *given) more.push_back(value + one);
    }
    out.values = std::move(more);
  }
  return out;
}

}  // namespace tocsin::detect
