#!/usr/bin/env bash
# Builds the image where no image registry is reached: on a base of Debian's packages, with the Node 24 of the npm registry.
# Needs Debian, root, and `apt-get install buildah debootstrap`. Says how large the image is, packed, and then runs it as
# production does, not as root and with its own files read-only: doctor, canary, and the server until it is ready.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly base=localhost/node:24-bookworm-slim image=localhost/interview-sdp-proxy:latest
export BUILDAH_ISOLATION=chroot

main() {
  local tool
  for tool in buildah debootstrap npm curl openssl; do
    command -v "$tool" >/dev/null || fail "$tool is missing. Run: apt-get install buildah debootstrap curl"
  done
  ((EUID == 0)) || fail "A base is made in a chroot, which needs root."
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT

  buildah inspect --type image "$base" >/dev/null 2>&1 || build_base
  build_image
  check_size
  check_run
}

# What the Dockerfile uses of the image of Node's maintainers: a small Debian, node, npm, and a user.
build_base() {
  local root="$work/root" node="$work/node/node_modules"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root"
  npm install --prefix "$work/node" --no-save --no-audit --no-fund "node-linux-$(node -p process.arch)@24" npm@11
  install -m 755 "$node"/node-linux-*/bin/node "$root/usr/local/bin/node"
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -R "$node/npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  rm -rf "$root"/var/{cache/apt,lib/apt/lists,log}/* "$root"/usr/share/{doc,man,locale,info}/*
  chroot "$root" useradd --uid 1000 --create-home --shell /bin/bash node

  local container
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$root" /
  buildah commit --quiet --rm "$container" "$base"
  rm -rf "$root" "$work/node"
}

# The build asks the registry as this machine does: the same one, with the same credentials and trusted authorities.
build_image() {
  local settings authorities mounts=(--volume "$work/npmrc:/root/.npmrc:ro")
  settings=$(npm config get userconfig)
  authorities=$(npm config get cafile)
  {
    [[ ! -f $settings ]] || cat "$settings"
    printf '\nregistry=%s\n' "$(npm config get registry)"
    [[ ! -f $authorities ]] || printf 'cafile=/etc/npm-authorities.crt\n'
  } >"$work/npmrc"
  [[ ! -f $authorities ]] || mounts+=(--volume "$authorities:/etc/npm-authorities.crt:ro")
  buildah build --quiet --format docker "${mounts[@]}" --build-arg "NODE_IMAGE=$base" --file fly-interview-hybrid/Dockerfile --tag "$image" .
}

check_size() {
  local bytes
  buildah push --quiet --compression-format gzip "$image" "oci-archive:$work/image.tar"
  bytes=$(stat --format %s "$work/image.tar")
  echo "Packed: $((bytes / 1000000)) MB"
  ((bytes < 200000000)) || fail "The image is larger than 200 MB."
}

# Docker would do this with `docker run --read-only --tmpfs /tmp --volume data:/data`. Nothing leaves this machine: the voice
# service is the simulator.
check_run() {
  local container root process settings command
  container=$(buildah from "$image")
  root=$(buildah mount "$container")
  node scripts/scan-for-secrets.js "$root/app" "$root/home" "$root/root" || fail "There is a secret in the image."
  mapfile -d '' -t settings < <(config_of "$container" Env)
  mapfile -d '' -t command < <(config_of "$container" Entrypoint Cmd)
  install --directory --owner=1000 --group=1000 "$work/data"
  settings+=("PORT=$port" SIMULATION_MODE=true "JWT_SECRET=$(openssl rand -hex 32)")

  unshare --mount --pid --fork --kill-child bash -c "$in_container" in_container "$root" "$work/data" \
    "$(config_of "$container" User | tr -d '\0')" "${settings[@]}" "${command[@]}" &
  process=$!
  curl --silent --fail --retry 60 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$port/readyz" ||
    fail "It does not get ready."
  echo
  curl --silent --fail --output /dev/null "http://127.0.0.1:$port/simple-webrtc-test" || fail "It has no page."
  # The first process of its own namespace is the init of the image.
  kill -TERM "$(pgrep --parent "$process")"
  wait "$process" || fail "It did not end as it should."
  buildah rm "$container" >/dev/null
  echo "Ran as it should."
}

readonly port=18080

# What a container runtime does: the image's files, which nobody can change, with a volume, as the user of the image.
# shellcheck disable=SC2016
readonly in_container='
  set -e
  root=$1 data=$2 user=$3
  shift 3
  mount --bind "$root" "$root"
  mount --options remount,bind,ro "$root"
  mount --bind "$data" "$root/data"
  mount --types tmpfs tmpfs "$root/tmp"
  mount --types proc proc "$root/proc"
  settings=()
  while [[ $1 == *=* ]]; do settings+=("$1") && shift; done
  in_image=(chroot --userspec="$user:$user" "$root" env --ignore-environment --chdir=/app/fly-interview-hybrid "${settings[@]}")
  "${in_image[@]}" id
  if "${in_image[@]}" touch dist/main.js 2>/dev/null; then echo "It can change its own program." >&2; exit 1; fi
  "${in_image[@]}" node dist/doctor.js
  "${in_image[@]}" node dist/canary.js
  exec "${in_image[@]}" "$@"
'

# Entries of an image's configuration, each with a NUL behind it.
config_of() {
  buildah inspect "$1" | node -e '
    const { OCIv1 } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    for (const name of process.argv.slice(1)) for (const entry of [OCIv1.config[name]].flat()) process.stdout.write(`${entry}\0`);
  ' "${@:2}"
}

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

main
