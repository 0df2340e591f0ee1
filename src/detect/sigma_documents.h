#pragma once

// A file of Sigma → its documents, rule collections (`action`) carried out.
//
//   global   its content is laid over every rule that follows in the file; a second one adds to the first
//   reset    ends that; whatever else such a document says would be lost, which is a warning
//   repeat   the rule before once more, with this document's content laid over it (a global one counts as before)
//
// "Laid over" is key by key, mappings on both sides merged; what a global says wins over a rule's own word for the same
// key, as in the tools that these files were written for, and that is a warning. Correlation and filter documents stand
// apart: no global touches them and none is repeated.

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"

namespace tocsin::detect {

struct SigmaDocument {
  enum class Kind : std::uint8_t { rule, correlation, filter };
  Kind kind = Kind::rule;
  yaml::Node root;  ///< without `action`; a mapping, or whatever stands in its place
};

struct SigmaDocuments {
  std::vector<SigmaDocument> documents;
  std::vector<Diagnostic> problems;  ///< of YAML and of actions: errors cost the document, not the file
};

/// in: path: for the problems' places
SigmaDocuments parse_documents(std::string_view text, const std::string& path);

}  // namespace tocsin::detect
