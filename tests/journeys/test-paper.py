#!/usr/bin/python3
# A record and a list go on paper: Ctrl+P, “Print to File”, and what stands in the file.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402

MOST_TABS = 6
PATIENCE_S = 1


def print_it(app, folder):
    """The PDF's bytes."""
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    app.press("Control+p")
    app.await_windows(2)
    button = wait_for(lambda: app.walk(lambda one: one.role == "push button" and one.name == "_Print Print"), "button “Print”")
    for _ in range(MOST_TABS):  # to the printers; one has to be chosen
        if button.again().is_("sensitive"):
            break
        app.press("Tab")
        app.press("Down")
        try:
            wait_for(lambda: button.again().is_("sensitive"), "printer", PATIENCE_S)
        except AssertionError:
            continue
    app.screenshot("print")
    app.act(button)
    app.await_windows(1)

    def whole():
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            if data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF"):
                return os.path.join(folder, name)
        return None
    return wait_for(whole, "file that is whole")


def read(path):
    """Its text, and how many pages; without poppler the text is not read."""
    text = None
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    with open(path, "rb") as file:
        pages = len(re.findall(rb"/Type /Page\b(?!s)", file.read()))
    return text, pages


def steps(journey):
    config = os.path.join(os.environ["XDG_CONFIG_HOME"], "gtk-4.0")
    os.makedirs(config)
    with open(os.path.join(config, "settings.ini"), "w") as file:
        file.write("[Settings]\ngtk-print-backends=file\n")
    folder = os.path.join(os.environ["HOME"], "paper")
    os.mkdir(folder)
    with open(os.path.join(os.environ["XDG_CONFIG_HOME"], "user-dirs.dirs"), "w") as file:
        file.write('XDG_DOCUMENTS_DIR="$HOME/paper"\n')
    device = journey.device("seller1")
    row = device.rows("account", "--limit", "1")[0]
    app = journey.open("account/" + row["id"])
    wait_for(lambda: row["name"] in app.title(), "page of the record")
    path = print_it(app, folder)
    assert os.path.basename(path) == row["name"].replace("/", "-") + ".pdf", path
    text, pages = read(path)
    assert pages >= 1
    assert text is None or row["name"] in text, text
    app.go("list/account")
    wait_for(lambda: app.title() != row["name"] and app.rows(), "list")
    names = [cells[0] for cells in app.rows(10)]
    text, pages = read(print_it(app, folder))
    assert pages >= 1
    for name in names:
        assert text is None or name[:15] in text, (name, text)


run("paper", steps)
