#include "stix/versions.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>

namespace tocsin::stix {
namespace {

Object version(int id, int modified, bool revoked, int content) {
  Object object("tool", "tool--" + std::to_string(id));
  object.set("created", "2020-01-01T00:00:00.000Z");
  if (modified > 0) object.set("modified", "2020-01-0" + std::to_string(modified) + "T00:00:00.000Z");
  if (revoked) object.set("revoked", true);
  object.set("name", std::to_string(content));
  return object;
}

TEST(Versions, LatestModifiedWinsWhateverTheOrder) {
  VersionSet set;
  EXPECT_EQ(set.add(version(1, 2, false, 0)), VersionSet::Outcome::added);
  EXPECT_EQ(set.add(version(1, 1, false, 0)), VersionSet::Outcome::older);
  EXPECT_EQ(set.add(version(1, 2, false, 0)), VersionSet::Outcome::duplicate);
  EXPECT_EQ(set.add(version(1, 3, false, 7)), VersionSet::Outcome::replaced);
  EXPECT_EQ(set.find("tool--1")->name(), "7");
  EXPECT_EQ(set.find("tool--2"), nullptr);
}

TEST(Versions, RevokedIsFinal) {
  VersionSet set;
  set.add(version(1, 2, true, 0));
  EXPECT_EQ(set.add(version(1, 5, false, 1)), VersionSet::Outcome::older);
  EXPECT_TRUE(set.find("tool--1")->is_revoked());
}

TEST(Versions, LaterInAnyCenturyAndAtAnyDigitSupersedes) {
  const std::vector<std::string> times = {"0001-01-01T00:00:00Z",
                                          "1601-01-01T00:00:00.000Z",
                                          "2020-01-01T00:00:00.1234567891Z",
                                          "2020-01-01T00:00:00.12345678910001Z",
                                          "2262-04-12T00:00:00Z",
                                          "9999-12-31T23:59:59.999Z"};
  for (std::size_t i = 1; i < times.size(); ++i) {
    Object earlier = version(1, 1, false, 0);
    Object later = version(1, 1, false, 1);
    earlier.set("modified", times[i - 1]);
    later.set("modified", times[i]);
    EXPECT_TRUE(supersedes(later, earlier)) << times[i];
    EXPECT_FALSE(supersedes(earlier, later)) << times[i];
  }
}

TEST(Versions, DigitsOfTheSameInstantAreTheSameVersion) {
  VersionSet set;
  Object a = version(1, 1, false, 0);
  Object b = version(1, 1, false, 0);
  b.set("modified", "2020-01-01T00:00:00.000000Z");
  set.add(a);
  EXPECT_EQ(set.add(b), VersionSet::Outcome::conflict);
  VersionSet other;
  other.add(b);
  other.add(a);
  EXPECT_EQ(set.find("tool--1")->json(), other.find("tool--1")->json());
}

TEST(Versions, SupersedesIsAStrictOrder) {
  const bool holds = rc::check("supersedes is irreflexive, asymmetric and transitive", [] {
    const auto any = [] {
      return version(1, *rc::gen::inRange(0, 4), *rc::gen::arbitrary<bool>(), *rc::gen::inRange(0, 3));
    };
    const Object a = any();
    const Object b = any();
    const Object c = any();
    RC_ASSERT(!supersedes(a, a));
    RC_ASSERT(!(supersedes(a, b) && supersedes(b, a)));
    if (supersedes(a, b) && supersedes(b, c)) RC_ASSERT(supersedes(a, c));
  });
  EXPECT_TRUE(holds);
}

TEST(Versions, OrderOfArrivalNeverMatters) {
  const bool holds = rc::check("any order of arrival gives the same set", [] {
    std::vector<Object> objects;
    const int count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) {
      objects.push_back(version(*rc::gen::inRange(0, 3), *rc::gen::inRange(0, 5),
                                *rc::gen::weightedElement<bool>({{4, false}, {1, true}}), *rc::gen::inRange(0, 3)));
    }
    VersionSet straight;
    for (const auto& object : objects) straight.add(object);
    const auto seed = *rc::gen::arbitrary<unsigned>();
    std::mt19937 random(seed);
    std::shuffle(objects.begin(), objects.end(), random);
    VersionSet shuffled;
    for (const auto& object : objects) shuffled.add(object);
    RC_ASSERT(straight.objects() == shuffled.objects());
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace tocsin::stix
