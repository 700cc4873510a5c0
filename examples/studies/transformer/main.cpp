// A transformer that predicts characters: what replacing its smooth units by ReLU costs, and what gives it back.
#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "../kept_results.hpp"
#include "results.hpp"

namespace {

using namespace transformer_study;

struct Job {
  const Network* network;
  uint64_t seed;
};

/// In the order of the seeds, then of the networks, whichever was finished first.
void sort_runs(nlohmann::json& runs) {
  const auto place = [](const nlohmann::json& run) {
    const auto has_name = [&](const Network& network) { return run["network"] == network.name; };
    const auto found = std::find_if(networks().begin(), networks().end(), has_name);
    return std::make_pair(run["seed"].get<uint64_t>(), found - networks().begin());
  };
  std::vector<nlohmann::json> sorted = runs;
  std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  runs = sorted;
}

/// One network for each thread at a time; each is added to the file when it is done.
void run_jobs(const std::vector<Job>& jobs, const Corpus& corpus, const Settings& settings, unsigned threads,
              const std::string& file, nlohmann::json& results) {
  std::mutex mutex;
  std::size_t next = 0;
  std::exception_ptr failure;
  const auto work = [&] {
    at::set_num_threads(1);
    for (std::unique_lock lock(mutex); next < jobs.size() && !failure;) {
      const Job job = jobs[next++];
      lock.unlock();
      try {
        const nlohmann::json run = study(*job.network, job.seed, corpus, settings);
        lock.lock();
        results["runs"].push_back(run);
        sort_runs(results["runs"]);
        if (!file.empty()) kept_results::write(file, results);
      } catch (...) {
        if (!lock.owns_lock()) lock.lock();
        failure = std::current_exception();
      }
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < threads; ++i) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

int main(int argc, char** argv) try {
  Settings settings;
  unsigned seeds = 2, threads = std::max(1u, std::thread::hardware_concurrency());
  std::string text, file;
  std::vector<std::string> names;
  for (const Network& network : networks()) names.push_back(network.name);
  CLI::App app("Trains transformers on a text and replaces their smooth units by ReLU.");
  app.add_option("--text", text, "File of the text; without one, only the tables of what is kept are printed")
      ->take_last();
  app.add_option("--results", file, "File that keeps the runs: what is in it is not run again")->take_last();
  app.add_option("--seeds", seeds, "Runs of each network")->check(CLI::Range(1, 100))->capture_default_str();
  app.add_option("--threads", threads, "Networks trained at a time, one thread each")->check(CLI::Range(1, 1024));
  app.add_option("--networks", names, "Which networks, separated by semicolons (default: all)")
      ->delimiter(';')
      ->check(CLI::IsMember(names));
  app.add_option("--steps", settings.steps, "Steps of the training")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--tuning-steps", settings.tuning_steps, "Steps of the tuning")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--tuning-rate", settings.tuning_rate, "Learning rate of the tuning")
      ->check(CLI::Range(1e-9, 1.))
      ->capture_default_str();
  app.add_option("--windows", settings.windows, "Windows of held-out text to measure on")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  if (text.empty() && file.empty()) throw std::runtime_error("--text or --results is needed");
  nlohmann::json results = read_results(file, settings);
  std::vector<Job> jobs;
  for (uint64_t seed = 1; seed <= seeds; ++seed)
    for (const Network& network : networks())
      if (std::count(names.begin(), names.end(), network.name) > 0 && !find_run(results, network.name, seed))
        jobs.push_back({&network, seed});
  std::stable_partition(jobs.begin(), jobs.end(), [](const Job& job) {  // the longest first
    return !job.network->hardened && job.network->activation.hardness < infinite_hardness;
  });
  if (!file.empty() && !jobs.empty()) kept_results::require_writable(file);
  if (!text.empty() && !jobs.empty()) run_jobs(jobs, read_corpus(text), settings, threads, file, results);
  print_tables(std::cout, results);
} catch (const c10::Error& error) {
  std::cerr << "transformer: " << error.what_without_backtrace() << '\n';
  return 1;
} catch (const std::exception& error) {
  std::cerr << "transformer: " << error.what() << '\n';
  return 1;
}
