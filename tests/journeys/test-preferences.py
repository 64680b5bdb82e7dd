#!/usr/bin/python3
# What other programs of the desktop have is set in the preferences, and holds for the profile, whoever asks.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402

MIRROR = "In the Desktop’s Address Book and Calendar"


def steps(journey):
    device = journey.device("seller1")

    def is_on():
        return json.loads(device.must("mirror", "status"))["on"]
    app = journey.open("workplace")
    app.find_text("Up to date")
    app.press("Control+,")
    app.await_windows(2)
    app.find_text("these are plain files on the disk")
    app.screenshot("preferences")
    assert is_on()
    app.flip(MIRROR)
    wait_for(lambda: not is_on(), "mirror that is off")
    app.flip(MIRROR)
    wait_for(is_on, "mirror that is on")
    app.press("Escape")
    app.await_windows(1)


run("preferences", steps)
