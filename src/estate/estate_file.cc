#include "estate/estate_file.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>

#include "base/bytes.h"
#include "base/unicode.h"
#include "estate/strict_yaml.h"
#include "stix/vocabulary.h"

namespace tocsin::estate {
namespace {

constexpr std::uint64_t kMaxFile = std::uint64_t{8} << 20;
constexpr std::size_t kMaxAssets = 100'000;

constexpr std::array<std::string_view, 5> kTlp{"tlp:clear", "tlp:green", "tlp:amber", "tlp:amber+strict", "tlp:red"};
constexpr std::array<std::string_view, 3> kExposure{"internal", "partner", "internet"};
constexpr std::array<std::string_view, 4> kImportance{"low", "medium", "high", "critical"};

// ISO 3166-1 alpha-2.
constexpr std::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ "
    "DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
    "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU "
    "MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
    "PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY "
    "SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM "
    "US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

bool is_country(std::string_view code) {
  if (code.size() != 2) return false;
  const std::size_t at = kCountries.find(std::string(code) + " ");
  return at != std::string_view::npos && at % 3 == 0;
}

bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 253 || text.front() == '.' || text.front() == '-') return false;
  if (text.starts_with("*.")) text.remove_prefix(2);
  // Bytes above ASCII: internationalised names as people write them.
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_ascii_alnum(c) || c == '.' || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  }) && text.find("..") == std::string_view::npos;
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || part.size() > 3 || !std::ranges::all_of(part, is_ascii_digit)) return false;
    int value = 0;
    for (const char c : part) value = value * 10 + (c - '0');
    if (value > 255 || (part.size() > 1 && part.front() == '0')) return false;
    ++parts;
    if (dot == std::string_view::npos) return parts == 4;
    text.remove_prefix(dot + 1);
  }
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool compressed = false;
  if (text.size() > 45) return false;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("::")) {
      if (compressed) return false;
      compressed = true;
      at += 2;
      continue;
    }
    if (at > 0 && text[at] == ':') ++at;
    const std::size_t end = std::min(text.find(':', at), text.size());
    const std::string_view group = text.substr(at, end - at);
    if (group.find('.') != std::string_view::npos) {
      if (end != text.size() || !is_ipv4(group)) return false;
      groups += 2;
    } else {
      const auto is_hex = [](char c) { return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); };
      if (group.empty() || group.size() > 4 || !std::ranges::all_of(group, is_hex)) return false;
      ++groups;
    }
    at = end;
  }
  return compressed ? groups < 8 : groups == 8;
}

/// An address, or a network with a prefix length.
bool is_address(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const bool four = is_ipv4(address);
  if (!four && (address.find(':') == std::string_view::npos || !is_ipv6(address))) return false;
  if (slash == std::string_view::npos) return true;
  const std::string_view prefix = text.substr(slash + 1);
  if (prefix.empty() || prefix.size() > 3 || !std::ranges::all_of(prefix, is_ascii_digit)) return false;
  return std::stoi(std::string(prefix)) <= (four ? 32 : 128);
}

class EstateReader {
 public:
  EstateReader(const std::string& path, const EstateOptions& options, Problems& problems)
      : options_(options), problems_(problems), folder_(std::filesystem::path(path).parent_path()) {
    estate_.path = path;
    const std::span<const std::string_view> vocabulary = stix::find_vocabulary("industry-sector-ov")->values;
    sectors_.assign(vocabulary.begin(), vocabulary.end());
    sectors_.insert(sectors_.end(), options.more_sectors.begin(), options.more_sectors.end());
  }

  record::Estate read(const yaml::Node& document) {
    MappingReader file(document, "estate", problems_);
    if (const yaml::Node* organisation = file.node("organisation", Presence::required))
      read_organisation(*organisation);
    const auto assets = file.items("assets", Presence::required);
    if (assets.size() > kMaxAssets)
      problems_.error(document, "too-many", "more than 100000 assets");
    else
      for (const yaml::Node& asset : assets) read_asset(asset);
    for (const yaml::Node& supplier : file.items("suppliers")) read_supplier(supplier);
    file.finish();
    return std::move(estate_);
  }

 private:
  void read_organisation(const yaml::Node& node) {
    MappingReader reader(node, "organisation", problems_);
    record::Organisation& organisation = estate_.organisation;
    organisation.name = reader.string("name", Presence::required);
    organisation.names = reader.strings("names");
    if (const Text country = reader.text("country", Presence::required); country.node != nullptr) {
      organisation.country = country.value;
      if (!is_country(country.value)) {
        std::string upper = country.value;
        for (char& c : upper)
          if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        problems_.error(*country.node, "country", fmt::format("'{}' is not a country's code", country.value),
                        is_country(upper) ? fmt::format("did you mean '{}'?", upper)
                                          : "two capital letters of ISO 3166, such as IN or DE");
      }
    }
    for (const Text& sector : reader.texts("sectors", Presence::required)) {
      if (std::ranges::find(sectors_, sector.value) == sectors_.end())
        report_unknown_word(problems_, *sector.node, "sector", sectors_);
      organisation.sectors.push_back(sector.value);
    }
    organisation.products = reader.strings("products");
    if (const auto word = reader.keyword("clearance", kTlp)) organisation.clearance = static_cast<record::Tlp>(*word);
    if (const yaml::Node* cert = reader.node("cert")) read_cert(*cert);
    reader.finish();
  }

