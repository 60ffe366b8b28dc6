#include "receptionist/html.hpp"

#include "core/text.hpp"

#include <functional>
#include <libxml/HTMLparser.h>
#include <limits>
#include <memory>

namespace ringbridge::receptionist {
namespace {

using Document = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;
using Accepts = std::function<bool(const xmlNode&)>;

Document parse(std::string_view html) {
    constexpr int quietly =
        HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
    if (html.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) html = {};
    return {htmlReadMemory(html.data(), static_cast<int>(html.size()), nullptr, "UTF-8", quietly),
            &xmlFreeDoc};
}

std::string attribute(const xmlNode& element, const char* name) {
    for (const auto* one = element.properties; one != nullptr; one = one->next) {
        const bool named = lower_case(reinterpret_cast<const char*>(one->name)) == name;
        if (!named || one->children == nullptr || one->children->content == nullptr) continue;
        return reinterpret_cast<const char*>(one->children->content);
    }
    return {};
}

bool is(const xmlNode& node, const char* element) {
    return node.type == XML_ELEMENT_NODE &&
           lower_case(reinterpret_cast<const char*>(node.name)) == element;
}

// In the order of the page, without recursion: it may be nested as deeply as it likes.
const xmlNode* first_that(const Document& document, const Accepts& accepts) {
    const xmlNode* node = document ? document->children : nullptr;
    while (node != nullptr) {
        if (accepts(*node)) return node;
        if (node->type == XML_ELEMENT_NODE && node->children != nullptr) {
            node = node->children;
            continue;
        }
        while (node != nullptr && node->next == nullptr) {
            node = node->parent != nullptr && node->parent->type == XML_ELEMENT_NODE ? node->parent
                                                                                     : nullptr;
        }
        if (node != nullptr) node = node->next;
    }
    return nullptr;
}

}  // namespace

std::string meta_content(std::string_view html, std::string_view name) {
    const auto document = parse(html);
    const auto* found = first_that(document, [&](const xmlNode& node) {
        return is(node, "meta") &&
               (attribute(node, "name") == name || attribute(node, "property") == name);
    });
    return found == nullptr ? std::string{} : attribute(*found, "content");
}

std::string input_value(std::string_view html, std::string_view name) {
    const auto document = parse(html);
    const auto* found = first_that(document, [&](const xmlNode& node) {
        return is(node, "input") && attribute(node, "name") == name;
    });
    return found == nullptr ? std::string{} : attribute(*found, "value");
}

std::vector<HiddenValue> hidden_values(std::string_view html) {
    std::vector<HiddenValue> values;
    const auto document = parse(html);
    first_that(document, [&](const xmlNode& node) {
        if (is(node, "meta")) {
            for (const auto* key : {"name", "property"}) {
                if (auto name = attribute(node, key); !name.empty()) {
                    values.push_back({true, std::move(name), attribute(node, "content")});
                }
            }
        } else if (is(node, "input")) {
            values.push_back({false, attribute(node, "name"), attribute(node, "value")});
        }
        return false;
    });
    std::erase_if(
        values, [](const HiddenValue& value) { return value.name.empty() || value.value.empty(); });
    return values;
}

bool asks_for_password(std::string_view html) {
    const auto document = parse(html);
    return first_that(document, [](const xmlNode& node) {
               return is(node, "input") && lower_case(attribute(node, "type")) == "password";
           }) != nullptr;
}

}  // namespace ringbridge::receptionist
