#pragma once

// Readers of codes, hashes and coin addresses: what is written in one fixed form.

#include <cstddef>

#include "report/indicator_scene.h"

namespace tocsin::report {

/// CVE, CWE, CAPEC and GHSA numbers.
std::size_t read_code(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
std::size_t read_cpe(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
std::size_t read_ssdeep(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
std::size_t read_hash(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
std::size_t read_tlsh(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
std::size_t read_coin(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
/// T1059.001, TA0001, G0045 …
std::size_t read_attack(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);
std::size_t read_asn(IndicatorScene& scene, const Run& run, std::size_t at, std::size_t to);

}  // namespace tocsin::report
