#include "sim/world/disk.hpp"

#include "sim/world/disk_locks.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <sqlite3.h>

namespace ringbridge::sim {
namespace {

constexpr int longest_name = 512;
// A Julian day in milliseconds (since noon UTC on November 24, 4714 B.C.): some day in 2026.
constexpr sqlite3_int64 moment = 2'461'000LL * 86'400'000;

}  // namespace

struct Disk::File {
    DiskContent content;
    DiskLockers lockers;
};

/// A process: the VFS through which its connections reach the disk.
class Disk::Process {
  public:
    explicit Process(Disk& disk);
    ~Process() { die(); }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    const std::string& name() const { return name_; }
    bool alive() const { return alive_; }
    void die();
    void die_after(int changes) { changes_left_ = changes; }
    void set_gate(std::function<bool(std::string_view)> may_write) { gate_ = std::move(may_write); }
    bool may_write(std::string_view file) const { return !gate_ || gate_(file); }
    /// Asked before every change of the disk. Dead processes change nothing.
    bool may_change();

    int open(const char* name, sqlite3_file* memory, int flags, int* flags_taken);
    int remove(const std::string& name);
    bool exists(const std::string& name) const;
    void roll(std::span<char> bytes);

    void join(Opening& opening) { openings_.push_back(&opening); }
    void leave(Opening& opening) { std::erase(openings_, &opening); }

  private:
    std::shared_ptr<File> find_or_create(const char* name, int flags);

    Disk& disk_;
    std::string name_;
    sqlite3_vfs vfs_;
    bool alive_ = true;
    std::optional<int> changes_left_;
    std::function<bool(std::string_view)> gate_;
    std::vector<Opening*> openings_;
};

/// An open file. SQLite owns the memory that it lies in.
class Disk::Opening : public sqlite3_file {
  public:
    Opening(Process& process, std::shared_ptr<File> file, std::string name, bool temporary);
    ~Opening();
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;

    void let_go() { locks_.let_go(); }

    int read(std::span<std::byte> into, std::size_t offset) const;
    int write(std::span<const std::byte> bytes, std::size_t offset);
    int resize(std::size_t size);
    int sync();
    int get_size(sqlite3_int64& size) const;

    int lock(int level);
    int unlock(int level);
    int get_reserved(int& reserved) const;
    int map(std::size_t index, std::size_t size, bool make, volatile void*& region);
    int lock_slots(unsigned slots, int flags);
    int unmap();

