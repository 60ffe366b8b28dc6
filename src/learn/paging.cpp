#include "learn/paging.hpp"

#include "core/parse_number.hpp"
#include "core/text.hpp"
#include "learn/names.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace ringbridge::learn {
namespace {

bool names_page(const Name& name) {
    return name.is({"page", "p", "pagenumber", "pageno", "pageindex", "pagenum", "seite", "pagina",
                    "currentpage", "strona", "pg"}) ||
           name.has({"page", "seite", "pagina"});
}
bool names_offset(const Name& name) {
    return name.is({"offset", "skip", "start", "from", "startindex", "first", "displaystart",
                    "firstresult", "versatz", "desde", "startrow", "begin"}) ||
           name.has({"offset", "skip"});
}
bool names_size(const Name& name) {
    return name.is({"limit",  "size",     "perpage", "pagesize",   "take",        "first",
                    "count",  "n",        "rows",    "max",        "maxresults",  "length",
                    "anzahl", "num",      "top",     "pagelength", "hitsperpage", "itemsperpage",
                    "limite", "proseite", "prseite", "last"}) ||
           name.contains({"perpage", "pagesize", "limit"});
}
bool names_cursor(const Name& name) {
    return name.has({"cursor", "after", "continuation", "token", "startafter", "next", "before",
                     "since", "marker", "bookmark"}) ||
           name.contains(
               {"cursor", "pagetoken", "startafter", "lastkey", "continuation", "scroll"});
}
bool names_total(const Name& name) {
    return (name.has({"total", "gesamt", "count", "anzahl", "totalcount"}) ||
            name.is({"numfound", "recordsfiltered", "recordstotal", "hits", "totalelements",
                     "matches", "nbhits"}) ||
            name.contains({"total", "gesamt"})) &&
           !name.has({"pages", "page", "seiten", "duration", "seconds", "minutes", "cost", "unread",
                      "missed", "per", "paginas"});
}
bool names_has_more(const Name& name) {
    return name.is({"hasmore", "hasnext", "hasnextpage", "more", "moreavailable", "next", "weitere",
                    "hasmorepages", "moreresults", "nextpage", "ismore", "remaining"});
}
bool names_search(const Name& name) {
    return name.is({"q", "query", "search", "searchterm", "term", "keyword", "suche", "searchtext",
                    "buscar", "filter"});
}
bool names_cache_buster(const Name& name) {
    return name.joined().empty() ||
           name.is({"t", "ts", "cb", "nocache", "cachebust", "cachebuster", "rnd", "random",
                    "timestamp", "nonce", "r", "draw", "dc"});
}

std::optional<std::int64_t> whole(const std::string& text) {
    return parse_number<std::int64_t>(text);
}

using Pieces = std::map<PieceId, Piece>;

Pieces varying_pieces(const Exchange& exchange) {
    Pieces pieces;
    for (auto& piece : pieces_of(exchange)) {
        const bool path_word = piece.in == Piece::In::path && !whole(piece.value);
        if (!path_word) pieces.emplace(PieceId{piece.in, piece.key}, std::move(piece));
    }
    return pieces;
}

// `${page}` in text, `${=page}` in place of JSON's numbers and nulls.
std::string placeholder(const std::string& name, const Piece& like) {
    const bool typed = is_in_json(like) && !like.is_text;
    return typed ? "${=" + name + "}" : "${" + name + "}";
}

class PagingReader {
  public:
    PagingReader(const Recording& recording, const CallList& list, const Mapping& mapping,
                 Notes& notes)
        : recording_{recording}, list_{list}, mapping_{mapping}, notes_{notes} {}

    Paging read() {
        choose_request();
        drop_what_is_of_no_use();
        const bool known = by_comparison() || by_range_header() || by_names() || by_answer();
        read_size();
        read_total();
        read_has_more();
        if (!known) settle_single();
        return std::move(paging_);
    }

  private:
    const Exchange& exchange(std::size_t page) const {
        return recording_.exchanges[list_.exchanges[page]];
    }
    std::string where(const std::string& key) const {
        return to_text(exchange(first_)) + ", " + key;
    }

