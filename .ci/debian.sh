# Programs of another Debian suite in a folder of their own, beside the system and without root. To be sourced.
#
#	debian_folder DIR SUITE PACKAGE…   unpacks the packages and everything they need into DIR
#	debian_program DIR PATH…           makes the programs DIR/PATH run with DIR's libraries
#
# apt does the work with a state of its own, in which nothing is installed: it knows the mirror and the keys of this machine
# (so signatures and hashes are verified as ever), and the system's state is neither read nor written. The result is in the exit
# code, as in the scripts beside this one: 0 done, 3 it cannot be had here and the reason was printed, 1 it was tried and failed.

debian_say() { echo "debian: $*" >&2; }

# debian_mirror prints the address from which this machine has its packages.
debian_mirror() {
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Component: main' 'Created-By: Packages' 2>/dev/null |
		awk -v codename="$codename" '$1 == codename || $1 ~ /^(oldstable|stable|testing|unstable|sid)$/ { print $2; exit }'
}

debian_folder() {
	(
		set -eu
		folder=$1 suite=$2
		shift 2
		keys=/usr/share/keyrings/debian-archive-keyring.gpg
		for tool in apt-get dpkg; do
			command -v $tool >/dev/null || { debian_say "there is no $tool"; exit 3; }
		done
		(. /etc/os-release && [ "${ID:-}" = debian ]) || { debian_say "this is not Debian"; exit 3; }
		[ -r "$keys" ] || { debian_say "there is no $keys (package debian-archive-keyring)"; exit 3; }
		mirror=$(debian_mirror)
		[ -n "$mirror" ] || { debian_say "apt names no mirror of Debian"; exit 3; }

		rm -rf "$folder"
		mkdir -p "$folder"
		folder=$(cd "$folder" && pwd)
		state=$folder/.apt
		mkdir -p "$state/lists/partial" "$state/archives/partial"
		: >"$state/status"

		# apt SOURCE-OPTIONS ARGUMENTS…: apt-get with that state, as whoever runs this.
		apt() {
			echo "deb [signed-by=$keys $1] $mirror $suite main" >"$state/sources.list"
			shift
			apt-get -qq -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::State::lists="$state/lists" \
				-o Dir::Cache="$state" -o Dir::Cache::archives="$state/archives" -o Dir::Etc::sourcelist="$state/sources.list" \
				-o Dir::Etc::sourceparts=- -o Dir::Etc::preferencesparts=- -o Dir::Etc::preferences=- -o APT::Install-Recommends=false \
				-o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=2 -o Debug::NoLocking=true "$@"
		}
		options=
		if ! apt '' update --error-on=any >"$state/log" 2>&1; then
			# A mirror of a suite that is not released yet may lag behind. What it has is signed nevertheless.
			if grep -qi 'is expired\|not valid anymore\|valid-until' "$state/log"; then
				debian_say "the Release file of $suite is past its Valid-Until; taken all the same, its signature holds"
				options=check-valid-until=no
			fi
			if ! apt "$options" update --error-on=any >"$state/log" 2>&1; then
				cat "$state/log" >&2
				debian_say "the package lists of $suite could not be fetched"
				exit 3
			fi
		fi
		if ! apt "$options" --yes --download-only install "$@" patchelf >"$state/log" 2>&1; then
			cat "$state/log" >&2
			debian_say "$* could not be fetched from $suite"
			exit 3
		fi
		for package in "$state"/archives/*.deb; do
			dpkg -x "$package" "$folder"
		done
		rm -rf "$state"
	)
}

debian_program() {
	(
		set -eu
		folder=$(cd "$1" && pwd)
		shift
		loader=$(find "$folder" -name 'ld-linux*.so.*' | head -n1)
		libraries=$(dirname "$(find "$folder" -name 'libc.so.6' | head -n1)")
		[ -n "$loader" ] || { debian_say "there is no C library in $folder"; exit 1; }
		for program in "$@"; do
			"$loader" --library-path "$libraries" "$folder/usr/bin/patchelf" --set-interpreter "$loader" --force-rpath \
				--set-rpath "$libraries" "$folder/$program"
		done
	)
}
