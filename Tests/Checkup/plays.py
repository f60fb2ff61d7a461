#!/usr/bin/env python3
"""ansible/check.yml where no host can be examined: it still reports, names every host, and fails.

Needs root, for the host that is this one. What the play finds where hosts answer is in Tests/Ansible/steps.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PLAYBOOK = TOP / ".build/venv/bin/ansible-playbook"
# Nothing listens on port 1, and a list of a number is no list of texts.
INVENTORY = """\
all:
  children:
    scheduler:
      hosts:
        quay: {ansible_host: 127.0.0.1, ansible_port: 1, scheduler_archive: none.tar}
    mirror:
      hosts:
        mole: {ansible_host: 127.0.0.1, ansible_port: 1}
        wharf: {ansible_connection: local, ansible_python_interpreter: /usr/bin/python3, checkup_accepted: {a: 1}}
"""


class Plays(unittest.TestCase):
    """Two hosts that do not answer, and one with a wrong variable."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rscheckup."))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "inventory.yml").write_text(INVENTORY)
        (self.folder / "checkup").mkdir()
        # Of the last time.
        (self.folder / "checkup/mole.json").write_text('{"findings": []}')

    def test_every_host_that_is_not_examined_is_named(self):
        words = [PLAYBOOK, "--inventory", "inventory.yml", TOP / "ansible/check.yml"]
        variables = {"ANSIBLE_NOCOLOR": "1", "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(words, cwd=self.folder, env=os.environ | variables, capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("quay could not be examined: ", done.stdout)
        self.assertIn("mole could not be examined: ", done.stdout)
        self.assertIn("wharf could not be examined: Validation of arguments failed", done.stdout)
        self.assertIn("checkup_accepted", done.stdout)
        self.assertNotIn("changed: [", done.stdout)
        self.assertEqual((self.folder / "checkup/all.txt").read_text().splitlines(), [f"{name}: no report" for name in ("mole", "quay", "wharf")])
        self.assertEqual(json.loads((self.folder / "checkup/all.json").read_text())["missing"], ["mole", "quay", "wharf"])


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit("plays.py: expected root, as whom a host that is this machine is examined")
    unittest.main()
