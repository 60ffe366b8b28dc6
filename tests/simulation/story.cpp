#include "tests/simulation/story.hpp"

#include <fmt/format.h>

namespace ringbridge::simulation {

std::uint64_t digest_of(std::string_view text, std::uint64_t from) {
    for (const char letter : text) {
        from = (from ^ static_cast<unsigned char>(letter)) * 0x0000'0100'0000'01B3U;
    }
    return from;
}

void Story::add(UtcTime at, std::string_view who, std::string_view what) {
    auto line = fmt::format("{}  {:<8} {}", format_utc(at), who, what);
    digest_ = digest_of(line, digest_);
    if (keep_) lines_.push_back(std::move(line));
}

}  // namespace ringbridge::simulation
