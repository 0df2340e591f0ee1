#pragma once

// What single strings must look like, and the bytes behind two of them. Each is linear in the length of its text.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::stix::form {

enum class Verdict : std::uint8_t { good, poor, bad };  ///< poor = breaks a SHOULD, or a custom

bool is_base64(std::string_view text);                            ///< RFC 4648 §4 with padding
Verdict hex(std::string_view text);                               ///< poor: upper case
std::optional<std::string> decode_base64(std::string_view text);  ///< nullopt unless is_base64
std::optional<std::string> decode_hex(std::string_view text);     ///< nullopt for an odd number or other characters
bool is_lower_hyphen(std::string_view text);                      ///< no upper case, no spaces or underscores
bool is_property_name(std::string_view text);                     ///< a-z 0-9 _, 3 to 250, starts with a letter
bool is_type_name(std::string_view text);       ///< a-z 0-9 -, 3 to 250, starts with a letter, no "--"
bool is_dictionary_key(std::string_view text);  ///< a-z A-Z 0-9 - _, 1 to 250
bool is_ipv4_or_cidr(std::string_view text);
bool is_ipv6_or_cidr(std::string_view text);
bool is_mac_address(std::string_view text);
Verdict domain_name(std::string_view text);    ///< poor: underscores
bool is_email_address(std::string_view text);  ///< RFC 5322 addr-spec
bool has_encoded_word(std::string_view text);  ///< RFC 2047 =?charset?q?…?=
bool is_url(std::string_view text);            ///< RFC 3986 URI with a scheme
bool is_media_type(std::string_view text);
bool is_cpe23(std::string_view text);                              ///< formatted string binding, NISTIR 7695 §6.2
bool is_language_tag(std::string_view text);                       ///< well-formed by RFC 5646 §2.1
bool is_country_code(std::string_view text);                       ///< ISO 3166-1 alpha-2, either case
bool is_numbered(std::string_view text, std::string_view prefix);  ///< prefix and decimal digits: "CAPEC-12"
bool is_cve_id(std::string_view text);
bool is_truncated_hive(std::string_view key);  ///< HKLM\…, HKCU\… and so on
/// The IANA name to be used instead; empty when `text` is fine as far as we know.
std::string_view better_charset_name(std::string_view text);
bool is_charset_name(std::string_view text);  ///< form only
/// poor: an algorithm that hash-algorithm-ov does not have.
Verdict hash_value(std::string_view algorithm, std::string_view text);

}  // namespace tocsin::stix::form
