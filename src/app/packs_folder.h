#pragma once

#include <string>

#include "base/result.h"

namespace tocsin::app {

/// The folder of packs: `given` if not empty, else $TOCSIN_PACKS, else what was installed with the program
/// (<program>/../share/tocsin/packs), else the source tree that the program was built in (<program>/../../packs).
/// errors: not_found (names the places looked at)
Result<std::string> find_packs_folder(const std::string& given);

/// The same for the demonstration case (…/share/tocsin/examples).
Result<std::string> find_examples_folder(const std::string& given);

}  // namespace tocsin::app
