#!/usr/bin/env python3
"""Aborts a program once its log says a word, and says whether the kernel kept its memory: aborted.py LOG WORD COMMAND..."""

import os
import pathlib
import resource
import signal
import subprocess
import sys
import time

try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except (ValueError, OSError):
    pass  # Who may not raise it has no core file of anything.
# A test's children inherit a mask that would keep the signal back.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
log, word, *command = sys.argv[1:]
with open(log, "wb") as file:
    program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
end = time.monotonic() + 120
while word not in pathlib.Path(log).read_text():
    if time.monotonic() > end or program.poll() is not None:
        sys.exit(f"{command[0]} does not say {word}: {pathlib.Path(log).read_text()[-500:]}")
    time.sleep(0.01)
os.kill(program.pid, signal.SIGABRT)
_, state = os.waitpid(program.pid, 0)
program.returncode = 0
assert os.WTERMSIG(state) == signal.SIGABRT
print("dumped core" if os.WCOREDUMP(state) else "dumped no core")
