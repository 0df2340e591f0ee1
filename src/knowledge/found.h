#pragma once

// What a search of the store finds, and how it is printed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::knowledge {

/// Whose a name is according to another record that carries it, maybe for another actor.
struct NameUser {
  std::string user;
  std::string asserted_by;
  bool operator==(const NameUser&) const = default;
};

/// One name of a found record: whose it is, and who says that the record has it.
struct FoundName {
  std::string text;
  std::string relation;              ///< name, same-as, overlaps, part-of, disputed, external-id
  std::vector<std::string> used_by;  ///< empty = the asserter doesn't say
  std::string asserted_by;
  std::string reference;                 ///< what the asserter cites, or empty
  std::vector<NameUser> elsewhere = {};  ///< where the asserter does not say: whose other records say it is
  bool operator==(const FoundName&) const = default;
};

/// What somebody says about the record and another one; a step that is shown and not taken.
struct FoundLink {
  std::string relation;  ///< "similar", "revoked-by", "attributed-to" …
  bool outgoing = true;  ///< the record is the source
  std::string id;        ///< of the other record
  std::string type;
  std::string name;
  std::string asserted_by;
  std::optional<int> confidence;
  bool operator==(const FoundLink&) const = default;
};

enum class MatchKind : std::uint8_t { exact, prefix, text };
std::string_view match_kind_name(MatchKind kind);

struct FoundRecord {
  std::string id;
  std::string type;
  std::string name;
  std::string description;
  std::string asserted_by;  ///< whose record it is
  std::string origin;       ///< suspected origin of an actor, or empty
  std::string origin_asserted_by;
  std::string modified;  ///< as in the source
  bool revoked = false;
  MatchKind match = MatchKind::exact;
  FoundName matched;             ///< the name that matched; text matches: the record's own name
  std::vector<FoundName> names;  ///< the own name first, then by relation and text
  std::vector<FoundLink> links;  ///< between names of things; not uses and targets
  std::vector<std::pair<std::string, std::uint64_t>> other_links;  ///< relation, how many: {"uses", 38}
  std::vector<std::string> documents;                              ///< where it came from
  bool operator==(const FoundRecord&) const = default;
};

struct FindResult {
  std::string query;
  std::vector<FoundRecord> records = {};
  std::uint64_t left_off = 0;  ///< more than the limit
};

/// For people, in `columns` columns at most where names allow.
std::string print_found(const FindResult& result);
/// One JSON line a record, kind "known".
std::string print_record(const FoundRecord& record);

}  // namespace tocsin::knowledge
