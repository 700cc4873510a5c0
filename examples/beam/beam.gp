# The picture of what beam found: gnuplot -c beam.gp DATA SVG
set terminal svg size 900,460 font 'sans-serif,14' background rgb 'white'
set encoding utf8
set output ARG2
set multiplot layout 1,2
set grid
set xlabel 'x'
set key outside bottom center horizontal
set title 'Deflection of a clamped beam'
set yrange [*:*] reverse
plot 16*x**2*(1-x)**2 with lines linewidth 6 linecolor rgb 'grey' title 'exact', \
  for [i in '0 1 3'] ARG1 index int(i) using 1:2 with lines linewidth 2 linetype i+1 title columnheader(1)
set title 'Error of the deflection'
set yrange [1e-14:10] noreverse
set logscale y
set format y '10^{%T}'
set mytics 1
plot for [i in '0 1 3 5 6'] ARG1 index int(i) using 1:3 with lines linewidth 2 linetype i+1 title columnheader(1)
