// The simulated receptionist platform: what ringbridge's profile for GoodCall assumes of the real
// site, implemented a second time, deliberately without the code in src/receptionist. A plain
// object: no socket, no clock, the same answers for the same requests in the same order.
#pragma once

#include "core/time.hpp"
#include "ports/http.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::sim {

struct SiteOptions {
    std::string email = "owner@sandbox.test";
    std::string password = "sandbox";
    std::chrono::hours token_life{60 * 24};
    int max_page_size = 100;      ///< a larger pageSize is capped to this
    bool shuffle = true;          ///< list in a fixed random order; else newest first
    bool sign_addresses = false;  ///< recording URLs get a new query in each listing
    bool rotate_tokens = false;   ///< each listing brings a new token and ends the old one
    bool odd_cookies = false;     ///< each answer sets unrelated cookies and deletes some
    std::uint64_t seed = 1;
};

/// The ways in which sites report an ended session, other than 401.
std::vector<HttpResponse> ended_session_answers();

class ReceptionistSite {
  public:
    explicit ReceptionistSite(SiteOptions options = {});

    HttpResponse answer(const HttpRequest& request, UtcTime now);

    /// Lists `record_json` from now on, whatever text it is. Windows (both ends included) compare
    /// its `callTimestamp`; a record without a readable one is listed in every window. A record
    /// with the `id` of an earlier one replaces it.
    void publish(std::string record_json);

    /// How it shows each of its records from now on, given as it was published.
    using Shape = std::function<std::string(const std::string& record_json)>;
    void reshape(Shape shape) { shape_ = std::move(shape); }
    /// A record as it is listed and sent.
    std::string shaped(const std::string& text) const { return shape_ ? shape_(text) : text; }

    /// Stops listing it.
    void take_away(const std::string& id);
    /// Every window that contains this record's time is answered with 500, until `heal`.
    void choke_on(const std::string& id) { choking_.insert(id); }
    void heal(const std::string& id) { choking_.erase(id); }

    /// A token like that of a login, without one.
    std::string static_token(UtcTime now);

    /// Answers the next `count` requests with `with`.
    void fail_next(int count, HttpResponse with);

    /// Revokes all tokens given so far.
    void revoke_tokens() { expiries_.clear(); }
    /// The same; from now on a request without a valid token gets this answer.
    void end_sessions(HttpResponse answer) {
        expiries_.clear();
        to_strangers_ = std::move(answer);
    }

    int requests() const { return requests_; }
    int logins() const { return logins_; }  ///< POSTs to the login, refused ones included

  private:
    struct Record {
        std::string json;
        std::string id;
        std::optional<UtcTime> called_at;
        std::uint64_t order = 0;  ///< its place in the listing: smaller comes first
    };
    HttpResponse route(const HttpRequest& request, UtcTime now);
    HttpResponse csrf();
    HttpResponse log_in(const HttpRequest& request, UtcTime now);
    HttpResponse list(const HttpRequest& request, UtcTime now);
    std::string listed(const Record& record);
    void set_cookies(HttpResponse& response, std::string_view path, UtcTime now);

    SiteOptions options_;
    std::vector<Record> records_;  ///< in listing order
    Shape shape_;
    std::set<std::string> csrf_tokens_;
    std::set<std::string> choking_;  ///< ids of records
    std::deque<HttpResponse> failures_;
    std::optional<HttpResponse> to_strangers_;
    std::map<std::string, UtcTime> expiries_;  ///< of each token that is still valid
    std::uint64_t published_ = 0;
    std::uint64_t tokens_given_ = 0;
    std::uint64_t addresses_signed_ = 0;
    int requests_ = 0;
    int logins_ = 0;
};

}  // namespace ringbridge::sim
