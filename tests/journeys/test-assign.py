#!/usr/bin/python3
# Three rows are marked by the keyboard and given to a colleague; undo gives them back; assigned again, the server knows.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402


def owners(app, names):
    return {row[-1] for row in app.rows(most=4) if row[0] in names}


def assign(app, typed):
    app.click("push button", "Assign…")
    app.fill("Owner", typed)
    app.find_text("Ioana Mureșan")
    app.press("Down")
    app.press("Return")
    wait_for(lambda: app.read("Owner") == "Ioana Mureșan", "a choice")
    app.screenshot("assign")
    app.click("push button", "Assign")


def steps(journey):
    manager = journey.device("manager")
    manager.must("scope", "add", "account", "")  # what she gives away stays with her
    manager.must("sync")
    other = journey.rig.device("other", "backoffice")
    app = journey.open("list/account")
    app.find_text(" records")
    app.press("Control+f")
    app.await_focus("Quick Find")
    app.press("Down")
    app.press("Down")
    app.press("Shift+Down")
    app.press("Shift+Down")
    app.find_text("3 selected")
    names = [row[0] for row in app.rows(most=4)][1:]
    before = owners(app, names)
    assert "Ioana Mureșan" not in before, before
    assign(app, "mures")
    wait_for(lambda: owners(app, names) == {"Ioana Mureșan"}, "new owner in the list")
    app.screenshot("assigned")
    app.click("push button", "Undo")
    wait_for(lambda: owners(app, names) == before, "old owner in the list")
    assign(app, "mures")
    wait_for(lambda: owners(app, names) == {"Ioana Mureșan"}, "new owner in the list")
    app.find("push button", "Up to date")
    other.must("scope", "add", "account", "")
    other.must("sync")
    for name in names:
        rows = other.rows("account", "--where", 'name = "%s" and owner(user).name = "Ioana Mureșan"' % name)
        assert len(rows) == 1, (name, rows)


run("batch assign", steps)
