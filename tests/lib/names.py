# Whether everything that can have the focus has a name, by the accessibility tree.
# SPDX-License-Identifier: GPL-3.0-or-later

# What names itself by what stands in it, or is a part of what has a name: GTK gives such parts the name of their type.
PARTS = ("", "GtkToggleButton", "GtkButton", "GtkText", "GtkTextView", "GtkListItemWidget", "GtkColumnListView", "GtkListBox", "GtkListView")
AROUND = ("combo box", "entry", "spin button", "list item", "push button", "text", "password text", "tree table")
WITHOUT = ("scroll pane", "panel", "filler", "frame")  # nobody acts on them


def is_control(one):
    return one.is_("focusable") and one.role not in WITHOUT


def is_told(name):
    return name and not name.startswith(("Gtk", "Adw", "Satchel"))


# GTK's own parts to which nobody can give a name from outside, each with where it stands.
def is_gtks(one, above):
    if one.name == "GtkSearchEntry":  # of an AdwPreferencesWindow whose search is off: nobody comes there
        return any(outer.role == "filler" and outer.name == "AdwLeaflet" for outer in above)
    if one.name == "GtkListBox":  # of an AdwPreferencesGroup: its rows have the focus
        return True
    return False


def is_named(one, above):
    if is_told(one.name) or is_gtks(one, above):
        return True
    # The inside of an entry, of a drop-down or of a list bears the name of what it is in.
    return one.name in PARTS and any(is_told(outer.name) and outer.role in AROUND for outer in above[-8:])


def unnamed(app):
    """A line for each."""
    found = []

    def walk(one, above):
        if one is not app.root and not one.is_("visible"):
            return
        if is_control(one) and not is_named(one, above):
            found.append("%s “%s” in %s" % (one.role, one.name, " / ".join(
                "%s “%s”" % (outer.role, outer.name) for outer in above[-8:] if outer.name)))
        if one.role == "table row":
            return
        for child in one.children():
            walk(child, above + [one])
    walk(app.root, [])
    return found
