// Sentences are made here and nowhere else, each together with the notes that it rests on; the printers add no words of
// their own but labels. The word for likelihood and the word for confidence are kept in sentences of their own, and
// names from the input stand in neither of the two kinds of word lists: a claimant may be called anything.

#include "assess/brief.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "assess/brief_notes.h"
#include "assess/brief_picture.h"
#include "assess/intake.h"
#include "assess/join.h"
#include "assess/likelihood.h"
#include "assess/relevance.h"
#include "assess/wording.h"

namespace tocsin::assess {

namespace {

using record::EntityType;
using record::Predicate;

constexpr auto kViews = std::to_array<std::string_view>({"executive", "management", "operations"});

/// How much each view shows.
struct Amount {
  std::size_t reports;  ///< sentences under What
  std::size_t seen;
  std::size_t steps;
  std::size_t unknown;
  std::size_t exposures;  ///< whose evidence one sentence about many of them leads to, most urgent first
  bool background;
  bool tables;
};
constexpr std::size_t kAll = ~std::size_t{0};
constexpr std::array<Amount, 3> kAmounts = {
    {{3, 1, 3, 4, 3, false, false}, {6, 3, 8, 8, 6, true, false}, {kAll, kAll, kAll, kAll, kAll, true, true}}};

void append(std::vector<std::size_t>& into, std::vector<std::size_t> from) {
  into.insert(into.end(), from.begin(), from.end());
  std::ranges::sort(into);
  const auto same = std::ranges::unique(into);
  into.erase(same.begin(), same.end());
}

/// Claims that differ in the object only become one sentence: "A says that B is targeting C and D."
std::vector<Sentence> claim_sentences(const std::vector<const record::Claim*>& claims, NoteBook& book,
                                      std::size_t most) {
  struct Together {
    record::Claim claim;
    std::vector<std::string> objects;
    std::vector<const record::Claim*> parts;
  };
  std::vector<Together> groups;
  for (const record::Claim* claim : claims) {
    const auto same = [&](const Together& group) {
      return group.claim.predicate == claim->predicate && group.claim.negated == claim->negated &&
             group.claim.factuality == claim->factuality &&
             one_line(group.claim.subject.name) == one_line(claim->subject.name) &&
             claimants_in_words(group.claim) == claimants_in_words(*claim) && group.claim.time == claim->time &&
             group.claim.object.has_value() == claim->object.has_value();
    };
    auto found = std::ranges::find_if(groups, same);
    if (found == groups.end()) found = groups.insert(groups.end(), {*claim, {}, {}});
    found->parts.push_back(claim);
    if (!claim->object) continue;
    std::string object = term_in_words(*claim->object);
    if (std::ranges::find(found->objects, object) == found->objects.end()) found->objects.push_back(std::move(object));
  }
  std::vector<Sentence> sentences;
  std::string previous;
  for (Together& group : groups) {
    if (sentences.size() == most) break;
    if (group.claim.object) {
      group.claim.object->type = EntityType::identity;  // already in words
      group.claim.object->name = list_in_words(group.objects, 6);
    }
    const std::string claimants = claimants_in_words(group.claim);
    Sentence sentence{claimants == previous ? fmt::format("The same source says that {}.", claim_in_words(group.claim))
                                            : claim_sentence(group.claim),
                      {}};
    previous = claimants;
    std::set<std::string> deniers;
    for (const record::Claim* part : group.parts) {
      append(sentence.notes, book.of_claim(*part));
      for (const record::Claimant& denier : part->denied_by) deniers.insert(one_line(denier.name));
    }
    const std::vector<std::size_t> notes = sentence.notes;
    sentences.push_back(std::move(sentence));
    if (!deniers.empty()) {
      const std::vector<std::string> list(deniers.begin(), deniers.end());
      sentences.push_back(
          {fmt::format("{} {} this.", list_in_words(list, 4), list.size() == 1 ? "denies" : "deny"), notes});
    }
  }
  return sentences;
}

bool is_core(const record::Claim& claim) {
  return can_raise(claim.predicate) || claim.predicate == Predicate::has_weakness;
}

std::string where_seen(const record::Seen& seen) {
  if (!seen.asset.empty()) return seen.asset;
  return seen.match.host.empty() ? one_line(seen.match.source.path) : one_line(seen.match.host);
}

/// What the web server answered to the request that stands for the sighting, as the end of a sentence; empty for events
/// that have no answer.
std::string answered(const record::Seen& seen) {
  const auto& fields = seen.match.fields;
  const auto status = std::ranges::find(fields, "sc-status", &std::pair<std::string, std::string>::first);
  if (status == fields.end() || status->second.empty()) return {};
  return fmt::format("{} answered {}", seen.count == 1 ? "it was" : "the first was", one_line(status->second));
}

class Writer {
 public:
  Writer(const record::Warning& warning, const BriefContext& context, View view)
      : warning_(warning),
        context_(context),
        amount_(kAmounts[static_cast<std::size_t>(view)]),
        book_(warning, context) {}