    // The first page of the longest list: a site's start page may show the newest five.
    void choose_request() {
        const auto most = std::ranges::max(list_.pages, {}, &ObjectList::size).size;
        const auto found = std::ranges::find(list_.pages, most, &ObjectList::size);
        first_ = static_cast<std::size_t>(found - list_.pages.begin());
        // The longest may be a later page: the first one asked with as many parameters.
        for (std::size_t i = 0; i < first_; ++i) {
            if (varying_pieces(exchange(i)).size() + 1 >= varying_pieces(exchange(first_)).size() &&
                list_.pages[i].size * 10 >= most * 8) {
                first_ = i;
                break;
            }
        }
        paging_.request = list_.exchanges[first_];
        pieces_ = varying_pieces(exchange(first_));
    }

    void drop_what_is_of_no_use() {
        const auto started = exchange(first_).started;
        for (const auto& [id, piece] : pieces_) {
            if (id.first == Piece::In::path) continue;
            const Name name{id.second};
            const Leaf leaf{"", Leaf::Kind::text, piece.value};
            const bool now = is_time(leaf) && whole(piece.value).has_value();
            const bool buster =
                names_cache_buster(name) && (now || piece.value.empty() || !started);
            if (id.first == Piece::In::query && buster) paging_.fates[id] = Fate::drop();
            const bool graphql = id.second == "$.query" && piece.value.contains('{');
            if (names_search(name) && !graphql && piece.is_text && !piece.value.empty()) {
                if (piece.value.find_first_of("{[=:") != std::string::npos) continue;
                paging_.fates[id] = Fate::put("");
                notes_.found("streams.calls.requester", where(id.second), 0.7,
                             "a search that was typed is left out");
            }
        }
    }

    void use(std::string type, const PieceId& id, const std::string& placeholder_name,
             double confidence, const std::string& why) {
        paging_.fates[id] = Fate::put(placeholder(placeholder_name, pieces_.at(id)));
        add("type", type);
        notes_.found("streams.calls.paginator", where(id.second), confidence, why);
    }
    void add(const std::string& name, const std::string& value) {
        paging_.paginator.emplace_back(name, value);
    }

    bool by_comparison() {
        for (auto next = first_ + 1; next < list_.exchanges.size(); ++next) {
            if (compare(next - 1, next) || (next - 1 != first_ && compare(first_, next)))
                return true;
        }
        return false;
    }

    // Whether the second request asks for the page after the first.
    bool compare(std::size_t before, std::size_t after) {
        const auto old_pieces = varying_pieces(exchange(before));
        const auto new_pieces = varying_pieces(exchange(after));
        std::vector<PieceId> changed;
        for (const auto& [id, piece] : new_pieces) {
            const auto old = old_pieces.find(id);
            if (old != old_pieces.end() && old->second.value == piece.value) continue;
            const auto fate = paging_.fates.find(id);
            if (fate != paging_.fates.end() && fate->second.move == Fate::Move::drop) continue;
            changed.push_back(id);
        }
        const auto by_number = [&](bool named) {
            return std::ranges::any_of(changed, [&](const PieceId& id) {
                const Name name{id.second};
                if ((names_page(name) || names_offset(name)) != named) return false;
                const auto old = old_pieces.find(id);
                const auto was = old == old_pieces.end() ? std::string{} : old->second.value;
                return is_page_step(id, was, new_pieces.at(id), before, after);
            });
        };
        const auto by_cursor = [&] {
            return std::ranges::any_of(changed, [&](const PieceId& id) {
                return is_cursor_step(id, new_pieces.at(id), before, after);
            });
        };
        return by_number(true) || by_cursor() || is_link_step(before, after) || by_number(false);
    }

    bool is_page_step(const PieceId& id, const std::string& was, const Piece& sent,
                      std::size_t before, std::size_t after) {
        const auto to = whole(sent.value);
        const Name name{id.second};
        if (!to || *to <= 0 || names_cache_buster(name)) return false;
        const auto records = static_cast<std::int64_t>(list_.pages[before].size);
        const auto from = was.empty() ? (names_offset(name) && !names_page(name) ? 0 : *to - 1)
                                      : whole(was).value_or(-1);
        const bool offset = *to - from == records && records > 1 && !names_page(name);
        const bool jump = names_page(name) && *to > from && from <= 1;
        const bool page = (*to - from == 1 || jump) && (names_page(name) || !names_offset(name)) &&
                          from <= 3 && !names_size(name);
        if (!offset && !page) return false;
        place_number(id, sent, after, page ? "${page}" : "${offset}");
        if (page) {
            use("page", id, "page", names_page(name) ? 0.97 : 0.8, "it counts pages");
            const auto first = whole(was).value_or(from);
            add("start", first == 0 || from == 0 ? "0" : "1");
        } else {
            use("offset", id, "offset", 0.97, "it grew by the number of records");
        }
        return true;
    }

