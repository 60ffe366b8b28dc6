#include "ledger/entry.hpp"

namespace ringbridge::ledger {

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::seen:
            return "seen";
        case Stage::matched:
            return "matched";
        case Stage::writing:
            return "writing";
        case Stage::written:
            return "written";
        case Stage::done:
            return "done";
        case Stage::parked:
            return "parked";
        case Stage::dismissed:
            return "dismissed";
    }
    return {};
}

}  // namespace ringbridge::ledger
