#!/bin/sh
# Installs the Debian packages of the peer suites where they are missing. Without apt, the suites skip and say so.
set -eu
missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need prometheus prometheus
need promtool prometheus
need amtool prometheus-alertmanager
need prometheus-alertmanager prometheus-alertmanager
need prometheus-node-exporter prometheus-node-exporter
need victoria-metrics victoria-metrics
need vmalert victoria-metrics
need vmagent victoria-metrics
need snmptrap snmp
need snmpinform snmp
need mosquitto mosquitto
need mosquitto_pub mosquitto-clients
need logger bsdutils
need swaks swaks
need chromium chromium
need strace strace
for library in /usr/lib/*/faketime/libfaketimeMT.so.1; do [ -e "$library" ] || missing="$missing libfaketime"; done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "These peers are missing and there is no apt-get to install them:$missing" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # a list of words
apt-get install -y -qq --no-install-recommends $missing >/dev/null
