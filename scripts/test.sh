#!/usr/bin/env bash
# Makes the environment and runs all tests; arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh

make_environment cpu benchmarks,test
.venv/bin/ruff check --quiet .
.venv/bin/ruff format --quiet --check .
.venv/bin/mypy --no-error-summary
exec "$PYTHON" -m pytest -q "$@"
