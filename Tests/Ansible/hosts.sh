# shellcheck shell=bash disable=SC2154
# Hosts to play against; read by `run`, in the folder $folder.

boot() { # name
    mkdir -p "$1"/{upper,work,root}
    mount -t overlay -o "lowerdir=$top/.build/ansible/$tree,upperdir=$folder/$1/upper,workdir=$folder/$1/work" overlay "$folder/$1/root"
    rm -f "$1/root/etc/machine-id"
    install -D -m 600 key.pub "$1/root/root/.ssh/authorized_keys"
    echo "$1" >"$1/root/etc/hostname"
    # There is no network, and nothing shall wait two minutes for one.
    ln -s /dev/null "$1/root/etc/systemd/system/systemd-networkd-wait-online.service"
    systemd-nspawn --quiet --register=no --keep-unit --directory="$folder/$1/root" --private-network --machine="rsansible-$1" \
        --link-journal=no --console=pipe --boot systemd.unit=multi-user.target >"$1/console" 2>&1 </dev/null &
    local monitor=$! end=$((SECONDS + 60))
    until leader[$1]=$(pgrep --parent "$monitor") && inside "$1" systemctl is-active --quiet ssh.service; do
        [ "$SECONDS" -lt "$end" ] || { cat "$1/console" && return 1; }
        sleep 0.2
    done
}
inside() { nsenter --target "${leader[$1]}" --all -- "${@:2}"; } # a host, a command

make_stage() {
    make -s -C "$top" install PROGRAMS="$REPOSEAL_BIN" DESTDIR="$folder/stage" PACMAN_NAMES=no
    strip stage/usr/local/bin/* stage/usr/local/lib/reposeal/*
    tar --directory stage --create --file reposeal.tar usr
}
# A policy as `reposeal policy compile` makes it; nobody needs to have approved it for a scheduler to start.
make_policy() {
    mkdir -m 700 gnupg keys people
    local name use
    for name in alice bob erin frank; do
        gpg --homedir gnupg --batch --quiet --passphrase '' --pinentry-mode loopback --quick-gen-key "$name" ed25519 sign never
        gpg --homedir gnupg --batch --export "$name" >"people/$name.gpg"
    done
    gpgconf --homedir gnupg --kill all
    (umask 077 && head -c 32 /dev/urandom | base64 >passphrase)
    for use in openpgp log answer; do
        name=$(stage/usr/local/bin/reposeal-broker key generate --keys keys --use $use --algorithm ed25519 --label example.org/log \
            --passphrase-file passphrase)
        cp "keys/$name.pub" $use.pub
        [ $use != openpgp ] || sed "s/REPOSITORY-KEY/$name/" "$top/Tests/Units/policy-source.json" >policy-source.json
    done
    stage/usr/local/bin/reposeal key generate request.key
    stage/usr/local/bin/reposeal policy compile policy-source.json --output policy.json
}
make_inventory() {
    cat >inventory.yml <<END
all:
  vars:
    ansible_user: root
    ansible_ssh_private_key_file: $folder/key
    ansible_python_interpreter: /usr/bin/python3
    checkup_refresh: false
    checkup_list_days: 3650
    checkup_accepted:
      - {code: kernel-tainted, what: "*", reason: a container has the kernel of the machine that tests}
      - {code: module-unsigned, what: "*", reason: a container has the kernel of the machine that tests}
      - {code: unit-failed, what: "systemd-*", reason: a container has neither a first boot nor a network}
      - {code: unit-failed, what: reposeal-check.service, reason: there is no enclave in this test}
      - {code: clock-unsynchronised, what: "*", reason: a container has the clock of the machine that tests}
    ansible_ssh_common_args: >-
      -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
      -o ProxyCommand="nsenter --target {{ leader }} --all -- /usr/sbin/sshd -i"
  children:
    scheduler:
      hosts:
        scheduler-host:
          leader: ${leader[scheduler]}
          scheduler_archive: $folder/reposeal.tar
          scheduler_policy: $folder/policy.json
          scheduler_server_name: reposeal.harbour.example
          scheduler_tls_certificate: /etc/ssl/certs/harbour.pem
          scheduler_tls_key: /etc/ssl/private/harbour.key
          scheduler_enclave: unix:/run/reposeal-enclave/link
          scheduler_mirrors: {published: /srv/reposeal, mirrors: []}
          scheduler_rsync_hosts: [127.0.0.1]
    mirror:
      hosts:
        mirror-host:
          leader: ${leader[mirror]}
          mirror_server_name: mirror.harbour.example
          mirror_password: a password of the harbour
          mirror_hosts: [127.0.0.1]
END
}
play() { # options; the playbook is that of the variable `playbook`
    HOME=$folder ANSIBLE_PIPELINING=1 ANSIBLE_NOCOLOR=1 ANSIBLE_SSH_CONTROL_PATH_DIR="$folder/c" LC_ALL=C.UTF-8 \
        "$top/.build/venv/bin/ansible-playbook" --inventory inventory.yml "$top/ansible/${playbook:-site.yml}" "$@"
}
ansible_adhoc() { # hosts, module
    HOME=$folder ANSIBLE_PIPELINING=1 ANSIBLE_NOCOLOR=1 ANSIBLE_SSH_CONTROL_PATH_DIR="$folder/c" LC_ALL=C.UTF-8 \
        "$top/.build/venv/bin/ansible" --inventory inventory.yml "$1" --module-name "$2"
}
