#include "detect/stix_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tocsin::detect {

namespace pattern = stix::pattern;

Result<std::uint32_t> StixBracket::add(const pattern::BooleanExpression& expression) {
  Node node;
  node.join = expression.join;
  if (const auto* comparison = std::get_if<pattern::Comparison>(&expression.content)) {
    node.path = comparison->path;
    TRY(node.test, StixTest::make(*comparison));
    node.is_absence = comparison->comparator == pattern::Comparator::exists && comparison->negated;
  } else {
    for (const pattern::BooleanExpression& child :
         std::get<std::vector<pattern::BooleanExpression>>(expression.content)) {
      TRY(const std::uint32_t index, add(child));
      node.children.push_back(index);
    }
  }
  nodes_.push_back(std::move(node));
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

Result<StixBracket> StixBracket::make(const pattern::BooleanExpression& expression) {
  StixBracket out;
  TRY(out.root_, out.add(expression));
  return out;
}

bool StixBracket::holds(std::uint32_t index, const ObservedObjects& objects, std::size_t object) const {
  const Node& node = nodes_[index];
  if (node.test) {
    if (!objects.has_type(object, node.path.type)) return false;
    const bool found =
        objects.any_value(object, node.path, [&](const StixValue& value) { return node.test->passes(value); });
    return found != node.is_absence;
  }
  const auto child_holds = [&](std::uint32_t child) { return holds(child, objects, object); };
  return node.join == pattern::Join::conjunction ? std::ranges::all_of(node.children, child_holds)
                                                 : std::ranges::any_of(node.children, child_holds);
}

bool StixBracket::matches(const ObservedObjects& objects) const {
  for (std::size_t object = 0; object < objects.count(); ++object) {
    if (holds(root_, objects, object)) return true;
  }
  return false;
}

void StixBracket::explain(std::uint32_t index, const ObservedObjects& objects, std::size_t object,
                          std::vector<Reason>& out) const {
  const Node& node = nodes_[index];
  if (!holds(index, objects, object)) return;
  if (node.test) {
    Reason reason{{print_path(node.path), node.test->name(), node.test->constant_text()}, {}};
    objects.any_value(object, node.path, [&](const StixValue& value) {
      if (!node.test->passes(value)) return false;
      reason.value = print_value(value);
      return true;
    });
    if (std::ranges::find(out, reason.why, &Reason::why) == out.end()) out.push_back(std::move(reason));
    return;
  }
  for (const std::uint32_t child : node.children) {
    const std::size_t before = out.size();
    explain(child, objects, object, out);
    if (node.join == pattern::Join::disjunction && out.size() > before) return;
  }
}

std::vector<StixBracket::Reason> StixBracket::explain(const ObservedObjects& objects) const {
  std::vector<Reason> out;
  for (std::size_t object = 0; object < objects.count() && out.empty(); ++object) {
    explain(root_, objects, object, out);
  }
  return out;
}

std::vector<std::string_view> StixBracket::types() const {
  std::vector<std::string_view> out;
  for (const Node& node : nodes_) {
    if (node.test && std::ranges::find(out, node.path.type) == out.end()) out.push_back(node.path.type);
  }
  return out;
}

std::vector<StixBracket::Required> StixBracket::required(std::uint32_t index) const {
  const Node& node = nodes_[index];
  std::vector<Required> out;
  if (node.test) {
    for (const std::string_view value : node.test->required_strings()) out.push_back({&node.path, value});
    return out;
  }
  for (const std::uint32_t child : node.children) {
    std::vector<Required> here = required(child);
    if (node.join == pattern::Join::disjunction) {
      if (here.empty()) return {};
      out.insert(out.end(), here.begin(), here.end());
    } else if (!here.empty() && (out.empty() || here.size() < out.size())) {
      out = std::move(here);
    }
  }
  return out;
}

std::vector<StixBracket::Required> StixBracket::required() const { return required(root_); }

std::string print_path(const pattern::ObjectPath& path) {
  std::string out = path.type;
  char before = ':';
  for (const pattern::Step& step : path.steps) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      const bool is_plain = std::ranges::all_of(*name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      });
      out += before;
      out += is_plain ? *name : fmt::format("'{}'", *name);
    } else {
      const auto& item = std::get<pattern::Index>(step).item;
      out += item ? fmt::format("[{}]", *item) : "[*]";
    }
    before = '.';
  }
  return out;
}

std::uint64_t StixExpression::size() const {
  std::uint64_t one = kind == Kind::bracket ? 1 : 0;
  for (const StixExpression& child : children)
    one = kind == Kind::any ? std::max(one, child.size()) : std::min(one + child.size(), kMaxPatternObservations + 1);
  return std::min(one * repeats, kMaxPatternObservations + 1);
}

namespace {

constexpr double kLongestSeconds = 1e9;  // 31 years; keeps nanoseconds within 64 bits

class Compiler {
 public:
  Result<StixExpression> compile(const pattern::Observation& observation) {
    StixExpression out;
    if (const auto* inside = std::get_if<pattern::BooleanExpression>(&observation.content)) {
      TRY(StixBracket bracket, StixBracket::make(*inside));
      out.bracket = static_cast<std::uint32_t>(brackets.size());
      brackets.push_back(std::move(bracket));
    } else {
      out.kind = observation.join == pattern::Join::conjunction   ? StixExpression::Kind::all
                 : observation.join == pattern::Join::disjunction ? StixExpression::Kind::any
                                                                  : StixExpression::Kind::followed_by;
      for (const pattern::Observation& child : std::get<std::vector<pattern::Observation>>(observation.content)) {
        TRY(StixExpression compiled, compile(child));
        out.children.push_back(std::move(compiled));
      }
    }
    for (const pattern::Qualifier& qualifier : observation.qualifiers) {
      // A qualifier that came before binds closer: REPEATS after WITHIN repeats what was found within.
      const bool is_repeats = std::holds_alternative<pattern::Repeats>(qualifier);
      if ((is_repeats && (out.within || out.start)) || (is_repeats && out.repeats > 1)) {
        StixExpression outer;
        outer.kind = StixExpression::Kind::all;
        outer.children.push_back(std::move(out));
        out = std::move(outer);
      }
      if (const auto* repeats = std::get_if<pattern::Repeats>(&qualifier)) {
        out.repeats = repeats->times;
      } else if (const auto* within = std::get_if<pattern::Within>(&qualifier)) {
        out.within = std::chrono::nanoseconds(
            static_cast<std::int64_t>(std::llround(std::min(within->seconds, kLongestSeconds) * 1e9)));
      } else {
        const auto& interval = std::get<pattern::StartStop>(qualifier);
        out.start = interval.start.instant;
        out.stop = interval.stop.instant;
      }
    }
    return out;
  }

  std::vector<StixBracket> brackets;
};

}  // namespace

Result<StixProgram> compile_pattern(const pattern::Pattern& pattern) {
  Compiler compiler;
  TRY(StixExpression root, compiler.compile(pattern.root));
  if (root.size() > kMaxPatternObservations) {
    return fail(ErrorCode::unsupported,
                fmt::format("the pattern asks for more than {} observations", kMaxPatternObservations), {},
                "lower the number after REPEATS");
  }
  return StixProgram{std::move(compiler.brackets), std::move(root)};
}

}  // namespace tocsin::detect
