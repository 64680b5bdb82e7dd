#!/usr/bin/python3
"""screenshots.py SATCHEL SATCHEL-SERVER SATCHELCTL DIRECTORY [--long] [VARIANT…]: pictures of every main screen, for people to judge.

A demo server and three profiles are made once (full, empty, very long names), with --long one of a million records as well; each variant
then runs the application on a display of its own size, style and language. Pictures are DIRECTORY/VARIANT-SCREEN.png.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIB = os.path.join(HERE, "..", "lib")
sys.path[:0] = [LIB, os.path.join(HERE, "..", "processes")]

FEW = ("workplace", "list", "account", "opportunity", "find", "calendar", "dashboard")
MAIN = FEW + ("new", "related", "preview", "selection", "nothing-found", "month", "day", "agenda", "outbox", "conflicts", "palette",
              "preferences", "columns", "actions", "status")
ALL = MAIN + ("case", "quick-line", "batch-edit", "assign", "share", "merge", "history", "shortcuts", "help", "about", "print", "main-menu",
              "list-menu", "views")
MAIL = ("letter", "reader", "mailing")
LONG_NAME = "Bauunternehmung für Erd-, Straßen- und Spezialtiefbau Freiherr von und zu Hohenschwangau-Wörishofen GmbH & Co. KG aA, " \
    "Niederlassung Donaudampfschifffahrtshafen „Țiglăria Mărășești” 北京建筑工程机械租赁有限责任公司"
CHINESE = {"LANGUAGE": "zh_CN", "SATCHEL_SHOT_LOCALE": "zh_CN"}
MESSAGE = """From: Ana Pop <ana@customer.example>
To: sarah@example.com
Cc: other@customer.example
Subject: Re: Offer for two excavators
Date: Mon, 2 Nov 2026 10:00:00 +0000
Message-ID: <answer@customer.example>
Content-Type: text/html; charset=utf-8

