#include "event/shape_tables.h"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::event {

PathNode& PathNode::at(std::string_view path) {
  PathNode* node = this;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    auto& child = key == "*" ? node->star : node->children[std::string(key)];
    if (!child) child = std::make_unique<PathNode>();
    node = child.get();
  }
  return *node;
}

namespace {

constexpr std::string_view kKinds = "record-shapes, access-log, log-sources or field-types";

/// Reads one table and gathers what is wrong with it.
class TableReader {
 public:
  TableReader(std::string path, Schema& schema, ShapeTables& tables)
      : path_(std::move(path)), schema_(schema), tables_(tables) {}

  std::vector<Diagnostic> read(const yaml::Node& document) {
    const yaml::Node* kind = document.find("kind");
    if (kind == nullptr || !kind->is_scalar()) {
      problem(document, "a table needs its kind", std::string(kKinds));
    } else if (kind->text == "record-shapes") {
      only_keys(document, {"kind", "shapes"});
      for (const yaml::Node& shape : items(document, "shapes")) read_shape(shape);
    } else if (kind->text == "access-log") {
      read_access_log(document);
    } else if (kind->text == "log-sources") {
      only_keys(document, {"kind", "rows", "known"});
      for (const yaml::Node& row : items(document, "rows")) read_row(row);
      read_known(document);
    } else if (kind->text == "field-types") {
      only_keys(document, {"kind", "types"});
      const yaml::Node* types = document.find("types");
      if (types == nullptr || !types->is_mapping()) {
        problem(document, "a field-types table needs 'types'");
      } else {
        for (const yaml::Pair& type : types->pairs) {
          for (const std::string& name : texts(type.value))
            tables_.field_types[type.key.text].push_back(schema_.intern(name));
        }
      }
    } else {
      problem(*kind, fmt::format("unknown kind of table '{}'", kind->text), std::string(kKinds));
    }
    return std::move(problems_);
  }

 private:
  void problem(const yaml::Node& node, std::string message, std::string hint = {}) {
    problems_.push_back(
        {Severity::error, "event/table", std::move(message), where_of(node, path_), {}, std::move(hint)});
  }

  void only_keys(const yaml::Node& node, const std::vector<std::string_view>& known) {
    for (const yaml::Pair& pair : node.pairs) {
      if (std::ranges::find(known, pair.key.text) != known.end()) continue;
      const std::string near = nearest_name(pair.key.text, known);
      problem(pair.key, fmt::format("unknown key '{}'", pair.key.text),
              near.empty() ? "" : "did you mean '" + near + "'?");
    }
  }

  const std::vector<yaml::Node>& items(const yaml::Node& node, std::string_view key) {
    static const std::vector<yaml::Node> kNone;
    const yaml::Node* list = node.find(key);
    if (list == nullptr) return kNone;
    if (!list->is_sequence()) problem(*list, fmt::format("'{}' must be a list", key));
    return list->items;
  }

  std::string text(const yaml::Node& node, std::string_view key) {
    const yaml::Node* value = node.find(key);
    if (value == nullptr) return {};
    if (!value->is_scalar()) problem(*value, fmt::format("'{}' must be text", key));
    return value->text;
  }

  std::vector<std::string> texts(const yaml::Node& node) {
    std::vector<std::string> out;
    if (node.is_scalar()) return {node.text};
    if (node.is_mapping()) problem(node, "a list of names is wanted here");
    for (const yaml::Node& item : node.items) {
      if (!item.is_scalar()) problem(item, "a name is wanted here");
      out.push_back(item.text);
    }
    return out;
  }
  std::vector<std::string> texts(const yaml::Node& node, std::string_view key) {
    const yaml::Node* value = node.find(key);
    return value == nullptr ? std::vector<std::string>() : texts(*value);
  }

  void read_shape(const yaml::Node& node) {
    only_keys(node, {"name", "product", "category", "service", "when", "when_any", "xml", "xml_text", "time", "host",
                     "event", "header", "stand_in", "named_values"});
    RecordShape shape;
    shape.name = text(node, "name");
    shape.product = text(node, "product");
    shape.category = text(node, "category");
    shape.service = text(node, "service");
    shape.when = texts(node, "when");
    shape.when_any = texts(node, "when_any");
    shape.xml_text = text(node, "xml_text");
    if (std::ranges::count(shape.xml_text, '.') > 1) problem(node, "the path in 'xml_text' has more than two keys");
    if (const std::string xml = text(node, "xml"); !xml.empty()) {
      shape.is_xml = xml == "true";
      if (!shape.is_xml && xml != "false") problem(*node.find("xml"), "'xml' must be true or false");
    }
    if (shape.when.empty()) problem(node, "a shape needs 'when': paths that a record of it has");
    for (const auto& list : {shape.when, shape.when_any}) {
      for (const std::string& path : list) {
        if (std::ranges::count(path, '.') > 1)
          problem(node, fmt::format("path '{}' in 'when' has more than two keys", path));
      }
    }
    int preference = 0;
    for (const std::string& path : texts(node, "time")) shape.root.at(path).time_preference = preference++;
    preference = 0;
    for (const std::string& path : texts(node, "host")) shape.root.at(path).host_preference = preference++;
    read_fields(node, "event", kRankEvent, shape);
    read_fields(node, "header", kRankHeader, shape);
    read_fields(node, "stand_in", kRankStandIn, shape);
    if (const yaml::Node* named = node.find("named_values")) {
      only_keys(*named, {"path", "name", "value"});
      for (const std::string& path : texts(*named, "path")) shape.root.at(path).has_named_values = true;
      shape.pair_names = texts(*named, "name");
      shape.pair_values = texts(*named, "value");
    }
    tables_.shapes.push_back(std::move(shape));
  }