    // A parameter that only later pages' requests have is added to the first, or theirs is taken.
    void place_number(const PieceId& id, const Piece& sent, std::size_t later,
                      const std::string& text) {
        if (pieces_.contains(id)) return;
        if (id.first == Piece::In::query && !is_in_json(sent)) {
            paging_.more_query.emplace_back(id.second, text);
            pieces_[id] = sent;
        } else {
            take_request_of(later);
        }
    }

    bool is_cursor_step(const PieceId& id, const Piece& sent, std::size_t before,
                        std::size_t after) {
        const auto& value = sent.value;
        if (value.empty() || value == "true" || value == "false") return false;
        const auto& page = list_.pages[before];
        for (const auto& leaf : page.envelope) {
            if (leaf.text != value || leaf.kind == Leaf::Kind::boolean) continue;
            const Name name{leaf.path};
            const bool counted = whole(value).has_value() && names_total(name);
            if (counted) continue;
            cursor("cursor_path", leaf.path, id, "the answer before names it");
            place_cursor(id, sent, after);
            return true;
        }
        if (page.records.empty()) return false;
        for (const auto& leaf : page.records.back()) {
            if (leaf.text != value || value.size() < 2) continue;
            const bool chosen = leaf.path == mapping_.id_path || leaf.path == mapping_.time_path ||
                                names_cursor(Name{id.second});
            if (!chosen) continue;
            cursor("last_record_path", leaf.path, id, "the last record of the page before has it");
            place_cursor(id, sent, after);
            return true;
        }
        return false;
    }

    void cursor(const char* place, const std::string& path, const PieceId& id,
                const std::string& why) {
        add("type", "cursor");
        add(place, yaml_path(path));
        notes_.found("streams.calls.paginator", where(id.second), 0.95, why);
    }

    // `sent`: as a later page's request has it.
    void place_cursor(const PieceId& id, const Piece& sent, std::size_t later) {
        const auto first = varying_pieces(exchange(first_));
        const auto known = first.find(id);
        const bool number = is_in_json(sent) && !sent.is_text;
        if (known != first.end() && !is_marked_undefined(first)) {
            const bool open = known->second.is_null;
            paging_.fates[id] = Fate::put(number ? "${=cursor}"
                                          : open ? "${?cursor}"
                                                 : "${cursor}");
        } else if (id.first == Piece::In::query && !is_in_json(sent)) {
            add("cursor_query", json_string(id.second));
        } else {
            // Only later pages send it: the first is asked for as they are, without it.
            take_request_of(later);
            paging_.fates[id] = Fate::put(number ? "${-=cursor}" : "${-cursor}");
        }
    }

    void take_request_of(std::size_t page) {
        paging_.request = list_.exchanges[page];
        pieces_ = varying_pieces(exchange(page));
    }

    // superjson, which tRPC uses, marks what is absent in JSON beside it.
    static bool is_marked_undefined(const Pieces& pieces) {
        return std::ranges::any_of(pieces, [](const auto& piece) {
            return piece.second.value == "undefined" && piece.first.second.contains("meta.values");
        });
    }

    std::string link_in(std::size_t page) const {
        const auto link = header_value(exchange(page).response_headers, "link");
        return link.contains("rel=\"next\"") || link.contains("rel=next") ? std::string{link}
                                                                          : std::string{};
    }

    bool is_link_step(std::size_t before, std::size_t after) {
        const auto& url = exchange(after).url;
        for (const auto& leaf : list_.pages[before].envelope) {
            if (leaf.kind != Leaf::Kind::text || leaf.text.size() < 2) continue;
            if (resolve_url(exchange(before).url, leaf.text) != url) continue;
            return link(leaf.path, 0.95);
        }
        return link_in(before).contains(url) && !url.empty() && link("", 0.95);
    }

    bool link(const std::string& path, double confidence) {
        add("type", "link");
        if (!path.empty()) add("next_path", yaml_path(path));
        notes_.found("streams.calls.paginator", where(path.empty() ? "Link header" : path),
                     confidence, "it is the next page's address");
        return true;
    }

