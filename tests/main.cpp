// The main function of every test program, compiled once. Catch2 v3 brings its own and takes no notice of
// this.
#define CATCH_CONFIG_MAIN
#include "catch.hpp"
