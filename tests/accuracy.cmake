# Begins docs/accuracy.md, and afterwards copies some of its rows into the README and the pages.
if(STEP STREQUAL begin)
  file(WRITE ${REPORT} "# Accuracy

Written by the target `accuracy`; not edited by hand. Errors in ulp against higher precision (long double for float,
quad for double) over bit patterns: every exponent, subnormals and tails included, and where the function bends.
f' is measured in ulp of the sum of its terms' sizes, since the terms may cancel. At [1, 128), λ differs from input to input.

| function | quantity | scalar | instruction sets | max ulp | bound | mean ulp | correctly rounded | worst input |
|---|---|---|---|---|---|---|---|---|
")
else()
  file(READ ${REPORT} text)
  set(table "| function | quantity | scalar | instruction sets | max ulp | bound | mean ulp | correctly rounded | worst input |\n|---|---|---|---|---|---|---|---|---|\n")

  # fill(FILE MARKER FUNCTIONS QUANTITIES): the rows on AVX-512 between <!-- MARKER --> and <!-- /accuracy -->
  function(fill file marker functions quantities)
    string(REGEX MATCHALL "[|] (${functions}) [|] (${quantities}) [|] (float|double) [|] AVX-512 [|][^\n]*\n" rows "${text}")
    list(JOIN rows "" rows)
    file(READ ${file} page)
    string(FIND "${page}" "<!-- ${marker} -->" begin)
    string(FIND "${page}" "<!-- /accuracy -->" end)
    string(SUBSTRING "${page}" 0 ${begin} before)
    string(SUBSTRING "${page}" ${end} -1 after)
    file(WRITE ${file} "${before}<!-- ${marker} -->\n${table}${rows}${after}")
  endfunction()

  get_filename_component(docs ${REPORT} DIRECTORY)
  fill(${docs}/../README.md accuracy "LambdaGelu[(]3.7[)]|LambdaGelu<fast>[(]3.7[)]|Gem<[123]>|SeGem<1>[(]1[)]|Silu" "value|derivative")
  file(GLOB pages ${docs}/*.md)
  foreach(page IN LISTS pages)  # each says which functions it is about
    file(STRINGS ${page} marker REGEX "^<!-- accuracy: .* -->$")
    if(marker MATCHES "<!-- (accuracy: (.*)) -->")
      fill(${page} "${CMAKE_MATCH_1}" "${CMAKE_MATCH_2}" "value|derivative|gradient")
    endif()
  endforeach()
endif()
