#!/usr/bin/env bash
# libFuzzer under ASan and UBSan over the targets: builds build-fuzz with Clang, then runs each target for so long.
# Usage: tests/fuzz/run.sh SECONDS [TARGET…]     one line a target: executions, edges covered, inputs kept, what was found
#
# What libFuzzer learns stays in build-fuzz/corpus/TARGET, what it finds in build-fuzz/found/TARGET-*; a found input belongs into
# tests/fuzz/seeds/TARGET once the product is mended.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[[ ${1:-} =~ ^[0-9]+$ ]] || { sed -n 's/^# Usage: //p' "$0" >&2; exit 2; }
seconds=$1
shift
build=${SATCHEL_FUZZ_BUILD:-build-fuzz}

[ -e "$build/build.ninja" ] ||
  CC=clang meson setup "$build" -Dc_args=-fsanitize=fuzzer-no-link -Db_sanitize=address,undefined -Db_lundef=false
ninja -C "$build" tests/fuzz/satchel-fuzz >&2
program=$build/tests/fuzz/satchel-fuzz
[ $# -gt 0 ] || mapfile -t all < <("$program")
[ $# -gt 0 ] || set -- "${all[@]}"

export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# Replicas and stores are written anew all the time: in memory, where there is such a place.
TMPDIR=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)" satchel-fuzz-XXXXXX)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
failed=0
for target in "$@"; do
  corpus=$build/corpus/$target log=$build/found/$target.log
  mkdir -p "$corpus" "$build/found"
  dictionary=tests/fuzz/$target.dict
  suppressions=tests/fuzz/$target.supp
  result=clean
  # Whole stacks, slowly, where leaks of a library are told by them.
  ASAN_OPTIONS=fast_unwind_on_malloc=$([ ! -e "$suppressions" ] && echo 1 || echo 0) \
  LSAN_OPTIONS=print_suppressions=0$([ ! -e "$suppressions" ] || echo ":suppressions=$suppressions") \
  "$program" "$target" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=4096 -print_final_stats=1 -detect_leaks=1 \
    -artifact_prefix="$build/found/$target-" $([ ! -e "$dictionary" ] || echo "-dict=$dictionary") \
    "$corpus" "tests/fuzz/seeds/$target" >"$log" 2>&1 || { result="FOUND, see $log"; failed=1; }
  printf '%-16s %10s runs %8s edges %6s inputs  %s\n' "$target" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)" \
    "$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)" "$(ls "$corpus" | wc -l)" "$result"
done
exit $failed
