#!/usr/bin/env bash
# Deploys the proxy to Fly.io: checks what a deployment needs, says what is missing, deploys, asks the result for its
# health. Takes no secret and prints none. FLY_APP, where set, names the app instead of fly.toml.
set -euo pipefail

# The build needs the sibling packages, so the whole repository is its context.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly config=fly-interview-hybrid/fly.toml

main() {
  fly=$(find_flyctl)
  "$fly" auth whoami >/dev/null 2>&1 || fail "You are not signed in to Fly.io. Run: $fly auth login"
  app=${FLY_APP:-$(sed -n 's/^app = "\(.*\)"$/\1/p' "$config")}

  ensure_app
  check_secrets
  "$fly" deploy . --config "$config" --dockerfile fly-interview-hybrid/Dockerfile --app "$app" --ha=false
  check_health "https://$app.fly.dev"
}

find_flyctl() {
  command -v fly || command -v flyctl ||
    fail "flyctl is not installed. See https://fly.io/docs/flyctl/install/ and run this again."
}

ensure_app() {
  if "$fly" status --app "$app" >/dev/null 2>&1; then return; fi
  echo "Creating the app $app"
  "$fly" apps create "$app"
}

# Values are read from the terminal or made by openssl and go through a pipe: on a command line, other users of this
# machine could read them.
check_secrets() {
  local present missing=()
  present=$("$fly" secrets list --app "$app")
  has_secret OPENAI_API_KEY ||
    missing+=("read -rsp 'OpenAI key: ' key && printf 'OPENAI_API_KEY=%s\n' \"\$key\" | $fly secrets import --app $app")
  has_secret JWT_SECRET || has_secret JWT_JWKS_URL ||
    missing+=("printf 'JWT_SECRET=%s\n' \"\$(openssl rand -base64 48 | tr -d '\n')\" | $fly secrets import --app $app
    (or, where your platform publishes a key set: $fly secrets set JWT_JWKS_URL=https://… --app $app)")
  ((${#missing[@]} == 0)) && return
  printf 'Secrets are missing. Run, then deploy again:\n' >&2
  printf '  %s\n' "${missing[@]}" >&2
  exit 1
}

has_secret() {
  grep -qw -- "$1" <<<"$present"
}

check_health() {
  curl --fail --silent --show-error --output /dev/null --max-time 10 --retry 10 --retry-all-errors "$1/healthz" ||
    fail "Deployed, but $1/healthz does not answer. Look at: $fly logs --app $app"
  echo "Deployed: $1"
}

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

main
