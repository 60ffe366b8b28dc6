// JSON of any size as a small document: of long lists only the first elements and the last, of very
// many values only the first, nothing nested too deeply. A recording may hold megabytes of records
// where a few hundred show all.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringbridge::learn {

struct SampleLimits {
    std::size_t elements = 300;    ///< of a list
    std::size_t values = 400'000;  ///< in all
    std::size_t depth = 48;
};

/// Builds a document from the events of nlohmann's parser.
class Sampler : public nlohmann::json_sax<nlohmann::json> {
  public:
    using json = nlohmann::json;
    explicit Sampler(SampleLimits limits) : limits_{limits} {}

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(value); }
    bool number_unsigned(number_unsigned_t value) override { return put(value); }
    bool number_float(number_float_t value, const string_t&) override { return put(value); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return put(nullptr); }
    bool start_object(std::size_t) override { return open(json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override {
        if (skipped_ == 0) key_ = std::move(value);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

    json take() { return std::move(root_); }
    bool is_closed() const { return open_.empty() && skipped_ == 0; }

  private:
    // A value's place: in the innermost open list or object. Null if it is left out.
    json* place(json value) {
        ++values_;
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        auto& into = *open_.back();
        if (values_ > limits_.values) return nullptr;
        if (into.is_object()) {
            auto& member = into[key_];
            member = std::move(value);
            return &member;
        }
        if (into.size() < limits_.elements) {
            into.push_back(std::move(value));
        } else {
            into.back() = std::move(value);
        }
        return &into.back();
    }

    bool put(json value) {
        if (skipped_ == 0) place(std::move(value));
        return true;
    }

    bool open(json value) {
        auto* at =
            skipped_ == 0 && open_.size() < limits_.depth ? place(std::move(value)) : nullptr;
        if (at == nullptr) {
            ++skipped_;
        } else {
            open_.push_back(at);
        }
        return true;
    }

    bool close() {
        if (skipped_ > 0) {
            --skipped_;
        } else if (!open_.empty()) {
            open_.pop_back();
        }
        return true;
    }

    SampleLimits limits_;
    json root_;
    std::vector<json*> open_;
    std::string key_;
    std::size_t values_ = 0;
    std::size_t skipped_ = 0;  ///< open lists and objects that are left out
};

/// Null where it is not JSON.
inline nlohmann::json sample_json(std::string_view text, SampleLimits limits = {}) {
    Sampler sampler{limits};
    const bool whole = nlohmann::json::sax_parse(text, &sampler);
    return whole ? sampler.take() : nlohmann::json{};
}

}  // namespace ringbridge::learn
