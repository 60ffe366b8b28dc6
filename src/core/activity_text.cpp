#include "core/activity_text.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace ringbridge {
namespace {

// More than anybody types around a call; the rest is enough for our part.
constexpr std::size_t peoples_bytes_max = 20'000;

constexpr std::array<std::string_view, 2> hard_blanks{"&nbsp;", "\xC2\xA0"};

std::string with_plain_blanks(std::string_view text) {
    std::string plain{text};
    for (const auto blank : hard_blanks) {
        for (auto at = plain.find(blank); at != std::string::npos; at = plain.find(blank, at)) {
            plain.replace(at, blank.size(), " ");
        }
    }
    return plain;
}

bool opens_text_style(std::string_view rest) {
    constexpr std::array<std::string_view, 5> tags{"<b>", "<b ", "<strong", "<span", "<em"};
    return rest.contains('>') &&
           std::ranges::any_of(tags, [&](std::string_view tag) { return rest.starts_with(tag); });
}

// Skips spaces and tags that style the id.
std::size_t skip_to_text(std::string_view body, std::size_t at) {
    for (;;) {
        const auto rest = body.substr(at);
        const auto blank = std::ranges::find_if(
            hard_blanks, [&](std::string_view one) { return rest.starts_with(one); });
        if (blank != hard_blanks.end()) {
            at += blank->size();
        } else if (rest.starts_with(' ')) {
            ++at;
        } else if (opens_text_style(rest)) {
            at += rest.find('>') + 1;
        } else {
            return at;
        }
    }
}

struct Marker {
    std::size_t begins_at, id_at, line_ends_at;
};

std::optional<Marker> find_marker(std::string_view body, const std::string& label) {
    const auto intro = label + " ID:";
    const auto at = body.rfind(intro);
    if (at == std::string_view::npos) return std::nullopt;
    const auto id_at = skip_to_text(body, at + intro.size());
    return Marker{at, id_at, std::min(body.size(), body.find_first_of("<\r\n", id_at))};
}

std::string_view without_stop(std::string_view text) {
    while (!text.empty() && std::string_view{".,;:!?)"}.contains(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::string line_in(std::string_view body, std::string_view name) {
    const auto intro = "<strong>" + std::string{name} + ":</strong>";
    const auto at = body.find(intro);
    if (at == std::string_view::npos) return {};
    const auto rest = body.substr(at + intro.size());
    return unescape_html(trim(with_plain_blanks(rest.substr(0, rest.find('<')))));
}

// Where our part begins: its first line that is present, with the paragraph that opens there.
std::optional<std::size_t> first_line(std::string_view body, std::size_t before) {
    for (const auto* line :
         {"<strong>Caller:</strong>", "<strong>Phone:</strong>", "<strong>Action:</strong>",
          "<strong>Summary</strong>", "<strong>Answers</strong>", "<strong>Transcript</strong>"}) {
        auto at = body.rfind(line, before);
        if (at == std::string_view::npos) continue;
        const auto tag = body.substr(0, at).rfind('<');
        const bool opens = tag != std::string_view::npos && body.substr(tag).starts_with("<p") &&
                           body.find('>', tag) + 1 == at;
        return opens ? tag : at;
    }
    return std::nullopt;
}

struct Parts {
    std::string_view above, ours, below;
};

Parts parts_of(std::string_view body, const CallId& call_id, const std::string& label) {
    const auto marker = find_marker(body, label);
    const auto begin = first_line(body, marker ? marker->begins_at : body.size()).value_or(0);
    if (!marker) return {body.substr(0, begin), body.substr(begin), {}};
    const auto id = escape_html(call_id.text, body.size() + 1).html;
    const bool named = body.substr(marker->id_at).starts_with(id);
    const auto end = named ? marker->id_at + id.size() : marker->line_ends_at;
    return {body.substr(0, begin), body.substr(begin, end - begin), body.substr(end)};
}

bool is_our_title(const ActivityText& current, std::string_view ours, const Mapping& mapping) {
    const auto phone = line_in(ours, "Phone"), caller = line_in(ours, "Caller");
    if (phone.empty() && caller.empty()) return current.title.starts_with(mapping.label + ": ");
    return trim(current.title) ==
           trim(activity_title(caller.empty() ? phone : caller, line_in(ours, "Action"), mapping));
}

}  // namespace

std::vector<CallId> marked_ids(std::string_view body, const std::string& label) {
    const auto marker = find_marker(body, label);
    if (!marker) return {};
    const auto plain =
        with_plain_blanks(body.substr(marker->id_at, marker->line_ends_at - marker->id_at));
    const auto line = trim(plain);
    const auto word = line.substr(0, line.find_first_of(" \t"));
    std::vector<CallId> ids;
    for (const auto one : {line, without_stop(line), word, without_stop(word)}) {
        CallId id{unescape_html(one)};
        if (!id.empty() && std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
    }
    return ids;
}

Activity build_update(const Call& call, const Mapping& mapping, const ActivityText& current) {
    const auto [above, ours, below] = parts_of(current.body, call.id, mapping.label);
    const auto peoples = above.size() + below.size();
    const bool fits = peoples <= peoples_bytes_max;
    auto activity = build_activity(call, mapping, fits ? body_bytes_max - peoples : body_bytes_max);
    activity.body = fits ? std::string{above} + activity.body + std::string{below} : current.body;
    if (!is_our_title(current, ours, mapping)) activity.title = current.title;
    return activity;
}

}  // namespace ringbridge
