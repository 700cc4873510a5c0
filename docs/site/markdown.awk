# What Doxygen needs and GitHub does not: a label for each page, its file's name; \f for formulas between dollars; and
# pictures as plain elements without their folders, for the site has none, and Doxygen's own are white in the dark.
FNR == 1 && /^# / && FILENAME !~ /README/ {
  label = FILENAME
  gsub(/.*\/|\.md$/, "", label)
  $0 = $0 " {#" label "}"
}
/^```/ { code = !code }
!code {
  while (match($0, /\$\$[^$]+\$\$/))
    $0 = substr($0, 1, RSTART - 1) "\\f[" substr($0, RSTART + 2, RLENGTH - 4) "\\f]" substr($0, RSTART + RLENGTH)
  line = ""
  while (match($0, /\$[^$]+\$/)) {
    line = line substr($0, 1, RSTART - 1) "\\f" substr($0, RSTART, RLENGTH - 1) "\\f$"
    $0 = substr($0, RSTART + RLENGTH)
  }
  $0 = line $0
  while (match($0, /!\[[^]]*\]\([^)]*\)/)) {
    split(substr($0, RSTART + 2, RLENGTH - 3), picture, /\]\(/)
    $0 = substr($0, 1, RSTART - 1) "<img src=\"" picture[2] "\" alt=\"" picture[1] "\"/>" substr($0, RSTART + RLENGTH)
  }
  while (match($0, /\[[^]]*\]\((\.\.\/)?examples\/[^)]*\)/)) {  # a folder, which the site has not
    split(substr($0, RSTART + 1, RLENGTH - 2), link, /\]\(/)
    $0 = substr($0, 1, RSTART - 1) link[1] substr($0, RSTART + RLENGTH)
  }
  while (match($0, /(src|srcset)="[^":]*\//)) {
    folder = substr($0, RSTART, RLENGTH)
    $0 = substr($0, 1, RSTART - 1) substr(folder, 1, index(folder, "\"")) substr($0, RSTART + RLENGTH)
  }
}
{ print }
