#include "core/name.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <vector>

namespace ringbridge {
namespace {

constexpr std::size_t name_bytes_max = 200;
constexpr std::string_view placeholder_intro = "Caller +";

// A name made only of these words is not a name.
constexpr std::string_view no_names =
    " anonymous area available blocked call caller cell cellphone cellular customer fraud free "
    "hidden id identified inbound incoming junk likely mobile n/a na name nil no noname none "
    "not null number object of out pay payphone phone possible potential private provided "
    "restricted risk robocall robocaller scam spam suspected telemarketer telemarketing toll "
    "unavailable undefined undisclosed unidentified unknown unlisted unnamed user wireless "
    "withheld ";

// The state of the caller's number, as North American carriers add it: `WIRELESS CALLER VA`.
constexpr std::string_view state_codes =
    " al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj "
    "nm ny nc nd oh ok or pa pr ri sc sd tn tx ut vt va wa wv wi wy ab bc mb nb nl "
    "ns on pe qc sk ";

// In lower case; non-ASCII bytes count as letters.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : lower_case(text)) {
        const bool part =
            (c >= 'a' && c <= 'z') || c == '/' || static_cast<unsigned char>(c) >= 0x80;
        if (part) {
            words.back() += c;
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

std::string with_single_blanks(std::string_view text) {
    std::string single;
    for (const char c : text) {
        if (c != ' ' || !single.ends_with(' ')) single += c;
    }
    return single;
}

bool is_in(std::string_view list, const std::string& word) {
    return list.find(' ' + word + ' ') != std::string_view::npos;
}

bool is_name(std::string_view text) {
    auto words = words_of(text);
    if (words.size() > 1 && is_in(state_codes, words.back())) words.pop_back();
    return !std::ranges::all_of(words, [](const auto& word) { return is_in(no_names, word); });
}

}  // namespace

Name read_name(std::string_view full) {
    const auto plain = with_single_blanks(without_controls(full));
    const auto name = trim(plain);
    if (!is_name(name)) return {};
    const auto end = std::min(name.find(' '), name.size());
    return {std::string{cut_utf8(name.substr(0, end), name_bytes_max)},
            std::string{cut_utf8(trim(name.substr(end)), name_bytes_max)}};
}

std::string placeholder_name(const std::string& e164) { return "Caller " + e164; }

bool is_placeholder_name(std::string_view first) {
    if (!first.starts_with(placeholder_intro)) return false;
    const auto digits = first.substr(placeholder_intro.size());
    return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace ringbridge
