#include "learn/refresh.hpp"

#include "learn/names.hpp"
#include "learn/shapes.hpp"

#include <algorithm>

namespace ringbridge::learn {
namespace {

using From = receptionist::Capture::From;

const Leaf* refresh_token_in(const Leaves& leaves) {
    const auto found = std::ranges::find_if(leaves, [](const Leaf& leaf) {
        const Name name{leaf.path};
        return leaf.kind == Leaf::Kind::text && leaf.text.size() >= 8 && name.has({"refresh"}) &&
               !name.has({"expires", "url", "at", "in"});
    });
    return found == leaves.end() ? nullptr : &*found;
}

// Of a refresh's answer the leaf of the same meaning: `access_token` may be called `token` there.
const Leaf* counterpart(const Leaves& leaves, const CaptureText& captured) {
    const auto same = std::ranges::find(leaves, captured.key, &Leaf::path);
    if (same != leaves.end() && !same->is_blank()) return &*same;
    for (const auto& leaf : leaves) {
        if (leaf.is_blank()) continue;
        const Name name{leaf.path};
        if (name.joined() == Name{captured.key}.joined()) return &leaf;
        const bool refresh = name.has({"refresh"});
        const bool lifetime = name.has({"expires", "expiry", "expiration"});
        if (captured.name == "token" && name.has({"token", "jwt"}) && !refresh && !lifetime &&
            !name.has({"type", "csrf"}) && leaf.text.size() >= 16) {
            return &leaf;
        }
        if (captured.name == "refresh_token" && refresh && leaf.text.size() >= 8 && !lifetime)
            return &leaf;
        if (captured.name == "expires_in" && lifetime && !refresh && number_of(leaf)) return &leaf;
    }
    return nullptr;
}

// What the login has captured in the answer with the token.
std::vector<CaptureText> captures_at(const Steps& steps, const Provenance& provenance,
                                     std::size_t exchange) {
    for (const auto& step : steps.in_order()) {
        if (step.root == provenance.root_of(exchange)) return step.captures;
    }
    return {};
}

std::string text_at(const Provenance& provenance, const Origin& origin) {
    const auto& leaves = provenance.leaves(origin.exchange);
    const auto found = std::ranges::find(leaves, origin.key, &Leaf::path);
    return found == leaves.end() ? std::string{} : found->text;
}

// What a header of the refresh becomes: those of the program stay.
Fate fate_of_header(const Piece& piece, const Steps& steps) {
    const auto value = split_scheme(piece.value).second;
    const bool plain = steps.is_application_header(piece.key, piece.value) || is_word(value) ||
                       piece.key == "origin" || steps.is_public(value);
    return plain && piece.key != "accept" ? Fate::keep() : Fate::drop();
}

void add_captures(const std::vector<CaptureText>& of_login, const Leaves& answer, StepText& step) {
    for (const auto& captured : of_login) {
        const auto* leaf = counterpart(answer, captured);
        if (leaf != nullptr) step.captures.push_back({captured.name, From::body, leaf->path});
    }
}

bool captures_token(const StepText& step) {
    return std::ranges::find(step.captures, "token", &CaptureText::name) != step.captures.end();
}

std::optional<StepText> recorded(const Recording& recording, const Provenance& provenance,
                                 const Steps& steps, const Origin& token,
                                 const std::string& refresh_token, Notes& notes) {
    const auto old_token = text_at(provenance, token);
    for (auto i = token.exchange + 1; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (!exchange.is_success() || is_noise(exchange)) continue;
        const auto pieces = pieces_of(exchange);
        if (std::ranges::find(pieces, refresh_token, &Piece::value) == pieces.end()) continue;
        StepText step{.id = "refresh", .root = i};
        step.request = write_request(exchange, steps.base(), [&](const Piece& piece) {
            const auto [scheme, value] = split_scheme(piece.value);
            if (piece.value == refresh_token) return Fate::put("${auth.refresh_token}");
            if (!old_token.empty() && value == old_token)
                return Fate::put(scheme + "${auth.token}");
            return piece.in == Piece::In::header ? fate_of_header(piece, steps) : Fate::keep();
        });
        add_captures(captures_at(steps, provenance, token.exchange), provenance.leaves(i), step);
        if (!captures_token(step)) continue;
        notes.found("auth.refresh", to_text(exchange), 0.9,
                    "it sends the refresh token that the login returned");
        return step;
    }
    return std::nullopt;
}

// RFC 6749, section 6.
std::optional<StepText> standard(const Recording& recording, const Provenance& provenance,
                                 const Steps& steps, const Origin& token, Notes& notes) {
    const auto root = provenance.root_of(token.exchange);
    const auto& exchange = recording.exchanges[root];
    const auto pieces = pieces_of(exchange);
    const auto grant = std::ranges::find_if(pieces, [](const Piece& piece) {
        return Name{piece.key}.is({"granttype"}) &&
               (piece.value == "password" || piece.value == "authorization_code");
    });
    if (grant == pieces.end()) return std::nullopt;
    StepText step{.id = "refresh", .root = root};
    bool placed = false;
    const auto in_body = exchange.form.empty() ? Piece::In::json : Piece::In::form;
    step.request = write_request(exchange, steps.base(), [&](const Piece& piece) {
        const Name name{piece.key};
        if (name.is({"granttype"})) return Fate::put("refresh_token");
        if (piece.in == Piece::In::header) return fate_of_header(piece, steps);
        if (piece.in != in_body) return Fate::keep();
        if (is_application_key(piece.key)) return Fate::keep();
        return Fate::drop();
    });
    if (in_body == Piece::In::form) {
        step.request.form.emplace_back("refresh_token", "${auth.refresh_token}");
        placed = true;
    } else {
        auto& body = step.request.body;
        const auto kept = body.rfind(" }");
        const std::string member = "\"refresh_token\": \"${auth.refresh_token}\"";
        if (kept != std::string::npos) {
            body.insert(kept, (body.size() > 4 ? ", " : " ") + member);
            placed = true;
        }
    }
    if (!placed) return std::nullopt;
    step.captures = captures_at(steps, provenance, token.exchange);
    std::erase_if(step.captures, [](const CaptureText& captured) {
        return captured.name != "token" && captured.name != "refresh_token" &&
               captured.name != "expires_in" && captured.name != "expires_at";
    });
    notes.found("auth.refresh", to_text(exchange), 0.6,
                "not recorded: as OAuth (RFC 6749) has it; where it fails, the password is used");
    return step;
}

// A cookie in the request that an answer had set before.
bool sends_cookie_of_login(const Recording& recording, const Exchange& exchange,
                           std::size_t before) {
    return std::ranges::any_of(exchange.request_cookies, [&](const auto& sent) {
        for (std::size_t i = 0; i < before; ++i) {
            const auto& set = recording.exchanges[i].set_cookies;
            if (std::ranges::find(set, sent.first, &Query::value_type::first) != set.end())
                return true;
        }
        return false;
    });
}

bool is_named_refresh(const Exchange& exchange) {
    return std::ranges::any_of(segments_of(exchange.url), [](const std::string& segment) {
        return Name{segment}.contains({"refresh", "renew", "token", "session"});
    });
}

}  // namespace

std::optional<StepText> learn_refresh_by_cookie(const Recording& recording,
                                                const Provenance& provenance, const Steps& steps,
                                                const Origin& token, Notes& notes) {
    const auto old_token = text_at(provenance, token);
    const auto of_login = captures_at(steps, provenance, token.exchange);
    // The token may have come by such a request already.
    for (auto i = token.exchange; i < recording.exchanges.size(); ++i) {
        const auto& exchange = recording.exchanges[i];
        if (!exchange.is_success() || is_noise(exchange) || !is_named_refresh(exchange)) continue;
        if (steps.logs_in(i)) continue;
        if (exchange.method != "GET" && exchange.method != "POST") continue;
        if (!sends_cookie_of_login(recording, exchange, i)) continue;
        StepText step{.id = "refresh", .root = i};
        add_captures(of_login, provenance.leaves(i), step);
        if (!captures_token(step) || provenance.leaves(i).size() > 200) continue;
        const auto renewed = text_at(provenance, {i, From::body, step.captures.front().key});
        if (renewed == old_token && i != token.exchange) continue;
        step.request = write_request(exchange, steps.base(), [&](const Piece& piece) {
            return piece.in == Piece::In::header ? fate_of_header(piece, steps) : Fate::keep();
        });
        notes.found("auth.refresh", to_text(exchange), 0.85,
                    "its answer has a new token, for a cookie of the login");
        return step;
    }
    return std::nullopt;
}

std::optional<StepText> learn_refresh(const Recording& recording, const Provenance& provenance,
                                      Steps& steps, const Origin& token, Notes& notes) {
    const auto* leaf = refresh_token_in(provenance.leaves(token.exchange));
    if (leaf == nullptr) return std::nullopt;
    const auto refresh_token = leaf->text;
    steps.capture_at({token.exchange, From::body, leaf->path}, "refresh_token");
    auto refresh = recorded(recording, provenance, steps, token, refresh_token, notes);
    if (!refresh) refresh = standard(recording, provenance, steps, token, notes);
    return refresh;
}

}  // namespace ringbridge::learn
