#include "core/url.hpp"

#include <algorithm>

namespace ringbridge {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::string decode_parameter(std::string_view text) {
    std::string spaced{text};
    for (auto& c : spaced) {
        if (c == '+') c = ' ';
    }
    return percent_decode(spaced);
}

}  // namespace

std::optional<std::string> Target::parameter(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return std::nullopt;
}

Target parse_target(std::string_view url) {
    url = url.substr(0, url.find('#'));
    url.remove_prefix(origin_of(url).size());
    const auto question = url.find('?');
    Target target{.path = percent_decode(url.substr(0, question)), .query = {}};
    if (target.path.empty()) target.path = "/";
    if (question == std::string_view::npos) return target;
    auto rest = url.substr(question + 1);
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find('&'));
        const auto equals = pair.find('=');
        if (!pair.empty()) {
            target.query.emplace_back(
                decode_parameter(pair.substr(0, equals)),
                equals == std::string_view::npos ? "" : decode_parameter(pair.substr(equals + 1)));
        }
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
    return target;
}

std::string percent_encode(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return encoded;
}

std::string percent_decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
            hex_value(text[i + 2]) >= 0) {
            decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

std::string encode_query(const Query& query) {
    std::string encoded;
    for (const auto& [name, value] : query) {
        encoded += encoded.empty() ? '?' : '&';
        encoded += percent_encode(name) + '=' + percent_encode(value);
    }
    return encoded;
}

std::string origin_of(std::string_view url) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (url.starts_with(scheme)) {
            return std::string{url.substr(0, url.find_first_of("/?#", scheme.size()))};
        }
    }
    return {};
}

std::string resolve_url(const std::string& base, std::string_view link) {
    link = link.substr(0, link.find('#'));
    const auto origin = origin_of(base);
    if (!origin_of(link).empty()) return std::string{link};
    if (link.starts_with("//")) return origin.substr(0, origin.find(':') + 1) + std::string{link};
    const auto colon = link.find(':');
    if (colon < link.find_first_of("/?")) return {};  // `mailto:`, `myapp:`
    auto page = base.substr(0, base.find_first_of("?#"));
    if (link.empty()) return page;
    if (link.starts_with('/')) return origin + std::string{link};
    if (link.starts_with('?')) return page + std::string{link};
    const auto folder = page.size() > origin.size() ? page.substr(0, page.rfind('/')) : origin;
    return folder + '/' + std::string{link};
}

std::string join_url(std::string_view base, std::string_view path) {
    while (base.ends_with('/')) base.remove_suffix(1);
    return std::string{base} + std::string{path};
}

}  // namespace ringbridge
