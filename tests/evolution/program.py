# A real Evolution with our module, a mailbox, and an agent, through the accessibility tree. Under headless.py.
# SPDX-License-Identifier: GPL-3.0-or-later
import itertools
import json
import os
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from accessible import PATIENCE, Accessible, Program, wait_for  # noqa: E402
from gi.repository import Gio, GLib  # noqa: E402

XML = os.path.join(HERE, "..", "..", "data", "dbus", "org.satchelcrm.Satchel.Mail1.xml")
FAKE = os.path.join(HERE, "..", "lib", "fake_agent.py")
AGENT = "org.satchelcrm.Satchel.Agent"

SETTINGS = """[org/gnome/evolution]
version='3.46.4'
[org/gnome/evolution/mail]
show-startup-wizard=false
prompt-check-if-default-mailer=false
prompt-on-empty-subject=false
junk-check-incoming=false
show-to-do-bar=false
layout=1
hpaned-size=400000
[org/gnome/evolution/shell]
skip-warning-dialog=true
[org/gnome/evolution/window]
width=1300
height=850
maximized=false
[org/gnome/evolution/calendar]
use-system-timezone=false
timezone='UTC'
[org/gnome/desktop/interface]
toolkit-accessibility=true
enable-animations=false
%s
"""
ACCOUNT = """[Data Source]
DisplayName=Work
Enabled=true
[Mail Account]
BackendName=maildir
IdentityUid=test-identity
[Maildir Backend]
Path=%s
[Refresh]
Enabled=false
"""
IDENTITY = """[Data Source]
DisplayName=Work
Enabled=true
Parent=test-account
[Mail Identity]
Address=mia@example.com
Name=Mia Pop
[Mail Composition]
DraftsFolder=folder://local/Drafts
[Mail Submission]
TransportUid=test-transport
SentFolder=folder://local/Sent
"""
TRANSPORT = """[Data Source]
DisplayName=Work
Enabled=true
Parent=test-account
[Mail Transport]
BackendName=smtp
[Authentication]
Host=127.0.0.1
Port=%d
Method=none
[Security]
Method=none
"""


class Fake:
    """The agent that knows a handful of records."""

    def __init__(self, folder, **plan):
        self.folder, self.process = folder, None
        os.makedirs(folder, exist_ok=True)
        self.plan(**plan)
        self.seen = 0
        self.command = ["/usr/bin/python3", FAKE, XML, folder]

    def plan(self, **plan):
        path = os.path.join(self.folder, "plan")
        with open(path + ".new", "w") as file:
            json.dump(plan, file)
        os.rename(path + ".new", path)

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)
        wait_for(lambda: has_owner(AGENT), "agent on the bus")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def may_be_started(self):
        """By the bus, when somebody asks for it."""
        folder = os.path.join(os.environ["XDG_DATA_HOME"], "dbus-1", "services")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, AGENT + ".service"), "w") as file:
            file.write("[D-BUS Service]\nName=%s\nExec=%s\n" % (AGENT, " ".join(self.command)))
        ask_bus("ReloadConfig")

    def calls(self, method=None):
        """All that were made, or those of one method."""
        try:
            with open(os.path.join(self.folder, "calls")) as file:
                calls = [json.loads(line) for line in file if line.endswith("\n")]
        except FileNotFoundError:
            return []
        return [call for call in calls if method in (None, call[0])]

    def await_call(self, method, number=1):
        return wait_for(lambda: self.calls(method)[number - 1:], "call %d of %s" % (number, method))[0]


def ask_bus(method, arguments=None):
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    return bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, arguments, None, 0, -1)


def has_owner(name):
    return ask_bus("NameHasOwner", GLib.Variant("(s)", (name,)))[0]


class Real:
    """The agent over a device of a seller, in the place of the one that records."""

    def __init__(self, agent, device):
        self.agent, self.device, self.process = agent, device, None

    def start(self):
        # Its own folders; the bus and the mail program's calendars are those of the session.
        self.process = subprocess.Popen([self.agent], stdin=subprocess.DEVNULL,
                                        env=dict(os.environ, XDG_DATA_HOME=self.device.home, GSETTINGS_BACKEND="memory"))
        wait_for(lambda: has_owner(AGENT), "agent on the bus")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def calls(self):
        return []

    def emails(self):
        return self.device.rows("email")

    def find(self, subject):
        return [row for row in self.emails() if row["subject"] == subject]


