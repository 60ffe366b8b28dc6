// Which parameters of a request for calls are its window of time: see paging.hpp.
#include "learn/names.hpp"
#include "learn/paging.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <optional>
#include <regex>
#include <set>

namespace ringbridge::learn {
namespace {

/// A moment in a parameter's text.
struct Moment {
    enum class Written { zoned, local, date, seconds, milliseconds };
    PieceId id;
    std::size_t at = 0, size = 0;  ///< where in the value
    Written written = Written::zoned;
    std::string text;
    int side = 0;  ///< -1: the window's begin, 1: its end, 0: not said
};

int side_of(const Name& name) {
    if (name.has({"to",     "until", "end",   "before", "lte", "lt",      "max",
                  "bis",    "hasta", "upper", "ende",   "le",  "fin",     "till",
                  "latest", "ate",   "tot",   "a",      "au",  "endtime", "enddate"}) ||
        name.contains({"enddate", "endtime", "bisdatum", "dateto", "todate"})) {
        return 1;
    }
    if (name.has({"from",  "since",    "start", "after", "gte",   "gt",     "min",
                  "von",   "ab",       "desde", "lower", "begin", "beginn", "ge",
                  "debut", "earliest", "de",    "van",   "du",    "od"}) ||
        name.contains({"startdate", "starttime", "vondatum", "datefrom", "fromdate", "begin"})) {
        return -1;
    }
    return 0;
}

std::vector<Moment> moments_in(const PieceId& id, const Piece& piece) {
    static const std::regex written{
        R"((\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)"};
    using Written = Moment::Written;
    std::vector<Moment> found;
    const Leaf leaf{"", Leaf::Kind::text, piece.value};
    const bool digits = piece.value.find_first_not_of("0123456789") == std::string::npos;
    if (digits && is_time(leaf) && (piece.value.size() == 10 || piece.value.size() == 13)) {
        found.push_back(
            {.id = id,
             .at = 0,
             .size = piece.value.size(),
             .written = piece.value.size() == 10 ? Written::seconds : Written::milliseconds,
             .text = piece.value});
    } else if (piece.value.size() <= 2'000) {
        for (std::sregex_iterator at{piece.value.begin(), piece.value.end(), written}, end;
             at != end; ++at) {
            found.push_back({.id = id,
                             .at = static_cast<std::size_t>(at->position()),
                             .size = static_cast<std::size_t>(at->length()),
                             .written = !(*at)[2].matched  ? Written::date
                                        : (*at)[5].matched ? Written::zoned
                                                           : Written::local,
                             .text = at->str()});
        }
    }
    for (auto& moment : found) {
        // In `created_at=gte.2026-04-01` and `{"from":"2026-04-01"}` the text before says which.
        const auto before = piece.value.substr(0, moment.at);
        const auto words = words_of(before);
        if (!words.empty()) moment.side = side_of(Name{words.back()});
        if (moment.side == 0) moment.side = side_of(Name{id.second});
        if (moment.side == 0 && !words.empty()) moment.side = side_of(Name{before});
    }
    return found;
}

std::string placeholder_of(const Moment& moment, bool typed) {
    const std::string side = moment.side < 0 ? "since" : "until";
    const std::string open = typed ? "${=window." : "${window.";
    switch (moment.written) {
        case Moment::Written::seconds:
            return open + side + "_s}";
        case Moment::Written::milliseconds:
            return open + side + "_ms}";
        case Moment::Written::date:
            return open + (moment.side < 0 ? "since_date}" : "day_after_until}");
        case Moment::Written::local: {
            const auto separator = moment.text.substr(10, 1);
            const auto clock = moment.text.size() > 16 ? "00:00:00" : "00:00";
            return open + (moment.side < 0 ? "since_date}" : "day_after_until}") + separator +
                   clock;
        }
        case Moment::Written::zoned:
            break;
    }
    return open + side + "}";
}

// Two moments of which nothing says what they are: the earlier one is the begin.
void settle_sides(std::vector<Moment>& moments) {
    std::vector<Moment*> open;
    for (auto& moment : moments) {
        if (moment.side == 0) open.push_back(&moment);
    }
    const auto known = std::ranges::find_if(moments, [](const auto& one) { return one.side != 0; });
    if (open.size() == 2) {
        const bool first_is_earlier = open[0]->text < open[1]->text;
        open[0]->side = first_is_earlier ? -1 : 1;
        open[1]->side = -open[0]->side;
    } else if (open.size() == 1 && known != moments.end()) {
        open[0]->side = -known->side;
    }
}

}  // namespace

void learn_window(const Exchange& exchange, Paging& paging, Notes& notes) {
    std::vector<Moment> moments;
    std::map<PieceId, Piece> pieces;
    for (auto& piece : pieces_of(exchange)) {
        const PieceId id{piece.in, piece.key};
        if (piece.in == Piece::In::path || paging.fates.contains(id)) continue;
        for (auto& moment : moments_in(id, piece)) moments.push_back(std::move(moment));
        pieces.emplace(id, std::move(piece));
    }
    settle_sides(moments);
    std::set<PieceId> unsure;
    for (const auto& moment : moments) {
        if (moment.side == 0) unsure.insert(moment.id);
    }
    // From the last on, so that places before it stay where they are.
    std::map<PieceId, std::string> texts;
    for (auto moment = moments.rbegin(); moment != moments.rend(); ++moment) {
        const auto& piece = pieces.at(moment->id);
        if (unsure.contains(moment->id)) continue;
        auto& text = texts.try_emplace(moment->id, piece.value).first->second;
        const bool typed = is_in_json(piece) && !piece.is_text;
        text.replace(moment->at, moment->size, placeholder_of(*moment, typed));
    }
    for (auto& [id, text] : texts) {
        paging.fates[id] = Fate::put(std::move(text));
        paging.has_window = true;
        notes.found("streams.calls.requester", to_text(exchange) + ", " + id.second, 0.85,
                    "a bound of the window of time");
    }
    for (const auto& id : unsure) {
        paging.fates[id] = Fate::drop();
        notes.found("streams.calls.requester", to_text(exchange) + ", " + id.second, 0.3,
                    "a moment of which nothing says what it is for: left out");
    }
}

}  // namespace ringbridge::learn
