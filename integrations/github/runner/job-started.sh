#!/bin/sh
# Hook of GitHub's self-hosted runner: ACTIONS_RUNNER_HOOK_JOB_STARTED is to hold the path of this file.
# https://docs.github.com/actions/hosting-your-own-runners/managing-self-hosted-runners/running-scripts-before-or-after-a-job
#
# The job is here already when the hook runs: exit code 0 lets it go on, any other one fails it, and GitHub does not
# give it to another runner. What can be had is that it fails within seconds, says why, and is the last one: the
# hook leaves a mark, and gpucheck-runner-watch takes the runner out of service (docs/ci.md).
set -u

library=$(dirname -- "$0")
mark=${GPUCHECK_RUNNER_MARK-} # set by the drop-in of the runner's unit

code=0
"$library/look" --ci github || code=$?
[ "$code" -eq 0 ] && exit 0

echo "::error title=gpucheck::This runner is not fit for GPU jobs ($code), so the job was not started: run it again."
if [ -n "$mark" ] && echo "$code" >"$mark"; then
    echo "The runner is being taken out of service."
else
    echo "::warning title=gpucheck::The runner stays in service: its unit does not set GPUCHECK_RUNNER_MARK."
fi
exit 1
