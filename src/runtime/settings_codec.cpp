// The YAML form of the settings.
#include "core/text.hpp"
#include "runtime/settings_catalog.hpp"
#include "runtime/settings_file.hpp"
#include "runtime/settings_words.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>

namespace ringbridge::runtime {
namespace {

using Keys = std::vector<std::string>;

// The position of a mapping determines which keys it may have.
enum class Place { top, bridge };

Keys known_keys(Place place) {
    Keys keys{"form_properties", place == Place::top ? "bridges" : "name"};
    for (const auto& setting : setting_catalog()) {
        if (place == Place::bridge && is_for_all_bridges(setting)) continue;
        keys.push_back(file_key(setting.variable));
        if (setting.secret) keys.push_back(keys.back() + "_file");
    }
    return keys;
}

bool holds(const Keys& keys, const std::string& key) {
    return std::ranges::find(keys, key) != keys.end();
}

std::string variable_of(std::string key) {
    for (char& c : key) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return key;
}

SettingFault unknown(std::string variable, const std::string& key, const Keys& known) {
    const auto nearest = std::ranges::min_element(
        known, {}, [&key](const std::string& name) { return edit_distance(key, name); });
    const bool close = edit_distance(key, *nearest) <= 1 + key.size() / 4;
    return {std::move(variable), close ? "is not a setting; did you mean " + *nearest + "?"
                                       : "is not a setting that this version knows"};
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
    const auto mode = parse_word(answer_mode_words, text);
    if (!mode && !text.empty()) {
        faults.push_back(
            {variable, "is " + text + "; must be " + explain_words(answer_mode_words)});
    }
    return mode;
}

FormProperty read_form_property(const YAML::Node& node, const std::string& where,
                                std::vector<SettingFault>& faults) {
    static const Keys known{"question", "property", "mode"};
    FormProperty form_property;
    for (const auto& member : node) {
        const std::string key = member.first.IsScalar() ? member.first.Scalar() : "";
        const std::string variable = where + '.' + key;
        if (!holds(known, key)) {
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

std::vector<FormProperty> read_form_properties(const YAML::Node& node, const std::string& where,
                                               std::vector<SettingFault>& faults) {
    std::vector<FormProperty> form_properties;
    if (!node.IsSequence()) {
        if (!node.IsNull()) faults.push_back({where, "must be a list of {question, property}"});
        return form_properties;
    }
    for (std::size_t i = 0; i < node.size(); ++i) {
        const std::string item = where + '[' + std::to_string(i) + ']';
        if (node[i].IsMap()) {
            form_properties.push_back(read_form_property(node[i], item, faults));
        } else {
            faults.push_back({item, "must be {question: …, property: …}"});
        }
    }
    return form_properties;
}

std::string key_of(const YAML::detail::iterator_value& member) {
    return member.first.IsScalar() ? member.first.Scalar() : "";
}

/// Reads one mapping's settings; its other keys are up to the caller.
class BlockReader {
  public:
    BlockReader(Place place, std::string prefix, std::vector<SettingFault>& faults)
        : known_{known_keys(place)}, prefix_{std::move(prefix)}, faults_{faults} {}

    void read(const std::string& key, const YAML::Node& value) {
        const auto where = prefix_ + key;
        if (!holds(known_, key)) {
            faults_.push_back(unexpected(where, key));
        } else if (key == "form_properties") {
            block_.form_properties = read_form_properties(value, where, faults_);
        } else if (block_.values.contains(variable_of(key))) {
            faults_.push_back({where, "is in the file twice"});
        } else if (const auto text = scalar(value, where, faults_)) {
            block_.values.emplace(variable_of(key), *text);
        }
    }

    SettingsBlock take() { return std::move(block_); }

  private:
    SettingFault unexpected(const std::string& where, const std::string& key) const {
        static const auto top = known_keys(Place::top);
        if (!holds(top, key)) return unknown(where, key, known_);
        return {where, "applies to all bridges; it can be set only at the top of the file"};
    }

    const Keys known_;
    const std::string prefix_;
    std::vector<SettingFault>& faults_;
    SettingsBlock block_;
};

// The entry's name, or its place in the list if the name is invalid, to locate its faults.
std::string read_name(const YAML::Node& entry, const std::string& place, SettingsFile& file) {
    const auto& name = entry["name"];
    std::string given = name && name.IsScalar() ? name.Scalar() : "";
    if (!is_bridge_name(given)) {
        file.faults.push_back({place + ".name", "is " + (given.empty() ? "missing" : given) +
                                                    "; must be up to 32 lower-case letters, "
                                                    "digits and -, starting with a letter"});
        return place;
    }
    if (std::ranges::find(file.bridges, given, &BridgeEntry::name) != file.bridges.end()) {
        file.faults.push_back({place + ".name", "is " + given + ", which is already used"});
    }
    return given;
}

void read_bridges(const YAML::Node& list, SettingsFile& file) {
    if (!list.IsSequence() || list.size() == 0) {
        file.faults.push_back({"bridges", "must be a list of {name: …, hubspot_token: …, …}"});
        return;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto place = "bridges[" + std::to_string(i) + ']';
        if (!list[i].IsMap()) {
            file.faults.push_back({place, "must be {name: …, hubspot_token: …, …}"});
            continue;
        }
        const auto name = read_name(list[i], place, file);
        BlockReader block{Place::bridge, name + '.', file.faults};
        for (const auto& member : list[i]) {
            if (const auto key = key_of(member); key != "name") block.read(key, member.second);
        }
        file.bridges.push_back({name, block.take()});
    }
}

void read_root(const YAML::Node& root, SettingsFile& file) {
    if (root.IsNull()) return;
    if (!root.IsMap()) {
        file.faults.push_back({"--config", "the file must be a mapping: `hubspot_token: …`"});
        return;
    }
    BlockReader block{Place::top, "", file.faults};
    for (const auto& member : root) {
        const auto key = key_of(member);
        if (key == "bridges") {
            read_bridges(member.second, file);
        } else {
            block.read(key, member.second);
        }
    }
    file.top = block.take();
}

}  // namespace

bool is_bridge_name(const std::string& name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return !name.empty() && name.size() <= 32 && letters.contains(name.front()) &&
           name.find_first_not_of(allowed) == std::string::npos;
}

SettingsFile read_settings_file(const std::string& yaml) {
    SettingsFile file;
    try {
        read_root(YAML::Load(yaml), file);
    } catch (const YAML::Exception& error) {
        file.faults.push_back({"--config", "the file is not YAML: line " +
                                               std::to_string(error.mark.line + 1) + ": " +
                                               error.msg});
    }
    return file;
}

}  // namespace ringbridge::runtime
