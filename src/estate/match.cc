// How a verdict comes about.
//
// Upstream software: the version is looked up in the vendor's ranges. What stands between "in the range" and "affected"
// is said, not guessed: a condition or a missing neighbour makes it conditional, a distribution's banner or a guess by
// name makes it likely, a missing version (or one of which only the beginning is known) leaves it version-unknown.
//
// Debian packages: Debian's own statement about its release decides, because fixes are carried back under the old
// upstream version. The upstream range only tells apart "fixed by backport" from "was never affected", and stands in,
// as likely, where Debian has said nothing.

#include "estate/match.h"

#include <fmt/format.h>
#include <algorithm>

#include "estate/debian_release.h"

namespace tocsin::estate {
namespace {

using record::Verdict;

constexpr record::Confidence kSureIdentity = 70;

enum class InRange : std::uint8_t { no, yes, unknown };

struct RangeAnswer {
  InRange in = InRange::no;
  std::string fixed;  // the bound that ends the interval, when it is excluded
  std::string why;    // of unknown
};

/// "7" begins "7.58": whether `bound` lies somewhere inside what a partial version leaves open.
bool splits(const std::string& partial, const std::optional<std::string>& bound) {
  return bound && bound->size() > partial.size() && bound->starts_with(partial) && (*bound)[partial.size()] == '.';
}

RangeAnswer look_up(Scheme scheme, const std::vector<VersionInterval>& intervals, const std::string& version,
                    bool partial) {
  RangeAnswer answer;
  if (version.empty()) return {InRange::unknown, {}, "the version is not known"};
  for (const VersionInterval& interval : intervals) {
    if (partial && (splits(version, interval.from) || splits(version, interval.to)))
      return {InRange::unknown,
              {},
              fmt::format("only the beginning {} of the version is known, and {} divides what it may be", version,
                          print_interval(interval))};
    const auto within = is_within(scheme, interval, version);
    if (!within)
      return {InRange::unknown, {}, fmt::format("version {} cannot be compared: {}", version, within.error().message)};
    if (*within) {
      answer.in = InRange::yes;
      if (interval.to && !interval.to_included) answer.fixed = *interval.to;
    }
  }
  return answer;
}

std::string print_intervals(const std::vector<VersionInterval>& intervals) {
  std::string out;
  for (const VersionInterval& interval : intervals) out += (out.empty() ? "" : " ") + print_interval(interval);
  return out;
}

/// "1:1.14.1-9.el8" → "1.14.1", "2.4.57-r0" → "2.4.57": what upstream called it.
std::string without_packaging(std::string_view version) {
  if (const std::size_t colon = version.find(':'); colon != std::string_view::npos) version.remove_prefix(colon + 1);
  return std::string(version.substr(0, version.find('-')));
}

class Judge {
 public:
  Judge(const Subject& subject, const Vulnerability& vulnerability, const Affected& affected,
        const Neighbourhood& beside, const ProductCatalogue& products)
      : subject_(subject), vulnerability_(vulnerability), affected_(affected), beside_(beside), products_(products) {}

