#pragma once

// What the files of the store share: the connection. Inside the room only.

#include "knowledge/database.h"
#include "knowledge/store.h"

namespace tocsin::knowledge {

struct Store::State {
  Database database;
  bool may_write = false;
};

}  // namespace tocsin::knowledge
