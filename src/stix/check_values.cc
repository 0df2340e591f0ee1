#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/diagnostic.h"
#include "base/time.h"
#include "stix/check_object.h"
#include "stix/form.h"
#include "stix/identifier.h"

// Checks by the table of schema.h: data types (§2), presence (§3.1), forms of single values.

namespace tocsin::stix {
namespace {

constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  if (text.size() <= kShown) return fmt::format("'{}'", text);
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return fmt::format("'{}…'", text.substr(0, end));
}

std::size_t fraction_digits(std::string_view timestamp) {
  const auto dot = timestamp.find('.');
  if (dot == std::string_view::npos) return 0;
  const auto end = timestamp.find_first_not_of("0123456789", dot + 1);
  return (end == std::string_view::npos ? timestamp.size() : end) - dot - 1;
}

struct Range {
  Form form;
  std::int64_t low;
  std::int64_t high;
  Rule rule;
};
constexpr Range kRanges[] = {
    {Form::not_negative, 0, kMaxInteger, Rule::number_range},
    {Form::confidence, 0, 100, Rule::confidence},
    {Form::observed_count, 1, 999'999'999, Rule::number_range},
    {Form::sighting_count, 0, 999'999'999, Rule::number_range},
    {Form::port, 0, 65535, Rule::number_range},
};

bool is_allowed_target(std::string_view targets, std::string_view type_name) {
  const auto* type = find_type(type_name);
  while (!targets.empty()) {
    const auto space = targets.find(' ');
    const std::string_view target = targets.substr(0, space);
    targets.remove_prefix(space == std::string_view::npos ? targets.size() : space + 1);
    if (target == type_name) return true;
    // What a custom type is cannot be told from its name.
    const bool group = target == "any" || target == "sdo" || target == "sco" || target == "sro";
    if (type == nullptr && group) return true;
    if (type == nullptr) continue;
    if (target == "any" && type->category != Category::bundle) return true;
    if (target == "sdo" && type->category == Category::sdo) return true;
    if (target == "sco" && type->category == Category::sco) return true;
    if (target == "sro" && type->category == Category::sro) return true;
  }
  return false;
}

}  // namespace

bool ObjectChecker::expect_string(const json::Value& value, const Path& path) {
  if (value.string() != nullptr) return true;
  problems_.add(Rule::string, path, value.offset(), fmt::format("this must be a string, not {}", value.kind_name()));
  return false;
}

void ObjectChecker::check_members(const json::Value& object, const TypeDefinition& type, const Path& path) {
  for (const auto& member : *object.object()) {
    const Path at = path.down(member.key);
    if (const auto* property = find_property(type, member.key)) {
      check_property(*property, member.value, at);
    } else {
      check_unknown_member(member, &type, at);
    }
  }
  check_required(object, common_properties(type), type, path);
  check_required(object, type.properties, type, path);
  const auto is_there = [&](std::string_view name) { return object.find(name) != nullptr; };
  if (!type.needs_one_of.empty() && !std::ranges::any_of(type.needs_one_of, is_there)) {
    const Rule rule = type.name == "external-reference" ? Rule::reference_needs_one : Rule::needs_one_of;
    problems_.add(
        rule, path, object.offset(),
        fmt::format("{} (§{}) needs at least one of: {}", type.name, type.clause, fmt::join(type.needs_one_of, ", ")));
  }
}

void ObjectChecker::check_required(const json::Value& object, std::span<const Property> properties,
                                   const TypeDefinition& type, const Path& path) {
  for (const auto& property : properties) {
    if (property.presence == Presence::optional || object.find(property.name) != nullptr) continue;
    if (container_ != nullptr && property.name == "id") continue;
    problems_.add(Rule::required_property, path, object.offset(),
                  fmt::format("{} (§{}) needs the property '{}'", type.name, type.clause, property.name));
  }
}

void ObjectChecker::check_property(const Property& property, const json::Value& value, const Path& path) {
  if (!property.list) {
    check_single(property, value, path);
    return;
  }
  const auto* list = value.array();
  if (list == nullptr) {
    problems_.add(Rule::list, path, value.offset(),
                  fmt::format("'{}' must be a list, not {}", property.name, value.kind_name()));
    return;
  }
  if (list->empty()) {
    problems_.add(Rule::empty_list, path, value.offset(), fmt::format("the list '{}' is empty", property.name),
                  "leave the property out");
  }
  for (std::size_t i = 0; i < list->size(); ++i) check_single(property, (*list)[i], path.down(i));
}

