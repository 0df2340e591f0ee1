#include "assess/brief_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <tuple>

#include "assess/intake.h"
#include "assess/join.h"
#include "assess/wording.h"
#include "base/unicode.h"

namespace tocsin::assess {

namespace {

constexpr std::size_t kMostBoxes = 6;

std::size_t index_of(std::vector<std::string>& list, const std::string& item) {
  const auto found = std::ranges::find(list, item);
  if (found != list.end()) return static_cast<std::size_t>(found - list.begin());
  list.push_back(item);
  return list.size() - 1;
}

void connect(std::vector<Drawing::Edge>& edges, std::size_t from, std::size_t to) {
  const Drawing::Edge edge{from, to};
  if (std::ranges::find(edges, edge) == edges.end()) edges.push_back(edge);
}

std::size_t code_point_width(char32_t c) {
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

/// A text in lines of a box, the last one with an ellipsis when there is more.
std::vector<std::string> box_lines(std::string_view text, std::size_t columns, std::size_t most) {
  std::vector<std::string> lines = wrap_text(text, columns);
  if (lines.size() > most) {
    lines.resize(most);
    lines.back() += "…";
  }
  return lines;
}

struct Box {
  std::vector<std::string> lines;
  std::vector<std::string> small;
  bool marked = false;
  double y = 0;
  double height = 0;
};

constexpr double kLine = 16;
constexpr double kSmallLine = 13;
constexpr double kPadding = 8;
constexpr double kBoxWidth = 116;
constexpr double kGap = 26;
constexpr double kTop = 24;

/// Stacks the boxes of a column with even gaps, centred in `height`.
void stack(std::vector<Box>& boxes, double height) {
  double total = 0;
  for (const Box& box : boxes) total += box.height;
  const double gap = 12;
  double y = kTop + (height - total - gap * static_cast<double>(boxes.empty() ? 0 : boxes.size() - 1)) / 2;
  for (Box& box : boxes) {
    box.y = y;
    y += box.height + gap;
  }
}

double column_height(const std::vector<Box>& boxes) {
  double total = 0;
  for (const Box& box : boxes) total += box.height + 12;
  return boxes.empty() ? 0 : total - 12;
}

std::vector<Box> make_boxes(const std::vector<std::string>& texts, const std::vector<std::string>& small,
                            const std::vector<bool>& marked) {
  std::vector<Box> boxes;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    Box box{box_lines(texts[i], 15, 3), {}, i < marked.size() && marked[i], 0, 0};
    if (i < small.size() && !small[i].empty()) box.small = box_lines(small[i], 19, 2);
    if (box.marked) box.small.push_back("seen in logs");
    box.height = kPadding * 2 + kLine * static_cast<double>(box.lines.size()) +
                 kSmallLine * static_cast<double>(box.small.size()) - 2;
    boxes.push_back(std::move(box));
  }
  return boxes;
}

void print_boxes(std::string& out, const std::vector<Box>& boxes, double x, std::string_view kind) {
  for (const Box& box : boxes) {
    out += fmt::format("<rect class=\"box {}{}\" x=\"{}\" y=\"{:.1f}\" width=\"{}\" height=\"{:.1f}\" rx=\"3\"/>\n",
                       kind, box.marked ? " seen" : "", x, box.y, kBoxWidth, box.height);
    double y = box.y + kPadding + 11;
    for (const std::string& line : box.lines) {
      out += fmt::format("<text class=\"name\" x=\"{}\" y=\"{:.1f}\">{}</text>\n", x + 8, y, escape_html(line));
      y += kLine;
    }
    y -= 1;
    for (std::size_t i = 0; i < box.small.size(); ++i) {
      const bool last_of_seen = box.marked && i + 1 == box.small.size();
      out += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{:.1f}\">{}</text>\n", last_of_seen ? "small seen" : "small",
                         x + 8, y, escape_html(box.small[i]));
      y += kSmallLine;
    }
  }
}

void print_edges(std::string& out, const std::vector<Drawing::Edge>& edges, const std::vector<Box>& from,
                 const std::vector<Box>& to, double x) {
  for (const Drawing::Edge& edge : edges) {
    const double start = from[edge.from].y + from[edge.from].height / 2;
    const double end = to[edge.to].y + to[edge.to].height / 2;
    out += fmt::format("<path class=\"edge\" d=\"M{0} {2:.1f} C{4} {2:.1f} {4} {3:.1f} {1} {3:.1f}\"/>\n", x,
                       x + kGap - 5, start, end, x + kGap / 2);
    out += fmt::format("<path class=\"tip\" d=\"M{} {:.1f} l-6 -3.5 v7 z\"/>\n", x + kGap, end);
  }
}

}  // namespace

