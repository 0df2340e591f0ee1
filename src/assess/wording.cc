#include "assess/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/unicode.h"

namespace tocsin::assess {

namespace {

using record::EntityType;
using record::Factuality;
using record::Predicate;
using Words = std::pair<std::string_view, std::string_view>;

constexpr auto kWeaknesses = std::to_array<Words>({{"web-server", "web servers"},
                                                   {"web-application", "web applications"},
                                                   {"content-management-system", "content management systems"},
                                                   {"supply-chain-software", "supply chain software"},
                                                   {"remote-access", "remote access"},
                                                   {"email", "e-mail"},
                                                   {"credentials", "accounts and passwords"},
                                                   {"unpatched-software", "software without its updates"},
                                                   {"misconfiguration", "wrongly configured systems"},
                                                   {"network-device", "network devices"},
                                                   {"cloud", "cloud services"},
                                                   {"third-party", "suppliers and service providers"},
                                                   {"operational-technology", "control systems of plants"},
                                                   {"other", "other systems"}});

constexpr auto kMotives = std::to_array<Words>({{"intellectual-property-theft", "theft of intellectual property"},
                                                {"espionage", "espionage"},
                                                {"surveillance", "surveillance of people"},
                                                {"sabotage", "sabotage"},
                                                {"pre-positioning", "quiet access for a later conflict"},
                                                {"influence-operations", "influence on public opinion"},
                                                {"extortion", "extortion"},
                                                {"financial-theft", "theft of money"},
                                                {"revenue-for-state", "money for a state"},
                                                {"organizational-gain", "an advantage for an organisation or a state"},
                                                {"personal-gain", "money or advantage for persons"}});

constexpr auto kNumbers = std::to_array<std::string_view>(
    {"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"});

constexpr auto kMonths =
    std::to_array<std::string_view>({"January", "February", "March", "April", "May", "June", "July", "August",
                                     "September", "October", "November", "December"});

constexpr auto kPluralHeads =
    std::to_array<std::string_view>({"hackers", "attackers", "actors", "groups", "criminals", "spies", "operators",
                                     "gangs", "affiliates", "people", "adversaries", "intruders", "cybercriminals"});

struct Verb {
  std::string_view singular;  ///< "is targeting"
  std::string_view plural;
  std::string_view base;  ///< "target"; "be …" for states
};

// In the order of Predicate.
constexpr auto kVerbs = std::to_array<Verb>({
    {"is targeting", "are targeting", "target"},
    {"uses", "use", "use"},
    {"is exploiting", "are exploiting", "exploit"},
    {"is attributed to", "are attributed to", "be attributed to"},
    {"is located in", "are located in", "be located in"},
    {"comes from", "come from", "come from"},
    {"delivers", "deliver", "deliver"},
    {"drops", "drop", "drop"},
    {"downloads", "download", "download"},
    {"communicates with", "communicate with", "communicate with"},
    {"impersonates", "impersonate", "impersonate"},
    {"is a variant of", "are variants of", "be a variant of"},
    {"has compromised", "have compromised", "compromise"},
    {"sends stolen data to", "send stolen data to", "send stolen data to"},
    {"hosts", "host", "host"},
    {"owns", "own", "own"},
    {"reports back to", "report back to", "report back to"},
    {"points to", "point to", "point to"},
    {"is also known as", "are also known as", "be also known as"},
    {"is part of", "are part of", "be part of"},
    {"has weaknesses in its", "have weaknesses in their", "have weaknesses in its"},
    {"aims at", "aim at", "aim at"},
    {"has informed", "have informed", "inform"},
    {"did not comment", "did not comment", "comment"},
    {"denies", "deny", "deny"},
    {"confirms", "confirm", "confirm"},
});
static_assert(kVerbs.size() == static_cast<std::size_t>(Predicate::confirms) + 1);

/// "Hackers linked to China" → "hackers linked to China": a description that began a sentence is no name. "Lazarus" and
/// "North Korean hackers" stay.
std::string without_sentence_capital(std::string text) {
  const std::string first = ascii_lower(std::string_view(text).substr(0, text.find(' ')));
  if (std::ranges::find(kPluralHeads, first) != kPluralHeads.end()) text.replace(0, first.size(), first);
  return text;
}

/// "US government" → "the US government", "Ministry of State Security" → "the Ministry …"; other names as they are.
std::string with_article(std::string name) {
  const bool is_body = name.ends_with(" government") || name.ends_with(" Government") ||
                       name.starts_with("Ministry of ") || name.starts_with("Department of ");
  return is_body && !name.starts_with("the ") && !name.starts_with("The ") ? "the " + name : name;
}

std::string spaced(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '-', ' ');
  return out;
}

std::string look_up(std::span<const Words> table, std::string_view key) {
  const auto found = std::ranges::find(table, key, &Words::first);
  return found != table.end() ? std::string(found->second) : one_line(spaced(key));
}

std::string predicate_in_words(const record::Claim& claim, bool plural) {
  const Verb& verb = kVerbs[static_cast<std::size_t>(claim.predicate)];
  const bool state = verb.base.starts_with("be ");
  const std::string_view not_word = claim.negated ? "not " : "";
  switch (claim.factuality) {
    case Factuality::attempted:
      return fmt::format("{} {}tried to {}", plural ? "have" : "has", not_word, verb.base);
    case Factuality::possible:
      return fmt::format("may {}{}", not_word, verb.base);
    case Factuality::planned:
      return fmt::format("{}{} to {}", claim.negated ? (plural ? "do not " : "does not ") : "",
                         plural || claim.negated ? "plan" : "plans", verb.base);
    case Factuality::actual:
    case Factuality::generic:
      break;
  }
  if (!claim.negated) return std::string(plural ? verb.plural : verb.singular);
  if (state) return fmt::format("{} not {}", plural ? "are" : "is", verb.base.substr(3));
  return fmt::format("{} not {}", plural ? "do" : "does", verb.base);
}

}  // namespace