    // PostgREST's way: `Range: 0-24`. An open end is allowed.
    bool by_range_header() {
        const auto range = header_value(exchange(first_).request_headers, "range");
        const auto unit = header_value(exchange(first_).request_headers, "range-unit");
        if (!range.starts_with("0-") || unit.empty()) return false;
        paging_.headers.emplace_back("Range-Unit", std::string{unit});
        paging_.headers.emplace_back("Range", "${offset}-");
        add("type", "offset");
        notes_.found("streams.calls.paginator", where("header range"), 0.8, "a range of records");
        return true;
    }

    // One page alone was recorded: by what its parameters are called.
    bool by_names() {
        for (const auto& [id, piece] : pieces_) {
            if (paging_.fates.contains(id) || id.first == Piece::In::path) continue;
            const Name name{id.second};
            const auto number = whole(piece.value);
            if (names_page(name) && !names_size(name) && number && (*number == 0 || *number == 1)) {
                use("page", id, "page", 0.75, "named like a page; no second one was recorded");
                add("start", *number == 0 ? "0" : "1");
                return true;
            }
            if (names_offset(name) && number && *number == 0) {
                use("offset", id, "offset", 0.75,
                    "named like an offset; no second page was recorded");
                return true;
            }
        }
        for (const auto& [id, piece] : pieces_) {
            const bool open = piece.is_null || piece.value.empty();
            if (!open || id.first == Piece::In::path || !names_cursor(Name{id.second})) continue;
            const auto* next = next_cursor();
            if (next == nullptr) continue;
            cursor("cursor_path", next->path, id,
                   "named like a cursor; no second page was recorded");
            paging_.fates[id] = Fate::put(placeholder("cursor", piece));
            return true;
        }
        return false;
    }

    const Leaf* next_cursor() const {
        for (const auto& leaf : list_.pages[first_].envelope) {
            const Name name{leaf.path};
            const bool named =
                name.contains({"cursor", "nextpagetoken", "continuation", "nexttoken"}) ||
                (name.has({"next"}) && !is_address(leaf.text));
            if (named && !name.has({"start", "previous", "prev", "has"}) && !leaf.is_blank() &&
                leaf.kind != Leaf::Kind::boolean) {
                return &leaf;
            }
        }
        return nullptr;
    }

    // What the answer says of a next page.
    bool by_answer() {
        for (const auto& leaf : list_.pages[first_].envelope) {
            const Name name{leaf.path};
            const bool next =
                (name.has({"next"}) || name.has_around({"next"})) && is_address(leaf.text);
            if (next) return link(leaf.path, 0.8);
        }
        if (!link_in(first_).empty()) return link("", 0.8);
        const auto* cursor_leaf = next_cursor();
        if (cursor_leaf == nullptr) return false;
        add("type", "cursor");
        add("cursor_path", yaml_path(cursor_leaf->path));
        add("cursor_query", "cursor");
        paging_.todo = true;
        notes_.found("streams.calls.paginator", where(cursor_leaf->path), 0.4,
                     "the answer has a cursor; no second page was recorded");
        notes_.ask(
            "streams.calls.paginator.cursor_query: which parameter takes the cursor? Record "
            "the list's second page");
        return true;
    }

