# Makes the keys that the policy template names, and a policy with small thresholds. Read by transcripts with `. file`.

# person NAME: an OpenPGP key without a passphrase, and its certificate in NAME.pgp.
person() {
    gpg --quiet --batch --no-auto-check-trustdb --passphrase '' --quick-generate-key \
        "$1 <$1@example.org>" ed25519 sign "${2:-never}" 2>/dev/null
    gpg --quiet --export --output "$1.pgp" "$1@example.org" 2>/dev/null
}

# fingerprint NAME: of the person's primary key.
fingerprint() {
    gpg --batch --with-colons --list-keys "$1@example.org" 2>/dev/null | awk -F: '$1 == "fpr" { print $10; exit }'
}

# write_policy_source: policy-source.json as the template has it, for the keys in this folder.
write_policy_source() {
    for name in alice bob carol repository; do person $name; done
    for name in builder1 builder2 request log answer; do reposeal key generate $name.key >/dev/null; done
    reposeal policy template | sed \
        -e "s/FINGERPRINT OF A REPOSITORY KEY/$(fingerprint repository)/" -e 's/repository\.pub/repository.pgp/' \
        -e 's/log\.pub/log.key.pub/' -e 's/answer\.pub/answer.key.pub/' >policy-source.json
}
