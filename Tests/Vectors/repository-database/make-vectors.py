#!/usr/bin/env python3
"""Writes vectors.json beside itself: a second implementation of docs/spec/repository-database.md, without compression.

Run it again after changing the specification, never to make a failing test pass.
"""
import hashlib
import json
import pathlib

RECORD = 10240
CHUNK = 4 << 20


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def prefix(name):
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:2], "big")


def entry(name, version, files, architecture="x86_64", extra=""):
    return {
        "desc": f"%FILENAME%\n{name}-{version}-{architecture}.pkg.tar.zst\n\n%NAME%\n{name}\n\n%VERSION%\n{version}\n\n"
        f"%CSIZE%\n1000\n\n%ISIZE%\n4096\n\n%SHA256SUM%\n{sha256(name.encode())}\n\n"
        f"%ARCH%\n{architecture}\n\n%BUILDDATE%\n1560000000\n\n%PACKAGER%\nA <a@example.org>\n\n{extra}",
        "files": None if files is None else "%FILES%\n" + "".join(f"{path}\n" for path in files),
    }


def directory(item):
    lines = item["desc"].split("\n")
    return f"{lines[lines.index('%NAME%') + 1]}-{lines[lines.index('%VERSION%') + 1]}"


def name_of(item):
    lines = item["desc"].split("\n")
    return lines[lines.index("%NAME%") + 1]


def header(kind, name, prefix, size):
    mode = b"0000755\0" if kind == b"5" else b"0000644\0"
    zero = b"0000000\0"
    before = name.ljust(100, b"\0") + mode + zero + zero + b"%011o\0" % size + b"%011o\0" % 0
    after = kind + bytes(100) + b"ustar\x0000" + b"root".ljust(32, b"\0") * 2 + zero + zero + prefix.ljust(155, b"\0")
    total = sum(before) + sum(after) + 8 * 32
    return (before + b"%06o\0 " % total + after).ljust(512, b"\0")


def padded(data):
    return data + bytes(-len(data) % 512)


def member(kind, path, data=b""):
    path = path.encode()
    folder, _, rest = path.rpartition(b"/")
    if len(path) <= 100:
        return header(kind, path, b"", len(data)) + padded(data)
    if rest and len(folder) <= 155 and len(rest) <= 100:
        return header(kind, rest, folder, len(data)) + padded(data)
    length = next(n for n in range(len(path), len(path) + 20) if n == len(b"%d path=%s\n" % (n, path)))
    record = b"%d path=%s\n" % (length, path)
    extended = header(b"x", b"PaxHeader", b"", len(record)) + padded(record)
    return extended + header(kind, path[:100], b"", len(data)) + padded(data)


def archive(item, kind):
    place = directory(item)
    tar = member(b"5", place + "/") + member(b"0", place + "/desc", item["desc"].encode())
    if kind == "files" and item["files"] is not None:
        tar += member(b"0", place + "/files", item["files"].encode())
    return tar


def chunks(items, kind):
    """The directory name of the first entry and the tar bytes of each chunk."""
    chunks = []
    for item in sorted(items, key=lambda item: directory(item).encode()):
        tar = archive(item, kind)
        marked = prefix(name_of(item)) < {"db": 128, "files": 5120}[kind]
        if not chunks or marked or len(chunks[-1][1]) + len(tar) > CHUNK:
            chunks.append((directory(item), b""))
        chunks[-1] = (chunks[-1][0], chunks[-1][1] + tar)
    length = sum(len(tar) for _, tar in chunks)
    chunks.append(("", bytes(1024 + -(length + 1024) % RECORD)))
    return chunks


def database(items, kind):
    parts = chunks(items, kind)
    whole = b"".join(tar for _, tar in parts)
    return {
        "tarSHA256": sha256(whole),
        "chunks": [{"first": first, "tarLength": len(tar), "tarSHA256": sha256(tar)} for first, tar in parts],
    }


def set_digest(items):
    text = "reposeal entry set v1\n"
    for item in sorted(items, key=lambda item: directory(item).encode()):
        files = "unknown" if item["files"] is None else sha256(item["files"].encode())
        text += f"{directory(item)}\n{sha256(item['desc'].encode())} {files}\n"
    return sha256(text.encode())


def codec_text():
    letters, text, x = b"etaoin shrdlu/.\n", bytearray(), 1
    for position in range(65536):
        x = (x * 1664525 + 1013904223) % 2**32
        turn = position // 1024 % 4
        text.append([letters[x >> 28], text[position - 1000] if position >= 1000 else 0, letters[x >> 30], x >> 24][turn])
    return bytes(text)


def marked_names(limit, count):
    names = (f"marked{number}" for number in range(100000))
    return [name for name in names if prefix(name) < limit][:count]


def cases():
    yield "no entries", []
    yield "one entry with a known list", [entry("plain", "1.0-1", ["usr/", "usr/bin/", "usr/bin/plain"])]
    yield "one entry with an unknown list and one with an empty list", [
        entry("unknown", "1:1.0-1", None), entry("empty", "1.0-1.1", [], "any")]
    yield "order of directory names, not of package names", [
        entry(name, "1-1", [f"usr/{name}"]) for name in ("a.b", "a-b", "a", "a+")]
    yield "names whose hash begins a chunk", [
        entry(name, "2-1", ["etc/", f"etc/{name}"])
        for name in marked_names(128, 2) + marked_names(5120, 6) + ["aaa", "between", "zzz"]]
    yield "paths for the prefix field and for extended headers", [
        entry(letter * length, "1-1", ["x"], "any") for letter, length in
        (("a", 95), ("b", 96), ("c", 99), ("d", 151), ("e", 152), ("f", 220))]
    yield "UTF-8 and every list field", [
        entry("lists", "1-1", ["usr/\u00e9", "usr/\u20ac uro"], extra="".join(
            f"%{field}%\nfirst: \u00e9\nsecond>=1\n\n" for field in
            ("REPLACES", "CONFLICTS", "PROVIDES", "DEPENDS", "OPTDEPENDS", "MAKEDEPENDS", "CHECKDEPENDS")))]
    big = [f"usr/share/big/{number:06}" for number in range(100000)]
    yield "entries of which two do not fit one chunk", [
        {**entry(name, "1-1", None), "generatedFiles": len(big)} for name in ("big1", "big2", "big3")]


def main():
    vectors = []
    for title, items in cases():
        shown = [dict(item) for item in items]
        for item in items:
            if count := item.pop("generatedFiles", 0):
                item["files"] = "%FILES%\n" + "".join(f"usr/share/big/{number:06}\n" for number in range(count))
        vectors.append({
            "title": title, "entries": shown, "setDigest": set_digest(items),
            "db": database(items, "db"), "files": database(items, "files")})
    result = {"codecTextSHA256": sha256(codec_text()), "vectors": vectors}
    path = pathlib.Path(__file__).with_name("vectors.json")
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
