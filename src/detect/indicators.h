#pragma once

// Indicators from text lists, looked up in the fields that hold such values.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/naive.h"
#include "detect/tests.h"
#include "event/schema.h"
#include "record/match.h"

namespace tocsin::detect {

/// One thread.
class IndicatorSet {
 public:
  explicit IndicatorSet(event::Schema& schema);

  struct Problem {
    std::uint32_t line = 0;
    std::string text;
  };
  /// One indicator a line, `#` starts a comment. Defanged forms (hxxp, [.]) are read. Out: lines that are none.
  std::vector<Problem> add_list(std::string_view text, const std::string& list);
  std::size_t size() const { return indicators_.size(); }

  struct Hit {
    record::MatchedIndicator indicator;
    event::FieldId field{};
    std::string value;  ///< of the event
    std::string test;   ///< "equals", "subdomain", "cidr", "prefix"
  };
  /// Every indicator that the event's values touch, once, ordered by value.
  std::vector<Hit> find(EventText& text) const;

 private:
  enum class Type : std::uint8_t { address, network, domain, url, md5, sha1, sha256 };
  struct Indicator {
    Type type;
    std::string value;
    std::uint32_t list;
  };
  struct Probe;

  bool add(std::string_view line, std::uint32_t list);
  void insert(Type type, std::string value, std::uint32_t list);

  std::vector<Indicator> indicators_;
  std::vector<std::string> lists_;
  std::unordered_map<std::string, std::uint32_t> by_value_;  ///< the type is plain from the value
  struct NetworkRow {
    Network network;
    std::uint32_t indicator;
  };
  std::vector<NetworkRow> networks_;
  struct FieldUse {
    event::FieldId field{};
    std::uint8_t uses = 0;
  };
  std::vector<FieldUse> fields_;
};

}  // namespace tocsin::detect
