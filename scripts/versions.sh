#!/usr/bin/env bash
# Runs a few tasks with every Python of this machine that has a lock file, in one run: what newer versions of the
# libraries change. Options go to `python -m benchmarks run`.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
root=$PWD
. scripts/environment.sh

options=() newest=
for file in $(printf '%s\n' locks/python*.txt | sort --version-sort --reverse); do
    name=$(basename "$file" .txt)
    PYTHON=$name
    if ! "$name" -c '' 2>/dev/null || ! make_environment "$(find_accelerator)" ".venv-$name"; then
        echo "no environment of $name on this machine; its versions are left out" >&2
        continue
    fi
    compile_packages
    if [ -z "$newest" ]; then
        newest=$root/$PYTHON
    else
        options+=(--environment "$name=$root/$PYTHON")
    fi
done
[ ${#options[@]} -gt 0 ] || { echo "expected two Pythons that have lock files, to be compared" >&2; exit 2; }
cd "$caller"
PYTHON=$newest exec "$root/scripts/run_all.sh" --no-install "${options[@]}" \
    --task two_gaussians --task digits_adam --task breast_cancer_solve \
    --implementation jax_scan --implementation tf_xla --implementation torch_compile --implementation torch_eager \
    --implementation jax_solve --implementation torch_lbfgs --implementation sklearn_lbfgs "$@"
