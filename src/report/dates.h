#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/sentence.h"

namespace tocsin::report {

/// A date or a stretch of time that a sentence names.
struct DateMention {
  std::size_t begin = 0;  ///< tokens
  std::size_t end = 0;
  std::optional<std::string> from;  ///< first day, "2018-01-01"; absent where the document does not say
  std::optional<std::string> to;    ///< last day
};

/// Absolute dates ("2018", "March 2021", "1 March 2021", "2021-03-01", "2018年12月") and relative ones ("last month",
/// "in recent weeks", "in November"), these counted from `published` ("2021-03-01…") where it is known.
std::vector<DateMention> read_dates(const Sentence& sentence, const std::optional<std::string>& published);

}  // namespace tocsin::report
