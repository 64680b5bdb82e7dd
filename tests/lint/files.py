#!/usr/bin/env python3
# House rules that a glance at the files decides: licence line, length, READMEs, where SQL may stand. Prints TAP; the first
# argument is the source root.
#
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import sys

import house

LICENCE = 'SPDX-License-Identifier: GPL-3.0-or-later'
MOST_LINES = 800
FOLDERS_WITH_README = ('.', 'protocol', 'client', 'sync-server', 'ui', 'data', 'tests', 'po')

# The rooms that own tables; in all others a string with a statement is a leak.
SQL_ROOMS = ('protocol/sqlite/', 'protocol/predicate/', 'client/replica/', 'client/queue/', 'client/blobs/',
             'client/eds/', 'client/mail/', 'sync-server/', 'tests/')
NO_SQL_ROOMS = ('sync-server/http/',)
STATEMENT = re.compile(r'"\s*(SELECT\s.*\bFROM\b|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|'
                       r'CREATE\s+(TABLE|INDEX|TRIGGER|VIEW)\s|ALTER\s+TABLE\s|DROP\s+(TABLE|INDEX)\s)')


# Who may name the words of an error in ui/, and how often: they are no sentence for people, and the program's own language.
RAW_MESSAGE = re.compile(r'\b(error|problem|failure)->message')
RAW_MESSAGES = {
    'ui/act/refusal.c': 2,  # the one place that makes sentences of them
    'ui/sync/sync.c': 1, 'ui/sync/engine.c': 1, 'ui/setup/carry.c': 1, 'ui/preferences/carried.c': 1,  # to ui/sync/words.h, the other table
    # Behind a sentence: what the network says of a certificate, or the disk of a file.
    'ui/setup/setup.c': 1, 'ui/grid/export.c': 1, 'ui/grid/layout.c': 1,
    'ui/application.c': 1,  # standard error
}


def find_raw_messages(sources):
    found = []
    for path, text in sources.items():
        count = len(RAW_MESSAGE.findall(text)) if path.startswith('ui/') else 0
        if count > RAW_MESSAGES.get(path, 0):
            found.append(f'{path}: {count} times; satchel_refusal_to_text() makes a sentence of an error')
    return found


def may_hold_sql(path):
    return path.startswith(SQL_ROOMS) and not path.startswith(NO_SQL_ROOMS)


def main():
    root = house.root()
    sources = {path: house.read(root, path) for path in house.sources(root, ('.c', '.h', '.py', '.sh'))}
    sources['run'] = house.read(root, 'run')
    tap = house.Tap()

    tap.check('licence line in every head comment',
              [path for path, text in sources.items() if LICENCE not in text[:2500]])
    tap.check(f'no file over {MOST_LINES} lines',
              [f'{path}: {text.count(chr(10))} lines' for path, text in sources.items()
               if text.count('\n') > MOST_LINES])
    tap.check('whole numbers are read by protocol/integer.h, which two threads cannot mislead',
              [path for path, text in sources.items() if re.search(r'g_ascii_string_to_(un)?signed \(', text)])
    tap.check('a README in every folder of the top level',
              [folder for folder in FOLDERS_WITH_README if not os.path.isfile(os.path.join(root, folder, 'README.md'))])
    tap.check('SQL only in the rooms that own tables',
              [path for path, text in sources.items()
               if path.endswith(('.c', '.h')) and not may_hold_sql(path) and STATEMENT.search(text)])
    tap.check('errors are said in sentences', find_raw_messages(sources))
    tap.check('no tabs and no trailing blanks',
              [f'{path}:{number}' for path, text in sources.items()
               for number, line in enumerate(text.split('\n'), 1) if '\t' in line or line.endswith(' ')])
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