void ObjectChecker::check_single(const Property& property, const json::Value& value, const Path& path) {
  switch (property.kind) {
    case Kind::string:
    case Kind::open:
    case Kind::enumeration:
    case Kind::language:
    case Kind::binary:
    case Kind::hex:
      check_string(property, value, path);
      break;
    case Kind::integer:
      check_integer(property, value, path);
      break;
    case Kind::real:
      if (const auto number = value.as_double(); value.number() == nullptr || !number || !std::isfinite(*number)) {
        problems_.add(Rule::real, path, value.offset(), fmt::format("'{}' must be a number", property.name));
      } else {
        check_number_form(property, value, path);
      }
      break;
    case Kind::boolean:
      if (value.boolean() == nullptr) {
        problems_.add(Rule::boolean, path, value.offset(),
                      fmt::format("'{}' must be true or false, not {}", property.name, value.kind_name()));
      }
      break;
    case Kind::timestamp:
      check_timestamp(property, value, path);
      break;
    case Kind::hashes:
      check_hashes(value, path);
      break;
    case Kind::identifier:
      check_identifier(property, value, path);
      break;
    case Kind::dictionary:
      check_dictionary(property, value, path);
      break;
    case Kind::structure:
      check_structure(property.of, value, path);
      break;
    case Kind::extensions:
      check_extensions(value, path);
      break;
    case Kind::any:
      break;
  }
}

void ObjectChecker::check_string(const Property& property, const json::Value& value, const Path& path) {
  if (!expect_string(value, path)) return;
  const std::string& text = *value.string();
  switch (property.kind) {
    case Kind::open:
    case Kind::enumeration:
      check_vocabulary(property, text, value, path);
      break;
    case Kind::language:
      if (!form::is_language_tag(text)) {
        problems_.add(Rule::language, path, value.offset(),
                      fmt::format("{} is no language tag by RFC 5646", quoted(text)));
      }
      break;
    case Kind::binary:
      if (!form::is_base64(text)) {
        problems_.add(Rule::binary, path, value.offset(), fmt::format("'{}' must be base64", property.name));
      }
      break;
    case Kind::hex:
      if (const auto verdict = form::hex(text); verdict == form::Verdict::bad) {
        problems_.add(Rule::hex, path, value.offset(),
                      fmt::format("{} must be an even number of hexadecimal digits", quoted(text)));
      } else if (verdict == form::Verdict::poor) {
        problems_.add_once(Rule::hex_case, std::string(property.name), path, value.offset(),
                           fmt::format("hexadecimal digits of '{}' are in upper case", property.name));
      }
      break;
    default:
      check_form(property, text, value, path);
      break;
  }
}

