# Needs just. Every recipe is one or two commands that can be typed without it.

# List the recipes.
default:
    @just --list

# Everything that must hold before a change lands.
check:
    .ci/run

# All tests; those that need what this machine lacks say so and are left out.
test *arguments:
    cargo test --workspace {{ arguments }}

# Format the code.
fmt:
    cargo fmt --all

# Lints, as strict as .ci/run has them.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# The documentation of the code, private items included.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

# Licences, sources and doubles among the dependencies, and known advisories (their database is fetched).
deny:
    cargo deny check -D unmatched-skip -D unnecessary-skip

# Write the generated files anew, and show what has changed.
generate:
    MUSUBI_REFERENCE=write cargo test -p musubi --test it reference
    git diff --exit-code -- docs/reference

# kill -9 under 64 writers, 200 times on each engine.
kill:
    MUSUBI_TEST_KILLS=200 cargo test --release -p musubi --test it -- "kill -9"

# The figures, each beside its peer or limit in the same run.
bench *arguments:
    cargo run --release -p musubi-bench -- {{ arguments }}

# A server with demo data, in a folder that goes away.
serve *arguments:
    cargo run --release -- serve --demo {{ arguments }}
