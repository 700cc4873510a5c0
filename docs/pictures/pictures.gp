# Draws the pictures from the data in the working directory into a folder:
#
#     gnuplot -c pictures.gp FOLDER
folder = ARG1.'/'
load system('dirname '.ARG0).'/style.gp'

# The activations: after x come f, f' and the gradient with respect to the parameter, of ReLU and then of each activation,
# its name above f.
activations(name) = int(system("awk 'NR == 2 { print (NF - 1)/3 - 1 }' ".name.".dat"))
curves(name, first, what) = "plot for [i=".first.":activations('".name."')] '".name.".dat' using 1:2+3*i+".what." with lines \
  linetype ".(name eq 'baselines' ? twins : '(i == 0 ? 8 : i)')." title columnheader(2+3*i)"
twins = "(word('8 1 4 3', i + 1)) linewidth (i < 2 ? 4 : 2) dashtype 1 + (i == 2)"  # tanh-GELU lies on GELU: dashes on a wide line
set xrange [-3:3]
set xtics 1

set title 'f(x)'
set yrange [-0.6:3]
set ytics 1
do for [name in 'lambda-gelu gem e-gem se-gem baselines trained'] {
  set output svg(folder.name.'-value')
  eval curves(name, 0, 0)
}
set title 'f′(x)'
set yrange [-0.25:2.25]
set ytics 0.5
do for [name in 'lambda-gelu gem e-gem se-gem baselines trained'] {
  set output svg(folder.name.'-derivative')
  eval curves(name, 0, 1)
}
set title '∂f/∂λ'
set yrange [0:0.5]
set ytics 0.1
set key center top
set output svg(folder.'lambda-gelu-gradient')
eval curves('lambda-gelu', 1, 2)
set title '∂f/∂ε'
set yrange [-3.5:0.25]
set ytics 1
set key left bottom
set output svg(folder.'e-gem-gradient')
eval curves('e-gem', 1, 2)
set key right bottom
set output svg(folder.'se-gem-gradient')
eval curves('se-gem', 1, 2)

# λ-GELU hardens: a film whose frames, gnuplot's plots from the second on, are shown for a moment each, and then ReLU
# alone; to readers who want nothing to move, all frames at once.
frames = activations('hardening')
moment = 0.15
turns = '#gnuplot_plot_1{opacity:1;animation:none}'
do for [i=1:frames] { turns = turns.sprintf('#gnuplot_plot_%d{animation-delay:%.2fs}', i + 1, (i - 1)*moment) }
plain = css
css = css.sprintf('@media(prefers-reduced-motion:no-preference){[id^=gnuplot_plot_]{opacity:0;\
animation:film %.2fs step-end infinite}@keyframes film{0%%{opacity:1}%.3f%%{opacity:0}}', \
  (frames + 5)*moment, 100.0/(frames + 5)).turns.'}'
set title 'λ-GELU hardens into ReLU'
set xrange [-1.5:1]
set xtics 0.5
set yrange [-0.2:1]
set ytics 0.5
set output svg(folder.'hardening')
plot 'hardening.dat' using 1:2 with lines linetype 8 notitle, \
  for [i=1:frames] '' using 1:2+3*i with lines linetype 4 title columnheader(2+3*i) at graph 0.1, 0.8
css = plain
set output  # waits until the file is whole

# The error of GELU in float, for each implementation; not where the benchmarks are not built or one of them is missing
if (system('ls gelu-error.dat 2> /dev/null') eq '') exit
set terminal svg size 400,400
set title 'error of GELU in float, in ulp'
set xrange [-14:10]
set yrange [0.2:*]
set xtics 2
set ytics auto
set logscale y
set format y '10^{%L}'
set key right top noenhanced
stats 'gelu-error.dat' using 1 nooutput
last = STATS_blocks - 2
set output svg(folder.'gelu-error')
plot for [i=0:last] 'gelu-error.dat' index i using 1:2 with lines linetype (i == last ? 4 : i == last - 1 ? 3 : word('1 2 5 6 7', i + 1)) \
  title columnheader(1)
set output
