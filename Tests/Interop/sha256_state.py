"""SHA-256 up to the last whole block, in plain Python: a job carries the state, and no library gives one away."""

import struct


def root(number, power):
    """The first 32 bits of the fraction of a root of a number."""
    scaled, low, high = number << (32 * power), 0, 1 << 48
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**power <= scaled else (low, middle)
    return low & 0xFFFFFFFF


PRIMES = [number for number in range(2, 312) if all(number % divisor for divisor in range(2, number))]
ROUNDS = [root(prime, 3) for prime in PRIMES[:64]]
BEGINNING = [root(prime, 2) for prime in PRIMES[:8]]


def rotated(word, count):
    return (word >> count | word << (32 - count)) & 0xFFFFFFFF


def after(words, block):
    schedule = list(struct.unpack(">16I", block))
    for place in range(16, 64):
        early, late = schedule[place - 15], schedule[place - 2]
        first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
        second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
        schedule.append((schedule[place - 16] + first + schedule[place - 7] + second) & 0xFFFFFFFF)
    a, b, c, d, e, f, g, h = words
    for constant, word in zip(ROUNDS, schedule):
        choice = e & f ^ ~e & g
        majority = a & b ^ a & c ^ b & c
        first = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + constant + word
        second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority
        a, b, c, d, e, f, g, h = (first + second) & 0xFFFFFFFF, a, b, c, (d + first) & 0xFFFFFFFF, e, f, g
    return [(old + new) & 0xFFFFFFFF for old, new in zip(words, (a, b, c, d, e, f, g, h))]


def state(content):
    """The encoding of the state in protocol.md: words, length, count of the tail, tail."""
    words, whole = BEGINNING, len(content) // 64 * 64
    for start in range(0, whole, 64):
        words = after(words, content[start : start + 64])
    return struct.pack(">8IQB", *words, len(content), len(content) - whole) + content[whole:]


def digest(content):
    """The digest, to see that the state is right."""
    padding = b"\x80" + bytes(-(len(content) + 9) % 64) + struct.pack(">Q", 8 * len(content))
    words, data = BEGINNING, content + padding
    for start in range(0, len(data), 64):
        words = after(words, data[start : start + 64])
    return struct.pack(">8I", *words)
