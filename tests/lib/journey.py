# The application through its accessibility tree, for tests that go the way of a person. Under headless.py, with Debian's python3.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import signal
import subprocess
import sys
import time
import traceback

# Of the application; the accessibility bus has warnings of its own for who looks on.
DEBUG = os.environ.pop("G_DEBUG", None)

import pyatspi  # noqa: E402
from gi.repository import Atspi  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))
from rig import Rig  # noqa: E402

PATIENCE = 20  # for what takes no set time; nobody waits that long in vain
Atspi.set_timeout(PATIENCE * 1000, 0)  # a busy machine is not a program that hangs
KEYS = {"Tab": 0xFF09, "Return": 0xFF0D, "Escape": 0xFF1B, "Down": 0xFF54, "Up": 0xFF52, "Left": 0xFF51, "Right": 0xFF53,
        "space": 0x20, "Page_Down": 0xFF56, "End": 0xFF57, "Home": 0xFF50}
HELD = {"Shift": 1, "Control": 4, "Alt": 8}


def wait_for(find, what, patience=PATIENCE):
    """What find() gives once it gives something. The tree changes while it is walked: an object that has gone is no result."""
    until = time.monotonic() + patience
    while True:
        try:
            found = find()
        except Exception:  # a call to an object that is no more fails in many ways
            found = None
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError("there is no %s" % what)
        time.sleep(0.03)


class App:
    def __init__(self, *command):
        env = dict(os.environ, G_DEBUG=DEBUG) if DEBUG else None
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=env)
        self.root = wait_for(self.find_root, "application on the accessibility bus")

    def find_root(self):
        desktop = pyatspi.Registry.getDesktop(0)
        for i in range(desktop.childCount):
            child = desktop.getChildAtIndex(i)
            if child is not None and child.get_process_id() == self.process.pid and child.childCount:
                child.set_cache_mask(Atspi.Cache.ROLE)  # all else is asked of what is there now
                return child
        return None

    def go(self, place):
        """Follows a link, as another program has it followed."""
        subprocess.run([self.process.args[0], "satchel://" + place], check=True, stdin=subprocess.DEVNULL)

    def title(self):
        return self.root.getChildAtIndex(0).name

    def await_windows(self, n):
        """Until so many are there. Only their number is asked: GTK 4.8 falls over a question to a window that is on its way."""
        wait_for(lambda: self.root.childCount == n, "%d windows" % n)

    def walk(self, accept, root=None):
        """The first that is shown, in the order of the tree. The cells of lists are many, and left to rows()."""
        within = root is not None
        root = root or self.root
        return self.walk_from(root, accept, within)

    def walk_from(self, root, accept, within):
        if root is not self.root and not root.getState().contains(pyatspi.STATE_VISIBLE):
            return None
        if accept(root):
            return root
        if not within and root.getRoleName() == "tree table":
            return None
        for i in range(root.childCount):
            child = root.getChildAtIndex(i)
            found = self.walk_from(child, accept, within) if child is not None else None
            if found is not None:
                return found
        return None

    def find(self, role, name):
        names = (name, name + " " + name)  # GTK 4.8 says the words of a button twice
        return wait_for(lambda: self.walk(lambda one: one.getRoleName() == role and one.name in names),
                        "%s “%s”" % (role, name))

    def find_text(self, text, patience=PATIENCE):
        """What has these words in it: a label, or an alert."""
        return wait_for(lambda: self.walk(lambda one: text in one.name), "label with “%s”" % text, patience)

    def click(self, role, name):
        names = (name, name + " " + name)

        def clicks(one):  # the button of a menu is in a box of the same name
            if one.getRoleName() != role or one.name not in names:
                return False
            action = one.queryAction()
            return "click" in [action.getName(i) for i in range(action.nActions)]
        self.act(wait_for(lambda: self.walk(clicks), "%s “%s” to click" % (role, name)))

    def fill(self, name, text):
        """The entry of a row: the text that is editable within what bears the name."""
        assert self.find_entry(name).queryEditableText().setTextContents(text)

    def read(self, name):
        """What stands in the entry."""
        text = self.find_entry(name).queryText()
        return text.getText(0, text.characterCount)

    def find_entry(self, name):
        def editable(one):
            return "EditableText" in pyatspi.listInterfaces(one)

        def look():
            row = self.walk(lambda one: one.name == name and self.walk(editable, one) is not None)
            return row and self.walk(editable, row)
        return wait_for(look, "entry “%s”" % name)

    def choose(self, opener, item):
        """An item of the menu that a button opens."""
        self.click("push button", opener)
        one = wait_for(lambda: self.walk(lambda one: one.getRoleName() in ("menu item", "check menu item", "radio menu item")
                                         and one.name == item), "menu item “%s”" % item)
        self.act(one)

    def flip(self, name):
        """A switch, or a check."""
        self.act(self.find("check box", name))

    def act(self, one):
        action = one.queryAction()
        names = [action.getName(i) for i in range(action.nActions)]
        action.doAction(names.index("click") if "click" in names else 0)

    def rows(self, most=200):
        """The first records of the list that is shown, as far as GTK has made rows of them: the texts of their cells."""
        table = self.walk(lambda one: one.getRoleName() == "tree table")
        place = self.walk(lambda one: one.getRoleName() == "list", table)
        return [[cell.name for cell in self.all(lambda one: one.getRoleName() == "label", place.getChildAtIndex(i))]
                for i in range(min(most, place.childCount))]

    def all(self, accept, root=None):
        """All that are shown, in the order of the tree."""
        found = []
        self.walk(lambda one: accept(one) and found.append(one), root)
        return found

    def await_focus(self, name):
        """Until what is typed goes there."""
        wait_for(lambda: self.walk(lambda one: one.name == name and self.walk(
            lambda one: one.getState().contains(pyatspi.STATE_FOCUSED), one)), "focus on “%s”" % name)

    def focused(self):
        return self.walk(lambda one: one.getState().contains(pyatspi.STATE_FOCUSED))

    def press(self, chord):
        """Keys as a keyboard sends them: “Control+f”, “Tab”."""
        *held, name = chord.split("+")
        mask = sum(HELD[one] for one in held)
        if mask:
            Atspi.generate_keyboard_event(mask, None, Atspi.KeySynthType.LOCKMODIFIERS)
        Atspi.generate_keyboard_event(KEYS.get(name) or ord(name), None, Atspi.KeySynthType.SYM)
        if mask:
            Atspi.generate_keyboard_event(mask, None, Atspi.KeySynthType.UNLOCKMODIFIERS)

    def type(self, text):
        for letter in text:
            self.press(letter)

    def dump(self, one=None, depth=0):
        one = one or self.root
        print("#", "  " * depth, one.getRoleName(), repr(one.name))
        for i in range(one.childCount):
            child = one.getChildAtIndex(i)
            if child is not None and depth < 40:
                self.dump(child, depth + 1)

    def screenshot(self, name):
        """Where SATCHEL_TEST_SHOTS names a folder, for people to look at."""
        folder = os.environ.get("SATCHEL_TEST_SHOTS")
        if folder:
            subprocess.run(["import", "-window", "root", os.path.join(folder, name + ".png")], check=False)

    def kill(self):
        """Without a word."""
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(10)


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


def run(name, steps, **how):
    """The whole of a test: one way, gone once, with SATCHEL SATCHEL-SERVER SATCHELCTL as arguments."""
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
