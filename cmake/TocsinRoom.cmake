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

# tocsin_test(NAME x_test SOURCES … DEPS rooms LIBRARIES …): a GoogleTest program, registered whole with ctest.
# TOCSIN_SOURCE_DIR and TOCSIN_DATA_DIR (the folder of third-party test data, possibly absent) are set for it.
function(tocsin_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS;LIBRARIES" ${ARGN})
  find_package(GTest REQUIRED)
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  foreach(dep IN LISTS ARG_DEPS)
    target_link_libraries(${ARG_NAME} PRIVATE tocsin_${dep})
  endforeach()
  foreach(library IN LISTS ARG_LIBRARIES)
    target_link_libraries(${ARG_NAME} PRIVATE third_party::${library})
  endforeach()
  target_link_libraries(${ARG_NAME} PRIVATE tocsin_options GTest::gtest GTest::gtest_main rapidcheck)
  target_compile_definitions(${ARG_NAME} PRIVATE TOCSIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TOCSIN_DATA_DIR="${CMAKE_SOURCE_DIR}/../shared/data")
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT 300)
endfunction()
