#!/bin/sh
# Installs kube-doh into the image that is being built. The options of devcontainer-feature.json come as variables; a token
# is none of them, since options stay in the image.
set -eu

url=${URL:-}
zones=${ZONES:-}
repository=${REPOSITORY:-}
ref=${REF:-main}

here=$(cd "$(dirname "$0")" && pwd)
library=${KUBE_DOH_LIBRARY:-/usr/local/lib/kube-doh}
share=${KUBE_DOH_SHARE:-/usr/local/share/kube-doh}
command=${KUBE_DOH_COMMAND:-/usr/local/bin/kube-doh}
# The oldest that runs the script, and what is installed where it is older.
least_node=22.19
node_major=24

fail() {
  echo "kube-doh: $*" >&2
  exit 1
}

# The edge's own URL is no secret; a token in it would be.
case $url in
  */t/* | *@* | *//kd1*) fail "the option \"url\" holds a token, which would stay in the image: pass it as KUBE_DOH_TOKEN at run time" ;;
esac

is_new_enough='
  const [own, least] = [process.versions.node, process.argv[1]].map((version) => version.split(".").map(Number));
  process.exit(own[0] > least[0] || (own[0] === least[0] && own[1] >= least[1]) ? 0 : 1);
'

# Prints where a new enough Node is: the one of the image, or one of our own that no program of the user's meets.
find_node() {
  if command -v node >/dev/null 2>&1; then
    if node -e "$is_new_enough" "$least_node"; then
      command -v node
      return
    fi
    if command -v npm >/dev/null 2>&1; then
      npm install --silent --no-audit --no-fund --prefix "$library/node" "node@$node_major" >&2
      echo "$library/node/node_modules/.bin/node"
      return
    fi
  fi
  fail "Node $least_node or newer is needed: add the Feature ghcr.io/devcontainers/features/node with \"version\": \"$node_major\""
}

build_from_git() {
  command -v git >/dev/null 2>&1 || fail "git is needed to build from $repository"
  command -v npm >/dev/null 2>&1 || fail "npm is needed to build from $repository"
  sources=$(mktemp -d)
  git clone --quiet --depth 1 --branch "$ref" -- "$repository" "$sources"
  (cd "$sources" && npm run --silent build >&2)
  cp "$sources/dist/kube-doh.mjs" "$library/kube-doh.mjs"
  rm -rf "$sources"
}

mkdir -p "$library" "$share" "$(dirname "$command")"
node=$(find_node)
if [ -n "$repository" ]; then
  build_from_git
elif [ -f "$here/kube-doh.mjs" ]; then
  cp "$here/kube-doh.mjs" "$library/kube-doh.mjs"
else
  fail "there is no kube-doh.mjs beside install.sh: make it with \"npm run build\", or set the option \"repository\""
fi

cat >"$command" <<END
#!/bin/sh
exec "$node" "$library/kube-doh.mjs" "\$@"
END
chmod 755 "$command"

cp "$here/start.sh" "$here/resolv-conf.sh" "$share/"
chmod 755 "$share/start.sh" "$share/resolv-conf.sh"
{
  printf 'feature_url=%s\n' "$(printf %s "$url" | sed "s/'/'\\\\''/g; s/^/'/; s/\$/'/")"
  printf 'feature_zones=%s\n' "$(printf %s "$zones" | sed "s/'/'\\\\''/g; s/^/'/; s/\$/'/")"
} >"$share/settings"
echo "kube-doh: installed, with $("$node" --version)"