  private:
    Process& process_;
    std::shared_ptr<File> file_;
    const std::string name_;  // empty: SQLite's own temporary file
    const bool temporary_;    // deleted when closed
    DiskLocks locks_;
};

// --- A process -----------------------------------------------------------------------------------

void Disk::Process::die() {
    if (!alive_) return;
    alive_ = false;
    for (auto* opening : openings_) opening->let_go();
    sqlite3_vfs_unregister(&vfs_);
}

bool Disk::Process::may_change() {
    if (changes_left_ && (*changes_left_)-- == 0) die();
    return alive_;
}

int Disk::Process::open(const char* name, sqlite3_file* memory, int flags, int* flags_taken) {
    memory->pMethods = nullptr;
    const auto file = find_or_create(name, flags);
    if (!file) return SQLITE_CANTOPEN;
    const bool temporary = name != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    std::construct_at(static_cast<Opening*>(memory), *this, file, name == nullptr ? "" : name,
                      temporary);
    if (flags_taken != nullptr) *flags_taken = flags;
    return SQLITE_OK;
}

// A file without a name is SQLite's own temporary file and is not shared.
std::shared_ptr<Disk::File> Disk::Process::find_or_create(const char* name, int flags) {
    if (!alive_) return nullptr;
    if (name == nullptr) return std::make_shared<File>();
    if (const auto found = disk_.files_.find(name); found != disk_.files_.end()) {
        const bool must_be_new = (flags & SQLITE_OPEN_EXCLUSIVE) != 0;
        return must_be_new ? nullptr : found->second;
    }
    if ((flags & SQLITE_OPEN_CREATE) == 0 || !may_change()) return nullptr;
    return disk_.files_[name] = std::make_shared<File>();
}

int Disk::Process::remove(const std::string& name) {
    if (!may_change()) return SQLITE_IOERR_DELETE;
    return disk_.files_.erase(name) > 0 ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

// As in SQLite's own VFS for Unix: an empty file counts as none.
bool Disk::Process::exists(const std::string& name) const {
    const auto found = disk_.files_.find(name);
    return found != disk_.files_.end() && found->second->content.size() > 0;
}

void Disk::Process::roll(std::span<char> bytes) {
    std::ranges::generate(bytes, [this] { return static_cast<char>(disk_.random_()); });
}

// --- An open file --------------------------------------------------------------------------------

int Disk::Opening::read(std::span<std::byte> into, std::size_t offset) const {
    if (!process_.alive()) return SQLITE_IOERR_READ;
    const auto rest = into.subspan(file_->content.read(into, offset));
    std::ranges::fill(rest, std::byte{0});
    return rest.empty() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int Disk::Opening::write(std::span<const std::byte> bytes, std::size_t offset) {
    if (!process_.may_change()) return SQLITE_IOERR_WRITE;
    file_->content.write(bytes, offset);
    return SQLITE_OK;
}

int Disk::Opening::resize(std::size_t size) {
    if (!process_.may_change()) return SQLITE_IOERR_TRUNCATE;
    file_->content.resize(size);
    return SQLITE_OK;
}

int Disk::Opening::sync() {
    if (!process_.may_change()) return SQLITE_IOERR_FSYNC;
    file_->content.sync();
    return SQLITE_OK;
}

int Disk::Opening::get_size(sqlite3_int64& size) const {
    if (!process_.alive()) return SQLITE_IOERR_FSTAT;
    size = static_cast<sqlite3_int64>(file_->content.size());
    return SQLITE_OK;
}

int Disk::Opening::lock(int level) {
    if (!process_.alive()) return SQLITE_IOERR_LOCK;
    return locks_.lock(level) ? SQLITE_OK : SQLITE_BUSY;
}

int Disk::Opening::unlock(int level) {
    locks_.unlock(level);
    return SQLITE_OK;
}

int Disk::Opening::get_reserved(int& reserved) const {
    if (!process_.alive()) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    reserved = locks_.anybody_reserved() ? 1 : 0;
    return SQLITE_OK;
}

int Disk::Opening::map(std::size_t index, std::size_t size, bool make, volatile void*& region) {
    if (!process_.alive()) return SQLITE_IOERR_SHMMAP;
    region = locks_.region(index, size, make);
    return SQLITE_OK;
}

int Disk::Opening::lock_slots(unsigned slots, int flags) {
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        locks_.unlock_slots(slots);
        return SQLITE_OK;
    }
    if (!process_.alive()) return SQLITE_IOERR_SHMLOCK;
    const bool shared = (flags & SQLITE_SHM_SHARED) != 0;
    constexpr unsigned write_lock = 1;  // "WAL_WRITE_LOCK" in SQLite's file format
    if (!shared && slots == write_lock && !process_.may_write(name_)) return SQLITE_BUSY;
    const bool taken = shared ? locks_.lock_shared(slots) : locks_.lock_exclusive(slots);
    return taken ? SQLITE_OK : SQLITE_BUSY;
}

int Disk::Opening::unmap() {
    locks_.unmap();
    return SQLITE_OK;
}

// --- What SQLite calls ---------------------------------------------------------------------------

namespace {

std::size_t unsigned_of(sqlite3_int64 value) { return static_cast<std::size_t>(value); }

unsigned slots_of(int first, int count) { return ((1U << count) - 1U) << first; }

template <class Opening>
constexpr sqlite3_io_methods io_methods_of{
    .iVersion = 2,
    .xClose =
        [](sqlite3_file* file) {
            std::destroy_at(static_cast<Opening*>(file));
            return SQLITE_OK;
        },
    .xRead =
        [](sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
            return static_cast<Opening*>(file)->read(
                {static_cast<std::byte*>(into), unsigned_of(size)}, unsigned_of(offset));
        },
    .xWrite =
        [](sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
            return static_cast<Opening*>(file)->write(
                {static_cast<const std::byte*>(from), unsigned_of(size)}, unsigned_of(offset));
        },
    .xTruncate =
        [](sqlite3_file* file, sqlite3_int64 size) {
            return static_cast<Opening*>(file)->resize(unsigned_of(size));
        },
    .xSync = [](sqlite3_file* file, int) { return static_cast<Opening*>(file)->sync(); },
    .xFileSize = [](sqlite3_file* file,
                    sqlite3_int64* size) { return static_cast<Opening*>(file)->get_size(*size); },
    .xLock = [](sqlite3_file* file, int level) { return static_cast<Opening*>(file)->lock(level); },
    .xUnlock = [](sqlite3_file* file,
                  int level) { return static_cast<Opening*>(file)->unlock(level); },
    .xCheckReservedLock =
        [](sqlite3_file* file, int* reserved) {
            return static_cast<Opening*>(file)->get_reserved(*reserved);
        },
    .xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
    .xSectorSize = [](sqlite3_file*) { return static_cast<int>(DiskContent::sector); },
    // As SQLite's own VFS for Unix reports for every disk.
    .xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; },
    .xShmMap =
        [](sqlite3_file* file, int index, int size, int make, volatile void** region) {
            return static_cast<Opening*>(file)->map(unsigned_of(index), unsigned_of(size),
                                                    make != 0, *region);
        },
    .xShmLock =
        [](sqlite3_file* file, int first, int count, int flags) {
            return static_cast<Opening*>(file)->lock_slots(slots_of(first, count), flags);
        },
    .xShmBarrier = [](sqlite3_file*) {},
    .xShmUnmap = [](sqlite3_file* file, int) { return static_cast<Opening*>(file)->unmap(); },
};

template <class Process>
Process& process_of(sqlite3_vfs* vfs) {
    return *static_cast<Process*>(vfs->pAppData);
}

template <class Process, class Opening>
constexpr sqlite3_vfs vfs_of{
    .iVersion = 2,
    .szOsFile = sizeof(Opening),
    .mxPathname = longest_name,
    .xOpen =
        [](sqlite3_vfs* vfs, const char* name, sqlite3_file* memory, int flags, int* flags_taken) {
            return process_of<Process>(vfs).open(name, memory, flags, flags_taken);
        },
    .xDelete = [](sqlite3_vfs* vfs, const char* name,
                  int) { return process_of<Process>(vfs).remove(name); },
    .xAccess =
        [](sqlite3_vfs* vfs, const char* name, int, int* exists) {
            *exists = process_of<Process>(vfs).exists(name) ? 1 : 0;
            return SQLITE_OK;
        },
    .xFullPathname =
        [](sqlite3_vfs*, const char* name, int room, char* full) {
            sqlite3_snprintf(room, full, "%s", name);
            return SQLITE_OK;
        },
    .xRandomness =
        [](sqlite3_vfs* vfs, int size, char* bytes) {
            process_of<Process>(vfs).roll({bytes, unsigned_of(size)});
            return size;
        },
    .xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; },
    .xCurrentTime =
        [](sqlite3_vfs*, double* days) {
            *days = static_cast<double>(moment) / 86'400'000;
            return SQLITE_OK;
        },
    .xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; },
    .xCurrentTimeInt64 =
        [](sqlite3_vfs*, sqlite3_int64* now) {
            *now = moment;
            return SQLITE_OK;
        },
};

}  // namespace

