// The bytes of a file on a simulated disk: what is read now, and what a power cut would leave.
#pragma once

#include <cstddef>
#include <random>
#include <span>
#include <variant>
#include <vector>

namespace ringbridge::sim {

class DiskContent {
  public:
    /// In bytes. A sector is written completely or not at all.
    static constexpr std::size_t sector = 512;

    std::size_t size() const { return now_.size(); }
    /// Returns the number of bytes read, at most the size of `into`.
    std::size_t read(std::span<std::byte> into, std::size_t offset) const;
    void write(std::span<const std::byte> bytes, std::size_t offset);
    void resize(std::size_t size);

    /// Makes everything written so far durable.
    void sync();
    /// Each change since the last sync is kept, dropped or torn at a sector.
    void lose_power(std::mt19937_64& random);

  private:
    using Bytes = std::vector<std::byte>;
    // Whole sectors as they were after a write: a disk never mixes two states of one sector.
    struct Sectors {
        std::size_t offset;
        Bytes bytes;
    };
    struct Resized {
        std::size_t size;
    };
    using Change = std::variant<Sectors, Resized>;

    void make_durable(const Change& change);
    void tear(const Change& change, std::mt19937_64& random);

    Bytes now_;
    Bytes durable_;
    std::vector<Change> unsynced_;
};

}  // namespace ringbridge::sim
