#!/usr/bin/env bash
# Makes the environment, measures every task it has data for, prints the table, writes the report.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
root=$PWD
. scripts/environment.sh

usage="usage: scripts/run_all.sh [--quick] [--no-install] [--accelerator auto|cpu|cuda|tpu] [RUN OPTIONS]

  --quick         a few short runs on embedded data, in some 5 minutes
  --no-install    use \$PYTHON or python3 as it is; rows that need more are skipped with the reason
  --accelerator   what to install for; auto looks at the machine

Further options go to \`python -m benchmarks run\`, such as --task, --implementation, --data-dir, --out.
Its help, \`python -m benchmarks --help\`, says what the exit status means."

fail() {
    echo "$*" >&2
    exit 2
}

accelerator=auto install=yes options=()
while [ $# -gt 0 ]; do
    case $1 in
        --no-install) install=no ;;
        --accelerator)
            [ $# -ge 2 ] || fail "got --accelerator without a value; expected auto, cpu, cuda or tpu after it"
            accelerator=$2
            shift
            ;;
        --accelerator=*) accelerator=${1#*=} ;;
        --help | -h) echo "$usage"; exit 0 ;;
        *) options+=("$1") ;;
    esac
    shift
done
case $accelerator in
    auto) accelerator=$(find_accelerator) ;;
    cpu | cuda | tpu) ;;
    *) fail "got --accelerator '$accelerator'; expected auto, cpu, cuda or tpu" ;;
esac

# A path to a Python, like the paths among the options, is one from the caller's folder.
case ${PYTHON:-} in
    /*) ;;
    */*) PYTHON=$caller/$PYTHON ;;
esac
if [ $install = yes ]; then
    make_environment "$accelerator" || exit 2
    compile_packages
    PYTHON=$root/$PYTHON
else
    PYTHON=${PYTHON:-python3}
    require_python "$PYTHON" || exit 2
fi
cd "$caller"
# -P: a file of the caller's folder is no module of the suite.
PYTHONPATH=$root${PYTHONPATH:+:$PYTHONPATH} exec "$PYTHON" -P -m benchmarks run "${options[@]+"${options[@]}"}"
