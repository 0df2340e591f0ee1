#include "estate/debian_release.h"

#include <array>

#include "base/unicode.h"

namespace tocsin::estate {
namespace {

struct Release {
  std::string_view number;
  std::string_view name;
};
constexpr std::array kReleases{Release{"6", "squeeze"},   Release{"7", "wheezy"},  Release{"8", "jessie"},
                               Release{"9", "stretch"},   Release{"10", "buster"}, Release{"11", "bullseye"},
                               Release{"12", "bookworm"}, Release{"13", "trixie"}, Release{"", "sid"}};

}  // namespace

std::string debian_release_of(std::string_view text) {
  const std::string lower = ascii_lower(trim_ascii(text));
  std::string_view rest = lower;
  if (rest.find("ubuntu") != std::string_view::npos) return {};
  for (const auto& [number, name] : kReleases)
    if (rest.find(name) != std::string_view::npos) return std::string(name);
  if (rest.starts_with("debian")) rest.remove_prefix(6);
  while (!rest.empty() && (rest.front() == '-' || rest.front() == ' ')) rest.remove_prefix(1);
  const std::string_view number_text = rest.substr(0, rest.find_first_not_of("0123456789"));
  for (const auto& [number, name] : kReleases)
    if (!number_text.empty() && number == number_text) return std::string(name);
  return {};
}

std::string_view debian_release_number(std::string_view release) {
  for (const auto& [number, name] : kReleases)
    if (name == release) return number;
  return {};
}

bool is_debian_release(std::string_view name) {
  for (const Release& release : kReleases)
    if (release.name == name) return true;
  return false;
}

}  // namespace tocsin::estate
