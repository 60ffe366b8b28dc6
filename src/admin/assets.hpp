// The dashboard's files, built from web/ and embedded in the program.
#pragma once

#include "ports/http.hpp"

#include <span>
#include <string_view>

namespace ringbridge::admin {

struct Asset {
    std::string_view name;  ///< `index.html`, `index-B1x3.js`
    std::string_view type;  ///< `text/html; charset=utf-8`
    std::string_view gzip;  ///< its content, compressed
};

std::span<const Asset> assets();

/// 404 if there is no file of that name.
HttpResponse asset_response(std::string_view name);

}  // namespace ringbridge::admin
