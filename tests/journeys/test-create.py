#!/usr/bin/python3
# A record is made while there is no network; the network comes back, and the server has it. Who carries nothing by herself keeps what she made.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402

NAME = "Țiglăria „Mărășești” & Söhne 北京"


def steps(journey):
    journey.device("seller1")
    other = journey.rig.device("other", "manager")
    app = journey.open("list/account")
    app.find_text(" records")
    app.click("push button", "Up to date")
    app.flip("Work Offline")
    app.find("push button", "Offline")
    app.press("Escape")
    app.click("push button", "New")
    app.fill("Account Name", NAME)
    app.fill("City", "Deva")
    app.click("push button", "Create")
    app.find_text("waits to be sent")
    app.screenshot("created")

    other.must("sync")
    assert not other.rows("account", "--where", 'city = "Deva"')
    app.click("push button", "Offline, 1 waits")
    app.flip("Work Offline")
    app.find("push button", "Up to date")

    def arrived():
        other.must("scope", "add", "account", 'city = "Deva"', status=(0, 1))
        other.must("sync")
        return other.rows("account", "--where", 'city = "Deva"')
    assert [row["name"] for row in wait_for(arrived, "record on the server")] == [NAME]
    app.close()
    nothing_carried(journey)


def nothing_carried(journey):
    """Nothing chooses what she creates: it is sent, and comes back since she looks at it."""
    device = journey.device("backoffice")
    app = journey.open("new/account")
    app.fill("Account Name", "Kept")
    app.click("push button", "Create")
    app.find("push button", "Up to date")
    wait_for(lambda: json.loads(device.must("status"))["pending"] == 0, "record that was sent")
    wait_for(lambda: device.rows("account"), "record that came back")
    assert not app.walk(lambda one: "not here any more" in one.name)
    app.fill("City", "Deva")
    app.press("Control+Tab")
    app.screenshot("kept")


run("create offline", steps)
