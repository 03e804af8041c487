#!/bin/sh
# host.sh DIRECTORY LAYER FOLDERS COMMAND...: becomes the first process of a host. Its files are the machine's, with the
# programs of the layer beside them, and what it writes stays its own; the folders, separated by colons, it shares with
# the machine. Runs in namespaces of its own. With `systemd` for a command it is that, in a control group of its own.
set -eu
directory=$1
layer=$2
folders=$3
shift 3

mkdir -p "$directory"
mount -t tmpfs -o mode=755 host "$directory"
mkdir "$directory/upper" "$directory/work" "$directory/root"
mount -t overlay -o "lowerdir=$layer:/,upperdir=$directory/upper,workdir=$directory/work" host "$directory/root"
cd "$directory/root"

mount -t proc proc proc
# Read only, as in every container: systemd and NetworkManager then do not wait for udev.
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 dev dev
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
mkdir dev/shm dev/pts
mount -t tmpfs -o mode=1777 shm dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=755 run run
mount -t tmpfs -o mode=1777 tmp tmp
mount -t tmpfs -o mode=700 home root
IFS=:
for folder in $folders; do
  mkdir -p ".$folder"
  mount --bind "$folder" ".$folder"
done
unset IFS

if [ "$1" = systemd ]; then
  room=${directory%/hosts/*}
  around=${room%/*}
  group=$room/groups/${around##*/}/${directory##*/}
  mkdir "$group"
  echo 0 >"$group/cgroup.procs"
  # Credentials of services reach their place by propagation, which systemd leaves to who made the container.
  set -- unshare --cgroup sh -c 'mount --make-rshared / && mount -t cgroup2 group /sys/fs/cgroup && exec /usr/lib/systemd/systemd --unit=host.target'
  export container=kube-doh-test
fi

mkdir run/machine
pivot_root . run/machine
cd /
umount -l /run/machine
rmdir /run/machine
hostname "${directory##*/}"
ip link set lo up
# Files first: whoever is started next reads them.
mkfifo run/go
echo up
read -r _ <run/go
rm run/go
exec "$@"