  Brief write(View view) {
    Brief brief;
    brief.view = view;
    brief.id = warning_.id;
    brief.organisation = one_line(warning_.organisation);
    brief.title = one_line(warning_.title);
    brief.marking = record::tlp_name(warning_.marking);
    for (char& c : brief.marking) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    brief.date = time_in_words(context_.as_of);
    for (Section section : {what(), so_what(), what_to_do(), how_sure(), not_known()}) put(brief, std::move(section));
    if (amount_.background) {
      put(brief, background());
      put(brief, hypotheses());
    }
    if (amount_.tables) {
      put(brief, exposures());
      put(brief, sightings());
    } else if (amount_.background) {
      put(brief, assets());
    }
    brief.drawing = make_drawing(warning_, context_.estate);
    brief.timeline = make_timeline(warning_, context_);
    brief.notes = book_.take();
    return brief;
  }

 private:
  static void put(Brief& brief, Section section) {
    if (!section.sentences.empty() || !section.table.rows.empty()) brief.sections.push_back(std::move(section));
  }

  std::vector<std::size_t> core_notes() {
    std::vector<std::size_t> notes;
    for (const record::Claim& claim : warning_.claims) {
      if (is_core(claim)) append(notes, book_.of_claim(claim));
    }
    if (notes.empty()) {
      for (const record::Seen& seen : warning_.seen) append(notes, {book_.of_seen(seen)});
    }
    if (notes.empty()) notes.push_back(book_.of_search());
    return notes;
  }

  Section what() {
    Section section{"What", SectionForm::prose, {}, {}, {}};
    std::vector<const record::Claim*> core;
    for (const record::Claim& claim : warning_.claims) {
      if (can_raise(claim.predicate)) core.push_back(&claim);
    }
    // What is said of the actor in the title comes before what is said of others.
    std::ranges::stable_partition(core, [&](const record::Claim* claim) {
      return warning_.actor && one_line(claim->subject.name) == one_line(warning_.actor->name);
    });
    for (const record::Claim& claim : warning_.claims) {
      if (claim.predicate == Predicate::has_weakness) core.push_back(&claim);
    }
    section.sentences = claim_sentences(core, book_, amount_.reports);
    std::size_t shown = 0;
    for (const record::Seen& seen : warning_.seen) {
      if (shown++ == amount_.seen) break;
      const std::string_view count = std::string_view(seen.why).substr(0, seen.why.find_first_of(",;"));
      const std::string answer = answered(seen);
      section.sentences.push_back(
          {fmt::format("In our logs the rule “{}” {} on {}{}{}.", one_line(seen.match.rule.title), one_line(count),
                       where_seen(seen),
                       seen.match.time.empty()
                           ? std::string()
                           : (count.ends_with("once") ? " on " : ", first on ") + time_in_words(seen.match.time),
                       answer.empty() ? "" : "; " + answer),
           {book_.of_seen(seen)}});
    }
    if (warning_.seen.size() > amount_.seen) {
      std::vector<std::size_t> notes;
      for (std::size_t i = amount_.seen; i < warning_.seen.size(); ++i)
        append(notes, {book_.of_seen(warning_.seen[i])});
      section.sentences.push_back(
          {fmt::format("{} more {} seen.", warning_.seen.size() - amount_.seen,
                       warning_.seen.size() - amount_.seen == 1 ? "sighting was" : "sightings were"),
           notes});
    }
    if (warning_.seen.empty()) {
      section.sentences.push_back({context_.logs.empty() ? "No logs were searched for it."
                                                         : "Nothing of it was seen in the logs that were searched.",
                                   {book_.of_search()}});
    }
    return section;
  }

