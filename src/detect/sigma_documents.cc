#include "detect/sigma_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "detect/sigma_values.h"

namespace tocsin::detect {

namespace {

constexpr std::string_view kAction = "action";

yaml::Node merged(const yaml::Node& base, const yaml::Node& over) {
  if (!base.is_mapping() || !over.is_mapping()) return over;
  yaml::Node out = base;
  out.begin = over.begin;
  for (const yaml::Pair& pair : over.pairs) {
    const auto found =
        std::ranges::find(out.pairs, pair.key.text, [](const yaml::Pair& known) { return known.key.text; });
    if (found == out.pairs.end()) {
      out.pairs.push_back(pair);
    } else {
      found->value = merged(found->value, pair.value);
    }
  }
  return out;
}

/// Carries out the actions of one file's documents, in order.
class Collection {
 public:
  explicit Collection(const std::string& path) : problems_(path) {}

  void add(const yaml::Node& document) {
    const auto action =
        std::ranges::find(document.pairs, kAction, [](const yaml::Pair& pair) { return pair.key.text; });
    if (action == document.pairs.end()) return add_plain(document);
    yaml::Node rest = document;
    std::erase_if(rest.pairs, [](const yaml::Pair& pair) { return pair.key.text == kAction; });
    const std::string& word = action->value.text;
    if (!action->value.is_scalar() || (word != "global" && word != "reset" && word != "repeat")) {
      return problems_.error(action->value.begin, "sigma/action", fmt::format("unknown action '{}'", word),
                             "global, reset or repeat");
    }
    if (is_apart(rest) && word != "reset") {
      return problems_.error(action->value.begin, "sigma/action",
                             fmt::format("'action: {}' has no meaning for correlation and filter documents", word));
    }
    if (word == "global") {
      global_ = global_ ? merged(*global_, rest) : rest;
      previous_ = global_;
    } else if (word == "reset") {
      global_.reset();
      if (!rest.pairs.empty()) {
        problems_.warning(rest.pairs.front().key.begin, "sigma/action",
                          "'action: reset' stands alone: what else its document says is passed over",
                          "put the rule into a document of its own");
      }
    } else if (!previous_) {
      problems_.error(action->value.begin, "sigma/action", "'action: repeat' has no rule before it in this file");
    } else {
      previous_ = merged(*previous_, rest);
      out_.documents.push_back({SigmaDocument::Kind::rule, *previous_});
    }
  }

  SigmaDocuments take() {
    out_.problems = problems_.take();
    return std::move(out_);
  }

 private:
  static bool is_apart(const yaml::Node& node) {
    return node.find("correlation") != nullptr || node.find("filter") != nullptr;
  }

  void add_plain(const yaml::Node& document) {
    if (document.find("correlation") != nullptr) {
      out_.documents.push_back({SigmaDocument::Kind::correlation, document});
    } else if (document.find("filter") != nullptr) {
      out_.documents.push_back({SigmaDocument::Kind::filter, document});
    } else {
      yaml::Node whole = document;
      if (global_ && document.is_mapping()) {
        warn_of_overrides(document, *global_);
        whole = merged(document, *global_);
        whole.begin = document.begin;
      }
      if (whole.is_mapping()) previous_ = whole;
      out_.documents.push_back({SigmaDocument::Kind::rule, std::move(whole)});
    }
  }

  /// Recursion is as deep as the YAML, which is bounded.
  void warn_of_overrides(const yaml::Node& own, const yaml::Node& global) {
    for (const yaml::Pair& pair : own.pairs) {
      const yaml::Node* over = global.find(pair.key.text);
      if (over == nullptr) continue;
      if (over->is_mapping() && pair.value.is_mapping()) {
        warn_of_overrides(pair.value, *over);
      } else {
        problems_.warning(pair.key.begin, "sigma/global-overrides",
                          fmt::format("the global document's '{}' replaces this one", pair.key.text),
                          "leave it out of one of the two");
      }
    }
  }

  Problems problems_;
  std::optional<yaml::Node> global_;
  std::optional<yaml::Node> previous_;
  SigmaDocuments out_;
};

}  // namespace

SigmaDocuments parse_documents(std::string_view text, const std::string& path) {
  const auto documents = yaml::parse_all(text, {.source = path});
  if (!documents) {
    const Error& error = documents.error();
    SigmaDocuments out;
    out.problems.push_back({Severity::error, "sigma/yaml", error.message, error.where, {}, error.hint});
    if (out.problems.back().where.source.empty()) out.problems.back().where.source = path;
    return out;
  }
  Collection collection(path);
  for (const yaml::Node& document : *documents) {
    if (!document.is_null()) collection.add(document);
  }
  return collection.take();
}

}  // namespace tocsin::detect