<p>Dear Sarah,</p><p>both machines look right to us. Could you tell us by <b>Friday</b> what the long arm costs, and whether the first one can be
here before the frost?</p><p>Kind regards<br>Ana Pop</p><img src='http://127.0.0.1:1/spy'>
"""
DARK = {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}

# name: size of the display, profile, environment, scenes (scenes.py).
VARIANTS = {
    "light": ("1280x800", "full", {}, ALL),
    "dark": ("1280x800", "full", DARK, ALL),
    "zh_CN": ("1280x800", "full", CHINESE, ALL),
    "ro": ("1280x800", "full", {"LANGUAGE": "ro", "SATCHEL_SHOT_LOCALE": "ro_RO"}, FEW),
    "rtl": ("1280x800", "full", {"LANGUAGE": "he", "SATCHEL_SHOT_LOCALE": "he_IL"}, MAIN),
    "small": ("1024x768", "full", {}, MAIN),
    "phone": ("360x720", "full", {}, tuple(name for name in MAIN if name not in ("preview", "month", "status"))),
    "text200": ("1280x800", "full", {"SATCHEL_SHOT_DPI": "192"}, MAIN),
    "empty": ("1280x800", "empty", {}, ("workplace", "list", "calendar", "agenda", "dashboard", "outbox", "conflicts")),
    "long-names": ("1024x768", "long", {}, ("workplace", "list", "account", "new", "outbox")),
    "long-names-phone": ("360x720", "long", {}, ("list", "account")),
    "mail": ("1280x800", "mail", {"SATCHEL_SHOT_MAIL": "1"}, MAIL),
    "mail-zh_CN": ("1280x800", "mail", dict(CHINESE, SATCHEL_SHOT_MAIL="1"), MAIL),
    "mail-phone": ("360x720", "mail", {"SATCHEL_SHOT_MAIL": "1"}, MAIL),
    "first-run": ("1280x800", "none", {}, ("setup", "carry")),
    "first-run-zh_CN": ("1280x800", "none", CHINESE, ("setup", "carry")),
    "first-run-phone": ("360x720", "none", {}, ("setup", "carry")),
}
LONG_VARIANTS = {"million": ("1280x800", "million", {}, ("list", "dashboard", "find"))}


# ---- on the display ----

class Camera:
    def __init__(self, app, size, prefix):
        self.app, self.size, self.prefix = app, size, prefix

    def fit(self):
        """No window manager is there: the window takes the whole display."""
        self.main = self.windows()[0]
        subprocess.run(["xdotool", "windowsize", self.main, *self.size.split("x")], check=True)
        subprocess.run(["xdotool", "mousemove", *self.size.split("x")], check=True)

    def windows(self):
        return subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.app.process.pid)], capture_output=True, text=True,
                              check=True).stdout.split()

    def centre(self):
        """A dialog above its window, where a window manager puts it. Menus are where they are."""
        if self.app.root.count() < 2:
            return
        for window in self.windows():
            kind = subprocess.run(["xwininfo", "-id", window, "-wm", "-stats"], capture_output=True, text=True).stdout
            if window == self.main or "Override Redirect State: yes" in kind:
                continue
            shape = [int(re.search(what + r": +(\d+)", kind).group(1)) for what in ("Width", "Height")]
            at = [max((room - need) // 2, 0) for room, need in zip(map(int, self.size.split("x")), shape)]
            subprocess.run(["xdotool", "windowmove", window, *map(str, at)], check=True)

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


def prepare():
    """As a GNOME session is: one button closes a window. Mail goes nowhere."""
    folder = os.path.join(os.environ["XDG_CONFIG_HOME"], "gtk-4.0")
    os.makedirs(folder)
    with open(os.path.join(folder, "settings.ini"), "w") as file:
        file.write("[Settings]\ngtk-decoration-layout=:close\ngtk-print-backends=file\n")
    if os.environ.get("SATCHEL_SHOT_MAIL"):
        import mail_account
        mail_account.add(os.environ["XDG_CONFIG_HOME"], "sarah", "Work", 9)
    dpi = os.environ.get("SATCHEL_SHOT_DPI")
    if dpi:
        subprocess.run(["xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", "Xft.dpi: %s\n" % dpi], check=True)


def take(satchel, prefix, size, scenes, records):
    """A scene that cannot be played is told, with a picture of how far it came; the others are taken all the same."""
    from scenes import SCENES, Stage
    prepare()
    stage = Stage(satchel, json.loads(records))
    camera, failed = Camera(stage, size, prefix), False
    try:
        camera.fit()
        for name in scenes.split(","):
            try:
                SCENES[name](stage)
            except Exception as error:
                failed = True
                print("screenshots: %s-%s: %s" % (os.path.basename(prefix), name, error), file=sys.stderr, flush=True)
            camera.centre()
            camera.shoot(name)
            stage.strike()
    finally:
        stage.close()
    return failed


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


def create(device, kind, **fields):
    return json.loads(device.must("create", kind, *["%s=%s" % field for field in fields.items()]))["id"]


def make_full(rig):
    """A seller's: an account with a history, a conflict, letters, one edit that waits."""
    full, manager = rig.device("full", "seller1"), rig.device("manager", "manager")
    full.must("sync")
    tasks = str([task["regarding"] for task in full.rows("task", "--where", "regarding is not empty")])
    deals = [row for row in full.rows("opportunity", "--where", "status = open") if row["id"] in tasks]
    deal = min(deals, key=lambda row: (not row["name"].isascii(), -tasks.count(row["id"])))
    records = {"opportunity": deal["id"], "account": deal["account"]["id"],
               "case": full.rows("case", "--limit", "1")[0]["id"], "product": full.rows("product", "--limit", "1")[0]["id"]}
    manager.must("scope", "add", "account", "")
    manager.must("sync")
    for device, revenue in ((manager, "2400000"), (full, "3100000")):
        device.must("set", "account", records["account"], "revenue=" + revenue)
        device.must("sync", status=(0, 4))
    create(full, "note", subject="Met at the fair", body="Wants two machines before the winter.", regarding="account:" + records["account"])
    full.must("sync", status=(0, 4))
    full.must("offline", "on")
    create(full, "account", name="Cariera Turda SRL", city="Turda", country="Romania")
    return full.home, records


