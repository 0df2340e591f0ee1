#pragma once

// What a file that somebody wants checked is, by its content.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace tocsin::app {

enum class FileKind : std::uint8_t { stix, pattern, sigma, estate };

/// Looks for what makes each kind: STIX objects or a bundle in JSON; `[type:property …` for a pattern; top keys of
/// Sigma rules or of estate files in YAML.
/// in:     text: decompressed     tree: of the text, where it is JSON and could be parsed, else nullptr
/// errors: unsupported (names what it is, where that is known)
Result<FileKind> detect_file_kind(std::string_view text, const json::Value* tree, const std::string& path);

}  // namespace tocsin::app