  void read_cert(const yaml::Node& node) {
    MappingReader reader(node, "cert", problems_);
    record::CertContact& cert = estate_.organisation.cert;
    cert.name = reader.string("name", Presence::required);
    const Text email = reader.text("email");
    cert.email = email.value;
    if (email.node != nullptr &&
        (email.value.find('@') == std::string::npos || email.value.find_first_of(" <>\n") != std::string::npos))
      problems_.error(*email.node, "email", fmt::format("'{}' is not an e-mail address", email.value));
    if (const auto hours = reader.integer("report_within_hours", 1, 24 * 365))
      cert.report_within = std::chrono::hours(*hours);
    reader.finish();
  }

  void read_asset(const yaml::Node& node) {
    MappingReader reader(node, "asset", problems_);
    record::Asset asset;
    const Text id = reader.text("id", Presence::required);
    asset.id = id.value;
    if (id.node != nullptr && !ids_.insert(id.value).second)
      problems_.error(*id.node, "duplicate", fmt::format("asset '{}' stands twice", id.value),
                      "give each asset an id of its own");
    asset.role = reader.string("role");
    for (const Text& host : reader.texts("hostnames")) {
      if (!is_hostname(host.value))
        problems_.error(*host.node, "hostname", fmt::format("'{}' is not a host name", host.value),
                        host.value.find("://") != std::string::npos
                            ? "write the host name alone, without the address around it"
                            : "");
      else
        claim(host, asset.id, "host name");
      asset.hostnames.push_back(host.value);
    }
    for (const Text& address : reader.texts("addresses")) {
      if (!is_address(address.value))
        problems_.error(*address.node, "address", fmt::format("'{}' is not an IP address", address.value),
                        "for example 192.0.2.10, 192.0.2.0/24 or 2001:db8::10");
      else
        claim(address, asset.id, "address");
      asset.addresses.push_back(address.value);
    }
    if (const auto word = reader.keyword("exposure", kExposure, Presence::required))
      asset.exposure = static_cast<record::NetworkExposure>(*word);
    if (const auto word = reader.keyword("importance", kImportance))
      asset.importance = static_cast<record::Importance>(*word);
    asset.owner = reader.string("owner");
    for (const Text& file : reader.texts("inventory")) add_files(file, "inventory", asset.inventory);
    for (const Text& file : reader.texts("logs")) add_files(file, "log", asset.logs);
    reader.finish();
    estate_.assets.push_back(std::move(asset));
  }

  /// Two assets may share a name or an address (a load balancer); it is worth a word, not more.
  void claim(const Text& text, const std::string& asset, std::string_view what) {
    const auto [entry, added] = claimed_.try_emplace(ascii_lower(text.value), asset);
    if (!added && entry->second != asset)
      problems_.warning(*text.node, "shared",
                        fmt::format("{} '{}' belongs to asset '{}' too", what, text.value, entry->second));
  }

  /// A missing inventory is an error: verdicts would be wrong. A missing log is a warning: it may have been rotated
  /// away.
  void add_files(const Text& file, std::string_view what, std::vector<std::string>& into) {
    const std::filesystem::path given(file.value);
    const std::string path =
        (given.is_absolute() || folder_.empty() ? given : folder_ / given).lexically_normal().string();
    if (!options_.check_files) {
      into.push_back(path);
      return;
    }
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
      const std::string message = fmt::format("{} file '{}' does not exist", what, path);
      const std::string hint = "paths are relative to the estate file";
      if (what == "log") {
        problems_.warning(*file.node, "missing-file", message, hint);
      } else {
        problems_.error(*file.node, "missing-file", message, hint);
      }
      return;
    }
    auto files = list_files({path});
    if (!files) {
      problems_.error(*file.node, "missing-file", files.error());
      return;
    }
    for (const FileList::Skipped& skipped : files->skipped)
      problems_.warning(*file.node, "skipped-file",
                        fmt::format("'{}' is passed over: {}", skipped.path, skipped.reason));
    for (std::string& found : files->files)
      if (std::ranges::find(into, found) == into.end()) into.push_back(std::move(found));
  }

  void read_supplier(const yaml::Node& node) {
    MappingReader reader(node, "supplier", problems_);
    record::Supplier supplier;
    const Text name = reader.text("name", Presence::required);
    supplier.name = name.value;
    if (name.node != nullptr && !suppliers_.insert(ascii_lower(name.value)).second)
      problems_.error(*name.node, "duplicate", fmt::format("supplier '{}' stands twice", name.value));
    supplier.names = reader.strings("names");
    supplier.provides = reader.strings("provides", Presence::required);
    supplier.access = reader.strings("access");
    reader.finish();
    estate_.suppliers.push_back(std::move(supplier));
  }

  const EstateOptions& options_;
  Problems& problems_;
  std::filesystem::path folder_;
  record::Estate estate_;
  std::vector<std::string_view> sectors_;
  std::set<std::string> ids_;
  std::set<std::string> suppliers_;
  std::map<std::string, std::string> claimed_;
};

}  // namespace

EstateFile parse_estate(std::string_view text, const std::string& path, const EstateOptions& options) {
  EstateFile file;
  const auto document = yaml::parse(text, {.source = path});
  if (!document) {
    file.problems.push_back({Severity::error,
                             "estate/syntax",
                             document.error().message,
                             document.error().where,
                             {},
                             document.error().hint});
    return file;
  }
  Problems problems(path, "estate");
  record::Estate estate = EstateReader(path, options, problems).read(*document);
  if (!problems.has_errors()) file.estate = std::move(estate);
  file.problems = problems.take();
  std::ranges::stable_sort(file.problems, {}, [](const Diagnostic& problem) { return problem.where.offset; });
  return file;
}

Result<EstateFile> load_estate(const std::string& path, const EstateOptions& options) {
  TRY(const PaddedBytes bytes, read_file(path, {.max_bytes = kMaxFile}));
  return parse_estate(bytes.view(), path, options);
}

}  // namespace tocsin::estate
