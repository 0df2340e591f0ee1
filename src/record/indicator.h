#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/document.h"
#include "record/evidence.h"

namespace tocsin::record {

/// `type` of an indicator, in the words of OUTPUT.md.
enum class IndicatorType : std::uint8_t {
  url,
  domain,
  ipv4,
  ipv6,
  cidr,
  email,
  md5,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
  ssdeep,
  tlsh,
  imphash,
  authentihash,
  ja3,
  ja3s,
  ja4,
  jarm,
  file_name,
  path,
  registry_key,
  mutex,
  pipe,
  service,
  user_agent,
  mac,
  asn,
  x509_serial,
  x509_thumbprint,
  cve,
  ghsa,
  cwe,
  capec,
  cpe,
  attack,
  yara_rule,
  pdb_path,
  btc,
  eth,
  xmr,
  trx,
  ltc,
  sol,
  ton,
  onion,
  ipfs,
  phone,
  iban,
  account
};
std::string_view indicator_type_name(IndicatorType type);
std::optional<IndicatorType> parse_indicator_type(std::string_view name);

struct Suppression {
  std::string reason;  ///< warninglist, source-infrastructure, reserved-range, invalid
  std::string by;      ///< name of the list or check
  bool operator==(const Suppression&) const = default;
};

struct Reading {  ///< another way to read the same bytes
  IndicatorType type = IndicatorType::domain;
  std::string value;
  Confidence confidence = 0;
  bool operator==(const Reading&) const = default;
};

/// The `indicator` record.
struct Indicator {
  IndicatorType type = IndicatorType::domain;
  std::string value;  ///< canonical: refanged, lower case where the type ignores case
  std::string raw;    ///< as it stood
  std::string document;
  Span span;
  bool defanged = false;
  Zone zone = Zone::body;
  Confidence confidence = 0;
  std::optional<Suppression> suppressed;
  std::vector<Reading> readings;
  std::map<std::string, std::string> labels;  ///< "port", "ascii" …; printed as numbers where they are
  std::string rule;                           ///< e.g. "domain/bracketed-dot"
  bool operator==(const Indicator&) const = default;
};

}  // namespace tocsin::record
