#pragma once

// The packs of the source tree, loaded once for the tests of this room.

#include <gtest/gtest.h>

#include "estate/packs.h"

namespace tocsin::estate {

inline const EstatePacks& test_packs() {
  static const EstatePacks packs = [] {
    auto loaded = load_packs(TOCSIN_SOURCE_DIR "/packs/estate");
    if (!loaded) ADD_FAILURE() << print_error(loaded.error());
    return loaded ? *std::move(loaded) : EstatePacks{};
  }();
  return packs;
}

}  // namespace tocsin::estate
