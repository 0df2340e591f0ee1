#pragma once

// What the readers of indicators share: the document, what stands before a place, and how a record is made.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "record/indicator.h"
#include "report/document.h"
#include "report/extract.h"
#include "report/refang.h"

namespace tocsin::report {

/// A byte of a host or file name; of UTF-8, any.
inline bool is_name_byte(char c) {
  return is_ascii_alnum(c) || c == '-' || c == '_' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}
inline bool is_hex(char c) { return is_ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
std::string ascii_upper(std::string_view text);

/// Borrows document and options. One thread.
class IndicatorScene {
 public:
  IndicatorScene(const Document& document, const ExtractOptions& options)
      : text(document.text), document_(document), options_(options) {}

  /// Up to `length` bytes of text before `at`, lower case.
  std::string text_before(std::size_t at, std::size_t length) const;
  /// The word before `at`, lower case, without punctuation.
  std::string word_before(std::size_t at) const;

  /// An indicator at bytes [from, to) of a run, without value, confidence and rule.
  record::Indicator make(record::IndicatorType type, const Run& run, std::size_t from, std::size_t to) const;
  /// Keeps text bytes [from, to) as they are.
  void emit_raw(record::IndicatorType type, std::size_t from, std::size_t to, record::Confidence confidence,
                std::string_view rule);
  /// Suppresses what lies in a reserved range.
  void reserve(record::Indicator& made, const std::optional<record::Suppression>& reserved,
               bool is_documentation) const;
  /// `host`: the domain that it leads to, for what belongs to the page itself.
  void keep(record::Indicator made, std::string_view host);
  /// Hands out what was kept, in order of places.
  void flush(const std::function<void(record::Indicator)>& sink);

  std::string_view text;

 private:
  record::Indicator at_text(record::IndicatorType type, std::size_t from, std::size_t to) const;

  const Document& document_;
  const ExtractOptions& options_;
  std::vector<record::Indicator> found_;  ///< in the run in work
};

/// One family of readers. Each gives the offset in the run behind what it has read, or `at`.
class IndicatorPart {
 public:
  explicit IndicatorPart(IndicatorScene& scene) : scene_(scene), text_(scene.text) {}

 protected:
  std::string text_before(std::size_t at, std::size_t length) const { return scene_.text_before(at, length); }
  std::string word_before(std::size_t at) const { return scene_.word_before(at); }
  record::Indicator make(record::IndicatorType type, const Run& run, std::size_t from, std::size_t to) const {
    return scene_.make(type, run, from, to);
  }
  void reserve(record::Indicator& made, const std::optional<record::Suppression>& reserved,
               bool is_documentation) const {
    scene_.reserve(made, reserved, is_documentation);
  }
  void keep(record::Indicator made, std::string_view host) { scene_.keep(std::move(made), host); }

  IndicatorScene& scene_;
  std::string_view text_;
};

}  // namespace tocsin::report
