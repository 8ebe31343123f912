#!/usr/bin/env bash
# Makes the environment, measures every task it has data for, prints the table, writes the report.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh

usage="usage: scripts/run_all.sh [--quick] [--no-install] [--accelerator auto|cpu|cuda|tpu] [RUN OPTIONS]

  --quick         short runs on embedded data
  --no-install    use \$PYTHON or python3 as it is; rows that need more are skipped with the reason
  --accelerator   what to install for; auto looks at the machine

Further options go to \`python -m benchmarks run\`, such as --task, --implementation, --data-dir, --out."

accelerator=auto install=yes options=()
while [ $# -gt 0 ]; do
    case $1 in
        --no-install) install=no ;;
        --accelerator) accelerator=${2:-}; shift ;;
        --help | -h) echo "$usage"; exit 0 ;;
        *) options+=("$1") ;;
    esac
    shift
done
case $accelerator in
    auto) accelerator=$(find_accelerator) ;;
    cpu | cuda | tpu) ;;
    *) echo "got --accelerator '$accelerator'; expected auto, cpu, cuda or tpu" >&2; exit 2 ;;
esac

if [ $install = yes ]; then
    make_environment "$accelerator"
else
    PYTHON=${PYTHON:-python3}
fi
exec "$PYTHON" -m benchmarks run "${options[@]+"${options[@]}"}"