  /// Whether a reason why it concerns us rests on this exposure: it names its asset, and its kind of system or product.
  static bool speaks_of(const std::string& reason, const record::Exposure& exposure) {
    if (reason.find(exposure.asset) == std::string::npos) return false;
    const bool names_kind =
        !exposure.weakness.empty() && reason.find(weakness_in_words(exposure.weakness)) != std::string::npos;
    const bool names_vulnerability =
        !exposure.vulnerability.empty() && reason.find(exposure.vulnerability) != std::string::npos;
    return names_kind || names_vulnerability || reason.find(exposure.component) != std::string::npos;
  }

  /// Notes of the most urgent exposure of each asset, then of further ones up to the view's amount. They come most
  /// urgent first.
  std::vector<std::size_t> some_of(const std::vector<const record::Through*>& exposures) {
    std::set<std::string_view> assets;
    std::vector<const record::Through*> chosen;
    std::vector<const record::Through*> others;
    for (const record::Through* through : exposures) {
      (assets.insert(through->exposure.asset).second ? chosen : others).push_back(through);
    }
    for (const record::Through* through : others) {
      if (chosen.size() >= amount_.exposures) break;
      chosen.push_back(through);
    }
    std::vector<std::size_t> notes;
    for (const record::Through* through : chosen) append(notes, book_.of_through(*through));
    return notes;
  }

  Section so_what() {
    Section section{"So what", SectionForm::prose, {}, {}, {}};
    if (!warning_.claims.empty() && !warning_.relevance.empty()) {
      section.sentences.push_back(
          {fmt::format("This concerns us because a source {}.", warning_.relevance.front()), core_notes()});
      const std::size_t most =
          amount_.background ? warning_.relevance.size() : std::min<std::size_t>(warning_.relevance.size(), 2);
      for (std::size_t i = 1; i < most; ++i) {
        Sentence sentence{fmt::format("It {}.", warning_.relevance[i]), core_notes()};
        std::vector<const record::Through*> meant;
        for (const record::Through& through : warning_.through) {
          if (speaks_of(warning_.relevance[i], through.exposure)) meant.push_back(&through);
        }
        append(sentence.notes, some_of(meant));
        section.sentences.push_back(std::move(sentence));
      }
    }
    if (warning_.claims.empty()) {
      section.sentences.push_back(
          {"No report was used, so no open exposure could be tied to one.", {book_.of_search()}});
    }
    if (warning_.motive) {
      std::vector<std::size_t> notes;
      for (const record::Evidence& evidence : warning_.motive->evidence) append(notes, {book_.of_evidence(evidence)});
      if (notes.empty()) notes = core_notes();
      section.sentences.push_back({fmt::format("The aim is said to be {}.", one_line(warning_.motive->text)), notes});
    }
    if (!warning_.through.empty()) {
      std::set<std::string_view> assets;
      std::vector<const record::Through*> all;
      for (const record::Through& through : warning_.through) {
        assets.insert(through.exposure.asset);
        all.push_back(&through);
      }
      const std::string which = warning_.claims.empty()
                                    ? count_in_words(all.size(), "urgent exposure", "urgent exposures")
                                    : count_in_words(all.size(), "exposure that fits", "exposures that fit");
      section.sentences.push_back({capitalised(fmt::format("{} {} open on {}{}.", which, all.size() == 1 ? "is" : "are",
                                                           count_in_words(assets.size(), "asset", "assets"),
                                                           warning_.claims.empty() ? " where something was seen" : "")),
                                   some_of(all)});
      const record::Through& first = warning_.through.front();
      section.sentences.push_back(
          {fmt::format("The most urgent is {}{}{} on {}: {}.", one_line(first.exposure.component),
                       first.exposure.version.empty() ? "" : " ", one_line(first.exposure.version),
                       one_line(first.exposure.asset), first.why),
           book_.of_through(first)});
    } else if (!warning_.claims.empty()) {
      section.sentences.push_back(
          {"The inventory shows nothing open here that the sources name.", {book_.of_search()}});
    }
    return section;
  }

