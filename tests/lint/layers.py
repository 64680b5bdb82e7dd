#!/usr/bin/env python3
# Walks the include graph and refuses every arrow but the house's own (protocol <- client <- ui, protocol <- sync-server),
# and the libraries that a layer must not know. Prints TAP; the first argument is the source root.
#
# SPDX-License-Identifier: GPL-3.0-or-later
import re
import sys

import house

SEES = {
    'protocol': {'protocol'},
    'client': {'protocol', 'client'},
    'sync-server': {'protocol', 'sync-server'},
    'ui': {'protocol', 'client', 'ui'},
    'tests': {'protocol', 'client', 'sync-server', 'ui', 'tests'},
}

# A library's headers, and the only rooms that may include them.
LIBRARIES = [
    (r'(gtk|gdk|gsk|graphene)[/.-]|adwaita\.h', ('ui', 'client/evolution', 'tests'), 'GTK'),
    (r'libsoup/', ('client', 'sync-server', 'tests'), 'libsoup'),
    (r'sqlite3\.h', ('protocol', 'client', 'sync-server', 'tests'), 'SQLite'),
    (r'libpq-fe\.h', ('sync-server', 'tests'), 'libpq'),
    (r'libsecret/', ('client', 'tests'), 'libsecret'),
    (r'sodium\.h', ('sync-server', 'client', 'tests'), 'libsodium'),
]

# Made by the build: headers of compiled resources.
GENERATED = re.compile(r'([a-z-]+/)*satchel-[a-z-]+\.h$')

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def inside(path, rooms):
    return any(path == room or path.startswith(room + '/') for room in rooms)


def problems_of(root, path, text, known):
    layer = path.split('/')[0]
    includes = INCLUDE.findall(text)
    for kind, target in includes:
        if kind == '"':
            if GENERATED.match(target):
                continue
            if target not in known:
                yield f'{path}: "{target}" is not a header of this repository, rooted at its top'
            elif target.split('/')[0] not in SEES[layer]:
                yield f'{path}: {layer} may not include {target}'
            continue
        for pattern, rooms, name in LIBRARIES:
            if re.match(pattern, target) and not inside(path, rooms):
                yield f'{path}: {name} has no place here ({target})'
    own = path[:-2] + '.h'
    if path.endswith('.c') and own in known and (not includes or includes[0] != ('"', own)):
        yield f'{path}: its own header must be the first include'


def main():
    root = house.root()
    sources = {path: house.read(root, path) for path in house.sources(root, ('.c', '.h'))}
    known = {path for path in sources if path.endswith('.h')}
    tap = house.Tap()
    for layer in SEES:
        found = [problem for path, text in sources.items() if path.startswith(layer + '/')
                 for problem in problems_of(root, path, text, known)]
        tap.check(f'includes of {layer}', found)
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
