// README.md, the pages in docs/ and those beside the examples: links lead somewhere, names exist, and what
// the tables say was measured.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "accuracy.hpp"
#include "catch.hpp"

namespace {

namespace fs = std::filesystem;

const fs::path root = fs::path(__FILE__).parent_path().parent_path();

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::vector<fs::path> files(const fs::path& folder, const std::vector<std::string>& extensions) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (std::find(extensions.begin(), extensions.end(), extension) != extensions.end())
      found.push_back(entry.path());
  }
  return found;
}

std::vector<fs::path> documents() {
  std::vector<fs::path> all = {root / "README.md"};
  for (const char* folder : {"docs", "examples"})
    for (const fs::path& file : files(root / folder, {".md"})) all.push_back(file);
  return all;
}

/// Every match of an expression, as its first group.
std::vector<std::string> matches(const std::string& text, const std::string& expression) {
  const std::regex regex(expression);
  std::vector<std::string> found;
  for (std::sregex_iterator i(text.begin(), text.end(), regex), end; i != end; ++i) found.push_back((*i)[1]);
  return found;
}

/// The text of a page without blocks of code, and within lines without code where `inline_code` is false.
std::string prose(const std::string& text, bool inline_code) {
  std::istringstream in(text);
  std::string out;
  bool code = false;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("```", 0) == 0) code = !code;
    if (!code) out += line + '\n';
  }
  return inline_code ? out : std::regex_replace(out, std::regex("`[^`\n]*`"), "");
}

/// The anchors GitHub gives to headings: letters in lower case, spaces as hyphens, punctuation left out.
std::set<std::string> anchors(const fs::path& page) {
  std::set<std::string> all;
  for (const std::string& heading : matches('\n' + prose(read(page), true), "\n#+ +([^\n]+)")) {
    std::string anchor;
    for (const char c : heading) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x80 || std::isalnum(byte) != 0 || c == '-' || c == '_')
        anchor += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
      if (c == ' ') anchor += '-';
    }
    all.insert(anchor);
  }
  return all;
}

bool has_word(const std::string& text, const std::string& word) {
  return std::regex_search(text, std::regex("\\b" + word + "\\b"));
}

std::string sources(const fs::path& folder) {
  std::string all;
  for (const fs::path& file : files(folder, {".hpp", ".h", ".cpp", ".cc"})) all += read(file);
  return all;
}

}  // namespace

TEST_CASE("Links between the documents lead to files and headings that are there", "[documents]") {
  hardgate_tests::Findings findings;
  for (const fs::path& page : documents()) {
    const std::string text = prose(read(page), false);
    std::vector<std::string> links = matches(text, R"(\]\(([^)\s]+)[^)]*\))");
    for (const std::string& source : matches(text, R"re((?:src|srcset|href)="([^"]+)")re"))
      links.push_back(source);
    for (const std::string& link : links) {
      if (std::regex_search(link, std::regex("^[a-z]+:"))) continue;  // elsewhere
      const std::size_t hash = std::min(link.find('#'), link.size());
      const fs::path target = hash == 0 ? page : page.parent_path() / link.substr(0, hash);
      const bool found = fs::exists(target);
      findings.expect(found, page.string() + ": " + link);
      if (found && hash < link.size())
        findings.expect(anchors(target).count(link.substr(hash + 1)) == 1, page.string() + ": " + link);
    }
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("Names of the library in the documents are names in its headers", "[documents]") {
  const std::string headers = sources(root / "include");
  hardgate_tests::Findings findings;
  for (const fs::path& page : documents()) {
    // beside an example, its own names count too
    const std::string known = headers + (page.parent_path() == root ? "" : sources(page.parent_path()));
    for (const std::string& code : matches(prose(read(page), true), "`([^`\n]+)`")) {
      std::vector<std::string> names = matches(code, R"(hardgate::([\w:]+))");
      if (std::regex_search(code, std::regex("^[A-Z]\\w*<"))) names.push_back(code.substr(0, code.find('<')));
      for (const std::string& name : names)
        for (const std::string& part : matches(name, "(\\w+)"))
          findings.expect(has_word(known, part), page.string() + ": " + code);
    }
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("Tables of accuracy and performance say what was measured", "[documents]") {
  hardgate_tests::Findings findings;
  for (const fs::path& page : documents()) {
    const std::string text = read(page);
    for (const std::string table : {"accuracy", "performance"}) {
      const std::size_t begin = text.find(std::string("<!-- ") + table), end = text.find("<!-- /" + table);
      if (begin == std::string::npos) continue;
      const std::string measured = read(root / "docs" / (table + ".md"));
      const std::vector<std::string> rows = matches(text.substr(begin, end - begin), "(\n[|][^\n]+)");
      findings.expect(rows.size() > 2, page.string() + ": a table without rows");
      for (const std::string& row : rows)
        findings.expect(measured.find(row + '\n') != std::string::npos, page.string() + row);
    }
  }
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("What is said of all floats is what their sweep found", "[documents]") {
  hardgate_tests::Findings findings;
  const std::string sweep =
      matches(read(root / "docs/verification.md"), "(\n[^\n]*All 2\\^32 floats[^\n]*)").at(0);
  int said = 0;
  for (const fs::path& page : documents())
    for (const std::string& paragraph : matches(read(page), "(\nOver all 2³² floats(?:\n?[^\n]+)*)"))
      for (const std::string& number : matches(paragraph, "([0-9]+\\.[0-9]+)")) {
        ++said;
        findings.expect(sweep.find(' ' + number + " ulp") != std::string::npos,
                        page.string() + ": " + number);
      }
  CHECK(said >= 10);
  INFO(findings.report());
  CHECK(findings.none());
}
