#include "stix/schema_rows.h"

// STIX Cyber-observable Objects (§6) with their predefined extensions and structures.

namespace tocsin::stix::rows {
namespace {

constexpr Property kArtifact[] = {
    {"mime_type", Kind::string, O, kOne, "", Form::mime_type},
    {"payload_bin", Kind::binary},
    {"url", Kind::string, O, kOne, "", Form::url_artifact},
    {"hashes", Kind::hashes},
    {"encryption_algorithm", Kind::enumeration, O, kOne, "encryption-algorithm-enum"},
    {"decryption_key", Kind::string},
};
constexpr Text kArtifactId[] = {"hashes", "payload_bin"};
constexpr Text kArtifactNeeds[] = {"payload_bin", "url"};
constexpr Property kAutonomousSystem[] = {
    {"number", Kind::integer, R},
    {"name", Kind::string},
    {"rir", Kind::string},
};
constexpr Text kAutonomousSystemId[] = {"number"};
constexpr Property kDirectory[] = {
    {"path", Kind::string, R},  {"path_enc", Kind::string, O, kOne, "", Form::charset},
    {"ctime", Kind::timestamp}, {"mtime", Kind::timestamp},
    {"atime", Kind::timestamp}, {"contains_refs", Kind::identifier, O, kList, "file directory"},
};
constexpr Text kDirectoryId[] = {"path"};
constexpr Property kDomainName[] = {
    {"value", Kind::string, R, kOne, "", Form::domain},
    {"resolves_to_refs", Kind::identifier, O, kList, "ipv4-addr ipv6-addr domain-name"},
};
constexpr Text kValueId[] = {"value"};
constexpr Property kEmailAddress[] = {
    {"value", Kind::string, R, kOne, "", Form::email},
    {"display_name", Kind::string, O, kOne, "", Form::decoded_header},
    {"belongs_to_ref", Kind::identifier, O, kOne, "user-account"},
};
constexpr Property kEmailMessage[] = {
    {"is_multipart", Kind::boolean, R},
    {"date", Kind::timestamp},
    {"content_type", Kind::string},
    {"from_ref", Kind::identifier, O, kOne, "email-addr"},
    {"sender_ref", Kind::identifier, O, kOne, "email-addr"},
    {"to_refs", Kind::identifier, O, kList, "email-addr"},
    {"cc_refs", Kind::identifier, O, kList, "email-addr"},
    {"bcc_refs", Kind::identifier, O, kList, "email-addr"},
    {"message_id", Kind::string},
    {"subject", Kind::string, O, kOne, "", Form::decoded_header},
    {"received_lines", Kind::string, O, kList},
    {"additional_header_fields", Kind::dictionary, O, kOne, "string-list"},
    {"body", Kind::string},
    {"body_multipart", Kind::structure, O, kList, "email-mime-part-type"},
    {"raw_email_ref", Kind::identifier, O, kOne, "artifact"},
};
constexpr Text kEmailMessageId[] = {"from_ref", "subject", "body"};
constexpr Property kMimePart[] = {
    {"body", Kind::string},
    {"body_raw_ref", Kind::identifier, O, kOne, "artifact file"},
    {"content_type", Kind::string},
    {"content_disposition", Kind::string},
};
constexpr Text kMimePartNeeds[] = {"body", "body_raw_ref"};
constexpr Property kFile[] = {
    {"hashes", Kind::hashes},
    {"size", Kind::integer, O, kOne, "", Form::not_negative},
    {"name", Kind::string},
    {"name_enc", Kind::string, O, kOne, "", Form::charset},
    {"magic_number_hex", Kind::hex},
    {"mime_type", Kind::string, O, kOne, "", Form::mime_type},
    {"ctime", Kind::timestamp},
    {"mtime", Kind::timestamp},
    {"atime", Kind::timestamp},
    {"parent_directory_ref", Kind::identifier, O, kOne, "directory"},
    {"contains_refs", Kind::identifier, O, kList, "sco"},
    {"content_ref", Kind::identifier, O, kOne, "artifact"},
};
constexpr Text kFileId[] = {"hashes", "name", "extensions", "parent_directory_ref"};
constexpr Text kFileNeeds[] = {"hashes", "name"};
constexpr Text kFileExtensions[] = {"archive-ext", "ntfs-ext", "pdf-ext", "raster-image-ext", "windows-pebinary-ext"};
constexpr Property kArchiveExtension[] = {
    {"contains_refs", Kind::identifier, R, kList, "file directory"},
    {"comment", Kind::string},
};
constexpr Property kNtfsExtension[] = {
    {"sid", Kind::string},
    {"alternate_data_streams", Kind::structure, O, kList, "alternate-data-stream-type"},
};
constexpr Text kNtfsNeeds[] = {"sid", "alternate_data_streams"};
constexpr Property kAlternateDataStream[] = {
    {"name", Kind::string, R},
    {"hashes", Kind::hashes},
    {"size", Kind::integer, O, kOne, "", Form::not_negative},
};
constexpr Property kPdfExtension[] = {
    {"version", Kind::string},
    {"is_optimized", Kind::boolean},
    {"document_info_dict", Kind::dictionary, O, kOne, "string"},
    {"pdfid0", Kind::string},
    {"pdfid1", Kind::string},
};
constexpr Text kPdfNeeds[] = {"version", "is_optimized", "document_info_dict", "pdfid0", "pdfid1"};
constexpr Property kRasterImageExtension[] = {
    {"image_height", Kind::integer},
    {"image_width", Kind::integer},
    {"bits_per_pixel", Kind::integer},
    {"exif_tags", Kind::dictionary, O, kOne, "integer-or-string"},
};
constexpr Text kRasterImageNeeds[] = {"image_height", "image_width", "bits_per_pixel", "exif_tags"};
constexpr Property kPeBinaryExtension[] = {
    {"pe_type", Kind::open, R, kOne, "windows-pebinary-type-ov"},
    {"imphash", Kind::string},
    {"machine_hex", Kind::hex},
    {"number_of_sections", Kind::integer, O, kOne, "", Form::not_negative},
    {"time_date_stamp", Kind::timestamp, O, kOne, "", Form::whole_seconds},
    {"pointer_to_symbol_table_hex", Kind::hex},
    {"number_of_symbols", Kind::integer, O, kOne, "", Form::not_negative},
    {"size_of_optional_header", Kind::integer, O, kOne, "", Form::not_negative},
    {"characteristics_hex", Kind::hex},
    {"file_header_hashes", Kind::hashes},
    {"optional_header", Kind::structure, O, kOne, "windows-pe-optional-header-type"},
    {"sections", Kind::structure, O, kList, "windows-pe-section-type"},
};
constexpr Text kPeBinaryNeeds[] = {"imphash",
                                   "machine_hex",
                                   "number_of_sections",
                                   "time_date_stamp",
                                   "pointer_to_symbol_table_hex",
                                   "number_of_symbols",
                                   "size_of_optional_header",
                                   "characteristics_hex",
                                   "file_header_hashes",
                                   "optional_header",
                                   "sections"};
constexpr Property kPeOptionalHeader[] = {
    {"magic_hex", Kind::hex},
    {"major_linker_version", Kind::integer},
    {"minor_linker_version", Kind::integer},
    {"size_of_code", Kind::integer, O, kOne, "", Form::not_negative},
    {"size_of_initialized_data", Kind::integer, O, kOne, "", Form::not_negative},
    {"size_of_uninitialized_data", Kind::integer, O, kOne, "", Form::not_negative},
    {"address_of_entry_point", Kind::integer},
    {"base_of_code", Kind::integer},
    {"base_of_data", Kind::integer},
    {"image_base", Kind::integer},
    {"section_alignment", Kind::integer},
    {"file_alignment", Kind::integer},
    {"major_os_version", Kind::integer},
    {"minor_os_version", Kind::integer},
    {"major_image_version", Kind::integer},
    {"minor_image_version", Kind::integer},
    {"major_subsystem_version", Kind::integer},
    {"minor_subsystem_version", Kind::integer},
    {"win32_version_value_hex", Kind::hex},
    {"size_of_image", Kind::integer, O, kOne, "", Form::not_negative},
    {"size_of_headers", Kind::integer, O, kOne, "", Form::not_negative},
    {"checksum_hex", Kind::hex},
    {"subsystem_hex", Kind::hex},
    {"dll_characteristics_hex", Kind::hex},
    {"size_of_stack_reserve", Kind::integer, O, kOne, "", Form::not_negative},
    {"size_of_stack_commit", Kind::integer, O, kOne, "", Form::not_negative},
    {"size_of_heap_reserve", Kind::integer, O, kOne, "", Form::not_negative},
    {"size_of_heap_commit", Kind::integer, O, kOne, "", Form::not_negative},
    {"loader_flags_hex", Kind::hex},
    {"number_of_rva_and_sizes", Kind::integer},
    {"hashes", Kind::hashes},
};
constexpr Property kPeSection[] = {
    {"name", Kind::string, R},
    {"size", Kind::integer, O, kOne, "", Form::not_negative},
    {"entropy", Kind::real},
    {"hashes", Kind::hashes},
};
constexpr Property kIpv4Address[] = {
    {"value", Kind::string, R, kOne, "", Form::ipv4},
    {"resolves_to_refs", Kind::identifier, O, kList, "mac-addr"},
    {"belongs_to_refs", Kind::identifier, O, kList, "autonomous-system"},
};
constexpr Property kIpv6Address[] = {
    {"value", Kind::string, R, kOne, "", Form::ipv6},
    {"resolves_to_refs", Kind::identifier, O, kList, "mac-addr"},
    {"belongs_to_refs", Kind::identifier, O, kList, "autonomous-system"},
};
constexpr Property kMacAddress[] = {
    {"value", Kind::string, R, kOne, "", Form::mac},
};
constexpr Property kMutex[] = {
    {"name", Kind::string, R},
};
constexpr Text kNameId[] = {"name"};
constexpr Property kNetworkTraffic[] = {
    {"start", Kind::timestamp},
    {"end", Kind::timestamp},
    {"is_active", Kind::boolean},
    {"src_ref", Kind::identifier, O, kOne, "ipv4-addr ipv6-addr mac-addr domain-name"},
    {"dst_ref", Kind::identifier, O, kOne, "ipv4-addr ipv6-addr mac-addr domain-name"},
    {"src_port", Kind::integer, O, kOne, "", Form::port},
    {"dst_port", Kind::integer, O, kOne, "", Form::port},
    {"protocols", Kind::string, R, kList, "", Form::protocol},
    {"src_byte_count", Kind::integer, O, kOne, "", Form::not_negative},
    {"dst_byte_count", Kind::integer, O, kOne, "", Form::not_negative},
    {"src_packets", Kind::integer, O, kOne, "", Form::not_negative},
    {"dst_packets", Kind::integer, O, kOne, "", Form::not_negative},
    {"ipfix", Kind::dictionary, O, kOne, "integer-or-string"},
    {"src_payload_ref", Kind::identifier, O, kOne, "artifact"},
    {"dst_payload_ref", Kind::identifier, O, kOne, "artifact"},
    {"encapsulates_refs", Kind::identifier, O, kList, "network-traffic"},
    {"encapsulated_by_ref", Kind::identifier, O, kOne, "network-traffic"},
};
constexpr Text kNetworkTrafficId[] = {"start",    "end",      "src_ref",   "dst_ref",
                                      "src_port", "dst_port", "protocols", "extensions"};
constexpr Text kNetworkTrafficNeeds[] = {"src_ref", "dst_ref"};
constexpr Text kNetworkTrafficExtensions[] = {"http-request-ext", "icmp-ext", "socket-ext", "tcp-ext"};
constexpr Property kHttpRequestExtension[] = {
    {"request_method", Kind::string, R},
    {"request_value", Kind::string, R},
    {"request_version", Kind::string},
    {"request_header", Kind::dictionary, O, kOne, "string-list"},
    {"message_body_length", Kind::integer, O, kOne, "", Form::not_negative},
    {"message_body_data_ref", Kind::identifier, O, kOne, "artifact"},
};
constexpr Property kIcmpExtension[] = {
    {"icmp_type_hex", Kind::hex, R},
    {"icmp_code_hex", Kind::hex, R},
};
constexpr Property kSocketExtension[] = {
    {"address_family", Kind::enumeration, R, kOne, "network-socket-address-family-enum"},
    {"is_blocking", Kind::boolean},
    {"is_listening", Kind::boolean},
    {"options", Kind::dictionary, O, kOne, "integer"},
    {"socket_type", Kind::enumeration, O, kOne, "network-socket-type-enum"},
    {"socket_descriptor", Kind::integer, O, kOne, "", Form::not_negative},
    {"socket_handle", Kind::integer},
};
constexpr Property kTcpExtension[] = {
    {"src_flags_hex", Kind::hex},
    {"dst_flags_hex", Kind::hex},
};
constexpr Text kTcpNeeds[] = {"src_flags_hex", "dst_flags_hex"};
constexpr Property kProcess[] = {
    {"is_hidden", Kind::boolean},
    {"pid", Kind::integer},
    {"created_time", Kind::timestamp},
    {"cwd", Kind::string},
    {"command_line", Kind::string},
    {"environment_variables", Kind::dictionary, O, kOne, "string"},
    {"opened_connection_refs", Kind::identifier, O, kList, "network-traffic"},
    {"creator_user_ref", Kind::identifier, O, kOne, "user-account"},
    {"image_ref", Kind::identifier, O, kOne, "file"},
    {"parent_ref", Kind::identifier, O, kOne, "process"},
    {"child_refs", Kind::identifier, O, kList, "process"},
};
constexpr Text kProcessNeeds[] = {"is_hidden",
                                  "pid",
                                  "created_time",
                                  "cwd",
                                  "command_line",
                                  "environment_variables",
                                  "opened_connection_refs",
                                  "creator_user_ref",
                                  "image_ref",
                                  "parent_ref",
                                  "child_refs",
                                  "extensions"};
constexpr Text kProcessExtensions[] = {"windows-process-ext", "windows-service-ext"};
constexpr Property kWindowsProcessExtension[] = {
    {"aslr_enabled", Kind::boolean},
    {"dep_enabled", Kind::boolean},
    {"priority", Kind::string, O, kOne, "", Form::priority_class},
    {"owner_sid", Kind::string},
    {"window_title", Kind::string},
    {"startup_info", Kind::dictionary},
    {"integrity_level", Kind::enumeration, O, kOne, "windows-integrity-level-enum"},
};
constexpr Text kWindowsProcessNeeds[] = {"aslr_enabled", "dep_enabled",  "priority",       "owner_sid",
                                         "window_title", "startup_info", "integrity_level"};
constexpr Property kWindowsServiceExtension[] = {
    {"service_name", Kind::string},
    {"descriptions", Kind::string, O, kList},
    {"display_name", Kind::string},
    {"group_name", Kind::string},
    {"start_type", Kind::enumeration, O, kOne, "windows-service-start-type-enum"},
    {"service_dll_refs", Kind::identifier, O, kList, "file"},
    {"service_type", Kind::enumeration, O, kOne, "windows-service-type-enum"},
    {"service_status", Kind::enumeration, O, kOne, "windows-service-status-enum"},
};
constexpr Text kWindowsServiceNeeds[] = {"service_name", "descriptions",     "display_name", "group_name",
                                         "start_type",   "service_dll_refs", "service_type", "service_status"};
constexpr Property kSoftware[] = {
    {"name", Kind::string, R}, {"cpe", Kind::string, O, kOne, "", Form::cpe23},
    {"swid", Kind::string},    {"languages", Kind::language, O, kList},
    {"vendor", Kind::string},  {"version", Kind::string},
};
constexpr Text kSoftwareId[] = {"name", "cpe", "swid", "vendor", "version"};
constexpr Property kUrl[] = {
    {"value", Kind::string, R, kOne, "", Form::url},
};
constexpr Property kUserAccount[] = {
    {"user_id", Kind::string},
    {"credential", Kind::string},
    {"account_login", Kind::string},
    {"account_type", Kind::open, O, kOne, "account-type-ov"},
    {"display_name", Kind::string},
    {"is_service_account", Kind::boolean},
    {"is_privileged", Kind::boolean},
    {"can_escalate_privs", Kind::boolean},
    {"is_disabled", Kind::boolean},
    {"account_created", Kind::timestamp},
    {"account_expires", Kind::timestamp},
    {"credential_last_changed", Kind::timestamp},
    {"account_first_login", Kind::timestamp},
    {"account_last_login", Kind::timestamp},
};
constexpr Text kUserAccountId[] = {"account_type", "user_id", "account_login"};
constexpr Text kUserAccountNeeds[] = {"user_id",
                                      "credential",
                                      "account_login",
                                      "account_type",
                                      "display_name",
                                      "is_service_account",
                                      "is_privileged",
                                      "can_escalate_privs",
                                      "is_disabled",
                                      "account_created",
                                      "account_expires",
                                      "credential_last_changed",
                                      "account_first_login",
                                      "account_last_login",
                                      "extensions"};
constexpr Text kUserAccountExtensions[] = {"unix-account-ext"};
constexpr Property kUnixAccountExtension[] = {
    {"gid", Kind::integer},
    {"groups", Kind::string, O, kList},
    {"home_dir", Kind::string},
    {"shell", Kind::string},
};
constexpr Text kUnixAccountNeeds[] = {"gid", "groups", "home_dir", "shell"};
constexpr Property kWindowsRegistryKey[] = {
    {"key", Kind::string, O, kOne, "", Form::registry_key},
    {"values", Kind::structure, O, kList, "windows-registry-value-type"},
    {"modified_time", Kind::timestamp},
    {"creator_user_ref", Kind::identifier, O, kOne, "user-account"},
    {"number_of_subkeys", Kind::integer},
};
constexpr Text kWindowsRegistryKeyId[] = {"key", "values"};
constexpr Text kWindowsRegistryKeyNeeds[] = {"key", "values", "modified_time", "creator_user_ref", "number_of_subkeys"};
constexpr Property kWindowsRegistryValue[] = {
    {"name", Kind::string},
    {"data", Kind::string},
    {"data_type", Kind::enumeration, O, kOne, "windows-registry-datatype-enum"},
};
constexpr Text kWindowsRegistryValueNeeds[] = {"name", "data", "data_type"};
constexpr Property kCertificate[] = {
    {"is_self_signed", Kind::boolean},
    {"hashes", Kind::hashes},
    {"version", Kind::string},
    {"serial_number", Kind::string},
    {"signature_algorithm", Kind::string},
    {"issuer", Kind::string},
    {"validity_not_before", Kind::timestamp},
    {"validity_not_after", Kind::timestamp},
    {"subject", Kind::string},
    {"subject_public_key_algorithm", Kind::string},
    {"subject_public_key_modulus", Kind::string},
    {"subject_public_key_exponent", Kind::integer},
    {"x509_v3_extensions", Kind::structure, O, kOne, "x509-v3-extensions-type"},
};
constexpr Text kCertificateId[] = {"hashes", "serial_number"};
constexpr Text kCertificateNeeds[] = {"is_self_signed",
                                      "hashes",
                                      "version",
                                      "serial_number",
                                      "signature_algorithm",
                                      "issuer",
                                      "validity_not_before",
                                      "validity_not_after",
                                      "subject",
                                      "subject_public_key_algorithm",
                                      "subject_public_key_modulus",
                                      "subject_public_key_exponent",
                                      "x509_v3_extensions"};
constexpr Property kCertificateExtensions[] = {
    {"basic_constraints", Kind::string},
    {"name_constraints", Kind::string},
    {"policy_constraints", Kind::string},
    {"key_usage", Kind::string},
    {"extended_key_usage", Kind::string},
    {"subject_key_identifier", Kind::string},
    {"authority_key_identifier", Kind::string},
    {"subject_alternative_name", Kind::string},
    {"issuer_alternative_name", Kind::string},
    {"subject_directory_attributes", Kind::string},
    {"crl_distribution_points", Kind::string},
    {"inhibit_any_policy", Kind::string},
    {"private_key_usage_period_not_before", Kind::timestamp},
    {"private_key_usage_period_not_after", Kind::timestamp},
    {"certificate_policies", Kind::string},
    {"policy_mappings", Kind::string},
};
constexpr Text kCertificateExtensionsNeeds[] = {"basic_constraints",
                                                "name_constraints",
                                                "policy_constraints",
                                                "key_usage",
                                                "extended_key_usage",
                                                "subject_key_identifier",
                                                "authority_key_identifier",
                                                "subject_alternative_name",
                                                "issuer_alternative_name",
                                                "subject_directory_attributes",
                                                "crl_distribution_points",
                                                "inhibit_any_policy",
                                                "private_key_usage_period_not_before",
                                                "private_key_usage_period_not_after",
                                                "certificate_policies",
                                                "policy_mappings"};

constexpr TypeDefinition kTypes[] = {
    {"artifact", Category::sco, "6.1", kArtifact, kArtifactId, {}, kArtifactNeeds},
    {"autonomous-system", Category::sco, "6.2", kAutonomousSystem, kAutonomousSystemId},
    {"directory", Category::sco, "6.3", kDirectory, kDirectoryId},
    {"domain-name", Category::sco, "6.4", kDomainName, kValueId},
    {"email-addr", Category::sco, "6.5", kEmailAddress, kValueId},
    {"email-message", Category::sco, "6.6", kEmailMessage, kEmailMessageId},
    {"file", Category::sco, "6.7", kFile, kFileId, kFileExtensions, kFileNeeds},
    {"ipv4-addr", Category::sco, "6.8", kIpv4Address, kValueId},
    {"ipv6-addr", Category::sco, "6.9", kIpv6Address, kValueId},
    {"mac-addr", Category::sco, "6.10", kMacAddress, kValueId},
    {"mutex", Category::sco, "6.11", kMutex, kNameId},
    {"network-traffic", Category::sco, "6.12", kNetworkTraffic, kNetworkTrafficId, kNetworkTrafficExtensions,
     kNetworkTrafficNeeds},
    {"process", Category::sco, "6.13", kProcess, {}, kProcessExtensions, kProcessNeeds},
    {"software", Category::sco, "6.14", kSoftware, kSoftwareId},
    {"url", Category::sco, "6.15", kUrl, kValueId},
    {"user-account", Category::sco, "6.16", kUserAccount, kUserAccountId, kUserAccountExtensions, kUserAccountNeeds},
    {"windows-registry-key",
     Category::sco,
     "6.17",
     kWindowsRegistryKey,
     kWindowsRegistryKeyId,
     {},
     kWindowsRegistryKeyNeeds},
    {"x509-certificate", Category::sco, "6.18", kCertificate, kCertificateId, {}, kCertificateNeeds},
};

constexpr TypeDefinition kStructures[] = {
    {"email-mime-part-type", Category::custom, "6.6.2", kMimePart, {}, {}, kMimePartNeeds},
    {"archive-ext", Category::custom, "6.7.2", kArchiveExtension},
    {"ntfs-ext", Category::custom, "6.7.3", kNtfsExtension, {}, {}, kNtfsNeeds},
    {"alternate-data-stream-type", Category::custom, "6.7.3.2", kAlternateDataStream},
    {"pdf-ext", Category::custom, "6.7.4", kPdfExtension, {}, {}, kPdfNeeds},
    {"raster-image-ext", Category::custom, "6.7.5", kRasterImageExtension, {}, {}, kRasterImageNeeds},
    {"windows-pebinary-ext", Category::custom, "6.7.6", kPeBinaryExtension, {}, {}, kPeBinaryNeeds},
    {"windows-pe-optional-header-type", Category::custom, "6.7.6.2", kPeOptionalHeader},
    {"windows-pe-section-type", Category::custom, "6.7.6.3", kPeSection},
    {"http-request-ext", Category::custom, "6.12.2", kHttpRequestExtension},
    {"icmp-ext", Category::custom, "6.12.3", kIcmpExtension},
    {"socket-ext", Category::custom, "6.12.4", kSocketExtension},
    {"tcp-ext", Category::custom, "6.12.5", kTcpExtension, {}, {}, kTcpNeeds},
    {"windows-process-ext", Category::custom, "6.13.2", kWindowsProcessExtension, {}, {}, kWindowsProcessNeeds},
    {"windows-service-ext", Category::custom, "6.13.3", kWindowsServiceExtension, {}, {}, kWindowsServiceNeeds},
    {"unix-account-ext", Category::custom, "6.16.2", kUnixAccountExtension, {}, {}, kUnixAccountNeeds},
    {"windows-registry-value-type",
     Category::custom,
     "6.17.2",
     kWindowsRegistryValue,
     {},
     {},
     kWindowsRegistryValueNeeds},
    {"x509-v3-extensions-type",
     Category::custom,
     "6.18.2",
     kCertificateExtensions,
     {},
     {},
     kCertificateExtensionsNeeds},
};

}  // namespace

std::span<const TypeDefinition> observable_types() { return kTypes; }
std::span<const TypeDefinition> observable_structures() { return kStructures; }

}  // namespace tocsin::stix::rows
