// All that ringbridge's settings know of YAML.
#include "runtime/settings_catalog.hpp"
#include "runtime/settings_file.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <numeric>

namespace ringbridge::runtime {
namespace {

std::vector<std::string> known_keys() {
    std::vector<std::string> keys{"form_properties"};
    for (const auto& setting : setting_catalog()) {
        keys.push_back(file_key(setting.variable));
        if (setting.secret) keys.push_back(keys.back() + "_file");
    }
    return keys;
}

std::string variable_of(std::string key) {
    for (char& c : key) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return key;
}

/// How many letters must be put in, left out or exchanged (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto exchanged = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({exchanged, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

SettingFault unknown(std::string variable, const std::string& key,
                     const std::vector<std::string>& known) {
    const auto nearest = std::ranges::min_element(
        known, {}, [&key](const std::string& name) { return distance(key, name); });
    const bool close = distance(key, *nearest) <= 1 + key.size() / 4;
    return {std::move(variable), close ? "is no setting; did you mean " + *nearest + "?"
                                       : "is no setting that this version knows"};
}

/// A scalar's text; nothing, and a fault, for anything else.
std::optional<std::string> scalar(const YAML::Node& node, const std::string& variable,
                                  std::vector<SettingFault>& faults) {
    if (node.IsNull()) return "";
    if (node.IsScalar()) return node.Scalar();
    faults.push_back({variable, "is a list or a mapping; it must be a single value"});
    return std::nullopt;
}

std::optional<AnswerMode> read_mode(const std::string& text, const std::string& variable,
                                    std::vector<SettingFault>& faults) {
    if (text == "fill") return AnswerMode::fill;
    if (text == "overwrite") return AnswerMode::overwrite;
    if (text == "append") return AnswerMode::append;
    if (!text.empty()) {
        faults.push_back({variable, "was " + text + "; it may be fill, overwrite or append"});
    }
    return std::nullopt;
}

FormProperty read_form_property(const YAML::Node& node, const std::string& where,
                                std::vector<SettingFault>& faults) {
    static const std::vector<std::string> known{"question", "property", "mode"};
    FormProperty form_property;
    for (const auto& member : node) {
        const std::string key = member.first.IsScalar() ? member.first.Scalar() : "";
        const std::string variable = where + '.' + key;
        if (std::ranges::find(known, key) == known.end()) {
            faults.push_back(unknown(variable, key, known));
            continue;
        }
        auto text = scalar(member.second, variable, faults).value_or("");
        if (key == "mode") {
            form_property.mode = read_mode(text, variable, faults);
        } else {
            (key == "question" ? form_property.question : form_property.property) = std::move(text);
        }
    }
    return form_property;
}

void read_form_properties(const YAML::Node& node, SettingsFile& file) {
    if (node.IsNull()) return;
    if (!node.IsSequence()) {
        file.faults.push_back({"form_properties", "must be a list of {question, property}"});
        return;
    }
    for (std::size_t i = 0; i < node.size(); ++i) {
        const std::string where = "form_properties[" + std::to_string(i) + ']';
        if (node[i].IsMap()) {
            file.form_properties.push_back(read_form_property(node[i], where, file.faults));
        } else {
            file.faults.push_back({where, "must be {question: …, property: …}"});
        }
    }
}

void read_member(const std::string& key, const YAML::Node& value,
                 const std::vector<std::string>& known, SettingsFile& file) {
    if (std::ranges::find(known, key) == known.end()) {
        file.faults.push_back(unknown(key, key, known));
    } else if (key == "form_properties") {
        read_form_properties(value, file);
    } else {
        const auto variable = variable_of(key);
        if (file.values.contains(variable)) {
            file.faults.push_back({key, "stands in the file twice"});
        } else if (const auto text = scalar(value, key, file.faults)) {
            file.values.emplace(variable, *text);
        }
    }
}

}  // namespace

SettingsFile read_settings_file(const std::string& yaml) {
    const auto known = known_keys();
    SettingsFile file;
    try {
        const YAML::Node root = YAML::Load(yaml);
        if (root.IsNull()) return file;
        if (!root.IsMap()) {
            file.faults.push_back({"--config", "the file must be a mapping: `hubspot_token: …`"});
            return file;
        }
        for (const auto& member : root) {
            read_member(member.first.IsScalar() ? member.first.Scalar() : "", member.second, known,
                        file);
        }
    } catch (const YAML::Exception& error) {
        file.faults.push_back({"--config", "the file is not YAML: line " +
                                               std::to_string(error.mark.line + 1) + ": " +
                                               error.msg});
    }
    return file;
}

}  // namespace ringbridge::runtime
