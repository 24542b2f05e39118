#!/bin/sh
# tally.sh COMMAND...   runs a test command, prints its output, and notes its closing "N passed, N failed" (or
#                       its exit status, where it has none) in build/tally
# tally.sh --all FILE   the same for each line of a file, several at a time
# tally.sh --sum        prints the sum of all notes
# A skipped step says "skipped: reason" and counts for nothing.
case $1 in
  --all)
    jobs=${JOBS:-$(nproc 2>/dev/null || echo 1)}
    xargs -P "$jobs" -I {} sh tests/tally.sh {} <"$2"
    exit ;;
  --sum)
    awk '{p += $1; f += $2; s += $3} END {
      printf "%d passed, %d failed%s\n", p, f, s ? ", " s " skipped" : ""; exit f > 0 || p == 0}' build/tally
    exit ;;
esac
log=build/tally.$$
begun=$(date +%s)
sh -c "$*" >$log 2>&1
status=$?
counts=$(sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed.*$/\1 \2/p' $log | tail -1)
skipped=$(grep -c '^skipped: ' $log)
if [ -z "$counts" ]; then
  if [ $status -ne 0 ]; then counts="0 1"; elif [ "$skipped" -gt 0 ]; then counts="0 0"; else counts="1 0"; fi
elif [ $status -ne 0 ] && [ "${counts#* }" = 0 ]; then
  counts="${counts% *} 1"
fi
echo "$counts $skipped" >>build/tally
{ printf '== %s (%d s)\n' "$*" $(($(date +%s) - begun)); cat $log; } >$log.out
cat $log.out
rm -f $log $log.out
