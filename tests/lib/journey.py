# The application through its accessibility tree, for tests that go the way of a person. Under headless.py, with Debian's python3.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import signal
import subprocess
import sys
import traceback

import accessible
from accessible import PATIENCE, Program, wait_for

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))
from rig import Rig  # noqa: E402


class App(Program):
    def __init__(self, *command):
        super().__init__(command, env=dict(os.environ, G_DEBUG=accessible.DEBUG) if accessible.DEBUG else None)

    def go(self, place):
        """Follows a link, as another program has it followed."""
        subprocess.run([self.process.args[0], "satchel://" + place], check=True, stdin=subprocess.DEVNULL)

    def title(self):
        return self.root.children()[0].name

    def await_windows(self, n):
        """Until so many are there. Only their number is asked: GTK 4.8 falls over a question to a window that is on its way."""
        wait_for(lambda: self.root.count() == n, "%d windows" % n)

    def is_entered(self, one):
        """The cells of lists are many, and left to rows()."""
        return one.role != "tree table"

    def find(self, role, name):
        names = (name, name + " " + name)  # GTK 4.8 says the words of a button twice
        return wait_for(lambda: self.walk(lambda one: one.role == role and one.name in names),
                        "%s “%s”" % (role, name))

    def click(self, role, name):
        names = (name, name + " " + name)

        def clicks(one):  # the button of a menu is in a box of the same name
            return one.role == role and one.name in names and "click" in one.actions()
        self.act(wait_for(lambda: self.walk(clicks), "%s “%s” to click" % (role, name)))

    def fill(self, name, text):
        """The entry of a row: the text that is editable within what bears the name."""
        self.find_entry(name).write(text)

    def read(self, name):
        """What stands in the entry."""
        return self.find_entry(name).text()

    def find_entry(self, name):
        def editable(one):
            return "EditableText" in one.interfaces()

        def look():
            row = self.walk(lambda one: one.name == name and self.walk(editable, one) is not None)
            return row and self.walk(editable, row)
        return wait_for(look, "entry “%s”" % name)

    def choose(self, opener, item):
        """An item of the menu that a button opens."""
        self.click("push button", opener)
        one = wait_for(lambda: self.walk(lambda one: one.role in ("menu item", "check menu item", "radio menu item")
                                         and one.name == item), "menu item “%s”" % item)
        self.act(one)

    def flip(self, name):
        """A switch, or a check."""
        self.act(self.find("check box", name))

    @staticmethod
    def act(one):
        one.act("click")

    def rows(self, most=200):
        """The first records of the list that is shown, as far as GTK has made rows of them: the texts of their cells."""
        table = self.walk(lambda one: one.role == "tree table")
        place = next(one for child in table.children() for one in self.tree(child) if one.role == "list")
        return [[cell.name for cell in self.all(lambda one: one.role == "label", row)] for row in place.children()[:most]]

    def await_focus(self, name):
        """Until what is typed goes there."""
        wait_for(lambda: self.walk(lambda one: one.name == name and self.walk(
            lambda one: one.is_("focused"), one)), "focus on “%s”" % name)

    def focused(self):
        return self.walk(lambda one: one.is_("focused"))

    @staticmethod
    def press(chord):
        accessible.press(chord)

    def type(self, text):
        for letter in text:
            self.press(letter)


class Journey:
    """A server with demo data, devices of its people, and the application on the display."""

    def __init__(self, satchel, server, ctl, thousands=1):
        self.satchel, self.app = satchel, None
        self.rig = Rig({"server": server, "ctl": ctl}, thousands)

    def device(self, user="seller1", port=None):
        """A profile that has synced; the application opens it."""
        device = self.rig.device("device-" + user, user, port)
        device.must("sync")
        os.environ["XDG_DATA_HOME"] = device.home
        return device

    def open(self, place=None):
        self.app = App(self.satchel, *(["satchel://" + place] if place else []))
        return self.app

    def close(self):
        if self.app is not None:
            self.app.close()
        self.rig.close()


def await_kept(device, text):
    """Until these words, typed and not saved, outlive the program."""
    def kept():
        return json.dumps(text, ensure_ascii=False) in subprocess.run(
            [sys.argv[4]], env=device.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True).stdout
    wait_for(kept, "draft with “%s” in the profile" % text)


def run(name, steps, **how):
    """The whole of a test: one way, gone once, with SATCHEL SATCHEL-SERVER SATCHELCTL KEPT as arguments."""
    print("1..1", flush=True)
    journey = Journey(*sys.argv[1:4], **how)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        steps(journey)
        print("ok 1 " + name)
    except Exception:
        traceback.print_exc()
        if journey.app is not None:
            journey.app.screenshot("failed-" + name.replace(" ", "-"))
            try:
                journey.app.dump()
            except Exception:
                print("# the application is gone")
        print("not ok 1 " + name)
        sys.exit(1)
    finally:
        journey.close()
