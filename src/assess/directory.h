#pragma once

// The known entities as a look-up: which one a name means, which sector lies under which, where a country is, and which
// sectors and places a passage of a document mentions.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "record/claim.h"
#include "record/names.h"
#include "record/organisation.h"

namespace tocsin::assess {

/// A name for comparison: NFKC, case folded, punctuation as single spaces, legal forms at the end ("Ltd") left out.
std::string name_key(std::string_view name);

/// How well a name means an organisation.
enum class NameMatch : std::uint8_t { none, short_form, full };

/// Sectors and countries (alpha-2) that a name or a passage speaks of.
struct Setting {
  std::set<std::string> sectors;
  std::set<std::string> countries;
};

/// Borrows entities and readings; thread-safe after construction.
class Directory {
 public:
  explicit Directory(const record::KnownEntities& known, const std::vector<record::DocumentReading>& readings = {});
  Directory(record::KnownEntities&&) = delete;

  /// The entity that `name` means as one of these types; nullptr when none or more than one does. Names that only
  /// overlap, are part of or are disputed lead nowhere: nothing is merged transitively.
  const record::KnownEntity* find(std::string_view name, std::initializer_list<record::EntityType> types) const;
  const record::KnownEntity* find_actor(const record::Term& term) const;
  const record::KnownEntity* find_organisation(std::string_view name) const;

  /// Canonical name where the sector is known, else the name's key.
  std::string sector(std::string_view name) const;
  /// `name`, its parent, that one's parent … (at most 16; a cycle ends).
  std::vector<std::string> sector_line(std::string_view name) const;
  /// One is the other or lies above or under it.
  bool same_sector(std::string_view a, std::string_view b) const;

  /// alpha-2 of a location term, or empty.
  std::string country_of(const record::Term& location) const;
  /// "India" for "IN"; the code itself when it is not known.
  std::string country_name(std::string_view alpha2) const;

  /// What a name says by its own words: "Bharat Biotech" of a sector, "Serum Institute of India" of a country.
  Setting setting_in_name(std::string_view name) const;
  /// What is mentioned where the claim stands, but for the countries of the attacker.
  Setting setting_around(const record::Claim& claim) const;

  /// Does `name` mean this organisation? A short form is the beginning of a name of at least two words ("Serum
  /// Institute"), and not the name of another organisation that is known.
  NameMatch matches(const record::Organisation& organisation, std::string_view name) const;
  bool matches(const record::Supplier& supplier, std::string_view name) const;

 private:
  NameMatch match_names(const std::vector<std::string_view>& own, std::string_view name) const;

  struct Entry {
    const record::KnownEntity* entity = nullptr;
    bool needs_context = false;
  };
  std::map<std::string, std::vector<Entry>, std::less<>> by_name_;
  std::map<std::string_view, std::vector<const record::Entity*>> mentions_;  ///< sectors and places, by document
  std::map<std::string, std::string, std::less<>> country_names_;
};

}  // namespace tocsin::assess
