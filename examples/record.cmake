# record(<program> <arguments>...) gives a target record.<name> that runs the program and puts its output into README.md
# beside it, between <!-- <name> --> and <!-- /<name> -->; the name is the program's, without "examples.". Before the
# arguments may stand
#   PAGE <file>       another page than that README.md
#   CHECKED           a test runs it as well, and fails unless its output is what the page says
#   RELATIVE <number>, ABSOLUTE <number>
#                     what numbers may differ by from one processor to another (same.awk)
#   AFTER <name>      record.<name>, which changes what this one reads, runs this one too
#   COMMAND           <program> is a name only, and what runs is in the arguments
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(record_script ${CMAKE_CURRENT_LIST_FILE})
  function(record program)
    cmake_parse_arguments(record "CHECKED;COMMAND" "PAGE;AFTER;RELATIVE;ABSOLUTE" "" ${ARGN})
    string(REPLACE "examples." "" name ${program})
    set(run ${record_UNPARSED_ARGUMENTS})
    if(NOT record_COMMAND)
      list(PREPEND run $<TARGET_FILE:${program}>)
    endif()
    if(NOT record_PAGE)
      set(record_PAGE ${CMAKE_CURRENT_SOURCE_DIR}/README.md)
    endif()
    set(call -DPAGE=${record_PAGE} -DNAME=${name} -P ${record_script} -- ${run})
    add_custom_target(record.${name} COMMAND ${CMAKE_COMMAND} ${call} USES_TERMINAL VERBATIM)
    if(record_AFTER)
      add_custom_command(TARGET record.${record_AFTER} POST_BUILD
        COMMAND ${CMAKE_COMMAND} --build ${CMAKE_BINARY_DIR} --target record.${name})
    endif()
    if(record_CHECKED AND NOT CMAKE_BUILD_TYPE STREQUAL Debug)  # where some would take minutes
      add_test(NAME examples.${name}.recorded COMMAND ${CMAKE_COMMAND} -DCHECK=ON -DRELATIVE=${record_RELATIVE}
        -DABSOLUTE=${record_ABSOLUTE} ${call})
    endif()
  endfunction()
  return()
endif()

foreach(index RANGE 1 ${CMAKE_ARGC})
  if(after_dashes)
    list(APPEND command "${CMAKE_ARGV${index}}")
  elseif("${CMAKE_ARGV${index}}" STREQUAL --)
    set(after_dashes TRUE)
  endif()
endforeach()
execute_process(COMMAND ${command} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
if(NOT output MATCHES "[|]---[|]")  # which is Markdown already
  set(output "```text\n${output}```\n")
endif()
file(READ ${PAGE} text)
set(begin "<!-- ${NAME} -->\n")
set(end "<!-- /${NAME} -->")
string(FIND "${text}" "${begin}" from)
string(FIND "${text}" "${end}" to)
if(from EQUAL -1 OR to EQUAL -1)
  message(FATAL_ERROR "${PAGE} has no lines <!-- ${NAME} --> and ${end}")
endif()
string(LENGTH "${begin}" length)
math(EXPR from "${from} + ${length}")
math(EXPR length "${to} - ${from}")
string(SUBSTRING "${text}" 0 ${from} before)
string(SUBSTRING "${text}" ${from} ${length} recorded)
string(SUBSTRING "${text}" ${to} -1 after)
if(NOT CHECK)
  file(WRITE ${PAGE} "${before}${output}${after}")
  return()
endif()
file(WRITE ${NAME}.recorded "${recorded}")
file(WRITE ${NAME}.printed "${output}")
execute_process(COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C awk -v relative=${RELATIVE} -v absolute=${ABSOLUTE}
  -f ${CMAKE_CURRENT_LIST_DIR}/same.awk ${NAME}.recorded ${NAME}.printed RESULT_VARIABLE different OUTPUT_VARIABLE lines)
if(different)
  message(FATAL_ERROR "${PAGE} differs from what ${NAME} prints now; build the target record.${NAME}:\n${lines}")
endif()
