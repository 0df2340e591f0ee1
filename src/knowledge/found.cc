#include "knowledge/found.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/unicode.h"

namespace tocsin::knowledge {

namespace {

using std::string_view;

constexpr std::array<string_view, 3> kMatchKinds = {"exact", "prefix", "text"};

/// Columns a text takes on a terminal: CJK is two wide.
std::size_t width_of(string_view text) {
  std::size_t width = 0;
  for (std::size_t offset = 0; offset < text.size();) width += is_cjk(decode_utf8(text, offset)) ? 2U : 1U;
  return width;
}

std::string padded(string_view text, std::size_t width) {
  std::string out(text);
  const std::size_t own = width_of(text);
  if (own < width) out.append(width - own, ' ');
  return out;
}

/// A control character of somebody's data must not reach the terminal: neither C0, DEL nor C1.
std::string harmless(string_view text) {
  std::string out;
  for (std::size_t offset = 0; offset < text.size();) {
    const char32_t code_point = decode_utf8(text, offset);
    const bool is_control = code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
    if (!is_control) append_utf8(out, code_point);
  }
  return out;
}

/// Markdown links ("[text](address)", as ATT&CK has them) as their text.
std::string without_links(string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t middle = text.find("](");
    if (middle == string_view::npos) break;
    const std::size_t open = text.rfind('[', middle);
    const std::size_t close = text.find(')', middle);
    if (open == string_view::npos || close == string_view::npos) break;
    out += text.substr(0, open);
    out += text.substr(open + 1, middle - open - 1);
    text.remove_prefix(close + 1);
  }
  return out.append(text);
}

/// The first line, or 200 bytes of it cut between code points.
std::string shortened(string_view text) {
  std::string line;
  for (const char c : text.substr(0, text.find('\n'))) line += is_ascii_space(c) ? ' ' : c;
  line = without_links(harmless(line));
  constexpr std::size_t kMost = 200;
  if (line.size() <= kMost) return line;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return line.substr(0, end) + "…";
}

std::string users_of(const FoundName& name) {
  if (!name.used_by.empty()) return fmt::format("{}", fmt::join(name.used_by, ", "));
  if (name.relation == "name" || name.relation == "external-id") return name.asserted_by;
  if (name.elsewhere.empty()) return "not said";
  std::vector<string_view> users;
  for (const NameUser& said : name.elsewhere) {
    if (std::ranges::find(users, said.user) == users.end()) users.push_back(said.user);
  }
  return fmt::format("{} *", fmt::join(users, ", "));
}

void print_names(std::string& out, const FoundRecord& record) {
  std::size_t name_width = 4;
  std::size_t user_width = 5;
  for (const FoundName& name : record.names) {
    name_width = std::max(name_width, std::min<std::size_t>(width_of(name.text), 32));
    user_width = std::max(user_width, std::min<std::size_t>(width_of(users_of(name)), 28));
  }
  out += fmt::format("  {}  {}  {}  said by\n", padded("name", name_width), padded("whose", user_width),
                     padded("relation", 11));
  for (const FoundName& name : record.names) {
    out += fmt::format("  {}  {}  {}  {}", padded(harmless(name.text), name_width),
                       padded(harmless(users_of(name)), user_width), padded(name.relation, 11),
                       harmless(name.asserted_by));
    if (!name.reference.empty()) out += fmt::format(" (citing {})", shortened(name.reference));
    out += '\n';
  }
}

json::Value name_to_json(const FoundName& name) {
  json::Value value;
  value.set("name", name.text);
  value.set("relation", name.relation);
  json::Array users(name.used_by.begin(), name.used_by.end());
  value.set("used_by", std::move(users));
  value.set("asserted_by", name.asserted_by);
  value.set("reference", name.reference.empty() ? json::Value() : json::Value(name.reference));
  json::Array elsewhere;
  for (const NameUser& said : name.elsewhere) {
    json::Value item;
    item.set("used_by", said.user);
    item.set("asserted_by", said.asserted_by);
    elsewhere.push_back(std::move(item));
  }
  value.set("used_by_elsewhere", std::move(elsewhere));
  return value;
}

}  // namespace

