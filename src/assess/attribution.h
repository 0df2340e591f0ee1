#pragma once

// Who is behind it: competing hypotheses, "unknown actor" always among them. The numbers are those of
// docs/assessment.md.

#include <string>
#include <vector>

#include "assess/sources.h"
#include "record/warning.h"

namespace tocsin::assess {

inline constexpr std::string_view kUnknownActor = "unknown actor";

/// One claim that says, or denies, that the actor is behind the activity.
struct Testimony {
  Origin origin;
  record::Factuality factuality = record::Factuality::actual;
  bool specific = false;           ///< names victim and way in
  bool denied_by_accused = false;  ///< the accused, or the state it is said to work for, denies: tells little
  bool denied_by_others = false;   ///< somebody else denies, e.g. the victim
  auto operator<=>(const Testimony&) const = default;
};

/// What is known of the actor beside testimony. Fits with many actors: supports, but can never carry.
struct Fit {
  bool sector = false;     ///< it is known to attack our sector
  bool country = false;    ///< … our country
  bool motive = false;     ///< the aim that is reported is one that it is known for
  bool technique = false;  ///< a technique that it is said to use was seen here
};

struct Rival {
  std::string name;
  std::vector<Testimony> testimonies;  ///< empty: it is only said to be active in our sector and country
};

struct AttributionInput {
  std::string actor;  ///< empty: nobody is named, the unknown actor has it all but for rivals
  std::vector<Testimony> testimonies;
  std::vector<Testimony> contradictions;  ///< claims that it is not this actor
  Fit fit;
  bool indicator_seen = false;  ///< an indicator that is said to be the actor's was seen in our logs
  std::vector<Rival> rivals;
};

/// The likelihood ratio of one testimony for the actor against "somebody else": at least 1.
double likelihood_ratio(const Testimony& testimony);

/// Hypotheses with probabilities in thousandths that sum to 1, most probable first. A further independent testimony
/// never lowers the actor's; fit alone multiplies its odds by at most 1.15, and only
/// where there is testimony.
std::vector<record::Hypothesis> weigh(const AttributionInput& input);

/// The independent ones of the testimonies.
std::vector<Voucher> vouchers_of(const std::vector<Testimony>& testimonies);

/// "Cyfirma (analyst, relayed)".
std::string origin_in_words(const Origin& origin);

}  // namespace tocsin::assess