  Judgement run() {
    const Product& product = products_[subject_.product];
    out_.range = print_intervals(affected_.intervals);
    out_.source = vulnerability_.sources.empty() ? std::string() : vulnerability_.sources.front();
    step("{}: recognised as {} by {} in {}", describe(subject_), product.name,
         identified_by_name(subject_.identified_by),
         subject_.evidence.empty() ? "" : subject_.evidence.front().document);
    if (affected_.intervals.empty())
      step("{} concerns {} only as distributions package it", vulnerability_.id, product.name);
    else
      step("{} affects {} {} ({})", vulnerability_.id, product.name, out_.range, out_.source);
    if (subject_.debian)
      judge_debian(product);
    else
      judge_upstream(product);
    if (out_.verdict == Verdict::affected || out_.verdict == Verdict::likely) weigh_conditions();
    step("verdict: {}", record::verdict_name(out_.verdict));
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void step(fmt::format_string<Args...> format, Args&&... args) {
    out_.trace.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void judge_upstream(const Product& product) {
    const std::string version =
        subject_.banner_distribution.empty() ? subject_.version : without_packaging(subject_.version);
    const RangeAnswer answer = look_up(product.scheme, affected_.intervals, version, subject_.version_is_partial);
    if (answer.in == InRange::unknown) {
      step("{}", answer.why);
      out_.verdict = Verdict::version_unknown;
      return;
    }
    if (answer.in == InRange::no) {
      step("version {} is outside the range", subject_.version);
      out_.verdict = Verdict::not_affected;
      return;
    }
    out_.verdict = Verdict::affected;
    out_.fixed_version = answer.fixed;
    step("version {} is in the range{}", subject_.version, answer.fixed.empty() ? "" : ", fixed in " + answer.fixed);
    if (!subject_.banner_distribution.empty()) {
      step(
          "it is of {}, which carries fixes back without changing upstream's number; what it says of this is not known",
          subject_.banner_distribution);
      out_.verdict = Verdict::likely;
    } else if (subject_.identified_by == IdentifiedBy::name || subject_.confidence < kSureIdentity) {
      step("the product was recognised with confidence {} only", subject_.confidence);
      out_.verdict = Verdict::likely;
    }
  }

  void judge_debian(const Product& product) {
    const DebianPackage& debian = *subject_.debian;
    const auto parsed = parse_debian_version(subject_.version);
    if (!parsed) {
      step("version '{}' of source package {} cannot be compared: {}", subject_.version, debian.source,
           parsed.error().message);
      out_.verdict = Verdict::version_unknown;
      return;
    }
    const std::string upstream = upstream_of_debian_version(*parsed);
    const RangeAnswer answer = look_up(product.scheme, affected_.intervals, upstream, false);
    if (!subject_.packages.empty())
      step("installed from source package {}: {}", debian.source, fmt::join(subject_.packages, ", "));
    step("source package {} {} carries upstream {}, which is {} upstream's range", debian.source, subject_.version,
         upstream,
         answer.in == InRange::yes  ? "in"
         : answer.in == InRange::no ? "outside"
                                    : "not comparable with");
    if (debian.distribution == "ubuntu" || (!debian.distribution.empty() && debian.distribution != "debian")) {
      step("the package is {}'s, whose security tracker is not among the sources", debian.distribution);
      without_statement(answer);
      return;
    }
    const DebianFix* fix = find_fix(upstream);
    if (fix == nullptr) {
      step("Debian has no statement on {} for {}", debian.source,
           debian.release.empty() ? "this version" : debian.release);
      without_statement(answer);
      return;
    }
    out_.source = "debian";
    if (fix->state == DebianFix::State::not_affected) {
      step("Debian: {} in {} is not affected", fix->package, fix->release);
      out_.verdict = Verdict::not_affected;
      return;
    }
    if (fix->state == DebianFix::State::unfixed) {
      step("Debian: {} in {} is not fixed", fix->package, fix->release);
      out_.verdict = Verdict::affected;
      return;
    }
    out_.fixed_version = fix->version;
    const auto order = compare_versions(Scheme::debian, subject_.version, fix->version);
    const bool fixed = order && *order >= 0;
    step("Debian fixed {} in {} with {}; installed is {}, {}", fix->package, fix->release, fix->version,
         subject_.version, fixed ? "the same or later" : "earlier");
    if (!fixed)
      out_.verdict = Verdict::affected;
    else
      out_.verdict = answer.in == InRange::yes ? Verdict::fixed_by_backport : Verdict::not_affected;
  }

  /// The distribution has said nothing: upstream's range is all there is.
  void without_statement(const RangeAnswer& answer) {
    if (answer.in == InRange::no) {
      out_.verdict = Verdict::not_affected;
      return;
    }
    if (answer.in == InRange::unknown) {
      step("{}", answer.why);
      out_.verdict = Verdict::version_unknown;
      return;
    }
    step("upstream's range says affected, a fix carried back cannot be excluded");
    out_.fixed_version = answer.fixed;
    out_.verdict = Verdict::likely;
  }

  /// Debian's statement that applies: that of the release; where the release is not known, that of the release which
  /// has the same upstream version, else the latest one when the installed version is past it.
  const DebianFix* find_fix(const std::string& upstream) {
    const DebianPackage& debian = *subject_.debian;
    const DebianFix* past = nullptr;
    const DebianFix* same = nullptr;
    bool past_all = true;
    for (const DebianFix& fix : vulnerability_.debian) {
      if (fix.package != debian.source) continue;
      if (!debian.release.empty() && fix.release == debian.release) return &fix;
      if (!debian.release.empty() || fix.state != DebianFix::State::fixed) continue;
      const auto parsed = parse_debian_version(fix.version);
      if (parsed && upstream_of_debian_version(*parsed) == upstream) same = &fix;
      const auto order = compare_versions(Scheme::debian, subject_.version, fix.version);
      past_all = past_all && order && *order >= 0;
      past = &fix;  // the file lists releases from the oldest to the newest
    }
    if (same != nullptr)
      step("the release of Debian is not known; {} carries the same upstream version", same->release);
    else if (past != nullptr && past_all)
      step("the release of Debian is not known; the version is past all of Debian's fixes");
    return same != nullptr ? same : past_all ? past : nullptr;
  }

  void weigh_conditions() {
    if (!affected_.needs.empty()) {
      const auto present = std::ranges::find_if(
          affected_.needs, [&](ProductIndex product) { return beside_.products.contains(product); });
      if (present != affected_.needs.end()) {
        step("{}, which it needs, is on the same asset", products_[*present].name);
      } else {
        step("only beside {}, which no inventory of {} shows", products_[affected_.needs.front()].name,
             subject_.asset->id);
        out_.verdict = Verdict::conditional;
      }
    }
    if (affected_.platform == Platform::windows) {
      if (beside_.is_debian_family) {
        step("only on Windows, and {} runs a distribution of the Debian family", subject_.asset->id);
        out_.verdict = Verdict::not_affected;
        return;
      }
      if (beside_.is_unix && !beside_.is_windows) {
        step("only on Windows, and a banner of {} says that it runs Unix", subject_.asset->id);
        out_.verdict = Verdict::not_affected;
        return;
      }
      if (beside_.is_windows && !beside_.is_unix) {
        step("only on Windows, which a banner of {} names", subject_.asset->id);
      } else {
        step("only on Windows, which no inventory of {} shows or excludes", subject_.asset->id);
        out_.verdict = Verdict::conditional;
      }
    }
    if (!affected_.condition.empty()) {
      step("only if {}", affected_.condition);
      out_.verdict = Verdict::conditional;
    }
  }

  const Subject& subject_;
  const Vulnerability& vulnerability_;
  const Affected& affected_;
  const Neighbourhood& beside_;
  const ProductCatalogue& products_;
  Judgement out_;
};

}  // namespace

std::string describe(const Subject& subject) {
  return fmt::format("{} {} on {}", subject.name, subject.version.empty() ? "(version not known)" : subject.version,
                     subject.asset->id);
}

Judgement judge(const Subject& subject, const Vulnerability& vulnerability, const Affected& affected,
                const Neighbourhood& beside, const ProductCatalogue& products) {
  return Judge(subject, vulnerability, affected, beside, products).run();
}

}  // namespace tocsin::estate
