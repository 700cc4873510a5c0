# Are two texts the same? Numbers with a point or an exponent may differ by `absolute` plus `relative` times the larger
# one, and spaces may be more or fewer. Prints the lines that differ.
#
#     awk -v relative=0.01 -v absolute=0 -f same.awk FILE FILE

# A line without such numbers, which go into an array.
function text_without(line, numbers,    text, number) {
  split("", numbers)
  gsub(/ +/, " ", line)
  while (match(line, /[-+]?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/)) {
    number = substr(line, RSTART, RLENGTH)
    text = text substr(line, 1, RSTART - 1) (number ~ /[.e]/ ? "#" : number)
    if (number ~ /[.e]/) numbers[++numbers["count"]] = number + 0
    line = substr(line, RSTART + RLENGTH)
  }
  return text line
}

function size(number) { return number < 0 ? -number : number }

function same(first, second,    a, b, i) {
  if (text_without(first, a) != text_without(second, b)) return 0
  for (i = 1; i <= a["count"]; ++i)
    if (size(a[i] - b[i]) > absolute + relative * (size(a[i]) > size(b[i]) ? size(a[i]) : size(b[i]))) return 0
  return 1
}

NR == FNR { lines[FNR] = $0; next }
!same(lines[FNR], $0) { print "- " lines[FNR] "\n+ " $0; different = 1 }
END {
  if (FNR != NR - FNR) print NR - FNR " lines and " FNR
  exit different || FNR != NR - FNR
}
