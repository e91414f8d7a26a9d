#!/usr/bin/env bash
# Packs the release into target/dist/duplex-VERSION-TRIPLE.tar.gz: one folder, out of which it runs on a machine that has nothing
# but the same kind of system. The same files make the same archive, to the last bit. Prints where it is.
set -euo pipefail
cd "$(dirname "$0")/.."

for each in target/release/duplex target/site/pkg; do
  [ -e "$each" ] || { echo "$each is missing. Build it first:  make build" >&2; exit 1; }
done

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
triple=$(rustc -vV | sed -n 's/^host: //p')
name=duplex-$version-$triple
# Of the commit, not of the moment; others can say another one (https://reproducible-builds.org/specs/source-date-epoch/).
time=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}

mkdir -p target/dist
work=$(mktemp -d target/dist/.work-XXXXXX)
trap 'rm -rf "$work"' EXIT
folder=$work/$name
mkdir -p "$folder/docs"
cp target/release/duplex README.md README.zh-CN.md CHANGELOG.md LICENSE-* "$folder"
cp docs/operating.md "$folder/docs"
cp -r deploy target/site "$folder"
# Marks of the build, and types for who programs against the files.
rm -f "$folder"/site/.[!.]* "$folder"/site/pkg/*.d.ts*
sed 's|^site-root = "target/site"$|site-root = "site"|' Leptos.toml >"$folder/Leptos.toml"
grep -q '^site-root = "site"$' "$folder/Leptos.toml" || { echo "Leptos.toml has no site-root of the build" >&2; exit 1; }

archive=target/dist/$name.tar.gz
tar --create --directory "$work" --sort=name --format=ustar --mtime="@$time" \
  --owner=0 --group=0 --numeric-owner --mode=u+rw,go+r,go-w,a+X "$name" |
  gzip --no-name >"$work/archive"
mv "$work/archive" "$archive"
echo "$archive"
