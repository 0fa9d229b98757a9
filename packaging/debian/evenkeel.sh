#!/bin/sh
# With the Node that the package was built with: its native modules fit no other for certain.
exec /usr/lib/evenkeel/bin/node /usr/lib/evenkeel/dist/src/main.js "$@"