Drawing make_drawing(const record::Warning& warning, const record::Estate& estate) {
  Drawing drawing;
  drawing.actors.push_back(warning.actor ? one_line(warning.actor->name) : "Unknown actor");
  std::set<std::string> named;
  for (const record::Claim& claim : warning.claims) {
    if (claim.object && claim.object->type == record::EntityType::weakness && !claim.negated)
      named.insert(claim.object->name);
  }
  for (const record::Through& through : warning.through) {
    const record::Exposure& exposure = through.exposure;
    const std::string way = named.contains(exposure.weakness) ? weakness_in_words(exposure.weakness)
                            : !exposure.vulnerability.empty() ? one_line(exposure.vulnerability)
                                                              : one_line(exposure.component);
    const std::string asset = one_line(exposure.asset);
    const bool room =
        (drawing.ways.size() < kMostBoxes || std::ranges::find(drawing.ways, way) != drawing.ways.end()) &&
        (drawing.assets.size() < kMostBoxes || std::ranges::find(drawing.assets, asset) != drawing.assets.end());
    if (!room) continue;
    const std::size_t way_index = index_of(drawing.ways, way);
    const std::size_t asset_index = index_of(drawing.assets, asset);
    connect(drawing.actor_ways, 0, way_index);
    connect(drawing.way_assets, way_index, asset_index);
  }
  for (const std::string& weakness : named) {
    const std::string way = weakness_in_words(weakness);
    if (drawing.ways.size() < kMostBoxes) connect(drawing.actor_ways, 0, index_of(drawing.ways, way));
  }
  for (const record::Seen& seen : warning.seen) {
    if (seen.asset.empty()) continue;
    if (drawing.assets.size() < kMostBoxes) index_of(drawing.assets, one_line(seen.asset));
  }
  for (const std::string& id : drawing.assets) {
    const record::Asset* asset = asset_of(estate.assets, id);
    drawing.asset_roles.push_back(asset != nullptr ? one_line(asset->role) : std::string());
    drawing.asset_seen.push_back(
        std::ranges::any_of(warning.seen, [&](const record::Seen& seen) { return one_line(seen.asset) == id; }));
  }
  return drawing;
}

std::vector<Moment> make_timeline(const record::Warning& warning, const BriefContext& context) {
  std::vector<Moment> moments;
  const auto add = [&](MomentKind kind, const std::string& time, std::string text) {
    const auto instant = parse_any_date(time);
    if (!instant) return;
    Moment moment{kind, *instant, time_in_words(time), std::move(text)};
    if (std::ranges::find(moments, moment) == moments.end()) moments.push_back(std::move(moment));
  };
  for (const record::DocumentInfo& document : context.documents) {
    const bool used = std::ranges::any_of(
        warning.evidence, [&](const record::Evidence& evidence) { return evidence.document == document.path; });
    if (used && document.published) {
      add(MomentKind::published, *document.published,
          fmt::format("Report published: {}", one_line(document.title ? *document.title : document.path)));
    }
  }
  // What began on one asset in one minute is one moment.
  std::map<std::tuple<Instant, std::string>, std::pair<std::string, std::vector<std::string>>> begun;
  for (const record::Seen& seen : warning.seen) {
    const auto instant = parse_any_date(seen.match.time);
    if (!instant) continue;
    std::string where = !seen.asset.empty() ? seen.asset : one_line(seen.match.host);
    auto& [time, rules] = begun[{std::chrono::floor<std::chrono::minutes>(*instant), std::move(where)}];
    if (time.empty()) time = seen.match.time;
    std::string rule = one_line(seen.match.rule.title);
    if (std::ranges::find(rules, rule) == rules.end()) rules.push_back(std::move(rule));
  }
  for (const auto& [key, value] : begun) {
    const std::string& where = std::get<1>(key);
    add(MomentKind::seen, value.first,
        fmt::format("First seen{}{}: {}", where.empty() ? "" : " on ", where, list_in_words(value.second)));
  }
  for (const record::Through& through : warning.through) {
    if (!is_known_exploited(through.exposure, context.as_of)) continue;
    add(MomentKind::vulnerability, through.exposure.kev->added,
        fmt::format("{} listed as exploited (KEV)", one_line(through.exposure.vulnerability)));
  }
  moments.push_back({MomentKind::assessed, context.as_of, time_in_words(context.as_of), "This assessment"});
  const record::CertContact& cert = context.estate.organisation.cert;
  const bool severe = std::ranges::any_of(warning.seen, [](const record::Seen& seen) { return is_severe(seen.match); });
  if (severe && !cert.name.empty()) {
    const Instant deadline = context.as_of + cert.report_within;
    moments.push_back({MomentKind::deadline, deadline, time_in_words(deadline),
                       fmt::format("Report to {} due, if it is an incident", one_line(cert.name))});
  }
  std::ranges::stable_sort(moments, [](const Moment& a, const Moment& b) {
    return a.instant != b.instant ? a.instant < b.instant : a.kind != b.kind ? a.kind < b.kind : a.text < b.text;
  });
  return moments;
}

