#!/bin/sh
# Runs rootlesskit-docker-proxy so that a port is published on this machine only, whatever address the
# learner wrote. The dockerd option --ip does so for the default network alone.
for word; do
    shift
    # A dockerd that passes sockets has already asked RootlessKit for the port.
    [ "$word" = -use-listen-fd ] && proxy=docker-proxy
    if [ "$last" = -host-ip ]; then
        case $word in
        127.*) ;;
        *:*) word=::1 ;;
        *) word=127.0.0.1 ;;
        esac
    fi
    set -- "$@" "$word"
    last=$word
done
exec "${proxy:-rootlesskit-docker-proxy}" "$@"
