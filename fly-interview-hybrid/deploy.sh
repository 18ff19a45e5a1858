#!/usr/bin/env bash
# Deploys the proxy to Fly.io: checks what a deployment needs, says what is missing, sets the secrets, deploys, waits until
# the result is ready, makes one call with it, and goes back to the version before where something of that fails.
set -euo pipefail

# The build needs the sibling packages, so the whole repository is its context.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly config=fly-interview-hybrid/fly.toml
readonly usage="./deploy.sh [--dry-run] [--skip-tests] [--skip-canary]
  Deploys what is committed here to Fly.io. FLY_APP names another app than fly.toml does. Taken from the environment, where
  they are set: OPENAI_API_KEY, JWT_SECRET, JWT_JWKS_URL, SERVICE_TOKEN, ALLOWED_ORIGINS.
  --dry-run      changes nothing, and prints each step instead, and all that is missing
  --skip-tests   for a commit that CI has tested
  --skip-canary  makes no call, for which the voice service would bill"

readonly secret_names=(OPENAI_API_KEY JWT_SECRET JWT_JWKS_URL SERVICE_TOKEN ALLOWED_ORIGINS)
dry_run=false skip_tests=false skip_canary=false missing=0

main() {
  read_options "$@"
  take_secrets
  check_tools
  check_login
  check_tree
  look_up_app
  check_key
  complete_secrets
  ((missing == 0)) || $dry_run || exit 1

  $skip_tests || run_tests
  $app_exists || step "$fly" apps create "$app"
  set_secrets
  step "$fly" deploy . --config "$config" --dockerfile fly-interview-hybrid/Dockerfile --app "$app" --ha=false ||
    roll_back "The deployment failed."
  await_readiness || roll_back "The new version does not get ready."
  $skip_canary || run_canary || roll_back "A call with the new version went wrong."

  ((missing == 0)) || exit 1
  $dry_run || echo "Deployed: $url"
}

read_options() {
  local option
  for option in "$@"; do
    case $option in
      --dry-run) dry_run=true ;;
      --skip-tests) skip_tests=true ;;
      --skip-canary) skip_canary=true ;;
      --help) printf '%s\n' "$usage" && exit 0 ;;
      *) fail "$usage" ;;
    esac
  done
  app=${FLY_APP:-$(sed -n 's/^app = "\(.*\)"$/\1/p' "$config")}
  url=https://$app.fly.dev
}

# From here on they are variables of this shell alone, as given_…: no program that it starts has them in its environment.
take_secrets() {
  local name
  for name in "${secret_names[@]}"; do
    printf -v "given_$name" %s "${!name-}"
    unset "$name"
    # What `fly secrets import` would read as something else.
    [[ $(given "$name") != *[$'"#\r\n']* ]] || fail "$name must contain no quote, no # and no line break."
  done
}

given() {
  local variable=given_$1
  printf %s "${!variable}"
}

check_tools() {
  local tool
  fly=$(command -v fly || command -v flyctl || echo fly)
  for tool in git node npm openssl curl; do
    command -v "$tool" >/dev/null || lacks "$tool is not installed."
  done
  command -v "$fly" >/dev/null || lacks "flyctl is not installed. See https://fly.io/docs/flyctl/install/"
}

check_login() {
  command -v "$fly" >/dev/null || return 0
  "$fly" auth whoami >/dev/null 2>&1 || lacks "You are not signed in to Fly.io. Run: $fly auth login"
}

# What is deployed must be a commit, so that it can be told and built again.
check_tree() {
  local changes
  changes=$(git status --porcelain 2>&1) || changes="no repository"
  [[ -z $changes ]] || lacks "There is what is not committed here. Commit it, or put it away with: git stash --include-untracked"
}

look_up_app() {
  app_exists=false present='' previous=''
  "$fly" status --app "$app" >/dev/null 2>&1 || return 0
  app_exists=true
  present=" $("$fly" secrets list --app "$app" | tr '\n\t' '  ') "
  previous=$("$fly" machine list --app "$app" --json | node -p \
    'JSON.parse(require("node:fs").readFileSync(0, "utf8"))[0]?.config.image ?? ""')
}

check_key() {
  is_set OPENAI_API_KEY ||
    lacks "OPENAI_API_KEY is neither in the environment nor a secret of the app. Run: read -rs OPENAI_API_KEY && export OPENAI_API_KEY"
}

complete_secrets() {
  is_set JWT_SECRET || is_set JWT_JWKS_URL || generate JWT_SECRET
  is_set SERVICE_TOKEN || generate SERVICE_TOKEN
  is_set ALLOWED_ORIGINS || ask_for_origins
}

is_set() {
  [[ -n $(given "$1") || $present == *" $1 "* ]]
}

generate() {
  printf -v "given_$1" %s "$(openssl rand -hex 32)"
  [[ -n $(given "$1") ]] || lacks "$1 could not be generated."
}

ask_for_origins() {
  if [[ ! -t 0 ]]; then
    lacks "ALLOWED_ORIGINS is not set: origins of the pages that may connect, separated by commas, such as https://jobs.example"
    return
  fi
  local origins=''
  read -rp "Origins of the pages that may connect, separated by commas (none but $url): " origins
  given_ALLOWED_ORIGINS=${origins:-$url}
}

run_tests() {
  step npm ci
  step npm run check || fail "The checks fail, so nothing was deployed."
  step npm test || fail "The tests fail, so nothing was deployed."
}

# They take effect with the deployment.
set_secrets() {
  local import=("$fly" secrets import --stage --app "$app") names
  names=$(given_lines | cut -d= -f1)
  [[ -n $names ]] || return 0
  echo "Secrets to set:" $names
  if $dry_run; then step "${import[@]}"; else given_lines | "${import[@]}"; fi
}

# By the shell itself and through a pipe: what stands on a command line, other users of this machine can read.
given_lines() {
  local name
  for name in "${secret_names[@]}"; do
    [[ -z $(given "$name") ]] || printf '%s=%s\n' "$name" "$(given "$name")"
  done
}

await_readiness() {
  step curl --fail --silent --show-error --output /dev/null --max-time 10 --retry 30 --retry-delay 2 --retry-all-errors "$url/readyz"
}

# On the new machine, so with its settings and from its network.
run_canary() {
  step "$fly" ssh console --quiet --app "$app" --command "node /app/fly-interview-hybrid/dist/canary.js"
}

roll_back() {
  [[ -n $previous ]] || fail "$1 There is no version before it. Look at: $fly logs --app $app"
  echo "$1 Going back to $previous" >&2
  step "$fly" deploy --image "$previous" --config "$config" --app "$app" --ha=false && await_readiness ||
    fail "Going back failed too. Look at: $fly logs --app $app"
  fail "$1 The version before it runs again, with the secrets as they are now. Look at: $fly logs --app $app"
}

# A step that changes something or takes long.
step() {
  if $dry_run; then
    printf 'Would run: %s\n' "$*"
  else
    "$@"
  fi
}

lacks() {
  printf '%s\n' "$1" >&2
  missing=1
}

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

main "$@"
