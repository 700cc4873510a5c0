#!/bin/sh
# Installs those of the given Debian packages that are missing; without missing ones, needs neither network nor root.
#
#     sh cmake/packages.sh g++ cmake
set -eu

missing=
for package; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "This is neither Debian nor Ubuntu: going on in the hope that the likes of$missing are here." >&2
  exit 0
fi
echo "Installing$missing" >&2
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
$as_root apt-get update
# shellcheck disable=SC2086  # the names are words of their own
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
