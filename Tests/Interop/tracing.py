"""Holds processes at their system calls (ptrace(2)), for x86-64."""

import ctypes
import os
import signal
import struct
import time

READ, WRITE, GETRANDOM = 0, 1, 318
SYSCALL, SEIZE, INTERRUPT, SYSCALL_INFO = 24, 0x4206, 0x4207, 0x420E
MARK_SYSTEM_CALLS = 1
ENTRY, EXIT = 1, 2
ALL_CHILDREN = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def ptrace(request, process, address=0, data=0):
    done = libc.ptrace(request, process, address, data)
    if done == -1:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x} of {process}")
    return done


def call(process):
    """The system call at which a process stopped: 1 at its beginning and 2 at its end, number or result, arguments."""
    buffer = ctypes.create_string_buffer(88)
    ptrace(SYSCALL_INFO, process, len(buffer), ctypes.addressof(buffer))
    place = buffer.raw[0]
    if place == ENTRY:
        number, *arguments = struct.unpack_from("<7Q", buffer.raw, 24)
        return ENTRY, number, arguments
    return place, struct.unpack_from("<q", buffer.raw, 24)[0], []


def hold(processes, at, is_over):
    """Lets the processes run, and stops each at its system calls for as long as `at` looks at it, until all have ended.

    `at` gets the process, the number and the arguments of the call, and its result, or None before it is made. Those that
    do nothing once it is over run on by themselves when this process ends.
    """
    for process in processes:
        ptrace(SEIZE, process, 0, MARK_SYSTEM_CALLS)
        ptrace(INTERRUPT, process)
    running, calls = set(processes), {}
    while running:
        ending, quiet = is_over(), True
        for process in list(running):
            stopped, state = os.waitpid(process, os.WNOHANG | ALL_CHILDREN)
            if not stopped:
                continue
            quiet = False
            if not os.WIFSTOPPED(state):
                running.remove(process)
                continue
            reason, deliver = os.WSTOPSIG(state), 0
            if reason == signal.SIGTRAP | 0x80:
                place, value, arguments = call(process)
                if place == ENTRY:
                    calls[process] = value, arguments
                    at(process, value, arguments, None)
                elif place == EXIT and process in calls:
                    at(process, *calls.pop(process), value)
            elif state >> 16 == 0:
                deliver = reason
            try:
                ptrace(SYSCALL, process, 0, deliver)
            except ProcessLookupError:
                pass  # Killed while it was held; its end is still to come.
        if quiet and ending:
            return
        if quiet:
            time.sleep(0.002)