string_view match_kind_name(MatchKind kind) { return kMatchKinds[static_cast<std::size_t>(kind)]; }

std::string print_found(const FindResult& result) {
  if (result.records.empty())
    return fmt::format("nothing in the store carries the name '{}'\n", harmless(result.query));
  std::string out;
  if (result.records.front().match != MatchKind::exact) {
    out += fmt::format("no record carries exactly the name '{}'; the nearest:\n\n", harmless(result.query));
  }
  for (const FoundRecord& record : result.records) {
    out += fmt::format("{} ({}, record of {}){}\n", harmless(record.name), record.type, harmless(record.asserted_by),
                       record.revoked ? ", revoked" : "");
    if (record.matched.relation != "name") {
      out += fmt::format("  found as {} ({})\n", harmless(record.matched.text), record.matched.relation);
    }
    if (!record.origin.empty()) {
      out +=
          fmt::format("  suspected origin {}, says {}\n", harmless(record.origin), harmless(record.origin_asserted_by));
    }
    if (!record.description.empty()) out += fmt::format("  {}\n", shortened(record.description));
    print_names(out, record);
    const bool has_star =
        std::ranges::any_of(record.names, [](const FoundName& name) { return !name.elsewhere.empty(); });
    if (has_star) out += "  * not said here; according to other records that carry the name\n";
    for (const FoundLink& link : record.links) {
      out += fmt::format("  {} {} {} ({}), says {}", link.outgoing ? "→" : "←", link.relation, harmless(link.name),
                         link.type, harmless(link.asserted_by));
      if (link.confidence) out += fmt::format(", confidence {}", *link.confidence);
      out += '\n';
    }
    for (const auto& [relation, count] : record.other_links) out += fmt::format("  {}: {}\n", relation, count);
    out += fmt::format("  {}  from {}\n\n", record.id, fmt::join(record.documents, ", "));
  }
  if (result.left_off > 0) out += fmt::format("and {} more\n", result.left_off);
  return out;
}

std::string print_record(const FoundRecord& record) {
  json::Value value;
  value.set("kind", "known");
  value.set("type", record.type);
  value.set("name", record.name);
  value.set("id", record.id);
  value.set("asserted_by", record.asserted_by);
  value.set("match", match_kind_name(record.match));
  value.set("matched", name_to_json(record.matched));
  value.set("revoked", record.revoked);
  value.set("modified", record.modified.empty() ? json::Value() : json::Value(record.modified));
  if (record.origin.empty()) {
    value.set("origin", nullptr);
  } else {
    json::Value origin;
    origin.set("country", record.origin);
    origin.set("asserted_by", record.origin_asserted_by);
    value.set("origin", std::move(origin));
  }
  value.set("description", record.description.empty() ? json::Value() : json::Value(record.description));
  json::Array names;
  for (const FoundName& name : record.names) names.push_back(name_to_json(name));
  value.set("names", std::move(names));
  json::Array links;
  for (const FoundLink& link : record.links) {
    json::Value item;
    item.set("relation", link.relation);
    item.set("direction", link.outgoing ? "to" : "from");
    item.set("name", link.name);
    item.set("type", link.type);
    item.set("id", link.id);
    item.set("asserted_by", link.asserted_by);
    item.set("confidence", link.confidence ? json::Value::integer(*link.confidence) : json::Value());
    links.push_back(std::move(item));
  }
  value.set("links", std::move(links));
  json::Value counts{json::Object{}};
  for (const auto& [relation, count] : record.other_links) counts.set(relation, json::Value::unsigned_integer(count));
  value.set("other_links", std::move(counts));
  value.set("documents", json::Array(record.documents.begin(), record.documents.end()));
  return json::print(value);
}

}  // namespace tocsin::knowledge
