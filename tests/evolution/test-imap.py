#!/usr/bin/python3
# Mail of a server (IMAP) in a real Evolution, with the real agent: what arrives is tracked by the user's rule, and the server knows.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))
import program  # noqa: E402
from imap import PROGRAM, Imap  # noqa: E402
from program import Evolution, Real, Sink, run, wait_for  # noqa: E402
from rig import Rig  # noqa: E402


def what_arrives_from_people_who_are_known_is_tracked(evolution, real):
    real.device.must("mail-rule", "known")
    evolution.imap.deliver("old@example.com", "Was there before", "Carl <carl@stranger.example>", "Old.")
    evolution.start()
    evolution.open_folder("Work", "Inbox")
    evolution.find_text("This message is not tracked")
    evolution.imap.deliver("unknown@example.com", "Lottery", "Lotta <lotta@stranger.example>", "You have won.")
    evolution.imap.deliver("known@example.com", "Offer wanted", real.person, "Please send an offer.")
    wait_for(lambda: real.find("Offer wanted"), "record of what arrived")
    wait_for(lambda: "$CrmTracked" in evolution.imap.flags("known@example.com"), "keyword on the server")
    assert "$CrmTracked" not in evolution.imap.flags("unknown@example.com")
    assert len(real.find("Offer wanted")) == 1 and not real.find("Lottery")


def it_is_shown_after_a_restart(evolution, real):
    evolution.close()
    evolution.start()
    evolution.find_text("This message is not tracked")

    def shown():
        evolution.choose("Next Message")
        return evolution.find_text("Tracked in the CRM", 1)
    wait_for(shown, "message that is tracked")
    assert len(real.find("Offer wanted")) == 1
    # What is selected has the colour of what is selected.
    evolution.choose("Previous Message")
    evolution.find_text("This message is not tracked")
    evolution.screenshot("imap")
    evolution.choose("Next Message")
    evolution.find_text("Tracked in the CRM")


def an_answer_is_sent_and_tracked(evolution, real):
    evolution.choose("Reply to Sender")
    window = wait_for(lambda: evolution.window("Re: Offer wanted"), "composer")
    evolution.click("push button", "Send and Track", window)
    sent, = wait_for(lambda: evolution.sink.messages, "message at the server")
    assert "In-Reply-To: <known@example.com>" in sent, sent
    assert "crm" not in sent.lower().replace("$crmtracked", ""), sent
    answers = wait_for(lambda: real.find("Re: Offer wanted"), "record of the answer")
    assert len(answers) == 1, answers


def marks_follow_what_is_done_elsewhere(evolution, real):
    """At the start, and while it runs, for messages that nobody opened."""
    def marked(one):
        return "$CrmTracked" in evolution.imap.flags(one)
    evolution.close()
    real.device.must("track", evolution.imap.save("unknown@example.com"))
    real.device.must("untrack", "known@example.com")
    evolution.start()
    wait_for(lambda: marked("unknown@example.com") and not marked("known@example.com"), "marks as the agent knows them")
    real.device.must("untrack", "unknown@example.com")
    wait_for(lambda: not marked("unknown@example.com"), "end of the mark")
    assert not marked("old@example.com")


if __name__ == "__main__":
    program.skip_without(PROGRAM)
    module, server, ctl, agent = map(os.path.abspath, sys.argv[1:5])
    rig, imap = Rig({"server": server, "ctl": ctl}), Imap()
    try:
        device = rig.device("device", "seller1")
        device.must("sync")
        real = Real(agent, device)
        contact = next(row for row in device.rows("contact") if row.get("email"))
        real.person = "%s <%s>" % (contact["full_name"], contact["email"])
        sink = Sink()
        evolution = Evolution(module, sink.port, account=imap.account())
        evolution.imap, evolution.sink = imap, sink
        real.start()
        run([what_arrives_from_people_who_are_known_is_tracked, it_is_shown_after_a_restart, an_answer_is_sent_and_tracked,
             marks_follow_what_is_done_elsewhere], evolution, real)
    finally:
        imap.close()
        rig.close()
