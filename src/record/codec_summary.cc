// problem, summary: what is wrong with a file, and how a command ended.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "record/codec.h"
#include "record/json_line.h"

namespace tocsin::record {

std::string print_record(const Diagnostic& problem) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "problem");
    object.text_or_null("path", problem.where.source);
    object.number_or_null("line", problem.where.line);
    object.number_or_null("column", problem.where.column);
    object.text_or_null("pointer", problem.pointer);
    object.text("severity", problem.severity == Severity::error ? "error" : "warning");
    object.text("rule", problem.rule);
    object.text("message", problem.message);
    object.text_or_null("hint", problem.hint);
  });
}

std::string print_record(const Summary& summary) {
  return print_object([&](ObjectWriter& object) {
    object.text("kind", "summary");
    object.text("command", summary.command);
    for (const auto& [key, value] : summary.values) {
      object.value(key, [&](std::string& line) { json::print_to(line, value); });
    }
    object.object("skipped", [&](ObjectWriter& inner) {
      for (auto item = summary.skipped.begin(); item != summary.skipped.end(); ++item) {
        const auto is_same = [&](const auto& other) { return other.first == item->first; };
        if (std::any_of(summary.skipped.begin(), item, is_same)) continue;
        std::uint64_t count = 0;
        for (const auto& [reason, times] : summary.skipped) {
          if (reason == item->first) count += times;
        }
        inner.number(item->first, count);
      }
    });
    object.digits("seconds", std::isfinite(summary.seconds) ? fmt::format("{:.3f}", summary.seconds) : "null");
  });
}

}  // namespace tocsin::record
