#!/usr/bin/env bash
# Keeps the archive between the runs of github-actions.yaml, and publishes: in a release on GitHub.
#
#   github-release.sh restore OUT   fetch the newest archive into OUT; before the first run there is none
#   github-release.sh keep OUT      upload the archive of OUT under a new name, then delete old ones
#   github-release.sh publish OUT   upload the tables and the report of OUT
#
# RELEASE names the release (`data` if it is not set). gh finds the repository and the right to write to
# it in GH_REPO and GH_TOKEN.
set -euo pipefail

release=${RELEASE:-data}
copies_kept=3
# GitHub takes no file of this size or more in a release.
too_large=$((2 * 1024 * 1024 * 1024))

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# The archives in the release that were uploaded whole, oldest first: name, tab, size.
archives() {
  local listed
  listed=$(gh release view "$release" --json assets) ||
    fail "The files of the release \"$release\" cannot be listed. Run it again later."
  python3 -c '
import json, re, sys

for asset in sorted(json.load(sys.stdin)["assets"], key=lambda asset: asset["name"]):
    if re.fullmatch(r"archive-\d{8}T\d{6}Z\.tar", asset["name"]) and asset["state"] == "uploaded":
        print(asset["name"], asset["size"], sep="\t")
' <<<"$listed"
}

# Whether there is the release. That it cannot be asked for does not count as its not being there.
is_released() {
  local listed tags
  listed=$(gh release list --limit 1000 --json tagName) ||
    fail "GitHub does not say which releases there are, so nothing was done. Run it again later."
  tags=$(python3 -c '
import json, sys

print(*[release["tagName"] for release in json.load(sys.stdin)], sep="\n")
' <<<"$listed") || fail "GitHub's list of releases cannot be read, so nothing was done."
  grep --quiet --line-regexp --fixed-strings -- "$release" <<<"$tags"
}

restore() {
  local found name size there
  if [[ -e $out/archive ]]; then
    fail "There is an archive in $out already. Restore into an empty folder."
  fi
  if ! is_released; then
    echo "There is no release \"$release\" yet: this is the first run, and its archive starts empty."
    return
  fi
  found=$(archives)
  if [[ -z $found ]]; then
    fail "The release \"$release\" has no archive, so what was fetched before would be fetched again," \
      "and what Ofsted has withdrawn would be lost. If you have a copy of an archive, upload it:" \
      "gh release upload $release archive-20260101T000000Z.tar" \
      "If there has never been one, delete the release; the next run then starts anew."
  fi
  IFS=$'\t' read -r name size <<<"$(tail -n 1 <<<"$found")"
  gh release download "$release" --pattern "$name" --dir "$temporary" ||
    fail "$name cannot be downloaded from the release \"$release\". Run it again later."
  there=$(stat --format %s "$temporary/$name")
  if [[ $there != "$size" ]]; then
    fail "$name came with $there bytes; it has $size. Run it again later."
  fi
  mkdir -p "$temporary/restored" "$out"
  if ! tar --extract --file "$temporary/$name" --directory "$temporary/restored" ||
    [[ ! -f $temporary/restored/archive/manifest.jsonl ]]; then
    fail "$name is no archive that can be used. Delete it from the release \"$release\":" \
      "the one before it is then taken."
  fi
  cp -R "$temporary/restored/." "$out/"
  echo "Restored $name ($size bytes)."
}

keep() {
  local name size found old kept=(archive)
  if [[ ! -f $out/archive/manifest.jsonl ]]; then
    echo "Nothing has been archived in $out, so there is nothing to keep."
    return
  fi
  if [[ -d $out/reports ]]; then
    kept+=(reports)
  fi
  name=archive-$(date --utc +%Y%m%dT%H%M%SZ).tar
  tar --create --file "$temporary/$name" --directory "$out" "${kept[@]}"
  size=$(stat --format %s "$temporary/$name")
  if ((size >= too_large)); then
    fail "The archive has grown to $size bytes, and GitHub takes less than $too_large in one file." \
      "It was not kept. Keep it elsewhere: docs/operating.md, under GitHub Actions."
  fi
  if is_released; then
    gh release upload "$release" "$temporary/$name"
  else
    # With the first archive in one command: gh makes the release public when the file is there.
    gh release create "$release" "$temporary/$name" --latest=false --title "Data" \
      --notes "The tables of the last run, its report, and the archive that the next run starts from."
  fi
  found=$(archives)
  if ! grep --quiet --line-regexp --fixed-strings -- "$name"$'\t'"$size" <<<"$found"; then
    fail "$name was uploaded, but GitHub does not list it whole. The older archives were not deleted."
  fi
  echo "Kept $name ($size bytes)."
  while IFS=$'\t' read -r old _; do
    gh release delete-asset "$release" "$old" --yes
    echo "Deleted $old."
  done < <(head --lines -"$copies_kept" <<<"$found")
}

publish() {
  local files=("$out/warehouse.duckdb")
  # The paths in OUT lead through a link: what is uploaded is what they lead to.
  (cd "$out/parquet" && python3 -m zipfile -c "$temporary/parquet.zip" ./*.parquet)
  files+=("$temporary/parquet.zip")
  cp "$out/quality/summary.md" "$temporary/report.md"
  cp "$out/quality/summary.json" "$temporary/report.json"
  files+=("$temporary/report.md" "$temporary/report.json")
  gh release upload "$release" "${files[@]}" --clobber
  echo "Published ${files[*]##*/}."
}

if [[ $# -ne 2 || ! $1 =~ ^(restore|keep|publish)$ ]]; then
  sed -n '2,/^set/{/^#/p}' "$0" >&2
  exit 2
fi
out=$2
temporary=$(mktemp --directory)
trap 'rm -rf "$temporary"' EXIT
"$1"
