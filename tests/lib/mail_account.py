# Mail accounts of the desktop, as evolution-data-server keeps them: one that sends to a mail server on the loopback. For tests.
# SPDX-License-Identifier: GPL-3.0-or-later
import os

ACCOUNT = """[Data Source]
DisplayName=%(name)s
Enabled=true
Parent=
[Mail Account]
BackendName=none
IdentityUid=%(id)s-identity
"""
IDENTITY = """[Data Source]
DisplayName=%(name)s
Enabled=true
Parent=%(id)s-account
[Mail Identity]
Address=%(id)s@example.com
Name=Séller Öne
[Mail Submission]
TransportUid=%(id)s-transport
"""
SMTP = """[Data Source]
DisplayName=%(name)s
Enabled=true
Parent=%(id)s-account
[Mail Transport]
BackendName=smtp
[Authentication]
Host=127.0.0.1
Port=%(port)d
Method=%(method)s
User=%(user)s
RememberPassword=true
[Security]
Method=%(security)s
"""
SENDMAIL = """[Data Source]
DisplayName=%(name)s
Enabled=true
Parent=%(id)s-account
[Mail Transport]
BackendName=sendmail
[Sendmail Backend]
UseCustomBinary=true
CustomBinary=%(program)s
"""


def path(config, id, part):
    return os.path.join(config, "evolution", "sources", "%s-%s.source" % (id, part))


def add(config, id, name, port, method="none", user="", security="none", program=None):
    """Of id@example.com, below the folder of settings @config. @program: takes the messages, instead of a server."""
    os.makedirs(os.path.join(config, "evolution", "sources"), exist_ok=True)
    for part, text in (("account", ACCOUNT), ("identity", IDENTITY), ("transport", SMTP if program is None else SENDMAIL)):
        with open(path(config, id, part), "w") as file:
            file.write(text % dict(id=id, name=name, port=port, method=method, user=user, security=security, program=program))


def remove(config, id):
    for part in ("account", "identity", "transport"):
        os.unlink(path(config, id, part))
