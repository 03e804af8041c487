#!/bin/sh
# Runs when the container has started: starts the stub resolver, and then points the container's resolver to it. The token comes
# from the environment (KUBE_DOH_TOKEN), as a secret or remoteEnv; it is not written anywhere.
set -eu

share=${KUBE_DOH_FEATURE:-/usr/local/share/kube-doh}
resolv_conf=${KUBE_DOH_RESOLV_CONF:-/etc/resolv.conf}
listen=${KUBE_DOH_LISTEN:-127.0.0.1:53}
state=${XDG_RUNTIME_DIR:-/tmp}/kube-doh-$(id -u)
ready_seconds=20

feature_url=
feature_zones=
# shellcheck source=/dev/null
[ -f "$share/settings" ] && . "$share/settings"

tell() {
  echo "kube-doh: $*" >&2
}

# Whoever may not write the resolver's file may do so with sudo in most development containers.
resolver() {
  if [ -w "$resolv_conf" ]; then "$share/resolv-conf.sh" "$@"; else sudo -n "$share/resolv-conf.sh" "$@"; fi
}

if [ -z "${KUBE_DOH_URL:-}" ] && [ -n "$feature_url" ]; then
  KUBE_DOH_URL=$feature_url
  export KUBE_DOH_URL
fi
if [ -z "${KUBE_DOH_URL:-}" ] && [ ! -f "${KUBE_DOH_PROFILES:-${XDG_CONFIG_HOME:-$HOME/.config}/kube-doh/profiles.json}" ]; then
  tell "no edge is configured: set the Feature's option \"url\" and the secret KUBE_DOH_TOKEN, or run kube-doh login"
  exit 0
fi

# Whoever made a folder of this name before, where everybody may, could have our files written somewhere else.
if ! mkdir -p "$state" || [ -L "$state" ] || [ ! -O "$state" ]; then
  tell "$state is not this user's, and the resolver stays as it is: remove it"
  exit 0
fi
chmod 700 "$state"
is_running() {
  [ -f "$state/pid" ] && tr '\0' ' ' <"/proc/$(cat "$state/pid")/cmdline" 2>/dev/null | grep -q 'kube-doh.mjs dns '
}

start_stub() {
  set --
  for server in $("$share/resolv-conf.sh" servers "$resolv_conf"); do
    set -- "$@" --upstream "$server"
  done
  # With profiles there are no zones to name: each has its own.
  if [ -n "${KUBE_DOH_URL:-}" ]; then
    for zone in $feature_zones; do set -- "$@" --zone "$zone"; done
  fi
  rm -f "$state/ready"
  nohup kube-doh dns --listen "$listen" --ready-file "$state/ready" "$@" >"$state/log" 2>&1 </dev/null &
  echo $! >"$state/pid"
  waited=0
  while [ ! -f "$state/ready" ]; do
    if [ "$waited" -ge "$ready_seconds" ] || ! kill -0 "$(cat "$state/pid")" 2>/dev/null; then return 1; fi
    sleep 1
    waited=$((waited + 1))
  done
}

# A container without the names is still one to work in, so none of this is a failure of its start.
if ! is_running && ! start_stub; then
  tell "the stub did not start, and the resolver stays as it is: $(tail -n 1 "$state/log")"
  exit 0
fi

mode=
if ldd --version 2>&1 | grep -qi musl; then mode=only; fi
if resolver add "$resolv_conf" "$mode"; then
  tell "names of the cluster resolve in this container"
else
  tell "$resolv_conf cannot be written: use \"kube-doh run -- COMMAND\" instead"
fi
