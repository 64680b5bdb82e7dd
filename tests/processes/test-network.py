#!/usr/bin/python3
# Real programs over a network that misbehaves in every way we can think of: nothing is lost, nothing comes twice, whoever waits is
# told why in plain words, and when the network is well again all is as if nothing had been.
#   test-network.py SATCHEL-SERVER SATCHELCTL FAULTY-FILES.SO [TEST…]     SATCHEL_TEST_SEED picks the places, SATCHEL_TEST_LONG tries a quarter of all
# SPDX-License-Identifier: GPL-3.0-or-later
import collections
import hashlib
import json
import os
import random
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time

from rig import ATTENTION, DONE, FAILED, UNREACHABLE, Device, Rig, tap
from proxy import CLOSE, DOWN, HALF, RESET, STALL, UP, Fault, Proxy

LONG = "SATCHEL_TEST_LONG" in os.environ
SEED = int(os.environ.get("SATCHEL_TEST_SEED", "1"))
SERVER, CTL, SHIM = sys.argv[1:4]
FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "tls")
PIECE = 1 << 20  # of an image or a file

# What a person may be told when the network is at fault; what comes before it is “satchelctl: ”.
PLAIN = ("no connection to ", "does not answer", "gave an empty answer", "the answer ended", "no trusted connection to ", "cut")


class Ledger:
    """What was typed, on whatever device, and must be at the server once in the end."""

    def __init__(self, rig, prefix):
        self.rig, self.prefix, self.typed = rig, prefix, []

    def create(self, device, *fields, entity="task"):
        subject = "%s %d" % (self.prefix, len(self.typed))
        self.typed.append((entity, subject))
        record = json.loads(device.must("create", entity, "subject=" + subject, *fields))
        return entity, record["id"]

    def check(self, *devices):
        for _ in range(2):
            for device in devices:
                device.must("sync", status=(DONE, ATTENTION))
        for device in devices:
            status = json.loads(device.must("status", status=(DONE, ATTENTION)))
            assert status["pending"] == 0 and status["parked"] == 0 and status["files"] == 0, status
            device.must("sync", "--audit", status=(DONE, ATTENTION))
            device.must("doctor", status=(DONE, ATTENTION))
        expected = collections.Counter(self.typed)
        seen = collections.Counter()
        with sqlite3.connect("file:%s/satchel.db?mode=ro" % self.rig.data, uri=True) as store:
            for entity in {entity for entity, _ in self.typed}:
                rows = store.execute("SELECT f_subject FROM e_%s WHERE f_subject LIKE ?" % entity, (self.prefix + " %",))
                seen.update((entity, subject) for subject, in rows)
        assert seen == expected, "lost: %s, from nowhere or twice: %s" % (expected - seen, seen - expected)
        self.rig.run_server("check", "--data", self.rig.data)


def told(code, err):
    """Whether it worked or not, that was said as it should be."""
    lines = err.strip().splitlines()
    if code in (DONE, ATTENTION):
        return
    assert code == UNREACHABLE, "exit %d: %s" % (code, err)
    assert len(lines) == 1 and lines[0].startswith("satchelctl: "), err
    assert any(words in lines[0] for words in PLAIN), "these are no plain words: " + err


def hurried(environment, rate):
    """A client whose time-outs pass that much sooner."""
    return dict(environment, LD_PRELOAD=SHIM, SATCHEL_CLOCK_RATE=str(rate))


def carries_tasks(device):
    device.must("scope", "add", "task", "subject is not empty")
    device.must("sync", status=(DONE, ATTENTION))
    return device


def pair(rig, name):
    """A device behind a proxy, and a colleague's that is not."""
    proxy = Proxy(rig.port, SEED)
    return proxy, carries_tasks(rig.device(name + "-a", "seller1", proxy.port)), carries_tasks(rig.device(name + "-b", "seller2"))


def places(chance, longest, n):
    """After how many bytes to cut: every fourth, of which four seeds try all; or the first, the last and some between."""
    if longest <= n:
        return range(longest)
    if LONG:
        return range(SEED % 4, longest, 4)
    return sorted({0, 1, longest - 1} | set(chance.sample(range(2, longest - 1), n - 3)))


