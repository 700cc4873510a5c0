# Begins docs/accuracy.md, and afterwards copies some of its rows into the README and the pages.
if(STEP STREQUAL begin)
  file(WRITE ${REPORT} "# Accuracy

Written by the target `accuracy`; not edited by hand. Errors in ulp against higher precision (long double for float,
quad for double) over bit patterns: every exponent, subnormals and tails included, and where the function bends.
The terms of f' may cancel: its error is measured in ulp of the sum of their sizes, which the second column names where f' is
not one term. At [1, 128), the hardness differs from input to input.

| function | quantity, unit of the error | scalar | instruction sets | max | bound | mean | correctly rounded | worst input |
|---|---|---|---|---|---|---|---|---|
")
else()
  file(READ ${REPORT} text)

  # replace(FILE MARKER TABLE): what stands between <!-- MARKER --> and <!-- /accuracy -->
  function(replace file marker table)
    file(READ ${file} page)
    string(FIND "${page}" "<!-- ${marker} -->" begin)
    string(FIND "${page}" "<!-- /accuracy -->" end)
    string(SUBSTRING "${page}" 0 ${begin} before)
    string(SUBSTRING "${page}" ${end} -1 after)
    file(WRITE ${file} "${before}<!-- ${marker} -->\n${table}${after}")
  endfunction()

  # The README has six rows, on AVX-512, and of those the columns that a reader asks for first.
  get_filename_component(docs ${REPORT} DIRECTORY)
  set(table "| function | quantity, unit of the error | scalar | max | bound | correctly rounded |\n|---|---|---|---|---|---|\n")
  foreach(row IN ITEMS "LambdaGelu[(]3.7[)] [|] value,[^\n]* [|] float" "LambdaGelu[(]3.7[)] [|] f',[^\n]* [|] float"
      "LambdaGelu[(]3.7[)] [|] value,[^\n]* [|] double" "Gem<1> [|] value,[^\n]* [|] float"
      "SeGem<1>[(]1[)] [|] value,[^\n]* [|] float" "Silu [|] value,[^\n]* [|] float")
    if(NOT text MATCHES "\n([|] ${row}) [|] AVX-512 ([|] [^|\n]*[|] [^|\n]*)[|] [^|\n]*([|] [^|\n]*[|])")
      message(FATAL_ERROR "No row ${row} in ${REPORT}")
    endif()
    string(APPEND table "${CMAKE_MATCH_1} ${CMAKE_MATCH_2}${CMAKE_MATCH_3}\n")
  endforeach()
  replace(${docs}/../README.md accuracy "${table}")

  # A page has the rows of the functions that its marker names.
  file(GLOB pages ${docs}/*.md)
  foreach(page IN LISTS pages)
    file(STRINGS ${page} marker REGEX "^<!-- accuracy: .* -->$")
    if(marker MATCHES "<!-- (accuracy: (.*)) -->")
      set(marker "${CMAKE_MATCH_1}")
      set(functions "${CMAKE_MATCH_2}")
      string(REGEX MATCH "[|] function [^\n]*\n[^\n]*\n" table "${text}")
      string(REGEX MATCHALL "[|] (${functions}) [|] [^\n]* [|] (float|double) [|] AVX-512 [|][^\n]*\n" rows "${text}")
      list(JOIN rows "" rows)
      replace(${page} "${marker}" "${table}${rows}")
    endif()
  endforeach()
endif()
