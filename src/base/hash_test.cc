#include "base/hash.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <set>

namespace tocsin {
namespace {

std::string uuid_v5(const char* name_space, std::string_view name) {
  return print_uuid(make_uuid_v5(parse_uuid(name_space).value(), name));
}

TEST(HashTest, KnownVectors) {
  // RFC 1321 A.5; FIPS 180-4 examples; a million times "a" crosses many blocks.
  EXPECT_EQ(hash_hex(HashAlgorithm::md5, ""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hash_hex(HashAlgorithm::md5, "message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(hash_hex(HashAlgorithm::sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hash_hex(HashAlgorithm::sha1, std::string(1'000'000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  EXPECT_EQ(hash_hex(HashAlgorithm::sha256, ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash_hex(HashAlgorithm::sha256, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_hex(HashAlgorithm::sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hash_hex(HashAlgorithm::sha512, "abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(UuidTest, Version5KnownVectors) {
  constexpr const char* kDns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  EXPECT_EQ(uuid_v5(kDns, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");  // RFC 9562 A.4
  EXPECT_EQ(uuid_v5(kDns, "python.org"), "886313e1-3b8a-5372-9b90-0c9aee199e5d");       // Python's documentation
  // STIX 2.1's namespace over the canonical form of an ipv4-addr; computed with Python's uuid.uuid5.
  EXPECT_EQ(uuid_v5("00abedb4-aa42-466c-9c01-fed23315a9b7", R"({"value":"198.51.100.3"})"),
            "28bb3599-77cd-5a82-a950-b5bc3caf07c4");
}

TEST(UuidTest, Version4IsRandomAndMarked) {
  std::set<Uuid> seen;
  for (int i = 0; i < 1000; ++i) {
    const Uuid uuid = make_uuid_v4();
    EXPECT_EQ(uuid_version(uuid), 4);
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(UuidTest, ParsesOnlyTheCanonicalForm) {
  EXPECT_EQ(print_uuid(parse_uuid("6BA7B810-9dad-11D1-80b4-00c04fd430c8").value()),
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  const auto offset_of_error = [](std::string_view text) {
    const auto uuid = parse_uuid(text);
    return uuid ? ~std::uint64_t{0} : uuid.error().where.offset;
  };
  EXPECT_EQ(offset_of_error(""), 0u);
  EXPECT_EQ(offset_of_error("6ba7b810-9dad-11d1-80b4-00c04fd430c"), 35u);
  EXPECT_EQ(offset_of_error("6ba7b810-9dad-11d1-80b4-00c04fd430c80"), 36u);
  EXPECT_EQ(offset_of_error("6ba7b8109dad-11d1-80b4-00c04fd430c80"), 8u);
  EXPECT_EQ(offset_of_error("6ba7b810-9dad-11d1-80b4-00c04fd430g8"), 34u);
  EXPECT_EQ(offset_of_error("{ba7b810-9dad-11d1-80b4-00c04fd430c8"), 0u);
}

TEST(UuidTest, VersionNeedsTheVariant) {
  EXPECT_EQ(uuid_version(parse_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value()), 1);
  EXPECT_EQ(uuid_version(parse_uuid("6ba7b810-9dad-51d1-c0b4-00c04fd430c8").value()), 0);
  EXPECT_EQ(uuid_version(parse_uuid("6ba7b810-9dad-91d1-80b4-00c04fd430c8").value()), 0);
  EXPECT_EQ(uuid_version(Uuid{}), 0);
}

RC_GTEST_PROP(UuidTest, ParsingUndoesPrinting, (const std::array<std::uint8_t, 16>& bytes)) {
  RC_ASSERT(parse_uuid(print_uuid(Uuid{bytes})).value().bytes == bytes);
}

RC_GTEST_PROP(UuidTest, Version5IsMarked, (const std::string& name)) {
  const Uuid uuid = make_uuid_v5(Uuid{}, name);
  RC_ASSERT(uuid_version(uuid) == 5);
  RC_ASSERT(uuid == make_uuid_v5(Uuid{}, name));
}

}  // namespace
}  // namespace tocsin
