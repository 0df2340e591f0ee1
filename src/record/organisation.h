#pragma once

// Who is watched: the organisation, its assets and suppliers, as estate.yml describes them.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::record {

/// Traffic Light Protocol 2.0, from the most open to the most closed.
enum class Tlp : std::uint8_t { clear, green, amber, amber_strict, red };
std::string_view tlp_name(Tlp tlp);  ///< "tlp:amber+strict"

enum class NetworkExposure : std::uint8_t { internal, partner, internet };
std::string_view network_exposure_name(NetworkExposure exposure);

enum class Importance : std::uint8_t { low, medium, high, critical };
std::string_view importance_name(Importance importance);

struct Asset {
  std::string id;    ///< unique in the estate, e.g. "web-01"
  std::string role;  ///< free words, e.g. "public web shop"
  std::vector<std::string> hostnames;
  std::vector<std::string> addresses;
  NetworkExposure exposure = NetworkExposure::internal;
  Importance importance = Importance::medium;
  std::string owner;
  std::vector<std::string> inventory;  ///< paths, resolved against the estate file
  std::vector<std::string> logs;       ///< paths of log files and folders, resolved likewise
};

struct Supplier {
  std::string name;
  std::vector<std::string> names;     ///< other names
  std::vector<std::string> provides;  ///< e.g. "warehouse software"
  std::vector<std::string> access;    ///< e.g. "remote maintenance of erp-01"
};

struct CertContact {
  std::string name;  ///< "CERT-In"
  std::string email;
  std::chrono::hours report_within{6};  ///< the reporting clock, from awareness
};

struct Organisation {
  std::string name;
  std::vector<std::string> names;     ///< other names
  std::string country;                ///< ISO 3166 alpha-2
  std::vector<std::string> sectors;   ///< as in packs/names/sectors.yml
  std::vector<std::string> products;  ///< what it makes, in words a report would use
  CertContact cert;
  Tlp clearance = Tlp::amber;  ///< the most closed marking it may receive
};

struct Estate {
  std::string path;
  Organisation organisation;
  std::vector<Asset> assets;
  std::vector<Supplier> suppliers;
};

}  // namespace tocsin::record
