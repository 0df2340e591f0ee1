#include "event/field_paths.h"

namespace tocsin::event {

FieldPath FieldPath::root(const RecordShape* shape) {
  FieldPath out;
  if (shape != nullptr) out.tables.push_back({&shape->root, {}});
  return out;
}

FieldPath FieldPath::child(std::string_view key, Schema& schema) const {
  FieldPath out;
  const bool nested = !path.empty();
  out.path = nested ? path + "." + std::string(key) : std::string(key);
  out.tables = tables;
  for (std::string_view rest = key;;) {
    const std::size_t dot = rest.find('.');
    const std::string_view step = rest.substr(0, dot);
    std::vector<Table> next;
    for (const Table& table : out.tables) {
      if (const auto exact = table.node->children.find(step); exact != table.node->children.end()) {
        next.push_back({exact->second.get(), table.star_key});
      }
      if (table.node->star) next.push_back({table.node->star.get(), std::string(step)});
    }
    out.tables = std::move(next);
    if (dot == std::string_view::npos) break;
    rest = rest.substr(dot + 1);
  }
  for (const Table& table : out.tables) {
    if (out.time_preference < 0) out.time_preference = table.node->time_preference;
    if (out.host_preference < 0) out.host_preference = table.node->host_preference;
    out.has_named_values = out.has_named_values || table.node->has_named_values;
    if (!out.targets.empty()) continue;
    for (const PathNode::Target& target : table.node->targets) {
      std::string name = target.name == "*" ? table.star_key : target.name;
      std::erase(name, ' ');
      out.targets.push_back({schema.intern_from_log(name), target.rank});
    }
  }
  if (out.targets.empty()) {
    const auto rank = static_cast<std::uint8_t>(kRankPath + (nested ? 1 : 0));  // a key as it stands before a path
    out.targets.push_back({schema.intern_from_log(out.path), rank});
  }
  return out;
}

void SlotWriter::value(const FieldPath& path, Token token) {
  if (path.time_preference >= 0 && (time_preference_ < 0 || path.time_preference < time_preference_)) {
    time_preference_ = path.time_preference;
    event_.time = token;
    event_.time_style = TimeStyle::rfc3339;
  }
  if (path.host_preference >= 0 && (host_preference_ < 0 || path.host_preference < host_preference_)) {
    host_preference_ = path.host_preference;
    event_.host = token;
  }
  for (const FieldPath::Target& target : path.targets) {
    if (slots_.size() >= end_) return cut();
    slots_.push_back({target.field, token.kind, target.rank, token.raw});
  }
}

void SlotWriter::cut() {
  if (!is_cut_) ++defects_["more fields than the limit"];
  is_cut_ = true;
}

FieldTree::FieldTree(Schema& schema, const RecordShape* shape) : schema_(schema), shape_(shape) { clear(); }

FieldTree::Node& FieldTree::child(Node& parent, std::string_view key) {
  if (const auto known = parent.children.find(key); known != parent.children.end()) return *known->second;
  auto node = std::make_unique<Node>();
  static_cast<FieldPath&>(*node) = parent.FieldPath::child(key, schema_);
  ++size_;
  return *parent.children.emplace(key, std::move(node)).first->second;
}

void FieldTree::clear() {
  root_ = std::make_unique<Node>();
  static_cast<FieldPath&>(*root_) = FieldPath::root(shape_);
  size_ = 0;
}

}  // namespace tocsin::event
