# Programs as they show themselves to assistive technology: AT-SPI, spoken over D-Bus. libatspi 2.46 has no part in it: in a process that
# asks, it takes what is told meanwhile inside the question, and now and then waits for itself. Here nobody listens, and nothing is kept.
# What is asked and not answered is asked once more; what is done is done once.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess
import time

# Of the application; GIO has warnings of its own for who looks on.
DEBUG = os.environ.pop("G_DEBUG", None)

from gi.repository import Gio, GLib  # noqa: E402

PATIENCE = 60  # for what takes no set time; nobody waits that long in vain
ANSWER_MS = 15000  # a busy machine is not a program that hangs
MOST_CHILDREN = 200  # of lists that have thousands the first will do
ROOT, NOWHERE = "/org/a11y/atspi/accessible/root", "/org/a11y/atspi/null"
SPI = "org.a11y.atspi."
PROPERTIES = "org.freedesktop.DBus.Properties"
BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus")
KEYBOARD = (SPI + "Registry", "/org/a11y/atspi/registry/deviceeventcontroller")
# By their numbers in AT-SPI; GTK 4 has other words for them.
ROLES = (
    "invalid, accelerator label, alert, animation, arrow, calendar, canvas, check box, check menu item, color chooser, column header, "
    "combo box, date editor, desktop icon, desktop frame, dial, dialog, directory pane, drawing area, file chooser, filler, "
    "focus traversable, font chooser, frame, glass pane, html container, icon, image, internal frame, label, layered pane, list, list item, "
    "menu, menu bar, menu item, option pane, page tab, page tab list, panel, password text, popup menu, progress bar, push button, "
    "radio button, radio menu item, root pane, row header, scroll bar, scroll pane, separator, slider, spin button, split pane, status bar, "
    "table, table cell, table column header, table row header, tearoff menu item, terminal, text, toggle button, tool bar, tool tip, tree, "
    "tree table, unknown, viewport, window, extended, header, footer, paragraph, ruler, application, autocomplete, editbar, embedded, entry, "
    "chart, caption, document frame, heading, page, section, redundant object, form, link, input method window, table row, tree item, "
    "document spreadsheet, document presentation, document text, document web, document email, comment, list box, grouping, image map, "
    "notification, info bar, level bar, title bar, block quote, audio, video, definition, article, landmark, log, marquee, math, rating, "
    "timer, static, math fraction, math root, subscript, superscript, description list, description term, description value, footnote, "
    "content deletion, content insertion, mark, suggestion, push button menu").split(", ")
STATES = {"checked": 4, "focusable": 11, "focused": 12, "selected": 23, "sensitive": 24, "showing": 25, "visible": 30}
KEYS = {"Tab": 0xFF09, "Return": 0xFF0D, "Escape": 0xFF1B, "Down": 0xFF54, "Up": 0xFF52, "Left": 0xFF51, "Right": 0xFF53,
        "space": 0x20, "Page_Down": 0xFF56, "End": 0xFF57, "Home": 0xFF50, "F1": 0xFFBE}
HELD = {"Shift": 1, "Control": 4, "Alt": 8}
SYM, LOCK, UNLOCK = 3, 5, 6  # what becomes of a key


def wait_for(find, what, patience=PATIENCE):
    """What find() gives once it gives something. The tree changes while it is walked: an object that has gone is no result."""
    until = time.monotonic() + patience
    while True:
        problem = None
        try:
            found = find()
        except Exception as error:  # a question to an object that is no more fails in many ways
            found, problem = None, error
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError("there is no %s" % what) from problem
        time.sleep(0.03)


def connect():
    """A connection of its own to the accessibility bus."""
    session = Gio.bus_get_sync(Gio.BusType.SESSION)
    address, = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, ANSWER_MS)
    return Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)


class Bus:
    """The one connection of a test; it is made when it is first needed."""

    connection = None

    @classmethod
    def get(cls):
        if cls.connection is None:
            cls.connection = connect()
        return cls.connection

    @classmethod
    def do(cls, place, interface, method, arguments=None):
        return cls.get().call_sync(*place, interface, method, arguments, None, 0, ANSWER_MS).unpack()

    @classmethod
    def ask(cls, questions):
        """Answers to many questions that are under way at the same time, in their order; None where there is none."""
        context, answers = GLib.MainContext.new(), {}

        def take(bus, result, at):
            try:
                answers[at] = bus.call_finish(result).unpack()
            except GLib.Error as error:
                answers[at] = error

        def send(which):
            for at in which:
                place, interface, method, arguments = questions[at]
                cls.get().call(*place, interface, method, arguments, None, 0, ANSWER_MS, None, take, at)
            while not all(at in answers for at in which):
                context.iteration(True)

        context.push_thread_default()
        try:
            send(range(len(questions)))
            late = [at for at, answer in answers.items()
                    if isinstance(answer, GLib.Error) and answer.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT)]
            for at in late:
                del answers[at]
            send(late)
        finally:
            context.pop_thread_default()
        return [None if isinstance(answers[at], GLib.Error) else answers[at] for at in range(len(questions))]