# ---- rounds of sync ----

def test_cut(rig, chance):
    """A round that pushes and pulls is cut after one byte and another of what is asked, and of what is answered."""
    proxy, sender, other = pair(rig, "cut")
    ledger = Ledger(rig, "cut")

    def round_of_both():
        ledger.create(other)
        other.must("sync", status=(DONE, ATTENTION))
        ledger.create(sender)

    round_of_both()
    proxy.set_faults()
    sender.must("sync", status=(DONE, ATTENTION))
    longest = dict(proxy.counts)
    codes = collections.Counter()
    for way in (UP, DOWN):
        for limit in places(chance, longest[way] + 40, 14):
            round_of_both()
            fault = Fault(cut=limit, end=chance.choice((CLOSE, RESET, HALF)), once=chance.random() < 0.5)
            proxy.set_faults(**{way: fault})
            code, _, err = sender.run("sync")
            told(code, err)
            codes[code] += 1
            if chance.random() < 0.5:  # else the next round brings what is left of this one
                proxy.set_faults()
                sender.must("sync", status=(DONE, ATTENTION))
    proxy.set_faults()
    ledger.check(sender, other)
    assert proxy.cuts > 10 and codes[UNREACHABLE] > 5, (proxy.cuts, codes)
    print("# %d bytes up, %d down; %d cuts; exits %s" % (longest[UP], longest[DOWN], proxy.cuts, dict(codes)))


def test_slow(rig, chance):
    """Bytes that come one after another, late, in both directions: it takes longer, and is no error."""
    proxy, sender, other = pair(rig, "slow")
    ledger = Ledger(rig, "slow")
    for up, down in ((Fault(delay=0.05), None), (None, Fault(delay=0.05)), (Fault(drip=1), Fault(drip=7)),
                     (Fault(drip=3, delay=0.0005), Fault(drip=1, delay=0.0005))):
        ledger.create(sender)
        ledger.create(other)
        other.must("sync", status=(DONE, ATTENTION))
        proxy.set_faults(up, down)
        sender.must("sync", status=(DONE, ATTENTION))
        sender.must("show", *ledger.create(sender), "--history")
    proxy.set_faults()
    ledger.check(sender, other)


def threads(rig):
    return len(os.listdir("/proc/%d/task" % rig.server.pid))


def test_stall(rig, chance):
    """A server that goes silent, before the answer or within: the client gives up by itself, and the server keeps no thread for it."""
    proxy, sender, other = pair(rig, "stall")
    ledger = Ledger(rig, "stall")
    patient = sender.environment
    before = threads(rig)
    for way, limit in ((UP, 0), (UP, 150), (UP, 300), (DOWN, 0), (DOWN, 60), (DOWN, 200)):
        ledger.create(sender)
        proxy.set_faults(**{way: Fault(cut=limit, end=STALL)})
        sender.environment = hurried(patient, 40)
        begin = time.monotonic()
        code, _, err = sender.run("sync")
        seconds = time.monotonic() - begin
        sender.environment = patient
        told(code, err)
        assert code == UNREACHABLE and "does not answer" in err, (way, limit, code, err)
        assert seconds < 30, seconds  # a fortieth of the minute, and what a loaded machine takes
        ledger.create(other)
        other.must("sync", status=(DONE, ATTENTION))
    proxy.set_faults()
    # Dozens of requests that never come to their end hold nobody up.
    halves = [socket.create_connection(("127.0.0.1", rig.port)) for _ in range(60)]
    for half in halves:
        half.sendall(b"POST /v1/pull HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 900\r\n\r\n{")
    sender.must("sync", status=(DONE, ATTENTION))
    assert threads(rig) <= before + 20, (before, threads(rig))  # readers come and go
    for half in halves:
        half.close()
    ledger.check(sender, other)


