// README.md, the pages in docs/ and those beside the examples: links lead somewhere, names exist, and what the tables
// say was measured.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support.hpp"

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
    if (std::find(extensions.begin(), extensions.end(), extension) != extensions.end()) found.push_back(entry.path());
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

/// A row of a table, as it stands and in cells. "\\|" is no border of a cell.
struct Row {
  std::string text;
  std::vector<std::string> cells;
};
std::vector<Row> rows(const std::string& text) {
  std::vector<Row> all;
  for (const std::string& line : matches(text, "\n([|][^\n]+[|])")) {
    Row row{line, {""}};
    for (std::size_t i = 1; i < line.size(); ++i) {
      if (line[i] == '|' && line[i - 1] != '\\') {
        row.cells.push_back("");
      } else if (line[i] != ' ' || (line[i - 1] != '|' && line[i + 1] != '|')) {
        row.cells.back() += line[i];
      }
    }
    row.cells.pop_back();  // behind the last border
    all.push_back(row);
  }
  return all;
}

/// Whether one line has all the parts.
bool some_line_has(const std::string& text, const std::vector<std::string>& parts) {
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (std::all_of(parts.begin(), parts.end(),
                    [&line](const std::string& part) { return line.find(part) != std::string::npos; }))
      return true;
  return false;
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
    for (const std::string& source : matches(text, R"re((?:src|srcset|href)="([^"]+)")re")) links.push_back(source);
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

TEST_CASE("Tables say what was measured", "[documents]") {
  hardgate_tests::Findings findings;
  const std::vector<Row> accuracy = rows(read(root / "docs/accuracy.md"));
  std::size_t tables = 0;
  for (const fs::path& page : documents()) {
    const std::string text = read(page);
    for (const std::string table : {"accuracy", "performance", "replacing"}) {
      const std::size_t begin = text.find("<!-- " + table), end = text.find("<!-- /" + table);
      if (begin == std::string::npos) continue;
      ++tables;
      const std::vector<Row> said = rows(text.substr(begin, end - begin));
      findings.expect(said.size() > 2, page.string() + ": a table without rows");
      for (std::size_t i = 2; i < said.size(); ++i) {  // below the heads of the columns
        const Row& row = said[i];
        const std::string where = page.string() + ": " + row.text;
        if (table == "performance") {  // each cell's numbers stand in one line
          for (std::size_t k = 1; k < row.cells.size(); ++k)
            findings.expect(
                some_line_has(read(root / "docs/performance.md"), matches(row.cells[k], "([0-9]+\\.[0-9]+)")), where);
        } else if (table == "replacing") {
          for (std::size_t k = 1; k < row.cells.size(); ++k)
            findings.expect(read(root / "docs/relu-ization.md").find(row.cells[k]) != std::string::npos, where);
        } else if (row.cells.size() == 6) {  // the README leaves out the instruction set, the mean and the input
          const auto& c = row.cells;
          findings.expect(std::any_of(accuracy.begin(), accuracy.end(),
                                      [&c](const Row& measured) {
                                        const auto& m = measured.cells;
                                        return m.size() == 9 && m[3] == "AVX-512" && m[0] == c[0] && m[1] == c[1] &&
                                               m[2] == c[2] && m[4] == c[3] && m[5] == c[4] && m[7] == c[5];
                                      }),
                          where);
        } else {
          findings.expect(std::any_of(accuracy.begin(), accuracy.end(),
                                      [&row](const Row& measured) { return measured.text == row.text; }),
                          where);
        }
      }
    }
  }
  CHECK(tables >= 9);
  INFO(findings.report());
  CHECK(findings.none());
}

TEST_CASE("What is said of all floats is what their sweep found", "[documents]") {
  hardgate_tests::Findings findings;
  const std::string sweep = matches(read(root / "docs/verification.md"), "(\n[^\n]*All 2\\^32 floats[^\n]*)").at(0);
  int said = 0;
  for (const fs::path& page : documents())
    for (const std::string& paragraph : matches(read(page), "(\nOver all 2³² floats(?:\n?[^\n]+)*)"))
      for (const std::string& number : matches(paragraph, "([0-9]+\\.[0-9]+)")) {
        ++said;
        findings.expect(sweep.find(' ' + number + " ulp") != std::string::npos, page.string() + ": " + number);
      }
  CHECK(said >= 10);
  INFO(findings.report());
  CHECK(findings.none());
}
