#include "cli/manual.hpp"

#include "cli/exit_status.hpp"
#include "core/version.hpp"
#include "runtime/settings_catalog.hpp"

#include <fmt/format.h>

#include <vector>

namespace ringbridge::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

bool is_flag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }

std::string long_name(const CLI::Option& option) {
    return option.get_lnames().empty() ? "" : option.get_lnames().front();
}

// Without the program's own name: `calls list`.
std::string path_of(const CLI::App& app) {
    if (app.get_parent() == nullptr) return "";
    const auto above = path_of(*app.get_parent());
    return above.empty() ? app.get_name() : above + ' ' + app.get_name();
}

std::string in_quotes(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return quoted + '\'';
}

// Deepest first: a pattern matches all that begins with it.
std::string shell_cases(const CLI::App& app) {
    std::string cases, offered;
    for (const auto* command : commands_of(app)) {
        cases += shell_cases(*command);
        offered += command->get_name() + ' ';
    }
    for (const auto* option : app.get_options()) {
        if (const auto name = long_name(*option); !name.empty()) offered += "--" + name + ' ';
    }
    offered.pop_back();
    const auto path = path_of(app);
    return cases + fmt::format("        {}) offered={} ;;\n",
                               path.empty() ? "*" : in_quotes(path) + "*", in_quotes(offered));
}

std::string bash_script(const CLI::App& app) {
    return R"(# ringbridge: completion for bash. Add to ~/.bashrc:
#   source <(ringbridge completion bash)
_ringbridge() {
    local word words="" offered current=${COMP_WORDS[COMP_CWORD]}
    if [[ ${COMP_WORDS[COMP_CWORD-1]} == --config ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == -* ]] || words+="${words:+ }$word"
    done
    case "$words" in
)" + shell_cases(app) +
           R"(    esac
    mapfile -t COMPREPLY < <(compgen -W "$offered" -- "$current")
}
complete -F _ringbridge ringbridge
)";
}

std::string zsh_script(const CLI::App& app) {
    return R"(# ringbridge: completion for zsh. Add to ~/.zshrc, after compinit:
#   source <(ringbridge completion zsh)
_ringbridge() {
    local offered
    if [[ ${words[CURRENT-1]} == --config ]]; then
        _files
        return
    fi
    case "${(j: :)${(M)words[2,CURRENT-1]:#[^-]*}}" in
)" + shell_cases(app) +
           R"(    esac
    compadd -- ${=offered}
}
compdef _ringbridge ringbridge
)";
}

std::string fish_condition(const CLI::App& app) {
    std::string condition, below;
    for (const auto* seen = &app; seen->get_parent() != nullptr; seen = seen->get_parent()) {
        condition = "__fish_seen_subcommand_from " + seen->get_name() +
                    (condition.empty() ? "" : "; and ") + condition;
    }
    for (const auto* command : commands_of(app)) below += ' ' + command->get_name();
    if (condition.empty()) return "__fish_use_subcommand";
    return below.empty() ? condition : condition + "; and not __fish_seen_subcommand_from" + below;
}

std::string fish_lines(const CLI::App& app) {
    const auto condition = in_quotes(fish_condition(app));
    std::string lines;
    for (const auto* command : commands_of(app)) {
        lines += fmt::format("complete -c ringbridge -n {} -a {} -d {}\n", condition,
                             command->get_name(), in_quotes(command->get_description()));
        lines += fish_lines(*command);
    }
    for (const auto* option : app.get_options()) {
        const auto name = long_name(*option);
        if (name.empty()) continue;
        const auto* value = is_flag(*option) ? "" : name == "config" ? " -r -F" : " -r";
        lines += fmt::format("complete -c ringbridge -n {} -l {}{} -d {}\n", condition, name, value,
                             in_quotes(option->get_description()));
    }
    return lines;
}

std::string fish_script(const CLI::App& app) {
    return "# ringbridge: completion for fish. Write it to\n"
           "# ~/.config/fish/completions/ringbridge.fish\n"
           "complete -c ringbridge -f\n" +
           fish_lines(app);
}

// A line that begins with a dot or a quote would be a roff request.
std::string roff(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        const bool first = escaped.empty() || escaped.back() == '\n';
        if (first && (c == '.' || c == '\'')) escaped += "\\&";
        if (c == '\\') {
            escaped += "\\e";
        } else if (c == '-') {
            escaped += "\\-";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string option_entry(const CLI::Option& option) {
    const auto name = long_name(option);
    const auto shown = name.empty() ? option.get_name(true) : "--" + name;
    return fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", roff(shown),
                       name.empty() || is_flag(option) ? "" : " \\fIVALUE\\fR",
                       roff(option.get_description()));
}

std::string command_entries(const CLI::App& app) {
    std::string entries;
    for (const auto* command : commands_of(app)) {
        entries += fmt::format(".SS \"ringbridge {}\"\n{}\n", roff(path_of(*command)),
                               roff(command->get_description()));
        for (const auto* option : command->get_options()) {
            if (long_name(*option) != "help") entries += option_entry(*option);
        }
        if (const auto footer = command->get_footer(); !footer.empty()) {
            entries += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(footer));
        }
        entries += command_entries(*command);
    }
    return entries;
}

std::string setting_entries() {
    std::string entries;
    for (const auto& setting : runtime::setting_catalog()) {
        entries += fmt::format(
            ".TP\n\\fB{}\\fR{}\n{}\n", setting.variable,
            setting.standard.empty() ? "" : " (" + roff(std::string{setting.standard}) + ')',
            roff(std::string{setting.meaning}));
    }
    return entries;
}

std::string status_entries() {
    std::string entries;
    for (const auto& [status, meaning] : exit_statuses) {
        entries += fmt::format(".TP\n\\fB{}\\fR\n{}\n", static_cast<int>(status),
                               roff(std::string{meaning}));
    }
    return entries;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
    if (shell == "bash") return bash_script(app);
    return shell == "zsh" ? zsh_script(app) : fish_script(app);
}

std::string man_page(const CLI::App& app) {
    return fmt::format(
        ".\\\" Written by `ringbridge man`: do not edit.\n"
        ".TH RINGBRIDGE 1 \"\" \"ringbridge {}\"\n"
        ".SH NAME\nringbridge \\- AI receptionist calls into HubSpot\n"
        ".SH SYNOPSIS\n\\fBringbridge\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n"
        ".SH DESCRIPTION\n{}\n"
        ".SH COMMANDS\n{}"
        ".SH SETTINGS\nEnvironment variables, or keys in lower case of the file given with\n"
        "\\fB\\-\\-config\\fR; the environment wins. Each secret \\fIX\\fR may be given as "
        "\\fIX\\fR_FILE,\na path to read it from. The default is in brackets.\n{}"
        ".SH \"EXIT STATUS\"\n{}",
        version, roff(app.get_description()), command_entries(app), setting_entries(),
        status_entries());
}

}  // namespace ringbridge::cli