void ObjectChecker::check_form(const Property& property, const std::string& text, const json::Value& value,
                               const Path& path) {
  const auto report = [&](Rule rule, std::string message, std::string hint = {}) {
    problems_.add(rule, path, value.offset(), std::move(message), std::move(hint));
  };
  const char* fang_hint = "a defanged value needs \"defanged\": true";
  switch (property.form) {
    case Form::url:
      if (!defanged_ && !form::is_url(text))
        report(Rule::url, fmt::format("{} is no URL by RFC 3986", quoted(text)), fang_hint);
      break;
    case Form::url_artifact:
      if (!defanged_ && !form::is_url(text))
        report(Rule::artifact_url, fmt::format("{} is no URL by RFC 3986", quoted(text)));
      break;
    case Form::url_reference:
      if (!form::is_url(text)) {
        report(Rule::reference_url, fmt::format("{} is no URL by RFC 3986", quoted(text)),
               "percent-encode what is not allowed there");
      }
      break;
    case Form::domain:
      if (defanged_) break;
      if (const auto verdict = form::domain_name(text); verdict == form::Verdict::bad) {
        report(Rule::domain_name, fmt::format("{} is no domain name", quoted(text)), fang_hint);
      } else if (verdict == form::Verdict::poor) {
        report(Rule::domain_underscore, fmt::format("{} has labels with underscores", quoted(text)));
      }
      break;
    case Form::email:
      if (!defanged_ && !form::is_email_address(text)) {
        report(Rule::email_address, fmt::format("{} is no e-mail address", quoted(text)),
               "the display name has a property of its own");
      }
      break;
    case Form::decoded_header:
      if (form::has_encoded_word(text)) report(Rule::encoded_word, fmt::format("{} is still encoded", quoted(text)));
      break;
    case Form::ipv4:
      if (!defanged_ && !form::is_ipv4_or_cidr(text)) {
        report(Rule::ipv4, fmt::format("{} is no IPv4 address or block", quoted(text)), fang_hint);
      }
      break;
    case Form::ipv6:
      if (!defanged_ && !form::is_ipv6_or_cidr(text)) {
        report(Rule::ipv6, fmt::format("{} is no IPv6 address or block", quoted(text)), fang_hint);
      }
      break;
    case Form::mac:
      if (!form::is_mac_address(text)) {
        report(Rule::mac_address, fmt::format("{} is not of the form 00:00:ab:cd:ef:01", quoted(text)));
      }
      break;
    case Form::cpe23:
      if (!form::is_cpe23(text)) report(Rule::cpe, fmt::format("{} is no CPE 2.3 formatted string", quoted(text)));
      break;
    case Form::mime_type:
      if (!form::is_media_type(text)) report(Rule::mime_type, fmt::format("{} is no media type", quoted(text)));
      break;
    case Form::country:
      if (!form::is_country_code(text))
        report(Rule::country, fmt::format("{} is no ISO 3166-1 alpha-2 code", quoted(text)));
      break;
    case Form::lower_hyphen:
      if (!form::is_lower_hyphen(text)) {
        problems_.add_once(Rule::kill_chain_name, text, path, value.offset(),
                           fmt::format("{} should be lower case with hyphens", quoted(text)));
      }
      break;
    case Form::product:
      if (!form::is_lower_hyphen(text))
        report(Rule::product_name, fmt::format("{} should be lower case with hyphens", quoted(text)));
      break;
    case Form::protocol:
      if (!form::is_lower_hyphen(text)) {
        problems_.add_once(Rule::protocol_name, text, path, value.offset(),
                           fmt::format("protocol {} should be written as IANA does, in lower case", quoted(text)));
      }
      break;
    case Form::registry_key:
      if (form::is_truncated_hive(text))
        report(Rule::registry_hive, fmt::format("the hive of {} is not written out", quoted(text)));
      break;
    case Form::priority_class:
      if (!text.ends_with("_CLASS")) report(Rule::priority_class, fmt::format("{} should end in _CLASS", quoted(text)));
      break;
    case Form::charset:
      if (const auto better = form::better_charset_name(text); !better.empty()) {
        report(Rule::charset, fmt::format("{} is not the preferred name of this character set", quoted(text)),
               fmt::format("use {}", better));
      } else if (!form::is_charset_name(text)) {
        report(Rule::charset, fmt::format("{} is no name of a character set", quoted(text)));
      }
      break;
    default:
      break;
  }
}

void ObjectChecker::check_integer(const Property& property, const json::Value& value, const Path& path) {
  const auto number = value.as_int64();
  if (number) {
    if (*number > kMaxInteger || *number < -kMaxInteger) {
      problems_.add(Rule::integer_range, path, value.offset(),
                    fmt::format("'{}' does not fit into 54 bits", property.name));
    }
    check_number_form(property, value, path);
    return;
  }
  const bool whole = value.number() != nullptr && value.number()->digits.find_first_of(".eE") == std::string::npos;
  if (whole) {
    problems_.add(Rule::integer_range, path, value.offset(),
                  fmt::format("'{}' does not fit into 54 bits", property.name));
  } else {
    problems_.add(Rule::integer, path, value.offset(), fmt::format("'{}' must be a whole number", property.name));
  }
}

