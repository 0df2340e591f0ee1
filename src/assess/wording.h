#pragma once

// How claims, weaknesses, motives and places are put into plain English sentences.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "record/claim.h"
#include "record/exposure.h"

namespace tocsin::assess {

/// "web servers" for "web-server"; other words with their hyphens as spaces.
std::string weakness_in_words(std::string_view weakness);
/// "theft of intellectual property" for "intellectual-property-theft".
std::string motive_in_words(std::string_view motive);

/// "a, b and c"; over `most` items "a, b and 4 more".
std::string list_in_words(std::span<const std::string> items, std::size_t most = ~std::size_t{0});
/// "no reports", "one report", "three reports", "13 reports".
std::string count_in_words(std::size_t count, std::string_view one, std::string_view many);

/// "is" or "are", after the words of the name: "APT10 is", "North Korean hackers are".
bool is_plural(std::string_view name);

/// "Cyfirma, relayed by Reuters," or "The report" where nobody is named.
std::string claimants_in_words(const record::Claim& claim);
/// The object as it stands after a verb: "the vaccines sector", "web servers", "India".
std::string term_in_words(const record::Term& term);
/// "APT10 is targeting Serum Institute of India", "North Korean hackers have tried to target AstraZeneca"; the
/// time in the source's own words comes in brackets, and a claimant who speaks of itself is "it".
std::string claim_in_words(const record::Claim& claim);
/// The same with who says it: "Cyfirma, relayed by Reuters, says that APT10 is targeting Serum Institute of India."
std::string claim_sentence(const record::Claim& claim);
/// The same for lists: "Cyfirma, relayed by Reuters: APT10 is targeting Serum Institute of India".
std::string claim_note(const record::Claim& claim);

/// "2 March 2021, 06:30 UTC" for an RFC 3339 time, "2 March 2021" for a date; other text as one line.
std::string time_in_words(std::string_view time);
std::string time_in_words(Instant instant);
/// "2021-03-02 06:30:11 UTC": where log records are looked up by it; other text as one line.
std::string second_in_words(std::string_view time);

/// "3 days and forensic investigation by CISA BOD 26-04".
std::string priority_in_words(const record::Priority& priority);

/// A quote in quotation marks, unless it brings its own.
std::string quoted(std::string_view text);

/// First letter upper case (ASCII), the rest as it is.
std::string capitalised(std::string text);
/// One line of plain text: control characters and line ends become single spaces.
std::string one_line(std::string_view text);

}  // namespace tocsin::assess
