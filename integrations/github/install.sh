#!/usr/bin/env bash
# First step of the action: finds or installs gpucheck and tells the next step its path.
# A given single file goes first, then a given release, then what is installed, then the newest release.
set -euo pipefail

version=${INPUT_VERSION-} pyz=${INPUT_PYZ-} python=${INPUT_PYTHON:-python3}
folder=$RUNNER_TEMP/gpucheck

fail() {
    echo "::error title=gpucheck::$1"
    exit 1
}

launcher() { # a program of one word for PYTHON FILE
    mkdir -p "$folder"
    printf '#!/usr/bin/env bash\nexec %q %q "$@"\n' "$python" "$1" >"$folder/gpucheck"
    chmod +x "$folder/gpucheck"
    command=$folder/gpucheck
}

install() {
    "$python" -m venv "$folder/env" || fail "$python cannot make virtual environments: install python3-venv, or give pyz"
    "$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check "$1" ||
        fail "$1 could not be installed: see above; without a package index give pyz"
    command=$folder/env/bin/gpucheck
}

type -P "$python" >/dev/null || fail "there is no program that input python names"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "Python 3.10 or newer is needed; input python names one"
if [ -n "$pyz" ]; then
    [ -f "$pyz" ] || fail "there is no file at the path that input pyz names"
    launcher "$(realpath -- "$pyz")"
elif [ -n "$version" ]; then
    [[ $version =~ ^[0-9A-Za-z.+!-]+$ ]] || fail "input version is no version"
    install "gpucheck-host==$version"
else
    command=$(type -P gpucheck) || install gpucheck-host
fi
echo "command=$command" >>"$GITHUB_OUTPUT"
