# How every picture looks: for light and dark backgrounds, colours from soft (cold) to hard (warm). To be loaded before
# `set output svg('name')`, which leaves name.svg. Lines only: the shapes of points are cut out.
set encoding utf8
set terminal svg size 400,300 font 'sans-serif,13'
set border 3 linewidth 0.7
set tics nomirror scale 0.4
set grid linetype 1 linecolor rgb 'gray' linewidth 0.3
set key left top Left reverse samplen 1.5 spacing 1.1
set linetype 1 linecolor rgb '#4a7de0' linewidth 2
set linetype 2 linecolor rgb '#159a9c' linewidth 2
set linetype 3 linecolor rgb '#c27a00' linewidth 2
set linetype 4 linecolor rgb '#d8435a' linewidth 2
set linetype 5 linecolor rgb '#8e63d6' linewidth 2
set linetype 6 linecolor rgb '#5f9e2f' linewidth 2
set linetype 7 linecolor rgb '#a0694b' linewidth 2
set linetype 8 linecolor rgb '#8b949e' linewidth 4  # what the others are compared with
set linetype cycle 8

# What gnuplot draws black takes the colour of text, light or dark as the reader prefers. What is empty or unused, names
# the program or is finer than a tenth of a pixel is left out, which halves the file.
css = 'svg{color:#1f2328}@media(prefers-color-scheme:dark){svg{color:#d1d7e0}}'
replace(from, to) = ' -e "s~'.from.'~'.to.'~g"'
svg(name) = '| sed -z -E' \
  .replace('=.black.', '=\"currentColor\"').replace('rgb\( *0, *0, *0\)', 'currentColor') \
  .replace('<title>Gnuplot</title>', '<style>'.css.'</style>').replace('<desc>[^\n]*|<defs>.*</defs>', '') \
  .replace('<tspan [^=>]*=[^=>]*>([^<]*)</tspan>', '\1').replace('(\.[0-9])[0-9]([ ,)])', '\1\2').replace('\.0([ ,)])', '\1').replace(' L', ' ') \
  .replace('<g [^>]*>\s*</g>', '').replace('\n\s+', '\n') \
  ." > '".name.".svg'"