def test_twice(rig, chance):
    """Each request comes twice, by two connections, in each order and at once: its effect comes once."""
    proxy, sender, other = pair(rig, "twice")
    ledger = Ledger(rig, "twice")
    path = os.path.join(rig.directory, "twice")
    for turn, when in enumerate(("before", "after", "same") * (8 if LONG else 2)):
        proxy.set_requests(twice=when)
        with open(path, "wb") as file:
            file.write(chance.randbytes(1500000))
        for _ in range(3):
            record = ledger.create(sender)
        sender.must("set", *record, "description=once %d" % turn)
        ledger.create(sender, "file=@" + path, entity="note")
        code, _, err = sender.run("sync")
        assert code in (DONE, ATTENTION), err
    assert proxy.copies > 20, proxy.copies
    proxy.set_requests()
    ledger.check(sender, other)
    assert json.loads(other.must("show", *record))["description"] == "once %d" % turn


def test_swapped(rig, chance):
    """Of two devices' requests the later one arrives first; of one device's two programs, too."""
    proxy = Proxy(rig.port, SEED)
    devices = [carries_tasks(rig.device("swap-%d" % i, "seller%d" % (i + 1), proxy.port)) for i in range(2)]
    ledger = Ledger(rig, "swap")
    proxy.set_requests(swap=True)
    for turn in range(60 if LONG else 6):
        running = []
        for device in devices:
            ledger.create(device)
            running.append(device.start("sync"))
        running.append(devices[0].start("list", "task", "--online", "--limit", "3"))
        for process in running:
            _, err = process.communicate(timeout=120)
            assert process.returncode in (DONE, ATTENTION), err
    assert proxy.swaps > 3, proxy.swaps
    proxy.set_requests()
    ledger.check(*devices)


# ---- signing in ----

def test_sign_in(rig, chance):
    """Cut anywhere: nobody is signed in by halves, and the next attempt succeeds. Sent twice: the profile works."""
    proxy = Proxy(rig.port, SEED)
    device = rig.device("sign", "seller1", proxy.port)
    login = ("login", "http://127.0.0.1:%d" % proxy.port, "--user", "seller1", "--password-file", device.password_file("seller1"))
    proxy.set_faults()
    device.must(*login)
    longest = dict(proxy.counts)
    ledger = Ledger(rig, "sign")
    identity = json.loads(device.must("status"))["device"]
    for number, way in enumerate((UP, DOWN)):
        for turn, limit in enumerate(places(chance, longest[way] + 20, 8)):
            if turn % 5 == 4:  # who signs in so often is refused for a while; a server that begins has forgotten it
                rig.kill_server()
                rig.start()
            ledger.create(device)
            proxy.set_faults(**{way: Fault(cut=limit, end=chance.choice((CLOSE, RESET, HALF)))})
            code, _, err = device.run(*login)
            told(code, err)
            proxy.set_faults()
            # When the answer was cut the token of before is void: the person is told, and signs in again.
            code, _, err = device.run("sync")
            if code == FAILED:
                assert "sign in again" in err, err
                device.must(*login)
            fresh = ("--profile", "p%d-%d" % (number, limit))
            proxy.set_faults(**{way: Fault(cut=limit)})
            code, _, err = device.run(*fresh, *login)
            told(code, err)
            proxy.set_faults()
            device.must(*fresh, *login)
            device.must(*fresh, "sync", status=(DONE, ATTENTION))
            shutil.rmtree(os.path.join(device.home, "satchel", fresh[1]))
    assert json.loads(device.must("status", status=(DONE, ATTENTION)))["device"] == identity
    for when in ("before", "after", "same"):
        proxy.set_requests(twice=when)
        code, _, err = device.run(*login)
        assert code == DONE, err
        ledger.create(device)
        code, _, err = device.run("sync")
        # The copy that came last has the token that holds.
        assert code in (DONE, ATTENTION) or (code == FAILED and "sign in again" in err), (when, code, err)
        proxy.set_requests()
        device.must(*login)
    ledger.check(device)


# ---- images and files ----

