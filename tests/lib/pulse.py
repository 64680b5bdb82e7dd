# What a look at the tree does not tell: how long the main loop of a program lets a question wait, and where the focus goes.
# SPDX-License-Identifier: GPL-3.0-or-later
import threading
import time

from accessible import connect
from gi.repository import GLib

PERIOD_S = 0.02
PATIENCE_MS = 30000


class Focus:
    """Where the focus goes, as the application tells it: a walk through the tree for every key would take long."""

    def __init__(self):
        self.bus, self.places = connect(), []
        self.bus.signal_subscribe(None, "org.a11y.atspi.Event.Object", "StateChanged", None, "focused", 0, self.moved)

    def moved(self, bus, sender, path, interface, signal, arguments):
        if arguments[1]:
            self.places.append((sender, path))

    def take(self, patience_s):
        """Role and name of what got the focus since the last take(), and its path; None: nothing did."""
        until = time.monotonic() + patience_s
        context = GLib.MainContext.default()
        while not self.places and time.monotonic() < until:
            if not context.iteration(False):
                time.sleep(0.002)
        if not self.places:
            return None
        (sender, path), self.places = self.places[-1], []
        role, = self.bus.call_sync(sender, path, "org.a11y.atspi.Accessible", "GetRoleName", None, None, 0, PATIENCE_MS)
        name, = self.bus.call_sync(sender, path, "org.freedesktop.DBus.Properties", "Get",
                                   GLib.Variant("(ss)", ("org.a11y.atspi.Accessible", "Name")), None, 0, PATIENCE_MS)
        return role, name, path


class Pulse:
    """While it is entered, asks the accessible root of @app again and again for its children, which GTK answers in its main loop, and in
    turns the bus for its id: what that takes is the machine's doing. So is what the program waits for a processor, which is not counted."""

    def __init__(self, app):
        self.pid = app.process.pid
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.asked, self.queued, self.times, self.others = None, 0, [], []
        self.thread = threading.Thread(target=self.beat, daemon=True)

    def __enter__(self):
        self.bus = connect()
        self.name = self.find_name()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def ask_bus(self, method, arguments=None):
        return self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, arguments, None, 0,
                                  PATIENCE_MS)

    def find_name(self):
        names, = self.ask_bus("ListNames")
        for name in names:
            if name.startswith(":") and self.ask_bus("GetConnectionUnixProcessID", GLib.Variant("(s)", (name,)))[0] == self.pid:
                return name
        raise AssertionError("the program is not on the accessibility bus")

    def ask_app(self):
        self.bus.call_sync(self.name, "/org/a11y/atspi/accessible/root", "org.a11y.atspi.Accessible", "GetChildren", None, None, 0,
                           PATIENCE_MS)

    def read_queued(self):
        """The seconds that its main thread has stood ready to run, and others ran."""
        try:
            with open("/proc/%d/task/%d/schedstat" % (self.pid, self.pid)) as file:
                return int(file.read().split()[1]) / 1e9
        except OSError:  # a kernel that does not count, or a program that has ended
            return 0

    def since(self):
        """What the answer takes, or took."""
        return max(0, time.monotonic() - self.asked - (self.read_queued() - self.queued))

    def beat(self):
        while not self.ended.wait(PERIOD_S):
            started = time.monotonic()
            self.ask_bus("GetId")
            between = time.monotonic()
            with self.lock:
                self.queued, self.asked = self.read_queued(), between
            self.ask_app()
            with self.lock:
                self.others.append(between - started)
                self.times.append(self.since())
                self.asked = None

    def take(self):
        """The slowest answer of the program and of the bus since the last take(), in milliseconds, and how many there were."""
        with self.lock:
            waiting = [self.since()] if self.asked is not None else []
            times, others, self.times, self.others = self.times + waiting, self.others, [], []
        return max(times) * 1000, max(others) * 1000, len(times)
