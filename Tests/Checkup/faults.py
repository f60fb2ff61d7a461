#!/usr/bin/env python3
"""reposeal-checkup against real trees: each fault is planted, and exactly its finding must come; a clean tree gives none.

Needs root for owners and capabilities. What only a running host has is planted by Tests/Ansible/steps.
"""

import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tarfile
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = TOP / "ansible/roles/checkup/files/reposeal-checkup"
FORMAT = "reposeal-checkup-expectations-1"
PASSWD = "root:x:0:0:root:{home}:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\nerin:x:1000:1000::/srv/erin:/bin/bash\n"
SHADOW = "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nerin:!:19000:0:99999:7:::\n"
TCP = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
LISTENS = "   0: {address}:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n"


def run(*words, given=None):
    """What the program prints and its status."""
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, input=given, check=False)
    return done.returncode, done.stdout, done.stderr


class Faults(unittest.TestCase):
    """A small tree that is clean, and what is planted in it."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="rscheckup."))
        self.addCleanup(shutil.rmtree, self.root)
        self.root.chmod(0o755)
        self.write("etc/passwd", PASSWD.format(home="/"))
        self.write("etc/shadow", SHADOW)
        self.write("usr/bin/reposeal", "a program", 0o755)
        self.write("usr/bin/su", "su", 0o4755)
        self.write("usr/lib/reposeal.service", "[Unit]\n")
        (self.root / "usr/bin/repo-add").symlink_to("reposeal")
        self.write("proc/net/tcp", TCP + LISTENS.format(address="0100007F", port=22, state="0A"))
        self.write("proc/net/tcp6", TCP)
        self.write("proc/sys/kernel/tainted", "0\n")
        self.write("proc/modules", "vfat 20480 1 - Live 0x0000000000000000\n")
        self.manifest = self.root.parent / f"{self.root.name}.manifest"
        self.manifest.write_text(run("manifest", str(self.root))[1])
        self.addCleanup(self.manifest.unlink)
        self.expected = {
            "format": FORMAT, "host": "harbour", "manifests": [str(self.manifest)], "sockets": ["tcp 127.0.0.1 22"],
            "users": {"root": ["root"], "login": ["root", "erin"], "people": ["erin"]}, "setuid": ["/usr/bin/su"],
            "kernel": {"taint": 0, "modules": ["vfat"]}, "accepted": [],
        }

    def write(self, path, text, mode=0o644):
        """Writes a file of the tree."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def append(self, path, text):
        """Appends to a file of the tree."""
        with open(self.root / path, "a", encoding="utf-8") as file:
            file.write(text)

    def report(self):
        """The report of the tree and the status."""
        status, text, complaint = run("--json", "--root", str(self.root), "--expect", "-", given=json.dumps(self.expected))
        self.assertEqual(complaint, "")
        return status, json.loads(text)

    def finds(self, *findings):
        """That exactly these are found."""
        status, report = self.report()
        self.assertEqual([(item["code"], item["what"]) for item in report["findings"]], list(findings))
        self.assertEqual(status, 1 if findings else 0)
        return report

    def test_a_clean_tree_gives_none(self):
        report = self.finds()
        self.assertEqual(report["checks"]["manifests"], "made")
        self.assertEqual(report["checks"]["rootkits"], "not asked for")

    def test_a_changed_program(self):
        (self.root / "usr/bin/reposeal").write_text("b program")
        self.finds(("file-changed", "/usr/bin/reposeal"))

    def test_a_link_that_leads_elsewhere(self):
        (self.root / "usr/bin/repo-add").unlink()
        (self.root / "usr/bin/repo-add").symlink_to("su")
        self.finds(("file-changed", "/usr/bin/repo-add"))

    def test_a_program_that_is_missing_and_one_too_many(self):
        (self.root / "usr/lib/reposeal.service").rename(self.root / "usr/lib/another.service")
        self.finds(("file-missing", "/usr/lib/reposeal.service"), ("file-unexpected", "/usr/lib/another.service"))

    def test_another_mode(self):
        (self.root / "usr/lib/reposeal.service").chmod(0o666)
        self.finds(("file-mode", "/usr/lib/reposeal.service"))

    def test_another_owner(self):
        os.chown(self.root / "usr/lib/reposeal.service", 1000, 1000)
        self.finds(("file-owner", "/usr/lib/reposeal.service"))

    def test_a_setuid_file(self):
        self.write("var/tmp/sh", "sh", 0o4755)
        self.finds(("setuid-unexpected", "/var/tmp/sh"))

    def test_a_setgid_file(self):
        self.write("var/tmp/sh", "sh", 0o2755)
        self.finds(("setuid-unexpected", "/var/tmp/sh"))

    def test_a_file_with_capabilities(self):
        self.write("var/tmp/sh", "sh", 0o755)
        # struct vfs_ns_cap_data of revision 2: CAP_SETUID, effective (capability.h).
        os.setxattr(self.root / "var/tmp/sh", "security.capability", struct.pack("<5I", 0x02000001, 1 << 7, 0, 0, 0))
        self.finds(("capability-unexpected", "/var/tmp/sh"))

    def test_a_socket(self):
        self.append("proc/net/tcp", LISTENS.format(address="00000000", port=4444, state="0A"))
        self.finds(("socket-unexpected", "tcp 0.0.0.0 4444"))

    def test_a_socket_of_ipv6(self):
        self.append("proc/net/tcp6", LISTENS.format(address="B80D0120000000000000000001000000", port=4444, state="0A"))
        self.finds(("socket-unexpected", "tcp6 2001:db8::1 4444"))

    def test_a_connection_is_no_socket_that_listens(self):
        self.append("proc/net/tcp", LISTENS.format(address="00000000", port=4444, state="01"))
        self.finds()

    def test_a_sniffer(self):
        self.write("proc/net/packet", "sk RefCnt Type Proto Iface R Rmem User Inode\n0000000000000000 3 3 0003 2 1 0 0 4712\n")
        self.finds(("socket-unexpected", "packet * 0003"))

    def test_a_service_that_does_not_listen(self):
        self.write("proc/net/tcp", TCP)
        self.finds(("socket-missing", "tcp 127.0.0.1 22"))
        self.expected["sockets"] = ["?tcp 127.0.0.1 22"]
        self.finds()

    def test_a_user_with_number_0(self):
        self.append("etc/passwd", "toor:x:0:0::/:/usr/sbin/nologin\n")
        self.finds(("user-uid-zero", "toor"))

    def test_a_user_with_the_number_of_another(self):
        self.append("etc/passwd", "nomead:x:1:1::/:/usr/sbin/nologin\n")
        self.finds(("user-number-shared", "nomead"))

    def test_a_shell(self):
        self.write("etc/passwd", PASSWD.format(home="/").replace("/usr/sbin:/usr/sbin/nologin", "/usr/sbin:/bin/sh"))
        self.finds(("user-shell", "daemon"))

    def test_no_shell_is_the_usual_shell(self):
        self.write("etc/passwd", PASSWD.format(home="/").replace("/usr/sbin:/usr/sbin/nologin", "/usr/sbin:"))
        self.finds(("user-shell", "daemon"))

    def test_an_unexpected_user(self):
        self.append("etc/passwd", "mallory:x:1001:1001::/:/usr/sbin/nologin\n")
        self.finds(("user-unexpected", "mallory"))

    def test_a_user_without_password(self):
        self.write("etc/shadow", SHADOW.replace("erin:!", "erin:"))
        self.finds(("user-without-password", "erin"))

    def test_a_tainted_kernel_and_an_unsigned_module(self):
        self.write("proc/sys/kernel/tainted", f"{1 << 13}\n")
        self.append("proc/modules", "hidden 16384 0 - Live 0x0000000000000000 (E)\n")
        self.expected["kernel"].pop("modules")
        self.finds(("module-unsigned", "hidden"), ("kernel-tainted", "8192"))
        self.expected["kernel"]["taint"] = 1 << 13
        self.finds(("module-unsigned", "hidden"))

    def test_a_module_that_is_not_named(self):
        self.append("proc/modules", "usb_storage 81920 0 - Live 0x0000000000000000\n")
        self.finds(("module-unexpected", "usb_storage"))

    def test_a_check_that_cannot_be_made_is_a_finding(self):
        (self.root / "etc/shadow").unlink()
        (self.root / "proc/sys/kernel/tainted").unlink()
        self.finds(("check-impossible", "kernel"), ("check-impossible", "users"))

    def test_what_is_accepted_does_not_count_and_is_told(self):
        self.write("var/tmp/sh", "sh", 0o4755)
        self.expected["accepted"] = [
            {"code": "setuid-unexpected", "what": "/var/tmp/*", "reason": "a test of the test"},
            {"code": "setuid-unexpected", "what": "/opt/*", "reason": "was there last year"},
        ]
        report = self.finds()
        self.assertEqual(report["accepted"][0]["reason"], "a test of the test")
        self.assertEqual([item["what"] for item in report["idleAcceptances"]], ["/opt/*"])

    def test_names_cannot_write_on_the_terminal(self):
        self.write("var/tmp/\x1b[2J\n  no findings", "sh", 0o4755)
        _, text, _ = run("--root", str(self.root), "--expect", "-", given=json.dumps(self.expected))
        self.assertNotIn("\x1b", text)
        self.assertEqual(len(text.splitlines()), 3)

    def test_wrong_expectations_are_named(self):
        for field, value, said in [
            ("manifest", [], "manifest: expected one of"), ("sockets", "tcp", "sockets: expected a value of the kind list"),
            ("users", {"admins": []}, "users.admins: expected one of"), ("units", {"a": "b"}, "units.a: expected a number"),
            ("accepted", [{"code": "nothing", "what": "*", "reason": "long enough"}], "accepted.0: expected"),
            ("accepted", [{"code": "disk-full", "what": "*", "reason": "short"}], "accepted.0: expected"), ("format", "x", "format: expected"),
        ]:
            with self.subTest(field=field):
                status, text, complaint = run("--expect", "-", given=json.dumps(self.expected | {field: value}))
                self.assertEqual((status, text), (64, ""))
                self.assertIn(said, complaint)

    def test_the_manifest_of_an_archive_is_that_of_what_was_unpacked(self):
        archive = self.root.parent / f"{self.root.name}.tar"
        self.addCleanup(archive.unlink)
        with tarfile.open(archive, "w") as tar:
            tar.add(self.root / "usr", "usr")
        self.manifest.write_text(run("manifest", str(archive), "--complete", "/usr")[1])
        self.finds()
        self.manifest.write_text(run("manifest", str(archive), "--complete", "/usr/bin")[1])
        self.finds()
        self.write("usr/bin/more", "more", 0o755)
        self.write("usr/lib/more", "more")
        self.finds(("file-unexpected", "/usr/bin/more"))

    def test_a_summary_names_hosts_without_a_report(self):
        status, text, _ = run("--json", "--root", str(self.root), "--expect", "-", given=json.dumps(self.expected))
        report = self.root / "harbour.json"
        report.write_text(text)
        self.assertEqual(run("summary", str(report), "--hosts", "harbour")[0], 0)
        status, text, _ = run("summary", str(report), "--hosts", "harbour,mirror")
        self.assertEqual(status, 1)
        self.assertIn("mirror: no report", text)
        self.assertEqual(json.loads(run("summary", str(report), "--hosts", "mirror", "--json")[1])["missing"], ["mirror"])

    def test_a_report_that_is_none_is_named(self):
        _, text, _ = run("--json", "--root", str(self.root), "--expect", "-", given=json.dumps(self.expected))
        whole = json.loads(text)
        file = self.root / "harbour.json"
        wrong = [{key: value for key, value in whole.items() if key != field} for field in ("format", "host", "time", "checks", "findings", "accepted")]
        for report in [*wrong, [], whole | {"host": 1}, whole | {"findings": 1}, whole | {"findings": [1]}, whole | {"findings": [{}]}, whole | {"checks": []}]:
            with self.subTest(report=str(report)[:200]):
                file.write_text(json.dumps(report))
                status, text, complaint = run("summary", str(file))
                self.assertEqual((status, text), (64, ""))
                self.assertRegex(complaint, "^reposeal-checkup: .*harbour.json: .*expected.*\n$")

    def test_a_real_socket_is_seen_with_its_process(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            name = f"tcp 127.0.0.1 {server.getsockname()[1]}"
            _, text, _ = run("--json", "--expect", "-", given=json.dumps({"format": FORMAT, "sockets": []}))
        found = {item["what"]: item["found"] for item in json.loads(text)["findings"]}
        self.assertIn(f"process {os.getpid()}", found[name])

    def test_too_little_room(self):
        _, text, _ = run("--json", "--expect", "-", given=json.dumps({"format": FORMAT, "disks": {"/": 100}}))
        self.assertIn("/ room", [item["what"] for item in json.loads(text)["findings"]])

    def test_every_code_is_in_the_specification(self):
        said = (TOP / "docs/spec/checkup.md").read_text()
        codes = [line.split('"')[1] for line in PROGRAM.read_text().splitlines() if line.startswith('    "') and '": ("' in line]
        self.assertGreater(len(codes), 25)
        for code in codes:
            self.assertIn(f"| `{code}` |", said)


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("faults.py: expected root, who alone can give files away")
    unittest.main()
