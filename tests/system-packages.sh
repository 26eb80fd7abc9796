# Install the system packages that a goal needs (Debian, as root), or name them and stop.
# Usage: sh tests/system-packages.sh site|test PYTHON     "test" needs what "site" needs, too.
set -eu
goal=$1 python=$2

there() {
    case $1 in
    module:*) "$python" -c "import ${1#*:}" ;;
    library:*) "$python" -c "import ctypes.util, sys; sys.exit(not ctypes.util.find_library('${1#*:}'))" ;;
    font:*) fc-list | grep -q "/${1#*:}\." ;;
    command:chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    esac >/dev/null 2>&1
}

command -v "$python" >/dev/null || { echo "$python is not on PATH: name a Python 3.11 or newer with PYTHON=…" >&2; exit 1; }

missing=
while read -r for what debian fedora homebrew; do
    case $for in \#* | '') continue ;; esac
    if [ "$for" = site ] || [ "$goal" = test ]; then
        there "$what" || missing="$missing $what"
    fi
done <"$(dirname "$0")/system-packages.txt"
[ -n "$missing" ] || exit 0

# column N: the packages of everything that is missing
packages() {
    for what in $missing; do
        awk -v what="$what" -v n="$1" '$2 == what { gsub(",", " ", $n); print $n }' \
            "$(dirname "$0")/system-packages.txt"
    done | tr '\n' ' '
}

if command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then
        echo "▸ Installing system packages: $(packages 3)"
        apt-get -qq update
        # shellcheck disable=SC2046
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $(packages 3) >/dev/null
        exit 0
    fi
    how="sudo apt-get install $(packages 3)"
elif command -v dnf >/dev/null; then
    how="sudo dnf install $(packages 4)"
else
    how="brew install $(packages 5)"
fi
echo "missing on this system:$missing. Install with: $how" >&2
exit 1
