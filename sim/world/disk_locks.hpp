// The locks on a file of a simulated disk, and the shared memory of its write-ahead log, by
// SQLite's rules ("File Locking And Concurrency", "The WAL-Index File Format" on sqlite.org). A
// lock belongs to an opening of the file; whether it is granted depends on the locks of the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ringbridge::sim {

class DiskLocks;

/// The openings of one file that may hold locks on it.
using DiskLockers = std::vector<DiskLocks*>;

/// The locks of one opening of a file. Releases them when destroyed.
class DiskLocks {
  public:
    explicit DiskLocks(DiskLockers& lockers);
    ~DiskLocks() { let_go(); }
    DiskLocks(const DiskLocks&) = delete;
    DiskLocks& operator=(const DiskLocks&) = delete;

    /// `level`: one of SQLITE_LOCK_*. False: busy.
    bool lock(int level);
    void unlock(int level);
    /// Whether any opening intends to write.
    bool anybody_reserved() const;

    /// `slots`: a bit for each of the log's eight locks. False: busy.
    bool lock_shared(unsigned slots);
    bool lock_exclusive(unsigned slots);
    void unlock_slots(unsigned slots);

    /// A piece of the shared memory. Null if it does not exist and is not to be created.
    std::byte* region(std::size_t index, std::size_t size, bool make);
    void unmap();

    /// Frees all locks, as the kernel does for a dead process. The memory stays readable for a dead
    /// connection that is not closed yet, but is not given to others.
    void let_go();

  private:
    using Memory = std::vector<std::unique_ptr<std::byte[]>>;

    int highest_of_others() const;
    bool others_hold(unsigned slots, bool also_shared) const;
    std::shared_ptr<Memory> memory_of_the_file() const;

    DiskLockers& lockers_;
    int level_ = 0;
    unsigned shared_ = 0;
    unsigned exclusive_ = 0;
    std::shared_ptr<Memory> memory_;
};

}  // namespace ringbridge::sim
