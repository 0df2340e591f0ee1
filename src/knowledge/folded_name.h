#pragma once

// When two spellings are one name.

#include <string>
#include <string_view>

namespace tocsin::knowledge {

/// The form under which names are looked up: NFKC, case folded, and of that letters and digits only, so that "Stone
/// Panda", "STONE-PANDA" and "StonePanda" are one and "APT 10" is "APT10". A name without letters and digits folds to
/// its NFKC form. Idempotent.
/// in:     text: UTF-8; invalid parts become U+FFFD     cost: O(n)
std::string fold_name(std::string_view text);

}  // namespace tocsin::knowledge
