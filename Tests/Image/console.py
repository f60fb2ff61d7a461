"""console.py SOCKET LOG SECONDS: types the lines of standard input at the console of a machine, each when it asks for one, and prints
all that it showed meanwhile. SOCKET is the machine's first serial port, LOG what it has shown since the machine was switched on.

It asks by a line that ends with a colon and a space. Exits with 1 if it does not ask within SECONDS."""

import re
import socket
import sys
import time


def asks(shown):
    return re.search(rb"[^\n]: $", shown)


def main():
    path, log, seconds = sys.argv[1:]
    lines = sys.stdin.read().splitlines()
    with open(log, "rb") as file, socket.socket(socket.AF_UNIX) as console:
        console.connect(path)

        def more():
            """What it showed since; the machine stands still where nobody takes it, and the log then has some of it twice."""
            try:
                shown = console.recv(1 << 16, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return b""
            if not shown:
                print("\n(the machine is off)")
                sys.exit(0)
            return shown

        def answer(shown, what):
            """All that is shown until it asks; `shown` is what it showed before."""
            end = time.monotonic() + float(seconds)
            while not asks(shown):
                if time.monotonic() > end:
                    sys.stdout.write(shown.decode("ascii", "replace").replace("\r", ""))
                    sys.exit(f"\nconsole.py: nothing was asked for in {seconds} s after {what}")
                time.sleep(0.2)
                shown += more()
                # It may be in the middle of a line.
                if asks(shown):
                    time.sleep(0.3)
                    shown += more()
            return shown

        def type(line):
            # The port takes sixteen bytes at a time.
            for start in range(0, len(line), 8):
                console.sendall(line[start : start + 8])
                time.sleep(0.05)

        # What it showed before is not shown again, and its last words may be a question.
        answer(file.read(), "the beginning")
        for line in lines:
            type(line.encode() + b"\r")
            # Without the question that was there before.
            shown = answer(b"", line if len(line) < 20 else "an answer")
            sys.stdout.write(shown.decode("ascii", "replace").replace("\r", ""))
            sys.stdout.flush()
    print()


main()
