#pragma once

// A few names for the tests of this room, which may not read packs/names itself.

#include <initializer_list>
#include <string>
#include <utility>

#include "record/names.h"

namespace tocsin::report {

struct FixtureName {
  const char* text;
  const char* relation = "same-as";
  bool needs_context = false;
  bool case_sensitive = false;
};

inline record::KnownEntity known(record::EntityType type, std::initializer_list<FixtureName> names,
                                 std::string country = {}) {
  record::KnownEntity entity;
  entity.type = type;
  entity.name = names.begin()->text;
  entity.country = std::move(country);
  for (const FixtureName& name : names) {
    record::Name made;
    made.text = name.text;
    made.relation = name.relation;
    made.needs_context = name.needs_context;
    made.case_sensitive = name.case_sensitive;
    entity.names.push_back(made);
  }
  return entity;
}

inline record::KnownEntity known_body(std::initializer_list<FixtureName> names, record::OrganisationKind kind,
                                      std::string country = {}) {
  record::KnownEntity entity = known(record::EntityType::identity, names, std::move(country));
  entity.organisation_kind = kind;
  return entity;
}

inline record::KnownEntities fixture_names() {
  using record::EntityType;
  using record::OrganisationKind;
  constexpr auto kPlace = EntityType::location;
  constexpr auto kSector = EntityType::sector;
  constexpr auto kActor = EntityType::intrusion_set;
  return {
      known(kActor, {{"APT10"}, {"Stone Panda"}, {"menuPass"}, {"Cicada", "overlaps", true}}, "CN"),
      known(kActor, {{"APT28"}, {"Fancy Bear"}}, "RU"),
      known(kActor, {{"APT41"}}, "CN"),
      known(kActor, {{"Lazarus Group"}, {"拉撒路组织"}}, "KP"),
      known(kActor, {{"Sandworm"}}, "RU"),
      known(kActor, {{"Turla"}}, "RU"),
      known(EntityType::malware, {{"X-Agent"}}),
      known(kPlace, {{"China"}, {"Chinese", "demonym"}, {"中国"}}, "CN"),
      known(kPlace, {{"India"}, {"Indian", "demonym"}, {"印度"}}, "IN"),
      known(kPlace,
            {{"United States"},
             {"US", "abbreviation", false, true},
             {"U.S.", "abbreviation", false, true},
             {"American", "demonym"},
             {"美国"}},
            "US"),
      known(kPlace, {{"Russia"}, {"Russian", "demonym"}, {"俄罗斯"}}, "RU"),
      known(kPlace, {{"North Korea"}, {"North Korean", "demonym"}, {"朝鲜"}}, "KP"),
      known(kPlace, {{"South Korea"}, {"South Korean", "demonym"}, {"韩国"}}, "KR"),
      known(kPlace, {{"Canada"}, {"Canadian", "demonym"}, {"加拿大"}}, "CA"),
      known(kPlace, {{"France"}, {"French", "demonym"}, {"法国"}}, "FR"),
      known(kPlace, {{"Germany"}, {"German", "demonym"}, {"德国"}}, "DE"),
      known(kPlace, {{"Poland"}, {"Polish", "demonym"}, {"波兰"}}, "PL"),
      known(kPlace, {{"Norway"}, {"Norwegian", "demonym"}}, "NO"),
      known(kPlace, {{"Japan"}, {"Japanese", "demonym"}}, "JP"),
      known(kPlace, {{"Ukraine"}, {"Ukrainian", "demonym"}}, "UA"),
      known(kPlace, {{"Taiwan"}, {"Taiwanese", "demonym"}, {"台湾"}}, "TW"),
      known(kPlace, {{"Turkey"}, {"Turkish", "demonym"}}, "TR"),
      known(kPlace, {{"United Kingdom"}, {"UK", "abbreviation", false, true}, {"British", "demonym"}, {"英国"}}, "GB"),
      known(kSector, {{"vaccines"},
                      {"vaccine makers"},
                      {"vaccine manufacturers"},
                      {"vaccine", "same-as", true},
                      {"疫苗企业"},
                      {"疫苗", "same-as", true}}),
      known(kSector, {{"pharmaceuticals"}, {"pharmaceutical companies"}, {"drugmaker"}, {"drugmakers"}, {"制药商"}}),
      known(kSector, {{"biotechnology"}, {"biotech"}, {"生物技术"}}),
      known(kSector, {{"government"}, {"government agencies"}}),
      known(kSector, {{"energy"}, {"energy companies"}}),
      known(kSector, {{"insurance"}, {"insurer"}}),
      known(kSector, {{"financial-services"}, {"banks"}, {"金融机构"}, {"银行"}}),
      known(kSector, {{"education"}, {"universities"}}),
      known(kSector, {{"telecommunications"}, {"telecommunications companies"}}),
      known_body({{"Cyfirma"}}, OrganisationKind::analyst, "SG"),
      known_body({{"Agence France-Presse"}, {"AFP", "abbreviation", false, true}}, OrganisationKind::agency, "FR"),
      known_body({{"NorCERT"}}, OrganisationKind::cert, "NO"),
      known_body({{"Reuters"}, {"路透社"}}, OrganisationKind::agency, "GB"),
      known_body({{"Microsoft"}, {"微软"}}, OrganisationKind::analyst, "US"),
      known_body({{"ESET"}}, OrganisationKind::analyst, "SK"),
      known_body({{"Kaspersky"}}, OrganisationKind::analyst, "RU"),
      known_body({{"FireEye"}}, OrganisationKind::analyst, "US"),
      known_body({{"CERT-In"}, {"Indian Computer Emergency Response Team"}, {"印度计算机应急响应小组"}},
                 OrganisationKind::cert, "IN"),
      known_body({{"Chinese foreign ministry"}, {"China's foreign ministry"}, {"中国外交部"}},
                 OrganisationKind::government, "CN"),
      known_body({{"Chinese government"}, {"中国政府"}}, OrganisationKind::government, "CN"),
      known_body({{"US government"}, {"美国政府"}}, OrganisationKind::government, "US"),
  };
}

}  // namespace tocsin::report
