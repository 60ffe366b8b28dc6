#include "sim/world/disk_locks.hpp"

#include <algorithm>
#include <sqlite3.h>

namespace ringbridge::sim {

DiskLocks::DiskLocks(DiskLockers& lockers) : lockers_{lockers} { lockers_.push_back(this); }

bool DiskLocks::lock(int level) {
    if (level_ >= level) return true;
    const int others = highest_of_others();
    if (others >= (level == SQLITE_LOCK_SHARED ? SQLITE_LOCK_PENDING : SQLITE_LOCK_RESERVED)) {
        return false;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE && others == SQLITE_LOCK_SHARED) {
        // New readers are refused while the current ones finish.
        level_ = SQLITE_LOCK_PENDING;
        return false;
    }
    level_ = level;
    return true;
}

void DiskLocks::unlock(int level) { level_ = std::min(level_, level); }

bool DiskLocks::anybody_reserved() const {
    return std::max(level_, highest_of_others()) >= SQLITE_LOCK_RESERVED;
}

int DiskLocks::highest_of_others() const {
    int highest = SQLITE_LOCK_NONE;
    for (const auto* other : lockers_) {
        if (other != this) highest = std::max(highest, other->level_);
    }
    return highest;
}

bool DiskLocks::lock_shared(unsigned slots) {
    if (others_hold(slots, false)) return false;
    shared_ |= slots;
    return true;
}

bool DiskLocks::lock_exclusive(unsigned slots) {
    if (others_hold(slots, true)) return false;
    exclusive_ |= slots;
    return true;
}

void DiskLocks::unlock_slots(unsigned slots) {
    shared_ &= ~slots;
    exclusive_ &= ~slots;
}

bool DiskLocks::others_hold(unsigned slots, bool also_shared) const {
    return std::ranges::any_of(lockers_, [&](const DiskLocks* other) {
        const auto held = other->exclusive_ | (also_shared ? other->shared_ : 0U);
        return other != this && (held & slots) != 0;
    });
}

std::byte* DiskLocks::region(std::size_t index, std::size_t size, bool make) {
    if (!memory_) memory_ = memory_of_the_file();
    if (index >= memory_->size() && !make) return nullptr;
    while (index >= memory_->size()) memory_->push_back(std::make_unique<std::byte[]>(size));
    return (*memory_)[index].get();
}

// Lives as long as an opening uses it: after a crash SQLite rebuilds the log's index from the log.
std::shared_ptr<DiskLocks::Memory> DiskLocks::memory_of_the_file() const {
    for (const auto* other : lockers_) {
        if (other->memory_) return other->memory_;
    }
    return std::make_shared<Memory>();
}

void DiskLocks::unmap() {
    unlock_slots(~0U);
    memory_.reset();
}

void DiskLocks::let_go() {
    level_ = SQLITE_LOCK_NONE;
    unlock_slots(~0U);
    std::erase(lockers_, this);
}

}  // namespace ringbridge::sim
