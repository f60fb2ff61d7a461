#!/usr/bin/env python3
"""The image's `look` and `reposeal-checkup image`: look runs in a small root of this host's programs, the image's own script writes the
manifest, a fault is planted, and exactly its finding must come.

What only a booted image has (its kernel, units, mounts and processes) is written as lines; make image-test looks at a booted one.
"""

import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = TOP / "ansible/roles/checkup/files/reposeal-checkup"
LOOK = "enclave/image/root/usr/lib/reposeal/look"
PROGRAMS = ["dash", "date", "find", "getcap", "readlink", "sha256sum", "stat"]
COMMAND_LINE = "reposeal.root=7,ab,cd lockdown=confidentiality quiet"
# What an honest image has instead of what this host has.
BOOTED = f"""command-line {COMMAND_LINE}
lockdown none integrity [confidentiality]
taint 0
modules-disabled 1
module dm_verity
boot-count none
mapped 254:0 root 1 none
interface lo
listens /run/systemd/private
receives /run/systemd/journal/socket
process 0 /usr/bin/dash
process 970 /usr/bin/find
mount / ro,nosuid,nodev squashfs
mount /dev rw,nosuid,noexec devtmpfs
mount /proc rw,nosuid,nodev,noexec proc
mount /run/lock rw,nosuid,nodev,noexec,relatime tmpfs
mount /var/lib rw,nosuid,nodev,noexec,noatime ext4
unit reposeal-data.service loaded active exited
unit reposeal-broker.service loaded active running
unit reposeal-enclave.service loaded active running
unit reposeal-bless.service loaded active exited
room /var/lib 900 1000 900 1000
"""
# In namespaces of its own, with nothing but the root: pid 1 of these is the program.
INSIDE = """mount --rbind "$1" "$1" && mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && cd "$1" && exec chroot . /usr/bin/env -i /usr/lib/reposeal/look"""


