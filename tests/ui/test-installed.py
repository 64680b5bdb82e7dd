#!/usr/bin/python3
"""test-installed.py BUILD: what an installation puts where, and what the desktop's own checkers say of it.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import configparser
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ID = "org.satchelcrm.Satchel"
FILES = (
    "applications/%s.desktop" % ID,
    "metainfo/%s.metainfo.xml" % ID,
    "glib-2.0/schemas/%s.gschema.xml" % ID,
    "icons/hicolor/scalable/apps/%s.svg" % ID,
    "icons/hicolor/symbolic/apps/%s-symbolic.svg" % ID,
    "icons/hicolor/symbolic/apps/satchel-account-symbolic.svg",
    "gnome-shell/search-providers/%s.search-provider.ini" % ID,
    "dbus-1/services/%s.service" % ID,
    "dbus-1/services/%s.Agent.service" % ID,
    "dbus-1/interfaces/%s.Agent1.xml" % ID,
    "dbus-1/interfaces/%s.Mail1.xml" % ID,
)
PROGRAMS = ("satchel", "satchelctl", "satchel-agent", "satchel-server")
count = failed = 0


def check(name, holds, why=""):
    global count, failed
    count += 1
    failed += not holds
    print("ok" if holds else "not ok", count, "-", name)
    if not holds and why:
        print("  # " + why.strip().replace("\n", "\n  # "))


def check_with(tool, *arguments):
    """By a tool of the desktop, where it is installed."""
    global count
    if shutil.which(tool):
        ended = subprocess.run((tool,) + arguments, capture_output=True, text=True)
        check(tool, ended.returncode == 0, ended.stdout + ended.stderr)
    else:
        count += 1
        print("ok", count, "-", tool, "# SKIP not installed")


def find(top, name):
    for folder, _, names in os.walk(top):
        if name in names:
            return os.path.join(folder, name)
    return None


def read_ini(path):
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser


def check_entry(share):
    entry = read_ini(os.path.join(share, FILES[0]))
    main = entry["Desktop Entry"]
    check("links are ours", "x-scheme-handler/satchel;" in main["MimeType"] and main["Exec"].endswith("%U"))
    check("the bus starts it", main["DBusActivatable"] == "true" and
          read_ini(os.path.join(share, FILES[7]))["D-BUS Service"]["Name"] == ID)
    actions = [name for name in main["Actions"].split(";") if name]
    check("its actions stand in it", all("Desktop Action " + name in entry for name in actions) and len(actions) == 3)
    provider = read_ini(os.path.join(share, FILES[6]))["Shell Search Provider"]
    check("the overview finds it", provider["BusName"] == ID and provider["DesktopId"] == ID + ".desktop" and
          provider["ObjectPath"] == "/" + ID.replace(".", "/") + "/SearchProvider" and provider["Version"] == "2")


def check_installed(top, languages):
    service = find(top, ID + ".service")
    check("services are installed", service is not None)
    share = service.split("/dbus-1/")[0]
    missing = [name for name in FILES if not os.path.exists(os.path.join(share, name))]
    check("everything is where the desktop looks", not missing, "\n".join(missing))
    lost = [name for name in PROGRAMS if find(top, name) is None]
    check("programs are installed", not lost, "\n".join(lost))
    check("the agent's unit is installed", find(top, "satchel-agent.service") is not None)
    # What starts a program names it by its whole path.
    lines = [line for name in FILES[7:9] for line in open(os.path.join(share, name), encoding="utf-8")]
    check("services name programs", not [line for line in lines if "@" in line] and
          all(os.path.isabs(line[5:].split()[0]) for line in lines if line.startswith("Exec=")))
    check_entry(share)
    for name in (FILES[3], FILES[4], FILES[5]):
        ElementTree.parse(os.path.join(share, name))
    unspoken = [name for name in languages
                if not os.path.exists(os.path.join(share, "locale", name, "LC_MESSAGES", "satchel.mo"))]
    check("catalogues are installed", not unspoken, "\n".join(unspoken))
    check_with("desktop-file-validate", os.path.join(share, FILES[0]))
    check_with("appstreamcli", "validate", "--no-net", os.path.join(share, FILES[1]))
    check_with("glib-compile-schemas", "--strict", "--dry-run", os.path.dirname(os.path.join(share, FILES[2])))


def main():
    build, source = sys.argv[1:3]
    with open(os.path.join(source, "po", "LINGUAS"), encoding="utf-8") as linguas:
        languages = [word for line in linguas for word in line.split("#")[0].split()]
    with tempfile.TemporaryDirectory(prefix="satchel-test-") as top:
        ended = subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", top],
                               capture_output=True, text=True)
        check("it can be installed", ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:])
        if ended.returncode == 0:
            check_installed(top, languages)
    print("1..%d" % count)
    return 1 if failed else 0


sys.exit(main())
