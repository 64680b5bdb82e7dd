#!/usr/bin/python3
# What was typed and not saved outlives the program: of a record that is there, and of one that is not created yet.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import await_kept, run, wait_for  # noqa: E402


def fill(app, device, name, text):
    app.fill(name, text)
    await_kept(device, text)


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
