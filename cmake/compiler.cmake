# Warnings are errors; hardening holds in every build, so that tests run what ships.
add_library(rollcall_compiler INTERFACE)
target_compile_options(rollcall_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wthread-safety -Werror)
target_include_directories(rollcall_compiler INTERFACE ${CMAKE_SOURCE_DIR})

set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
add_compile_options(-fstack-protector-strong -ftrivial-auto-var-init=zero
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  add_compile_options(-fcf-protection)
endif()
add_link_options(-fuse-ld=lld -pie -Wl,-z,relro,-z,now,-z,noexecstack)

if(ROLLCALL_SANITIZE)
  # pointer-overflow: RapidJSON's stack.h adds to a null pointer.
  add_compile_options(-fsanitize=${ROLLCALL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${ROLLCALL_SANITIZE})
  if(ROLLCALL_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=pointer-overflow)
  endif()
  if(ROLLCALL_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-fstack-clash-protection)
  add_compile_definitions(_FORTIFY_SOURCE=3)
endif()
