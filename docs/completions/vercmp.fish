# Completion for vercmp in fish.

complete -c vercmp -f
complete -c vercmp -s h -l help -d "Show a summary"
