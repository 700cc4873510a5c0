// In place of onednn.cpp where there is no oneDNN.
#include "onednn.hpp"

namespace sparse_inference {

std::unique_ptr<OneDnn> make_onednn(const ByRows&, const ByRows&, const ByRows&, Layout) { return nullptr; }
std::string onednn_version() { return ""; }

}  // namespace sparse_inference
