# Fails where a page of the site shows a name without documentation that Doxygen does not miss: an enumerator, which it
# prints in bold, or the namespace hardgate, which then has no page, and no function of it either.
#
#     sh complete.sh SITE
{
  grep -ohE '[{,] <b>[^<]+' "$1"/*.html | sed 's/.*>//'
  test -e "$1/namespacehardgate.html" || echo hardgate
} | sed 's/$/ has no documentation/' | { ! grep . >&2; }
