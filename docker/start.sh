#!/bin/sh
# What a container of the image does: `web`, `worker`, `work`, or any other command.
set -eu

python -m portal.configuration "$CKAN_INI" --storage /var/lib/ckan/storage

case "$1" in
web)
    ckan db upgrade
    exec gunicorn --bind 0.0.0.0:5000 --workers 2 --threads 4 \
        --no-control-socket portal.wsgi
    ;;
worker)
    exec ckan jobs worker
    ;;
work)
    exec ckan merit work
    ;;
*)
    exec "$@"
    ;;
esac
