#!/usr/bin/env python3
# What a newcomer tries first must work as it is written: every command of the README's tour, in a directory and on a port of
# its own, and the story of `./run`. Prints TAP. Arguments: the source root, satchelctl, satchel-server.
#
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOUR = '## A tour of the command line'
PLACE = '/tmp/dealer'
URL = 'http://127.0.0.1:8765'
SERVE = f'satchel-server serve --data {PLACE}'
AGENT = 'satchel-agent &'  # needs a session bus: tests/processes has one
WATCH = 'satchelctl watch'


def read_tour(root):
    """The tour's commands, one string each; a line that ends in "|" goes on."""
    with open(os.path.join(root, 'README.md'), encoding='utf-8') as file:
        text = file.read().split(TOUR)[1].split('\n## ')[0]
    lines = [line[4:] for line in text.split('\n') if line.startswith('    ')]
    return re.sub(r'\|\n\s*', '| ', '\n'.join(lines)).split('\n')


def make_environment(home, programs):
    folder = os.path.join(home, 'bin')
    os.makedirs(os.path.join(home, 'run'), mode=0o700)
    os.mkdir(folder)
    for program in programs:
        os.symlink(os.path.abspath(program), os.path.join(folder, os.path.basename(program)))
    return {**os.environ, 'PATH': folder + ':' + os.environ['PATH'], 'TMPDIR': home, 'HOME': home,
            'XDG_DATA_HOME': os.path.join(home, 'data'), 'XDG_RUNTIME_DIR': os.path.join(home, 'run'),
            'DBUS_SESSION_BUS_ADDRESS': 'disabled:', 'LC_ALL': 'C.UTF-8'}


def wait_for_port(path, server):
    for _ in range(600):
        if os.path.exists(path) and os.path.getsize(path):
            with open(path, encoding='ascii') as file:
                return file.read().strip()
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit('Bail out! the server did not come up')


class Tap:
    count = 0
    failed = 0

    def check(self, name, good, log):
        self.count += 1
        self.failed += not good
        print(f'{"ok" if good else "not ok"} {self.count} - {name.replace("#", "")}')
        if not good:
            print('\n'.join('  # ' + line for line in log.splitlines()[-30:]))


def run_tour(tap, root, home, environment):
    """One shell runs all of it, as a person would, so that variables live on; each command reports its status."""
    commands = read_tour(root)
    assert SERVE in commands
    port_file = os.path.join(home, 'port')
    server = None
    shell = subprocess.Popen(['bash'], cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
    url = URL
    try:
        for command in commands:
            if command.startswith('./run build') or 'export PATH' in command or command == AGENT:
                continue
            real = command.replace(PLACE, os.path.join(home, 'dealer')).replace('/tmp/', home + '/').replace(URL, url)
            if command == WATCH:  # goes on until a person stops it
                real = f'timeout --preserve-status --signal=INT 2 {real}'
            if command == SERVE:
                server = subprocess.Popen([*real.split(), '--listen', '127.0.0.1:0', '--port-file', port_file],
                                          env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                url = 'http://127.0.0.1:' + wait_for_port(port_file, server)
                continue
            if '/acme-tools' in command:  # a server that runs notices a new organisation within a moment, as a person would not
                real = f'end=$((SECONDS + 10)); until {real}; do [ $SECONDS -lt $end ] || break; done'
            shell.stdin.write(f'set -o pipefail\n{real}\nprintf "\\n=status %d\\n" $?\n')
            shell.stdin.flush()
            log = ''
            while not log.endswith('\n') or '\n=status ' not in log:
                line = shell.stdout.readline()
                if not line:
                    break
                log += line
            status = log.rsplit('=status ', 1)[-1].strip()
            # The tour's import has one dirty row on purpose.
            tap.check(command[:70], status == ('4' if ' import ' in command else '0'), log)
    finally:
        shell.stdin.close()
        shell.wait()
        shell.stdout.close()
        if server is not None:
            server.terminate()
            server.wait()


def run_story(tap, root, environment):
    done = subprocess.run([os.path.join(root, 'data/demo/story.sh'), os.path.join(environment['TMPDIR'], 'bin')],
                          env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    tap.check('the story', done.returncode == 0 and 'The end.' in done.stdout, done.stdout)
    left = [name for name in os.listdir(environment['TMPDIR']) if name.startswith('satchel-story')]
    tap.check('the story leaves nothing behind', not left, '\n'.join(left))


def main():
    root, programs = sys.argv[1], sys.argv[2:]
    home = tempfile.mkdtemp(prefix='satchel-tour-')
    tap = Tap()
    try:
        environment = make_environment(home, programs)
        run_tour(tap, root, home, environment)
        run_story(tap, root, environment)
    finally:
        shutil.rmtree(home)
    print(f'1..{tap.count}')
    return 1 if tap.failed else 0


if __name__ == '__main__':
    sys.exit(main())
