#include "cli/vendor_webhooks.hpp"

namespace ringbridge::cli {

Task<> VendorWebhooks::send(std::string call_id, std::string url) {
    auto delivery = vendor_.deliver(call_id, clock_.now(),
                                    [this](std::string_view secret, std::string_view text) {
                                        return vault_.hmac_sha256(secret, text);
                                    });
    (void)co_await http_.fetch({.method = "POST",
                                .url = std::move(url),
                                .headers = std::move(delivery.headers),
                                .body = std::move(delivery.body)});
}

}  // namespace ringbridge::cli