  void read_fields(const yaml::Node& node, std::string_view key, std::uint8_t rank, RecordShape& shape) {
    const yaml::Node* fields = node.find(key);
    if (fields == nullptr) return;
    if (!fields->is_mapping()) problem(*fields, fmt::format("'{}' must map paths to names", key));
    for (const yaml::Pair& pair : fields->pairs) {
      for (std::string& name : texts(pair.value)) {
        shape.root.at(pair.key.text).targets.push_back({std::move(name), rank});
      }
    }
  }

  void read_access_log(const yaml::Node& node) {
    only_keys(node, {"kind", "product", "category", "service", "fields", "decoded"});
    AccessLogTable& table = tables_.access_log;
    const std::vector<std::string> decoded = texts(node, "decoded");
    table.log_source.product = text(node, "product");
    if (std::string category = text(node, "category"); !category.empty()) {
      tables_.categories.push_back(category);
      table.log_source.categories.push_back({std::move(category), {}});
    }
    if (std::string service = text(node, "service"); !service.empty())
      table.log_source.services.push_back(std::move(service));
    const yaml::Node* fields = node.find("fields");
    if (fields == nullptr || !fields->is_mapping()) return problem(node, "an access-log table needs 'fields'");
    for (const yaml::Pair& pair : fields->pairs) {
      const auto part = std::ranges::find(kAccessPartNames, pair.key.text);
      if (part == kAccessPartNames.end()) {
        problem(pair.key, fmt::format("unknown part '{}' of an access log line", pair.key.text));
        continue;
      }
      for (const std::string& name : texts(pair.value)) {
        table.names[static_cast<std::size_t>(part - kAccessPartNames.begin())].push_back(
            {schema_.intern(name), std::ranges::find(decoded, name) != decoded.end()});
      }
    }
  }

  void read_row(const yaml::Node& node) {
    only_keys(node, {"product", "category", "service", "when", "rename", "fallback"});
    LogSourceRow row;
    row.product = text(node, "product");
    row.category = text(node, "category");
    row.service = text(node, "service");
    if (row.product.empty() || row.category.empty() == row.service.empty()) {
      problem(node, "a row gives one service or one category of a product");
    }
    tables_.products.push_back(row.product);
    (row.category.empty() ? tables_.services : tables_.categories)
        .push_back(row.category.empty() ? row.service : row.category);
    if (const yaml::Node* when = node.find("when")) {
      for (const yaml::Pair& pair : when->pairs) {
        if (pair.key.text == "service") {
          row.when_service = pair.value.text;
          continue;
        }
        const FieldId field = schema_.intern(pair.key.text);
        if (std::ranges::find(tables_.key_fields, field) == tables_.key_fields.end())
          tables_.key_fields.push_back(field);
        row.when.push_back({field, texts(pair.value)});
      }
    }
    read_renames(node, "rename", true, row);
    read_renames(node, "fallback", false, row);
    tables_.rows.push_back(std::move(row));
  }

  void read_renames(const yaml::Node& node, std::string_view key, bool first, LogSourceRow& row) {
    const yaml::Node* renames = node.find(key);
    if (renames == nullptr) return;
    if (!renames->is_mapping()) problem(*renames, fmt::format("'{}' must map Sigma's fields to the record's", key));
    for (const yaml::Pair& pair : renames->pairs) {
      row.renames.push_back({schema_.intern(pair.key.text), schema_.intern(pair.value.text), first});
    }
  }

  void read_known(const yaml::Node& node) {
    const yaml::Node* known = node.find("known");
    if (known == nullptr) return;
    only_keys(*known, {"products", "categories", "services"});
    const auto add = [&](std::string_view key, std::vector<std::string>& list) {
      for (std::string& name : texts(*known, key)) list.push_back(std::move(name));
    };
    add("products", tables_.products);
    add("categories", tables_.categories);
    add("services", tables_.services);
  }

  std::string path_;
  Schema& schema_;
  ShapeTables& tables_;
  std::vector<Diagnostic> problems_;
};

}  // namespace

const RecordShape* ShapeTables::xml_shape() const {
  const auto found = std::ranges::find(shapes, true, &RecordShape::is_xml);
  return found == shapes.end() ? nullptr : &*found;
}

std::vector<Diagnostic> read_table(const yaml::Node& document, const std::string& path, Schema& schema,
                                   ShapeTables& tables) {
  return TableReader(path, schema, tables).read(document);
}

}  // namespace tocsin::event
