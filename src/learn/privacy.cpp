#include "learn/privacy.hpp"

#include "learn/names.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ringbridge::learn {
namespace {

constexpr std::size_t shortest_secret = 4;

bool is_edge(const std::string& text, std::size_t at) {
    if (at >= text.size()) return true;
    const char c = text[at];
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_');
}

// Names of values that say who somebody is.
bool identifies(const Name& name) {
    return name.has({"id",      "uuid",   "name",   "email",     "phone",  "number", "slug",
                     "token",   "handle", "domain", "subdomain", "key",    "sid",    "address",
                     "company", "caller", "from",   "to",        "first",  "last",   "username",
                     "code",    "nummer", "nombre", "telefono",  "anrufer"}) ||
           (name.contains({"name", "email", "phone", "telefon", "token", "secret"}) &&
            !name.contains({"typename"}));
}

// Names of names that somebody chose for an account.
bool is_chosen(const Name& name) {
    return name.has({"slug", "handle", "subdomain", "username", "workspace", "tenant", "first",
                     "last", "firstname", "lastname", "caller", "anrufer"});
}

// `completed`: a word of the program, even where a field is called name.
bool is_common_word(const std::string& text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == ' '; });
}

bool is_plain_number(const std::string& text) {
    return !text.empty() && text.size() <= 4 &&
           text.find_first_not_of("-.0123456789") == std::string::npos;
}

// Of a GraphQL document what is in quotes: the rest is the program's.
std::optional<std::string> quoted_in_graphql(const std::string& text) {
    const auto begin = text.find_first_not_of(" \n\r\t#");
    const bool document =
        begin != std::string::npos && text.contains('{') && text.contains('}') &&
        std::ranges::any_of(std::array{"query", "mutation", "fragment", "subscription", "{"},
                            [&](auto* word) { return text.substr(begin).starts_with(word); });
    if (!document || text.contains("\":")) return std::nullopt;
    std::string quoted;
    for (auto open = text.find('"'); open != std::string::npos;) {
        const auto close = text.find('"', open + 1);
        if (close == std::string::npos) break;
        quoted += text.substr(open + 1, close - open - 1) + ' ';
        open = text.find('"', close + 1);
    }
    return quoted;
}

}  // namespace

bool is_application_key(const std::string& key) {
    const Name name{key};
    return name.contains({"apikey", "clientid", "appid", "applicationid", "publickey", "anonkey",
                          "publishable", "sha256hash"}) ||
           name.is({"key", "audience", "hash", "docid", "queryid", "documentid", "version",
                    "clientversion", "appversion", "buildid", "gmpid"});
}

bool names_owner(const std::string& key) {
    const Name name{key};
    return name.has({"workspace", "tenant",   "org",      "organization", "organisation",
                     "account",   "company",  "business", "agent",        "agents",
                     "assistant", "user",     "member",   "owner",        "subdomain",
                     "slug",      "mandant",  "firma",    "konto",        "empresa",
                     "cuenta",    "practice", "clinic"}) ||
           name.contains({"accountid", "orgid", "userid", "tenantid", "workspaceid"});
}

bool is_owner(const std::string& key, const std::string& value) {
    const Name name{key};
    // Of a program's own words, such as `client=web` and `group=day`, nothing is known.
    const bool perhaps =
        name.has({"id",     "ids",      "uuid",     "sid",   "team",     "site",  "location",
                  "client", "customer", "project",  "bot",   "number",   "phone", "brand",
                  "store",  "shop",     "property", "group", "standort", "hotel", "restaurant"});
    const bool of_program =
        name.has({"version", "info", "build", "platform", "type", "kind", "os"});
    return names_owner(key) || (perhaps && !of_program && !is_word(value));
}

