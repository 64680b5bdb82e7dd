#!/usr/bin/env python3
# Compiles each header alone, twice included, as C17: what a header needs it includes itself. Prints TAP; arguments: the source
# root, the compiler.
#
# SPDX-License-Identifier: GPL-3.0-or-later
import concurrent.futures
import os
import subprocess
import sys

import house

PACKAGES = {
    'protocol': ['gio-2.0', 'json-glib-1.0', 'sqlite3'],
    'client': ['gio-unix-2.0', 'json-glib-1.0', 'sqlite3', 'libsoup-3.0', 'libsecret-1', 'libsodium', 'libzstd', 'pangocairo',
               'libebook-contacts-1.2', 'libical-glib'],
    'sync-server': ['gio-unix-2.0', 'json-glib-1.0', 'sqlite3', 'libsoup-3.0', 'libsodium', 'libzstd', 'libpq'],
    # Optional, as the module is.
    'client/evolution': ['evolution-mail-3.0', 'evolution-calendar-3.0', 'evolution-shell-3.0', 'libecal-2.0', 'camel-1.2'],
    'ui': ['gtk4', 'libadwaita-1', 'json-glib-1.0', 'sqlite3'],
}
PACKAGES['tests'] = sorted(set(PACKAGES['client']) | set(PACKAGES['sync-server']) | set(PACKAGES['ui']))


def room_of(path):
    """The longest of the rooms that a header is in."""
    return max((room for room in PACKAGES if path.startswith(room + '/')), key=len)


def flags_of(room):
    """None: what is optional is not installed."""
    command = ['pkg-config', '--cflags', *PACKAGES[room]]
    done = subprocess.run(command, check='/' not in room, capture_output=True, text=True)
    if done.returncode != 0:
        return None
    flags = done.stdout.split()
    return [flag.replace('-I', '-isystem', 1) for flag in flags]  # what others deprecate is not our warning


def compile_alone(root, compiler, path, flags):
    text = f'#include "{path}"\n#include "{path}"\ntypedef int something;\n'
    command = [*compiler, '-fsyntax-only', '-std=c17', '-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter', '-I.',
               *flags, '-x', 'c', '-']
    done = subprocess.run(command, cwd=root, input=text, capture_output=True, text=True)
    return [] if done.returncode == 0 else [f'{path}:'] + done.stderr.splitlines()[:12]


def main():
    root = house.root()
    compiler = sys.argv[2:] or ['cc']
    headers = house.sources(root, ('.h',))
    flags = {room: flags_of(room) for room in {room_of(path) for path in headers}}
    headers = [path for path in headers if flags[room_of(path)] is not None]
    tap = house.Tap()
    with concurrent.futures.ThreadPoolExecutor(min(os.cpu_count() or 1, 4)) as pool:
        results = pool.map(lambda path: compile_alone(root, compiler, path, flags[room_of(path)]), headers)
        for path, problems in zip(headers, results):
            tap.check(path, problems)
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
