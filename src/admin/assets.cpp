#include "admin/assets.hpp"

#include "admin/responses.hpp"

#include <algorithm>

namespace ringbridge::admin {
namespace {

// Loads only from our own origin, and no other page may frame it.
constexpr const char* policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

HttpResponse asset_response(std::string_view name) {
    const auto all = assets();
    const auto asset = std::ranges::find(all, name, &Asset::name);
    if (asset == all.end()) {
        return error_response(404, "not_found", "the dashboard has no such file; reload it");
    }
    // All names but the page's own contain a content hash.
    const auto* caching = name == "index.html" ? "no-store" : "public, max-age=31536000, immutable";
    return {.status = 200,
            .headers = {{"Content-Type", std::string{asset->type}},
                        {"Content-Encoding", "gzip"},
                        {"Cache-Control", caching},
                        {"Content-Security-Policy", policy},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Referrer-Policy", "no-referrer"}},
            .body = std::string{asset->gzip}};
}

}  // namespace ringbridge::admin
