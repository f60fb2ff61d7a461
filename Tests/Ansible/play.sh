# shellcheck shell=bash disable=SC2154
# Plays with inventory.yml, in the folder $folder, which is the current one; $top is the project.

play() { # playbook, options
    HOME=$folder ANSIBLE_NOCOLOR=1 ANSIBLE_LOCALHOST_WARNING=0 ANSIBLE_INVENTORY_UNPARSED_WARNING=0 LC_ALL=C.UTF-8 \
        "$top/.build/venv/bin/ansible-playbook" --inventory inventory.yml "$top/ansible/$1.yml" "${@:2}"
}
says() { # a word that its last statement has, playbook, options
    play "${@:2}" >play.log 2>&1 && tr -s ' \n' ' ' <play.log | grep -qF "$1" || { tail -n 60 play.log && return 1; }
}
