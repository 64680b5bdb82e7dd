# A network that misbehaves, between real programs: a TCP proxy whose two directions are slowed, dripped, cut and stalled, each by
# rules of its own, and that sends whole requests twice or in another order. What is random comes from a seed.
# SPDX-License-Identifier: GPL-3.0-or-later
import http.client
import random
import socket
import struct
import threading
import time

UP, DOWN = "up", "down"  # from client to server, and back
CLOSE, RESET, HALF, STALL = "close", "reset", "half-close", "stall"  # what comes after the last byte
PATIENCE = 20  # for what must come


class Fault:
    """What one direction does: waits up to `delay` seconds before a piece; carries at most `drip` bytes at a time; lets `cut` bytes
    through and then ends in the way `end`. The bytes are those of each connection, or, with `once`, of all together since it was set:
    whoever comes after that is carried."""

    def __init__(self, delay=0, drip=65536, cut=None, end=CLOSE, once=False):
        self.delay, self.drip, self.cut, self.end, self.once = delay, drip, cut, end, once
        self.spent = False


class Line:
    """A connection through the proxy."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.answered = threading.Event()  # something came back since this was cleared
        self.frozen = False

    def close(self):
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def reset(self):
        """Both ends get RST instead of FIN."""
        for end in (self.client, self.server):
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                pass
        self.close_descriptors()

    def close_descriptors(self):
        # A thread that waits in recv() keeps the socket open; shutdown of the reading side alone wakes it and sends nothing.
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RD)
            except OSError:
                pass
            end.close()


class Requests:
    """Takes the bytes of a connection apart into whole requests of HTTP/1.1."""

    def __init__(self):
        self.waiting = b""

    def feed(self, piece):
        self.waiting += piece
        while True:
            head, found, rest = self.waiting.partition(b"\r\n\r\n")
            if not found:
                return
            fields = [line.split(b":", 1) for line in head.split(b"\r\n")[1:]]
            length = sum(int(value) for name, value in fields if name.lower() == b"content-length")
            if len(rest) < length:
                return
            size = len(head) + 4 + length
            request, self.waiting = self.waiting[:size], self.waiting[size:]
            yield request


class Proxy:
    """Carries connections to @port, as `up` and `down` say; `counts` are the bytes since they were set, `cuts` how often they struck.
    `twice`: each request is sent by a second connection as well, "before" the own one, "after" it or at the "same" time. `swap`: of two
    requests on two connections the later one arrives first. `listen`: pass_on() sees each, and passes it on."""

    def __init__(self, port, seed=1):
        self.target = port
        self.chance = random.Random(seed)
        self.lock = threading.Lock()
        self.up, self.down = Fault(), Fault()
        self.twice, self.swap, self.listen = None, False, False
        self.copies, self.swaps, self.cuts, self.accepted = 0, 0, 0, 0
        self.counts = {UP: 0, DOWN: 0}
        self.lines = []
        self.held = None
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    # ---- what it does ----

    def set_faults(self, up=None, down=None):
        with self.lock:
            self.up, self.down = up or Fault(), down or Fault()
            self.counts = {UP: 0, DOWN: 0}

    def set(self, way, limit=0):
        """Each connection ends after @limit bytes in the direction @way; None: none does."""
        self.set_faults(**({way: Fault(cut=limit)} if way else {}))

    def set_requests(self, twice=None, swap=False, listen=False):
        """For connections that come from now on."""
        self.drop()
        self.twice, self.swap, self.listen = twice, swap, listen

    def drop(self, reset=False):
        """Ends the connections that there are."""
        with self.lock:
            lines, self.lines = self.lines, []
        for line in lines:
            line.reset() if reset else line.close()

    def freeze(self):
        """The connections that there are carry nothing any more and stay open, as when a laptop has left the network."""
        with self.lock:
            lines, self.lines = self.lines, []
        for line in lines:
            line.frozen = True

    def close(self):
        self.listener.close()
        self.drop()

    # ---- carrying ----

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = Line(client, server)
            with self.lock:
                self.lines.append(line)
                self.accepted += 1
            threading.Thread(target=self.carry, args=(line, client, server, UP), daemon=True).start()
            threading.Thread(target=self.carry, args=(line, server, client, DOWN), daemon=True).start()

    def admit(self, way, carried, piece):
        """How much of the piece goes through, and how it ends then, or None."""
        with self.lock:
            fault = self.up if way == UP else self.down
            so_far = self.counts[way] if fault.once else carried
            end = None
            if fault.cut is not None and not fault.spent and so_far + len(piece) > fault.cut:
                piece, end = piece[:max(0, fault.cut - so_far)], fault.end
                fault.spent = fault.once
                self.cuts += 1
            self.counts[way] += len(piece)
            return piece, end, self.chance.random() * fault.delay

    def carry(self, line, source, sink, way):
        carried, requests = 0, Requests() if way == UP and (self.twice or self.swap or self.listen) else None
        while True:
            try:
                piece = source.recv(min(65536, (self.up if way == UP else self.down).drip))
                ended = not piece
                if line.frozen:
                    if ended:
                        return
                    continue
                piece, end, delay = self.admit(way, carried, piece)
                if delay > 0:
                    time.sleep(delay)
                if requests is None:
                    sink.sendall(piece)
                else:
                    for request in requests.feed(piece):
                        self.pass_on(line, request)
            except OSError:
                line.close()
                return
            carried += len(piece)
            if way == DOWN and piece:
                line.answered.set()
            if end == STALL:
                return  # open on both sides, and silent for ever
            if end == RESET:
                line.reset()
                return
            if end == CLOSE:
                line.close()
                return
            if ended or end == HALF:
                try:
                    sink.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                if ended:
                    line.close()
                return

    # ---- whole requests ----

    def pass_on(self, line, request):
        endless = b" /v1/wake " in request.split(b"\r\n", 1)[0]
        if self.twice and not endless:
            self.send_twice(line, request)
        elif self.swap and not endless:
            self.send_swapped(line, request)
        else:
            line.server.sendall(request)

    def send_twice(self, line, request):
        copy = threading.Thread(target=self.replay, args=(request,), daemon=True)
        if self.twice == "after":
            line.server.sendall(request)
        copy.start()
        if self.twice == "before":
            copy.join()
        if self.twice != "after":
            line.server.sendall(request)
        copy.join()

    def replay(self, request):
        with socket.create_connection(("127.0.0.1", self.target), timeout=PATIENCE) as server:
            server.sendall(request)
            answer = http.client.HTTPResponse(server)
            answer.begin()
            answer.read()
        with self.lock:
            self.copies += 1

    def send_swapped(self, line, request):
        """The first waits a moment for another; that one is answered before it."""
        with self.lock:
            held, self.held = self.held, None
            if held is None:
                held = self.held = threading.Event()
                first = True
            else:
                first = False
        if first:
            if not held.wait(0.3):
                with self.lock:
                    if self.held is held:
                        self.held = None
            line.server.sendall(request)
            return
        line.answered.clear()
        line.server.sendall(request)
        line.answered.wait(PATIENCE)
        self.swaps += 1
        held.set()
