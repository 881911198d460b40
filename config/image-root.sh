#!/bin/sh
# image-root.sh FOLDER PACKAGE…: installs Debian packages and puts their files, with those of all that they depend on, into a folder that becomes
# the root of an image. Left out are manuals, translations, and what is there only to install packages: nothing is installed in the image.
set -eu
root=$1
shift
LEFT_OUT="adduser cron-daemon-common debconf debconf-2.0 dpkg init-system-helpers install-info libc-bin lsb-base mawk openssl passwd sensible-utils tar ucf"

apt-get update
apt-get install -y --no-install-recommends "$@"

wanted="base-files $*"
taken=""
while [ -n "$wanted" ]; do
  set -- $wanted
  package=$1
  shift
  wanted=$*
  case " $taken $LEFT_OUT " in *" $package "*) continue ;; esac
  # Names that others provide are no packages; the others are in the list by their own names.
  dpkg-query --list "$package" 2>/dev/null | grep -q '^ii' || continue
  taken="$taken $package"
  wanted="$wanted $(dpkg-query --show --showformat '${Pre-Depends}, ${Depends}' "$package" | sed 's/([^)]*)//g; s/:any//g' | tr ',|' '  ')"
done

# Scanners for known faults look there, as in other images without dpkg.
mkdir -p "$root/var/lib/dpkg/status.d"
for package in $taken; do
  dpkg-query --status "$package" > "$root/var/lib/dpkg/status.d/$package"
  dpkg-query --listfiles "$package" | grep -vE '^/\.$|/gconv/|^/usr/share/(man|locale|info|lintian|bash-completion|zsh|bug|pixmaps|menu)(/|$)|^/usr/share/doc/[^/]+/([^c]|c[^o])' |
    tar --create --no-recursion --ignore-failed-read --directory / --files-from - 2>/dev/null | tar --extract --keep-directory-symlink --directory "$root"
done
