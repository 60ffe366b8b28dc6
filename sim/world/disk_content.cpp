#include "sim/world/disk_content.hpp"

#include <algorithm>

namespace ringbridge::sim {
namespace {

constexpr std::size_t down_to_sector(std::size_t offset) {
    return offset - offset % DiskContent::sector;
}

void put(std::vector<std::byte>& file, std::span<const std::byte> bytes, std::size_t offset) {
    if (file.size() < offset + bytes.size()) file.resize(offset + bytes.size());
    std::ranges::copy(bytes, file.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

std::size_t DiskContent::read(std::span<std::byte> into, std::size_t offset) const {
    const auto there = std::span{now_}.subspan(std::min(offset, now_.size()));
    const auto part = there.first(std::min(there.size(), into.size()));
    std::ranges::copy(part, into.begin());
    return part.size();
}

void DiskContent::write(std::span<const std::byte> bytes, std::size_t offset) {
    put(now_, bytes, offset);
    const auto begin = down_to_sector(offset);
    const auto end = std::min(down_to_sector(offset + bytes.size() + sector - 1), now_.size());
    const auto sectors = std::span{now_}.subspan(begin, end - begin);
    unsynced_.push_back(Sectors{begin, {sectors.begin(), sectors.end()}});
}

void DiskContent::resize(std::size_t size) {
    now_.resize(size);
    unsynced_.push_back(Resized{size});
}

void DiskContent::sync() {
    for (const auto& change : unsynced_) make_durable(change);
    unsynced_.clear();
}

void DiskContent::lose_power(std::mt19937_64& random) {
    enum Fault { kept, dropped, torn, faults };
    for (const auto& change : unsynced_) {
        const auto fault = random() % faults;
        if (fault == kept) make_durable(change);
        if (fault == torn) tear(change, random);
    }
    unsynced_.clear();
    now_ = durable_;
}

void DiskContent::make_durable(const Change& change) {
    if (const auto* sectors = std::get_if<Sectors>(&change)) {
        put(durable_, sectors->bytes, sectors->offset);
    } else {
        durable_.resize(std::get<Resized>(change).size);
    }
}

void DiskContent::tear(const Change& change, std::mt19937_64& random) {
    const auto* sectors = std::get_if<Sectors>(&change);
    if (sectors == nullptr) return;
    const auto bytes = std::span{sectors->bytes};
    for (std::size_t at = 0; at < bytes.size(); at += sector) {
        if (random() % 2 == 0) continue;
        put(durable_, bytes.subspan(at, std::min(sector, bytes.size() - at)), sectors->offset + at);
    }
}

}  // namespace ringbridge::sim
