#include "ledger/copy.hpp"

#include "core/text.hpp"
#include "ledger/key.hpp"

#include <charconv>
#include <stdexcept>

namespace ringbridge::ledger {
namespace {

constexpr int rows_at_once = 500;

/// Each page of a table after the row `last`, in the key's order.
template <class Take>
void each_page(Archive& archive, const ArchiveTable& table, ArchiveRow last, Take take) {
    for (;;) {
        auto rows = archive.read(table, last, rows_at_once);
        if (rows.empty()) return;
        take(rows);
        last = std::move(rows.back());
    }
}

std::uint64_t hash_of(const ArchiveTable& table, const ArchiveRow& row) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const bool is_id = table.columns[i].name == "call_id";
        const auto value = is_id ? key_of(CallId{row[i]}) : row[i];
        text += std::to_string(value.size()) + ':' + value;
    }
    const auto digits = stable_hash(text);
    std::uint64_t hash = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), hash, 16);
    return hash;
}

CopiedTable count(Archive& archive, const ArchiveTable& table) {
    CopiedTable counted{.name = table.name};
    each_page(archive, table, {}, [&](const std::vector<ArchiveRow>& rows) {
        counted.rows += static_cast<long long>(rows.size());
        for (const auto& row : rows) counted.digest += hash_of(table, row);
    });
    return counted;
}

bool is_empty(Archive& archive) {
    for (const auto& table : archive_tables()) {
        if (!archive.last(table).empty()) return false;
    }
    return true;
}

}  // namespace

std::expected<std::vector<CopiedTable>, std::string> copy_ledger(
    Archive& from, Archive& to, const std::string& source,
    const std::function<void(long long)>& note) {
    if (!from.copied_from().empty())
        return std::unexpected{"the source: " + std::string{copy_incomplete}};
    const auto under_way = to.copied_from();
    if (under_way.empty() ? !is_empty(to) : under_way != source) {
        return std::unexpected{
            "the target is not empty: it must be a new ledger, or one that a copy from the same "
            "source was broken off to"};
    }
    to.set_copied_from(source);
    long long copied = 0;
    std::vector<CopiedTable> tables;
    for (const auto& table : archive_tables()) {
        each_page(from, table, to.last(table), [&](const std::vector<ArchiveRow>& rows) {
            to.write(table, rows);
            note(copied += static_cast<long long>(rows.size()));
        });
        tables.push_back(count(from, table));
        if (count(to, table) != tables.back()) {
            throw std::runtime_error{"the copy of the table " + table.name +
                                     " differs from its source: delete the target and copy again"};
        }
    }
    to.set_copied_from("");
    return tables;
}

}  // namespace ringbridge::ledger
