#!/usr/bin/env bash
# The one command before a change is handed in: format, lints, dependencies, docs, schema, tests.
# It runs all of them whatever fails, and says last which databases the tests ran on, what could
# not be run, and what failed.
#
#   deploy/check.sh                       with whatever this machine has
#   REQUIRE_POSTGRES=1 deploy/check.sh    fails where the tests find no PostgreSQL
#   deploy/check.sh tests schema          only these
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

all=(format lints dependencies docs schema tests)
failed=()
not_run=()

format() {
    cargo fmt --all --check
}

lints() {
    cargo clippy --workspace --all-targets -- -D warnings
}

# One of each: two versions of the driver link SQLite twice, and a second TLS provider doubles
# what has to be patched.
dependencies() {
    local tree name versions providers
    local wrong=0
    # `--locked`: Cargo.lock says what is built, or this fails.
    tree=$(cargo tree --locked --workspace --prefix none --format '{p}') || return

    for name in libsqlite3-sys rustls sea-orm sqlx sqlx-core sqlx-postgres sqlx-sqlite; do
        versions=$(awk -v name="$name" '$1 == name { print $2 }' <<<"$tree" | sort -u)
        if [[ $(wc -w <<<"$versions") -gt 1 ]]; then
            echo "$name is there more than once:" $versions
            wrong=1
        fi
    done

    providers=$(awk '$1 ~ /^(aws-lc-rs|native-tls|openssl|ring)$/ { print $1 }' <<<"$tree" | sort -u)
    if [[ $(wc -w <<<"$providers") -gt 1 ]]; then
        echo "more than one TLS provider:" $providers
        wrong=1
    fi

    if ! cargo deny --version >/dev/null 2>&1; then
        not_run+=("known vulnerabilities: cargo-deny is not installed")
    elif ! cargo deny --workspace check advisories; then
        wrong=1
    fi
    return "$wrong"
}

docs() {
    RUSTDOCFLAGS="${RUSTDOCFLAGS:-} -D warnings" cargo doc --workspace --no-deps
}

schema() {
    cargo run --quiet -- schema --check
}

tests() {
    cargo test --workspace --no-fail-fast
}

# The tests write a line for each database they used; libtest swallows what they print.
databases() {
    local used
    used=$(sort -u "$SLUICE_TEST_DATABASES_LOG" | paste -sd ',' | sed 's/,/, /g')
    echo "Databases the tests ran on: ${used:-none}."
    if [[ $used != *postgres* ]]; then
        not_run+=("tests on PostgreSQL: set TEST_DATABASE_URL, or install its programs (PG_BIN_DIR says where)")
        if [[ ${REQUIRE_POSTGRES:-} == 1 ]]; then
            failed+=(postgres)
        fi
    fi
}

chosen=("$@")
if [[ $# -eq 0 ]]; then
    chosen=("${all[@]}")
fi
for step in "${chosen[@]}"; do
    if [[ " ${all[*]} " != *" $step "* ]]; then
        echo "There is no check \"$step\"; there are: ${all[*]}" >&2
        exit 2
    fi
done

SLUICE_TEST_DATABASES_LOG=$(mktemp)
export SLUICE_TEST_DATABASES_LOG
trap 'rm -f "$SLUICE_TEST_DATABASES_LOG"' EXIT

# In front of `||` bash does not stop a function at its first failing line: each says so itself.
for step in "${chosen[@]}"; do
    printf '\n== %s\n' "$step"
    "$step" || failed+=("$step")
done

echo
if [[ " ${chosen[*]} " == *" tests "* ]]; then
    databases
fi
for what in "${not_run[@]}"; do
    echo "Not run: $what."
done
if [[ ${#failed[@]} -gt 0 ]]; then
    echo "Failed: ${failed[*]}."
    exit 1
fi
echo "All passed: ${chosen[*]}."
