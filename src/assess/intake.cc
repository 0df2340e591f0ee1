#include "assess/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "assess/directory.h"
#include "assess/wording.h"

namespace tocsin::assess {

namespace {

void append_field(std::string& key, std::string_view field) {
  key += fmt::format("{}:", field.size());
  key += field;
}

void append_term(std::string& key, const record::Term& term) {
  append_field(key, record::entity_type_name(term.type));
  append_field(key, name_key(term.name));
  append_field(key, term.country);
}

std::string quotes_of(const record::Claim& claim) {
  std::string quotes;
  for (const record::Evidence& evidence : claim.evidence) append_field(quotes, evidence.quote);
  return quotes;
}

/// When what the claim speaks of happened, as far as known: its own time, else that of the document.
std::optional<Instant> time_of(const record::Claim& claim, const record::DocumentInfo& document) {
  if (claim.time) {
    for (const auto& text : {claim.time->to, claim.time->from}) {
      if (!text) continue;
      if (auto instant = parse_any_date(*text)) return instant;
    }
  }
  return document.published ? parse_any_date(*document.published) : std::nullopt;
}

}  // namespace

std::optional<Instant> parse_any_date(std::string_view text) {
  std::string full(text);
  if (full.size() == 4) full += "-01";
  if (full.size() == 7) full += "-01";
  const auto parsed = full.size() == 10 ? parse_date(full) : parse_rfc3339(full);
  if (!parsed) return std::nullopt;
  return parsed->instant;
}

std::string_view document_of(const record::Claim& claim) {
  return claim.evidence.empty() ? std::string_view() : std::string_view(claim.evidence.front().document);
}

std::string content_key(const record::Claim& claim) {
  std::string key;
  append_field(key, record::predicate_name(claim.predicate));
  append_term(key, claim.subject);
  if (claim.object) append_term(key, *claim.object);
  append_field(key, record::factuality_name(claim.factuality));
  append_field(key, claim.negated ? "not" : "");
  for (const record::Claimant& claimant : claim.claimants) append_field(key, name_key(claimant.name));
  key += '|';
  std::vector<std::string> deniers;
  for (const record::Claimant& denier : claim.denied_by) deniers.push_back(name_key(denier.name));
  std::ranges::sort(deniers);
  for (const std::string& denier : deniers) append_field(key, denier);
  return key;
}

Intake take_in(const AssessInput& input, const SourceIndex& sources) {
  struct Entry {
    std::string content;
    std::string quotes;
    const record::Claim* claim;
    const record::DocumentInfo* document;
    std::uint64_t start() const { return claim->evidence.empty() ? 0 : claim->evidence.front().span.start; }
    auto order() const {
      return std::tuple(std::string_view(content), std::string_view(quotes), std::string_view(document->path), start());
    }
  };
  std::vector<Entry> entries;
  for (const record::DocumentReading& reading : input.readings) {
    for (const record::Claim& claim : reading.claims) {
      entries.push_back({content_key(claim), quotes_of(claim), &claim, &reading.document});
    }
  }
  std::ranges::stable_sort(entries, [](const Entry& a, const Entry& b) { return a.order() < b.order(); });

  Intake intake;
  const auto set_aside = [&](const Entry& entry, std::string reason) {
    intake.not_used.push_back({claim_note(*entry.claim), std::move(reason), entry.claim->evidence});
  };
  const Entry* previous = nullptr;
  for (const Entry& entry : entries) {
    const auto marking = input.document_markings.find(entry.document->path);
    if (marking != input.document_markings.end() && marking->second > input.estate.organisation.clearance) {
      set_aside(entry,
                fmt::format("the document is marked {}, above the organisation's clearance {}",
                            record::tlp_name(marking->second), record::tlp_name(input.estate.organisation.clearance)));
      continue;
    }
    const auto published = entry.document->published ? parse_any_date(*entry.document->published) : std::nullopt;
    if (published &&
        std::chrono::floor<std::chrono::days>(*published) > std::chrono::floor<std::chrono::days>(input.as_of)) {
      set_aside(entry, "published after the day of the assessment");
      continue;
    }
    // The same words again are a copy, whatever the path; only the first counts.
    const bool copy = previous != nullptr && previous->content == entry.content && previous->quotes == entry.quotes;
    previous = &entry;
    if (copy) continue;
    Item item{entry.claim, entry.document, sources.origin(*entry.claim, entry.document->path), false, false};
    item.contested = !entry.claim->denied_by.empty();
    const auto happened = time_of(*entry.claim, *entry.document);
    item.background = happened && *happened < input.as_of - std::chrono::days(input.options.fresh_days);
    intake.items.push_back(std::move(item));
  }
  return intake;
}

}  // namespace tocsin::assess
