# complete.zsh FOLDER LINE: what zsh offers at the end of a line, with the completions that are in a folder.
zmodload zsh/zpty
zpty child zsh -f -i
zpty -w child "PS1=; fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -D"
# The pieces of the marks are apart, so that the echo of these lines has none of them.
zpty -w child 'compadd() { local -a words; builtin compadd -O words "$@"; (( $#words )) && print -rl -- "word"":"${^words}; builtin compadd "$@" }'
zpty -w child 'offer() { _main_complete; print "no"" more" }; zle -C offer list-choices offer; bindkey "^T" offer'
zpty -n -w child "$2"$'\C-t'
while zpty -r child line; do
  case $line in *word:*) print -r -- ${${line#*word:}%%$'\r'*} ;; *"no more"*) break ;; esac
done
