# Fails where a page of the site shows a name without documentation that Doxygen does not miss: an enumerator, which it
# prints in bold, or the namespace math, which then has no page.
#
#     sh complete.sh SITE
{
  grep -ohE '[{,] <b>[^<]+' "$1"/*.html | sed 's/.*>//'
  test -e "$1/namespacehardgate_1_1math.html" || echo hardgate::math
} | sed 's/$/ has no documentation/' | { ! grep . >&2; }
