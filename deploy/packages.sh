#!/usr/bin/env bash
# The one list of Debian packages. Usage: deploy/packages.sh SET… installs those of the sets that are
# missing; SETs are build, test, conformance, peers and bench. Works as root or with sudo.
# An entry is "a|b" (the first that this release has) or "command:package" (only if the command is missing);
# one that begins with "?" is left out where the release does not have it.
set -euo pipefail

packages_of() {
  case $1 in
    build)
      entries=(
        clang-19 lld-19 cmake ninja-build "pkg-config:pkgconf|pkg-config"
        "libboost1.81-dev|libboost1.83-dev|libboost-dev" libssl-dev zlib1g-dev libicu-dev
        libsqlite3-dev libspdlog-dev libcli11-dev prometheus-cpp-dev libsimdjson-dev
        libyaml-cpp-dev libsystemd-dev rapidjson-dev libcurl4-openssl-dev
        libkainjow-mustache-dev libre2-dev
      ) ;;
    test)
      entries=(
        clang-format-19 clang-tidy-19 libclang-rt-19-dev llvm-19 libgtest-dev ccache git python3
        shellcheck pyflakes3 python3-aiosmtpd python3-jwcrypto curl openssl sqlite3 systemd-analyze:systemd
      ) ;;
    conformance) entries=(python3 curl node:nodejs npm:npm libfaketime "?chromium") ;;
    # Identity providers. Their packages start services: for a machine of tests, not for one that people use.
    peers)
      entries=(
        nginx:nginx-light lemonldap-ng-fastcgi-server liblemonldap-ng-portal-perl libstring-random-perl
        libio-string-perl libgd-securityimage-perl libimage-magick-perl "?glewlwyd" sqlite3
      ) ;;
    bench)
      entries=(
        python3 openssl wrk nginx:nginx-light node:nodejs npm:npm
        apache2:apache2-bin libapache2-mod-auth-openidc libgtest-dev
      ) ;;
    *) return 1 ;;
  esac
}

say() { printf 'packages: %s\n' "$*" >&2; }

installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

known() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

satisfied() {
  local entry=${1#\?} name
  if [[ $entry == *:* ]]; then
    PATH=$PATH:/usr/sbin:/sbin command -v "${entry%%:*}" >/dev/null && return
    entry=${entry#*:}
  fi
  for name in ${entry//|/ }; do
    installed "$name" && return
  done
  return 1
}

first_known() {
  local entry=${1#\?} name
  entry=${entry#*:}
  for name in ${entry//|/ }; do
    if known "$name"; then
      echo "$name"
      return
    fi
  done
  return 1
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo --preserve-env=DEBIAN_FRONTEND "$@"
  else
    say "root rights are needed to run: $*"
    say "run it as root, or install sudo"
    return 1
  fi
}

if (($# == 0)); then
  sed -n '2,5s/^# //p' "$0" >&2
  exit 2
fi
if ! command -v apt-get >/dev/null; then
  say "this is no Debian or Ubuntu; install by hand what the list in $0 names"
  exit 1
fi

missing=()
for set in "$@"; do
  if ! packages_of "$set"; then
    say "no such set: $set"
    exit 2
  fi
  for entry in "${entries[@]}"; do
    satisfied "$entry" || missing+=("$entry")
  done
done
((${#missing[@]})) || exit 0

export DEBIAN_FRONTEND=noninteractive
as_root apt-get update -qq || say "apt-get update failed; trying with the lists that are there"
packages=()
for entry in "${missing[@]}"; do
  if ! name=$(first_known "$entry"); then
    [[ $entry == \?* ]] && continue
    say "this release has no package ${entry#*:} (Debian 12, Debian 13 or Ubuntu 24.04 is needed)"
    exit 1
  fi
  packages+=("$name")
done
((${#packages[@]})) || exit 0
say "installing ${packages[*]}"
if ! as_root apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null; then
  say "apt-get could not install them; its own words are above"
  exit 1
fi
