#!/bin/sh
# Stands before rootlesskit-docker-proxy: whatever address a learner names, a port is published to
# this machine only. The dockerd option --ip does so for its default network alone.
for word; do
    shift
    # A dockerd that hands over sockets has asked RootlessKit already.
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
