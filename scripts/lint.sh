#!/usr/bin/env bash
# Makes the environment if need be and runs the linters; with --fix it first fixes what can be fixed automatically.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh

make_environment "$(find_accelerator)"
if [ "${1:-}" = --fix ]; then
    .venv/bin/ruff check --quiet --fix .
    .venv/bin/ruff format --quiet .
fi
.venv/bin/ruff check --quiet .
.venv/bin/ruff format --quiet --check .
.venv/bin/mypy --no-error-summary
