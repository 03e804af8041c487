#!/bin/sh
# resolv-conf.sh servers FILE: prints the name servers of a resolv.conf that are not this container's own stub.
# resolv-conf.sh add FILE [only]: puts the stub at 127.0.0.1 in front; with "only", the others are kept as comments.
# resolv-conf.sh remove FILE: takes it away again; the file is then as it was.
#
# The file is written where it stands: in a container it is a mount, and cannot be replaced.
set -eu

action=$1
file=$2
mode=${3:-}

begin='# BEGIN kube-doh'
end='# END kube-doh'
other='# kube-doh: '

without_ours() {
  sed -e "/^$begin\$/,/^$end\$/d" -e "s/^$other//" "$file"
}

put() {
  new=$(mktemp)
  cat >"$new"
  cat "$new" >"$file"
  rm -f "$new"
}

case $action in
  servers)
    without_ours | awk '$1 == "nameserver" && $2 != "127.0.0.1" { print $2 }'
    ;;
  add)
    {
      printf '%s\nnameserver 127.0.0.1\n%s\n' "$begin" "$end"
      # musl asks all of them at once, and takes the first answer.
      if [ "$mode" = only ]; then without_ours | sed "s/^[[:space:]]*nameserver/$other&/"; else without_ours; fi
    } | put
    ;;
  remove)
    without_ours | put
    ;;
  *)
    echo "kube-doh: resolv-conf.sh knows servers, add and remove" >&2
    exit 2
    ;;
esac