Privacy::Privacy(const Recording& recording, const Provenance& provenance,
                 const std::optional<TypedCredentials>& typed, const CallList& list)
    : recording_{recording}, provenance_{provenance}, login_{typed ? typed->exchange : 0} {
    if (typed) {
        collect(typed->email);
        collect(typed->password);
        if (typed->email.contains('@')) collect(typed->email.substr(0, typed->email.find('@')));
    }
    for (const auto& exchange : recording_.exchanges) {
        for (const auto& [name, value] : exchange.request_headers) {
            if (name == "authorization") collect(value.substr(value.find(' ') + 1));
        }
        for (const auto& [name, value] : exchange.set_cookies) collect(value);
        for (const auto& [name, value] : exchange.request_cookies) collect(value);
    }
    collect_answers(list);
}

void Privacy::collect_answers(const CallList& list) {
    for (std::size_t i = login_; i < recording_.exchanges.size(); ++i) {
        const bool listed = std::ranges::find(list.exchanges, i) != list.exchanges.end();
        for (const auto& leaf : provenance_.leaves(i)) {
            if (leaf.text.size() > 200 || personal_.size() > 50'000) continue;
            const Name name{leaf.path};
            const bool named = identifies(name) && (!is_common_word(leaf.text) || is_chosen(name));
            if (named || (listed && is_identifier(leaf.text)) || is_email(leaf.text) ||
                is_phone(leaf)) {
                collect(leaf.text);
            }
        }
    }
}

void Privacy::collect(const std::string& text) {
    const bool number = text.find_first_not_of("0123456789") == std::string::npos;
    if (text.size() < shortest_secret || (number && text.size() < 5)) return;
    personal_.insert(text);
}

// What the site had said before anybody logged in is no secret.
bool Privacy::is_personal(const std::string& text) const {
    if (!personal_.contains(text)) return false;
    const auto known = public_.find(text);
    if (known != public_.end()) return !known->second;
    const bool said = login_ > 0 && provenance_.occurs_before(text, login_);
    public_[text] = said;
    return !said;
}

Privacy::Verdict Privacy::judge(const Piece& piece) const {
    const auto& value = piece.value;
    if (value.empty() || (!piece.is_text && !is_identifier(value))) return Verdict::constant;
    if (const auto quoted = quoted_in_graphql(value)) {
        return holds_personal(*quoted) ? Verdict::account : Verdict::constant;
    }
    const bool owner =
        piece.in != Piece::In::path && !is_application_key(piece.key) && is_owner(piece.key, value);
    if (piece.in == Piece::In::path && !is_identifier(value) && !is_email(value)) {
        return is_personal(value) ? Verdict::account : Verdict::constant;
    }
    // A single digit in an address is a version rather than an id.
    const bool in_path = piece.in == Piece::In::path && value.size() > 1;
    if (!owner && !in_path && (is_plain_number(value) || is_application_key(piece.key))) {
        return Verdict::constant;
    }
    if (login_ > 0 && value.size() >= 8 && provenance_.occurs_before(value, login_)) {
        return Verdict::constant;
    }
    if (owner && value != "all" && value != "any" && value != "*" && value != "me") {
        return Verdict::account;
    }
    if (is_word(value)) return is_personal(value) ? Verdict::account : Verdict::constant;
    if (is_identifier(value) || is_email(value)) return Verdict::account;
    return holds_personal(value) ? Verdict::account : Verdict::constant;
}

std::string Privacy::scrub(std::string text) const {
    for (std::size_t begin = 0; begin < text.size(); ++begin) {
        if (begin > 0 && !is_edge(text, begin - 1)) continue;
        if (is_edge(text, begin) && text[begin] != '+') continue;
        // The longest of the account's values that begins here.
        auto found = personal_.upper_bound(text.substr(begin, 400));
        while (found != personal_.begin()) {
            --found;
            const bool here = text.compare(begin, found->size(), *found) == 0 &&
                              is_edge(text, begin + found->size()) && is_personal(*found);
            if (here) {
                text.replace(begin, found->size(), "…");
                break;
            }
            if (found->front() != text[begin]) break;
        }
    }
    return text;
}

}  // namespace ringbridge::learn
