# Rows of the output of relu_ization as a Markdown table:
#
#     awk -v rows='GELU|SE-GEM' -f replacing.awk docs/relu-ization.md
BEGIN {
  FS = "  +"
  print "| network | accuracy, % | after replacing by ReLU, % | change, points | predictions changed, % |"
  print "|---|---|---|---|---|"
  count = split(rows, titles, /[|]/)
  for (i in titles) wanted[titles[i]]
}
NF == 7 && $1 in wanted { print "| " $1 " | " $2 " | " $3 " | " $4 " | " $7 " |"; ++found }
END { if (found != count) { print "replacing.awk: found " found + 0 " of " count " rows" >"/dev/stderr"; exit 1 } }