std::string weakness_in_words(std::string_view weakness) { return look_up(kWeaknesses, weakness); }
std::string motive_in_words(std::string_view motive) { return look_up(kMotives, motive); }

std::string list_in_words(std::span<const std::string> items, std::size_t most) {
  const std::size_t shown = items.size() <= most + 1 || most == ~std::size_t{0} ? items.size() : most;
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i != 0) out += i + 1 == items.size() ? " and " : ", ";
    out += items[i];
  }
  if (shown < items.size()) out += fmt::format(" and {} more", items.size() - shown);
  return out;
}

std::string count_in_words(std::size_t count, std::string_view one, std::string_view many) {
  const std::string_view noun = count == 1 ? one : many;
  return count < kNumbers.size() ? fmt::format("{} {}", kNumbers[count], noun) : fmt::format("{} {}", count, noun);
}

bool is_plural(std::string_view name) {
  // "attackers from China", "hackers linked to Russia": the head stands before.
  for (const std::string_view joint : {" from ", " linked ", " in ", " of ", " based ", " with ", " working "}) {
    name = name.substr(0, name.find(joint));
  }
  const auto space = name.rfind(' ');
  const std::string last = ascii_lower(space == std::string_view::npos ? name : name.substr(space + 1));
  return std::ranges::find(kPluralHeads, last) != kPluralHeads.end();
}

std::string claimants_in_words(const record::Claim& claim) {
  std::vector<std::string> names;
  for (const record::Claimant& claimant : claim.claimants) {
    std::string name = with_article(one_line(claimant.name));
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  if (names.empty()) return "The report";
  if (names.size() == 1) return names.front();
  const std::vector<std::string> relays(names.begin() + 1, names.end());
  return fmt::format("{}, relayed by {},", names.front(), list_in_words(relays));
}

std::string term_in_words(const record::Term& term) {
  switch (term.type) {
    case EntityType::weakness:
      return weakness_in_words(term.name);
    case EntityType::motive:
      return motive_in_words(term.name);
    case EntityType::sector:
      return fmt::format("the {} sector", one_line(spaced(term.name)));
    default:
      return with_article(without_sentence_capital(one_line(term.name)));
  }
}

std::string claim_in_words(const record::Claim& claim) {
  const std::string subject = term_in_words(claim.subject);
  // "Nilgiri Cyber says that it has informed …"
  const bool own = !claim.claimants.empty() && one_line(claim.claimants.front().name) == one_line(claim.subject.name);
  std::string out = fmt::format("{} {}", own ? "it" : subject, predicate_in_words(claim, !own && is_plural(subject)));
  if (claim.object && claim.predicate != Predicate::declined_to_comment) out += " " + term_in_words(*claim.object);
  if (claim.time && !claim.time->text.empty()) out += fmt::format(" (“{}”)", one_line(claim.time->text));
  return out;
}

std::string claim_sentence(const record::Claim& claim) {
  return capitalised(fmt::format("{} says that {}.", claimants_in_words(claim), claim_in_words(claim)));
}

std::string claim_note(const record::Claim& claim) {
  std::string who = claimants_in_words(claim);
  if (who.ends_with(',')) who.pop_back();
  return capitalised(fmt::format("{}: {}", who, claim_in_words(claim)));
}

std::string time_in_words(Instant instant) {
  using namespace std::chrono;
  const auto midnight = floor<days>(instant);
  const year_month_day date(midnight);
  const hh_mm_ss clock(floor<seconds>(instant - midnight));
  return fmt::format("{} {} {}, {:02}:{:02} UTC", static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count());
}

std::string time_in_words(std::string_view time) {
  const bool date_only = time.size() == 10;
  const auto parsed = date_only ? parse_date(time) : parse_rfc3339(time);
  if (!parsed) return one_line(time);
  std::string words = time_in_words(parsed->instant);
  return date_only ? words.substr(0, words.find(',')) : words;
}

std::string second_in_words(std::string_view time) {
  const auto parsed = parse_rfc3339(time);
  if (!parsed) return one_line(time);
  const std::string text = print_rfc3339(parsed->instant, 0);
  return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 8));
}

std::string priority_in_words(const record::Priority& priority) {
  const std::string table = priority.table == "cisa-bod-26-04" ? "CISA BOD 26-04" : one_line(priority.table);
  std::string decision = one_line(priority.decision);
  if (const std::size_t at = decision.find(" & "); at != std::string::npos) decision.replace(at, 3, " and ");
  return fmt::format("{} by {}", decision, table);
}

std::string quoted(std::string_view text) {
  std::string line = one_line(text);
  const bool has_marks = line.starts_with("“") || line.starts_with('"') || line.starts_with("「");
  return has_marks || line.empty() ? line : fmt::format("“{}”", line);
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string one_line(std::string_view text) {
  const std::string valid = replace_invalid_utf8(text);
  std::string out;
  std::size_t at = 0;
  while (at < valid.size()) {
    const std::size_t begin = at;
    const char32_t code_point = decode_utf8(valid, at);
    // C0, DEL, C1, line and paragraph separators, and the controls that turn the direction of text around.
    const bool control = code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x2028 ||
                         code_point == 0x2029 || (code_point >= 0x202A && code_point <= 0x202E) ||
                         (code_point >= 0x2066 && code_point <= 0x2069) || code_point == ' ';
    if (!control) {
      out.append(valid, begin, at - begin);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace tocsin::assess
