#!/usr/bin/env python3
# Reads what `meson test` logged and says how many tests passed and failed, TAP tests one by one. Arguments: testlog.json, then
# further checks as "name=passed" or "name=failed". The last line is "N passed, M failed"; the exit status says the same.
#
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import re
import sys

POINT = re.compile(r'^(not )?ok\b[^#\n]*(?:#\s*(SKIP|TODO)?.*)?$', re.I | re.M)
REPORT = re.compile(r'^# report: (.*)$', re.M)
FINE = ('OK', 'EXPECTEDFAIL', 'SKIP')


def count(suite):
    """(passed, failed, skipped) of one suite; one that broke down without a failed point of its own counts as a failure."""
    passed = failed = skipped = 0
    for refused, directive in POINT.findall(suite.get('stdout') or ''):
        if (directive or '').upper() == 'SKIP':
            skipped += 1
        elif refused and (directive or '').upper() != 'TODO':
            failed += 1
        else:
            passed += 1
    if suite['result'] not in FINE:
        failed = max(failed, 1)
    elif passed + failed + skipped == 0:
        passed, skipped = (0, 1) if suite['result'] == 'SKIP' else (1, 0)
    return passed, failed, skipped


def read_suites(path):
    try:
        with open(path, encoding='utf-8') as file:
            return [json.loads(line) for line in file if line.strip()]
    except FileNotFoundError:
        return []


def main():
    suites = read_suites(sys.argv[1])
    checks = [argument.rsplit('=', 1) for argument in sys.argv[2:]]
    totals = [0, 0, 0]
    print()
    for suite in suites:
        counts = count(suite)
        totals = [total + one for total, one in zip(totals, counts)]
        note = f', {counts[2]} skipped' if counts[2] else ''
        print(f'{suite["name"]:44} {counts[0]:5} passed, {counts[1]} failed{note}   {suite.get("duration", 0):.1f} s')
        for line in REPORT.findall(suite.get('stdout') or ''):
            print(f'    {line}')
        if counts[1]:
            print(f'    {suite["result"]}: the log is above and in {sys.argv[1]}')
    for name, verdict in checks:
        totals[0 if verdict == 'passed' else 1] += 1
        print(f'{name:44} {verdict}')
    if not suites:
        print('no suite ran')
        totals[1] = max(totals[1], 1)
    if totals[2]:
        print(f'{totals[2]} skipped')
    print(f'{totals[0]} passed, {totals[1]} failed', flush=True)
    return 1 if totals[1] else 0


if __name__ == '__main__':
    sys.exit(main())
