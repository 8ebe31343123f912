# Sourced by the other scripts: makes an environment with the versions of a lock file, or brings it up to date.
#
#     make_environment ACCELERATOR [FOLDER]    cpu, cuda or tpu; in .venv if no folder is given
#     compile_packages                         of this environment, to be imported at full speed
#
# Afterwards $PYTHON is the interpreter to use. An environment that is already right is left alone.

make_environment() {
    local accelerator=$1 extras=benchmarks,test base=${PYTHON:-$(newest_python)} wanted
    environment=${2:-.venv}
    require_python "$base" || return 1
    lock=$(lock_file "$base") || return 1
    wanted=$("$base" --version; echo "$accelerator"; cat pyproject.toml "$lock")
    PYTHON=$environment/bin/python
    if [ -x "$PYTHON" ] && [ "$(cat "$environment/installed" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    echo "making the environment in $environment with $("$base" --version) and $lock;" \
        "this takes a few minutes the first time"
    if [ "$("$PYTHON" --version 2>/dev/null)" != "$("$base" --version)" ] &&
        ! "$base" -m venv --clear "$environment"; then
        echo "the environment cannot be made; fix the error above, remove $environment and try again" >&2
        return 1
    fi

    case $accelerator in
        cuda) extras=$extras,cuda ;;
        tpu) extras=$extras,tpu ;;
    esac
    local tensorflow=tensorflow
    [ "$accelerator" = cuda ] && tensorflow=tensorflow-cuda
    if ! install -e ".[$extras,torch,$tensorflow,specialists]"; then
        echo "not everything can be installed; trying one part after the other" >&2
        if ! install -e ".[$extras]"; then
            echo "the packages cannot be installed; fix what pip says above (with a damaged $environment: remove it)," \
                "or use a Python that has them with --no-install" >&2
            return 1
        fi
        # A rival that cannot be installed costs its rows, with the reason, and nothing else.
        install -e ".[torch]" || echo "PyTorch could not be installed; its rows will be skipped" >&2
        install -e ".[$tensorflow]" ||
            echo "TensorFlow could not be installed; its rows will be skipped" >&2
        install -e ".[specialists]" ||
            echo "the specialists could not be installed; their rows will be skipped" >&2
    fi
    rm -f "$environment/compiled"
    printf '%s' "$wanted" >"$environment/installed"
}

# Before a run: otherwise it would pay, and report it as the time of importing a library.
compile_packages() {
    [ -e "$environment/compiled" ] && return 0
    # Some libraries ship templates that are not Python, which is no error.
    "$PYTHON" -m compileall -q -j 0 "$environment/lib" >/dev/null 2>&1 || true
    touch "$environment/compiled"
}

require_python() {
    if ! "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "got $("$1" --version 2>&1); expected Python 3.11 or newer." \
            "Set PYTHON to one, for example PYTHON=python3.12 $0" >&2
        return 1
    fi
}

# The newest Python on PATH that has a lock file; python3 where there is none.
newest_python() {
    local lock name
    for lock in $(printf '%s\n' locks/python*.txt | sort --version-sort --reverse); do
        name=$(basename "$lock" .txt)
        # A name can be on PATH and lead to none.
        if "$name" -c '' 2>/dev/null; then
            echo "$name"
            return 0
        fi
    done
    echo python3
}

lock_file() {
    local lock
    lock=locks/python$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])').txt
    if ! [ -e "$lock" ]; then
        echo "got $("$1" --version), which has no lock file; expected a Python that has one (in locks/)," \
            "set by PYTHON, or make one with scripts/lock.sh $1" >&2
        return 1
    fi
    echo "$lock"
}

install() {
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --no-compile --constraint "$lock" "$@"
}

find_accelerator() {
    if command -v nvidia-smi >/dev/null && nvidia-smi --list-gpus 2>/dev/null | grep -q GPU; then
        echo cuda
    elif [ -n "${TPU_NAME:-}" ] || ls /dev/accel* >/dev/null 2>&1; then
        echo tpu
    else
        echo cpu
    fi
}
