# The application through its accessibility tree, for tests that go the way of a person. Under headless.py, with Debian's python3.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess
import time

# Of the application; the accessibility bus has warnings of its own for who looks on.
DEBUG = os.environ.pop("G_DEBUG", None)

import pyatspi  # noqa: E402

PATIENCE = 20  # for what takes no set time; nobody waits that long in vain


def wait_for(find, what):
    """What find() gives once it gives something. The tree changes while it is walked: an object that has gone is no result."""
    until = time.monotonic() + PATIENCE
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
                return child
        return None

    def walk(self, accept, root=None):
        """The first that is shown, in the order of the tree."""
        root = root or self.root
        if root is not self.root and not root.getState().contains(pyatspi.STATE_VISIBLE):
            return None
        if accept(root):
            return root
        for i in range(root.childCount):
            child = root.getChildAtIndex(i)
            found = self.walk(accept, child) if child is not None else None
            if found is not None:
                return found
        return None

    def find(self, role, name):
        names = (name, name + " " + name)  # GTK 4.8 says the words of a button twice
        return wait_for(lambda: self.walk(lambda one: one.getRoleName() == role and one.name in names),
                        "%s “%s”" % (role, name))

    def find_text(self, text):
        """What has these words in it: a label, or an alert."""
        return wait_for(lambda: self.walk(lambda one: text in one.name), "label with “%s”" % text)

    def click(self, role, name):
        action = self.find(role, name).queryAction()
        names = [action.getName(i) for i in range(action.nActions)]
        action.doAction(names.index("click"))

    def fill(self, name, text):
        """The entry of a row: the text that is editable within what bears the name."""
        def editable(one):
            return "EditableText" in pyatspi.listInterfaces(one)

        def look():
            row = self.walk(lambda one: one.name == name and self.walk(editable, one) is not None)
            return row and self.walk(editable, row)
        assert wait_for(look, "entry “%s”" % name).queryEditableText().setTextContents(text)

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

    def close(self):
        self.process.terminate()
        return self.process.wait(10)
