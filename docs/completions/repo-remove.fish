# Completion for repo-remove in fish.

complete -c repo-remove -s h -l help -d 'Show a summary'
complete -c repo-remove -s V -l version -d 'Show the version'
complete -c repo-remove -s q -l quiet -d 'Print only warnings and errors'
complete -c repo-remove -l nocolor -d 'Print without colours'
complete -c repo-remove -s s -l sign -d 'Sign the databases with gpg'
complete -c repo-remove -s k -l key -x -d 'Sign with this key'
complete -c repo-remove -s v -l verify -d 'Verify the present signatures first'
complete -c repo-remove -s w -l wait-for-lock -d 'Wait until the lock is free'
complete -c repo-remove -s R -l remove -d 'Delete package files that no entry needs'
complete -c repo-remove -l drop-signatures -d 'Publish without signatures where there were some'
