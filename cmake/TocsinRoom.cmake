# tocsin_room(NAME detect SOURCES a.cc b.cc TESTS a_test.cc DEPS event stix base LIBRARIES fmt re2)
#
# One static library a room (tocsin_<name>), one test program a room (<name>_test). DEPS are rooms whose headers this
# room includes; LIBRARIES are third-party and stay private to the room, but for fmt.
# A room without sources of its own (all inline) is not allowed: it is probably part of another room.
function(tocsin_room)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;TESTS;DEPS;LIBRARIES" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tocsin_room(${ARG_NAME}): unknown argument ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  set(target tocsin_${ARG_NAME})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_link_libraries(${target} PUBLIC tocsin_options third_party::fmt Threads::Threads)
  foreach(dep IN LISTS ARG_DEPS)
    target_link_libraries(${target} PUBLIC tocsin_${dep})
  endforeach()
  foreach(library IN LISTS ARG_LIBRARIES)
    target_link_libraries(${target} PRIVATE third_party::${library})
  endforeach()
  if(TOCSIN_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE <algorithm> <chrono> <expected> <memory> <optional> <string>
                              <string_view> <variant> <vector> <fmt/format.h>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")  # or ccache never hits
    endif()
  endif()
  if(TOCSIN_TESTS AND ARG_TESTS)
    tocsin_test(NAME ${ARG_NAME}_test SOURCES ${ARG_TESTS} DEPS ${ARG_NAME} LIBRARIES ${ARG_LIBRARIES})
  endif()
endfunction()

# tocsin_test(NAME x_test SOURCES … DEPS rooms LIBRARIES …): a GoogleTest program, registered with ctest as x_test, and
# as x_corpus what needs third-party data: the suites with "Corpus" in their name. Where all of an entry's tests were
# skipped, the program ends with 77 (tests/test_main.cc) and ctest says so; as a part of x_test that would not show.
# TOCSIN_SOURCE_DIR and TOCSIN_DATA_DIR (the folder of third-party test data, possibly absent) are set for it.
function(tocsin_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS;LIBRARIES" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  foreach(dep IN LISTS ARG_DEPS)
    target_link_libraries(${ARG_NAME} PRIVATE tocsin_${dep})
  endforeach()
  foreach(library IN LISTS ARG_LIBRARIES)
    target_link_libraries(${ARG_NAME} PRIVATE third_party::${library})
  endforeach()
  target_link_libraries(${ARG_NAME} PRIVATE tocsin_options tocsin_test_main GTest::gtest third_party::rapidcheck)
  target_compile_definitions(${ARG_NAME} PRIVATE TOCSIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TOCSIN_DATA_DIR="${TOCSIN_DATA_DIR}")

  set(corpus_suites "")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARG_SOURCES})
  foreach(source IN LISTS ARG_SOURCES)
    file(STRINGS ${source} suites REGEX "^(TEST|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\\([A-Za-z]*Corpus[A-Za-z]*,")
    list(APPEND corpus_suites ${suites})
  endforeach()
  string(REGEX REPLACE "_test$" "_corpus" corpus ${ARG_NAME})
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} --gtest_filter=-*Corpus*.* WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  if(corpus_suites)
    add_test(NAME ${corpus} COMMAND ${ARG_NAME} --gtest_filter=*Corpus*.* WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
    set_tests_properties(${corpus} PROPERTIES LABELS corpus TIMEOUT 300 SKIP_RETURN_CODE 77)
  endif()
  set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
endfunction()
