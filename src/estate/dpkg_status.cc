// /var/lib/dpkg/status: stanzas of "Field: value" with continuation lines, separated by empty lines (deb822(5)).

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/unicode.h"
#include "estate/debian_release.h"
#include "estate/inventory.h"

namespace tocsin::estate {
namespace {

constexpr std::size_t kMaxPackages = 1'000'000;

struct Stanza {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint32_t line = 1;
  std::string_view package, status, version, source, architecture;
  std::string_view damage;  // what is wrong with its form, or empty
};

struct FieldSlot {
  std::string_view name;
  std::string_view Stanza::* member;
};
constexpr std::array kFields{FieldSlot{"package", &Stanza::package}, FieldSlot{"status", &Stanza::status},
                             FieldSlot{"version", &Stanza::version}, FieldSlot{"source", &Stanza::source},
                             FieldSlot{"architecture", &Stanza::architecture}};

void read_field(std::string_view line, Stanza& stanza) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    stanza.damage = "a line is neither 'Field: value' nor a continuation";
    return;
  }
  const std::string name = ascii_lower(line.substr(0, colon));
  for (const auto& [field, member] : kFields)
    if (field == name) {
      if (!(stanza.*member).empty()) stanza.damage = "a field stands twice";
      stanza.*member = trim_ascii(line.substr(colon + 1));
    }
}

/// "ubuntu" when the version carries Ubuntu's mark, "debian" when it carries Debian's, else empty.
std::string_view distribution_of_version(std::string_view version) {
  if (version.find("ubuntu") != std::string_view::npos) return "ubuntu";
  if (version.find("+deb") != std::string_view::npos || version.find("~deb") != std::string_view::npos) return "debian";
  return {};
}

struct Distribution {
  std::string name;
  std::string release;
};

Distribution distribution_of(const std::vector<Stanza>& stanzas) {
  std::map<std::string_view, std::size_t> marks;
  for (const Stanza& stanza : stanzas) {
    if (stanza.package == "base-files") {
      if (stanza.version.find("ubuntu") != std::string_view::npos) return {"ubuntu", {}};
      // Its version carries the release's number: 11.1+deb11u7.
      const std::string release = debian_release_of(stanza.version);
      if (!release.empty()) return {"debian", release};
    }
    ++marks[distribution_of_version(stanza.version)];
  }
  // Without base-files: what most of the marked packages say, and the release named by the marks "+deb11u3".
  if (marks["ubuntu"] > marks["debian"]) return {"ubuntu", {}};
  if (marks["debian"] == 0) return {};
  std::map<std::string_view, std::size_t> releases;
  for (const Stanza& stanza : stanzas)
    for (const std::string_view mark : {"+deb", "~deb"})
      if (const std::size_t at = stanza.version.find(mark); at != std::string_view::npos) {
        const std::string_view rest = stanza.version.substr(at + 4);
        ++releases[rest.substr(0, rest.find_first_not_of("0123456789"))];
      }
  // One release only: packages of an older release may linger, those of a newer one may come from backports.
  if (releases.size() == 1) return {"debian", debian_release_of(releases.begin()->first)};
  return {"debian", {}};
}

std::vector<Stanza> read_stanzas(std::string_view text) {
  std::vector<Stanza> stanzas;
  Stanza stanza;
  bool inside = false;
  std::uint32_t line_number = 0;
  std::size_t at = 0;
  while (at <= text.size() && stanzas.size() < kMaxPackages) {
    const bool at_end = at == text.size();
    std::size_t newline = at_end ? text.size() : text.find('\n', at);
    if (newline == std::string_view::npos) newline = text.size();
    std::string_view line = text.substr(at, newline - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++line_number;
    if (trim_ascii(line).empty()) {
      if (inside) stanzas.push_back(std::exchange(stanza, {}));
      inside = false;
    } else {
      if (!inside) {
        inside = true;
        stanza.begin = at;
        stanza.line = line_number;
      }
      stanza.end = at + line.size();
      if (line.front() != ' ' && line.front() != '\t') read_field(line, stanza);
    }
    if (at_end) break;
    at = newline + 1;
    if (newline == text.size()) {
      if (inside) stanzas.push_back(std::exchange(stanza, {}));
      break;
    }
  }
  return stanzas;
}

/// "name (version)" or "name"; nothing in the field: the package itself.
void read_source(const Stanza& stanza, DebianPackage& debian) {
  debian.source = std::string(stanza.source.empty() ? stanza.package : stanza.source);
  debian.source_version = std::string(stanza.version);
  if (const std::size_t open = debian.source.find('('); open != std::string::npos) {
    const std::size_t close = debian.source.find(')', open);
    debian.source_version = std::string(trim_ascii(
        std::string_view(debian.source).substr(open + 1, close == std::string::npos ? close : close - open - 1)));
    debian.source = std::string(trim_ascii(std::string_view(debian.source).substr(0, open)));
  }
}

/// From the line of the name to that of the version, or the reverse; the version's alone where much stands between.
record::Span telling_span(std::string_view text, const Stanza& stanza) {
  constexpr std::uint64_t kFar = 600;
  const auto line_of = [&](std::string_view value) {
    const auto at = static_cast<std::size_t>(value.data() - text.data());
    const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    return record::Span{before == std::string_view::npos ? 0 : before + 1, at + value.size(), {}};
  };
  const record::Span name = line_of(stanza.package);
  const record::Span version = line_of(stanza.version);
  const record::Span both{std::min(name.start, version.start), std::max(name.end, version.end), {}};
  return both.end - both.start > kFar ? version : both;
}

}  // namespace

