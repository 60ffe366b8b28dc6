// A recorded request as a profile says it: with placeholders for what differs the next time, and
// without what a browser adds for itself.
#pragma once

#include "learn/finding.hpp"
#include "learn/har.hpp"
#include "learn/routes.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ringbridge::learn {

using Named = std::vector<std::pair<std::string, std::string>>;

struct RequestText {
    std::string method;
    std::string path;  ///< a whole address where it is at another host than the profile's
    Named query, headers;
    std::string body;  ///< YAML in flow style; empty for none
    Named form;
    Named json_query, json_form;  ///< parameters that are JSON: YAML in flow style
};

/// What becomes of a piece of a request.
struct Fate {
    enum class Move { keep, put, drop };
    Move move = Move::keep;
    std::string text;  ///< for `put`, with placeholders
    static Fate keep() { return {}; }
    static Fate put(std::string text) { return {Move::put, std::move(text)}; }
    static Fate drop() { return {Move::drop, {}}; }
};
using Judge = std::function<Fate(const Piece&)>;

/// `base`: the origin of the profile's base_url.
RequestText write_request(const Exchange& exchange, const std::string& base, const Judge& judge);

/// What browsers, tracing and error reports add to each request.
bool is_noise_header(const std::string& name);

/// A mark in place of a value that a person has to fill in.
std::string todo_value(const std::string& what);

}  // namespace ringbridge::learn
