#!/usr/bin/python3
"""headless.py [--size WxH] [--eds] PROGRAM ARGUMENT…: runs a program on a display, a session bus and folders of its own.

Everything that was started dies with it, by process group; exit status is the program's. 77 (skipped) when the
machine has no Xvfb or dbus-daemon.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile


def start_display(size, folder):
    """The server picks a free number and tells it when it is ready."""
    read, write = os.pipe()
    with open(os.path.join(folder, "xvfb.log"), "wb") as log:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", size + "x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[write], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    if not number:
        sys.exit("headless: Xvfb did not start")
    return server, ":" + number


BUS = """<busconfig><type>session</type><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth><servicedir>%s/services</servicedir>
<servicedir>%s/data/dbus-1/services</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""


def start_bus(folder, env, eds):
    """What the bus starts sees the same display: the registry of accessibility sends keys to it. Address books and calendars are there for
    those who ask for them: each agent would begin to mirror. What the program puts into its own folder of services is started as well."""
    services = os.path.join(folder, "services")
    os.mkdir(services)
    os.makedirs(os.path.join(folder, "data", "dbus-1", "services"), exist_ok=True)
    for service in glob.glob("/usr/share/dbus-1/services/*.service"):
        if eds or ".evolution." not in os.path.basename(service):
            os.symlink(service, os.path.join(services, os.path.basename(service)))
    with open(os.path.join(folder, "bus.conf"), "w") as file:
        file.write(BUS % (folder, folder, folder))
    bus = subprocess.Popen(
        ["dbus-daemon", "--config-file", os.path.join(folder, "bus.conf"), "--nofork", "--nopidfile", "--print-address=1"],
        env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return bus, bus.stdout.readline().decode().strip()


def environment(folder, display):
    env = dict(os.environ)
    for name in ("WAYLAND_DISPLAY", "AT_SPI_BUS_ADDRESS", "XAUTHORITY", "GTK_THEME", "NO_AT_BRIDGE"):
        env.pop(name, None)
    for name, sub in (("HOME", "home"), ("XDG_RUNTIME_DIR", "run"), ("XDG_CACHE_HOME", "cache"),
                      ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_STATE_HOME", "state")):
        path = os.path.join(folder, sub)
        os.makedirs(path, mode=0o700, exist_ok=True)
        env[name] = path
    # What a machine without a GPU, a portal and an input method needs (GTK 4.8).
    env.update(DISPLAY=display, GDK_BACKEND="x11", GSK_RENDERER="cairo", GDK_DEBUG="gl-disable",
               GSETTINGS_BACKEND="memory", ADW_DISABLE_PORTAL="1", GTK_IM_MODULE="gtk-im-context-simple")
    return env


def main():
    arguments = sys.argv[1:]
    size = "1400x900"
    if arguments[:1] == ["--size"]:
        size, arguments = arguments[1], arguments[2:]
    eds = arguments[:1] == ["--eds"]
    arguments = arguments[eds:]
    for needed in ("Xvfb", "dbus-daemon"):
        if not shutil.which(needed):
            print("headless: %s is not installed" % needed, file=sys.stderr)
            return 77
    with tempfile.TemporaryDirectory(prefix="satchel-test-", ignore_cleanup_errors=True) as folder:
        server, display = start_display(size, folder)
        env = environment(folder, display)
        bus, env["DBUS_SESSION_BUS_ADDRESS"] = start_bus(folder, env, eds)
        program = None
        try:
            program = subprocess.Popen(arguments, env=env, start_new_session=True)
            return program.wait()
        finally:
            if program:
                try:
                    os.killpg(program.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            for process in (bus, server):
                process.terminate()
                process.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
