// Requests to the admin API of a bridge in the simulated town: whatever the request, the response
// is one that the API documents, and the bridge keeps running.
#include "admin/admin.hpp"

#include "core/check.hpp"
#include "tests/flow/town.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string_view>

namespace {

using namespace ringbridge;

// A town in which some calls are synced.
class Office {
  public:
    Office() {
        town_.workload.add_callers(3, 1, town_.portal, town_.world.now());
        town_.publish_calls(6, std::chrono::hours{2});
        process_.sync();
    }

    HttpResponse ask(HttpRequest request) {
        return town_.world.run(admin_.answer({std::move(request), "127.0.0.1"}));
    }

  private:
    tests::Town town_{1};
    tests::Process process_{{town_.world, town_.world, town_.network, town_.log, ":memory:"}, {}};
    admin::Admin admin_{{.access = {}, .lock_wait = Milliseconds{0}},
                        {{"main", "US", process_.service()}},
                        town_.world,
                        town_.log};
};

// `POST /calls/c_1/dismiss`, then the body from the second line on.
HttpRequest request_of(std::string_view text) {
    const auto line = text.substr(0, text.find('\n'));
    const auto space = line.find(' ');
    HttpRequest request{.method = std::string{line.substr(0, space)},
                        .url = std::string{space == line.npos ? "" : line.substr(space + 1)},
                        .headers = {{"Host", "localhost"}}};
    if (line.size() < text.size()) {
        request.body = text.substr(line.size() + 1);
        request.headers.push_back({"Content-Type", "application/json"});
    }
    return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Office office;
    const auto answer = office.ask(request_of({reinterpret_cast<const char*>(data), size}));
    check(answer.status >= 200 && answer.status < 504 && answer.status != 500,
          "a status of the API's");
    const auto type = header_value(answer.headers, "Content-Type");
    check(!type.starts_with("application/json") || nlohmann::json::accept(answer.body),
          "what is called JSON is JSON");
    return 0;
}
