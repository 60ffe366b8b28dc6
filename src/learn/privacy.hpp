// What of a recording may stand in a profile: what the site sends everybody before any login, and
// the words of its program. What belongs to the recorded account may not.
#pragma once

#include "learn/call_list.hpp"
#include "learn/credentials.hpp"
#include "learn/provenance.hpp"
#include "learn/routes.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace ringbridge::learn {

class Privacy {
  public:
    Privacy(const Recording& recording, const Provenance& provenance,
            const std::optional<TypedCredentials>& typed, const CallList& list);

    enum class Verdict {
        constant,  ///< it may be kept
        account,   ///< it must be found in an answer, or left to a person
    };
    /// Of a piece of a request that was sent after the login.
    Verdict judge(const Piece& piece) const;

    /// The text with a mark in place of whatever belongs to the account.
    std::string scrub(std::string text) const;
    bool holds_personal(const std::string& text) const { return scrub(text) != text; }

  private:
    void collect(const std::string& text);
    void collect_answers(const CallList& list);
    bool is_personal(const std::string& text) const;

    const Recording& recording_;
    const Provenance& provenance_;
    std::size_t login_ = 0;
    std::set<std::string> personal_;
    mutable std::map<std::string, bool> public_;  ///< whether the site had said it before
};

/// Names of keys that the site's program sends for everybody: `apikey`, `client_id`.
bool is_application_key(const std::string& key);
/// Names of accounts' ids and the like: `workspace`, `X-Tenant`.
bool names_owner(const std::string& key);
/// Whether the parameter says whose data is asked for: `account=4711`, but not `client=web`.
bool is_owner(const std::string& key, const std::string& value);

}  // namespace ringbridge::learn
