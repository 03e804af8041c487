#!/bin/sh
# room.sh DIRECTORY PACKAGES COMMAND...: the room in which all hosts stand, with the switch that they are plugged into, the
# router between their networks, and the programs that they have beyond the machine's. Runs as the first process of
# namespaces of its own, so nothing that is mounted, plugged in or started in the room outlives it.
set -eu
directory=$1
packages=$2
shift 2

mount -t tmpfs -o mode=755 room "$directory"
layer=$directory/layer
mkdir "$layer" "$directory/hosts" "$directory/groups"
# The control group of this process, and in it those of the hosts. Its name is that of the folder around the room.
mount -t cgroup2 groups "$directory/groups"
around=${directory%/*}
group=$directory/groups/${around##*/}
mkdir "$group"
echo 0 >"$group/cgroup.procs"
# As on the machine itself, where these are links into /usr. A package must not put a folder in the place of one.
for name in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$name" ]; then
    mkdir -p "$layer/usr/$name"
    ln -s "usr/$name" "$layer/$name"
  fi
done
for package in "$packages"/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$layer"
done

# Users that the packages would make.
cp /etc/passwd /etc/group "$layer/etc/"
id=64000
for user in dnsmasq systemd-resolve unbound; do
  id=$((id + 1))
  grep -q "^$user:" /etc/group || echo "$user:x:$id:" >>"$layer/etc/group"
  grep -q "^$user:" /etc/passwd || echo "$user:x:$id:$id::/nonexistent:/usr/sbin/nologin" >>"$layer/etc/passwd"
done

# The router forwards, and owns what is behind it: the addresses of pods, of Services and of www.example.org.
ip link set lo up
# With an address of its own: otherwise it has the lowest of those that are plugged in, and a host that is unplugged leaves the
# others sending to nobody until they ask anew.
ip link add switch address 02:00:00:00:00:01 type bridge
ip addr add 192.0.2.1/24 dev switch
ip addr add 203.0.113.1/24 dev switch
ip addr add 2001:db8::1/64 dev switch nodad
ip link set switch up
for network in 10.244.0.0/16 10.96.0.0/16 198.51.100.0/24; do
  ip route add local "$network" dev lo
done
echo 1 >/proc/sys/net/ipv4/ip_forward
exec "$@"