// SQLite has one list of VFS names for the whole program. The address makes this name unique
// without a counter shared between threads.
Disk::Process::Process(Disk& disk)
    : disk_{disk},
      name_{"disk-" + std::to_string(reinterpret_cast<std::uintptr_t>(this))},
      vfs_{vfs_of<Process, Opening>} {
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    sqlite3_vfs_register(&vfs_, 0);
}

Disk::Opening::Opening(Process& process, std::shared_ptr<File> file, std::string name,
                       bool temporary)
    : sqlite3_file{&io_methods_of<Opening>},
      process_{process},
      file_{std::move(file)},
      name_{std::move(name)},
      temporary_{temporary},
      locks_{file_->lockers} {
    process_.join(*this);
}

Disk::Opening::~Opening() {
    if (temporary_) process_.remove(name_);
    process_.leave(*this);
}

// --- The disk ------------------------------------------------------------------------------------

Disk::Disk(std::uint64_t seed) : random_{seed} {}

Disk::~Disk() = default;

void Disk::lose_power() {
    for (const auto& process : processes_) process->die();
    for (const auto& [name, file] : files_) file->content.lose_power(random_);
}

void Disk::remove(const std::string& file) {
    for (const auto* ending : {"", "-wal", "-journal", ".lock"}) {
        files_.erase(file + ending);
    }
}

void Disk::back_up(const std::string& file) {
    copies_.clear();
    for (const auto* ending : {"", "-wal"}) {
        const auto found = files_.find(file + ending);
        if (found != files_.end()) copies_.emplace(found->first, found->second->content);
    }
}

void Disk::put_back(const std::string& file) {
    remove(file);
    for (const auto& [name, content] : copies_) {
        files_[name] = std::make_shared<File>();
        files_[name]->content = content;
    }
}

Disk::Mount::Mount(Disk& disk)
    : process_{*disk.processes_.emplace_back(std::make_unique<Process>(disk))} {}

Disk::Mount::~Mount() { kill(); }

std::string Disk::Mount::uri(const std::string& file) const {
    return "file:" + file + "?vfs=" + process_.name();
}

bool Disk::Mount::alive() const { return process_.alive(); }

void Disk::Mount::kill() { process_.die(); }

void Disk::Mount::kill_after(int changes) { process_.die_after(changes); }

void Disk::Mount::set_gate(std::function<bool(std::string_view)> may_write) {
    process_.set_gate(std::move(may_write));
}

}  // namespace ringbridge::sim
