#!/usr/bin/python3
# How mail leaves: TLS from the first byte and by STARTTLS, with a password and without, by a program instead of a server; and what is said where
# none of it works. With the real evolution-data-server. TAP.
# Usage: test-mail-accounts.py SATCHEL-SERVER SATCHELCTL PEEK [TEST…]
#
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import shutil
import subprocess
import sys

from desk import Desk, Rig, missing

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import mail_account  # noqa: E402
import tap  # noqa: E402
from smtp_sink import Sink  # noqa: E402

HOST = "127.0.0.1"
WAYS = {"ssl": "ssl-on-alternate-port", "starttls": "starttls-on-standard-port"}
desk = None


def certificate(name):
    """A server's key and its certificate, which nobody has signed but itself."""
    path = os.path.join(desk.folder, name + ".pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + HOST, "-addext",
                    "subjectAltName=IP:" + HOST, "-keyout", path + ".key", "-out", path], check=True, capture_output=True)
    with open(path) as one, open(path + ".key") as key, open(path + ".both", "w") as both:
        both.write(key.read() + one.read())
    return path


class Account:
    """One that sends, as long as the block lasts."""

    def __init__(self, id, sink=None, **settings):
        self.id, self.sink = id, sink
        mail_account.add(desk.environment["XDG_CONFIG_HOME"], id, id.title(), sink.port if sink else 0, **settings)
        desk.kill_eds()
        desk.until(self.is_known)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        mail_account.remove(desk.environment["XDG_CONFIG_HOME"], self.id)
        desk.kill_eds()
        if self.sink:
            self.sink.stop()

    def is_known(self):
        """EDS has started again, and read what is new."""
        try:
            return self.id + "-transport" in desk.peek("-", "sources").split()
        except AssertionError:
            return False

    def keep_password(self, password):
        desk.peek(self.id + "-transport", "password", password)

    def draft(self, subject):
        person = json.loads(desk.must("create", "contact", "last_name=Pop", "email=%s@customer.example" % self.id))["id"]
        return json.loads(desk.must("write", "contact", person, "--subject", subject))["id"]

    def send(self, draft):
        return desk.run("write", "email", draft, "--send", "--account", self.id + "@example.com")

    def sends(self, draft):
        code, out, err = self.send(draft)
        assert code == 0, (code, out, err)
        email = json.loads(desk.must("show", "email", json.loads(out)["id"]))
        assert email["status"] == "completed" and email["sent_at"], email

    def refuses(self, draft, state, *words):
        """With words that say why; the draft is as it was."""
        code, out, err = self.send(draft)
        assert code != 0 and json.loads(out)["state"] == state, (code, out, err)
        assert all(word in err for word in words), err
        row = json.loads(desk.must("show", "email", draft))
        assert row["status"] == "open" and not row["sent_at"], row


def test_tls():
    """From the first byte or by STARTTLS, with the password that the mail program keeps."""
    for way, method in WAYS.items():
        path = certificate(way)
        desk.peek(HOST, "trust", path)
        with Account(way, Sink("geheim", path + ".both", way == "starttls"), method="PLAIN", user="one", security=method) as account:
            account.keep_password("geheim")
            account.sends(account.draft("By " + way))
            assert account.sink.said == ["geheim"] and len(account.sink.taken) == 1, account.sink.said


def test_unknown_certificate():
    """Nothing is said to a server that cannot show who it is; once the mail program was told to trust it the same draft goes out."""
    for way, method in WAYS.items():
        path = certificate("unknown-" + way)
        with Account("unknown" + way, Sink("geheim", path + ".both", way == "starttls"), method="PLAIN", user="one", security=method) as account:
            account.keep_password("geheim")
            draft = account.draft("To whom?")
            account.refuses(draft, "draft", "certificate", "mail program")
            assert not account.sink.said and not account.sink.taken, account.sink.said
            desk.peek(HOST, "trust", path)
            account.sends(draft)
            assert len(account.sink.taken) == 1


def test_no_starttls():
    """Who sits between and takes STARTTLS away gets neither the password nor the message."""
    with Account("bare", Sink("geheim"), method="PLAIN", user="one", security=WAYS["starttls"]) as account:
        account.keep_password("geheim")
        account.refuses(account.draft("Bare"), "draft", "STARTTLS")
        assert not account.sink.said and not account.sink.taken


def test_wrong_password():
    with Account("wrong", Sink("geheim"), method="PLAIN", user="one") as account:
        account.keep_password("Geheim")
        draft = account.draft("Wrong")
        account.refuses(draft, "draft", "password", "mail program")
        assert set(account.sink.said) == {"Geheim"} and not account.sink.taken, account.sink.said
        account.keep_password("geheim")
        account.sends(draft)
        assert len(account.sink.taken) == 1


def script(name, text):
    path = os.path.join(desk.folder, name)
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + text + "\n")
    os.chmod(path, 0o700)
    return path


def test_sendmail():
    """A program takes the message, with everybody it is for."""
    taken = os.path.join(desk.folder, "taken")
    program = script("sendmail", 'echo "$@" >> %s.to; cat >> %s' % (taken, taken))
    with Account("local", program=program) as account:
        account.sends(account.draft("By program"))
        with open(taken) as file, open(taken + ".to") as to:
            text, told = file.read(), to.read()
        assert "Subject: By program" in text and text.count("Message-ID:") == 1, text
        assert "local@customer.example" in told and "local@example.com" in told, told


def test_sendmail_fails():
    """What the program did not take is refused; one that is not there has taken nothing. Where it was ended, nobody knows."""
    for name, text, state, words in (("full", "cat > /dev/null; exit 75", "refused", ["75"]),
                                     ("gone", None, "draft", []),
                                     ("killed", "cat > /dev/null; kill -9 $$", "uncertain", [])):
        program = script(name, text) if text else os.path.join(desk.folder, "nowhere")
        with Account(name, program=program) as account:
            draft = account.draft("By " + name)
            account.refuses(draft, state, *words)


def main():
    global desk
    lacking = missing() or ("" if shutil.which("openssl") else "openssl")
    if lacking:
        return tap.skip("not installed: " + lacking)
    rig = Rig(dict(zip(("server", "ctl", "peek"), sys.argv[1:])))
    try:
        desk = Desk(rig, "desk", "backoffice")
        desk.environment.update(SECRET_BACKEND="file", SECRET_FILE_TEST_PATH=os.path.join(desk.folder, "keyring"), SECRET_FILE_TEST_PASSWORD="x")
        desk.must("sync")
        return tap.run(tap.tests_of(globals()), sys.argv[4:])
    finally:
        if desk is not None:
            desk.close()
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
