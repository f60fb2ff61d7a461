# shellcheck shell=bash disable=SC2034,SC2154
# An enclave with real keys, one of them RSA, in which broker, monitor and scheduler are users of their own; root starts them.

as_broker=(setpriv --reuid=65533 --regid=65533 --clear-groups --)
as_monitor=(setpriv --reuid=65532 --regid=65533 --clear-groups --)
as_scheduler=(setpriv --reuid=65531 --regid=65531 --clear-groups --)
wrapped_broker=("${as_broker[@]}") wrapped=("${as_monitor[@]}")

# People use the account of the world's files.
reposeal() { "${as_monitor[@]}" reposeal "$@"; }
gpg() { "${as_monitor[@]}" gpg "$@"; }

real_key() { # use, algorithm, label, file
    local name
    name=$("${as_broker[@]}" reposeal-broker key generate --keys enclave/keys --use "$1" --algorithm "$2" --label "$3" \
        --passphrase-file enclave/passphrase) || return 1
    cp "enclave/keys/$name.pub" "enclave/$4.pub"
    echo "$name"
}

# A policy for keys that are made here, an enclave and a scheduler that begin with it, and a package that waits to be signed.
start_with_real_keys() {
    local repository name
    rm -rf enclave/{keys,state} policy.json evidence/tide-{alice,bob}.dsse.json
    find scheduler -mindepth 1 ! -name 'request.key*' ! -name scheduler.json -delete
    install -d -m 700 -o 65533 -g 65533 enclave/keys
    install -d -m 700 -o 65532 -g 65533 enclave/state
    # Every other world has the same one, and they are searched, too.
    rm enclave/passphrase && (umask 077 && head -c 32 /dev/urandom | base64 >enclave/passphrase)
    chown 65533:65533 enclave/passphrase
    chmod 711 . && chmod 771 enclave && chmod 755 evidence
    repository=$(real_key openpgp rsa4096 "Harbour Linux <real@example.org>" repository) || return 1
    real_key log ed25519 example.org/harbour/log log >/dev/null && real_key answer ed25519 answers answer >/dev/null
    sed "s/REPOSITORY-KEY/$repository/; s/STOLEN-KEY/$(fingerprint bob-stolen)/; s/\"demonstration\": true/\"demonstration\": false/" \
        "$SCENARIOS/policy-source.json" >policy-source.json
    reposeal policy compile policy-source.json --output policy.json >/dev/null
    for name in erin frank; do
        reposeal policy approve policy.json --signer $name --output "evidence/real-$name.dsse.json" >/dev/null
    done
    cp policy.json scheduler/policy.json
    chown -R 65531:65531 scheduler
    start_broker || return 1
    "${as_monitor[@]}" reposeal-enclave provision --state "$world/enclave/state" --broker "$world/enclave/broker" \
        --verifier "$(command -v reposeal-verifier)" --policy policy.json --approval evidence/real-erin.dsse.json \
        --approval evidence/real-frank.dsse.json --confirm "$(sha256sum policy.json | cut -d ' ' -f 1)"
    start_waiting_enclave && chgrp 65531 enclave/link
    both extra packages/tide-1.1-1-x86_64.pkg.tar.gz tide
    "${as_scheduler[@]}" reposeal submit packages/tide-1.1-1-x86_64.pkg.tar.gz evidence/tide-{alice,bob}.dsse.json \
        --scheduler scheduler
    "${as_scheduler[@]}" reposeal enclave resume --scheduler scheduler
}
