# Seven rows of the output of relu_ization as a Markdown table, for README.md:
#
#     awk -f replacing.awk docs/relu-ization.md
BEGIN {
  FS = "  +"
  print "| network | accuracy, % | after replacing by ReLU, % | change, points | predictions changed, % |"
  print "|---|---|---|---|---|"
  wanted["ReLU from scratch"] wanted["GELU"] wanted["GELU, biases corrected"]
  wanted["GELU, layers refitted"] wanted["λ-GELU, learned"]
  wanted["λ-GELU, learned and hardened"] wanted["SE-GEM, learned and hardened"]
}
NF == 7 && $1 in wanted { print "| " $1 " | " $2 " | " $3 " | " $4 " | " $7 " |"; ++rows }
END { if (rows != 7) { print "replacing.awk: found " rows + 0 " of 7 rows" >"/dev/stderr"; exit 1 } }
