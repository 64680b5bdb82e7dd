#!/usr/bin/python3
# A condition is put together by clicking, kept as a view of one's own, and found again among the views of the list.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402


def steps(journey):
    device = journey.device("seller1")
    expected = sorted(row["name"] for row in device.rows("account", "--where", 'city contains "Bristol"'))
    assert expected
    app = journey.open("find/account")
    app.click("push button", "Add Condition")
    app.await_focus("Find a Field")
    app.type("city")
    wait_for(lambda: app.read("Find a Field") == "city", "what was typed")
    app.press("Return")
    app.fill("City", "Bristol")
    app.find_text("%d records" % len(expected))
    app.fill("Name of the View", "Bristol & „umgebung“")
    app.screenshot("find")
    app.click("push button", "Keep as My View")
    app.find_text("Bristol & „umgebung“ · %d records" % len(expected))
    assert sorted(row[0] for row in app.rows()) == expected, app.rows()

    app.go("list/account")
    app.find_text("Active Accounts · ")
    app.choose("View: Active Accounts", "Bristol & „umgebung“")
    app.find_text("Bristol & „umgebung“ · %d records" % len(expected))
    assert sorted(row[0] for row in app.rows()) == expected, app.rows()


run("advanced find", steps)