def insist(proxy, chance, way, device, *arguments, ends=(CLOSE, RESET)):
    """Runs the command over a link that is cut after each piece or two, until it succeeds; the bytes that it took, and the cuts."""
    moved, before = 0, proxy.cuts
    for _ in range(40):
        limit = chance.randrange(PIECE + PIECE // 10, PIECE + PIECE // 2)
        proxy.set_faults(**{way: Fault(cut=limit, end=chance.choice(ends), once=True)})
        code, _, err = device.run(*arguments)
        told(code, err)
        moved += proxy.counts[way]
        if code in (DONE, ATTENTION):
            proxy.set_faults()
            return moved, proxy.cuts - before
    raise AssertionError("it never comes to its end: " + err)


class Overheard(Proxy):
    """Notes how many pieces of images were asked for."""

    def __init__(self, port, seed=1):
        super().__init__(port, seed)
        self.pieces = 0
        self.set_requests(listen=True)

    def pass_on(self, line, request):
        self.pieces += b" /v1/snapshot/get " in request.split(b"\r\n", 1)[0]
        super().pass_on(line, request)


def until_image(rig, user):
    """Devices sign in until one gets an image: that one, and what it received."""
    chooser = rig.device("chooser", user)
    chooser.must("scope", "add", "*", "")
    chooser.must("sync", status=(DONE, ATTENTION))
    proxy = Overheard(rig.port)
    for number in range(40):
        device = rig.device("imaged-%d" % number, user, proxy.port)
        proxy.set_faults()
        device.must("sync", status=(DONE, ATTENTION))
        if proxy.pieces > 0:
            return device, proxy.counts[DOWN], proxy.pieces
    raise AssertionError("no image was made")


def test_image(_, chance):
    """A first sync by an image that is cut again and again fetches no whole piece of it twice."""
    rig = Rig({"server": SERVER, "ctl": CTL}, 20)
    try:
        whole, size, pieces = until_image(rig, "manager")
        proxy = Overheard(rig.port, SEED)
        device = rig.device("pieces", "manager", proxy.port)
        ledger = Ledger(rig, "image")
        received, cuts = insist(proxy, chance, DOWN, device, "sync", ends=(CLOSE, RESET, HALF))
        print("# %d bytes by %d pieces; %d by %d with %d cuts" % (size, pieces, received, proxy.pieces, cuts))
        assert pieces > 2 and cuts >= 2, (pieces, cuts)
        assert proxy.pieces <= pieces + cuts and received <= size + cuts * (PIECE + 20000), (received, proxy.pieces)
        ledger.create(device)
        ledger.check(device)
        for entity in ("account", "contact", "opportunity"):
            assert device.rows(entity, "--limit", "100000") == whole.rows(entity, "--limit", "100000"), entity
    finally:
        rig.close()


def test_files(rig, chance):
    """Attachments go up and come down over a link that is cut all the time, and each piece that arrived counts."""
    proxy, sender, other = pair(rig, "files")
    fetcher_proxy = Proxy(rig.port, SEED + 1)
    fetcher = carries_tasks(rig.device("files-c", "seller1", fetcher_proxy.port))
    fetcher.must("files", "policy", "open")
    ledger = Ledger(rig, "files")
    path = os.path.join(rig.directory, "large")
    with open(path, "wb") as file:
        file.write(chance.randbytes(4 * PIECE + 12345))
    record = ledger.create(sender, "file=@" + path, entity="note")

    up, up_cuts = insist(proxy, chance, UP, sender, "sync")
    fetcher.must("sync", status=(DONE, ATTENTION))
    copy = os.path.join(rig.directory, "copy")
    down, down_cuts = insist(fetcher_proxy, chance, DOWN, fetcher, "file", "get", *record, "-o", copy)
    size = os.path.getsize(path)
    print("# %d bytes: %d up with %d cuts, %d down with %d" % (size, up, up_cuts, down, down_cuts))
    with open(path, "rb") as one, open(copy, "rb") as two:
        assert hashlib.sha256(one.read()).digest() == hashlib.sha256(two.read()).digest()
    for moved, cuts in ((up, up_cuts), (down, down_cuts)):
        assert 1 <= cuts and moved <= size + (cuts + 1) * PIECE + 100000, (moved, cuts)
    ledger.check(sender, fetcher)


# ---- another server ----

class Impostor:
    """Speaks TLS with a certificate of its own, and notes whatever is said to it within."""

    def __init__(self, name):
        self.heard, self.greeted = b"", 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(FIXTURES, name + "cert.pem"), os.path.join(FIXTURES, name + "key.pem"))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.greeted += 1
            try:
                with self.context.wrap_socket(client, server_side=True) as inside:
                    self.heard += inside.recv(65536)
            except OSError:
                pass