    void read_size() {
        const auto records = list_.pages[first_].size;
        const bool exact = records > 1;
        for (const auto& [id, piece] : pieces_) {
            if (paging_.fates.contains(id) || id.first == Piece::In::path) continue;
            const auto number = whole(piece.value);
            if (!number || *number < 2 || *number > 1'000) continue;
            const bool same = exact && std::cmp_equal(*number, records) && records >= 5;
            if (!names_size(Name{id.second}) && !same) continue;
            if (std::cmp_less(*number, records) && records < 300) continue;
            if (has_type("none") || paging_.paginator.empty()) continue;
            paging_.fates[id] = Fate::put(placeholder("page_size", piece));
            add("page_size", std::to_string(*number));
            notes_.found("streams.calls.paginator.page_size", where(id.second),
                         names_size(Name{id.second}) ? 0.9 : 0.7, "how many records a page has");
            return;
        }
        // Without it a short page could not be distinguished from a full one.
        if (!paging_.paginator.empty() && records > 0) {
            const auto largest = std::ranges::max(list_.pages, {}, &ObjectList::size).size;
            add("page_size", std::to_string(std::clamp<std::size_t>(largest, 1, 10'000)));
        }
    }

    bool has_type(std::string_view type) const {
        return !paging_.paginator.empty() && paging_.paginator.front().second == type;
    }

    const Leaf* in_envelope(std::size_t page, const std::string& path) const {
        const auto& around = list_.pages[page].envelope;
        const auto found = std::ranges::find(around, path, &Leaf::path);
        return found == around.end() ? nullptr : &*found;
    }

    void read_total() {
        if (!has_type("page") && !has_type("offset") && !has_type("cursor")) return;
        for (const auto& leaf : list_.pages[first_].envelope) {
            const auto number = leaf.kind == Leaf::Kind::integer ? whole(leaf.text) : std::nullopt;
            if (!number || !names_total(Name{leaf.path})) continue;
            const bool plausible =
                std::cmp_greater(*number, list_.pages[first_].size) ||
                (list_.pages.size() == 1 && std::cmp_equal(*number, list_.pages[first_].size) &&
                 Name{leaf.path}.contains({"total", "gesamt"}));
            if (!plausible) continue;
            add("total", yaml_path(leaf.path));
            notes_.found("streams.calls.paginator.total", where(leaf.path), 0.85,
                         "a number of more records than the page has");
            return;
        }
    }

    void read_has_more() {
        if (paging_.paginator.empty() || has_type("link") || has_type("none")) return;
        for (const auto& leaf : list_.pages[first_].envelope) {
            if (leaf.kind != Leaf::Kind::boolean || !names_has_more(Name{leaf.path})) continue;
            if (list_.pages.size() > 1 && leaf.text != "true") continue;
            add("has_more", yaml_path(leaf.path));
            notes_.found("streams.calls.paginator.has_more", where(leaf.path), 0.9,
                         "whether there are more");
            return;
        }
    }

    // No sign of a second page. A round number of records looks like a full page.
    void settle_single() {
        add("type", "none");
        const auto records = list_.pages[first_].size;
        bool more = records >= 10 && (records % 10 == 0 || records % 25 == 0);
        for (const auto& leaf : list_.pages[first_].envelope) {
            const auto number = leaf.kind == Leaf::Kind::integer ? whole(leaf.text) : std::nullopt;
            if (number && names_total(Name{leaf.path})) more = std::cmp_greater(*number, records);
            if (names_has_more(Name{leaf.path}) && leaf.kind == Leaf::Kind::boolean) {
                more = leaf.text == "true";
            }
        }
        paging_.todo = more;
        notes_.found("streams.calls.paginator", to_text(exchange(first_)), more ? 0.2 : 0.7,
                     "no second page was recorded, and nothing leads to one");
        if (more) {
            notes_.ask(
                "streams.calls.paginator: record the list's second page; the first one looks "
                "full");
        }
    }

    const Recording& recording_;
    const CallList& list_;
    const Mapping& mapping_;
    Notes& notes_;
    Paging paging_;
    Pieces pieces_;
    std::size_t first_ = 0;
};

}  // namespace

std::optional<Fate> Paging::fate_of(const Piece& piece) const {
    const auto found = fates.find({piece.in, piece.key});
    return found == fates.end() ? std::nullopt : std::optional{found->second};
}

void check_places(const RequestText& request, Paging& paging, Notes& notes) {
    auto all = request.path + request.body;
    for (const Named* named :
         {&request.query, &request.headers, &request.form, &request.json_query, &request.json_form,
          &std::as_const(paging.more_query), &std::as_const(paging.headers)}) {
        for (const auto& [_, value] : *named) all += value;
    }
    const auto has = [&](const std::string& name) {
        return std::ranges::any_of(std::array{"", "=", "?", "-", "-="}, [&](const char* marks) {
            return all.contains("${" + std::string{marks} + name + '}');
        });
    };
    const auto type = paging.paginator.empty() ? "" : paging.paginator.front().second;
    const bool query = std::ranges::find(paging.paginator, "cursor_query",
                                         &Named::value_type::first) != paging.paginator.end();
    const bool placed = (type != "page" || has("page")) && (type != "offset" || has("offset")) &&
                        (type != "cursor" || query || has("cursor"));
    if (placed) return;
    paging.paginator = {{"type", "none"}};
    paging.todo = true;
    notes.ask("streams.calls.paginator: the recorded requests have no place for the page");
}

Paging learn_paging(const Recording& recording, const CallList& list, const Mapping& mapping,
                    Notes& notes) {
    auto paging = PagingReader{recording, list, mapping, notes}.read();
    learn_window(recording.exchanges[paging.request], paging, notes);
    return paging;
}

}  // namespace ringbridge::learn
