#include "event/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/bytes.h"
#include "base/yaml.h"
#include "event/shape_tables.h"

namespace tocsin::event {

bool LogSource::is_covered_by(const LogSourceQuery& query) const {
  if (query == LogSourceQuery{}) return false;
  if (!query.product.empty() && query.product != product) return false;
  if (!query.service.empty() && std::ranges::find(services, query.service) == services.end()) return false;
  return query.category.empty() || std::ranges::find(categories, query.category, &Category::name) != categories.end();
}

const std::vector<Rename>& LogSource::renames_for(const LogSourceQuery& query) const {
  static const std::vector<Rename> kNone;
  const auto category = std::ranges::find(categories, query.category, &Category::name);
  return category == categories.end() ? kNone : category->renames;
}

struct Schema::State {
  mutable std::shared_mutex mutex;
  std::deque<std::string> names;  // a deque: views of its elements stay valid
  std::unordered_map<std::string_view, FieldId> ids;
  std::size_t log_names = 0;
  std::deque<LogSource> log_sources;
  ShapeTables tables;
};

Schema::Schema(std::unique_ptr<State> state) : state_(std::move(state)) { state_->log_sources.emplace_back(); }
Schema::~Schema() = default;

Result<std::unique_ptr<Schema>> Schema::load(const std::string& directory) {
  std::unique_ptr<Schema> schema(new Schema(std::make_unique<State>()));
  TRY(const FileList list, list_files({directory}));
  std::string problems;
  std::size_t tables = 0;
  for (const std::string& path : list.files) {
    if (!path.ends_with(".yml") && !path.ends_with(".yaml")) continue;
    TRY(const PaddedBytes bytes, read_file(path));
    TRY(const std::vector<yaml::Node> documents, yaml::parse_all(bytes.view(), {.source = path}));
    for (const yaml::Node& document : documents) {
      ++tables;
      for (const Diagnostic& problem : read_table(document, path, *schema, schema->state_->tables)) {
        problems += (problems.empty() ? "" : "\n") + print_diagnostic(problem, bytes.view());
      }
    }
  }
  if (!problems.empty()) return fail(ErrorCode::invalid, problems);
  if (tables == 0) return fail(ErrorCode::not_found, fmt::format("no event tables (*.yml) in {}", directory));
  return schema;
}

FieldId Schema::intern(std::string_view name) {
  const std::unique_lock lock(state_->mutex);
  if (const auto found = state_->ids.find(name); found != state_->ids.end()) return found->second;
  const FieldId id{static_cast<std::uint32_t>(state_->names.size())};
  state_->ids.emplace(state_->names.emplace_back(name), id);
  return id;
}

FieldId Schema::intern_from_log(std::string_view name) {
  {
    const std::shared_lock lock(state_->mutex);
    if (const auto found = state_->ids.find(name); found != state_->ids.end()) return found->second;
    if (state_->log_names >= kMaxLogNames) return kUnnamedField;
  }
  {
    const std::unique_lock lock(state_->mutex);
    ++state_->log_names;
  }
  return intern(name);
}

std::string_view Schema::name(FieldId id) const {
  const std::shared_lock lock(state_->mutex);
  const auto index = static_cast<std::size_t>(id);
  return index < state_->names.size() ? std::string_view(state_->names[index]) : std::string_view();
}

const LogSource& Schema::log_source(LogSourceId id) const {
  const std::shared_lock lock(state_->mutex);
  return state_->log_sources[static_cast<std::size_t>(id)];
}

std::size_t Schema::log_source_count() const {
  const std::shared_lock lock(state_->mutex);
  return state_->log_sources.size();
}

LogSourceId Schema::intern(LogSource source) {
  const std::unique_lock lock(state_->mutex);
  const auto found = std::ranges::find(state_->log_sources, source);
  const LogSourceId id{static_cast<std::uint32_t>(found - state_->log_sources.begin())};
  if (found == state_->log_sources.end()) state_->log_sources.push_back(std::move(source));
  return id;
}

std::vector<std::string> Schema::unknown_names(const LogSourceQuery& query) const {
  std::vector<std::string> out;
  const auto look = [&](std::string_view part, const std::string& name, const std::vector<std::string>& known) {
    if (name.empty() || std::ranges::find(known, name) != known.end()) return;
    const std::string near = nearest_name(name, {known.begin(), known.end()});
    out.push_back(
        fmt::format("unknown {} '{}'{}", part, name, near.empty() ? "" : fmt::format(", did you mean '{}'?", near)));
  };
  look("product", query.product, state_->tables.products);
  look("category", query.category, state_->tables.categories);
  look("service", query.service, state_->tables.services);
  return out;
}

const std::vector<FieldId>& Schema::fields_of_type(std::string_view type) const {
  static const std::vector<FieldId> kNone;
  const auto found = state_->tables.field_types.find(type);
  return found == state_->tables.field_types.end() ? kNone : found->second;
}

const ShapeTables& Schema::shapes() const { return state_->tables; }

}  // namespace tocsin::event
