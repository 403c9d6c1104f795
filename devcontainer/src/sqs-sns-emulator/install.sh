#!/bin/sh
# Installs the emulator into an environment of its own, and writes what starts it with the container. The options of the
# feature come as variables: https://containers.dev/implementors/features/#option-resolution
set -eu

VERSION=${VERSION:-latest}
PORT=${PORT:-4566}
AUTOSTART=${AUTOSTART:-true}
ARGUMENTS=${ARGUMENTS:-}
PREFIX=${PREFIX:-/usr/local}
LOG=${LOG:-/tmp/sqs-sns-emulator.log}

fail() {
    echo "sqs-sns-emulator: $1" >&2
    exit 1
}

# The first Python 3.11 or later that can make an environment; that of the feature "python" is not on the PATH yet.
python() {
    for candidate in /usr/local/python/current/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
            echo "$candidate"
            return
        fi
    done
}

case $PORT in
    '' | *[!0-9]*) fail "the option port is \"$PORT\", which is no number." ;;
esac
case $AUTOSTART in
    true | false) ;;
    *) fail "the option autostart is \"$AUTOSTART\": true or false is wanted." ;;
esac
case $VERSION in
    latest) package=sqs-sns-emulator ;;
    [0-9]*) package="sqs-sns-emulator==$VERSION" ;;
    */*) package=$VERSION ;;
    *) fail "the option version is \"$VERSION\": \"latest\", a version, a path or a URL is wanted." ;;
esac

if [ -z "$(python)" ] && command -v apt-get > /dev/null; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv
    rm -rf /var/lib/apt/lists/*
fi
python=$(python)
[ -n "$python" ] || fail "Python 3.11 or later is needed: add the feature ghcr.io/devcontainers/features/python."

environment=$PREFIX/lib/sqs-sns-emulator
"$python" -m venv --clear "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir "$package"
mkdir -p "$PREFIX/bin" "$PREFIX/share/sqs-sns-emulator"
ln -sf "$environment/bin/sqs-sns-emulator" "$PREFIX/bin/sqs-sns-emulator"

entrypoint=$PREFIX/share/sqs-sns-emulator/entrypoint.sh
{
    echo '#!/bin/sh'
    echo '# Starts the emulator, if the option autostart is true, and then what the container is for.'
    if [ "$AUTOSTART" = true ]; then
        printf '"%s" --port %s %s > "%s" 2>&1 &\n' "$environment/bin/sqs-sns-emulator" "$PORT" "$ARGUMENTS" "$LOG"
    fi
    echo 'exec "$@"'
} > "$entrypoint"
chmod 755 "$entrypoint"
