#pragma once

// The notice to a CERT: what happened, on what, since when we know, and by when it must be reported.

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "record/organisation.h"
#include "record/warning.h"

namespace tocsin::share {

struct CertNoticeInput {
  record::Organisation organisation;      ///< its cert says to whom and within how many hours
  std::vector<record::Warning> warnings;  ///< those to be reported; at least one
  Instant aware_at{};                     ///< when the organisation became aware: the clock starts here
};

/// The notice as plain text, at most 78 columns.
/// errors: invalid (no warning, or the organisation names no CERT)
Result<std::string> print_cert_notice(const CertNoticeInput& input);

/// The same as a mail (RFC 5322, UTF-8, quoted-printable) without a From line: whoever sends it adds that.
Result<std::string> print_cert_mail(const CertNoticeInput& input);

}  // namespace tocsin::share