def make_root(output):
    """A root of this host's programs, and what enclave/image/manifest reads beside it."""
    root = output / "work/root"
    for folder in ("usr/bin", "usr/lib/reposeal", "proc", "dev", "etc", "var/lib"):
        (root / folder).mkdir(parents=True)
    for program in [shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") for name in [*PROGRAMS, "env"]]:
        shutil.copy(program, root / "usr/bin")
        for word in subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.split():
            if word.startswith("/"):
                (root / word[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(word, root / word[1:])
    (root / "usr/bin/sh").symlink_to("dash")
    (root / "bin").symlink_to("usr/bin")
    shutil.copy(TOP / LOOK, root / "usr/lib/reposeal/look")
    (root / "etc/passwd").write_text("root:x:0:0::/:/usr/sbin/nologin\nreposeal-broker:x:970:970::/:/usr/sbin/nologin\n")
    (root / "etc/os-release").write_text("IMAGE_VERSION=7\n")
    (root / "usr/sbin").symlink_to("bin")
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", root], check=True)
    (output / "work/modules").mkdir()
    (output / "work/modules/load").write_text("dm-verity.ko\n")
    for name in ("work/modules/dm-verity.ko", "work/tree.owners", "image.efi", "image.root", "systemd-boot.efi"):
        (output / name).write_text("")
    (output / "work/cmdline").write_text(COMMAND_LINE)
    environment = os.environ | {"IMAGE_VERSION": "7", "IMAGE_LINK": "tty:/dev/ttyS1", "LC_ALL": "C.UTF-8"}
    subprocess.run([TOP / "enclave/image/manifest", output, "image"], env=environment, check=True, capture_output=True)
    return root, output / "image.manifest"


class Image(unittest.TestCase):
    """A root that is clean, and what is planted in it or in its facts."""

    @classmethod
    def setUpClass(cls):
        cls.output = pathlib.Path(tempfile.mkdtemp(prefix="rsimage."))
        cls.addClassCleanup(shutil.rmtree, cls.output)
        cls.output.chmod(0o755)
        cls.root, cls.manifest = make_root(cls.output)
        cls.raw = cls.look()
        cls.facts = cls.booted(cls.raw)

    @classmethod
    def look(cls, before="true"):
        """What look says in the root."""
        words = ["unshare", "--mount", "--pid", "--net", "--fork", "sh", "-c", f"{before}; {INSIDE}", "-", cls.root]
        return subprocess.run(words, capture_output=True, check=True).stdout.decode("latin-1")

    @staticmethod
    def booted(raw):
        """The same, with what an image that was booted says of itself."""
        kinds = {line.split(" ")[0] for line in BOOTED.splitlines()}
        kept = [line for line in raw.splitlines() if line.split(" ")[0] not in kinds and not (line.startswith("impossible ") and line.split(" ")[1] in kinds)]
        return "\n".join([*kept[:-1], BOOTED + kept[-1]]) + "\n"

    def judged(self, facts, *words):
        """Status, output and complaint of the judge."""
        file = self.output / "host.txt"
        file.write_bytes(facts.encode("latin-1"))
        done = subprocess.run([PROGRAM, "image", "--manifest", self.manifest, *words, file], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def finds(self, facts, *findings):
        """That exactly these are found."""
        status, text, complaint = self.judged(facts, "--json")
        self.assertEqual(complaint, "")
        report = json.loads(text)
        self.assertEqual([(item["code"], item["what"]) for item in report["findings"]], list(findings))
        self.assertEqual(status, 1 if findings else 0)
        return report

    def planted(self, *findings, undo):
        """That look in the root as it is now gives these; then the root is as before."""
        try:
            self.finds(self.booted(self.look()), *findings)
        finally:
            undo()

    def replaced(self, old, new):
        """The facts with a line changed."""
        self.assertIn(old, self.facts)
        return self.facts.replace(old, new, 1)

    def sum_of(self, path):
        """What look says of a file."""
        return next(line.split(" ")[1] for line in self.facts.splitlines() if line.startswith("sum ") and line.endswith(f" {path}"))

    def test_a_clean_image_gives_none(self):
        report = self.finds(self.facts)
        self.assertEqual((report["format"], report["host"], set(report["checks"].values())), ("reposeal-checkup-1", "enclave", {"made"}))

    def test_a_line_of_a_terminal_ends_as_well(self):
        self.finds(self.facts.replace("\n", "\r\n"))

    def test_files_of_the_running_root(self):
        passwd, look, names = self.root / "etc/os-release", self.root / "usr/lib/reposeal/look", self.root / "usr/bin"
        whole = passwd.read_bytes()

        def rename(old, new):
            (names / old).rename(names / new)

        passwd.write_bytes(whole + b"#\n")
        self.planted(("file-changed", "/etc/os-release"), undo=lambda: passwd.write_bytes(whole))
        passwd.chmod(0o666)
        self.planted(("file-mode", "/etc/os-release"), undo=lambda: passwd.chmod(0o644))
        os.chown(passwd, 970, 0)
        self.planted(("file-owner", "/etc/os-release"), undo=lambda: os.chown(passwd, 0, 0))
        (names / "sh2").symlink_to("dash")
        self.planted(("file-unexpected", "/usr/bin/sh2"), undo=(names / "sh2").unlink)
        os.mkfifo(names / "pipe")
        self.planted(("file-unexpected", "/usr/bin/pipe"), undo=(names / "pipe").unlink)
        (self.root / "usr/sbin").unlink()
        (self.root / "usr/sbin").symlink_to("/usr/bin")
        self.planted(("file-changed", "/usr/sbin"), undo=lambda: ((self.root / "usr/sbin").unlink(), (self.root / "usr/sbin").symlink_to("bin")))
        (self.root / "var/lib").rename(self.root / "var/log")
        self.planted(
            ("file-missing", "/var/lib"), ("file-unexpected", "/var/log"), undo=lambda: (self.root / "var/log").rename(self.root / "var/lib"),
        )
        self.assertTrue(look.exists())

    def test_names_that_look_like_lines(self):
        odd = ["\n", "a b", "back\\slash", "caf\u00e9", "x\nfile 0755 0:0 1 su", "\x1b[2J"]
        for name in odd:
            (self.root / "etc" / name).write_text(name)
        (self.root / "etc/link").symlink_to("a\nthe end\n")
        seen = [os.fsencode("/etc/" + name).decode("latin-1") for name in odd] + ["/etc/link"]
        self.planted(
            *[("file-unexpected", name) for name in sorted(seen)],
            undo=lambda: [(self.root / "etc" / name).unlink() for name in [*odd, "link"]],
        )

    def test_programs_that_give_rights(self):
        program = self.root / "var/lib/sh"
        program.write_text("sh")
        program.chmod(0o4755)
        self.planted(("file-unexpected", "/var/lib/sh"), ("setuid-unexpected", "/var/lib/sh"), undo=lambda: program.chmod(0o755))
        # struct vfs_ns_cap_data of revision 2: CAP_SETUID, effective (capability.h).
        os.setxattr(program, "security.capability", struct.pack("<5I", 0x02000001, 1 << 7, 0, 0, 0))
        self.planted(("capability-unexpected", "/var/lib/sh"), ("file-unexpected", "/var/lib/sh"), undo=program.unlink)

    def test_a_setuid_file_on_another_file_system(self):
        there = self.look('mount -t tmpfs tmpfs "$1/var/lib" && cp "$1/usr/bin/dash" "$1/var/lib/a b" && chmod 2755 "$1/var/lib/a b"')
        self.finds(self.booted(there), ("setuid-unexpected", "/var/lib/a b"))

    def test_a_real_mount_and_a_real_process(self):
        self.assertIn("\nmount /proc rw,relatime proc\n", self.raw)
        self.assertIn("\nprocess 0 /usr/bin/dash\n", self.raw)
        self.assertIn("\nimpossible unit ", self.raw)

    def test_a_process_in_a_jail_with_a_network_of_its_own(self):
        listen = "import socket, time; s = socket.socket(); s.bind(('127.0.0.1', 4444)); s.listen(); open('/dev/shm/ready', 'w'); time.sleep(600)"
        program = 'cp "$1/usr/bin/dash" /dev/shm/program; /dev/shm/program -c "while sleep 1; do :; done" >/dev/null & until [ -e /dev/shm/ready ]; do sleep 0.1; done'
        seen = self.look(f'mount -t tmpfs tmpfs /dev/shm; unshare --net python3 -c "{listen}" >/dev/null & {program}')
        self.assertIn("\ninet tcp 0100007F:115C 0A\n", seen)
        self.assertEqual(seen.count("\ninterface lo\n"), 1)
        self.assertIn(f"\nprocess 0 /dev/shm/program {self.sum_of('/usr/bin/dash')}\n", seen)

    def test_what_a_booted_image_would_not_say(self):
        for old, new, *findings in [
            ("version 7", "version 6", ("image-version", "6")),
            ("lockdown=confidentiality quiet", "quiet init=/bin/sh", ("command-line", "the kernel's command line")),
            ("[confidentiality]", "confidentiality", ("kernel-open", "lockdown")), ("modules-disabled 1", "modules-disabled 0", ("kernel-open", "modules")),
            ("taint 0", "taint 4096", ("kernel-tainted", "4096")), ("module dm_verity", "module e1000", ("module-unexpected", "e1000")),
            ("module dm_verity", "module dm_verity (OE)", ("module-unsigned", "dm_verity")),
            ("interface lo", "interface lo\ninterface eth0", ("interface-unexpected", "eth0")),
            ("interface lo", "interface lo\ninet tcp 00000000:115C 0A", ("socket-unexpected", "tcp 0.0.0.0 4444")),
            ("interface lo", "interface lo\ninet udp6 B80D0120000000000000000001000000:0035 07", ("socket-unexpected", "udp6 2001:db8::1 53")),
            ("interface lo", "interface lo\ninet packet * 0003", ("socket-unexpected", "packet * 0003")),
            ("interface lo", "interface lo\nlistens @door", ("socket-unexpected", "unix @door")),
            ("interface lo", "interface lo\nreceives /tmp/door", ("socket-unexpected", "unix /tmp/door")),
            ("process 970 /usr/bin/find", "process 970 /usr/bin/find\\040(deleted)", ("process-unexpected", "/usr/bin/find (deleted)")),
            ("process 970 /usr/bin/find", f"process 970 /program {self.sum_of('/usr/bin/find')}"),
            ("process 970 /usr/bin/find", f"process 970 /usr/bin/find {'0' * 64}", ("process-unexpected", "/usr/bin/find")),
            ("process 970 /usr/bin/find", "process 0 /tmp/sh", ("process-unexpected", "/tmp/sh")),
            ("process 970 /usr/bin/find", "process 971 /usr/bin/find", ("process-unexpected", "/usr/bin/find")),
            ("mount / ro,", "mount / rw,", ("mount-options", "/")), ("nodev squashfs", "nodev overlay", ("mount-unexpected", "/")),
            ("mount /var/lib rw,nosuid,nodev,noexec,", "mount /var/lib rw,nosuid,nodev,", ("mount-options", "/var/lib")),
            ("interface lo", "mount /usr/bin ro,nosuid,nodev tmpfs\ninterface lo", ("mount-unexpected", "/usr/bin")),
            ("interface lo", "mount /var/lib rw,nosuid,nodev,noexec ext4\ninterface lo", ("mount-unexpected", "/var/lib")),
            ("user root 0 0 /usr/sbin/nologin", "user root 0 0 /usr/bin/dash", ("user-shell", "root")),
            ("user reposeal-broker", "user toor 0 0 /usr/sbin/nologin none\nuser reposeal-broker", ("user-uid-zero", "toor")),
            ("user root", "user mallory 970 0 /usr/sbin/nologin none\nuser root", ("user-number-shared", "reposeal-broker")),
            ("nologin none", "nologin open", ("user-without-password", "root")),
            ("unit reposeal-data.service loaded active exited", "unit reposeal-data.service loaded failed failed", ("unit-failed", "reposeal-data.service")),
            ("unit reposeal-broker.service loaded active running", "unit a\\134x2d.service loaded active running", ("unit-inactive", "reposeal-broker.service")),
            ("boot-count none\n", "boot-count /EFI/Linux/reposeal-7+2-1.efi\n"),
            ("room /var/lib 900 1000 900 1000", "room /var/lib 99 1000 900 1000", ("disk-full", "/var/lib room")),
            ("room /var/lib 900 1000 900 1000", "room /var/lib 900 1000 99 1000", ("disk-full", "/var/lib inodes")),
            ("taint 0", "impossible taint it\\040is\\040gone", ("check-impossible", "kernel")),
        ]:
            with self.subTest(new=new):
                self.finds(self.replaced(old, new), *findings)

    def test_an_image_on_trial(self):
        facts = self.replaced("boot-count none", "boot-count /EFI/Linux/reposeal-7+2-1.efi").replace(
            "reposeal-bless.service loaded active exited", "reposeal-bless.service loaded activating start",
        )
        self.finds(facts, ("image-on-trial", "/EFI/Linux/reposeal-7+2-1.efi"))

    def test_a_file_that_cannot_be_read_is_a_changed_one(self):
        self.finds(self.replaced(f"sum {self.sum_of('/etc/passwd')} /etc/passwd\n", ""), ("file-changed", "/etc/passwd"))

    def test_facts_of_another_day(self):
        line = next(line for line in self.facts.splitlines() if line.startswith("clock "))
        for seconds in (-8 * 86400, 86400):
            when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
            self.finds(self.replaced(line, f"clock {when}"), ("facts-old", "the clock"))

    def test_facts_that_are_none_are_refused(self):
        for old, new, said in [
            ("format reposeal-host-facts-1", "format reposeal-host-facts-2", ":1: expected format"), ("the end\n", "", "expected `the end`"),
            ("the end\n", "the end", "expected `the end`"), ("taint 0", "taint -1", "the words of taint"), ("taint 0", "taint", "the words of taint"),
            ("taint 0", "tainted 0", "the name of a fact"), ("taint 0", "taint 0\ntaint 0", "expected taint once"), ("taint 0\n", "", "expected a line taint"),
            ("taint 0\n", "\n", "the name of a fact"), ("taint 0", "impossible weather rain", "the name of a fact"),
            ("interface lo", "interface l\x00", "the words of interface"), ("interface lo", "interface l\\9", "three octal digits"),
            ("interface lo", "interface l\\777", "three octal digits"), ("interface lo", "interface \xe9", "the words of interface"),
            ("interface lo", f"interface {'o' * 40000}", "the words of interface"), ("interface lo", "interface lo eth0", "the words of interface"),
            ("file 0", "file 9", "the words of file"), ("file 0644 0:0", "file 0644 root:root", "the words of file"),
            ("taint 0", "taint 0\ndirectory 0755 0:0 /usr/bin", "each path once"), ("taint 0", f"taint 0\nsum {'0' * 64} /nowhere", "of which there is a sum"),
            ("taint 0", f"taint 0\nsum {'0' * 63} /nowhere", "the words of sum"), ("taint 0", "taint 0\n" + "interface lo\n" * 700000, "bytes"),
        ]:
            with self.subTest(new=new[:60]):
                status, text, complaint = self.judged(self.replaced(old, new))
                self.assertEqual((status, text), (64, ""))
                self.assertRegex(complaint, "^reposeal-checkup: .*host.txt.*expected.*\n$|^reposeal-checkup: .*host.txt:[0-9]+: a backslash.*\n$")
                self.assertIn(said, complaint)

    def test_every_line_cut_off_is_refused(self):
        for length in range(0, len(self.facts) - 1, 1499):
            self.assertEqual(self.judged(self.facts[:length])[0], 64)

    def test_a_manifest_that_is_none_is_refused(self):
        whole = self.manifest.read_text()
        try:
            for text in ("", whole[:-1], whole.replace("format reposeal-image-1\n", ""), whole + "file /x\n", "format reposeal-image-1\nversion 7\n"):
                self.manifest.write_text(text)
                status, output, complaint = self.judged(self.facts)
                self.assertEqual((status, output), (64, ""))
                self.assertIn("image.manifest", complaint)
        finally:
            self.manifest.write_text(whole)

    def test_the_report_goes_into_the_summary(self):
        report = self.output / "enclave.json"
        report.write_text(self.judged(self.facts, "--json", "--host", "harbour")[1])
        done = subprocess.run([PROGRAM, "summary", report, "--hosts", "harbour"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("image.py: expected root, who alone can give files away")
    unittest.main()
