# What the lint scripts share: the source files of the house, and TAP.
#
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

LAYERS = ('protocol', 'client', 'sync-server', 'ui', 'tests')


def root():
    return os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else '.')


def sources(top, endings):
    """Paths below the layers, relative to the top, that end in one of the endings; in order."""
    found = []
    for layer in LAYERS:
        for folder, folders, files in os.walk(os.path.join(top, layer)):
            folders[:] = [name for name in folders if not name.startswith(('.', '__'))]
            found += [os.path.relpath(os.path.join(folder, name), top) for name in files if name.endswith(endings)]
    return sorted(found)


def read(top, path):
    with open(os.path.join(top, path), encoding='utf-8') as file:
        return file.read()


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, name, problems):
        """One test: it holds when there are no problems, which are printed as its diagnostics."""
        self.count += 1
        self.failed += bool(problems)
        print(('not ok' if problems else 'ok'), self.count, '-', name)
        for problem in problems:
            print('  #', problem)

    def finish(self):
        print(f'1..{self.count}')
        return 1 if self.failed else 0
