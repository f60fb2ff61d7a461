"""Every package, unit, group, user and file that the roles name for Arch is one that Arch has: in its database of 2019 (Tests/Fixtures),
or in `arch-packages`. Status 1 and a line for each that is not."""

import pathlib
import re
import sys
import tarfile

import yaml

here = pathlib.Path(__file__).resolve().parent
roles = here.parent.parent / "ansible/roles"

has = {}  # package: what it has
for line in (here / "arch-packages").read_text().splitlines():
    if line and not line.startswith("#"):
        package, *things, _ = line.split()
        has[package] = set(things)
known = set(has)
for database in (here.parent / "Fixtures/arch-2019").glob("*.db"):
    with tarfile.open(database) as archive:
        known |= {name.split("/")[0].rsplit("-", 2)[0] for name in archive.getnames()}
things = set().union(*has.values())

wrong = []
for role in ("scheduler", "mirror", "checkup"):
    said = yaml.safe_load((roles / role / "vars/main.yml").read_text())
    usual = said.get(f"{role}_usual", {}).get("Archlinux") or {"packages": said["checkup_usual_packages"]["Archlinux"]}
    wrong += [f"{role}: package {name}" for name in usual["packages"] if name not in known]
    wrong += [f"{role}: unit {name}" for key, name in usual.items() if key.endswith("_service") and name not in things]
    wrong += [f"{role}: group {name}" for key, name in usual.items() if key.endswith("_group") and f"group:{name}" not in things]
# Units that are named alike everywhere, and not ours.
for file in roles.glob("*/tasks/*.yml"):
    if file.parent.parent.name.startswith("enclave"):
        continue
    for name in re.findall(r"[\w-]+\.(?:service|timer)\b", file.read_text()):
        if not name.startswith(("reposeal-", "systemd-")) and name not in things:
            wrong.append(f"{file.relative_to(roles)}: unit {name}")
# Files of packages that are written; the others are ours, or Debian's and taken away.
ours = ("/etc/systemd/", "/etc/ssl/", "/etc/rsyncd.secrets", "/etc/nginx/conf.d", "/etc/nginx/sites-enabled/default")
for role in ("scheduler", "mirror", "firewall"):
    for file in [*(roles / role).glob("tasks/*.yml"), *(roles / role).glob("defaults/*.yml")]:
        for name in re.findall(r"(?<![\w/])/etc/[\w./-]+", file.read_text()):
            if not name.startswith(ours) and name not in things:
                wrong.append(f"{file.relative_to(roles)}: file {name}")
user = re.search(r"^user (\w+);", (roles.parent / "templates/nginx.conf.j2").read_text(), re.M)[1]
if f"group:{user}" not in has["nginx"]:
    wrong.append(f"nginx.conf.j2: user {user}")
for line in sorted(set(wrong)):
    print(f"{line} is not Arch's")
sys.exit(1 if wrong else 0)
