#!/usr/bin/env bash
# One step of Flatpak inside the reference's root, in mount and PID namespaces of its own. Run with `unshare -mpf`.
#   inside.sh ROOT DIR STEP [ARGS...]      DIR becomes /var/tmp/flatpak, where everything of the test lies
set -euo pipefail

if [ $# -gt 1 ] && [ -d "$1/usr" ]; then # outside: mount, and step in
  root=$1 dir=$2; shift 2
  mount --make-rprivate /
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/var/tmp"
  mkdir "$root/var/tmp/flatpak"
  mount --bind "$dir" "$root/var/tmp/flatpak"
  cp "$0" "$root/var/tmp/inside.sh"
  exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TZ=UTC bash /var/tmp/inside.sh "$@"
fi

cd /var/tmp/flatpak
export HOME=$PWD/home XDG_DATA_HOME=$PWD/home/share XDG_CACHE_HOME=$PWD/home/cache XDG_RUNTIME_DIR=$PWD/home/run
export FLATPAK_SYSTEM_DIR=$PWD/home/system FLATPAK_TRIGGERSDIR=$PWD/home/triggers GNUPGHOME=$PWD/home/gnupg
mkdir -p "$HOME" "$XDG_RUNTIME_DIR" "$FLATPAK_TRIGGERSDIR"
mkdir -p -m 700 "$GNUPGHOME"
arch=$(flatpak --default-arch)
key=publisher@example.org

# A key for the publisher; its public half goes to key.gpg.
make_key() {
  gpg --batch --quiet --passphrase '' --quick-gen-key "$key" rsa2048 sign never
  gpg --batch --export "$key" > key.gpg
}

# A runtime and version $1 of an application, exported into the signed repository `origin`.
export_version() {
  rm -rf app runtime
  mkdir -p app/files/bin app/export runtime/files runtime/usr/bin
  printf '#!/bin/sh\necho hello %s\n' "$1" > app/files/bin/hello
  chmod 755 app/files/bin/hello
  # Large enough for a delta to be worth its while, and mostly the same in each version.
  { seq 1 40000; echo "version $1"; } > app/files/data
  printf '[Application]\nname=org.example.Hello\nruntime=org.example.Platform/%s/stable\nsdk=org.example.Sdk/%s/stable\ncommand=hello\n' \
    "$arch" "$arch" > app/metadata
  printf '[Runtime]\nname=org.example.Platform\nruntime=org.example.Platform/%s/stable\nsdk=org.example.Sdk/%s/stable\n' \
    "$arch" "$arch" > runtime/metadata
  sign=(--gpg-sign="$key" --gpg-homedir="$GNUPGHOME")
  [ "$1" != 1 ] || flatpak build-export --disable-sandbox --runtime "${sign[@]}" origin runtime stable
  flatpak build-export --disable-sandbox "${sign[@]}" --subject="version $1" origin app stable
  flatpak build-update-repo "${sign[@]}" origin
}

case $1 in
  make-key) make_key ;;
  export) export_version "$2" ;;
  remote-add) flatpak --user remote-add --gpg-import=key.gpg shop "$2" ;;
  install) flatpak --user install --noninteractive shop org.example.Hello ;;
  update) flatpak --user update --noninteractive -v ;;
  info) flatpak --user info org.example.Hello ;;
  hello) cat "$XDG_DATA_HOME/flatpak/app/org.example.Hello/current/active/files/bin/hello" ;;
  *) echo "unknown step $1" >&2; exit 2 ;;
esac
