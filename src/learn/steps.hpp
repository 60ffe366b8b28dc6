// Login steps, made backwards: a request needs a value, an earlier answer has it, so that request
// becomes a step, which needs values itself.
#pragma once

#include "learn/login.hpp"

#include <map>
#include <set>

namespace ringbridge::learn {

class Steps {
  public:
    Steps(const Recording& recording, const Provenance& provenance, const Privacy& privacy,
          const std::optional<TypedCredentials>& typed, const CallList& list, std::string base,
          Notes& notes)
        : recording_{recording},
          provenance_{provenance},
          privacy_{privacy},
          typed_{typed},
          list_{list},
          base_{std::move(base)},
          notes_{notes} {}

    /// A captured value, as requests name it.
    struct Captured {
        std::string step, name;
        Origin origin;
        std::string in_steps() const { return "${steps." + step + "." + name + "}"; }
        std::string in_session() const { return "${auth." + name + "}"; }
    };

    /// Makes the request that starts at `root` a step, if it is none yet; with those it needs.
    void add(std::size_t root);
    /// Whether the request sends the password.
    bool logs_in(std::size_t exchange) const { return typed_ && typed_->exchange == exchange; }
    bool has(std::size_t root) const { return by_root_.contains(root); }

    /// Captures the value, seen in a request at `before`, where it was answered; nothing if no
    /// answer has it.
    /// `like`: the value's name in the request, which a good place has words in common with.
    std::optional<Captured> capture(const std::string& value, std::size_t before,
                                    const std::string& like = {});
    /// The value with placeholders for those of its parts that answers had, as `name` gives them:
    /// `eq.${auth.id}`. Nothing if there are none, or if one that belongs to the account is in no
    /// answer.
    std::optional<std::string> capture_parts(
        const Piece& piece, std::size_t before,
        const std::function<std::string(const Captured&)>& name);
    /// Why a value cannot be captured, as the end of a sentence.
    std::string why_unknown(const std::string& value, std::size_t before) const;
    /// Whether a header is sent for everybody: named like an application's key, and sent or said
    /// before anybody logged in.
    bool is_application_header(const std::string& name, const std::string& value) const;
    /// The same at a known place.
    Captured capture_at(const Origin& origin, const std::string& name);
    /// The places that `capture` chooses from, the best first.
    std::vector<Origin> ranked(const std::string& value, std::size_t before,
                               const std::string& like = {}) const;

    /// What the piece is called: of one of the address, the word before it, `accounts`.
    std::string name_in_request(const Piece& piece, std::size_t exchange) const;

    std::vector<StepText> in_order() const;
    bool is_public(const std::string& value) const;
    const std::string& base() const { return base_; }

  private:
    Fate judge(const Piece& piece, std::size_t exchange);
    std::optional<std::size_t> setter_of(const std::string& cookie, std::size_t before) const;
    Fate judge_header(const Piece& piece, std::size_t exchange);
    Fate judge_unknown(const Piece& piece, std::size_t exchange);
    std::optional<Fate> proof_key(const Piece& piece) const;
    double rank(const Origin& origin, const std::string& like) const;
    bool is_basic_of_user(const std::string& scheme, const std::string& value) const;
    std::string free_id(std::size_t root) const;
    std::string free_name(const Origin& origin, const std::string& wanted) const;

    const Recording& recording_;
    const Provenance& provenance_;
    const Privacy& privacy_;
    const std::optional<TypedCredentials>& typed_;
    const CallList& list_;
    std::string base_;
    Notes& notes_;
    std::map<std::size_t, StepText> by_root_;
    std::set<std::string> ids_, names_;
};

/// `Bearer ` and the token; the scheme is empty if the whole value is one token.
std::pair<std::string, std::string> split_scheme(const std::string& value);

/// The cookie that the same request sends with this value, as it is or percent-encoded.
std::optional<std::string> cookie_with(const Exchange& exchange, const std::string& value);

/// Names of values that a site makes for a session: CSRF tokens and the like.
bool is_secret_name(const std::string& key);

/// Random values that browsers make for themselves.
bool is_made_by_browser(const std::string& key);

}  // namespace ringbridge::learn
