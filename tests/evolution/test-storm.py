#!/usr/bin/python3
# Evolution is killed at any moment while messages are tracked, moved away by another program, and sent: each message is one record at
# most, none is lost, and what was broken off is done by doing it again. SATCHEL_TEST_SEED picks the moments.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))
import program  # noqa: E402
from program import Evolution, Real, Sink, run, wait_for  # noqa: E402
from rig import Rig  # noqa: E402

SEED = int(os.environ.get("SATCHEL_TEST_SEED", "1"))
KILLS = 15 if "SATCHEL_TEST_LONG" in os.environ else 3
MESSAGES, MOVED = 12, 3
LATEST_S = 1.0
SUBJECTS = ["Number %d" % number for number in range(MESSAGES)]


def write(evolution, at):
    subject = "Offer%d" % at
    subprocess.run(["evolution", "mailto:ana@contoso.example?subject=%s&body=Dear%%20Ana" % subject], check=True,
                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    window = wait_for(lambda: evolution.window(subject), "composer")
    evolution.click("push button", "Send and Track", window)


def track_all(evolution):
    evolution.choose("Select All")
    evolution.choose("Track with Attachments")


def move(evolution, dice, to):
    """As another program does it, in the middle of the work."""
    names = dice.sample(sorted(os.listdir(evolution.inbox.path + "/cur")), MOVED)
    for name in names:
        os.rename(os.path.join(evolution.inbox.path, "cur", name), os.path.join(to, name))


def move_back(evolution, away):
    for name in os.listdir(away):
        os.rename(os.path.join(away, name), os.path.join(evolution.inbox.path, "cur", name))


def check_each_once(real):
    rows = [row for row in real.emails() if row["message_id"]]
    subjects, ids = [row["subject"] for row in rows], [row["message_id"] for row in rows]
    assert all(subjects.count(one) <= 1 for one in SUBJECTS), subjects
    assert len(ids) == len(set(ids)), ids
    return "%d of %d tracked, %d written" % (sum(one in subjects for one in SUBJECTS), MESSAGES, len(rows) - sum(
        one in subjects for one in SUBJECTS))


def killed_at_any_moment_nothing_is_twice(evolution, real):
    dice, away = random.Random(SEED), os.path.join(evolution.data, "away")
    os.makedirs(away)
    for at in range(KILLS):
        evolution.start()
        evolution.find("push button", "Track in CRM")
        deed = ("track", "send", "move")[at % 3]
        if deed == "send":
            write(evolution, at)
        else:
            track_all(evolution)
        if deed == "move":
            move(evolution, dice, away)
        moment = dice.uniform(0, LATEST_S)
        try:
            evolution.process.wait(moment)
        except subprocess.TimeoutExpired:
            evolution.kill()
        move_back(evolution, away)
        print("# seed %d, %s, killed after %.2f s: %s" % (SEED, deed, moment, check_each_once(real)), flush=True)
        for one in [one for one in real.emails() if one["subject"] in SUBJECTS[:MESSAGES // 2]]:
            real.device.must("untrack", one["message_id"])  # there is something to do the next time


def what_was_broken_off_is_done_by_doing_it_again(evolution, real):
    evolution.start()
    evolution.find("push button", "Track in CRM")
    track_all(evolution)
    wait_for(lambda: all(len(real.find(subject)) == 1 for subject in SUBJECTS), "a record of each message", 60)
    check_each_once(real)


if __name__ == "__main__":
    program.skip_without()
    module, server, ctl, agent = map(os.path.abspath, sys.argv[1:5])
    rig = Rig({"server": server, "ctl": ctl})
    try:
        device = rig.device("device", "seller1")
        device.must("sync")
        real = Real(agent, device)
        evolution = Evolution(module, Sink().port)
        for subject in SUBJECTS:
            evolution.inbox.add(subject, "Ana Pop <ana@contoso.example>", "Please send a quote.")
        real.start()
        run([killed_at_any_moment_nothing_is_twice, what_was_broken_off_is_done_by_doing_it_again], evolution, real)
    finally:
        rig.close()
