// Requests as routes: which of them are the same question, asked again with other values. And which
// of what a browser asks concerns the site's own work at all.
#pragma once

#include "learn/har.hpp"
#include "learn/leaves.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::learn {

/// A piece of a request that may vary.
struct Piece {
    enum class In { path, query, header, form, json };
    In in = In::query;
    /// A name; of a path the segment's number; of JSON the path. Of JSON in a parameter both:
    /// `input$.json.cursor`.
    std::string key;
    std::string value;
    bool is_text = true;  ///< false: JSON's number, truth value or null
    bool is_null = false;
};

/// Of the path, the query, the form and the JSON body; not the headers.
std::vector<Piece> pieces_of(const Exchange& exchange);

/// Whether it is a value in JSON, of a body or of a parameter.
bool is_in_json(const Piece& piece);
/// Whether a parameter's value is a JSON object: its pieces are the values in it.
bool is_json_parameter(const std::string& value);
/// Its value's piece at a path.
Piece json_piece(Piece::In in, const std::string& name, const Leaf& leaf);

/// The value, and what stands in it between separators: of `eq.7c1e-44` also `7c1e-44`.
std::vector<std::string> parts_of(const std::string& value);

std::vector<std::string> segments_of(const std::string& url);  ///< of the path, decoded
std::string host_of(const std::string& url);                   ///< without port
/// `acme` of `https://app.acme.co.uk`; empty for an address of numbers.
std::string main_label(const std::string& host);
/// `acme.co.uk`
std::string site_of(const std::string& host);

/// `GET /v1/accounts/{}/calls`: the same for all requests that differ in ids alone.
std::string route_of(const Exchange& exchange);
/// The same as a person may read it, with what a GraphQL request calls itself.
std::string to_text(const Exchange& exchange);

bool is_json(const Exchange& exchange);
bool is_page(const Exchange& exchange);    ///< a web page
bool is_script(const Exchange& exchange);  ///< JavaScript
/// Analytics, error reports, feature flags, support chats, preflights.
bool is_noise(const Exchange& exchange);

}  // namespace ringbridge::learn
