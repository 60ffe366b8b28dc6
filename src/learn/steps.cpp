#include "learn/steps.hpp"

#include "core/base64.hpp"
#include "core/parse_number.hpp"
#include "core/text.hpp"
#include "learn/names.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>

namespace ringbridge::learn {
namespace {

using From = receptionist::Capture::From;

// RFC 7636, appendix B: a pair that everybody may use, in place of the recorded one.
constexpr const char* proof_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* proof_challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

constexpr std::size_t shortest_token = 6, shortest_part = 4;

bool is_uuid(std::string_view text) {
    return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-';
}

// The last name of a JSON path, as words with underscores.
std::string name_of(const Origin& origin) {
    auto key = origin.key;
    if (origin.from == From::body) {
        const auto names = names_in(key);
        key = names.empty() ? "value" : names.back();
        if (names.size() > 1 && (key == "id" || key == "name" || key == "value")) {
            key = names[names.size() - 2] + '_' + key;
        }
    }
    std::string name;
    for (const auto& word : words_of(key)) name += (name.empty() ? "" : "_") + word;
    return name.empty() || is_identifier(name) ? "value" : name;
}

bool has_identifier(const std::string& path) {
    return std::ranges::any_of(names_in(path),
                               [](const auto& name) { return is_identifier(name); });
}

}  // namespace

std::pair<std::string, std::string> split_scheme(const std::string& value) {
    const auto space = value.find(' ');
    const bool scheme = space != std::string::npos && space > 0 && space < 12 &&
                        !std::string_view{value}.substr(space + 1).contains(' ') &&
                        is_word(std::string_view{value}.substr(0, space));
    if (!scheme) return {"", value};
    return {value.substr(0, space + 1), value.substr(space + 1)};
}

std::optional<std::string> cookie_with(const Exchange& exchange, const std::string& value) {
    for (const auto& [name, text] : exchange.request_cookies) {
        if (text == value || percent_decode(text) == value) return name;
    }
    return std::nullopt;
}

bool is_made_by_browser(const std::string& key) {
    const Name name{key};
    return name.is({"state", "nonce", "deviceid", "xdeviceid", "clientnonce", "fingerprint",
                    "visitorid", "sessionnonce", "requestid", "anonymousid", "traceid"});
}

bool is_secret_name(const std::string& key) {
    const Name name{key};
    return (name.has({"csrf", "xsrf", "token", "nonce", "authenticity", "ticket", "challenge",
                      "flow", "execution", "antiforgery", "lt", "verification", "viewstate"}) ||
            name.contains(
                {"csrf", "xsrf", "verificationtoken", "viewstate", "authenticitytoken"})) &&
           !name.has({"type", "device"});
}

namespace {

// Words that the two names share, but for those that say nothing.
double affinity(const std::string& one, const std::string& other) {
    const Name name{other};
    double shared = 0;
    for (auto word : words_of(one)) {
        if (word.size() > 3 && word.ends_with('s')) word.pop_back();
        if (word == "x" || word == "id" || word == "ids" || word.size() < 3) continue;
        if (name.has_any({word}) || name.has_any({word + "s"})) shared += 8;
    }
    return shared;
}

}  // namespace

double Steps::rank(const Origin& origin, const std::string& like) const {
    double rank = affinity(like, origin.key);
    const auto root = provenance_.root_of(origin.exchange);
    if (by_root_.contains(root)) rank += 100;
    if (typed_ && root == provenance_.root_of(typed_->exchange)) rank += 50;
    switch (origin.from) {
        case From::body:
            rank += 20;
            break;
        case From::meta:
        case From::input:
            rank += 18;
            break;
        case From::url:
            rank += 12;
            break;
        case From::header:
            rank += 14;
            break;
        case From::cookie:
            rank += 16;
            break;
    }
    rank -= 6.0 * static_cast<double>(std::ranges::count(origin.key, '['));
    rank -= 0.5 * static_cast<double>(std::ranges::count(origin.key, '.'));
    if (origin.from == From::body && has_identifier(origin.key)) rank -= 1'000;
    const bool listed =
        std::ranges::find(list_.exchanges, origin.exchange) != list_.exchanges.end();
    if (listed) rank -= 1'000;
    const auto login = typed_ ? typed_->exchange : 0;
    const auto at = static_cast<double>(origin.exchange);
    rank += at < static_cast<double>(login) ? at * 1e-4 : -at * 1e-4;
    return rank;
}

std::vector<Origin> Steps::ranked(const std::string& value, std::size_t before,
                                  const std::string& like) const {
    auto origins = provenance_.origins(value, before);
    std::erase_if(origins, [&](const Origin& origin) {
        const auto& exchange = recording_.exchanges[provenance_.root_of(origin.exchange)];
        const bool sendable = exchange.method == "GET" || exchange.method == "POST";
        // Any number may be a short one by chance.
        const bool chance = value.size() < 5 &&
                            !Name{origin.key}.has({"id", "uuid", "slug", "key"}) &&
                            affinity(like, origin.key) == 0;
        if (chance && !is_secret_name(like)) return true;
        return rank(origin, like) < -500 || is_noise(exchange) || !sendable;
    });
    std::ranges::sort(origins, {}, [&](const Origin& origin) {
        return std::tuple{-rank(origin, like), origin.exchange, origin.from, origin.key};
    });
    return origins;
}

std::optional<Steps::Captured> Steps::capture(const std::string& value, std::size_t before,
                                              const std::string& like) {
    const auto origins = ranked(value, before, like);
    if (origins.empty()) return std::nullopt;
    return capture_at(origins.front(), {});
}

std::optional<std::string> Steps::capture_parts(
    const Piece& piece, std::size_t before,
    const std::function<std::string(const Captured&)>& name) {
    auto text = piece.value;
    bool found = false;
    for (const auto& part : parts_of(piece.value)) {
        if (part.size() < shortest_part || part.size() == piece.value.size()) continue;
        auto alone = piece;
        alone.value = part;
        if (privacy_.judge(alone) != Privacy::Verdict::account) continue;
        const auto captured = capture(part, before, name_in_request(piece, before));
        if (!captured) return std::nullopt;
        const auto placeholder = name(*captured);
        for (auto at = text.find(part); at != std::string::npos;
             at = text.find(part, at + placeholder.size())) {
            text.replace(at, part.size(), placeholder);
        }
        found = true;
    }
    return found ? std::optional{text} : std::nullopt;
}

std::string Steps::why_unknown(const std::string& value, std::size_t before) const {
    const auto page = provenance_.page_with(value, before);
    if (!page) return "no answer shows where it comes from";
    return "it stands in a script of the page " + learn::to_text(recording_.exchanges[*page]) +
           ", from which profiles cannot take it: they read JSON, headers, cookies, meta tags and "
           "hidden inputs";
}

bool Steps::is_application_header(const std::string& name, const std::string& value) const {
    if (!is_application_key(name)) return false;
    const auto login = typed_ ? typed_->exchange + 1 : recording_.exchanges.size();
    if (provenance_.occurs_before(value, login)) return true;
    if (!typed_) return false;
    for (std::size_t i = 0; i < login; ++i) {
        if (header_value(recording_.exchanges[i].request_headers, name) == value) return true;
    }
    return false;
}

Steps::Captured Steps::capture_at(const Origin& origin, const std::string& name) {
    const auto root = provenance_.root_of(origin.exchange);
    add(root);
    auto& step = by_root_.at(root);
    if (origin.exchange != root && origin.from != From::cookie) step.follow_redirects = true;
    for (const auto& capture : step.captures) {
        if (capture.from == origin.from && capture.key == origin.key) {
            return {step.id, capture.name, origin};
        }
    }
    auto chosen = free_name(origin, name);
    names_.insert(chosen);
    step.captures.push_back({chosen, origin.from, origin.key});
    return {step.id, std::move(chosen), origin};
}

void Steps::add(std::size_t root) {
    if (by_root_.contains(root)) return;
    const auto& exchange = recording_.exchanges[root];
    StepText step{.id = free_id(root), .root = root};
    ids_.insert(step.id);
    step.follow_redirects = exchange.is_redirect();
    by_root_.emplace(root, step);
    auto request =
        write_request(exchange, base_, [&](const Piece& piece) { return judge(piece, root); });
    by_root_.at(root).request = std::move(request);
}

std::string Steps::free_id(std::size_t root) const {
    std::string id = "step";
    if (typed_ && root == provenance_.root_of(typed_->exchange)) {
        id = "login";
    } else {
        for (const auto& segment :
             std::views::reverse(segments_of(recording_.exchanges[root].url))) {
            if (is_identifier(segment) || is_email(segment)) continue;
            const auto words = words_of(segment);
            if (words.empty() || privacy_.holds_personal(segment)) continue;
            id.clear();
            for (const auto& word : words) id += (id.empty() ? "" : "_") + word;
            break;
        }
    }
    auto free = id.substr(0, 40);
    for (int i = 2; ids_.contains(free); ++i) free = id + '_' + std::to_string(i);
    return free;
}

std::string Steps::free_name(const Origin& origin, const std::string& wanted) const {
    auto name = wanted.empty() ? name_of(origin) : wanted;
    const bool reserved =
        name == "token" || name == "refresh_token" || name == "expires_in" || name == "expires_at";
    if (wanted.empty() && reserved) name = "page_" + name;
    auto free = name;
    for (int i = 2; names_.contains(free); ++i) free = name + '_' + std::to_string(i);
    return free;
}

std::vector<StepText> Steps::in_order() const {
    std::vector<StepText> steps;
    for (const auto& [root, step] : by_root_) steps.push_back(step);
    return steps;
}

// Random values that the browser made to prove that it is itself: any such pair will do.
std::optional<Fate> Steps::proof_key(const Piece& piece) const {
    const Name name{piece.key};
    if (name.is({"codeverifier"})) return Fate::put(proof_verifier);
    if (!name.is({"codechallenge"})) return std::nullopt;
    return Fate::put(piece.value.size() == 43 ? proof_challenge : proof_verifier);
}

std::string Steps::name_in_request(const Piece& piece, std::size_t exchange) const {
    if (piece.in != Piece::In::path) return piece.key;
    const auto at = parse_number<std::size_t>(piece.key).value_or(0);
    const auto segments = segments_of(recording_.exchanges[exchange].url);
    return at > 0 && at <= segments.size() ? segments[at - 1] : std::string{};
}

Fate Steps::judge(const Piece& piece, std::size_t exchange) {
    if (piece.in == Piece::In::header) return judge_header(piece, exchange);
    if (typed_ && !piece.value.empty()) {
        if (piece.value == typed_->password) return Fate::put("${credentials.password}");
        if (piece.value == typed_->email) return Fate::put("${credentials.email}");
    }
    if (const auto proof = proof_key(piece)) return *proof;
    const bool secret = is_secret_name(piece.key) && piece.value.size() >= 3 && piece.is_text;
    if (piece.value.empty() || (!piece.is_text && piece.value.size() < shortest_token)) {
        return Fate::keep();
    }
    const bool token = piece.value.size() >= shortest_token && !is_application_key(piece.key) &&
                       !is_word(piece.value) && origin_of(piece.value).empty();
    const bool owned =
        typed_ && exchange > typed_->exchange && privacy_.judge(piece) == Privacy::Verdict::account;
    if (token || secret || owned) {
        const auto captured = capture(piece.value, exchange, name_in_request(piece, exchange));
        if (captured) return Fate::put(captured->in_steps());
        const auto parts =
            capture_parts(piece, exchange, [](const Captured& part) { return part.in_steps(); });
        if (parts) return Fate::put(*parts);
    }
    return token || owned ? judge_unknown(piece, exchange) : Fate::keep();
}

// A value that no answer holds where it could be captured.
Fate Steps::judge_unknown(const Piece& piece, std::size_t exchange) {
    const bool said = provenance_.occurs_before(piece.value, typed_ ? typed_->exchange : exchange);
    if (said && !is_secret_name(piece.key)) return Fate::keep();
    if (is_made_by_browser(piece.key)) {
        return Fate::put(is_uuid(piece.value) ? "00000000-0000-4000-8000-000000000000"
                                              : "ringbridge");
    }
    const bool after_login = typed_ && exchange > typed_->exchange;
    const bool random = is_identifier(piece.value) && piece.value.size() >= 16;
    const bool captcha = Name{piece.key}.contains({"captcha", "turnstile"});
    const bool personal = after_login && privacy_.judge(piece) == Privacy::Verdict::account;
    if (!personal && !captcha && (!random || piece.in == Piece::In::path)) return Fate::keep();
    if (!after_login && !captcha && is_uuid(piece.value)) return Fate::keep();
    notes_.ask("auth.steps: " + learn::to_text(recording_.exchanges[exchange]) + " sends " +
               piece.key + ", and " + why_unknown(piece.value, exchange));
    return Fate::put(todo_value(piece.key));
}

// Whether the program sends this to everybody: it stands in what was loaded before the login, or
// was sent up to the login, or is sent as an application's key as well.
bool Steps::is_public(const std::string& value) const {
    if (provenance_.occurs_before(value, typed_ ? typed_->exchange : 0)) return true;
    for (std::size_t i = 0; i < recording_.exchanges.size(); ++i) {
        const bool by_now = typed_ && i <= typed_->exchange;
        for (const auto& [name, sent] : recording_.exchanges[i].request_headers) {
            if (sent != value) continue;
            if (by_now || is_application_header(name, value)) return true;
        }
    }
    return false;
}

// The last answer before that set it, unless the request is one of the same redirects.
std::optional<std::size_t> Steps::setter_of(const std::string& cookie, std::size_t before) const {
    for (auto i = before; i-- > 0;) {
        const auto& set = recording_.exchanges[i].set_cookies;
        const bool sets = std::ranges::find(set, cookie, &Query::value_type::first) != set.end();
        if (sets && provenance_.root_of(i) < provenance_.root_of(before)) return i;
    }
    return std::nullopt;
}

// E-mail and password in a header (RFC 7617); else it is the program's own name and secret.
bool Steps::is_basic_of_user(const std::string& scheme, const std::string& value) const {
    const auto text = decode_base64(value);
    return scheme == "Basic " && typed_ &&
           (text.contains(typed_->password) ||
            (!typed_->email.empty() && text.contains(typed_->email)));
}

Fate Steps::judge_header(const Piece& piece, std::size_t exchange) {
    const auto& name = piece.key;
    if (name == "accept") return piece.value.contains("json") ? Fate::keep() : Fate::drop();
    if (name == "origin" || is_application_header(name, piece.value)) return Fate::keep();
    const auto [scheme, value] = split_scheme(piece.value);
    const auto cookie =
        value.size() > 2 ? cookie_with(recording_.exchanges[exchange], value) : std::nullopt;
    if (const auto setter = cookie ? setter_of(*cookie, exchange) : std::nullopt) {
        add(provenance_.root_of(*setter));
        return Fate::put(scheme + "${cookies." + *cookie + "}");
    }
    const bool secret = is_secret_name(name) && value.size() >= 3;
    const bool owner = is_owner(name, value) && typed_ && exchange > typed_->exchange;
    const bool plain = value.size() < shortest_token || is_word(value);
    if (plain && !secret && !owner) return Fate::keep();
    const auto origins = ranked(value, exchange, name);
    if (!origins.empty() && origins.front().from == From::cookie) {
        add(provenance_.root_of(origins.front().exchange));
        return Fate::put(scheme + "${cookies." + origins.front().key + "}");
    }
    if (!origins.empty()) return Fate::put(scheme + capture_at(origins.front(), "").in_steps());
    if (plain && !owner) return Fate::keep();
    if (is_public(value) && !secret) return Fate::keep();
    const bool before_login = !typed_ || exchange <= typed_->exchange;
    if (scheme == "Basic " && before_login && !is_basic_of_user(scheme, value)) return Fate::keep();
    if (secret || owner) {
        notes_.ask("auth.steps: " + learn::to_text(recording_.exchanges[exchange]) +
                   " sends the header " + name + ", and " + why_unknown(value, exchange));
        return Fate::put(todo_value(name));
    }
    return is_identifier(value) || name == "authorization" || privacy_.holds_personal(value)
               ? Fate::drop()
               : Fate::keep();
}

}  // namespace ringbridge::learn
