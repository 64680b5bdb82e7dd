#!/usr/bin/python3
# The ways back: the program ends before it was said what to take along; the device is not accepted any more; it was given up for lost.
#   headless.py test-lost.py SATCHEL SATCHEL-SERVER SATCHELCTL
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402

PROFILE = os.path.join(os.environ["XDG_DATA_HOME"], "satchel", "default")


def status(journey):
    """What satchelctl says of the profile."""
    text = subprocess.run([journey.rig.programs["ctl"], "status", "--json"], stdout=subprocess.PIPE, check=False).stdout
    return json.loads(text)


def sign_in(journey):
    app = journey.app
    app.fill("Server Address", "127.0.0.1:%d" % journey.rig.port)
    app.fill("User Name", "seller1")
    app.fill("Password", journey.rig.passwords["seller1"])
    app.click("push button", "Sign In")


def revoke(journey, *options):
    journey.rig.run_server("device", "revoke", status(journey)["device"], *options, "--data", journey.rig.data)


def go(journey):
    app = journey.open()
    app.find_text("Welcome to Satchel")
    sign_in(journey)
    app.find_text("What to Take Along")
    app.find_text("Everything: your own")

    # Nobody begins with something else, and the next program asks the same.
    app.close()
    before = status(journey)
    assert before["user"] and not before["online"] and not before["last_sync"], before
    app = journey.open()
    app.find_text("What to Take Along")
    app.find_text("Everything: your own")
    app.click("push button", "Start")
    app.find_text("Up to date")
    after = status(journey)
    assert after["online"] and after["last_sync"], after

    # What waits stays, and goes once she has signed in again.
    revoke(journey)
    subprocess.run([journey.rig.programs["ctl"], "create", "account", "name=Made meanwhile"], check=True, stdout=subprocess.DEVNULL)
    app.find_text("Signed out")
    app.screenshot("revoked")
    assert status(journey)["pending"] == 1, status(journey)
    app.click("push button", "Signed out")
    app.find_text("The server does not accept this device any more")
    app.screenshot("revoked-why")
    app.click("push button", "Sign In…")
    app.find_text("Sign In Again")
    assert app.read("User Name") == "seller1"
    app.fill("Password", journey.rig.passwords["seller1"])
    app.click("push button", "Sign In")
    app.find_text("Up to date")
    assert status(journey)["pending"] == 0, status(journey)

    revoke(journey, "--wipe")
    app.find_text("Your Records Were Deleted")
    app.screenshot("wiped")
    wait_for(lambda: not os.path.exists(PROFILE), "profile that is gone")
    app.click("push button", "Sign In…")
    app.find_text("Welcome to Satchel")
    sign_in(journey)
    app.find_text("What to Take Along")
    app.click("push button", "Start")
    app.find_text("Up to date")


run("ways back", go)
