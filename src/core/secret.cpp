#include "core/secret.hpp"

namespace ringbridge {

bool same_secret(std::string_view given, std::string_view wanted) {
    unsigned differences = given.size() == wanted.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char other = wanted.empty() ? '\0' : wanted[i % wanted.size()];
        differences |= static_cast<unsigned char>(given[i] ^ other);
    }
    return differences == 0;
}

}  // namespace ringbridge
