#!/bin/sh
# One hash-locked file per image, all resolved together through dev.lock so that they agree.
set -eu
uv=$1
export UV_CUSTOM_COMPILE_COMMAND="make lock"
compile() { "$uv" pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links "$@"; }
echo "uv==0.13.9" > requirements/bootstrap.in
compile requirements/bootstrap.in -o requirements/bootstrap.lock
compile pyproject.toml --all-extras -o requirements/dev.lock
compile pyproject.toml --extra pipeline --constraint requirements/dev.lock -o requirements/pipeline.lock
compile pyproject.toml --extra dashboard --constraint requirements/dev.lock -o requirements/dashboard.lock
