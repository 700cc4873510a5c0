// The version, in one place: CMake reads it from here.
#pragma once

#define HARDGATE_VERSION_MAJOR 0
#define HARDGATE_VERSION_MINOR 2
#define HARDGATE_VERSION_PATCH 0
