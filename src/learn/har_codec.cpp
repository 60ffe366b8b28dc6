// JSON -> Recording: see har.hpp.
#include "core/base64.hpp"
#include "core/parse_number.hpp"
#include "core/text.hpp"
#include "learn/har.hpp"
#include "learn/sampled_json_codec.hpp"
#include "receptionist/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

namespace ringbridge::learn {
namespace {

using nlohmann::json;

constexpr std::size_t largest_file = 256UL << 20;
constexpr std::size_t most_entries = 50'000;

const json* member(const json& object, const char* name) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string text_in(const json& object, const char* name) {
    const auto* value = member(object, name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

int number_in(const json& object, const char* name) {
    const auto* value = member(object, name);
    if (value == nullptr || !value->is_number()) return 0;
    const auto number = value->get<double>();
    return number >= 0 && number < 1e9 ? static_cast<int>(number) : 0;
}

// `{"name": …, "value": …}` in lists: headers, cookies, fields of forms.
Query pairs_in(const json& object, const char* name) {
    Query pairs;
    const auto* list = member(object, name);
    if (list == nullptr || !list->is_array()) return pairs;
    for (const auto& item : *list) {
        auto key = text_in(item, "name");
        if (!key.empty()) pairs.emplace_back(std::move(key), text_in(item, "value"));
    }
    return pairs;
}

Headers headers_in(const json& message) {
    Headers headers;
    for (auto& [name, value] : pairs_in(message, "headers")) {
        if (!name.starts_with(':')) headers.push_back({lower_case(name), std::move(value)});
    }
    return headers;
}

std::string type_in(std::string_view text) {
    return lower_case(trim(text.substr(0, text.find(';'))));
}

// Media, fonts and styles: nothing in them is read. Scripts stay: they hold application keys.
bool is_asset(const std::string& type, const std::string& url) {
    static constexpr std::array types{
        "image/", "font/", "video/", "audio/", "text/css", "application/wasm", "application/font"};
    static constexpr std::array ends{".png",  ".jpg", ".jpeg", ".gif",   ".svg",
                                     ".ico",  ".css", ".woff", ".woff2", ".ttf",
                                     ".webp", ".mp4", ".mp3",  ".wav",   ".map"};
    if (std::ranges::any_of(types, [&](auto* start) { return type.starts_with(start); })) {
        return true;
    }
    const auto path = lower_case(url.substr(0, url.find_first_of("?#")));
    return !type.contains("json") &&
           std::ranges::any_of(ends, [&](auto* end) { return path.ends_with(end); });
}

void read_cookie_header(Exchange& exchange) {
    std::string_view rest = header_value(exchange.request_headers, "cookie");
    while (!rest.empty()) {
        const auto pair = rest.substr(0, rest.find(';'));
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos) {
            exchange.request_cookies.emplace_back(trim(pair.substr(0, equals)),
                                                  trim(pair.substr(equals + 1)));
        }
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    }
}

void read_request(const json& request, Exchange& exchange) {
    exchange.method = text_in(request, "method");
    std::ranges::transform(exchange.method, exchange.method.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    exchange.url = text_in(request, "url");
    exchange.request_headers = headers_in(request);
    exchange.request_cookies = pairs_in(request, "cookies");
    if (exchange.request_cookies.empty()) read_cookie_header(exchange);
    const auto* post = member(request, "postData");
    if (post == nullptr) return;
    exchange.request_type = type_in(text_in(*post, "mimeType"));
    if (exchange.request_type.empty()) {
        exchange.request_type = type_in(header_value(exchange.request_headers, "content-type"));
    }
    exchange.request_body = text_in(*post, "text");
    const bool multipart = exchange.request_type.starts_with("multipart/");
    if (exchange.request_type == "application/x-www-form-urlencoded" &&
        !exchange.request_body.empty()) {
        exchange.form = parse_target("/?" + exchange.request_body).query;
    } else if (exchange.request_body.empty() || multipart) {
        for (auto& [name, value] : pairs_in(*post, "params")) {
            exchange.form.emplace_back(percent_decode(name),
                                       multipart ? value : percent_decode(value));
        }
    }
}

// `a=1; Path=/`; some browsers put several into one header, a line each.
void read_set_cookies(Exchange& exchange) {
    for (const auto& [name, value] : exchange.response_headers) {
        if (name != "set-cookie") continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto line = rest.substr(0, rest.find('\n'));
            const auto pair = line.substr(0, line.find(';'));
            const auto equals = pair.find('=');
            if (equals != std::string_view::npos) {
                exchange.set_cookies.emplace_back(trim(pair.substr(0, equals)),
                                                  trim(pair.substr(equals + 1)));
            }
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        }
    }
}

void read_response(const json& response, Exchange& exchange) {
    exchange.status = number_in(response, "status");
    exchange.response_headers = headers_in(response);
    read_set_cookies(exchange);
    if (exchange.set_cookies.empty()) exchange.set_cookies = pairs_in(response, "cookies");
    if (header_value(exchange.response_headers, "location").empty()) {
        auto address = text_in(response, "redirectURL");
        if (!address.empty()) {
            exchange.response_headers.push_back({"location", std::move(address)});
        }
    }
    const auto* content = member(response, "content");
    if (content == nullptr) return;
    exchange.type = type_in(text_in(*content, "mimeType"));
    if (exchange.type.empty()) {
        exchange.type = type_in(header_value(exchange.response_headers, "content-type"));
    }
    if (is_asset(exchange.type, exchange.url)) return;
    exchange.body = text_in(*content, "text");
    if (lower_case(text_in(*content, "encoding")) == "base64") {
        exchange.body = decode_base64(exchange.body);
    }
    exchange.body = receptionist::clean_text(std::move(exchange.body));
}

bool had_contents(const json& entry) {
    const auto* response = member(entry, "response");
    const auto* content = response == nullptr ? nullptr : member(*response, "content");
    return content != nullptr &&
           (number_in(*content, "size") > 0 || member(*content, "_file") != nullptr);
}

bool has_credentials(const Exchange& exchange) {
    return !exchange.request_cookies.empty() || !exchange.set_cookies.empty() ||
           !header_value(exchange.request_headers, "cookie").empty() ||
           !header_value(exchange.request_headers, "authorization").empty();
}

/// Takes each entry and page out of the file as soon as it is whole.
class HarReader : public nlohmann::json_sax<json> {
  public:
    bool null() override { return forward(&Sampler::null); }
    bool boolean(bool value) override { return inner_ ? inner_->boolean(value) : note_scalar(); }
    bool number_integer(number_integer_t value) override {
        return inner_ ? inner_->number_integer(value) : note_scalar();
    }
    bool number_unsigned(number_unsigned_t value) override {
        return inner_ ? inner_->number_unsigned(value) : note_scalar();
    }
    bool number_float(number_float_t value, const string_t& text) override {
        return inner_ ? inner_->number_float(value, text) : note_scalar();
    }
    bool string(string_t& value) override { return inner_ ? inner_->string(value) : note_scalar(); }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t size) override {
        if (!inner_ && list_ != List::none && depth_ == list_depth_)
            inner_ = std::make_unique<Sampler>(limits);
        if (inner_) return inner_->start_object(size);
        return enter(size);
    }
    bool end_object() override {
        if (!inner_) return leave();
        inner_->end_object();
        if (inner_->is_closed()) take();
        return true;
    }
    bool start_array(std::size_t size) override {
        if (inner_) return inner_->start_array(size);
        enter(size);
        if (depth_ == 3 && in_log_ && list_ == List::none) {
            list_ = key_ == "entries" ? List::entries : key_ == "pages" ? List::pages : List::none;
            list_depth_ = depth_;
            if (list_ == List::entries) has_entries_ = true;
        }
        return true;
    }
    bool end_array() override {
        if (inner_) return inner_->end_array();
        if (list_ != List::none && depth_ == list_depth_) list_ = List::none;
        return leave();
    }
    bool key(string_t& value) override {
        if (inner_) return inner_->key(value);
        key_ = std::move(value);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        recording_.cut = true;
        return false;
    }

    bool has_entries() const { return has_entries_; }

    Recording finish() {
        for (std::size_t i = 0; i < recording_.exchanges.size(); ++i) {
            const auto page = pages_.find(page_of_[i]);
            if (page != pages_.end()) recording_.exchanges[i].page = page->second;
        }
        sort_by_time();
        return std::move(recording_);
    }

  private:
    enum class List { none, entries, pages };
    static constexpr SampleLimits limits{.elements = 5'000, .values = 200'000, .depth = 24};

    bool forward(bool (Sampler::*event)()) { return inner_ ? ((*inner_).*event)() : note_scalar(); }
    static bool note_scalar() { return true; }

    bool enter(std::size_t) {
        ++depth_;
        if (depth_ == 2) in_log_ = key_ == "log";
        return true;
    }
    bool leave() {
        if (depth_ > 0) --depth_;
        return true;
    }

    // Not all browsers write the requests in the order in which they were sent.
    void sort_by_time() {
        auto& all = recording_.exchanges;
        if (!std::ranges::all_of(all,
                                 [](const Exchange& one) { return one.started.has_value(); })) {
            return;
        }
        std::vector<std::pair<UtcTime, std::size_t>> order;
        for (std::size_t i = 0; i < all.size(); ++i)
            order.emplace_back(all[i].started.value_or(UtcTime{}), i);
        std::ranges::sort(order);
        std::vector<Exchange> sorted;
        for (const auto& [time, index] : order) sorted.push_back(std::move(all[index]));
        all = std::move(sorted);
    }

    void take() {
        const auto item = inner_->take();
        inner_.reset();
        if (list_ == List::pages) {
            pages_[text_in(item, "id")] = text_in(item, "title");
        } else {
            take_entry(item);
        }
    }

    void take_entry(const json& entry) {
        ++recording_.entries;
        const auto* request = member(entry, "request");
        const auto* response = member(entry, "response");
        if (request == nullptr || response == nullptr) return;
        if (recording_.exchanges.size() >= most_entries) return;
        Exchange exchange;
        read_request(*request, exchange);
        read_response(*response, exchange);
        recording_.has_credentials |= has_credentials(exchange);
        exchange.started = parse_utc(text_in(entry, "startedDateTime"));
        const bool media = exchange.body.empty() && is_asset(exchange.type, exchange.url);
        if (origin_of(exchange.url).empty() || media) return;
        if (exchange.body.empty() && had_contents(entry)) ++recording_.without_contents;
        recording_.exchanges.push_back(std::move(exchange));
        page_of_.push_back(text_in(entry, "pageref"));
    }

    Recording recording_;
    std::vector<std::string> page_of_;
    std::map<std::string, std::string> pages_;
    std::unique_ptr<Sampler> inner_;  // while inside an entry or a page
    std::string key_;
    std::size_t depth_ = 0, list_depth_ = 0;
    List list_ = List::none;
    bool in_log_ = false;
    bool has_entries_ = false;
};

}  // namespace

std::expected<Recording, std::string> read_har(std::string_view text) {
    if (text.starts_with("PK")) {
        return std::unexpected("it is a zip archive: unpack it, and give the .har file in it");
    }
    if (text.starts_with("\x1F\x8B")) {
        return std::unexpected("it is compressed: unpack it with gunzip first");
    }
    if (text.size() > largest_file) {
        return std::unexpected("it is larger than 256 MB: record again, only the steps below");
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    HarReader reader;
    json::sax_parse(text, &reader);
    if (!reader.has_entries()) {
        return std::unexpected(trim(text).empty() ? "it is empty" : "it is not a HAR file");
    }
    return reader.finish();
}

}  // namespace ringbridge::learn
