// A disk in memory for SQLite, whose processes can be killed and whose power can fail.
//
// Modelled, as an SQLite VFS that any connection can be opened through:
//   - Power cuts. Synced data stays. Each later change of a file is kept, dropped or torn at a
//     512-byte sector, by the seed, in any order. A kill, unlike a power cut, loses nothing that
//     was written.
//   - Locks, on files and on the shared memory of a write-ahead log, between connections of one
//     process and of several. A process that dies releases them. The shared memory is gone with
//     the last open connection that used it.
//   - Death at any step: between two changes of the disk, also inside a transaction.
//   - A clock that stands still, and waits that take no time: a refused lock fails at once.
//
// Not modelled:
//   - Creating and deleting a file counts as durable at once; a sync is complete or did not happen.
//   - A sector is never damaged, a disk is never full, and a write never fails while its process
//     is alive.
//   - Deletion is not noticed: a connection that was opened before `remove` keeps using the
//     unlinked file, as on Unix.
//   - SQLite draws the salts of its log from its own generator, shared by all connections of the
//     program: the bytes of a log differ from run to run, what happens does not.
#pragma once

#include "sim/world/disk_content.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::sim {

/// Used in one thread; different threads may have different disks. Outlives every connection.
class Disk {
  public:
    class Mount;

    explicit Disk(std::uint64_t seed);
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    /// Kills every process, and loses what was not synced.
    void lose_power();
    /// Deletes a database as a person would, with its log, its journal and its run lock.
    void remove(const std::string& file);
    /// Keeps a copy of a database, and its log, as they are now.
    void back_up(const std::string& file);
    /// Puts the last copy of it in its place. No process may be alive.
    void put_back(const std::string& file);
    bool has_copy() const { return !copies_.empty(); }
    bool exists(const std::string& file) const { return files_.contains(file); }

  private:
    struct File;
    class Opening;
    class Process;

    std::map<std::string, std::shared_ptr<File>> files_;
    std::map<std::string, DiskContent> copies_;
    std::mt19937_64 random_;
    // Kept to the end: connections not closed yet refer to them.
    std::vector<std::unique_ptr<Process>> processes_;
};

/// The disk as one process sees it. The process is dead when its mount is gone.
class Disk::Mount {
  public:
    explicit Mount(Disk& disk);
    ~Mount();
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

    /// The URI under which SQLite opens `file` through this mount: `file:ledger.db?vfs=…`.
    std::string uri(const std::string& file) const;

    bool alive() const;
    /// Like `kill -9`. From now on nothing done through this mount changes the disk, and its locks
    /// are free. Its connections fail and can be closed at any time.
    void kill();
    /// Kills the process after `changes` more changes of the disk, in place of the next one: a
    /// write, a sync, or a file's creation, resizing or deletion.
    void kill_after(int changes);
    /// Asked before each transaction that would write to a file with a write-ahead log. False: it
    /// fails at once, as if another process wrote.
    void set_gate(std::function<bool(std::string_view file)> may_write);

  private:
    Process& process_;
};

}  // namespace ringbridge::sim
