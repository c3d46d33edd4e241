# Runs inside the engine's namespaces, where it becomes dockerd.
#
# usage: inside.sh REGISTRY FOLDER PORT DOCKERD [OPTION...]
# FOLDER holds the configuration of each registry; PORT is where the hub is outside.
registry=$1 folder=$2 port=$3
shift 3
umask 022

# Links to the machine's own folders: dockerd makes its own in their place.
rm -f /run/docker /run/containerd /run/xtables.lock

# In here the hub is always at 5000. Who names it as it is called outside is brought there.
if [ "$port" != 5000 ]; then
    iptables -t nat -A OUTPUT -p tcp -d 127.0.0.1 --dport "$port" -j REDIRECT --to-ports 5000
fi

# Every loop belongs to the first process of the namespace, which reaps it; dockerd would not.
serve() {
    (while :; do
        "$registry" serve "$folder/$1.yml" >>"$folder/$1.log" 2>>"$folder/$1-errors.log"
        sleep 0.5
    done &)
}
serve hub
serve guarded
# Only in here is it allowed: files of an old data root belong to subordinate users. It can wait
# until the start state of a lesson is made: both keep the disk busy.
( (sleep 5; exec nice rm -rf -- "$folder/trash") &)

exec "$@"