void ObjectChecker::check_number_form(const Property& property, const json::Value& value, const Path& path) {
  for (const auto& range : kRanges) {
    const auto number = range.form == property.form ? value.as_int64() : std::nullopt;
    if (!number || (*number >= range.low && *number <= range.high)) continue;
    problems_.add(range.rule, path, value.offset(),
                  fmt::format("'{}' is {}, it must be {} to {}", property.name, *number, range.low, range.high));
  }
  const double limit = property.form == Form::latitude ? 90 : property.form == Form::longitude ? 180 : 0;
  if (const auto number = value.as_double(); limit > 0 && number && std::abs(*number) > limit) {
    problems_.add(Rule::coordinates, path, value.offset(),
                  fmt::format("'{}' must be between -{} and {}", property.name, limit, limit));
  }
}

void ObjectChecker::check_timestamp(const Property& property, const json::Value& value, const Path& path) {
  if (!expect_string(value, path)) return;
  const std::string& text = *value.string();
  if (!parse_stix_timestamp(text)) {
    const auto loose = parse_rfc3339(text);
    if (!loose) {
      problems_.add(Rule::timestamp, path, value.offset(),
                    fmt::format("{} is no timestamp: {}", quoted(text), loose.error().message));
    } else {
      problems_.add(Rule::timestamp_utc, path, value.offset(),
                    fmt::format("{} is not of the form of STIX", quoted(text)),
                    fmt::format("write {}", print_rfc3339(loose->instant, 3)));
    }
    return;
  }
  const auto digits = fraction_digits(text);
  if (property.form == Form::milliseconds && digits < 3) {
    problems_.add(Rule::created_precision, path, value.offset(),
                  fmt::format("'{}' is less precise than milliseconds", property.name),
                  "write three digits after the seconds");
  } else if (property.form == Form::whole_seconds && digits > 0) {
    problems_.add(Rule::pe_precision, path, value.offset(),
                  fmt::format("'{}' must be precise to the second", property.name));
  }
}

void ObjectChecker::check_identifier(const Property& property, const json::Value& value, const Path& path) {
  if (!expect_string(value, path)) return;
  const std::string& text = *value.string();
  if (container_ != nullptr && property.name != "id") {
    const auto* target = container_->find(text);
    if (target == nullptr) {
      problems_.add(Rule::container, path, value.offset(), fmt::format("the container has no object {}", quoted(text)));
    } else if (const auto* type = target->find_string("type")) {
      check_reference_type(property, text, *type, value, path);
    }
    return;
  }
  const auto id = parse_identifier(text);
  if (!id) {
    problems_.add(Rule::identifier, path, value.offset(), fmt::format("{}: {}", quoted(text), id.error().message));
    return;
  }
  if (const int version = uuid_version(id->uuid); version < 1 || version > 5) {
    problems_.add(Rule::uuid_version, path, value.offset(),
                  fmt::format("{} has no UUID of RFC 4122: its variant or version is none", quoted(text)));
  } else if (std::ranges::any_of(text.substr(id->type.size()), [](char c) { return c >= 'A' && c <= 'F'; })) {
    problems_.add(Rule::uuid_case, path, value.offset(), fmt::format("the UUID of {} is in upper case", quoted(text)));
  }
  if (property.name != "id") check_reference_type(property, text, id->type, value, path);
}

void ObjectChecker::check_reference_type(const Property& property, const std::string& id, std::string_view type,
                                         const json::Value& value, const Path& path) {
  if (is_allowed_target(property.of, type)) return;
  problems_.add(Rule::reference_type, path, value.offset(),
                fmt::format("'{}' points to a {} ({}), it must point to: {}", property.name, type, id, property.of));
}

void ObjectChecker::check_vocabulary(const Property& property, const std::string& text, const json::Value& value,
                                     const Path& path) {
  const auto* vocabulary = find_vocabulary(property.of);
  if (vocabulary->contains(text)) return;
  const std::vector<std::string_view> candidates(vocabulary->values.begin(), vocabulary->values.end());
  const std::string nearest = nearest_name(text, candidates);
  std::string hint = nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest);
  std::string message = fmt::format("'{}' is {}, which is not in {}", property.name, quoted(text), vocabulary->name);
  if (vocabulary->closed) {
    problems_.add(Rule::enum_value, path, value.offset(), std::move(message), std::move(hint));
    return;
  }
  const std::string key = fmt::format("{}\n{}", vocabulary->name, text);
  problems_.add_once(Rule::open_vocabulary, key, path, value.offset(), std::move(message), std::move(hint));
  if (!form::is_lower_hyphen(text)) {
    problems_.add_once(Rule::open_vocabulary_form, key, path, value.offset(),
                       fmt::format("{} should be lower case with hyphens", quoted(text)));
  }
}

