# Ends a launcher's processes after the launcher itself was killed without a chance to do it (kill -9).
# The launcher holds our standard input: lines "add PID" and "drop PID"; its end is our sign.
# In the background of another session, so that Ctrl-C reaches the launcher alone. Nothing to do: nothing is done.
trap '' INT HUP TERM
pids=''
while read -r verb pid; do
  case $verb in
    add) pids="$pids $pid" ;;
    drop)
      kept=''
      for one in $pids; do [ "$one" = "$pid" ] || kept="$kept $one"; done
      pids=$kept
      ;;
  esac
done
# Postgres takes INT as "end at once, cleanly" (TERM waits for its clients, which may be gone for good).
for one in $pids; do kill -INT "$one" 2>/dev/null; kill -TERM "$one" 2>/dev/null; done
for round in 1 2 3 4 5 6 7 8 9 10; do
  left=''
  for one in $pids; do kill -0 "$one" 2>/dev/null && left="$left $one"; done
  [ -z "$left" ] && exit 0
  sleep 1
done
for one in $left; do kill -KILL "$one" 2>/dev/null; done
