#!/usr/bin/python3
"""test-language.py SATCHELCTL FOLDER-OF-CATALOGUES: a program finds its catalogues beside itself and speaks the language of the environment;
what scripts read stays the same. Prints TAP.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap  # noqa: E402

LANGUAGES = {"ro": "Nimeni nu s-a conectat încă", "zh_CN": "尚无人登录", "en": "Nobody has signed in yet"}


def run(program, home, language, *arguments):
    env = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=language, XDG_DATA_HOME=home, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent")
    return subprocess.run([program, *arguments], env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_in_place(program, home, catalogues):
    for language, words in LANGUAGES.items():
        said = run(program, home, language, "status")
        assert words in said.stdout, said


def test_moved(program, home, catalogues):
    """As installed, below whatever prefix; and without any catalogue it speaks English."""
    with tempfile.TemporaryDirectory() as prefix:
        os.makedirs(os.path.join(prefix, "bin"))
        moved = shutil.copy(program, os.path.join(prefix, "bin"))
        assert LANGUAGES["en"] in run(moved, home, "ro:en", "status").stdout
        for language in ("ro", "zh_CN"):
            shutil.copytree(os.path.join(catalogues, language, "LC_MESSAGES"),
                            os.path.join(prefix, "share/locale", language, "LC_MESSAGES"), ignore=shutil.ignore_patterns("*.p"))
        for language, words in LANGUAGES.items():
            assert words in run(moved, home, language, "status").stdout, language


def test_scripts(program, home, catalogues):
    """Status, keys and names are an interface."""
    tries = (("--json", "status"), ("--json", "entities"), ("--json", "views", "account"), ("frobnicate",), ("list", "nothing"),
             ("sync",), ("set", "account"))
    english, romanian = ([run(program, home, language, *words) for words in tries] for language in ("en", "ro"))
    for one, other in zip(english, romanian):
        assert one.returncode == other.returncode, (one, other)
        if one.returncode == 0:
            assert json.loads(one.stdout) == json.loads(other.stdout)
    assert "nu există comanda „frobnicate”" in romanian[3].stderr, romanian[3]


def test_numbers(program, home, catalogues):
    """The three forms of Romanian: 1, few, and many with "de"."""
    for count, words in ((0, "0 modificări așteaptă"), (1, "1 modificare așteaptă"), (2, "2 modificări așteaptă"),
                         (20, "20 de modificări așteaptă")):
        assert plural(catalogues, "ro", "change waits", "changes wait", count) == words, words
    assert plural(catalogues, "zh_CN", "change waits", "changes wait", 3) == "3 项更改等待"


def plural(catalogues, language, one, many, count):
    env = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=language, TEXTDOMAINDIR=catalogues)
    words = subprocess.run(["ngettext", "-d", "satchel", one, many, str(count)], env=env, capture_output=True, text=True, check=True)
    return "%d %s" % (count, words.stdout)


def call(test):
    with tempfile.TemporaryDirectory() as home:
        test(sys.argv[1], home, sys.argv[2])


if __name__ == "__main__":
    sys.exit(tap.run(tap.tests_of(globals()), call=call))
