# shellcheck shell=bash disable=SC2013,SC2034,SC2154,SC2317
# The runbooks of docs/operations are played: their commands run as they stand there; only who is who, and what stands for
# systemd, is of the scenarios. Read after world.sh.

cp policy.json policy-1.json
# The names that the pages use; then what they stand for here.
name_things() {
    play runbooks names
    scheduler=scheduler published=published mirror=published
    as_scheduler() { "$@"; }
    install() { [ "$1" != -o ] || shift 4; command install "$@"; }
}

# The commands of a step of a page.
step() { # page, step
    sed -n "/<!-- step: $2 -->/,/^ *\`\`\`\$/p" "$SCENARIOS/../operations/$1.md" | sed '1,2d; $d; s/^   //'
}
# Plays a step, and keeps in mind that it was played.
play() { # page, step
    echo "$1 $2" >>played
    step "$1" "$2" >"step-$2"
    [ -s "step-$2" ] || { echo "$1.md has no step $2" && return 1; }
    # shellcheck source=/dev/null
    . "./step-$2"
}
# What a page has that was not played; each block of commands must be a step.
unplayed() { # page
    local page=$SCENARIOS/../operations/$1.md name
    [ "$(grep -c '^ *```sh' "$page")" = "$(grep -c '<!-- step: ' "$page")" ] || echo "$1.md has commands that are no step"
    for name in $(sed -n 's/^ *<!-- step: \(.*\) -->/\1/p' "$page"); do
        grep -qx "$1 $name" played || echo "$1.md: step $name was not played"
    done
}
# A policy that follows, by the page about it: edits of the source, as words of sed.
follow() {
    local version
    version=$(sed -n 's/^  "version": \([0-9]*\),/\1/p' policy-source.json)
    sed -i -e "s/^  \"version\": [0-9]*,/  \"version\": $((version + 1)),/" -e 's/"previous": ""/"previousFile": "policy.json"/' \
        -e 's/"acceptedEarlierPolicies": 0/"acceptedEarlierPolicies": 1/' "$@" policy-source.json
    rm -f policy-next.json {erin,frank}.dsse.json
    play runbooks compile >difference
    for name in erin frank; do play runbooks approve >/dev/null; done
}
bring_into_force() { play runbooks submit | grep '^policy' && cp policy-next.json policy.json; }
