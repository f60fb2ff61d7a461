"""console.py COMMAND… | --unit TEMPLATE: runs a program, or an instance of a unit, on a pseudo-terminal of its own, and types the
lines of standard input, each when it asks.

It asks by a line that ends with a colon and a space. Backslashes in the lines are as in Python's strings, and a line that ends
with \\x04 is typed without its end. Prints what the terminal showed; exits with 1 if the program ends before the lines do."""

import os
import pty
import select
import subprocess
import sys

SECONDS = 300


def start(words):
    """The terminal's other end, and what ends the program once that is closed."""
    if words[0] == "--unit":
        master, slave = os.openpty()
        instance = os.ttyname(slave).removeprefix("/dev/").replace("/", "-")
        unit = words[1].replace("@", "@" + instance)
        subprocess.run(["systemctl", "start", unit], check=True)
        return master, lambda: subprocess.run(["systemctl", "stop", unit], check=True)
    child, master = pty.fork()
    if child == 0:
        os.execvp(words[0], words)
    return master, lambda: os.waitpid(child, 0)


def main():
    lines = sys.stdin.read().splitlines()
    master, end = start(sys.argv[1:])
    shown, pending = b"", b""
    while True:
        quiet = pending.endswith(b": ")
        ready, _, _ = select.select([master], [], [], 0.1 if quiet else SECONDS)
        if ready:
            try:
                more = os.read(master, 1 << 16)
            except OSError:
                more = b""
            if not more:
                break
            shown, pending = shown + more, (pending + more)[-200:]
        elif not quiet:
            shown += b"\nconsole.py: it asks for nothing\n"
            break
        elif lines:
            typed = lines.pop(0).encode().decode("unicode_escape").encode("latin-1")
            os.write(master, typed if typed.endswith(b"\x04") else typed + b"\n")
            pending = b""
        else:
            break
    # The terminal hangs up, which ends the program.
    os.close(master)
    end()
    sys.stdout.write(shown.decode("ascii", "replace").replace("\r", ""))
    print()
    sys.exit(1 if lines else 0)


main()
