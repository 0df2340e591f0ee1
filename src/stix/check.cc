#include "stix/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_set>

#include "stix/check_graph.h"
#include "stix/check_object.h"
#include "stix/lift.h"

namespace tocsin::stix {
namespace {

constexpr std::size_t kFewMembers = 16;
constexpr int kMaxDepth = 256;  // of the walk for repeated keys; the parser's bound

/// One file on its way through the checks.
class FileCheck {
 public:
  FileCheck(std::string_view text, const CheckOptions& options)
      : text_(text), options_(options), problems_(options.max_problems) {}

  CheckReport run(json::Value root) {
    const Path top{nullptr, "", Path::kName};
    check_keys(root, top, 0);
    declares_21_ = any_declares_21(root);
    if (auto* list = root.array()) {
      take_list(*list, top);
    } else if (root.find_string("type") == nullptr) {
      problems_.add(Rule::not_stix, top, root.offset(), "this is neither a bundle nor an object with a type",
                    "a bundle starts with {\"type\": \"bundle\"");
    } else if (*root.find_string("type") == "bundle") {
      take_bundle(root, top);
    } else {
      take(std::move(root), "");
    }
    return finish();
  }

  CheckReport not_json(const Error& error) && {
    const Path top{nullptr, error.pointer, Path::kName};
    problems_.add(Rule::not_json, top, error.where.offset, error.message, error.hint);
    auto report = std::move(problems_).finish(text_, options_.source);
    // The parser knows the place even where it is no byte of a value.
    if (!error.where.has_offset()) report.problems.front().where = error.where;
    return report;
  }

 private:
  CheckReport finish() {
    index_.entries.reserve(objects_.size());
    for (const auto& object : objects_) {
      const auto* type = object.value.find_string("type");
      const auto* id = object.value.find_string("id");
      index_.entries.push_back({&object.value, object.pointer, find_type(*type), *type,
                                id == nullptr ? "" : std::string_view(*id), object.lifted});
    }
    for (std::size_t i = 0; i < index_.entries.size(); ++i) {
      if (!index_.entries[i].id.empty()) index_.by_id[index_.entries[i].id].push_back(i);
    }
    ObjectChecker checker(problems_, index_);
    for (const auto& entry : index_.entries) checker.check(entry);
    check_graph(index_, problems_);
    auto report = std::move(problems_).finish(text_, options_.source);
    report.objects = count_;
    report.lifted = lifted_;
    return report;
  }

  void take_bundle(json::Value& root, const Path& top) {
    ObjectChecker(problems_, index_).check_bundle_frame(root, top);
    auto* objects = root.find("objects");
    if (objects != nullptr) {
      const Path path = top.down("objects");
      if (auto* list = objects->array()) {
        if (list->empty())
          problems_.add(Rule::empty_list, path, objects->offset(), "the list 'objects' is empty", "leave it out");
        take_list(*list, path);
      } else {
        problems_.add(Rule::list, path, objects->offset(),
                      fmt::format("'objects' must be a list, not {}", objects->kind_name()));
      }
    }
    for (const auto& member : *root.object()) {
      if (member.key == "type" || member.key == "id" || member.key == "objects") continue;
      // The bundles of STIX 2.0 had a spec_version of their own.
      if (member.key == "spec_version" &&
          (lifted_ > 0 || (member.value.string() != nullptr && *member.value.string() == "2.0")))
        continue;
      problems_.add(Rule::bundle_property, top.down(member.key), member.key_offset,
                    fmt::format("a bundle has no property '{}'", member.key));
    }
  }

  void take_list(json::Array& list, const Path& path) {
    for (std::size_t i = 0; i < list.size(); ++i) take(std::move(list[i]), path.down(i).print());
  }

  void take(json::Value value, std::string pointer) {
    ++count_;
    const Path path{nullptr, pointer, Path::kName};
    const auto* type = value.find_string("type");
    if (type == nullptr) {
      problems_.add(Rule::not_an_object, path, value.offset(),
                    value.object() == nullptr ? fmt::format("this must be a STIX object, not {}", value.kind_name())
                                              : "this object has no type");
      return;
    }
    if (*type == "bundle") {
      problems_.add(Rule::bundle_in_bundle, path, value.offset(), "a bundle cannot be an object of a bundle");
      return;
    }
    const bool between = is_stix_20(value) && has_stix_21_properties(value);
    if (between && !declares_21_) {
      problems_.add_once(Rule::version_unclear, *type, path, value.offset(),
                         fmt::format("this {} has no spec_version, which means 2.0, but properties of 2.1", *type));
    }
    if (!is_stix_20(value) || (between && declares_21_)) {
      objects_.push_back({std::move(value), std::move(pointer), false});
      return;
    }
    ++lifted_;
    Lifted lifted = lift_object(std::move(value));
    for (auto& note : lifted.notes) {
      note.pointer = pointer + note.pointer;
      problems_.add_note(std::move(note));
    }
    for (auto& part : lifted.parts) {
      if (part.value.find_string("type") != nullptr)
        objects_.push_back({std::move(part.value), pointer + part.pointer, true});
    }
  }

  static bool any_declares_21(const json::Value& root) {
    const auto* objects = root.array() != nullptr ? &root : root.find("objects");
    if (objects == nullptr || objects->array() == nullptr) return false;
    return std::ranges::any_of(*objects->array(), [](const json::Value& object) {
      const auto* version = object.find_string("spec_version");
      return version != nullptr && *version == "2.1";
    });
  }

  void check_keys(const json::Value& value, const Path& path, int depth) {
    if (depth > kMaxDepth) return;
    if (const auto* list = value.array()) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        const auto& item = (*list)[i];
        if (item.object() != nullptr || item.array() != nullptr) check_keys(item, path.down(i), depth + 1);
      }
      return;
    }
    const auto* members = value.object();
    if (members == nullptr) return;
    const bool few = members->size() <= kFewMembers;
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = 0; i < members->size(); ++i) {
      const auto& member = (*members)[i];
      const auto begin = members->begin();
      const bool repeated = few ? std::any_of(begin, begin + static_cast<std::ptrdiff_t>(i),
                                              [&](const json::Member& other) { return other.key == member.key; })
                                : !seen.insert(member.key).second;
      if (repeated) {
        problems_.add(Rule::duplicate_key, path.down(member.key), member.key_offset,
                      fmt::format("the key '{}' stands here twice", member.key));
      }
      if (member.value.object() != nullptr || member.value.array() != nullptr)
        check_keys(member.value, path.down(member.key), depth + 1);
    }
  }

  struct Held {
    json::Value value;
    std::string pointer;
    bool lifted;
  };

  std::string_view text_;
  const CheckOptions& options_;
  ProblemList problems_;
  std::deque<Held> objects_;  // entries point into it
  ObjectIndex index_;
  std::size_t count_ = 0;
  std::size_t lifted_ = 0;
  bool declares_21_ = false;  ///< some object of the file has spec_version 2.1
};

}  // namespace

CheckReport check_bundle(std::string_view text, const CheckOptions& options) {
  json::ParseOptions parse_options;
  parse_options.source = options.source;
  auto root = json::parse(text, parse_options);
  if (!root) return FileCheck(text, options).not_json(root.error());
  return FileCheck(text, options).run(*std::move(root));
}

CheckReport check_bundle(const json::Value& root, std::string_view text, const CheckOptions& options) {
  return FileCheck(text, options).run(root);
}

}  // namespace tocsin::stix
