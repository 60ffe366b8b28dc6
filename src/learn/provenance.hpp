// Where in earlier answers a value came from: in JSON, a header, a cookie, a meta tag, a hidden
// input or the address at which redirects ended. Whoever knows that can ask for a fresh one.
#pragma once

#include "learn/har.hpp"
#include "learn/leaves.hpp"
#include "receptionist/profile.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::learn {

struct Origin {
    std::size_t exchange = 0;  ///< whose answer has it
    receptionist::Capture::From from = receptionist::Capture::From::body;
    std::string key;  ///< the JSON path, or the name
};

class Provenance {
  public:
    explicit Provenance(const Recording& recording);

    /// All places that a profile can name, in answers before this exchange.
    std::vector<Origin> origins(const std::string& value, std::size_t before) const;

    /// Whether an answer before this exchange holds the value in any way: in a script, for
    /// instance.
    bool occurs_before(const std::string& value, std::size_t exchange) const;

    /// A web page before this exchange whose text holds the value, outside of the places above: in
    /// a script.
    std::optional<std::size_t> page_with(const std::string& value, std::size_t before) const;

    /// The first request of the redirects that ended here, and where those of a request end.
    std::size_t root_of(std::size_t exchange) const;
    std::size_t end_of(std::size_t exchange) const;

    const Leaves& leaves(std::size_t exchange) const;  ///< of its answer, if that is not too long

  private:
    bool holds(std::size_t exchange, const std::string& value) const;
    void add_origins_in(std::size_t exchange, const std::string& value,
                        std::vector<Origin>& origins) const;

    const Recording& recording_;
    std::vector<std::size_t> next_, before_;  ///< by redirect; itself if there is none
    mutable std::map<std::size_t, Leaves> leaves_;
};

}  // namespace ringbridge::learn
