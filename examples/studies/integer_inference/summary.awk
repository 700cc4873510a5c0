# The tables of README.md but that of the zeros:
#
#     awk -f summary.awk README.md
/^### / { wanted = !/zero/ }
/^### / && wanted && ++found > 1 { print "" }
wanted && /^[|]/
END { if (found != 2) { print "summary.awk: found " found + 0 " of 2 tables" >"/dev/stderr"; exit 1 } }
