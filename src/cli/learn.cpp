// `ringbridge learn`: a recording in, a profile and an account of it out.
#include "learn/learn.hpp"

#include "cli/commands.hpp"
#include "cli/exit_status.hpp"
#include "runtime/process.hpp"

#include <iostream>

namespace ringbridge::cli {
namespace {

int refuse(const std::string& why) {
    std::cerr << why << (why.ends_with('\n') ? "" : "\n") << std::flush;
    return wrong_usage;
}

}  // namespace

int learn(const Options& options) {
    const auto& given = options.learn;
    if (!given.name.empty() && !learn::is_profile_name(given.name)) {
        return refuse("--name: " + given.name +
                      " is not lower-case letters, digits and -, beginning with a letter");
    }
    auto text = runtime::read_file(given.recording);
    if (!text) return refuse(given.recording + ": " + text.error());
    const auto learned = learn::learn(*text, given.name);
    if (!learned) return refuse(given.recording + ": " + learned.error());
    if (!given.output.empty()) {
        const auto written = runtime::write_file(given.output, learned->profile);
        if (!written) return refuse(given.output + ": " + written.error());
    }
    if (options.json) {
        std::cout << learn::encode_account(*learned, given.output) << std::endl;
    } else {
        if (given.output.empty()) std::cout << learned->profile << std::flush;
        std::cerr << learn::account_text(*learned) << std::flush;
    }
    return learned->todo.empty() ? done : some_calls_failed;
}

}  // namespace ringbridge::cli
