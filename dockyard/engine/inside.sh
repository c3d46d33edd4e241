# Runs inside the engine's namespaces, where it becomes dockerd.
#
# usage: inside.sh REGISTRY FOLDER PORT DOCKERD [OPTION...]
# FOLDER holds the configuration of each registry; PORT is where the hub is outside.
registry=$1 folder=$2 port=$3
shift 3
umask 022

# These are links to the machine's own folders. dockerd creates its own instead.
rm -f /run/docker /run/containerd /run/xtables.lock

# In here the hub is always at port 5000. Redirect requests for the port that it has outside.
if [ "$port" != 5000 ]; then
    iptables -t nat -A OUTPUT -p tcp -d 127.0.0.1 --dport "$port" -j REDIRECT --to-ports 5000
fi

# Each loop becomes a child of the namespace's first process, which reaps it; dockerd would not.
serve() {
    (while :; do
        "$registry" serve "$folder/$1.yml" >>"$folder/$1.log" 2>>"$folder/$1-errors.log"
        sleep 0.5
    done &)
}
serve hub
serve guarded
# Files of an old data root belong to subordinate users, so they can only be deleted in here. Wait
# a little: creating the start state of a lesson needs the disk, too.
( (sleep 5; exec nice rm -rf -- "$folder/trash") &)

exec "$@"