std::string print_drawing_svg(const Drawing& drawing, std::string_view prefix) {
  std::vector<Box> actors = make_boxes(drawing.actors, {}, {});
  std::vector<Box> ways = make_boxes(drawing.ways, {}, {});
  std::vector<Box> assets = make_boxes(drawing.assets, drawing.asset_roles, drawing.asset_seen);
  const double height = std::max({column_height(actors), column_height(ways), column_height(assets)});
  for (auto* column : {&actors, &ways, &assets}) stack(*column, height);
  const double second = kBoxWidth + kGap;
  const double third = 2 * second;
  const double width = third + kBoxWidth;
  std::string out =
      fmt::format("<svg class=\"drawing\" viewBox=\"-1 0 {} {:.0f}\" role=\"img\" aria-labelledby=\"{}-drawing\">\n",
                  width + 2, height + kTop + 4, prefix);
  out += fmt::format(
      "<title id=\"{}-drawing\">{}</title>\n", prefix,
      escape_html(fmt::format("{}, by way of {}, to {}", list_in_words(drawing.actors),
                              drawing.ways.empty() ? "what is not known" : list_in_words(drawing.ways),
                              drawing.assets.empty() ? "no asset that is known" : list_in_words(drawing.assets))));
  double x = 0;
  for (const std::string_view label : {"Who", "Way in", "Asset"}) {
    out += fmt::format("<text class=\"label\" x=\"{}\" y=\"13\">{}</text>\n", x, label);
    x += second;
  }
  print_edges(out, drawing.actor_ways, actors, ways, kBoxWidth);
  print_edges(out, drawing.way_assets, ways, assets, second + kBoxWidth);
  print_boxes(out, actors, 0, "actor");
  print_boxes(out, ways, second, "way");
  print_boxes(out, assets, third, "asset");
  return out + "</svg>\n";
}

std::string print_timeline_svg(const std::vector<Moment>& timeline, std::string_view prefix) {
  struct Entry {
    const Moment* moment;
    std::vector<std::string> lines;
  };
  std::vector<Entry> entries;
  double height = 8;
  for (const Moment& moment : timeline) {
    entries.push_back({&moment, box_lines(moment.text, 50, 3)});
    height += 16 + kLine * static_cast<double>(entries.back().lines.size()) + 12;
  }
  std::string out =
      fmt::format("<svg class=\"timeline\" viewBox=\"0 0 400 {:.0f}\" role=\"img\" aria-labelledby=\"{}-timeline\">\n",
                  height, prefix);
  out += fmt::format("<title id=\"{}-timeline\">Timeline, oldest first</title>\n", prefix);
  constexpr std::array<std::string_view, 5> kClasses = {"published", "seen", "vulnerability", "assessed", "deadline"};
  double y = 16;
  double previous = 0;
  for (const Entry& entry : entries) {
    const double dot = y - 4;
    if (previous > 0) out += fmt::format("<path class=\"axis\" d=\"M7 {:.1f} V{:.1f}\"/>\n", previous + 7, dot - 7);
    previous = dot;
    out += fmt::format("<circle class=\"dot {}\" cx=\"7\" cy=\"{:.1f}\" r=\"4.5\"/>\n",
                       kClasses[static_cast<std::size_t>(entry.moment->kind)], dot);
    out += fmt::format("<text class=\"time\" x=\"22\" y=\"{:.1f}\">{}</text>\n", y, escape_html(entry.moment->time));
    y += kLine;
    for (const std::string& line : entry.lines) {
      out += fmt::format("<text class=\"name\" x=\"22\" y=\"{:.1f}\">{}</text>\n", y, escape_html(line));
      y += kLine;
    }
    y += 12;
  }
  return out + "</svg>\n";
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : one_line(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) width += code_point_width(decode_utf8(text, at));
  return width;
}

std::vector<std::string> wrap_text(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t width = 0;
  std::size_t break_at = 0;  // bytes of line that may stay when it must be broken
  std::size_t break_width = 0;
  const auto flush = [&](std::size_t bytes, std::size_t of_width) {
    std::string kept = line.substr(0, bytes);
    while (!kept.empty() && kept.back() == ' ') kept.pop_back();
    lines.push_back(std::move(kept));
    line.erase(0, bytes);
    width -= of_width;
    while (!line.empty() && line.front() == ' ') {
      line.erase(0, 1);
      --width;
    }
    break_at = break_width = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = decode_utf8(text, at);
    const std::size_t wide = code_point_width(c);
    if (c == ' ' && line.empty()) continue;
    if (is_cjk(c) && !line.empty()) {
      break_at = line.size();
      break_width = width;
    }
    if (c != ' ' && width + wide > columns)
      flush(break_at != 0 ? break_at : line.size(), break_at != 0 ? break_width : width);
    line.append(text, begin, at - begin);
    width += wide;
    if (c == ' ' || (is_cjk(c) && wide == 2)) {
      break_at = line.size();
      break_width = width;
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace tocsin::assess