Result<Inventory> parse_dpkg_status(std::string_view text, const std::string& path, const ProductCatalogue& products) {
  Inventory inventory;
  inventory.path = path;
  inventory.kind = InventoryKind::dpkg_status;
  const std::vector<Stanza> stanzas = read_stanzas(text);
  if (stanzas.size() == kMaxPackages)
    return fail(ErrorCode::limit_exceeded, "more than 1000000 packages in one inventory", {path});
  const Distribution distribution = distribution_of(stanzas);
  for (const Stanza& stanza : stanzas) {
    ++inventory.records;
    const auto damaged = [&](std::string message) {
      inventory.damaged.push_back(
          {Severity::warning, "dpkg/damaged-record", std::move(message), {path, stanza.begin, stanza.line, 1}, {}, {}});
    };
    if (!stanza.damage.empty()) {
      damaged(fmt::format("package '{}': {}", stanza.package, stanza.damage));
      continue;
    }
    if (stanza.package.empty() || stanza.status.empty()) {
      damaged(stanza.package.empty() ? "stanza without 'Package'"
                                     : fmt::format("package '{}' has no 'Status'", stanza.package));
      continue;
    }
    if (find_invalid_utf8(stanza.package) || find_invalid_utf8(stanza.version) || find_invalid_utf8(stanza.source)) {
      damaged("package whose name or version is not UTF-8");
      continue;
    }
    // "want flag status": hold and install both may stand before a package that is there.
    if (!stanza.status.ends_with(" installed")) {
      ++inventory.not_installed;
      continue;
    }
    if (const auto version = parse_debian_version(stanza.version); !version) {
      damaged(fmt::format("package '{}': {}", stanza.package, version.error().message));
      continue;
    }
    Observation observation;
    DebianPackage debian;
    read_source(stanza, debian);
    if (!parse_debian_version(debian.source_version)) {
      damaged(fmt::format("package '{}': version '{}' of its source package is none", stanza.package,
                          debian.source_version));
      continue;
    }
    debian.architecture = std::string(stanza.architecture);
    debian.distribution = distribution.name;
    debian.release = distribution.release;
    record::Component& component = observation.component;
    component.name = std::string(stanza.package);
    component.version = std::string(stanza.version);
    component.confidence = 100;
    Purl purl{"deb", distribution.name.empty() ? "debian" : distribution.name, component.name, component.version, {},
              {}};
    if (!debian.architecture.empty()) purl.qualifiers.emplace_back("arch", debian.architecture);
    if (!debian.release.empty()) purl.qualifiers.emplace_back("distro", debian.release);
    if (debian.source != component.name) purl.qualifiers.emplace_back("upstream", debian.source);
    if (const auto made = make_purl(std::move(purl))) component.purl = print_purl(*made);
    component.from.push_back(cut_evidence(text, path, telling_span(text, stanza), "dpkg-status"));
    if (const auto hit = products.find_debian_source(debian.source)) {
      observation.product = hit->product;
      observation.identified_by = hit->by;
      component.weakness = products[hit->product].weakness;
    }
    observation.debian = std::move(debian);
    inventory.observations.push_back(std::move(observation));
  }
  return inventory;
}

}  // namespace tocsin::estate