class Sink(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), SinkHandler)
        self.port, self.messages = self.server_address[1], []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class SinkHandler(socketserver.StreamRequestHandler):
    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")

    def handle(self):
        self.say("220 test")
        while line := self.rfile.readline().decode("latin-1").strip():
            verb = line[:4].upper()
            if verb == "DATA":
                self.say("354 go on")
                lines = iter(lambda: self.rfile.readline().decode("latin-1").rstrip("\r\n"), ".")
                self.server.messages.append("\n".join(lines))
            self.say("250 test" if verb != "QUIT" else "221 bye")
            if verb == "QUIT":
                return


class Mailbox:
    """A folder of messages as files. The list begins with the latest that is there when the program starts."""

    def __init__(self, path):
        self.path, self.number = path, 0
        for sub in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(path, sub))

    def add(self, subject, sender, text, new=False, **headers):
        self.number += 1
        name = "17000000%02d.%d.host" % (self.number, self.number) + ("" if new else ":2,S")
        lines = ["From: " + sender, "To: Mia Pop <mia@example.com>", "Subject: " + subject,
                 "Date: Mon, %02d Oct 2024 09:00:00 +0200" % self.number, "Message-ID: <m%d@example.com>" % self.number,
                 *("%s: %s" % (key.replace("_", "-"), value) for key, value in headers.items()),
                 "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", text, ""]
        temporary = os.path.join(self.path, "tmp", name)
        with open(temporary, "w") as file:
            file.write("\n".join(lines))
        os.rename(temporary, os.path.join(self.path, "new" if new else "cur", name))
        return "m%d@example.com" % self.number


