# Completion for repo-add and repo-remove in bash.
# shellcheck shell=bash disable=SC2207

_repo_add() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options database files
    options='--help --version --quiet --nocolor --sign --key --verify --wait-for-lock --remove --drop-signatures'
    [ "${COMP_WORDS[0]##*/}" = repo-remove ] || options+=' --new --prevent-downgrade --include-sigs --profile'
    compopt -o filenames 2>/dev/null
    case $before in
    -k | --key)
        COMPREPLY=($(compgen -W "$(gpg --batch --with-colons --list-secret-keys 2>/dev/null | awk -F: '$1 == "fpr" { print $10 }')" -- "$word"))
        return
        ;;
    --profile)
        COMPREPLY=($(compgen -W '7.1 6.0' -- "$word"))
        return
        ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
        return
    fi
    for database in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $database == *.db.tar* ]] && break
        database=
    done
    if [ -z "$database" ]; then
        files='!*.db.tar*'
    elif [ "${COMP_WORDS[0]##*/}" = repo-remove ]; then
        COMPREPLY=($(compgen -W "$(bsdtar -tf "$database" 2>/dev/null | sed -n 's|-[^-]*-[^-]*/$||p')" -- "$word"))
        return
    else
        files='!*.pkg.tar*'
    fi
    COMPREPLY=($(compgen -f -X "$files" -- "$word") $(compgen -d -- "$word"))
}
complete -F _repo_add repo-add repo-remove
