// A fuzz target without a fuzzer: runs it on every file named, or found in a folder named, on the command
// line.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz.hpp"

int main(int count, char** names) {
  int replayed = 0;
  const auto replay = [&](const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    fuzz::require(file.is_open(), path.string().c_str());
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++replayed;
  };
  for (int i = 1; i < count; ++i) {
    if (std::filesystem::is_directory(names[i])) {
      for (const auto& entry : std::filesystem::directory_iterator(names[i])) replay(entry.path());
    } else {
      replay(names[i]);
    }
  }
  std::printf("%d inputs replayed\n", replayed);
  return replayed == 0;
}