void ObjectChecker::check_dictionary(const Property& property, const json::Value& value, const Path& path) {
  const auto* members = value.object();
  if (members == nullptr) {
    problems_.add(Rule::dictionary, path, value.offset(),
                  fmt::format("'{}' must be a JSON object, not {}", property.name, value.kind_name()));
    return;
  }
  if (members->empty()) {
    problems_.add(Rule::empty_dictionary, path, value.offset(),
                  fmt::format("the dictionary '{}' is empty", property.name));
  }
  const auto is_string_list = [](const json::Value& item) {
    const auto* list = item.array();
    return list != nullptr && !list->empty() &&
           std::ranges::all_of(*list, [](const json::Value& text) { return text.string() != nullptr; });
  };
  for (const auto& member : *members) {
    const Path at = path.down(member.key);
    const json::Value& item = member.value;
    // Environment variables, header and option names are what they are; the specification wants them all the same.
    if (property.of != "language" && !form::is_dictionary_key(member.key)) {
      problems_.add(Rule::dictionary_key, at, member.key_offset,
                    fmt::format("{} is no dictionary key: only a-z A-Z 0-9 - _, at most 250", quoted(member.key)));
    }
    const bool fits =
        (property.of.empty() && !item.is_null()) || property.of == "language" ||
        (property.of == "string" && item.string() != nullptr) ||
        (property.of == "integer" && item.as_int64().has_value()) ||
        (property.of == "integer-or-string" && (item.string() != nullptr || item.as_int64().has_value())) ||
        (property.of == "string-list" && is_string_list(item));
    if (!fits) {
      problems_.add(Rule::dictionary, at, item.offset(),
                    fmt::format("values of '{}' must be {}, not {}", property.name,
                                property.of.empty() ? "STIX values" : property.of, item.kind_name()));
    }
  }
}

void ObjectChecker::check_hashes(const json::Value& value, const Path& path) {
  const auto* members = value.object();
  if (members == nullptr) {
    problems_.add(Rule::hashes, path, value.offset(),
                  fmt::format("hashes must be a JSON object, not {}", value.kind_name()));
    return;
  }
  if (members->empty())
    problems_.add(Rule::empty_dictionary, path, value.offset(), "the dictionary of hashes is empty");
  const auto* vocabulary = find_vocabulary("hash-algorithm-ov");
  const std::vector<std::string_view> candidates(vocabulary->values.begin(), vocabulary->values.end());
  for (const auto& member : *members) {
    const Path at = path.down(member.key);
    if (!form::is_dictionary_key(member.key) || member.key.size() < 3) {
      problems_.add(Rule::hash_name, at, member.key_offset, fmt::format("{} is no name of a hash", quoted(member.key)));
      continue;
    }
    const auto* text = member.value.string();
    if (text == nullptr) {
      problems_.add(Rule::hashes, at, member.value.offset(),
                    fmt::format("a hash must be a string, not {}", member.value.kind_name()));
      continue;
    }
    const auto verdict = form::hash_value(member.key, *text);
    if (verdict == form::Verdict::bad) {
      problems_.add(Rule::hash_value, at, member.value.offset(),
                    fmt::format("{} is no {} hash", quoted(*text), member.key));
    } else if (verdict == form::Verdict::poor) {
      const std::string nearest = nearest_name(member.key, candidates);
      problems_.add_once(Rule::hash_algorithm, member.key, at, member.key_offset,
                         fmt::format("{} is not in hash-algorithm-ov", quoted(member.key)),
                         nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest));
    }
  }
}

void ObjectChecker::check_structure(std::string_view name, const json::Value& value, const Path& path) {
  const auto* members = value.object();
  if (members == nullptr) {
    problems_.add(Rule::structure, path, value.offset(),
                  fmt::format("{} must be a JSON object, not {}", name, value.kind_name()));
    return;
  }
  if (members->empty()) {
    problems_.add(Rule::empty_dictionary, path, value.offset(), fmt::format("{} has no property", name));
  }
  check_members(value, *find_structure(name), path);
}

}  // namespace tocsin::stix
