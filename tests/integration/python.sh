#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run python with Debian's own interpreter where another one comes first: kconfiglib is a package of
# Debian's.
#
#   python.sh SCRIPT ARGUMENT...
for python in python3 /usr/bin/python3; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -c 'import kconfiglib' 2>/dev/null; then
        exec "$python" "$@"
    fi
done
echo "skipped: no kconfiglib here (Debian: python3-kconfiglib)"
exit 77
