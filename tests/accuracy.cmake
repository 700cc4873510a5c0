# Begins docs/accuracy.md, and afterwards copies some of its rows into the README.
if(STEP STREQUAL begin)
  file(WRITE ${REPORT} "# Accuracy

Written by the target `accuracy`; not edited by hand. Errors in ulp against higher precision (long double for float,
quad for double) over bit patterns: every exponent, subnormals and tails included, and where the function bends.
f' is measured in ulp of the sum of its terms' sizes, since the terms may cancel.

| function | quantity | scalar | instruction sets | max ulp | bound | mean ulp | correctly rounded | worst input |
|---|---|---|---|---|---|---|---|---|
")
else()
  file(READ ${REPORT} text)
  set(table "| function | quantity | scalar | instruction sets | max ulp | bound | mean ulp | correctly rounded | worst input |\n|---|---|---|---|---|---|---|---|---|\n")
  string(REGEX MATCHALL "[|] (LambdaGelu[(]3.7[)]|LambdaGelu<fast>[(]3.7[)]|Gem<[123]>|SeGem<1>[(]1[)]|Silu) [|] (value|derivative) [|] (float|double) [|] AVX-512 [|][^\n]*\n" rows "${text}")
  list(JOIN rows "" rows)
  get_filename_component(readme ${REPORT}/../../README.md ABSOLUTE)
  file(READ ${readme} readme_text)
  string(REGEX REPLACE "<!-- accuracy -->.*<!-- /accuracy -->" "<!-- accuracy -->\n${table}${rows}<!-- /accuracy -->" readme_text "${readme_text}")
  file(WRITE ${readme} "${readme_text}")
endif()
