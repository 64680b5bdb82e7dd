# A desktop with evolution-data-server of its own: private bus, private folders, the agent, and a second program that looks into EDS.
# SPDX-License-Identifier: GPL-3.0-or-later
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))
from rig import Device, Rig, tap  # noqa: E402, F401

# Of all services of the machine, only those of EDS are started here.
BUS = """<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth><servicedir>%s</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""
SERVICES = glob.glob("/usr/share/dbus-1/services/org.gnome.evolution.dataserver.*.service")
AGENT = "org.satchelcrm.Satchel.Agent"
PATIENCE = 60
SOURCES = {"contact": "satchel-contacts-default", "appointment": "satchel-appointments-default",
           "task": "satchel-tasks-default"}


def missing():
    programs = [program for program in ("dbus-daemon", "gdbus") if shutil.which(program) is None]
    return ", ".join(programs + ([] if SERVICES else ["evolution-data-server"]))


class Desk(Device):
    def __init__(self, rig, name, user):
        self.folder = os.path.join(rig.directory, name)
        self.agent = self.bus = None
        self.ready = False
        super().__init__(rig, name, user, rig.port)
        for variable, sub in (("HOME", "home"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache"),
                              ("XDG_STATE_HOME", "state"), ("XDG_RUNTIME_DIR", "run"), ("TMPDIR", "tmp")):
            path = os.path.join(self.folder, sub)
            os.makedirs(path, mode=0o700, exist_ok=True)
            self.environment[variable] = path
        self.environment.update(GSETTINGS_BACKEND="memory", GIO_USE_VFS="local", GIO_USE_PROXY_RESOLVER="dummy", TZ="Europe/Rome",
                                XDG_DATA_DIRS="/usr/local/share:/usr/share")
        self.environment.pop("G_DEBUG", None)  # EDS warns of much that is no trouble
        services = os.path.join(self.folder, "services")
        os.mkdir(services)
        for service in SERVICES:
            shutil.copy(service, services)
        path = os.path.join(rig.directory, name + ".bus")
        with open(path + ".conf", "w") as file:
            file.write(BUS % (path, services))
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + path
        self.bus = subprocess.Popen(["dbus-daemon", "--nofork", "--nopidfile", "--config-file", path + ".conf",
                                     "--print-address=1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.environment)
        self.bus.stdout.readline()

    def start_agent(self):
        self.log = open(os.path.join(self.folder, "agent.log"), "a")
        self.agent = subprocess.Popen([self.rig.programs["agent"]], env=self.environment, stdin=subprocess.DEVNULL,
                                      stdout=self.log, stderr=self.log)

    def stop_agent(self, number=signal.SIGTERM):
        self.agent.send_signal(number)
        return self.agent.wait()

    def revive(self):
        """After a test that failed: the next begins with an agent."""
        if self.agent.poll() is not None:
            self.start_agent()

    def status(self):
        return json.loads(self.must("mirror", "status"))

    def until(self, what, *arguments):
        """Asks until @what(*arguments) is true; what it asks takes its time itself."""
        limit = time.monotonic() + PATIENCE
        while True:
            answer = what(*arguments)
            if answer:
                return answer
            if self.agent is not None and self.agent.poll() is not None:
                with open(self.log.name, errors="replace") as log:
                    raise AssertionError("the agent has ended: %d; %s" % (self.agent.returncode, log.read()[-600:]))
            if time.monotonic() > limit:
                raise AssertionError("in vain: %s; %s" % (getattr(what, "__name__", what), self.status()))

    def running(self):
        return self.status()["state"] == "running"

    # ---- EDS ----

    def peek(self, source, *words, texts=()):
        done = subprocess.run([self.rig.programs["peek"], SOURCES.get(source, source), *words], env=self.environment,
                              input="".join(text + "\0" for text in texts), capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode != 0:
            raise AssertionError("peek %s %s: %s" % (source, words, done.stderr))
        return done.stdout

    def items(self, source):
        return json.loads(self.peek(source, "list"))

    def item(self, source, uid):
        return self.items(source).get(uid)

    def kill_eds(self, names=("evolution-addressbook-factory", "evolution-calendar-factory", "evolution-source-registry")):
        """Those of this bus only: they are the ones that have our folder as their home."""
        killed = 0
        for folder in glob.glob("/proc/[0-9]*"):
            try:
                with open(folder + "/cmdline", "rb") as file:
                    program = file.read().split(b"\0")[0].decode()
                with open(folder + "/environ", "rb") as file:
                    ours = ("HOME=" + self.environment["HOME"]).encode() in file.read().split(b"\0")
            except OSError:
                continue
            if ours and os.path.basename(program) in names:
                os.kill(int(os.path.basename(folder)), signal.SIGKILL)
                killed += 1
        return killed

    def traces(self):
        """Files of EDS in which something of ours is left."""
        left = []
        for root in (self.environment["XDG_DATA_HOME"], self.environment["XDG_CACHE_HOME"], self.environment["XDG_CONFIG_HOME"]):
            for folder, _, names in os.walk(os.path.join(root, "evolution")):
                here = os.path.relpath(folder, root)
                left += [os.path.join(here, name) for name in names if "satchel-" in os.path.join(here, name)]
        return left

    def tells(self, words):
        """Files of EDS in which one of these words still stands, whatever they are called."""
        left = []
        for root in (self.environment["XDG_DATA_HOME"], self.environment["XDG_CACHE_HOME"]):
            for folder, _, names in os.walk(os.path.join(root, "evolution")):
                for path in (os.path.join(folder, name) for name in names):
                    try:
                        with open(path, "rb") as file:
                            content = file.read()
                    except FileNotFoundError:  # a journal of SQLite, gone meanwhile
                        continue
                    left += ["%s in %s" % (word, path) for word in words if word.encode() in content]
        return left

    def close(self):
        if self.agent is not None and self.agent.poll() is None:
            self.stop_agent()
        if self.bus is not None:
            self.bus.terminate()
            self.bus.wait()
