#include "event/record_splitter.h"

#include <algorithm>
#include <string>

namespace tocsin::event {

namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::size_t trimmed_end(std::string_view text, std::size_t begin, std::size_t end, std::string_view what) {
  while (end > begin && what.find(text[end - 1]) != std::string_view::npos) --end;
  return end;
}

constexpr std::size_t kLongestOpening = 9;  // "</Events>"

/// Whether text begins with `tag` as a whole name.
bool is_tag(std::string_view text, std::string_view tag) {
  return text.starts_with(tag) && text.size() > tag.size() &&
         (kBlank.find(text[tag.size()]) != std::string_view::npos || text[tag.size()] == '>' ||
          text[tag.size()] == '/');
}

}  // namespace

RecordSplitter::Found RecordSplitter::next(std::string_view text, std::size_t from, bool is_last,
                                           RecordExtent& extent) {
  std::size_t at = from;
  for (;;) {
    at = std::min(text.find_first_not_of(kBlank, at), text.size());
    if (at == text.size()) {
      extent.next = at;
      return Found::nothing;
    }
    if (in_array_ && (text[at] == ',' || text[at] == ']')) {
      in_array_ = text[at] == ',';
      ++at;
      continue;
    }
    if (text[at] == '[') {  // an array of objects, or a line of text such as "[error] …"
      const std::size_t inside = text.find_first_not_of(kBlank, at + 1);
      if (inside == std::string_view::npos && !is_last) {
        extent.begin = extent.next = at;
        return Found::need_more;
      }
      if (inside != std::string_view::npos && (text[inside] == '{' || text[inside] == ']')) {
        in_array_ = true;
        ++at;
        continue;
      }
    }
    if (text[at] == '<') {  // an event in XML, or what stands around events
      const std::string_view rest = text.substr(at);
      if (is_tag(rest, "<Event")) return xml(text, at, is_last, extent);
      const std::string_view end = rest.starts_with("<!--")                              ? "-->"
                                   : rest.starts_with("<?xml")                           ? "?>"
                                   : is_tag(rest, "<Events") || is_tag(rest, "</Events") ? ">"
                                                                                         : "";
      const bool is_short = !is_last && rest.size() < kLongestOpening;
      const std::size_t found = end.empty() ? std::string_view::npos : text.find(end, at);
      if (found != std::string_view::npos) {
        at = found + end.size();
        continue;
      }
      if (is_short || (!end.empty() && !is_last)) {
        extent.begin = extent.next = at;
        return Found::need_more;
      }
    }
    break;
  }

  extent.begin = at;
  // Several objects on one line are found brace by brace; looking for the line's end each time would be quadratic.
  if (text[at] == '{' && (in_array_ || crowded_)) return object(text, at, is_last, extent);
  const std::size_t newline = text.find('\n', at);
  if (newline == std::string_view::npos && !is_last) {
    extent.next = at;
    return Found::need_more;
  }
  const std::size_t line_end = std::min(newline, text.size());
  const std::size_t after = newline == std::string_view::npos ? text.size() : newline + 1;
  if (text[at] != '{') {
    extent = {RecordKind::text, at, trimmed_end(text, at, line_end, kBlank), after};
    return Found::record;
  }
  const std::size_t end = trimmed_end(text, at, line_end, kBlank);
  if (text[end - 1] == '}') {
    extent = {RecordKind::json, at, end, after};
    return Found::record;
  }
  return object(text, at, is_last, extent);
}

RecordSplitter::Found RecordSplitter::xml(std::string_view text, std::size_t begin, bool is_last,
                                          RecordExtent& extent) {
  constexpr std::string_view kEnd = "</Event>";
  constexpr std::string_view kBegin = "<Event";
  extent.begin = extent.next = begin;
  // The end, or a further event before it: then this one was cut short.
  for (std::size_t at = text.find('<', begin + 1); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(kEnd)) {
      extent = {RecordKind::xml, begin, at + kEnd.size(), at + kEnd.size()};
      return Found::record;
    }
    if (is_tag(rest, kBegin)) {
      extent = {RecordKind::damaged_xml, begin, trimmed_end(text, begin, at, kBlank), at};
      return Found::record;
    }
  }
  if (!is_last) return Found::need_more;
  extent = {RecordKind::damaged_xml, begin, trimmed_end(text, begin, text.size(), kBlank), text.size()};
  return Found::record;
}

RecordSplitter::Found RecordSplitter::object(std::string_view text, std::size_t begin, bool is_last,
                                             RecordExtent& extent) {
  // Containers that are open. Their kind matters: it shows that a brace at the start of a line cannot be a value here,
  // so that a record that was cut short does not swallow the file behind it.
  std::string open;
  char last = ':';  // the last significant character
  std::size_t line_start = begin;
  extent.begin = extent.next = begin;
  const auto damaged = [&](std::size_t end, std::size_t next) {
    crowded_ = false;
    extent = {RecordKind::damaged, begin, trimmed_end(text, begin, end, kBlank), next};
    return Found::record;
  };
  const auto damaged_line = [&](std::size_t at) {
    const std::size_t newline = text.find('\n', at);
    if (newline == std::string_view::npos && !is_last) return Found::need_more;
    const std::size_t next = newline == std::string_view::npos ? text.size() : newline + 1;
    return damaged(next, next);
  };
  // Printed over several lines, a record opens with a brace alone on its line. One that began otherwise does not go on
  // with a brace at the start of a line: that is the next record.
  const std::size_t second = text.find_first_not_of(" \t\r", begin + 1);
  const bool printed = second == std::string_view::npos || text[second] == '\n';
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    switch (c) {
      case ' ':
      case '\t':
      case '\r':
        continue;
      case '\n':
        line_start = at + 1;
        continue;
      case '"': {
        std::size_t end = at + 1;
        while (end < text.size() && text[end] != '"' && text[end] != '\n') {
          end += text[end] == '\\' && end + 1 < text.size() && text[end + 1] != '\n' ? 2 : 1;
        }
        if (end >= text.size()) {
          if (!is_last) return Found::need_more;
          return damaged(text.size(), text.size());
        }
        if (text[end] == '\n') return damaged(end, end + 1);
        at = end;
        break;
      }
      case '{':
      case '[': {
        if (c == '{' && at == line_start && at != begin && !printed) return damaged(at, at);
        const bool fits = open.empty() || last == ':' || (open.back() == '[' && (last == '[' || last == ','));
        if (!fits) {
          if (at == line_start) return damaged(at, at);
          return damaged_line(at);
        }
        open += c;
        break;
      }
      case '}':
      case ']':
        if (open.back() != (c == '}' ? '{' : '[')) {
          return damaged_line(at);
        }
        open.pop_back();
        if (open.empty()) {
          extent = {RecordKind::object, begin, at + 1, at + 1};
          const std::size_t behind = text.find_first_not_of(" \t\r", at + 1);
          crowded_ = behind != std::string_view::npos && text[behind] != '\n';
          return Found::record;
        }
        break;
      default:
        break;
    }
    last = c;
  }
  if (!is_last) return Found::need_more;
  return damaged(text.size(), text.size());
}

}  // namespace tocsin::event
