// main() of every test program. Like GoogleTest's own, but exit code 77 says that every test of the run was skipped:
// ctest then prints "Skipped" where "Passed" would hide that third-party data or a program is not there.
#include <gtest/gtest.h>

#include <cstdio>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (RUN_ALL_TESTS() != 0) return 1;
  if (testing::GTEST_FLAG(list_tests)) return 0;
  const testing::UnitTest& run = *testing::UnitTest::GetInstance();
  if (run.test_to_run_count() == 0) {
    std::fprintf(stderr, "no test is called '%s'\n", testing::GTEST_FLAG(filter).c_str());
    return 1;
  }
  return run.skipped_test_count() == run.test_to_run_count() ? 77 : 0;
}
