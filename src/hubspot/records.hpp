// Records and batches, in the shapes that the contacts and calls objects share.
#pragma once

#include "core/mapping.hpp"
#include "hubspot/answer.hpp"

#include <algorithm>
#include <expected>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ringbridge::hubspot {

/// Inputs of one batch request (developers.hubspot.com, "Using object APIs").
constexpr std::size_t batch_max = 100;

/// Takes the last hundred, or what there is.
template <class T>
std::vector<T> take_batch(std::vector<T>& rest) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(rest.size(), batch_max));
    std::vector<T> batch{rest.end() - count, rest.end()};
    rest.erase(rest.end() - count, rest.end());
    return batch;
}

/// What was refused as a whole, for another try in smaller company: by tens, then one by one. So
/// one bad row holds up no other, and few requests are spent on finding it.
template <class T>
std::vector<std::vector<T>> in_smaller_batches(std::vector<T> rows) {
    const std::size_t company = rows.size() > 10 ? 10 : 1;
    std::vector<std::vector<T>> parts;
    for (auto& row : rows) {
        if (parts.empty() || parts.back().size() == company) parts.emplace_back();
        parts.back().push_back(std::move(row));
    }
    return parts;
}

/// The one confirmed record.
struct Written {
    std::string id;
};

/// A row's fate in a batch.
using RowOutcome = std::variant<Written, Refused, Unsure>;

struct Record {
    std::string id;
    Properties properties;  ///< null ones are left out
    UtcTime created;
};

/// Types of associations, as HubSpot defines them (developers.hubspot.com, associations guide).
constexpr int call_to_contact = 194;
constexpr int task_to_contact = 204;

/// One object to be made; `contact_id`: whom a call or a task belongs to, empty for a contact.
struct NewRecord {
    Properties properties;
    std::string contact_id;
    int association_type = call_to_contact;
};

struct RecordPatch {
    std::string id;
    Properties properties;
};

std::string encode_batch_create(const std::vector<NewRecord>& records);
std::string encode_batch_update(const std::vector<RecordPatch>& patches);
std::string encode_batch_read(const std::vector<std::string>& ids,
                              const std::vector<std::string>& properties);
std::string encode_record(const Properties& properties);

/// What a batch answer says of each input, told apart by its objectWriteTraceId: results come in
/// any order. A row that the body neither confirms nor refuses is unsure.
std::vector<RowOutcome> decode_batch_create(const std::string& body, std::size_t inputs);
std::vector<RowOutcome> decode_batch_update(const std::string& body,
                                            const std::vector<RecordPatch>& patches);

/// What became of each row of a batch, whatever the answer.
std::vector<RowOutcome> created_rows(const Answer& answer, std::size_t rows);
std::vector<RowOutcome> updated_rows(Answer answer, const std::vector<RecordPatch>& patches);

/// The `results` of a list, a search or a batch read. Throws OutOfReach where the body is no such
/// list: that is not HubSpot answering.
std::vector<Record> decode_records(const std::string& body);
Record decode_record(const std::string& body);

/// The cursor of the next page; empty on the last.
std::string decode_next_page(const std::string& body);

/// `fate` for every row of a batch whose answer says nothing row by row.
std::vector<RowOutcome> same_for_all(std::variant<Refused, Unsure> outcome, std::size_t rows);

}  // namespace ringbridge::hubspot
