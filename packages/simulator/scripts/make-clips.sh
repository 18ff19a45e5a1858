#!/bin/sh
# Speaks the default interview into its opus clips. Needs espeak-ng, opusenc (opus-tools) and the installed packages.
# One opus packet per 20 ms: the pacer sends exactly one packet per tick.
set -eu
cd "$(dirname "$0")/.."

node --input-type=module -e '
  import { readFileSync } from "node:fs";
  import { parse } from "yaml";
  const { turns } = parse(readFileSync("assets/default-interview.yaml", "utf8"));
  for (const { clip, interviewer } of turns) console.log(`${clip}\t${interviewer}`);
' | while IFS="$(printf '\t')" read -r clip text; do
  # A fixed serial number keeps the files identical from run to run.
  espeak-ng -v en-us -s 165 -p 40 --stdout "$text" |
    opusenc --quiet --discard-comments --framesize 20 --bitrate 24 --downmix-mono --serial 1 - "assets/$clip"
done