  Section what_to_do() {
    Section section{"What to do first", SectionForm::steps, {}, {}, {}};
    for (const record::Action& action : warning_.do_first) {
      if (section.sentences.size() == amount_.steps) break;
      std::vector<std::size_t> notes;
      for (const std::size_t index : action.seen) append(notes, {book_.of_seen(warning_.seen.at(index))});
      for (const std::size_t index : action.through) append(notes, book_.of_through(warning_.through.at(index)));
      for (const std::size_t index : action.claims) append(notes, book_.of_claim(warning_.claims.at(index)));
      if (notes.empty()) {
        const record::CertContact& cert = context_.estate.organisation.cert;
        const bool about_cert = !cert.name.empty() && action.action.find(one_line(cert.name)) != std::string::npos;
        notes.push_back(about_cert ? book_.of_estate(fmt::format("CERT: {}, report within {} hours",
                                                                 one_line(cert.name), cert.report_within.count()))
                                   : book_.of_search());
      }
      section.sentences.push_back({action.action + ".", notes});
      section.because.push_back({capitalised(action.because) + ".", notes});
    }
    return section;
  }

  Section how_sure() {
    Section section{"How sure", SectionForm::prose, {}, {}, {}};
    const std::size_t reasoning = book_.of_reasoning();
    const auto judge = [&](double probability, std::string_view what) {
      section.sentences.push_back(
          {fmt::format("{}{}.", likelihood_phrase(likelihood_range(probability)), what), {reasoning}});
    };
    for (std::size_t i = 0; i < warning_.hypotheses.size() && i < 3; ++i) {
      const record::Hypothesis& hypothesis = warning_.hypotheses[i];
      const bool unknown = hypothesis.name == "unknown actor";
      if (unknown && warning_.hypotheses.size() == 1) {
        section.sentences.push_back({"Who is behind it is unknown.", {reasoning}});
        break;
      }
      judge(hypothesis.probability, unknown ? std::string("it is somebody whom nobody has named")
                                            : fmt::format("{} {} behind it", one_line(hypothesis.name),
                                                          is_plural(hypothesis.name) ? "are" : "is"));
    }
    std::vector<std::size_t> sources;
    for (const std::size_t index : warning_.basis.claims) append(sources, book_.of_claim(warning_.claims.at(index)));
    if (sources.empty()) sources = core_notes();
    section.sentences.push_back(
        {fmt::format("Confidence in this judgement is {}.", warning_.basis.confidence), {reasoning}});
    section.sentences.push_back({fmt::format("It rests on {}.", one_line(warning_.basis.why)), sources});
    return section;
  }

  Section not_known() {
    Section section{"Not known", SectionForm::bullets, {}, {}, {}};
    for (const std::string& each : warning_.not_known) {
      if (section.sentences.size() == amount_.unknown) break;
      section.sentences.push_back({each, {book_.of_search()}});
    }
    return section;
  }

  Section background() {
    Section section{"What else the sources say", SectionForm::bullets, {}, {}, {}};
    std::vector<const record::Claim*> others;
    for (const record::Claim& claim : warning_.claims) {
      if (!is_core(claim)) others.push_back(&claim);
    }
    section.sentences = claim_sentences(others, book_, kAll);
    return section;
  }

  Section hypotheses() {
    Section section{"Who else it could be", SectionForm::bullets, {}, {}, {}};
    const std::size_t reasoning = book_.of_reasoning();
    for (const record::Hypothesis& hypothesis : warning_.hypotheses) {
      if (!hypothesis.supporting.empty()) {
        section.sentences.push_back(
            {fmt::format("For {}: {}.", one_line(hypothesis.name), list_with_semicolons(hypothesis.supporting)),
             {reasoning}});
      }
      if (!hypothesis.against.empty()) {
        section.sentences.push_back(
            {fmt::format("Against {}: {}.", one_line(hypothesis.name), list_with_semicolons(hypothesis.against)),
             {reasoning}});
      }
    }
    return section;
  }

