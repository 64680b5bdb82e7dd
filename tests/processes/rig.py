# Real programs for the tests of this folder: a server, devices, and the proxy between them.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap  # noqa: E402, F401
from proxy import Proxy  # noqa: E402, F401

DONE, FAILED, USAGE, UNREACHABLE, ATTENTION = range(5)  # what satchelctl ends with


class Rig:
    """An organisation with demo data, its server, and profiles of its users."""

    def __init__(self, programs, thousands=1):
        self.programs = programs
        self.directory = tempfile.mkdtemp(prefix="satchel-processes-")
        self.data = os.path.join(self.directory, "server")
        self.port_file = os.path.join(self.directory, "port")
        self.server = None
        self.environment = dict(os.environ, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent", LC_ALL="C.UTF-8")
        self.run_server("init", "--data", self.data, "--org", "Storm", "--demo", str(thousands), "--seed", "1")
        with open(os.path.join(self.data, "demo-users.json")) as file:
            self.passwords = json.load(file)
        self.start(0)

    def run_server(self, *arguments):
        program = os.path.join(self.programs["server"])
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env=self.environment)

    def start(self, port=None):
        if os.path.exists(self.port_file):
            os.unlink(self.port_file)
        listen = "127.0.0.1:%d" % (self.port if port is None else port)
        self.server = subprocess.Popen(
            [self.programs["server"], "serve", "--data", self.data, "--listen", listen, "--port-file", self.port_file],
            env=self.environment, stdin=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not os.path.exists(self.port_file):
            if self.server.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server did not start")
            self.server_poll()
        with open(self.port_file) as file:
            self.port = int(file.read())

    def server_poll(self):
        try:
            self.server.wait(0.02)
        except subprocess.TimeoutExpired:
            pass

    def kill_server(self):
        self.server.kill()
        self.server.wait()

    def device(self, name, user, port=None):
        return Device(self, name, user, port or self.port)

    def close(self):
        if self.server is not None and self.server.poll() is None:
            self.server.terminate()
            self.server.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Device:
    """A profile of satchelctl with a home of its own."""

    def __init__(self, rig, name, user, port):
        self.rig = rig
        self.home = os.path.join(rig.directory, name)
        os.mkdir(self.home, 0o700)
        self.environment = dict(rig.environment, XDG_DATA_HOME=self.home)
        self.must("login", "http://127.0.0.1:%d" % port, "--user", user, "--password-file", self.password_file(user))

    def password_file(self, user):
        path = os.path.join(self.home, "password-" + user)
        with open(path, "w") as file:
            file.write(self.rig.passwords[user])
        return path

    def start(self, *arguments):
        return subprocess.Popen([self.rig.programs["ctl"], "--json", *arguments], env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def must(self, *arguments, status=(0,)):
        code, out, err = self.run(*arguments)
        if code not in status:
            raise AssertionError("%s: exit %d: %s" % (" ".join(arguments), code, err.strip()))
        return out

    def rows(self, *arguments):
        return [json.loads(line) for line in self.must("list", *arguments).splitlines()]


def equal(one, other):
    assert one == other, "%r is not %r" % (one, other)


def run(device, *words, expect=DONE):
    """What a command of a device writes, and what it complains about."""
    status, out, err = device.run(*words)
    assert status == expect, "%s: status %d, %s%s" % (" ".join(words), status, out, err)
    return out, err


def document(device, *words, expect=DONE):
    return json.loads(run(device, *words, expect=expect)[0])


def rows(device, *words):
    return [json.loads(line) for line in run(device, "list", *words)[0].splitlines()]
