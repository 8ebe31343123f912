#!/usr/bin/env bash
# Makes the environment and runs the tests; arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh

make_environment "$(find_accelerator)"
# Two files at a time, since each spends most of its time on one core; thread pools of one thread, since
# two pools that wait for each other's cores are slower than none.
export OMP_NUM_THREADS=1
exec "$PYTHON" -m pytest -q -n 2 --dist loadfile "$@"
