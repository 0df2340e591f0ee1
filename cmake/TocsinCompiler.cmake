# Warnings, sanitizers and the linker for our own code. Third-party headers come in as SYSTEM.

add_library(tocsin_options INTERFACE)
target_include_directories(tocsin_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(tocsin_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror)
# Plain values are filled by name; what is not named has its default.
target_compile_options(tocsin_options INTERFACE -Wno-missing-field-initializers)
# Both compilers' debug sections cost half of the link; line tables are enough for a stack.
target_compile_options(tocsin_options INTERFACE -g1 -fno-omit-frame-pointer)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports use of moved-from and dangling storage inside inlined std::variant and std::string that is not there.
  target_compile_options(tocsin_options INTERFACE -Wno-maybe-uninitialized -Wno-dangling-pointer -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # std::stable_sort of libstdc++ 12 uses std::get_temporary_buffer; g++ still reports deprecated names of ours.
  target_compile_options(tocsin_options INTERFACE -Wno-deprecated-declarations)
endif()

if(TOCSIN_SANITIZE)
  target_compile_options(tocsin_options INTERFACE -fsanitize=${TOCSIN_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(tocsin_options INTERFACE -fsanitize=${TOCSIN_SANITIZE})
endif()

if(TOCSIN_LIBFUZZER)
  target_compile_options(tocsin_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(TOCSIN_LLD NAMES ld.lld-19 ld.lld)
if(TOCSIN_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_link_options(tocsin_options INTERFACE -fuse-ld=lld)
endif()
