#!/usr/bin/env bash
# Debian's Chromium and a Chinese font for the browser tests, installed where that is allowed.
set -euo pipefail
command -v "${CHROMIUM:-chromium}" >/dev/null && fc-list ':lang=zh' 2>/dev/null | grep -q . && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "No Chromium or no Chinese font, and no right to install them. As root: apt-get install chromium fonts-noto-cjk" >&2
    exit 1
  fi
  as_root=(sudo -n)
fi
echo "· Chromium and Noto CJK (apt-get)"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  chromium fonts-noto-cjk fontconfig >/dev/null
