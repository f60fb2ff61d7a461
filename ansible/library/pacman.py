#!/usr/bin/python
"""Installs packages where there is a pacman: ansible.builtin.package calls it by its name, and ansible-core brings none."""

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: pacman
short_description: Installs packages by pacman
description: Installs what is missing from the databases that the host has. It never synchronises them, which would be half an upgrade.
options:
  name: {description: Names of packages., type: list, elements: str, required: true}
  state: {description: What must hold., type: str, choices: [present], default: present}
author: [Reposeal]
"""
EXAMPLES = """
- ansible.builtin.package: {name: [nginx, rsync], state: present}
"""
RETURN = """
missing: {description: What was not there before., type: list, elements: str, returned: always}
"""


def main():
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "list", "elements": "str", "required": True},
            "state": {"type": "str", "choices": ["present"], "default": "present"},
        },
        supports_check_mode=True,
    )
    # Status 127 tells that some are missing; what is printed are these.
    status, out, error = module.run_command(["pacman", "--deptest", *module.params["name"]])
    if status not in (0, 127):
        module.fail_json(msg="pacman --deptest: " + error.strip(), rc=status)
    missing = out.split()
    if missing and not module.check_mode:
        status, out, error = module.run_command(["pacman", "--sync", "--needed", "--noconfirm", *missing])
        if status != 0:
            module.fail_json(msg="pacman --sync: " + error.strip(), rc=status, stdout=out)
    module.exit_json(changed=bool(missing), missing=missing)


main()
