#!/usr/bin/python3
# Every control of every page has a name, and Tab comes by and round: the tree is walked, and the keyboard goes its way.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402
from names import is_told, unnamed  # noqa: E402
from pulse import Focus  # noqa: E402

MOST_TABS = 200
PATIENCE_S = 2
MOST_SILENT = 2  # the text within an AdwEntryRow 1.2 gets the focus and does not say so
PLACES = ("workplace", "list/account", "account/%s", "new/opportunity", "find/contact", "calendar", "dashboard", "outbox", "conflicts")


def open_menus(app):
    """Menu buttons that are shown, by name."""
    return [one.name for one in app.all(lambda one: one.role == "push button" and one.name.startswith(
        ("This List", "Actions", "Main Menu", "View: ", "Type: ", "Date: ", "What Is Shown", "Up to date")))]


def look_into(app, problems):
    """Dialogs, popovers, preferences: what opens from a page, and is walked while it is open."""
    def look(name):
        problems[name] = unnamed(app)
        print("#", name, len(problems[name]), flush=True)

    def dialog(name, open_it):
        open_it()
        app.await_windows(2)
        look(name)
        app.press("Escape")
        app.await_windows(1)

    app.go("list/account")
    app.find_text("Accounts")
    for menu in sorted(set(name.split(" This List")[0] for name in open_menus(app))):
        app.click("push button", menu)
        look("menu " + menu)
        app.click("push button", menu)  # a key may come before the menu has the keyboard, which then stays open
    dialog("columns", lambda: app.choose("This List", "Columns…"))
    dialog("preferences", lambda: app.press("Control+,"))
    dialog("palette", lambda: app.press("Control+k"))
    app.press("Control+f")
    app.await_focus("Quick Find")
    app.press("Down")
    app.press("Control+a")
    app.find_text(" selected")
    dialog("batch edit", lambda: app.click("push button", "Edit a Field…"))
    dialog("assign", lambda: app.click("push button", "Assign…"))
    app.go("calendar")
    app.find_text("Calendar")
    app.press("n")
    app.await_focus("What, and when")
    look("quick line")
    app.press("Escape")


def tab_round(app, focus):
    """Goes through the page until the focus comes to a place where it was; how many there were. Two kinds of places are met once only: the
    empty room for what the page is still reading, which may be the first, and the rows before the last of a list, which GTK enters again at
    the row where it was left."""
    seen = []
    for _ in range(MOST_TABS):
        for _ in range(MOST_SILENT):
            app.press("Tab")
            place = focus.take(PATIENCE_S)
            if place is not None:
                break
        assert place is not None, "Tab stays at %s" % (seen[-1:] or "the beginning")
        if place in seen:
            once, again = seen[:seen.index(place)], seen[seen.index(place):]
            assert all(is_told(name) for _, name, _ in once), "Tab comes by a place without a name: %s" % once
            assert all(role == "list item" for role, _, _ in once[1:]), "Tab goes round from %s, past %s" % (place, once)
            assert any(role != "list item" for role, _, _ in again), "Tab does not leave the list of %s" % (place,)
            return len(again)
        seen.append(place)
    raise AssertionError("Tab does not come round; it was at %s" % seen[-8:])


def steps(journey):
    device = journey.device("seller1")
    id = device.rows("account", "--limit", "1")[0]["id"]
    app = journey.open()
    problems, titles, title = {}, {}, None
    for place in PLACES:
        link = place % id if "%s" in place else place
        app.go(link)
        wait_for(lambda: app.title() != (title or "Satchel"), "page " + place)
        title = titles[place] = app.title()
        problems[place] = unnamed(app)
        print("#", place, title, len(problems[place]))
    for place in PLACES:
        app.go(place % id if "%s" in place else place)
        wait_for(lambda: app.title() == titles[place], "page " + place)
        focus = Focus()
        print("# Tab on %s: %d stops" % (place, tab_round(app, focus)), flush=True)
    look_into(app, problems)
    for place, lines in problems.items():
        for line in lines:
            print("# unnamed on %s: %s" % (place, line))
    assert not any(problems.values())


run("names", steps)
