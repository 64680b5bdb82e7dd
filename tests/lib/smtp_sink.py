# A mail server on the loopback that keeps what it is sent, and behaves badly where it is told to. For tests.
# SPDX-License-Identifier: GPL-3.0-or-later
import base64
import email
import email.policy
import socketserver
import ssl
import threading


class Sink:
    """What happens is chosen by the first recipient's name: refuse (550 with words), defer (450), refuse-data (554 behind the text), drop
    (takes the text and hangs up), cut (hangs up at RCPT), stall (takes the text, says nothing until released); all else is taken. @certificate:
    a file with a key and a certificate, to be spoken to in TLS alone, or once STARTTLS was said."""

    def __init__(self, password=None, certificate=None, starttls=False):
        self.password, self.starttls = password, starttls
        self.tls = None
        if certificate is not None:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self.said = []        # passwords, as they came
        self.taken = []       # (sender, recipients, bytes), in order; with those of drop and stall: they may have arrived
        self.connections = 0
        self.stalled = threading.Event()
        self.release = threading.Event()
        self.called = threading.Event()  # somebody is there
        self.greets = threading.Event()  # cleared: nothing is said to who calls, until it is set again
        self.greets.set()
        self.arrived = threading.Condition()
        sink = self

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                sink.connections += 1
                try:
                    Talk(sink, self.connection).run()
                except OSError:
                    pass

        self.server_type, self.handler = Server, Handler
        self.port = 0
        self.start()

    def start(self):
        self.server = self.server_type(("127.0.0.1", self.port), self.handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        """Nobody answers any more; start() opens the same port again."""
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    def forget(self):
        """All that was."""
        self.taken.clear()
        for event in (self.stalled, self.release, self.called):
            event.clear()

    def wait(self, count, seconds=60):
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.taken) >= count, seconds), len(self.taken)

    def keep(self, sender, recipients, data):
        with self.arrived:
            self.taken.append((sender, recipients, data))
            self.arrived.notify_all()

    def messages(self):
        return [email.message_from_bytes(data, policy=email.policy.default) for _, _, data in self.taken]

    def addresses(self):
        return [recipient for _, recipients, _ in self.taken for recipient in recipients]


class Talk:
    def __init__(self, sink, connection):
        self.sink, self.is_secret = sink, False
        self.sender, self.recipients, self.known = None, [], sink.password is None
        self.use(connection)
        if sink.tls is not None and not sink.starttls:
            self.encrypt()

    def use(self, connection):
        self.connection, self.rfile, self.wfile = connection, connection.makefile("rb"), connection.makefile("wb")

    def encrypt(self):
        self.use(self.sink.tls.wrap_socket(self.connection, server_side=True))
        self.is_secret = True

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def run(self):
        self.sink.called.set()
        self.sink.greets.wait(60)
        self.say("220 sink ESMTP")
        while True:
            line = self.rfile.readline()
            if not line:
                return
            word = line.decode("latin-1").strip()
            if not self.obey(word, word.upper()):
                return

    def obey(self, line, upper):
        """False: the end of the talk."""
        if upper.startswith("EHLO"):
            self.say("250-sink")
            self.say("250-8BITMIME")
            if self.sink.tls is not None and not self.is_secret:
                self.say("250-STARTTLS")
            self.say("250 AUTH PLAIN" if self.sink.password is not None else "250 HELP")
        elif upper == "STARTTLS" and self.sink.tls is not None:
            self.say("220 go ahead")
            self.encrypt()
        elif upper.startswith("AUTH PLAIN"):
            if len(line.split()) < 3:
                self.say("334 ")
                line += " " + self.rfile.readline().decode().strip()
            parts = base64.b64decode((line.split() + [""])[2]).split(b"\0")
            self.sink.said.append(parts[-1].decode())
            self.known = parts[-1].decode() == self.sink.password
            self.say("235 welcome" if self.known else "535 5.7.8 bad password")
        elif upper.startswith("MAIL"):
            self.sender, self.recipients = self.address(line), []
            self.say("250 ok" if self.known else "530 5.7.0 who are you")
        elif upper.startswith("RCPT"):
            return self.recipient(self.address(line))
        elif upper.startswith("DATA"):
            return self.data()
        elif upper.startswith("QUIT"):
            self.say("221 bye")
            return False
        else:
            self.say("250 ok")
        return True

    @staticmethod
    def address(line):
        return line[line.index("<") + 1:line.index(">")]

    def name(self):
        return self.recipients[0].split("@")[0].split(".")[0] if self.recipients else ""

    def recipient(self, address):
        self.recipients.append(address)
        answers = {"refuse": "550 No such user here", "defer": "450 Come back later"}
        if self.name() == "cut":
            return False
        self.say(answers.get(self.name(), "250 ok"))
        return True

    def data(self):
        self.say("354 go ahead")
        lines = []
        while True:
            line = self.rfile.readline()
            if not line:
                return False
            if line.rstrip(b"\r\n") == b".":
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.name() == "refuse-data":
            self.say("554 Looks like an advertisement")
            return True
        self.sink.keep(self.sender, self.recipients, b"".join(lines))
        if self.name() == "drop":
            return False
        if self.name() == "stall":
            self.sink.stalled.set()
            self.sink.release.wait(60)
        self.say("250 taken")
        return True
