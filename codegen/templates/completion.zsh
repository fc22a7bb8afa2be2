#compdef kryten-sdk
_kryten_sdk() {
  local line
  local -a candidates
  for line in "${(@f)$("$words[1]" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  if (( $#candidates )); then _describe kryten-sdk candidates; else _files; fi
}
compdef _kryten_sdk kryten-sdk
