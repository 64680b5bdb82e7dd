#!/usr/bin/env python3
# What people read: every text is found by xgettext, and every language says all of them, right. Prints TAP, with the texts that
# are missing as diagnostics; arguments: the source root, then keywords of xgettext beside those of GLib.
#
# SPDX-License-Identifier: GPL-3.0-or-later
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile

import house

# As meson's preset "glib".
GLIB = ('--from-code=UTF-8', '--add-comments', '--keyword=_', '--keyword=N_', '--keyword=C_:1c,2', '--keyword=NC_:1c,2',
        '--keyword=g_dcgettext:2', '--keyword=g_dngettext:2,3', '--keyword=g_dpgettext2:2c,3',
        '--flag=N_:1:pass-c-format', '--flag=C_:2:pass-c-format', '--flag=NC_:2:pass-c-format',
        '--flag=g_dngettext:2:pass-c-format', '--flag=g_strdup_printf:1:c-format', '--flag=g_string_printf:2:c-format',
        '--flag=g_string_append_printf:2:c-format', '--flag=g_error_new:3:c-format', '--flag=g_set_error:4:c-format',
        '--flag=g_markup_printf_escaped:1:c-format', '--flag=g_log:3:c-format', '--flag=g_print:1:c-format',
        '--flag=g_printerr:1:c-format', '--flag=g_printf:1:c-format', '--flag=g_fprintf:2:c-format',
        '--flag=g_sprintf:2:c-format', '--flag=g_snprintf:3:c-format')
CALL = re.compile(r'(?<![\w"])(?:_|N_|C_|NC_|NP_|ngettext|satchel_cli_count) \("')
# Properties of widgets that people read.
SHOWN = re.compile(r'<(property|attribute) name="(label|title|subtitle|description|tooltip[-_]text|placeholder[-_]text|'
                   r'text|heading|body|secondary[-_]text)"([^>]*)>([^<]*[A-Za-z]{2}[^<]*)<')
MNEMONIC = re.compile(r'_(?=[^\W_])')
# Of printf(), and not of strftime(), which has most of these letters as well. A percent sign before a word is one.
ARGUMENT = re.compile(r"%(?:(\d+)\$)?['#0+-]*\d*(?:\.\d+)?((?:hh?|ll?|[jzt])?[diouxfgcs](?![A-Za-z0-9])|<PRI\w+>|%)")
DATES = re.compile(r'%-?[aAbBeHIMpyY]')


class Message:
    def __init__(self):
        self.files, self.flags, self.texts = [], set(), {}

    def key(self):
        return self.texts.get('msgctxt', ''), self.texts['msgid']

    def forms(self):
        return [self.texts[name] for name in sorted(self.texts) if name.startswith('msgstr')]


def parse(text):
    """The messages of a catalogue, without its header and what is not used any more."""
    found = []
    for block in re.split(r'\n\s*\n', text):
        message, name = Message(), None
        for line in block.split('\n'):
            if line.startswith('#:'):
                message.files += [place.rsplit(':', 1)[0] for place in line[2:].split()]
            elif line.startswith('#,'):
                message.flags |= {flag.strip() for flag in line[2:].split(',')}
            elif line.startswith('msg'):
                name, line = line.split(' ', 1)
                message.texts[name] = ast.literal_eval(line)
            elif line.startswith('"') and name:
                message.texts[name] += ast.literal_eval(line)
        if message.texts.get('msgid'):
            found.append(message)
    return found


def list_languages(root):
    return [line for line in house.read(root, 'po/LINGUAS').split('\n') if line and not line.startswith('#')]


def extract(root, keywords):
    """The texts of all of POTFILES, and what xgettext complains of."""
    with tempfile.TemporaryDirectory() as folder:
        pot = os.path.join(folder, 'fresh.pot')
        done = subprocess.run(
            ['xgettext', '--force-po', '--add-location=file', '--directory', root, '--files-from', os.path.join(root, 'po/POTFILES'),
             '--output', pot, *GLIB, *keywords],
            capture_output=True, text=True, env=dict(os.environ, GETTEXTDATADIRS=os.path.join(root, 'po'), LC_ALL='C.UTF-8'))
        complaints = [line for line in done.stderr.split('\n') if 'not a valid' in line or 'error' in line]
        with open(pot, encoding='utf-8') as file:
            return parse(file.read()), complaints


def find_unlisted(root):
    listed = {line for line in house.read(root, 'po/POTFILES').split('\n') if line and not line.startswith('#')}
    speaking = [path for path in house.sources(root, ('.c', '.ui'))
                if path.startswith(('client/', 'protocol/', 'ui/')) and
                (CALL if path.endswith('.c') else re.compile('translatable="yes"')).search(house.read(root, path))]
    return ([path + ' has texts, but is not in POTFILES' for path in speaking if path not in listed] +
            [path + ' of POTFILES is not there' for path in sorted(listed) if not os.path.exists(os.path.join(root, path))])


