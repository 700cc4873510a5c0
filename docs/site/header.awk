# What Doxygen sees of a header: of the namespace math, which is how the library works, only the paragraphs that declare Jet
# and pi. Lines stay where they are.
/^}  \/\/ namespace (hardgate::)?math$/ { show(); inner = 0 }
inner && !open {
  paragraph = paragraph $0 "\n"
  if (/^$/) show()
  next
}
{ print }
/^namespace (hardgate::)?math {$/ { inner = 1 }
/^};$/ { open = 0 }
function show() {
  if (paragraph ~ /\n(struct Jet {|T pi\(\) {)\n/) open = paragraph !~ /\n}/  # up to its end, over empty lines
  else gsub(/[^\n]+/, "", paragraph)
  printf "%s", paragraph
  paragraph = ""
}