class Evolution(Program):
    """The program, and what it finds when it starts."""

    def __init__(self, module, smtp_port=9, language=None, settings="", account=None):
        self.data, self.config = os.environ["XDG_DATA_HOME"], os.environ["XDG_CONFIG_HOME"]
        os.makedirs(os.path.join(self.data, "evolution/preview-plugins"))
        # The mail program asks for its own folders where they lie; all else is the display's and the bus's.
        os.environ.update(GSETTINGS_BACKEND="keyfile", GIO_USE_VFS="local", GIO_USE_PROXY_RESOLVER="dummy", NO_AT_BRIDGE="0",
                          WEBKIT_DISABLE_COMPOSITING_MODE="1", LIBGL_ALWAYS_SOFTWARE="1")
        if language:
            os.environ.update(LANGUAGE=language, LC_ALL="C.UTF-8")
        self.write(self.config, "glib-2.0/settings/keyfile", SETTINGS % settings)
        self.inbox = Mailbox(os.path.join(self.data, "mailbox"))
        sources = "evolution/sources/test-%s.source"
        self.write(self.config, sources % "account", account or ACCOUNT % self.inbox.path)
        self.write(self.config, sources % "identity", IDENTITY)
        self.write(self.config, sources % "transport", TRANSPORT % smtp_port)
        self.write(self.config, "evolution/mail/state.ini",
                   "[Folder Tree]\nSelected=folder://test-account/Inbox\n[Store test-account]\nExpanded=true\n")
        local = os.path.join(self.data, "evolution/mail/local")
        for folder in ("", ".Outbox", ".Sent", ".Drafts", ".Templates"):
            for sub in ("cur", "new", "tmp"):
                os.makedirs(os.path.join(local, folder, sub))
        self.write(local, "..maildir++", "maildir++ 1\n")
        modules = os.path.join(self.data, "evolution/modules/lib/evolution/modules")
        os.makedirs(modules)
        os.symlink(os.path.abspath(module), os.path.join(modules, os.path.basename(module)))
        self.links = os.path.join(self.data, "links")
        self.write(self.data, "applications/satchel-test.desktop",
                   "[Desktop Entry]\nType=Application\nName=Links\nExec=sh -c \"echo %%u >>'%s'\"\n"
                   "MimeType=x-scheme-handler/satchel;\n" % self.links)
        self.write(self.config, "mimeapps.list", "[Default Applications]\nx-scheme-handler/satchel=satchel-test.desktop\n")
        self.process = self.root = None

    @staticmethod
    def write(folder, name, text):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def add_calendar(self, kind, name, component):
        """Something in the calendar or the task list that everybody has."""
        self.write(self.data, os.path.join("evolution", kind, "system", name),
                   "BEGIN:VCALENDAR\nPRODID:-//test//\nVERSION:2.0\n%s\nEND:VCALENDAR\n" % component)

    def start(self, *arguments):
        with open(os.path.join(self.data, "evolution.log"), "ab") as log:
            super().__init__(["evolution", "--force-online", "-g", "1380x860", *(arguments or ("-c", "mail"))], 40, stdout=log, stderr=log)
        return self

    # ---- looking ----

    def is_shown(self, one):
        return one.place == self.root.place or one.role in ("menu", "menu bar") or one.is_("showing")

    def is_entered(self, one):
        """The rows of lists, and what is in a message, are left out."""
        return one.role not in ("tree table", "document web")

    def find(self, role, name, root=None, everything=False, sensitive=None, patience=PATIENCE):
        def fits(one):
            return one.role == role and one.name.replace("_", "") == name and sensitive in (None, one.is_("sensitive"))
        return wait_for(lambda: self.walk(fits, root, everything), "%s “%s”%s" % (
            role, name, "" if sensitive is None else " that can be pressed" if sensitive else " that cannot be pressed"), patience)

    def has(self, role, name):
        return self.walk(lambda one: one.role == role and one.name.replace("_", "") == name) is not None

    def find_now(self, text):
        """Words that may not be there."""
        return self.walk(lambda one: text in one.name)

    # ---- doing ----

    def click(self, role, name, root=None, patience=PATIENCE):
        self.find(role, name, root, sensitive=True, patience=patience).act()

    def choose(self, name, window=None):
        """An item of the menus of a window, shown or not; the main one comes first."""
        self.find("menu item", name, window, everything=True, sensitive=True).act()

    def window(self, title):
        """A window by its title."""
        return next((one for one in self.root.children() if one.name == title), None)

    def open_folder(self, account, name):
        """A folder of an account, in the list beside the messages."""
        def find():
            tree = self.walk(lambda one: one.role == "tree table" and any(account in names for names, _ in self.rows_of(one)))
            rows = self.rows_of(tree)
            begin = next(at for at, (names, _) in enumerate(rows) if account in names)
            return next(cell for names, cell in rows[begin + 1:] if any(one.startswith(name) for one in names))
        wait_for(find, "folder “%s”" % name).press()

    @staticmethod
    def rows_of(tree):
        """Names of the cells of each row, and the first cell."""
        return [([one.name for cell in cells for one in [cell, *cell.children()]], cells[0]) for cells in tree.cells()]

    def type_into(self, name, text):
        self.find("text", name).write(text)

    def press_event(self, summary, then):
        """Selects an appointment as a mouse does (views of days are drawn, and their items have no action to select them), and
        does @then, which fails where it could not: a view that draws itself anew lets go of what was selected."""
        def press():
            self.walk(lambda one: summary in one.name and one.role not in ("frame", "label")).press()
            then()
            return True
        wait_for(press, "appointment “%s” that is selected" % summary)

    def write_summary(self, window, text):
        """In the window of an appointment or a task: the entry has no name, and stands before its words."""
        words = self.find("label", "Summary:", window)
        beside = Accessible(tuple(words.get("Accessible", "Parent"))).children()
        at = [one.place for one in beside].index(words.place)
        beside[at - 1].write(text)

    def press_task(self, summary, then):
        """Likewise for a row of a task list, which does not count the row for new tasks where it tells its place."""
        lower = itertools.cycle((36, 0, 48))

        def press():
            table = self.walk(lambda one: one.role in ("table", "tree table") and one.get("Table", "NRows") == 1)
            next(cell for cell in table.cells()[0] if cell is not None and cell.name == summary).press(next(lower))
            then()
            return True
        wait_for(press, "task “%s” that is selected" % summary)

    def opened(self):
        """The links that were opened, by the desktop's program for ours."""
        try:
            with open(self.links) as file:
                return file.read().split()
        except FileNotFoundError:
            return []

    # ---- ending ----

    def log(self):
        with open(os.path.join(self.data, "evolution.log"), errors="replace") as file:
            return file.read()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def run(steps, evolution, fake):
    """Steps in their order, each one test; what follows a failure is not tried."""
    print("1..%d" % len(steps), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    failed = False
    try:
        for number, step in enumerate(steps, 1):
            name = step.__name__.replace("_", " ")
            if failed:
                print("not ok %d %s # what came before failed" % (number, name))
                continue
            started = time.monotonic()
            try:
                step(evolution, fake)
                print("ok %d %s # %.1f s" % (number, name, time.monotonic() - started), flush=True)
            except Exception:
                failed = True
                traceback.print_exc()
                evolution.screenshot("failed-" + step.__name__)
                if os.environ.get("SATCHEL_TEST_DUMP") and evolution.root is not None:
                    evolution.dump()
                print("# calls: %s" % [call[0] for call in fake.calls()])
                print("# log: %s" % evolution.log()[-2000:].replace("\n", "\n# "))
                print("not ok %d %s" % (number, name), flush=True)
    finally:
        evolution.close()
        if fake.process is not None and fake.process.poll() is None:
            fake.kill()
    sys.exit(1 if failed else 0)


def skip_without(*more):
    for program in ("evolution", "Xvfb", *more):
        if not shutil.which(program):
            print("1..0 # SKIP %s is not installed" % program)
            sys.exit(0)
