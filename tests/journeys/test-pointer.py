#!/usr/bin/python3
# What is done with the pointer alone: the menu of a row, and an appointment that is moved and made longer by dragging.
# SPDX-License-Identifier: GPL-3.0-or-later
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from gi.repository import GLib  # noqa: E402
from accessible import KEYBOARD, SPI, Bus  # noqa: E402
from journey import run, wait_for  # noqa: E402

STEPS = 8  # a hand does not jump
FRAME = 5  # pixels around a window on a display without a compositor


def point(what, x, y):
    Bus.do(KEYBOARD, SPI + "DeviceEventController", "GenerateMouseEvent", GLib.Variant("(iis)", (x, y, what)))


def extents(one):
    """Of what is in it, in the window, which stands at the corner of the display."""
    (x, y, width, height), = one.ask("Component", "GetExtents", GLib.Variant("(u)", (1,)))
    return x + FRAME, y + FRAME, width, height


def drag(x, y, down):
    point("abs", x, y)
    point("b1p", x, y)
    for step in range(1, STEPS + 1):
        point("abs", x, y + down * step // STEPS)
    point("b1r", x, y + down)


def cell(app, row):
    table = app.walk(lambda one: one.role == "tree table")
    place = next(one for child in table.children() for one in app.tree(child) if one.role == "list")
    return app.walk(lambda one: one.role == "label", place.children()[row])


def menu(app):
    """By the right button; Escape closes it and leaves the rest as it is, and the keys are the list's again."""
    app.go("list/account")
    app.find_text("Active Accounts")
    x, y, width, height = extents(wait_for(lambda: cell(app, 2), "row"))
    point("b3c", x + 30, y + height // 2)
    app.find("menu item", "Preview")
    app.find_text("1 selected")
    app.press("Escape")
    wait_for(lambda: not app.walk(lambda one: one.role == "menu item" and one.name == "Preview"), "menu that is closed")
    app.find_text("1 selected")
    app.press("space")
    app.find("push button", "Close Preview")
    app.screenshot("row-menu")


def place(app, times):
    """Where the appointment of these times stands. Its button is made anew when the calendar is read anew, and has no place before a frame."""
    def look():
        one = app.walk(lambda one: one.role == "push button" and one.name.startswith("Ana, ") and times in one.name)
        found = one and extents(one)
        return found if found and found[2] > 300 else None
    return wait_for(look, "appointment at " + times)


def calendar(app, device):
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    device.must("create", "appointment", "subject=Ana", "start=%sT14:00:00Z" % today, "end=%sT15:00:00Z" % today)
    app.go("calendar")
    wait_for(lambda: "Calendar" in app.title(), "calendar")
    app.click("push button", "Day")
    x, y, width, height = place(app, "14:00–15:00")
    hour = height + 5  # with the room around the words, and between chips
    drag(x + 100, y + height - 2, hour)
    x, y, width, height = place(app, "14:00–16:00")
    drag(x + 100, y + 10, -2 * hour)
    place(app, "12:00–14:00")
    app.screenshot("dragged")
    app.click("push button", "Undo")
    place(app, "14:00–16:00")
    assert device.rows("appointment", "--where", 'subject = "Ana"')[0]["end"].endswith("T16:00:00Z")


def steps(journey):
    device = journey.device("seller1")
    app = journey.open("workplace")
    calendar(app, device)
    menu(app)


run("pointer", steps)
