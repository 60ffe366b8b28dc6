// The sandbox's platform sends webhooks: signed as its vendor does it, once, over a real socket.
#pragma once

#include "runtime/curl_http.hpp"
#include "runtime/sodium_vault.hpp"
#include "runtime/system_clock.hpp"
#include "sim/vendor/vendor.hpp"

#include <string>

namespace ringbridge::cli {

class VendorWebhooks {
  public:
    VendorWebhooks(const sim::Vendor& vendor, Clock& clock) : vendor_{vendor}, clock_{clock} {}

    /// Of a call that the vendor has. If nobody takes it in, only the vendor's list has the call.
    Task<> send(std::string call_id, std::string url);

  private:
    const sim::Vendor& vendor_;
    Clock& clock_;
    runtime::SystemRandom random_;
    runtime::SodiumVault vault_{Secret{}, random_};
    runtime::CurlHttp http_;
};

}  // namespace ringbridge::cli
