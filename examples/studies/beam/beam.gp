# The picture of what beam found, as NAME.svg: gnuplot -c beam.gp DATA NAME
load system('dirname '.ARG0).'/../../../docs/pictures/style.gp'
set terminal svg size 900,440 font 'sans-serif,13'
set output svg(ARG2)
set multiplot layout 1,2
set xlabel 'x'
set key outside bottom center horizontal
colour(row) = int(word('4 3 0 2 0 1 5', row + 1))  # of ReLU, GEM with N = 1, 2 and 3, and GELU
set title 'Deflection of a clamped beam'
set yrange [*:*] reverse
plot 16*x**2*(1-x)**2 with lines linetype 8 linewidth 6 title 'exact', \
  for [i in '0 1 3'] ARG1 index int(i) using 1:2 with lines linetype colour(i) title columnheader(1)
set title 'Error of the deflection'
set yrange [1e-14:10] noreverse
set logscale y
set format y '10^{%T}'
set mytics 1
plot for [i in '0 1 3 5 6'] ARG1 index int(i) using 1:3 with lines linetype colour(i) title columnheader(1)
unset multiplot
set output
