# A mail server with one mailbox, by Dovecot: a port of its own, and for each connection a process over a folder of its own.
# SPDX-License-Identifier: GPL-3.0-or-later
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time

PROGRAM = "/usr/lib/dovecot/imap"
CONFIG = """base_dir = %(folder)s/run
state_dir = %(folder)s/state
log_path = %(folder)s/log
mail_location = maildir:%(folder)s/mail
mailbox_idle_check_interval = 1s
mail_uid = %(uid)d
mail_gid = %(gid)d
first_valid_uid = 0
ssl = no
"""
ACCOUNT = """[Data Source]
DisplayName=Work
Enabled=true
[Mail Account]
BackendName=imapx
IdentityUid=test-identity
[Authentication]
Host=127.0.0.1
Port=%d
User=mia
[Security]
Method=none
[Imapx Backend]
UseIdle=true
CheckAll=false
[Refresh]
Enabled=false
"""


class Imap:
    """Who connects is signed in. Dovecot does not serve mail as root, so there it is somebody else."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="satchel-imap-")
        self.user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.sessions = []
        with open(self.folder + "/config", "w") as file:
            file.write(CONFIG % {"folder": self.folder, "uid": self.user.pw_uid, "gid": self.user.pw_gid})
        if os.getuid() == 0:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        become = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self.sessions.append(subprocess.Popen(
                    [PROGRAM, "-c", self.folder + "/config"], stdin=connection, stdout=connection, stderr=subprocess.DEVNULL,
                    cwd="/", env={"USER": "mia", "HOME": self.folder, "PATH": "/usr/bin:/bin"}, **become))

    def account(self):
        return ACCOUNT % self.port

    def session(self):
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.select("INBOX")
        return client

    def deliver(self, message_id, subject, sender, text, **headers):
        """A message arrives."""
        now = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
        lines = ["Received: from there by here; " + now, "From: " + sender, "To: Mia Pop <mia@example.com>", "Subject: " + subject,
                 "Message-ID: <%s>" % message_id, "Date: " + now,
                 *("%s: %s" % (key.replace("_", "-"), value) for key, value in headers.items()),
                 "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", text, ""]
        with self.session() as client:
            answer, _ = client.append("INBOX", None, None, "\r\n".join(lines).encode())
            assert answer == "OK"

    def fetch(self, message_id, what):
        with self.session() as client:
            _, found = client.search(None, "HEADER", "Message-ID", "<%s>" % message_id)
            _, told = client.fetch(found[0].split()[-1], what)
            return told[0]

    def flags(self, message_id):
        """What the server has of a message, as words."""
        return self.fetch(message_id, "(FLAGS)").decode()

    def save(self, message_id):
        """A message in a file of its own."""
        path = os.path.join(self.folder, message_id + ".eml")
        with open(path, "wb") as file:
            file.write(self.fetch(message_id, "(BODY.PEEK[])")[1])
        return path

    def close(self):
        self.listener.close()
        for session in self.sessions:
            if session.poll() is None:
                session.terminate()
            session.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
