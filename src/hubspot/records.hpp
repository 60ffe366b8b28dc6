// Records and batches, in the format that the contacts, calls and tasks objects share.
#pragma once

#include "core/mapping.hpp"
#include "hubspot/answer.hpp"
#include "hubspot/batches.hpp"

#include <expected>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ringbridge::hubspot {

/// The one confirmed record. Whoever wrote it knows whether it is a contact, a call or a task.
struct Written {
    std::string id;
};

/// The outcome of one row of a batch.
using RowOutcome = std::variant<Written, Refused, Unsure>;

struct Record {
    std::string id;
    Properties properties;  ///< without nulls
    UtcTime created;
};

/// HubSpot-defined association types (developers.hubspot.com, associations guide).
constexpr int call_to_contact = 194;
constexpr int task_to_contact = 204;

/// One object to create; `contact_id`: the contact of a call or task, empty for a contact.
struct NewRecord {
    Properties properties;
    ContactId contact_id;
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

/// The outcome of each input of a batch, matched by objectWriteTraceId: results come in any order.
/// A row that the body neither confirms nor refuses is unsure.
std::vector<RowOutcome> decode_batch_create(const std::string& body, std::size_t inputs);
std::vector<RowOutcome> decode_batch_update(const std::string& body,
                                            const std::vector<RecordPatch>& patches);

/// The outcome of each row of a batch, for any kind of answer.
std::vector<RowOutcome> created_rows(const Answer& answer, std::size_t rows);
std::vector<RowOutcome> updated_rows(const Answer& answer, const std::vector<RecordPatch>& patches);

/// The `results` of a list, a search or a batch read. Throws OutOfReach if the body is not a JSON
/// object: then it is not HubSpot that answered.
std::vector<Record> decode_records(const std::string& body);
Record decode_record(const std::string& body);

/// The next page's cursor; empty on the last.
std::string decode_next_page(const std::string& body);

/// `outcome` for every row of a batch whose answer has no results per row.
std::vector<RowOutcome> same_for_all(RowOutcome outcome, std::size_t rows);

}  // namespace ringbridge::hubspot
