# Runs inside the engine's namespaces, where it becomes dockerd.
#
# usage: engine_inside.sh REGISTRY CONFIGURATION ACCESS_LOG ERROR_LOG TRASH DOCKERD [OPTION...]
registry=$1 configuration=$2 access_log=$3 error_log=$4 trash=$5
shift 5
umask 022

# Links to the machine's own folders: dockerd makes its own in their place.
rm -f /run/docker /run/containerd /run/xtables.lock

# Both loops belong to the first process of the namespace, which reaps them; dockerd would not.
(while :; do "$registry" serve "$configuration" >>"$access_log" 2>>"$error_log"; sleep 0.5; done &)
# Only in here is it allowed: files of an old data root belong to subordinate users. It can wait
# until the start state of a lesson is made: both keep the disk busy.
( (sleep 5; exec nice rm -rf -- "$trash") &)

exec "$@"