class SecureRig(Rig):
    """Served by TLS with the fixture's certificate, which its devices trust instead of the system's."""

    def __init__(self, programs):
        super().__init__(programs)
        self.environment.update(LD_PRELOAD=SHIM, SATCHEL_TRUST=os.path.join(FIXTURES, "cert.pem"))
        self.secure("")

    def secure(self, name, port=0):
        self.kill_server()
        os.unlink(self.port_file)
        self.server = subprocess.Popen(
            [self.programs["server"], "serve", "--data", self.data, "--listen", "127.0.0.1:%d" % port, "--port-file", self.port_file,
             "--tls-cert", os.path.join(FIXTURES, name + "cert.pem"), "--tls-key", os.path.join(FIXTURES, name + "key.pem")],
            env=self.environment, stdin=subprocess.DEVNULL)
        while not os.path.exists(self.port_file):
            assert self.server.poll() is None, "the server did not start"
            self.server_poll()
        with open(self.port_file) as file:
            self.port = int(file.read())


class SecureDevice(Device):
    def must(self, *arguments, status=(0,)):
        if "login" in arguments:
            arguments = tuple(word.replace("http://", "https://") for word in arguments)
        return super().must(*arguments, status=status)


def test_certificate(_, chance):
    """Another server's certificate, from the beginning or all of a sudden: refused in words that say so, and not a byte is told."""
    rig = SecureRig({"server": SERVER, "ctl": CTL})
    impostor = Impostor("other-")
    try:
        proxy = Proxy(rig.port, SEED)
        device = SecureDevice(rig, "secure", "seller1", proxy.port)
        carries_tasks(device)
        ledger = Ledger(rig, "secure")
        login = ("login", "https://127.0.0.1:%d" % proxy.port, "--user", "seller1", "--password-file", device.password_file("seller1"))
        for turn in range(3):
            ledger.create(device)
            proxy.target = impostor.port
            proxy.drop(reset=turn == 1)
            for arguments in (("sync",), login, ("--profile", "new%d" % turn, *login), ("list", "task", "--online")):
                code, _, err = device.run(*arguments)
                assert code == UNREACHABLE and "no trusted connection" in err, (arguments[0], code, err)
                told(code, err)
            assert device.must("list", "task") and impostor.heard == b"", impostor.heard
            proxy.target = rig.port
            device.must("sync", status=(DONE, ATTENTION))
        assert impostor.greeted >= 12, impostor.greeted
        # The server's own is another one from now on, and back again.
        rig.secure("other-", rig.port)
        ledger.create(device)
        code, _, err = device.run("sync")
        assert code == UNREACHABLE and "no trusted connection" in err, (code, err)
        rig.secure("", rig.port)
        ledger.check(device)
        # In the middle of things: the first bytes of a handshake are all that comes.
        for limit in places(chance, 6000, 10):
            ledger.create(device)
            proxy.set_faults(**{chance.choice((UP, DOWN)): Fault(cut=limit, end=chance.choice((CLOSE, RESET, HALF)))})
            code, _, err = device.run("sync")
            told(code, err)
            proxy.set_faults()
        ledger.check(device)
    finally:
        rig.close()


def main():
    rig = Rig({"server": SERVER, "ctl": CTL}, 5)

    def call(test):
        test(rig, random.Random(SEED))
        assert rig.server.poll() is None, "the server has died"

    def start_again():
        if rig.server.poll() is not None:
            rig.start()

    try:
        return tap.run(tap.tests_of(globals()), wanted=sys.argv[4:], call=call, mend=start_again, seed=SEED)
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
