# Somebody who shows notifications to nobody (org.freedesktop.Notifications), and presses "Undo" of the last one for every line that comes.
# SPDX-License-Identifier: GPL-3.0-or-later
import sys

from gi.repository import Gio, GLib

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
XML = """<node><interface name="org.freedesktop.Notifications"><method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
<arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method></interface></node>"""

bus = Gio.bus_get_sync(Gio.BusType.SESSION)
loop = GLib.MainLoop()
offers = []


def call_cb(connection, sender, path, interface, method, arguments, invocation):
    words = arguments.unpack()
    number = words[1] or len(offers) + 1  # one that is replaced keeps its number
    if words[5]:
        offers.append((number, words[5][0]))
    invocation.return_value(GLib.Variant("(u)", (number,)))


def line_cb(channel, condition):
    if not sys.stdin.readline():
        loop.quit()
        return False
    if offers:
        bus.emit_signal(None, PATH, NAME, "ActionInvoked", GLib.Variant("(us)", offers[-1]))
    return True


bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], call_cb, None, None)
bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName", GLib.Variant("(su)", (NAME, 0)), None, 0, -1, None)
GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, line_cb)
print("ready", flush=True)
loop.run()
