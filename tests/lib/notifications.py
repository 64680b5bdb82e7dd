# A desktop that shows notifications to nobody: it owns org.gtk.Notifications, tells each that comes as a line of JSON, and does what a
# press on a button does. Under headless.py, with Debian's python3.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import select
import subprocess
import sys

PATIENCE_S = 60
XML = """<node><interface name="org.gtk.Notifications">
<method name="AddNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/></method>
<method name="RemoveNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
</interface></node>"""


class Notifications:
    """From the test's side. A process of its own: the test itself waits for the tree, not for the bus."""

    def __init__(self):
        self.process = subprocess.Popen(["/usr/bin/python3", os.path.abspath(__file__)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        bufsize=0)
        assert self.read() == b"ready\n"

    def read(self):
        assert select.select([self.process.stdout], [], [], PATIENCE_S)[0], "no notification comes"
        return self.process.stdout.readline()

    def next(self):
        """The next notification: app, id, title, body, buttons (label → what press() takes), default."""
        return json.loads(self.read())

    def press(self, notification, what):
        self.process.stdin.write((json.dumps([notification["app"], what]) + "\n").encode())

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)


def main():
    from gi.repository import Gio, GLib
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    targets = []  # GVariant of each action that was told

    def remember(action, target):
        targets.append((action, target))
        return len(targets) - 1

    def call_cb(connection, sender, path, interface, method, arguments, invocation):
        if method == "AddNotification":
            app, id, told = (arguments.get_child_value(i) for i in range(3))
            told = {told.get_child_value(i).get_child_value(0).get_string(): told.get_child_value(i).get_child_value(1).get_variant()
                    for i in range(told.n_children())}
            buttons = {}
            for i in range(told["buttons"].n_children() if "buttons" in told else 0):
                button = told["buttons"].get_child_value(i)
                buttons[button.lookup_value("label").get_string()] = remember(
                    button.lookup_value("action").get_string(), button.lookup_value("target"))
            default = told.get("default-action")
            print(json.dumps({"app": app.get_string(), "id": id.get_string(), "title": told["title"].get_string(),
                              "body": told["body"].get_string() if "body" in told else "", "buttons": buttons,
                              "default": default and remember(default.get_string(), told.get("default-action-target"))}), flush=True)
        invocation.return_value(None)

    def line_cb(channel, condition):
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        app, what = json.loads(line)
        action, target = targets[what]
        arguments = GLib.VariantBuilder(GLib.VariantType("(sava{sv})"))
        arguments.add_value(GLib.Variant("s", action[len("app."):]))
        arguments.add_value(GLib.Variant("av", [target] if target is not None else []))
        arguments.add_value(GLib.Variant("a{sv}", {}))
        bus.call(app, "/" + app.replace(".", "/"), "org.freedesktop.Application", "ActivateAction", arguments.end(), None, 0, -1, None, None)
        return True

    bus.register_object("/org/gtk/Notifications", Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], call_cb, None, None)
    bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName", GLib.Variant("(su)", ("org.gtk.Notifications", 0)),
                  None, 0, -1, None)
    loop = GLib.MainLoop()
    GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, line_cb)
    print("ready", flush=True)
    loop.run()


if __name__ == "__main__":
    main()
