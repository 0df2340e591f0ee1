#pragma once

// Inside the room: the rules of the checker, by name. The clause in an id is the one of STIX 2.1 that the rule is from.

#include <cstdint>

#include "stix/check.h"

namespace tocsin::stix {

// X(name, severity, id after "stix-2.1/", meaning)
#define TOCSIN_STIX_RULES(X)                                                                                         \
  X(not_json, error, "8/not-json", "a file is one JSON text")                                                        \
  X(not_stix, error, "8/not-stix", "a file is a bundle, a list of objects or an object")                             \
  X(not_an_object, error, "8/not-an-object", "what a bundle holds are STIX objects")                                 \
  X(bundle_in_bundle, error, "8/bundle-in-bundle", "a bundle is no STIX object and cannot stand in another")         \
  X(bundle_property, warning, "8/bundle-property", "further properties of a bundle should not be relied on")         \
  X(duplicate_key, error, "2.3/duplicate-key", "the keys of an object are unique")                                   \
  X(null_value, warning, "2/null", "STIX has no null; a property without a value is left out")                       \
  X(binary, error, "2.1/binary", "binary is base64 in a string")                                                     \
  X(boolean, error, "2.2/boolean", "a boolean is true or false")                                                     \
  X(dictionary, error, "2.3/dictionary", "a dictionary is a JSON object with values of its type")                    \
  X(empty_dictionary, error, "2.3/empty-dictionary", "dictionaries and structures are not empty")                    \
  X(dictionary_key, error, "2.3/dictionary-key", "dictionary keys are a-z A-Z 0-9 - _, at most 250 long")            \
  X(enum_value, error, "2.4/enum-value", "the value of an enumeration is one of its terms")                          \
  X(reference_needs_one, error, "2.5.2/needs-one-of", "an external reference has a description, url or external_id") \
  X(reference_url, warning, "2.5/url", "the url of an external reference is one by RFC 3986")                        \
  X(url_without_hashes, warning, "2.5/url-without-hashes", "hashes should be there when a url is")                   \
  X(real, error, "2.6/float", "a float is a JSON number in the range of a double")                                   \
  X(hashes, error, "2.7/hashes", "hashes are a JSON object of strings")                                              \
  X(hash_name, error, "2.7/hash-name", "hash names are a-z A-Z 0-9 - _, 3 to 250 long")                              \
  X(hash_value, error, "2.7/hash-value", "a hash has the form that its algorithm gives")                             \
  X(hash_algorithm, warning, "2.7/hash-algorithm", "hash names should come from hash-algorithm-ov")                  \
  X(hex, error, "2.8/hex", "hex is an even number of hexadecimal digits")                                            \
  X(hex_case, warning, "2.8/hex-case", "hexadecimal digits are written in lower case")                               \
  X(identifier, error, "2.9/identifier", "an identifier is type--UUID")                                              \
  X(uuid_version, error, "2.9/uuid", "the UUID of an identifier is one of RFC 4122")                                 \
  X(uuid_case, warning, "2.9/uuid-case", "UUIDs are written in lower case")                                          \
  X(id_type, error, "2.9/id-type", "the id starts with the object's own type")                                       \
  X(uuid_reused, error, "2.9/uuid-reused", "a producer does not use one UUID for objects of different types")        \
  X(sdo_uuid_version, warning, "2.9/sdo-uuid-version", "SDOs, SROs, meta objects and bundles should use UUIDv4")     \
  X(sco_uuid_version, warning, "2.9/sco-uuid-version", "SCOs should use UUIDv5")                                     \
  X(sco_needs_v4, error, "2.9/sco-needs-v4", "without ID contributing properties an SCO has a UUIDv4")               \
  X(sco_id, warning, "2.9/sco-id", "the UUIDv5 of an SCO should be made from its ID contributing properties")        \
  X(integer, error, "2.10/integer", "an integer is a JSON number without fraction")                                  \
  X(integer_range, error, "2.10/integer-range", "integers have at most 54 bits with their sign")                     \
  X(kill_chain_name, warning, "2.11/kill-chain-name", "kill chains and phases should be lower case with hyphens")    \
  X(list, error, "2.12/list", "a list is a JSON array")                                                              \
  X(empty_list, error, "2.12/empty-list", "lists are not empty")                                                     \
  X(container, error, "2.13/container", "a container holds observables and its references stay inside")              \
  X(container_deprecated, warning, "2.13/deprecated", "object containers should not be used for new content")        \
  X(open_vocabulary, warning, "2.14/open-vocabulary", "the value should come from the open vocabulary")              \
  X(open_vocabulary_form, warning, "2.14/open-vocabulary-form", "other values should be lower case with hyphens")    \
  X(string, error, "2.15/string", "a string is a JSON string")                                                       \
  X(timestamp, error, "2.16/timestamp", "a timestamp is one by RFC 3339")                                            \
  X(timestamp_utc, error, "2.16/utc", "timestamps are in UTC, with upper-case T and Z")                              \
  X(structure, error, "3.1/structure", "a structure is a JSON object")                                               \
  X(required_property, error, "3.1/required-property", "required properties are there")                              \
  X(needs_one_of, error, "3.1/needs-one-of", "types that ask for one of several properties have one")                \
  X(encoding_alone, error, "3.1/encoding-alone", "an _enc property stands beside the property that it describes")    \
  X(charset, error, "3.9.1/charset", "encodings are named by the IANA registry, preferred MIME name first")          \
  X(spec_version, error, "3.2/spec-version", "spec_version is 2.1")                                                  \
  X(version_unclear, warning, "3.2/version-unclear", "an object without spec_version is STIX 2.0 and looks so")      \
  X(created_precision, error, "3.2/precision", "created and modified have at least milliseconds")                    \
  X(modified_before_created, error, "3.2/modified-before-created", "modified is not earlier than created")           \
  X(confidence, error, "3.2/confidence", "confidence is 0 to 100")                                                   \
  X(language, error, "3.2/language", "languages are tags by RFC 5646")                                               \
  X(lang_missing, warning, "3.2/lang-missing", "lang should be there where there is text to translate")              \
  X(circular_marking, error, "3.2/circular-marking", "a marking definition does not mark itself")                    \
  X(defanged, error, "3.2/defanged", "only SCOs may be defanged")                                                    \
  X(not_applicable, error, "3.2/not-applicable", "a common property stands only on types that have it")              \
  X(types_as_labels, warning, "3.2/types-as-labels", "labels are not for what a *_types property is there for")      \
  X(extension_key, warning, "3.2/extension-key", "extensions are known by the id of their definition or predefined") \
  X(extension_type_missing, error, "3.2/extension-type-missing", "the use of an extension definition says its type") \
  X(reference_type, error, "3.3/reference-type", "a reference points to a type that its property allows")            \
  X(dangling_reference, warning, "3.3/dangling-reference", "what is referred to is not in the file")                 \
  X(same_version_differs, error, "3.6/same-version-differs", "one version of an object always has the same content") \
  X(duplicate_object, warning, "3.6/duplicate-object", "the same version of an object stands in the file twice")     \
  X(created_changed, error, "3.6/created-changed", "a new version keeps created")                                    \
  X(creator_changed, error, "3.6/creator-changed", "only its creator makes new versions of an object")               \
  X(version_after_revoked, error, "3.6/version-after-revoked", "a revoked object has no later versions")             \
  X(reserved_name, error, "3.8/reserved-name", "reserved property names are not used")                               \
  X(extension_place, error, "3.10/extension-place", "a predefined extension stands on the type that it is for")      \
  X(capec_id, error, "4.1/capec-id", "CAPEC references have source_name capec and external_id CAPEC-number")         \
  X(cve_id, error, "4.19/cve-id", "CVE references have source_name cve and the exact identifier")                    \
  X(seen_order, error, "4/seen-order", "last_seen is not earlier than first_seen")                                   \
  X(indicator_text, warning, "4.7/name-or-description", "an indicator should have a name and a description")         \
  X(valid_order, error, "4.7/valid-order", "valid_until is later than valid_from")                                   \
  X(pattern, error, "4.7/pattern", "a STIX pattern follows the grammar of part 9")                                   \
  X(pattern_window, warning, "9.5.1/window", "START and STOP should lie within the validity of the indicator")       \
  X(coordinates, error, "4.10/coordinates", "latitude and longitude stand together and in their ranges")             \
  X(location_needs, error, "4.10/needs-one-of", "a location has a region, a country or coordinates")                 \
  X(country, warning, "4.10/country", "country should be an ISO 3166-1 alpha-2 code")                                \
  X(family_name, error, "4.11/family-name", "a malware family has a name")                                           \
  X(variant_of, error, "4.11/variant-of", "a family is no variant of an instance")                                   \
  X(sample_refs, error, "4.11/sample-refs", "the samples of a malware instance are the same binary")                 \
  X(product_name, warning, "4.12/product", "product names should be lower case with hyphens")                        \
  X(observed_order, error, "4.14/observed-order", "last_observed is not earlier than first_observed")                \
  X(observed_both, error, "4.14/objects-and-object-refs", "an observation has objects or object_refs, not both")     \
  X(observed_no_sco, error, "4.14/no-observable", "object_refs has at least one SCO")                                \
  X(number_range, error, "4/number-range", "counts, sizes and ports are in their ranges")                            \
  X(relationship_name, error, "5.1/relationship-name", "relationship types are a-z 0-9 -")                           \
  X(relationship_unknown, warning, "5.1/relationship", "a relationship should be one that its source type lists")    \
  X(relationship_order, error, "5.1/time-order", "stop_time is later than start_time")                               \
  X(artifact_source, error, "6.1/payload-and-url", "an artifact has a payload or a url, not both")                   \
  X(artifact_hashes, error, "6.1/url-without-hashes", "an artifact with a url has hashes")                           \
  X(artifact_key, error, "6.1/key-without-algorithm", "a decryption key needs an encryption algorithm")              \
  X(artifact_url, error, "6.1/url", "the url of an artifact is one by RFC 3986")                                     \
  X(mime_type, warning, "6.1/mime-type", "media types should be of the form registered at IANA")                     \
  X(domain_name, error, "6.4/domain-name", "domain names follow RFC 1034 and RFC 5890")                              \
  X(domain_underscore, warning, "6.4/underscore", "labels with underscores are no host names by RFC 5890")           \
  X(email_address, error, "6.5/email-address", "an e-mail address is an addr-spec without display name")             \
  X(encoded_word, error, "6.6/encoded-word", "headers are decoded (RFC 2047)")                                       \
  X(email_body, error, "6.6/body", "body is for single, body_multipart for multipart messages")                      \
  X(pe_precision, error, "6.7.6/precision", "the time stamp of a PE file is precise to the second")                  \
  X(ipv4, error, "6.8/ipv4", "an IPv4 address or a block in CIDR notation")                                          \
  X(ipv6, error, "6.9/ipv6", "an IPv6 address or a block in CIDR notation")                                          \
  X(mac_address, error, "6.10/mac-address", "a MAC address is lower case, colon-delimited, with leading zeros")      \
  X(traffic_order, error, "6.12/time-order", "end is not earlier than start")                                        \
  X(traffic_active, error, "6.12/active-and-ended", "traffic that has ended is not active")                          \
  X(traffic_ports, warning, "6.12/ports", "src_port and dst_port should be there")                                   \
  X(protocol_name, warning, "6.12/protocol-name", "protocol names should be those of IANA, which are lower case")    \
  X(extension_protocol, warning, "6.12/extension-protocol", "the protocol of an extension should be listed")         \
  X(priority_class, warning, "6.13.2/priority", "priority should end in _CLASS")                                     \
  X(cpe, error, "6.14/cpe", "cpe is a CPE 2.3 formatted string")                                                     \
  X(url, error, "6.15/url", "a URL follows RFC 3986")                                                                \
  X(registry_hive, error, "6.17/hive", "the hive of a registry key is written out")                                  \
  X(language_object_modified, warning, "7.1/object-modified", "object_modified is the modified of the object")       \
  X(language_contents, error, "7.1/contents", "contents are dictionaries by language that mirror the object")        \
  X(marking_definition, error, "7.2.1/definition", "a marking has definition_type and definition, or extensions")    \
  X(marking_tlp, error, "7.2.1.4/tlp", "TLP markings are the four of the specification")                             \
  X(granular_one_of, error, "7.2.3.1/lang-or-marking", "a granular marking has lang or marking_ref, not both")       \
  X(selector_syntax, error, "7.2.3.1/selector-syntax", "selectors are names and [indices] joined by dots")           \
  X(selector_target, error, "7.2.3.1/selector-target", "selectors name what is there")                               \
  X(extension_properties, error, "7.3.1/extension-properties", "only top-level extensions list their properties")    \
  X(extension_no_properties, warning, "7.3.1/no-properties", "a top-level extension should list its properties")     \
  X(extension_description, warning, "7.3.1/description", "an extension should be described")                         \
  X(extension_mismatch, error, "7.3/type-mismatch", "an extension is used as its definition says")                   \
  X(extension_redefines, error, "7.3/redefines", "extensions do not redefine what the specification defines")        \
  X(extension_property_name, error, "7.3.2.1/property-name", "extension properties are a-z 0-9 _, 3 to 250 long")    \
  X(custom_property_name, error, "11.1.1/property-name", "custom properties are a-z 0-9 _, 3 to 250 long")           \
  X(custom_property_prefix, warning, "11.1.1/prefix", "custom properties should start with x_")                      \
  X(custom_property, warning, "11.1/custom-property", "custom properties should be defined by an extension")         \
  X(custom_type_name, error, "11.2.1/type-name", "custom types are a-z 0-9 -, 3 to 250 long, no two hyphens")        \
  X(custom_type_prefix, warning, "11.2.1/prefix", "custom types should start with x-")                               \
  X(custom_object, warning, "11.2/custom-object", "custom objects should be defined by an extension")                \
  X(custom_object_empty, error, "11.2.1/no-property", "a custom object has properties of its own")                   \
  X(custom_extension_name, error, "11.3.1/extension-name", "custom extensions are a-z 0-9 - and end in -ext")        \
  X(custom_extension_prefix, warning, "11.3.1/prefix", "custom extensions should start with x-")                     \
  X(custom_extension, warning, "11.3/custom-extension", "custom extensions should be defined by an extension")       \
  X(custom_extension_place, error, "11.3/extension-place", "custom extensions stand on SCOs only")

enum class Rule : std::uint8_t {
#define TOCSIN_STIX_RULE_NAME(name, severity, id, meaning) name,
  TOCSIN_STIX_RULES(TOCSIN_STIX_RULE_NAME)
#undef TOCSIN_STIX_RULE_NAME
};

const CheckRule& rule_row(Rule rule);

}  // namespace tocsin::stix
