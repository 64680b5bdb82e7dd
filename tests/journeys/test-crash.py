#!/usr/bin/python3
# What was typed and not saved outlives the program: of a record that is there, and of one that is not created yet.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402


def mark(device):
    """Of the last write to the profile, which is sealed."""
    stat = os.stat(os.path.join(device.home, "satchel", "default", "replica.db-wal"))
    return stat.st_size, stat.st_mtime_ns


def await_rest(device):
    """What opening a page writes has been written."""
    seen = [None, 0.0]

    def rests():
        now = time.monotonic()
        if mark(device) != seen[0]:
            seen[:] = mark(device), now
        return now - seen[1] > 0.5
    wait_for(rests, "rest")


def fill(app, device, name, text):
    await_rest(device)
    before = mark(device)
    app.fill(name, text)
    wait_for(lambda: mark(device) != before, "draft in the profile")


def steps(journey):
    device = journey.device("seller1")
    id = json.loads(device.must("create", "account", "name=Karst", "phone=1"))["id"]
    app = journey.open("account/" + id)
    app.find("text", "Phone")
    fill(app, device, "Email", "nobody at karst")  # not valid: it can only be kept, never saved
    app.kill()

    app = journey.open()
    app.find_text("You had not finished: Karst")
    app.screenshot("offered")
    app.click("push button", "Go On")
    app.find_text("What you had typed here is back. It was not saved.")
    assert app.read("Email") == "nobody at karst", app.read("Email")
    assert json.loads(device.must("show", "account", id)).get("email") is None
    app.click("push button", "Discard")
    wait_for(lambda: app.read("Email") == "", "empty field")

    app.go("new/account")
    app.find_text("New Account")
    fill(app, device, "Phone", "+40 264 555 100")
    app.kill()
    app = journey.open()
    app.find_text("You had not finished: new Account")
    app.click("push button", "Go On")
    app.find_text("New Account")
    assert app.read("Phone") == "+40 264 555 100", app.read("Phone")


run("dirty form", steps)
