// The values of a JSON text, each with its path: what is looked at instead of a document.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::learn {

struct Leaf {
    enum class Kind { null, boolean, integer, real, text };
    std::string path;  ///< as profiles write it: `$.data[0].id`
    Kind kind = Kind::null;
    std::string text;  ///< `true`, `12`; empty for null, and for an empty list or object
    bool is_blank() const { return kind == Kind::null || text.empty(); }
    bool is_number() const { return kind == Kind::integer || kind == Kind::real; }
};
using Leaves = std::vector<Leaf>;

/// Empty if it is not JSON, or nothing but a single value. Text that is JSON itself is read
/// through.
Leaves leaves_of(std::string_view json);

/// A list of objects, found in an answer.
struct ObjectList {
    std::string selector;         ///< `$.data.calls[*]`
    std::size_t size = 0;         ///< at most as many as are sampled
    std::vector<Leaves> records;  ///< of the first ones and the last; paths from the record on
    Leaves envelope;              ///< what is around the list
};

/// All lists of objects in an answer, but those inside of records.
std::vector<ObjectList> object_lists_in(std::string_view json);

/// The JSON with texts in place of some values, as it can stand in a YAML file: `replace` gets each
/// leaf, and returns the text, or nothing to keep the value.
struct Replacement {
    enum class Move { keep, put, drop };
    Move move = Move::keep;
    std::string text;
};
std::string rewrite_json(std::string_view json,
                         const std::function<Replacement(const Leaf&)>& replace);

/// A JSON and YAML string.
std::string json_string(std::string_view text);

}  // namespace ringbridge::learn
