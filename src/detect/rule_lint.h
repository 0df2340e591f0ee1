#pragma once

// What is odd in rules that can be used: the habits that make rules miss, cry wolf or get lost. `tocsin check` shows it
// beside the errors of sigma_rule.h.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "detect/sigma_placeholders.h"
#include "detect/sigma_rule.h"
#include "event/schema.h"

namespace tocsin::detect {

/// The tags of ATT&CK that there are (packs/lint/attack-tags.yml).
class AttackTags {
 public:
  /// errors: those of reading the file; invalid
  static Result<AttackTags> load(const std::string& path);
  /// What is wrong with `tag`, the part behind "attack.": empty when nothing is, also for ids younger than the table.
  /// out: message and hint
  std::pair<std::string, std::string> problem_of(std::string_view tag) const;
  bool is_tactic(std::string_view tag) const { return tactics_.contains(std::string(tag)); }

 private:
  std::set<std::string> tactics_;
  std::set<std::string> ids_;                   ///< lower case
  std::map<std::string, std::string> revoked_;  ///< lower case → successor or empty
  std::map<char, std::uint64_t> highest_;       ///< number by the id's letter
};

/// The fields that events of a log source have (packs/lint/fields.yml): by category of Windows.
class KnownFields {
 public:
  static Result<KnownFields> load(const std::string& path);
  /// nullptr: nothing is known of such events.
  const std::vector<std::string>* of(const event::LogSourceQuery& query) const;

 private:
  std::map<std::string, std::vector<std::string>> by_category_;
};

/// Files one after the other; what several files have together is told at the later one. One thread.
class RuleLinter {
 public:
  /// in: packs: the folder of packs; schema: must outlive it
  /// errors: those of loading packs
  static Result<RuleLinter> load(const std::string& packs, const event::Schema& schema);

  /// Everything about one file, errors first come from reading it; by line.
  std::vector<Diagnostic> check(std::string_view text, const std::string& path, const Placeholders& placeholders);
  /// After the last file: references between files.
  std::vector<Diagnostic> finish();

 private:
  RuleLinter(AttackTags tags, KnownFields fields, const event::Schema& schema)
      : tags_(std::move(tags)), fields_(std::move(fields)), schema_(&schema) {}

  AttackTags tags_;
  KnownFields fields_;
  const event::Schema* schema_;
  std::unordered_map<std::string, std::string> id_places_;
  std::unordered_map<std::string, std::string> title_places_;
  std::vector<SigmaHead> heads_;
  std::vector<SigmaCorrelation> correlations_;
};

}  // namespace tocsin::detect