  static std::string list_with_semicolons(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) out += (out.empty() ? "" : "; ") + one_line(item);
    return out;
  }

  /// Management: one row an asset, with its owner.
  Section assets() {
    Section section{
        "Assets concerned", SectionForm::table, {}, {}, {{"Asset", "What it is", "Owner", "Open", "Deadline"}, {}}};
    std::vector<std::string> order;
    std::map<std::string, std::vector<const record::Through*>> by_asset;
    for (const record::Through& through : warning_.through) {
      auto& list = by_asset[through.exposure.asset];
      if (list.empty()) order.push_back(through.exposure.asset);
      list.push_back(&through);
    }
    for (const std::string& id : order) {
      TableRow row;
      std::vector<std::string> open;
      for (const record::Through* through : by_asset[id]) {
        std::string component = one_line(through->exposure.component);
        if (!through->exposure.version.empty()) component += " " + one_line(through->exposure.version);
        if (std::ranges::find(open, component) == open.end()) open.push_back(component);
        append(row.notes, book_.of_through(*through));
      }
      const record::Asset* asset = asset_of(context_.estate.assets, id);
      const record::Exposure& first = by_asset[id].front()->exposure;
      row.cells = {one_line(id), asset != nullptr ? one_line(asset->role) : "",
                   asset != nullptr ? one_line(asset->owner) : "", list_in_words(open, 4),
                   first.priority ? one_line(first.priority->decision) : ""};
      section.table.rows.push_back(std::move(row));
    }
    return section;
  }

  Section exposures() {
    Section section{"Exposures",
                    SectionForm::table,
                    {},
                    {},
                    {{"Asset", "Component", "Vulnerability", "Verdict", "Fixed in", "Decision"}, {}}};
    for (const record::Through& through : warning_.through) {
      const record::Exposure& exposure = through.exposure;
      std::string component = one_line(exposure.component);
      component += " " + (exposure.version.empty() ? std::string("(version unknown)") : one_line(exposure.version));
      std::string vulnerability = exposure.vulnerability.empty() ? "end of life" : one_line(exposure.vulnerability);
      if (is_known_exploited(exposure, context_.as_of)) vulnerability += " (KEV)";
      section.table.rows.push_back(
          {{one_line(exposure.asset), component, vulnerability, std::string(record::verdict_name(exposure.verdict)),
            one_line(exposure.fixed_version), exposure.priority ? one_line(exposure.priority->decision) : ""},
           book_.of_through(through)});
    }
    return section;
  }

  Section sightings() {
    Section section{"Sightings",
                    SectionForm::table,
                    {},
                    {},
                    {{"First seen", "Where", "Rule", "Level", "How often and why here"}, {}}};
    for (const record::Seen& seen : warning_.seen) {
      std::string how = one_line(seen.why);
      if (const std::string answer = answered(seen); !answer.empty()) how += "; " + answer;
      section.table.rows.push_back(
          {{seen.match.time.empty() ? "time unknown" : second_in_words(seen.match.time), where_seen(seen),
            one_line(seen.match.rule.title), one_line(seen.match.rule.level), how},
           {book_.of_seen(seen)}});
    }
    return section;
  }

  const record::Warning& warning_;
  const BriefContext& context_;
  const Amount& amount_;
  NoteBook book_;
};

}  // namespace

std::string_view view_name(View view) { return kViews[static_cast<std::size_t>(view)]; }

std::optional<View> parse_view(std::string_view name) {
  const auto found = std::ranges::find(kViews, name);
  if (found == kViews.end()) return std::nullopt;
  return static_cast<View>(found - kViews.begin());
}

std::vector<NoteRun> note_runs(const std::vector<std::size_t>& notes) {
  std::vector<NoteRun> runs;
  for (const std::size_t note : notes) {
    if (!runs.empty() && note == runs.back().last + 1) {
      runs.back().last = note;
    } else {
      runs.push_back({note, note});
    }
  }
  return runs;
}

Brief make_brief(const record::Warning& warning, const BriefContext& context, View view) {
  return Writer(warning, context, view).write(view);
}

}  // namespace tocsin::assess
