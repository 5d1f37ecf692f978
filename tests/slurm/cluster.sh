#!/usr/bin/env bash
# A Slurm cluster of its own on one Debian 12 machine, for the tests: one slurmctld, eight slurmd
# and munge on the loopback, without systemd and without slurmdbd. Run as root.
#
#   cluster.sh up                install if need be, configure, start, wait for the nodes
#   cluster.sh down              cancel all jobs, stop everything
#   cluster.sh crash NODE        the node goes dark: its slurmd and all processes of its jobs die
#   cluster.sh isolate NODE      only its slurmd dies: processes of its jobs work on
#   cluster.sh revive NODE       start its slurmd again
#
# It writes /etc/slurm/slurm.conf (sbatch drops SLURM_CONF on its way) and /etc/munge/munge.key,
# and makes sacct not executable while it is up: the plugin would fall back to it, and without
# slurmdbd wait forever.
set -euo pipefail

STATE=${SLURM_TEST_STATE:-/var/tmp/aecluster-slurm}
CONF=/etc/slurm/slurm.conf
MARK="# written by the tests of aecluster"
# Nodes of `main` stay well. Those of `faulty` are what tests of faults kill; each takes one job.
MAIN="n1 n2"
FAULTY="n3 n4 n5 n6 n7 n8"

install_slurm() {
  command -v slurmctld slurmd munged > /dev/null && return
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends slurm-wlm munge > /dev/null
}

configure() {
  if [ -e "$CONF" ] && ! grep -qxF "$MARK" "$CONF"; then
    echo "$CONF is not of these tests: a Slurm of this machine's own stays as it is." >&2
    exit 3
  fi
  rm -rf "$STATE"
  mkdir -p /etc/slurm "$STATE"/{log,pid,controller}
  cat > "$CONF" << END
$MARK
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=16817
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
MpiDefault=none
MailProg=/bin/true
ReturnToService=2
StateSaveLocation=$STATE/controller
SlurmctldPidFile=$STATE/pid/slurmctld
SlurmctldLogFile=$STATE/log/slurmctld.log
SlurmdSpoolDir=$STATE/spool.%n
SlurmdPidFile=$STATE/pid/%n
SlurmdLogFile=$STATE/log/%n.log
# Control groups are seldom there in containers.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
# A job over its memory is killed at the next look, every 2 seconds.
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=OverMemoryKill
KillWait=5
OverTimeLimit=0
SchedulerParameters=batch_sched_delay=0,sched_interval=5
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
# What a node is said to have counts, not what this machine has.
SlurmdParameters=config_overrides
# A node that has not answered for so long is down.
SlurmdTimeout=15
# Finished jobs stay visible for squeue.
MinJobAge=3600
AccountingStorageType=accounting_storage/none
# One line for every job that ended.
JobCompType=jobcomp/filetxt
JobCompLoc=$STATE/jobs.txt
$(port=17000; for node in $MAIN $FAULTY; do
    port=$((port + 1))
    echo "NodeName=$node NodeHostname=localhost NodeAddr=127.0.0.1 Port=$port CPUs=$([[ $MAIN == *$node* ]] && echo 4 || echo 1) RealMemory=6000"
  done)
PartitionName=main Nodes=${MAIN// /,} Default=YES DefaultTime=10 MaxTime=INFINITE State=UP
PartitionName=faulty Nodes=${FAULTY// /,} DefaultTime=10 MaxTime=INFINITE State=UP
END
  [ -s /etc/munge/munge.key ] || (umask 077 && head -c 128 /dev/urandom > /etc/munge/munge.key)
  chown munge: /etc/munge/munge.key
  chmod 400 /etc/munge/munge.key
  chmod a-x "$(command -v sacct || echo /usr/bin/sacct)"
}

# A zombie is dead: the first process of a container may not collect it, and `kill -0` would lie.
lives() { [ -r "/proc/$1/stat" ] && [[ "$(sed 's/.*) //' "/proc/$1/stat")" != Z* ]]; }
process() { cat "$STATE/pid/$1" 2> /dev/null || echo none; }

start_node() {
  mkdir -p "$STATE/spool.$1"
  lives "$(process "$1")" || slurmd -N "$1"
}

start() {
  install -d -o munge -g munge -m 755 /run/munge
  lives "$(cat /run/munge/munged.pid 2> /dev/null || echo none)" || runuser -u munge -- /usr/sbin/munged
  lives "$(process slurmctld)" || slurmctld -c
  local node
  for node in $MAIN $FAULTY; do start_node "$node"; done
  for _ in $(seq 120); do
    [ "$(sinfo -h -N -t idle -o %N 2> /dev/null | sort -u | wc -l)" = "$(wc -w <<< "$MAIN $FAULTY")" ] && return
    sleep 0.5
  done
  echo "the nodes did not come up:" >&2
  sinfo -N -l >&2
  tail -n 20 "$STATE"/log/*.log >&2
  exit 1
}

end() { # a process id
  lives "$1" || return 0
  kill "$1"
  for _ in $(seq 50); do
    lives "$1" || return 0
    sleep 0.1
  done
  kill -9 "$1"
}

down() {
  squeue -h -o %A 2> /dev/null | sort -u | xargs -r scancel || true
  for _ in $(seq 40); do
    [ -z "$(squeue -h 2> /dev/null)" ] && break
    sleep 0.5
  done
  local node
  for node in $MAIN $FAULTY slurmctld; do end "$(process "$node")"; done
  end "$(cat /run/munge/munged.pid 2> /dev/null || echo none)"
  grep -qxF "$MARK" "$CONF" 2> /dev/null && rm "$CONF"
  chmod a+x /usr/bin/sacct
}

descendants() {
  echo "$1"
  local child
  for child in $(ps -o pid= --ppid "$1"); do descendants "$child"; done
}

crash() {
  local job pid doomed=""
  for job in $(squeue -h -w "$1" -t R -o %A); do
    # "slurmstepd: [12.batch]" and the other steps of that job
    for pid in $(ps -eo pid=,args= | awk -v step="[$job." '$2 == "slurmstepd:" && index($3, step) == 1 {print $1}'); do
      doomed+=" $(descendants "$pid")"
    done
  done
  # shellcheck disable=SC2086
  kill -9 "$(process "$1")" $doomed 2> /dev/null || true
}

case "${1:?up, down, crash, isolate or revive}" in
  up)
    install_slurm
    configure
    start
    ;;
  down) down ;;
  crash) crash "$2" ;;
  isolate) kill -9 "$(process "$2")" ;;
  revive) start_node "$2" ;;
esac