def make_mail(rig):
    """Who may have marketing lists: an answer of a customer, and people who get a newsletter."""
    device = rig.device("mail", "manager")
    device.must("sync", status=(0, 4))
    create(device, "mail_template", name="Newsletter", entity="contact", subject="Hello {{first_name}}", body_text="Dear {{last_name}}, welcome.")
    newsletter = create(device, "marketing_list", name="Newsletter")
    for name, more in (("Ana Pop", {}), ("Ion Rusu", {}), ("王伟", {}), ("Eva Kunz", {"do_not_email": "yes"})):
        first, last = name.split() if " " in name else (name[1:], name[0])
        contact = create(device, "contact", first_name=first, last_name=last, email="m%d@customer.example" % len(name), **more)
        create(device, "list_member", list=newsletter, member="contact:" + contact)
    path = os.path.join(device.home, "answer.eml")
    with open(path, "w") as file:
        file.write(MESSAGE)
    email = json.loads(device.must("track", path))["id"]
    device.must("sync", status=(0, 4))
    device.must("offline", "on")
    return device.home, {"email": email, "marketing_list": newsletter}


def make_profiles(rig, with_million):
    profiles = {"full": make_full(rig), "mail": make_mail(rig)}
    records = profiles["full"][1]
    empty = rig.device("empty", "seller2")
    empty.must("offline", "on")
    profiles["empty"] = (empty.home, records)
    long = rig.device("long", "seller3")
    long.must("sync")
    long.must("offline", "on")
    named = create(long, "account", name=LONG_NAME[:200], city=LONG_NAME[:100])
    create(long, "task", subject=LONG_NAME[:200], due="2020-01-01")
    profiles["long"] = (long.home, dict(records, account=named))
    if with_million:
        million = rig.device("million", "backoffice")
        million.must("scope", "add", "account", "")
        million.must("scope", "add", "contact", "")
        million.must("sync")
        profiles["million"] = (million.home, records)
    return profiles


def main():
    if sys.argv[1:2] == ["--take"]:
        return take(*sys.argv[2:])
    satchel, server, ctl, directory, *rest = sys.argv[1:]
    from rig import Rig
    variants = dict(VARIANTS, **(LONG_VARIANTS if "--long" in rest else {}))
    chosen = [one for one in rest if one != "--long"] or list(variants)
    os.makedirs(directory, exist_ok=True)
    rig, failed = Rig({"server": server, "ctl": ctl}, 1000 if "--long" in rest else 5), False
    try:
        profiles = make_profiles(rig, "--long" in rest)
        for name in chosen:
            size, profile, environment, scenes = variants[name]
            home, records = profiles.get(profile) or (tempfile.mkdtemp(dir=rig.directory), {})
            print("screenshots: %s" % name, flush=True)
            environment = dict(os.environ, PATH=os.path.dirname(os.path.abspath(ctl)) + ":" + os.environ["PATH"], SATCHEL_SHOT_SERVER="%d seller1 %s" % (rig.port, rig.passwords["seller1"]), **environment,
                               **choose_locale(rig, environment))
            failed |= subprocess.run(
                ["/usr/bin/python3", os.path.join(LIB, "headless.py"), "--size", size,
                 *(["--eds"] if "SATCHEL_SHOT_MAIL" in environment else []), "/usr/bin/env", "XDG_DATA_HOME=" + home, "/usr/bin/python3",
                 os.path.abspath(__file__), "--take", satchel, os.path.join(os.path.abspath(directory), name), size, ",".join(scenes),
                 json.dumps(records)], env=environment, stdin=subprocess.DEVNULL).returncode != 0
    finally:
        rig.close()
    return failed


if __name__ == "__main__":
    sys.exit(main())
