#!/usr/bin/python3
# What other programs of the desktop have is set in the preferences, and holds for the profile, whoever asks.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402

MIRROR = "In the Desktop’s Address Book and Calendar"

RULE = "Messages That Evolution Tracks by Itself"
PATIENCE_S = 2  # some places do not say that they have the focus
FOLDER = "folder://local/Offers/R%26D"
TITLES = ["None", "Replies to tracked messages", "Replies, and messages of people who are here",
          "Replies, and what is in the folder “Offers/R&D”"]


def steps(journey):
    device = journey.device("seller1")

    def is_on():
        return json.loads(device.must("mirror", "status"))["on"]

    def rule():
        return json.loads(device.must("mail-rule"))
    device.must("mail-rule", "folder=" + FOLDER)
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

    def go_to(name):
        """By Tab, once for each place: a key that is on its way would lead past it."""
        one = app.focused()
        while one is None or one.name != name:
            app.press("Tab")
            try:
                one = wait_for(lambda: (now := app.focused()) and (one is None or now.place != one.place) and now, "focus that goes on",
                               PATIENCE_S)
            except AssertionError:
                continue

    def choose(title):
        """In the list that the row opens; what stands there is told below its title, too."""
        go_to(RULE)
        app.press("space")
        wait_for(lambda: app.walk(lambda one: one.role == "label" and one.name == title), title)
        for key in ["Home"] + ["Down"] * TITLES.index(title) + ["Return"]:
            app.press(key)
    choose("None")
    wait_for(lambda: rule() == {"rule": "none"}, "no rule")
    choose(TITLES[3])
    wait_for(lambda: rule() == {"rule": "folder", "folder": FOLDER}, "rule of the folder")
    app.press("Escape")
    app.await_windows(1)


run("preferences", steps)
