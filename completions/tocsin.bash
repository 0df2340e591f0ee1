# bash completion for tocsin
_tocsin() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
  local commands="demo read extract hunt survey why assess check store"
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$current")
    return
  fi
  case $previous in
    --fail-on) mapfile -t COMPREPLY < <(compgen -W "informational low medium high critical" -- "$current"); return ;;
    --format) mapfile -t COMPREPLY < <(compgen -W "evtx json xml access-log" -- "$current"); return ;;
    --view) mapfile -t COMPREPLY < <(compgen -W "executive management operations" -- "$current"); return ;;
  esac
  local options="--help --json --packs"
  case $command in
    demo) options+=" --examples --out" ;;
    read) options+=" --stix --all" ;;
    extract) options+=" --suppressed" ;;
    hunt) options+=" --rules --indicators --patterns --explain --stix --summary --unparsed --any-logsource --placeholders --lateness --correlation-memory --follow --format --fail-on" ;;
    survey) options+=" --all --components --as-of" ;;
    why) options+=" --estate --as-of" ;;
    assess) options+=" --reports --logs --rules --view --html --stix --as-of" ;;
    check) options+=" --placeholders" ;;
    store) options+=" --store --output import find export" ;;
  esac
  if [[ $current == -* || ($command == store && $COMP_CWORD -eq 2) ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _tocsin tocsin
