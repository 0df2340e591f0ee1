#include "assess/directory.h"

#include <algorithm>
#include <array>

#include "base/unicode.h"

namespace tocsin::assess {

namespace {

using record::EntityType;
using record::KnownEntity;

// Forms of companies that reports leave out or add at will.
constexpr auto kLegalForms = std::to_array<std::string_view>(
    {"ltd", "limited", "inc",     "incorporated", "corp", "corporation", "co",  "company", "llc", "llp",
     "plc", "pvt",     "private", "gmbh",         "ag",   "sa",          "spa", "srl",     "bv",  "nv",
     "oy",  "ab",      "as",      "pty",          "pte",  "kk",          "se",  "kg"});

// Words that no short form may end with: "Bank of" is nobody's name.
constexpr auto kJoiners = std::to_array<std::string_view>({"of", "the", "and", "for", "de", "von", "du", "la"});

bool counts_as_same(std::string_view relation) {
  return relation == "same-as" || relation == "abbreviation" || relation == "demonym" || relation.empty();
}

bool contains(const auto& range, std::string_view value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

bool starts_with_words(std::string_view text, std::string_view words) {
  return text.size() > words.size() && text.starts_with(words) && text[words.size()] == ' ';
}

}  // namespace

std::string name_key(std::string_view name) {
  const std::string folded = fold_case(normalize_nfkc(name));
  std::string key;
  key.reserve(folded.size());
  std::size_t at = 0;
  while (at < folded.size()) {
    const std::size_t begin = at;
    const char32_t code_point = decode_utf8(folded, at);
    const bool is_word = code_point >= 0x80 ? is_letter(code_point) || is_cjk(code_point)
                                            : is_ascii_alnum(static_cast<char>(code_point));
    if (is_word) {
      key.append(folded, begin, at - begin);
    } else if (code_point != '\'' && code_point != 0x2019 && !key.empty() && key.back() != ' ') {
      key.push_back(' ');
    }
  }
  while (!key.empty() && key.back() == ' ') key.pop_back();
  for (;;) {
    const auto space = key.rfind(' ');
    if (space == std::string::npos || !contains(kLegalForms, std::string_view(key).substr(space + 1))) {
      return key;
    }
    key.resize(space);
  }
}

Directory::Directory(const record::KnownEntities& known, const std::vector<record::DocumentReading>& readings) {
  for (const KnownEntity& entity : known) {
    const auto add = [&](std::string_view text, bool needs_context) {
      auto& entries = by_name_[name_key(text)];
      const auto found = std::ranges::find(entries, &entity, &Entry::entity);
      if (found == entries.end()) {
        entries.push_back({&entity, needs_context});
      } else {
        found->needs_context &= needs_context;
      }
    };
    for (const record::Name& name : entity.names) {
      if (counts_as_same(name.relation)) add(name.text, name.needs_context);
    }
    if (!by_name_.contains(name_key(entity.name))) add(entity.name, false);
    if (entity.type == EntityType::location && !entity.country.empty()) {
      country_names_.try_emplace(entity.country, entity.name);
    }
  }
  for (const record::DocumentReading& reading : readings) {
    for (const record::Entity& entity : reading.entities) {
      const bool wanted = entity.type == EntityType::sector || entity.type == EntityType::location;
      if (wanted && !record::is_noise(entity.zone)) mentions_[reading.document.path].push_back(&entity);
    }
  }
}

const KnownEntity* Directory::find(std::string_view name, std::initializer_list<EntityType> types) const {
  const auto found = by_name_.find(name_key(name));
  if (found == by_name_.end()) return nullptr;
  const KnownEntity* only = nullptr;
  for (const Entry& entry : found->second) {
    if (std::ranges::find(types, entry.entity->type) == types.end()) continue;
    if (only != nullptr) return nullptr;
    only = entry.entity;
  }
  return only;
}

const KnownEntity* Directory::find_actor(const record::Term& term) const {
  return find(term.name, {EntityType::intrusion_set, EntityType::threat_actor, EntityType::campaign});
}

const KnownEntity* Directory::find_organisation(std::string_view name) const {
  return find(name, {EntityType::identity});
}

std::string Directory::sector(std::string_view name) const {
  const KnownEntity* entity = find(name, {EntityType::sector});
  return entity != nullptr ? entity->name : name_key(name);
}

std::vector<std::string> Directory::sector_line(std::string_view name) const {
  constexpr std::size_t kMaxDepth = 16;
  std::vector<std::string> line{sector(name)};
  while (line.size() < kMaxDepth) {
    const KnownEntity* entity = find(line.back(), {EntityType::sector});
    if (entity == nullptr || entity->parent.empty()) break;
    std::string parent = sector(entity->parent);
    if (contains(line, parent)) break;
    line.push_back(std::move(parent));
  }
  return line;
}

bool Directory::same_sector(std::string_view a, std::string_view b) const {
  return contains(sector_line(a), sector(b)) || contains(sector_line(b), sector(a));
}

std::string Directory::country_of(const record::Term& location) const {
  if (!location.country.empty()) return location.country;
  if (location.type != EntityType::location) return {};
  const KnownEntity* entity = find(location.name, {EntityType::location});
  if (entity != nullptr) return entity->country;
  return country_names_.contains(location.name) ? location.name : std::string();
}

std::string Directory::country_name(std::string_view alpha2) const {
  const auto found = country_names_.find(alpha2);
  return found != country_names_.end() ? found->second : std::string(alpha2);
}

Setting Directory::setting_in_name(std::string_view name) const {
  constexpr std::size_t kMostWords = 4;
  constexpr std::size_t kShortest = 4;  // "IT" and "US" stand in many names
  const std::string key = name_key(name);
  std::vector<std::size_t> starts{0};
  for (std::size_t at = key.find(' '); at != std::string::npos; at = key.find(' ', at + 1)) starts.push_back(at + 1);
  starts.push_back(key.size() + 1);
  Setting setting;
  for (std::size_t from = 0; from + 1 < starts.size(); ++from) {
    for (std::size_t words = 1; words <= kMostWords && from + words < starts.size(); ++words) {
      const std::string_view part = std::string_view(key).substr(starts[from], starts[from + words] - starts[from] - 1);
      const auto found = part.size() >= kShortest ? by_name_.find(part) : by_name_.end();
      if (found == by_name_.end()) continue;
      for (const Entry& entry : found->second) {
        // Words that need an industry word beside them have it here: they stand in the name of a firm.
        if (entry.entity->type == EntityType::sector) setting.sectors.insert(entry.entity->name);
        if (entry.entity->type == EntityType::location && !entry.needs_context && !entry.entity->country.empty()) {
          setting.countries.insert(entry.entity->country);
        }
      }
    }
  }
  return setting;
}

Setting Directory::setting_around(const record::Claim& claim) const {
  Setting setting;
  const KnownEntity* attacker = find_actor(claim.subject);
  for (const record::Evidence& evidence : claim.evidence) {
    const auto found = mentions_.find(evidence.document);
    if (found == mentions_.end()) continue;
    for (const record::Entity* mention : found->second) {
      const bool inside = mention->span.page == evidence.span.page && mention->span.start >= evidence.span.start &&
                          mention->span.end <= evidence.span.end;
      if (!inside) continue;
      if (mention->type == EntityType::sector) {
        setting.sectors.insert(sector(mention->name));
        continue;
      }
      std::string country = country_of({EntityType::location, mention->name, mention->id});
      const bool of_attacker =
          country == claim.subject.country || (attacker != nullptr && country == attacker->country);
      if (!country.empty() && !of_attacker) setting.countries.insert(std::move(country));
    }
  }
  return setting;
}

NameMatch Directory::match_names(const std::vector<std::string_view>& own, std::string_view name) const {
  const std::string key = name_key(name);
  if (key.empty()) return NameMatch::none;
  const KnownEntity* meant = find_organisation(name);
  NameMatch best = NameMatch::none;
  for (const std::string_view text : own) {
    const std::string own_key = name_key(text);
    if (own_key == key) return NameMatch::full;
    const KnownEntity* own_entity = find_organisation(text);
    if (meant != nullptr && own_entity == meant) return NameMatch::full;
    if (meant != nullptr || !starts_with_words(own_key, key)) continue;
    const auto space = key.rfind(' ');
    if (space == std::string::npos || contains(kJoiners, std::string_view(key).substr(space + 1))) continue;
    best = NameMatch::short_form;
  }
  return best;
}

NameMatch Directory::matches(const record::Organisation& organisation, std::string_view name) const {
  std::vector<std::string_view> own{organisation.name};
  own.insert(own.end(), organisation.names.begin(), organisation.names.end());
  return match_names(own, name);
}

bool Directory::matches(const record::Supplier& supplier, std::string_view name) const {
  std::vector<std::string_view> own{supplier.name};
  own.insert(own.end(), supplier.names.begin(), supplier.names.end());
  return match_names(own, name) != NameMatch::none;
}

}  // namespace tocsin::assess
