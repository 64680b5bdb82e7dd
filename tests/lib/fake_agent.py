#!/usr/bin/python3
"""fake_agent.py XML FOLDER: an agent that knows a handful of records, for tests of the programs that talk to it.

It implements the interface as its description has it, writes each call as a line of JSON into FOLDER/calls, and does
as FOLDER/plan (JSON, read before each call) says:
  "error": {METHOD: NAME}   answers with org.satchelcrm.Satchel.Error.NAME
  "die": METHOD             ends without an answer
  "rule": "known"           what GetRule tells, and whether Wanted says so
  "people", "opportunities", "activities", "suggestions": what Pane and Suggest tell
  "silent": true            answers nothing

SPDX-License-Identifier: GPL-3.0-or-later
"""
import email
import email.policy
import json
import os
import sys

from gi.repository import Gio, GLib

NAME, PATH, INTERFACE = "org.satchelcrm.Satchel.Agent", "/org/satchelcrm/Satchel/Agent", "org.satchelcrm.Satchel.Mail1"


def vary(members):
    """a{sv} of texts, flags and instants."""
    kinds = {str: "s", bool: "b", int: "x"}
    return {name: GLib.Variant(kinds[type(value)], value) for name, value in members.items()}


class Agent:
    def __init__(self, xml, folder):
        self.folder = folder
        self.calls = open(os.path.join(folder, "calls"), "a", buffering=1)
        self.messages, self.items, self.done = {}, {}, []
        with open(xml) as file:
            self.interface = Gio.DBusNodeInfo.new_for_xml(file.read()).lookup_interface(INTERFACE)
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.bus.register_object(PATH, self.interface, self.called, None, None)
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, None, self.lost)

    def lost(self, *_):
        sys.exit("fake_agent: somebody else has the name")

    def plan(self):
        try:
            with open(os.path.join(self.folder, "plan")) as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    def called(self, bus, sender, path, interface, method, arguments, invocation):
        plan = self.plan()
        values = list(arguments.unpack())
        if method == "Track":
            values[1] = self.read(invocation)
        self.calls.write(json.dumps([method, *values[1:]]) + "\n")
        if plan.get("die") == method:
            os._exit(1)
        if plan.get("silent"):
            return
        if method in plan.get("error", {}):
            self.fail(invocation, plan["error"][method])
            return
        try:
            answer = getattr(self, method)(plan, *values[1:])
        except KeyError:
            self.fail(invocation, "NotFound")
            return
        out = "(" + "".join(one.signature for one in self.interface.lookup_method(method).out_args) + ")"
        invocation.return_value(GLib.Variant(out, answer) if out != "()" else None)

    @staticmethod
    def fail(invocation, name):
        invocation.return_dbus_error("org.satchelcrm.Satchel.Error." + name, "The reason for " + name)

    @staticmethod
    def read(invocation):
        """The message, from its beginning, whoever read it before."""
        file = invocation.get_message().get_unix_fd_list().get(0)
        try:
            return os.pread(file, 1 << 26, 0).decode("latin-1")
        finally:
            os.close(file)

    def tell(self, signal, ids):
        self.bus.emit_signal(None, PATH, INTERFACE, signal, GLib.Variant("(sas)", ("work", ids)))

    @staticmethod
    def state(regarding):
        state = {"tracked": True, "entity": "email", "id": "0190", "link": "satchel://email/0190"}
        if regarding and regarding[0]:
            state.update({"regarding-entity": regarding[0], "regarding-id": regarding[1], "regarding": "Record " + regarding[1],
                          "regarding-link": "satchel://%s/%s" % regarding})
        return vary(state)

    # ---- the methods ----

    def Track(self, plan, text, options):
        message = email.message_from_bytes(text.encode("latin-1"), policy=email.policy.default)
        one = (message["Message-ID"] or "").strip("<> ")
        joined = one in self.messages
        self.messages[one] = tuple(options.get("regarding", ()))
        self.done.append(("track", one))
        self.tell("MessagesChanged", [one])
        return "email", "0190", joined

    def State(self, plan, ids):
        return ({one: self.state(self.messages[one]) for one in ids if one in self.messages},)

    def Tracked(self, plan):
        return list(self.messages), True

    def SetRegarding(self, plan, one, entity, record):
        self.done.append(("regarding", one, self.messages[one]))
        self.messages[one] = (entity, record)
        self.tell("MessagesChanged", [one])

    def Untrack(self, plan, one):
        self.done.append(("untrack", one, self.messages.pop(one)))
        self.tell("MessagesChanged", [one])

    def Undo(self, plan):
        if not self.done:
            raise KeyError
        what, one, *before = self.done.pop()
        store = self.items if "item" in what else self.messages
        if what in ("track", "track-item"):
            del store[one]
        elif before:
            store[one] = before[0]
        self.tell("ItemsChanged" if "item" in what else "MessagesChanged", [one])
        return what, [one] if one else []

    def Suggest(self, plan, addresses, typed):
        return ([one for one in plan.get("suggestions", []) if typed.lower() in one[2].lower()],)

    def Pane(self, plan, addresses):
        people = [one for one in plan.get("people", []) if one["address"] in addresses]
        return ([vary(one) for one in people], [vary(one) for one in plan.get("opportunities", [])],
                [vary(one) for one in plan.get("activities", [])])

    def Convert(self, plan, one, entity):
        self.done.append(("convert", one, self.messages[one]))
        self.messages[one] = (entity, "0191")
        self.tell("MessagesChanged", [one])
        return ("0191",)

    def CreateFor(self, plan, entity, name, address):
        self.done.append(("create", ""))
        return ("0192",)

    def Wanted(self, plan, one, in_reply_to, references, addresses, folder):
        return (plan.get("rule", "none") != "none" and one not in self.messages,)

    def GetRule(self, plan):
        return plan.get("rule", "none"), ""

    def SetRule(self, plan, rule, folder):
        pass

    def TrackItem(self, plan, text, options):
        uid = next(line[4:].strip() for line in text.splitlines() if line.startswith("UID:"))
        self.items[uid] = tuple(options.get("regarding", ()))
        self.done.append(("track-item", uid))
        self.tell("ItemsChanged", [uid])
        return "task" if "BEGIN:VTODO" in text else "appointment", "0193"

    def ItemState(self, plan, uids):
        return ({one: self.state(self.items[one]) for one in uids if one in self.items},)

    def SetItemRegarding(self, plan, uid, entity, record):
        self.done.append(("item-regarding", uid, self.items[uid]))
        self.items[uid] = (entity, record)
        self.tell("ItemsChanged", [uid])

    def Link(self, plan, entity, record):
        return ("satchel://%s/%s" % (entity, record),)


if __name__ == "__main__":
    Agent(sys.argv[1], sys.argv[2])
    GLib.MainLoop().run()
