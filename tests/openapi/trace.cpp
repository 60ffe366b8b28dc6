// Writes an exchange with the simulated HubSpot for every kind of request that ringbridge makes, as
// JSON lines: tests/openapi/ validates them against HubSpot's own descriptions.
#include "tests/flow/town.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;

// A run, one with a lost ledger, a replacement, the properties, the account, a deleted contact, a
// probe, a dedup preview over two pages.
void ask_everything(std::ostream& out, const std::string& version, bool calls_scope) {
    Town town{1, {.versions = {version}, .calls_scope = calls_scope}};
    town.network.mount(hubspot_origin, [&](const HttpRequest& request, UtcTime now) {
        auto response = town.portal.answer(request, now);
        out << nlohmann::json{{"request",
                               {{"method", request.method},
                                {"url", request.url.substr(std::string{hubspot_origin}.size())},
                                {"body", request.body}}},
                              {"response", {{"status", response.status}, {"body", response.body}}}}
            << '\n';
        return response;
    });
    town.workload.add_callers(12, 6, town.portal, town.world.now() - 48h);
    town.publish_calls(30, 20h);
    const ProcessOptions options{.portal_id = std::to_string(town.portal.options().portal_id)};
    Process{town, options}.sync(last_week(town));
    for (const auto& contact : town.portal.contacts()) {
        if (contact.id != town.workload.callers().front().contact_id) continue;
        town.portal.answer(
            {.method = "DELETE",
             .url = "/crm/objects/" + version + "/contacts/" + contact.id,
             .headers = {{"Authorization", "Bearer " + town.portal.options().token}}},
            town.world.now());
    }
    town.publish_calls(30, 1h);
    Process{town, options}.sync(last_week(town));
    town.ledger_file.remove();
    auto order = last_week(town);
    order.replace_activities = true;
    Process again{town, options};
    again.sync(order);
    town.world.run(again.bridge().setup_properties());
    town.world.run(again.bridge().probe());
    town.workload.add_callers(100, 100, town.portal, town.world.now() - 48h);
    for (const auto* stamp : {"2026-11-01T10:00:00Z", "2026-11-05T10:00:00Z"}) {
        town.portal.add_contact({{"phone", "+15715550100"}, {"goodcall_last_call_date", stamp}},
                                town.world.now());
    }
    town.world.run(again.service().dedup());
}

}  // namespace
}  // namespace ringbridge::tests

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: openapi_trace FILE\n";
        return 2;
    }
    std::ofstream out{argv[1]};
    for (const auto* version : {"2026-09", "2026-03", "v3"}) {
        for (const bool calls_scope : {true, false}) {
            ringbridge::tests::ask_everything(out, version, calls_scope);
        }
    }
    return 0;
}
