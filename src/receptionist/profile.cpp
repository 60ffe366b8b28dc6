#include "receptionist/profile.hpp"

#include "core/check.hpp"
#include "receptionist/builtin_profiles.hpp"
#include "receptionist/placeholders.hpp"

#include <algorithm>

namespace ringbridge::receptionist {

std::vector<std::string> names_in(const RequestTemplate& request) {
    std::vector<std::string> names;
    const auto add = [&](const std::string& text) {
        for (const auto& name : placeholders_in(text).value_or(std::vector<std::string>{})) {
            if (const auto plain = without_marks(name); !plain.empty()) names.emplace_back(plain);
        }
    };
    add(request.path);
    add(request.json_body);
    for (const auto* parts : {&request.query, &request.headers, &request.form}) {
        for (const auto& [name, value] : *parts) add(value);
    }
    return names;
}

bool uses(const RequestTemplate& request, std::string_view name) {
    const auto names = names_in(request);
    return std::ranges::find(names, name) != names.end();
}

bool takes_api_key(const Auth& auth) {
    const auto has_it = [](const auto& named) {
        return named.second.find("${credentials.api_key}") != std::string::npos;
    };
    return std::ranges::any_of(auth.session.headers, has_it) ||
           std::ranges::any_of(auth.session.cookies, has_it);
}

std::string to_text(const Source& source) {
    std::string text;
    for (const auto& path : source.paths) text += (text.empty() ? "" : " or ") + path.text;
    return source.constant.empty() ? text : text + (text.empty() ? "" : " or ") + "a constant";
}

std::vector<std::string> builtin_profile_names() {
    std::vector<std::string> names;
    for (const auto& builtin : builtin_profiles()) names.emplace_back(builtin.name);
    return names;
}

Profile builtin_profile(std::string_view name) {
    const auto builtins = builtin_profiles();
    const auto found = std::ranges::find(builtins, name, &BuiltinProfile::name);
    check(found != builtins.end(), "the name is that of a built-in profile");
    auto profile = parse_profile(std::string{found->yaml});
    check(profile.has_value(), "every built-in profile is valid");
    return std::move(*profile);
}

}  // namespace ringbridge::receptionist
