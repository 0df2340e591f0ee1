#pragma once

// Readers of addresses: URL, e-mail, MAC, IPv6 and IPv4 with ranges, domains; file names are what looks like a domain
// and is none.

#include <cstddef>

#include "report/indicator_scene.h"

namespace tocsin::report {

/// From the scheme on, whose "://" stands at `colon`; the run's rest belongs to it.
bool read_url(IndicatorScene& scene, const Run& run, std::size_t scheme, std::size_t colon);
std::size_t read_email(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
std::size_t read_mac(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
/// Also a range.
std::size_t read_ipv6(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
/// Also a range, and a URL without a scheme.
std::size_t read_ipv4(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
/// Domains, addresses without a scheme, file names.
std::size_t read_name(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);

}  // namespace tocsin::report
