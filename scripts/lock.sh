#!/usr/bin/env bash
# Writes locks/python3.X.txt, the versions that the scripts install with that Python: the newest that
# pyproject.toml allows and that go together. Nothing is installed.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

usage="usage: scripts/lock.sh PYTHON [REQUIREMENT...]

  PYTHON        such as python3.13; the lock file is named after its version
  REQUIREMENT   what is asked for besides, such as torch==2.13.0"
case ${1:---help} in
    --help | -h) echo "$usage"; exit ;;
esac
python=$1
shift

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --dry-run --ignore-installed \
    --report "$work/report.json" "$root[benchmarks,test,torch,tensorflow,specialists]" "$@"

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
{
    echo "# Versions that go together on Python $version. Made on $(date +%F) by"
    echo "#     scripts/lock.sh python$version${*:+ $*}"
    "$python" - "$work/report.json" <<'PYTHON'
import json
import sys

with open(sys.argv[1]) as file:
    packages = [package["metadata"] for package in json.load(file)["install"]]
# A local label such as +cpu says which build this machine got, and another machine may get another.
lines = {f"{package['name']}=={package['version'].partition('+')[0]}" for package in packages}
print("\n".join(sorted((line for line in lines if not line.startswith("logreg_jax==")), key=str.lower)))
PYTHON
} >"$work/lock"
mkdir -p "$root/locks"
mv "$work/lock" "$root/locks/python$version.txt"
echo "wrote locks/python$version.txt"
