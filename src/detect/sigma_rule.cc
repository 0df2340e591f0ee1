#include "detect/sigma_rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "detect/sigma_condition.h"
#include "detect/sigma_documents.h"
#include "detect/sigma_filter.h"
#include "detect/sigma_reader.h"

namespace tocsin::detect {

namespace {

void read_conditions(const yaml::Node& node, SigmaRule& rule, const ConditionNames& names, std::vector<bool>& used,
                     Problems& problems) {
  if (node.is_scalar()) {
    if (auto condition = parse_condition(node, names, used, problems)) rule.conditions.push_back(*std::move(condition));
  } else if (node.is_sequence() && !node.items.empty() && std::ranges::all_of(node.items, &yaml::Node::is_scalar)) {
    for (const yaml::Node& item : node.items) read_conditions(item, rule, names, used, problems);
  } else {
    problems.error(node.begin, "sigma/wrong-type", "'condition' must be a condition or a list of them");
  }
}

void read_detection(SigmaReader& reader, SigmaRule& rule) {
  Problems& problems = reader.problems();
  const yaml::Node* node = reader.document().find("detection");
  if (node == nullptr)
    return problems.error(reader.document().begin, "sigma/no-detection", "the rule has no detection");
  if (!node->is_mapping())
    return problems.error(node->begin, "sigma/wrong-type", "'detection' must map names to detections");
  if (node->find("timeframe") != nullptr) {
    problems.error(SigmaReader::key_mark(*node, "timeframe"), "sigma/timeframe", "'timeframe' is not part of Sigma 2",
                   "write a correlation rule");
  }
  rule.detections = reader.read_detections(*node, {"condition", "timeframe"});
  const yaml::Node* condition = node->find("condition");
  if (condition == nullptr) return problems.error(node->begin, "sigma/no-condition", "the detection has no condition");
  std::vector<bool> used(rule.detections.size());
  read_conditions(*condition, rule, names_of(rule.detections), used, problems);
  warn_of_unused(rule.detections, used, problems);
}

void read_rule(SigmaReader& reader, RuleFile& file) {
  SigmaRule rule;
  if (reader.document().is_mapping()) {
    static_cast<SigmaHead&>(rule) = reader.read_head();
    rule.log_source = reader.read_log_source();
    read_detection(reader, rule);
  } else {
    reader.problems().error(reader.document().begin, "sigma/not-a-rule",
                            "a rule is a mapping with title, logsource and detection");
  }
  if (file.take_problems(rule, reader.problems().take())) file.rules.push_back(std::move(rule));
}

}  // namespace

ConditionNames names_of(const std::vector<NamedDetection>& detections) {
  ConditionNames out{"detection", {}};
  for (const NamedDetection& detection : detections) out.names.emplace_back(detection.name);
  return out;
}

void warn_of_unused(const std::vector<NamedDetection>& detections, const std::vector<bool>& used, Problems& problems) {
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] || detections[i].name.starts_with('_')) continue;
    problems.warning(detections[i].mark, "sigma/unused-detection",
                     fmt::format("no condition uses the detection '{}'", detections[i].name));
  }
}

bool RuleFile::take_problems(const SigmaHead& head, std::vector<Diagnostic> problems) {
  if (has_errors(problems)) {
    rejected.push_back({head.id.empty() ? head.title : head.id, std::move(problems)});
    return false;
  }
  warnings.insert(warnings.end(), problems.begin(), problems.end());
  return true;
}

RuleFile parse_sigma(std::string_view text, const std::string& path, const Placeholders& placeholders) {
  RuleFile file;
  SigmaDocuments documents = parse_documents(text, path);
  for (Diagnostic& problem : documents.problems) {
    if (problem.severity == Severity::warning) {
      file.warnings.push_back(std::move(problem));
    } else {
      file.rejected.push_back({{}, {std::move(problem)}});
    }
  }
  for (const SigmaDocument& document : documents.documents) {
    SigmaReader reader(document.root, path, placeholders);
    switch (document.kind) {
      case SigmaDocument::Kind::rule:
        read_rule(reader, file);
        break;
      case SigmaDocument::Kind::correlation:
        read_correlation(reader, file);
        break;
      case SigmaDocument::Kind::filter:
        read_filter(reader, file);
        break;
    }
  }
  return file;
}

}  // namespace tocsin::detect
