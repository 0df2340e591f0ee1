#pragma once

// Strict reading of a YAML file of known shape: every key is asked for by name, what nobody asked for is an error with
// "did you mean", and all problems of the file are collected instead of the first one.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"

namespace tocsin::estate {

/// The problems of one file. One thread.
class Problems {
 public:
  /// `topic` begins the id of every rule: "estate" gives "estate/unknown-key".
  Problems(std::string source, std::string topic) : source_(std::move(source)), topic_(std::move(topic)) {}

  void error(const yaml::Node& node, std::string_view rule, std::string message, std::string hint = {});
  void warning(const yaml::Node& node, std::string_view rule, std::string message, std::string hint = {});
  /// An error of a function that knew nothing of the file, put at the node's place.
  void error(const yaml::Node& node, std::string_view rule, const Error& error);

  const std::string& source() const { return source_; }
  bool has_errors() const { return tocsin::has_errors(list_); }
  const std::vector<Diagnostic>& list() const { return list_; }
  std::vector<Diagnostic> take() { return std::move(list_); }

 private:
  void add(Severity severity, const yaml::Node& node, std::string_view rule, std::string message, std::string hint);
  std::string source_;
  std::string topic_;
  std::vector<Diagnostic> list_;
};

enum class Presence : std::uint8_t { optional, required };

/// A text with its place, so that later checks can still point at it.
struct Text {
  std::string value;
  const yaml::Node* node = nullptr;
};

/// One mapping of the file. Borrows the node, the problems and the keys asked for (literals). One thread.
class MappingReader {
 public:
  /// `what` names the mapping in messages: "asset", "organisation". A node that is no mapping is reported once.
  MappingReader(const yaml::Node& node, std::string_view what, Problems& problems);

  /// The member, or nullptr; a missing required one is reported.
  const yaml::Node* node(std::string_view key, Presence presence = Presence::optional);
  std::string string(std::string_view key, Presence presence = Presence::optional);
  Text text(std::string_view key, Presence presence = Presence::optional);
  std::optional<bool> boolean(std::string_view key, Presence presence = Presence::optional);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most,
                                      Presence presence = Presence::optional);
  /// "YYYY-MM-DD", or empty.
  std::string date(std::string_view key, Presence presence = Presence::optional);
  /// A sequence of texts, or one text standing for a sequence of one. Repeated ones are reported.
  std::vector<Text> texts(std::string_view key, Presence presence = Presence::optional);
  std::vector<std::string> strings(std::string_view key, Presence presence = Presence::optional);
  /// The items of a sequence; empty when absent.
  std::span<const yaml::Node> items(std::string_view key, Presence presence = Presence::optional);
  /// The index of the member in `names`, or nullopt; another word is reported with the nearest of them.
  std::optional<std::size_t> keyword(std::string_view key, std::span<const std::string_view> names,
                                     Presence presence = Presence::optional);

  /// Reports the keys that nobody asked for.
  void finish();

  bool is_mapping() const { return is_mapping_; }
  const yaml::Node& whole() const { return node_; }

 private:
  const yaml::Node& node_;
  std::string what_;
  Problems& problems_;
  bool is_mapping_;
  std::vector<std::string_view> known_;  ///< keys asked for
};

/// Reports a word that is not in `names`, with the nearest one as hint.
void report_unknown_word(Problems& problems, const yaml::Node& node, std::string_view what,
                         std::span<const std::string_view> names);

}  // namespace tocsin::estate
