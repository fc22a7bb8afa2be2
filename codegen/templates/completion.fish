function __kryten_sdk_complete
  set -l words (commandline -opc)
  $words[1] complete -- $words[2..] (commandline -ct) 2>/dev/null
end
complete -c kryten-sdk -f -a '(__kryten_sdk_complete)'