def find_untranslatable(root):
    return [f'{path}: {match.group(4).strip()}' for path in house.sources(root, ('.ui',))
            for match in SHOWN.finditer(house.read(root, path))
            if 'translatable="' not in match.group(3) and match.group(4) != 'Satchel']


def find_missing(fresh, catalogue):
    said = {message.key(): message for message in catalogue}
    problems = []
    for message in fresh:
        own = said.get(message.key())
        state = ('missing' if own is None else 'fuzzy' if 'fuzzy' in own.flags else
                 'empty' if not all(own.forms()) else
                 'not plural' if ('msgid_plural' in message.texts) != ('msgid_plural' in own.texts) else None)
        if state:
            problems.append(f'{state}: {message.files[0]}: {message.texts["msgid"]!r}')
    return problems


def find_stale(fresh, catalogue):
    known = {message.key() for message in fresh}
    return [f'{message.key()[1]!r} is said nowhere any more' for message in catalogue if message.key() not in known]


def find_odd(language, catalogue):
    """Mnemonics, blanks at the ends, and letters that look right and are not."""
    problems = []
    for message in catalogue:
        source = message.texts['msgid']
        for form in message.forms():
            if 'msgid_plural' not in message.texts and all(path.startswith('ui/') for path in message.files) and \
               'line-words' not in message.files[0] and len(MNEMONIC.findall(source)) == 1 and len(MNEMONIC.findall(form)) != 1:
                problems.append(f'mnemonic: {source!r}: {form!r}')
            if source.startswith(' ') and not form.startswith(' '):
                problems.append(f'blank at the beginning: {source!r}: {form!r}')
            if language == 'ro' and set(form) & set('şţŞŢ'):
                problems.append(f'cedilla for comma: {form!r}')
            if language.startswith('zh') and re.search('[\u4e00-\u9fff][,?!][\u4e00-\u9fff]', form):
                problems.append(f'narrow punctuation: {form!r}')
    return problems


def list_arguments(text):
    """The types of the arguments, in the order in which they are given to printf()."""
    found = [match.groups() for match in ARGUMENT.finditer(text) if match.group(2) != '%']
    return [kind for _, kind in sorted((int(place) if place else number, kind) for number, (place, kind) in enumerate(found, 1))]


def find_unchecked(catalogue):
    """Texts with arguments that msgfmt takes for plain words, and would let say anything: arguments stand in no call that xgettext knows."""
    return [f'not c-format: {message.texts["msgid"]!r}' for message in catalogue
            if 'c-format' not in message.flags and list_arguments(message.texts['msgid']) and not DATES.search(message.texts['msgid'])]


def find_mixed(catalogue):
    """Arguments that are not those of the English text, or in another order. Where one is told without a number, so may it be here."""
    problems = []
    for message in catalogue:
        if 'c-format' not in message.flags:
            continue
        wanted = [list_arguments(message.texts[name]) for name in ('msgid', 'msgid_plural') if name in message.texts]
        for form in message.forms():
            if list_arguments(form) not in wanted:
                problems.append(f'arguments: {message.texts["msgid"]!r}: {form!r}')
    return problems


def check_format(path):
    done = subprocess.run(['msgfmt', '--check', '--output-file', os.devnull, path], capture_output=True, text=True)
    return [] if done.returncode == 0 else done.stderr.strip().split('\n')


def main():
    root = house.root()
    tap = house.Tap()
    if not shutil.which('xgettext') or not shutil.which('msgfmt'):
        print('1..0 # SKIP gettext is not here')
        return 0
    fresh, complaints = extract(root, sys.argv[2:])
    tap.check('every file with texts is in POTFILES', find_unlisted(root))
    tap.check('xgettext finds whole texts', complaints)
    tap.check('what widgets show is translatable', find_untranslatable(root))
    for language in list_languages(root):
        path = os.path.join(root, 'po', language + '.po')
        catalogue = parse(house.read(root, f'po/{language}.po'))
        tap.check(f'{language} says everything', find_missing(fresh, catalogue))
        tap.check(f'{language} says nothing else', find_stale(fresh, catalogue))
        tap.check(f'{language} keeps placeholders and plural forms', check_format(path))
        tap.check(f'{language} gives each argument its place', find_unchecked(catalogue) + find_mixed(catalogue))
        tap.check(f'{language} keeps mnemonics and is well spelt', find_odd(language, catalogue))
    return tap.finish()


if __name__ == '__main__':
    sys.exit(main())