class Accessible:
    """One object: its role, name and states are those of the moment when it was looked at."""

    def __init__(self, place):
        self.place, self.role, self.name, self.states = place, "invalid", "", 0

    @classmethod
    def look(cls, places):
        """Those of the places where there is something."""
        found = [cls(place) for place in places]
        answers = Bus.ask([question for one in found for question in (
            (one.place, SPI + "Accessible", "GetRole", None), (one.place, SPI + "Accessible", "GetState", None),
            one.property("Accessible", "Name"))])
        for one, role, states, name in zip(found, answers[0::3], answers[1::3], answers[2::3]):
            if role and states and name:
                one.role, one.name, one.states = ROLES[min(role[0], len(ROLES) - 1)], name[0], states[0][0]
        return [one for one in found if one.role != "invalid"]

    def property(self, interface, name):
        return self.place, PROPERTIES, "Get", GLib.Variant("(ss)", (SPI + interface, name))

    def ask(self, interface, method, arguments=None):
        """An answer that has to come."""
        answer, = Bus.ask([(self.place, SPI + interface, method, arguments)])
        if answer is None:
            raise LookupError("no answer to %s from %s “%s”" % (method, self.role, self.name))
        return answer

    def get(self, interface, name):
        answer, = Bus.ask([self.property(interface, name)])
        if answer is None:
            raise LookupError("no %s of %s “%s”" % (name, self.role, self.name))
        return answer[0]

    def do(self, interface, method, arguments=None):
        return Bus.do(self.place, SPI + interface, method, arguments)

    def again(self):
        """The same object as it is now; None: it is no more."""
        return next(iter(self.look([self.place])), None)

    def is_(self, state):
        return bool(self.states >> STATES[state] & 1)

    def count(self):
        return self.get("Accessible", "ChildCount")

    def children(self):
        places, = self.ask("Accessible", "GetChildren")
        return self.look([tuple(place) for place in places[:MOST_CHILDREN] if place[1] != NOWHERE])

    def interfaces(self):
        return [name.removeprefix(SPI) for name in self.ask("Accessible", "GetInterfaces")[0]]

    def actions(self):
        """Their names; of what has none, none."""
        count, = Bus.ask([self.property("Action", "NActions")])
        return [name for name, in Bus.ask([(self.place, SPI + "Action", "GetName", GLib.Variant("(i)", (at,)))
                                           for at in range(count[0] if count else 0)])]

    def act(self, name=None):
        """What a press on it does; the first of its actions, unless there is one of that name."""
        names = self.actions() if name else []
        assert self.do("Action", "DoAction", GLib.Variant("(i)", (names.index(name) if name in names else 0,)))[0], self.name

    def text(self):
        return self.ask("Text", "GetText", GLib.Variant("(ii)", (0, self.get("Text", "CharacterCount"))))[0]

    def write(self, text):
        assert self.do("EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))[0], self.name

    def cells(self, most=40):
        """Of a table: its first rows."""
        columns, rows = self.get("Table", "NColumns"), min(self.get("Table", "NRows"), most)
        found = Bus.ask([(self.place, SPI + "Table", "GetAccessibleAt", GLib.Variant("(ii)", (row, column)))
                         for row in range(rows) for column in range(columns)])
        places = [tuple(answer[0]) for answer in found]
        here = {one.place: one for one in self.look([place for place in places if place[1] != NOWHERE])}
        return [[here.get(place) for place in places[at:at + columns]] for at in range(0, len(places), columns)]

    def press(self, lower=0):
        """With the mouse, where it begins on the screen; so many pixels lower."""
        (x, y, width, height), = self.ask("Component", "GetExtents", GLib.Variant("(u)", (0,)))
        at = (x + min(width // 2, 60), y + min(height // 2, 12) + lower)
        Bus.do(KEYBOARD, SPI + "DeviceEventController", "GenerateMouseEvent", GLib.Variant("(iis)", (*at, "b1c")))


def press(chord):
    """Keys as a keyboard sends them: “Control+f”, “Tab”."""
    *held, name = chord.split("+")
    mask = sum(HELD[one] for one in held)

    def key(number, what):
        Bus.do(KEYBOARD, SPI + "DeviceEventController", "GenerateKeyboardEvent", GLib.Variant("(isu)", (number, "", what)))
    if mask:
        key(mask, LOCK)
    key(KEYS.get(name) or ord(name), SYM)
    if mask:
        key(mask, UNLOCK)


class Program:
    """One that was started, from the root of its tree."""

    def __init__(self, command, patience=PATIENCE, **how):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **how)
        self.root = wait_for(lambda: self.process.poll() is not None or self.find_root(), "program on the accessibility bus", patience)
        assert self.process.returncode is None, "the program has ended at once: %d" % self.process.returncode

    def find_root(self):
        """Another program that is on its way, here or gone, is no reason to find none."""
        here = Accessible((SPI + "Registry", ROOT)).children()
        pids = Bus.ask([(BUS, "org.freedesktop.DBus", "GetConnectionUnixProcessID", GLib.Variant("(s)", (one.place[0],)))
                        for one in here])
        return next((one for one, pid in zip(here, pids) if pid == (self.process.pid,) and one.count()), None)

    def is_shown(self, one):
        return one.place == self.root.place or one.is_("visible")

    def is_entered(self, one):
        """Whether what is in it belongs to the tree that is walked."""
        return True

    def tree(self, root=None, everything=False):
        """All that is shown, in its order; or really all."""
        root = root or self.root
        if not everything and not self.is_shown(root):
            return
        yield root
        if self.is_entered(root):
            for child in root.children():
                yield from self.tree(child, everything)

    def walk(self, accept, root=None, everything=False):
        """The first."""
        return next((one for one in self.tree(root, everything) if accept(one)), None)

    def all(self, accept, root=None):
        return [one for one in self.tree(root) if accept(one)]

    def find_text(self, text, patience=PATIENCE):
        """What has these words in it: a label, or an alert."""
        return wait_for(lambda: self.walk(lambda one: text in one.name), "words “%s”" % text, patience)

    def dump(self, one=None, depth=0):
        one = one or self.root
        print("#", "  " * depth, one.role, repr(one.name), *("(%s)" % word for word in ("showing", "sensitive") if not one.is_(word)))
        for child in one.children() if self.is_entered(one) else []:
            self.dump(child, depth + 1)

    @staticmethod
    def screenshot(name):
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
