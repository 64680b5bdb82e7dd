# What pictures are taken of: each scene is gone to as a person goes there, by links, keys and names of the language that is spoken.
# SPDX-License-Identifier: GPL-3.0-or-later
import gettext
import os

from gi.repository import GLib

from journey import App, wait_for

BRISTOL = "?where=city%20%3D%20%22Bristol%22%20and%20(revenue%20%3E%20100000%20or%20owner%20%3D%20me)"


class Stage(App):
    """The application in a language, with the records that the scenes are about."""

    def __init__(self, satchel, records):
        super().__init__(satchel)
        self.records, self.at, self.has_menu = records, None, False
        self.words = gettext.translation("satchel", os.path.join(os.path.dirname(satchel), "..", "po"), fallback=True)

    def say(self, text):
        """As it is read: without the mark of its key."""
        return self.words.gettext(text).replace("_", "")

    def visit(self, place):
        """By a link; what is there already is not waited for."""
        if place == self.at:
            return
        before = self.title()
        self.go(place)
        if self.at is not None:
            wait_for(lambda: self.title() != before, "page " + place)
        self.at = place

    def menu(self, opener, item, asks=False):
        """@asks: an action that has a dialog."""
        self.choose(self.say(opener), self.say(item) + ("…" if asks else ""))

    def button(self, begin):
        """One whose name begins so: what is on it, and its key, may follow."""
        self.act(wait_for(lambda: self.walk(lambda one: one.role == "push button" and one.name.startswith(self.say(begin))
                                            and "click" in one.actions()), "button " + begin))

    def strike(self):
        """Back to the window alone, without a menu."""
        if self.has_menu:
            self.press("Escape")
            self.has_menu = False
        for key in ("Escape", "Control+w") if self.root.count() > 1 else ():
            if self.root.count() > 1:
                self.press(key)
                try:
                    wait_for(lambda: self.root.count() == 1, "one window", 3)
                except AssertionError:
                    continue
        self.await_windows(1)


def page(link):
    return lambda stage: stage.visit(link.format(**stage.records))


def dialog(link, open_it):
    """Of a page; a window of its own."""
    def go(stage):
        stage.visit(link.format(**stage.records))
        open_it(stage)
        stage.await_windows(2)
    return go


def select_three(stage):
    stage.visit("list/account")
    wait_for(stage.rows, "rows")
    stage.press("Control+f")
    stage.await_focus(stage.say("Quick Find"))
    stage.press("Down")
    for _ in range(2):
        stage.press("Shift+Down")


def selected(button):
    def go(stage):
        select_three(stage)
        if button is not None:
            stage.button(button)
            stage.await_windows(2)
    return go


def preview(stage):
    select_three(stage)
    stage.press("Down")
    stage.press("space")
    stage.find("push button", stage.say("Close Preview"))


def nothing_found(stage):
    stage.visit("list/contact")
    wait_for(stage.rows, "rows")
    stage.press("Control+f")
    stage.await_focus(stage.say("Quick Find"))
    stage.type("qqq")


def calendar(key):
    def go(stage):
        stage.visit("calendar")
        stage.find("push button", stage.say("Today"))
        stage.press(key)
    return go


def quick_line(stage):
    calendar("w")(stage)
    stage.press("n")
    stage.has_menu = True
    stage.await_focus(stage.say("What, and when"))
    stage.type("visit tomorrow 14")


def related(stage):
    stage.visit("account/{account}".format(**stage.records))
    stage.act(wait_for(lambda: stage.walk(lambda one: one.role in ("toggle button", "radio button", "page tab", "button")
                                          and one.name.startswith(stage.say("Related"))), "tab of what is related"))


def sign_in(stage):
    port, user, password = os.environ["SATCHEL_SHOT_SERVER"].split()
    stage.find_text(stage.say("Welcome to Satchel"))
    for name, text in (("Server Address", "127.0.0.1:" + port), ("User Name", user), ("Password", password)):
        stage.fill(stage.say(name), text)
    stage.button("Sign In")
    stage.find_text(stage.say("What to Take Along"))


def menu_of(link, begin):
    def go(stage):
        stage.visit(link.format(**stage.records))
        stage.has_menu = True
        stage.button(begin)
    return go


def standing(stage):
    """The button at the foot of the navigation, whatever it says."""
    stage.visit("list/account")
    stage.has_menu = True
    buttons = [(*one.ask("Component", "GetExtents", GLib.Variant("(u)", (1,)))[0], one)
               for one in stage.all(lambda one: one.role == "push button") if "click" in one.actions()]
    stage.act(max(((y, one) for _, y, width, _, one in buttons if 100 < width < 300), key=lambda found: found[0])[1])


SCENES = {
    # Pages.
    "workplace": page("workplace"), "list": page("list/account"), "account": page("account/{account}"), "new": page("new/contact"),
    "opportunity": page("opportunity/{opportunity}"), "calendar": page("calendar"), "dashboard": page("dashboard"), "outbox": page("outbox"),
    "conflicts": page("conflicts"), "find": page("find/account" + BRISTOL), "case": page("case/{case}"), "product": page("product/{product}"),
    "related": related, "preview": preview, "nothing-found": nothing_found, "selection": selected(None),
    "month": calendar("m"), "day": calendar("d"), "agenda": calendar("a"), "quick-line": quick_line,
    "letter": page("new/email"), "reader": page("email/{email}"),
    # Dialogs and windows.
    "palette": dialog("list/account", lambda stage: stage.press("Control+k")),
    "preferences": dialog("list/account", lambda stage: stage.press("Control+,")),
    "shortcuts": dialog("list/account", lambda stage: stage.press("Control+?")),
    "help": dialog("list/account", lambda stage: stage.press("F1")),
    "columns": dialog("list/account", lambda stage: stage.menu("This List", "Columns…")),
    "about": dialog("list/account", lambda stage: stage.menu("Main Menu", "_About Satchel")),
    "batch-edit": selected("Edit a Field…"), "assign": selected("Assign…"),
    "share": dialog("account/{account}", lambda stage: stage.menu("Actions", "Share", True)),
    "merge": dialog("account/{account}", lambda stage: stage.menu("Actions", "Merge", True)),
    "history": dialog("account/{account}", lambda stage: stage.menu("Actions", "History…")),
    "mailing": dialog("marketing_list/{marketing_list}", lambda stage: stage.menu("Actions", "Send Mailing…")),
    "print": dialog("account/{account}", lambda stage: stage.press("Control+p")),
    # Menus.
    "actions": menu_of("account/{account}", "Actions"), "main-menu": menu_of("list/account", "Main Menu"),
    "list-menu": menu_of("list/account", "This List"), "views": menu_of("list/account", "View"),
    "status": standing,
    # Before there is a profile.
    "setup": lambda stage: stage.find_text(stage.say("Welcome to Satchel")), "carry": sign_in,
}
