// The simulated vendors of AI receptionists with a public API: one vendor, five dialects. Each is
// our second reading of what is known of a platform, made without the code in src/receptionist, and
// strict: what that platform is not known to accept is refused. A plain object: no socket, no
// clock.
#pragma once

#include "core/time.hpp"
#include "core/words.hpp"
#include "ports/http.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringbridge::sim {

/// A call as it happened, before any platform's notation.
struct VendorCall {
    enum class Kind { inbound, outbound, web };
    enum class State { ongoing, talked, unanswered };
    std::string id;
    UtcTime at;       ///< it began, or would have; in the order of a platform's list
    int seconds = 0;  ///< of talk
    Kind kind = Kind::inbound;
    State state = State::talked;
    std::string outside_phone = {};  ///< as the platform has it; none on most web calls
    std::string own_phone = "+17035550100";
    std::string name = {};  ///< in the platform's own field
    /// Of the analysis, which may come later: no summary, no analysis.
    std::string summary = {}, title = {};
    std::string answers = "{}";                                   ///< a JSON object
    std::vector<std::pair<std::string, std::string>> turns = {};  ///< `agent` or `user`, and words
    std::vector<std::string> agents = {"agent_1"};
    bool has_start = true;  ///< Retell may leave out that of a call that was never connected
};

enum class VendorName { elevenlabs, retell, vapi, bland, synthflow };

/// By the names of their profiles.
inline constexpr Words<VendorName, 5> vendor_names{{{"elevenlabs", VendorName::elevenlabs},
                                                    {"retell", VendorName::retell},
                                                    {"vapi", VendorName::vapi},
                                                    {"bland", VendorName::bland},
                                                    {"synthflow", VendorName::synthflow}}};

struct VendorOptions {
    VendorName name = VendorName::elevenlabs;
    std::string api_key = "key_sandbox";
    std::size_t page_size_max = 1000;  ///< it puts no more on a page, whatever is asked for
    std::vector<std::string> agents = {"agent_1"};
    std::string webhook_secret = "whsec_sandbox";
};

/// A webhook, as the vendor sends it when a call has ended.
struct Delivery {
    Headers headers;
    std::string body;
};

/// The 32 bytes of HMAC-SHA-256.
using Hmac = std::function<std::string(std::string_view secret, std::string_view text)>;

/// The secrets and prompts that its bodies hold, as those of a real vendor do.
inline constexpr std::string_view vendor_secret = "INVENTED_SECRET_DO_NOT_STORE";

class Vendor {
  public:
    explicit Vendor(VendorOptions options) : options_{std::move(options)} {}

    HttpResponse answer(const HttpRequest& request, UtcTime now);

    /// A call with the id of an earlier one replaces it.
    void publish(VendorCall call);

    /// The signed event of a call that was published.
    Delivery deliver(const std::string& id, UtcTime now, const Hmac& hmac) const;

    /// Answers the next `count` requests with `with`; with a path, only those that begin with it.
    void fail_next(int count, HttpResponse with, std::string path = "");

    const VendorOptions& options() const { return options_; }
    int requests() const { return requests_; }
    /// Method and target of each request, for tests.
    const std::vector<std::string>& asked() const { return asked_; }

  private:
    struct Failure {
        std::string path;
        HttpResponse response;
    };
    VendorOptions options_;
    std::vector<VendorCall> calls_;  ///< oldest first
    std::deque<Failure> failures_;
    std::vector<std::string> asked_;
    int requests_ = 0;
};

}  // namespace ringbridge::sim
