// Strict reading of YAML: every key is read by its name, and any that is left over is an error that
// names the most similar known one. All errors are collected, each with its path.
#pragma once

#include "core/parse_error.hpp"
#include "core/time.hpp"

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ringbridge::receptionist {

using Faults = std::vector<ParseError>;
using Names = std::vector<std::string>;

/// `; did you mean "label"?`, or the valid choices.
std::string hint(const std::string& written, const Names& known);

/// A value, and its path in the document.
struct Value {
    YAML::Node node;
    std::string path;
    Faults* faults;

    void fault(std::string why) const { faults->push_back({path, std::move(why)}); }
    std::optional<std::string> text() const;
    std::vector<Value> list() const;
};

/// A map.
class Section {
  public:
    explicit Section(const Value& whole);

    void fault(const std::string& name, std::string why) const;

    std::optional<Value> optional(const std::string& name);
    std::optional<Value> required(const std::string& name);
    /// Required, and not empty.
    std::string text(const std::string& name);
    int number(const std::string& name, int otherwise, int least, int most);
    Milliseconds span(const std::string& name, Milliseconds otherwise);

    /// Required, unless there is an `otherwise`.
    template <class Choice>
    Choice choice(const std::string& name, const std::map<std::string, Choice>& choices,
                  std::optional<Choice> otherwise = {}) {
        if (otherwise && !optional(name)) return *otherwise;
        const auto text = this->text(name);
        if (const auto chosen = choices.find(text); chosen != choices.end()) return chosen->second;
        Names names;
        for (const auto& [key, _] : choices) names.push_back(key);
        if (!text.empty()) fault(name, "cannot be \"" + text + "\"" + hint(text, names));
        return choices.begin()->second;
    }

    /// To be called after all known keys have been read.
    void refuse_others() const;

    /// For a map whose keys the document's author chooses.
    std::vector<std::pair<std::string, Value>> members() const;

  private:
    std::string path_;
    Faults* faults_;
    std::map<std::string, YAML::Node> members_;
    Names known_;
    bool broken_ = false;
};

}  // namespace ringbridge::receptionist
