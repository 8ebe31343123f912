#!/usr/bin/env bash
# Runs the library's tests on the oldest Python that has a lock file, where it is on this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
lock=$(printf '%s\n' locks/python*.txt | sort --version-sort | head -n 1)
python=$(basename "$lock" .txt)
if ! "$python" -c '' 2>/dev/null; then
    echo "no $python on this machine; the library is not tested with it" >&2
    exit 0
fi
# Neither rivals nor the harness's frameworks are needed for them.
"$python" -m venv .venv-oldest
.venv-oldest/bin/python -m pip install --quiet --disable-pip-version-check --constraint "$lock" \
    -e ".[benchmarks,test]"
export OMP_NUM_THREADS=1
exec .venv-oldest/bin/python -m pytest -q -n 2 --dist loadfile tests/logreg_jax "$@"
