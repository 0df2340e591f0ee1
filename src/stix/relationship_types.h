#pragma once

// Inside the room: the relationships that the specification lists (Appendix B, and the tables of §4 and §6).

#include <string_view>

namespace tocsin::stix {

/// True for a relationship that the specification lists, the common ones of §3.7 included. Custom types: always.
bool is_listed_relationship(std::string_view source_type, std::string_view relationship_type,
                            std::string_view target_type);

}  // namespace tocsin::stix
