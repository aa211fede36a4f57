#!/usr/bin/env bash
# Second step of the action: gpucheck itself writes annotations, summary and outputs.
set -euo pipefail

options=(--ci github --fail-on "${INPUT_FAIL_ON:-fail}")
[ -z "${INPUT_CONTRACT-}" ] || options+=(--contract "$INPUT_CONTRACT")
[ -z "${INPUT_GPUS-}" ] || options+=(--gpus "$INPUT_GPUS")
case ${INPUT_RUN:-false} in
    true) options+=(--run) ;;
    false) ;;
    *) echo "::error title=gpucheck::input run is true or false" && exit 2 ;;
esac
while read -r -a words; do
    for word in "${words[@]}"; do options+=(--image "$word"); done
done <<<"${INPUT_IMAGES-}"

code=0
"$COMMAND" preflight "${options[@]}" || code=$?
if ! grep -q '^ready=' "$GITHUB_OUTPUT"; then # it could not judge: whoever asks for the output must not read nothing
    printf 'ready=false\nverdict=undetermined\n' >>"$GITHUB_OUTPUT"
    echo "::error title=gpucheck::gpucheck could not judge this runner (exit code $code): see the log of this step"
fi
exit "$code"
