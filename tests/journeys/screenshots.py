#!/usr/bin/python3
"""screenshots.py SATCHEL SATCHEL-SERVER SATCHELCTL DIRECTORY [--long] [VARIANT…]: pictures of every main screen, for people to judge.

A demo server and three profiles are made once (full, empty, very long names), with --long one of a million records as well; each variant
then runs the application on a display of its own size, style and language. Pictures are DIRECTORY/VARIANT-SCREEN.png.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIB = os.path.join(HERE, "..", "lib")
sys.path[:0] = [LIB, os.path.join(HERE, "..", "processes")]

MAIN = ("workplace", "list", "account", "opportunity", "new", "find", "calendar", "dashboard", "outbox", "conflicts", "palette",
        "preferences")
FEW = ("workplace", "list", "account", "opportunity", "find", "calendar", "dashboard")
LONG_NAME = "Bauunternehmung für Erd-, Straßen- und Spezialtiefbau Freiherr von und zu Hohenschwangau-Wörishofen GmbH & Co. KG aA, " \
    "Niederlassung Donaudampfschifffahrtshafen „Țiglăria Mărășești” 北京建筑工程机械租赁有限责任公司"

# name: size of the display, profile, environment, screens.
VARIANTS = {
    "light": ("1280x800", "full", {}, MAIN),
    "dark": ("1280x800", "full", {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, MAIN),
    "zh_CN": ("1280x800", "full", {"LANGUAGE": "zh_CN", "SATCHEL_SHOT_LOCALE": "zh_CN"}, MAIN),
    "ro": ("1280x800", "full", {"LANGUAGE": "ro", "SATCHEL_SHOT_LOCALE": "ro_RO"}, FEW),
    "rtl": ("1280x800", "full", {"LANGUAGE": "he", "SATCHEL_SHOT_LOCALE": "he_IL"}, MAIN),
    "small": ("1024x768", "full", {}, MAIN),
    "phone": ("360x720", "full", {}, MAIN),
    "text200": ("1280x800", "full", {"SATCHEL_SHOT_DPI": "192"}, MAIN),
    "empty": ("1280x800", "empty", {}, ("workplace", "list", "calendar", "dashboard", "outbox", "conflicts")),
    "long-names": ("1024x768", "long", {}, ("workplace", "list", "account", "new")),
    "long-names-phone": ("360x720", "long", {}, ("list", "account")),
    "first-run": ("1280x800", "none", {}, ("setup",)),
    "first-run-phone": ("360x720", "none", {}, ("setup",)),
}
LONG_VARIANTS = {"million": ("1280x800", "million", {}, ("list", "dashboard", "find"))}


# ---- on the display ----

class Camera:
    def __init__(self, app, size, prefix):
        self.app, self.size, self.prefix = app, size, prefix

    def fit(self):
        """No window manager is there: the window takes the whole display."""
        window = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.app.process.pid)], capture_output=True, text=True,
                                check=True).stdout.split()[0]
        subprocess.run(["xdotool", "windowsize", window, *self.size.split("x")], check=True)
        subprocess.run(["xdotool", "mousemove", *self.size.split("x")], check=True)

    def grab(self):
        return subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], capture_output=True, check=True).stdout

    def shoot(self, name):
        """Once two looks are the same: nothing moves any more."""
        until, last = time.monotonic() + 15, None
        while time.monotonic() < until:
            now = self.grab()
            if now == last:
                break
            last = now
            time.sleep(0.4)
        subprocess.run(["convert", "-size", self.size, "-depth", "8", "rgb:-", "-strip", "-define", "png:compression-level=9",
                        "%s-%s.png" % (self.prefix, name)], input=now, check=True)


def places(device_rows):
    account, opportunity = device_rows
    return {"workplace": "workplace", "list": "list/account", "account": "account/" + account,
            "opportunity": "opportunity/" + opportunity, "new": "new/contact", "calendar": "calendar", "dashboard": "dashboard",
            "find": "find/account?where=city%20%3D%20%22Bristol%22%20and%20(revenue%20%3E%20100000%20or%20owner%20%3D%20me)",
            "outbox": "outbox", "conflicts": "conflicts"}


def take(satchel, prefix, size, screens, account, opportunity):
    from journey import App, wait_for
    dpi = os.environ.get("SATCHEL_SHOT_DPI")
    if dpi:
        subprocess.run(["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", "Xft.dpi: %s\n" % dpi], check=True)
    app = App(satchel)
    camera = Camera(app, size, prefix)
    links = places((account, opportunity))
    try:
        camera.fit()
        for screen in screens:
            if screen in links:
                before = app.title()
                app.go(links[screen])
                if screen != screens[0]:
                    wait_for(lambda: app.title() != before, "page " + screen)
            elif screen == "palette":
                app.press("Control+k")
            elif screen == "preferences":
                app.press("Escape")
                wait_for(lambda: app.root.count() == 1, "window without a palette")
                app.press("Control+,")
                wait_for(lambda: app.root.count() == 2, "preferences")
            camera.shoot(screen)
    finally:
        app.close()


# ---- around it ----

def choose_locale(rig, environment):
    """Dates and numbers of those who speak the language, by a locale that is made for the pictures; where there are no sources of locales,
    those of the C locale."""
    name = environment.get("SATCHEL_SHOT_LOCALE", "en_GB")
    folder = os.path.join(rig.directory, "locales")
    path = os.path.join(folder, name + ".UTF-8")
    os.makedirs(folder, exist_ok=True)
    if os.path.isdir(path) or shutil.which("localedef") and subprocess.run(
            ["localedef", "-i", name, "-f", "UTF-8", path], capture_output=True).returncode == 0:
        return {"LC_ALL": name + ".UTF-8", "LOCPATH": folder}
    return {"LC_ALL": "C.UTF-8"}


def make_profiles(rig, with_million):
    profiles = {}
    full = rig.device("full", "seller1")
    full.must("sync")
    full.must("offline", "on")
    full.must("create", "account", "name=Cariera Turda SRL", "city=Turda", "country=Romania")
    account = max(full.rows("account", "--where", "revenue > 0", "--limit", "20"), key=lambda row: len(row["name"]))["id"]
    opportunity = full.rows("opportunity", "--where", "status = open", "--limit", "1")[0]["id"]
    profiles["full"] = (full.home, account, opportunity)
    empty = rig.device("empty", "seller2")
    empty.must("offline", "on")
    profiles["empty"] = (empty.home, account, opportunity)
    long = rig.device("long", "seller3")
    long.must("sync")
    long.must("offline", "on")
    named = re.search(r'"id": ?"([^"]+)"', long.must("create", "account", "name=%s" % LONG_NAME[:200], "city=%s" % LONG_NAME[:100])).group(1)
    long.must("create", "task", "subject=%s" % LONG_NAME[:200], "due=2020-01-01")
    profiles["long"] = (long.home, named, opportunity)
    none = os.path.join(rig.directory, "none")
    os.mkdir(none, 0o700)
    profiles["none"] = (none, account, opportunity)
    if with_million:
        million = rig.device("million", "backoffice")
        million.must("scope", "add", "account", "")
        million.must("scope", "add", "contact", "")
        million.must("sync")
        profiles["million"] = (million.home, account, opportunity)
    return profiles


def main():
    if sys.argv[1:2] == ["--take"]:
        _, _, satchel, prefix, size, screens, account, opportunity = sys.argv
        take(satchel, prefix, size, screens.split(","), account, opportunity)
        return 0
    satchel, server, ctl, directory, *rest = sys.argv[1:]
    from rig import Rig
    variants = dict(VARIANTS, **(LONG_VARIANTS if "--long" in rest else {}))
    chosen = [one for one in rest if one != "--long"] or list(variants)
    os.makedirs(directory, exist_ok=True)
    rig = Rig({"server": server, "ctl": ctl}, 1000 if "--long" in rest else 5)
    try:
        profiles = make_profiles(rig, "--long" in rest)
        for name in chosen:
            size, profile, environment, screens = variants[name]
            home, account, opportunity = profiles[profile]
            print("screenshots: %s" % name, flush=True)
            subprocess.run(
                ["/usr/bin/python3", os.path.join(LIB, "headless.py"), "--size", size, "/usr/bin/env", "XDG_DATA_HOME=" + home, "/usr/bin/python3",
                 os.path.abspath(__file__), "--take", satchel, os.path.join(os.path.abspath(directory), name), size, ",".join(screens),
                 account, opportunity], check=True, env=dict(os.environ, **environment, **choose_locale(rig, environment)), stdin=subprocess.DEVNULL)
    finally:
        rig.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
