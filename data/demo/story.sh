#!/usr/bin/env bash
# The story of two sellers in the terminal: one server, two laptops without a network, replay, merge, conflict, and a record that
# one deleted while the other edited it. Everything happens in a temporary directory and is cleaned up. Argument: the folder of
# the programs.
#
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

bin=$(cd "$1" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/satchel-story.XXXXXX")
server=

finish () {
  local status=$?
  trap - EXIT
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$dir"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# A world of its own: nothing of the user's profiles or key ring is touched.
export XDG_DATA_HOME=$dir/data XDG_CONFIG_HOME=$dir/config XDG_RUNTIME_DIR=$dir/run DBUS_SESSION_BUS_ADDRESS=disabled:
export TZ=UTC
mkdir -m 700 -p "$XDG_RUNTIME_DIR"

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi

tell () { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# The command as one would type it.
show_command () { # SELLER ARGUMENT…
  local word line="$1$ satchelctl"
  shift
  for word in "$@"; do
    case $word in
    *[[:space:]\"\$\;\<\>\&]*) line+=" '$word'" ;;
    *) line+=" $word" ;;
    esac
  done
  printf '%s%s%s\n' "$dim" "$line" "$plain"
}

# Runs a command of one of the sellers. Status 4 means "done, but something needs a person": that is the story.
on () { # SELLER ARGUMENT…
  local seller=$1 status=0
  show_command "$@"
  "$bin/satchelctl" --profile "$seller" "${@:2}" 2>&1 || status=$?
  [ "$status" = 0 ] || [ "$status" = 4 ]
}

# Asks quietly, for the script itself: JSON in, a Python expression over it out.
ask () { # SELLER EXPRESSION ARGUMENT…
  local seller=$1 expression=$2
  shift 2
  "$bin/satchelctl" --profile "$seller" --json "$@" |
    python3 -c 'import json, sys
text = sys.stdin.read()
try: it = json.loads(text)
except ValueError: it = [json.loads(line) for line in text.splitlines()]
if isinstance(it, dict) and sys.argv[2] == "list": it = [it]
print(eval(sys.argv[1]))' "$expression" "$1"
}

# ---- one server ----

tell "A dealer of construction machines: one server, 2,000 records in four languages, seven users."
"$bin/satchel-server" init --data "$dir/server" --org "Karst Machinery" --demo 2 --seed 1
"$bin/satchel-server" serve --data "$dir/server" --listen 127.0.0.1:0 --port-file "$dir/port" >"$dir/server.log" 2>&1 &
server=$!
for _ in $(seq 200); do
  [ ! -s "$dir/port" ] || break
  kill -0 "$server" 2>/dev/null || { cat "$dir/server.log" >&2; exit 1; }
  sleep 0.05
done
url=http://127.0.0.1:$(cat "$dir/port")

# ---- two laptops ----

tell "Sarah and Jörg of the north branch sign in, each on a laptop, and take along their own records and all that belongs to them."
for seller in seller1 seller2; do
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' \
    "$dir/server/demo-users.json" "$seller" >"$dir/password"
  on "$seller" login "$url" --user "$seller" --password-file "$dir/password"
  on "$seller" sync
done
rm "$dir/password"

tell "Jörg stands in for Sarah this week: he takes along what the whole branch has."
on seller2 scope preview '*' 'unit = my unit'
on seller2 scope add '*' 'unit = my unit'
on seller2 sync

tell "Search knows every script. Two characters inside a Chinese name, a Latin prefix:"
on seller1 list account --find 建筑 --columns name,city --limit 3
on seller1 list account --find bau --columns name,city --limit 3

deal=$(ask seller1 'it[0]["id"]' list opportunity --where 'status = open and stage = proposal' --sort amount:desc --limit 1)
task=$(ask seller1 'it[0]["id"]' list task --where 'status = open and due > today' --sort due --limit 1)

# ---- no network ----

tell "Both drive out to the quarry. No network; everything goes on."
on seller1 offline on
on seller2 offline on

tell "Both edit the same deal: Sarah the needs and the amount, Jörg the expected close and the amount."
on seller1 set opportunity "$deal" "needs=Two machines with quick coupler, delivery before the frost" amount=412000
on seller2 set opportunity "$deal" expected_close=2030-03-31 amount=398500

tell "Sarah deletes a task that Jörg writes into; Jörg enters a new lead."
show_command seller1 --json delete task "$task"
deletion=$(ask seller1 'it["set"]' delete task "$task")
printf '{"entity":"task","id":"%s","set":"%s"}\n' "$task" "$deletion"
on seller2 set task "$task" "description=Met the plant manager: he wants the grader as well"
on seller2 create lead "topic=Cold planer for the airport" first_name=Ștefan last_name=Văcărescu company="Drumuri și Poduri Turda SA" source=operator_referral

tell "Each edit waits in an outbox on disk. It survives a reboot, and a year."
on seller1 outbox
on seller2 outbox

# ---- back on the road ----

tell "Back at the road both have a network again. The queues are replayed in order, each edit exactly once."
on seller1 offline off
on seller2 offline off
on seller1 sync
on seller2 sync
on seller1 sync

tell "Different fields of one record: both survived, on both laptops. The amount, which both changed, keeps the first value for now,"
printf '%s\n' "${bold}and nothing is lost: the other one is a conflict, with base, mine, theirs, who and when.$plain"
on seller1 show opportunity "$deal"
on seller1 conflicts

tell "Anyone who may write the field resolves it, on any device. “Mine” is the value that came in second, on every device: Jörg's."
printf '%s\n' "${bold}Sarah takes it; he sees it.$plain"
conflict=$(ask seller1 'it[0]["id"]' conflicts)
on seller1 resolve "$conflict" --mine
on seller1 sync
on seller2 sync
on seller2 show opportunity "$deal"
on seller2 conflicts

tell "Delete against edit is never silent: what Jörg wrote into the deleted task is parked, with its text."
on seller2 outbox

tell "Sarah restores the task; Jörg queues his text again. It arrives as if nothing had happened."
parked=$(ask seller2 '[entry["id"] for entry in it if entry["state"] == "parked"][0]' outbox)
on seller1 do restore task "$task" "delete=$deletion"
on seller1 sync
on seller2 sync
on seller2 outbox retry "$parked"
on seller2 sync
on seller1 sync
on seller1 show task "$task"

tell "The end. Every edit arrived once, and nothing that anybody typed was lost."
